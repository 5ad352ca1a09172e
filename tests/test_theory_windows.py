"""Where cascades are possible, against every number of the reference tables."""

from fractions import Fraction
from math import inf

import numpy as np
import pytest

from simcore.network.degree_laws import (
    geometric,
    poisson,
)
from simcore.theory import (
    ThresholdLaw,
    cascade_window,
    triggering,
)
from tests.tables import PHI, rounds_to

WINDOWS = [  # the largest threshold with this K*, and the roots of z P(Pois(z) <= K* - 2) = 1
    (4, 1.114142, 3.863069),
    (5, 1.020704, 5.764677),
    (6, 1.003731, 7.477080),
    (7, 1.000596, 9.096987),
    (8, 1.000083, 10.657443),
    (9, 1.000010, 12.174953),
    (10, 1.000001, 13.659314),
]


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize(("tipped", "low", "high"), WINDOWS)
def test_window_staircase(tipped, low, high, directed):
    tipped -= directed  # a directed network with K* is an undirected one with K* + 1
    for phi in (1 / tipped, 0.999 / tipped, 1.001 / (tipped + 1)):
        assert cascade_window(phi, directed=directed) == pytest.approx((low, high), abs=5.1e-7)


def test_windows_of_the_base_case():
    assert cascade_window(PHI) == pytest.approx((1.020704, 5.764677), abs=1e-6)
    assert cascade_window(PHI, directed=True) == pytest.approx((1.003731, 7.477080), abs=1e-6)


@pytest.mark.parametrize("phi", [Fraction(1, 3), 0.26, 0.5, 1.0])
def test_no_window_above_a_quarter(phi):
    assert cascade_window(float(phi)) is None


def test_how_far_a_third_misses():
    gains = {z: triggering(poisson(z), 1 / 3).gain for z in (1.5, 1.618, 1.7)}
    assert rounds_to(gains[1.618], "0.83996")
    assert max(gains.values()) == gains[1.618]


@pytest.mark.parametrize(("law", "low", "high"), [
    (ThresholdLaw.truncated_normal(0.18, 0.05), "1.0574", "7.8656"),
    (ThresholdLaw.truncated_normal(0.18, 0.1), "1.1479", "39.41"),
    (ThresholdLaw.normal(0.18, 0.05), "1.0574", "7.8703"),
    (ThresholdLaw.normal(0.18, 0.1), "1.1405", "inf"),
], ids=lambda value: getattr(value, "name", value))
def test_window_of_heterogeneous_thresholds(law, low, high):
    edges = cascade_window(law)
    assert edges is not None
    assert rounds_to(edges[0], low)
    assert edges[1] == inf if high == "inf" else rounds_to(edges[1], high)


def test_window_is_where_the_gain_is_one():
    low, high = cascade_window(PHI)
    for edge, inward in ((low, 1e-9), (high, -1e-9)):
        assert triggering(poisson(edge + inward), PHI).gain > 1.0
        assert triggering(poisson(edge - inward), PHI).gain < 1.0


def test_narrow_window_between_two_points_of_the_search():
    lax = 0.3428335672  # this share tips at one of four, the rest at one of three: the gain peaks at 1 + 2e-6
    law = ThresholdLaw("mixture", lambda x: np.where(x >= 1 / 3, 1.0, np.where(x >= 1 / 4, lax, 0.0)))
    assert cascade_window(law) == pytest.approx((1.885946, 1.892240), abs=1e-5)


@pytest.mark.parametrize(("tipped", "low", "high"), [
    (4, "1.0000", "1.1509"), (5, "0.5790", "3.0657"), (6, "0.5278", "4.7935"), (8, "0.5043", "8.6671"),
])
def test_window_of_undirected_geometric_degrees(tipped, low, high):
    for edge, rises in ((low, True), (high, False)):
        left, right = (triggering(geometric(float(edge) + nudge), 1 / tipped).gain for nudge in (-5e-5, 5e-5))
        # At K* = 4 the lower edge is exactly 1.
        assert left <= 1.0 <= right if rises else left >= 1.0 >= right


@pytest.mark.parametrize(("kappa", "gain"), [
    (1, "0.178"), (2, "0.365"), (5, "0.569"), (10, "0.637"), (20, "0.654"), (50, "0.641"), (100, "0.625"),
    (1000, "0.586"),
])
def test_power_law_with_cutoff_never_opens(kappa, gain):
    degree = np.arange(1, 60 * kappa)
    weight = np.append(0.0, degree**-2.5 * np.exp(-degree / kappa))
    assert rounds_to(triggering(weight / weight.sum(), PHI).gain, gain)
