"""Colours that people of any colour vision tell apart, and looks that are told apart without colours."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from simcore.figures.by_class import shades
from simcore.figures.style import CYCLE

# Machado, Oliveira & Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1: of linear red, green and blue
SEEN = {
    "normal": np.eye(3),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])


def lab(color, seen):
    """Return CIE L*a*b* of a colour as somebody sees it (D65)."""
    given = np.array([int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)
    t = TO_XYZ @ np.clip(seen @ linear, 0.0, 1.0) / [0.95047, 1.0, 1.08883]
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(("vision", "nearest"), [
    ("normal", 26.4), ("deuteranopia", 17.9), ("protanopia", 20.7), ("tritanopia", 16.1)])
def test_the_nearest_two_colours_are_as_far_apart_as_stated(vision, nearest):
    """A distance of 2.3 is just noticed; docs/gallery.md says what is reached."""
    at = [lab(color, SEEN[vision]) for color in ("#ffffff", *(look.color for look in CYCLE))]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(at, 2)) == pytest.approx(nearest, abs=0.05)


@pytest.mark.parametrize(("vision", "nearest"), [
    ("normal", 13.4), ("deuteranopia", 9.6), ("protanopia", 8.6), ("tritanopia", 8.6)])
def test_ten_shades_of_classes_are_as_far_apart_as_stated_and_grow_lighter(vision, nearest):
    at = [lab(color, SEEN[vision]) for color in (*shades(10), "#ffffff")]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(at, 2)) == pytest.approx(nearest, abs=0.05)
    assert [light for light, _, _ in at] == sorted(light for light, _, _ in at)


def test_a_middle_grey_would_come_too_near_the_green():
    assert np.linalg.norm(lab("#009e73", SEEN["deuteranopia"]) - lab("#7f7f7f", SEEN["deuteranopia"])) < 10


@pytest.mark.parametrize("what", ["color", "marker", "dashes"])
def test_every_look_differs_from_every_other_in_colour_marker_and_dashes(what):
    seen = [str(getattr(look, what)) for look in CYCLE]
    assert len(set(seen)) == len(seen) == 8
