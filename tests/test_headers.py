"""What stands above each experiment on who starts it: what was asked and found, and commands that are valid."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import numpy as np
import pytest

from simcore import catalogue
from simcore.scenario import load

ROOT = Path(__file__).parent.parent
EXPERIMENTS = [name for name in catalogue.scenarios() if name in {
    "budgeted_seeding", "early_adopters", "email_influentials", "equal_cost", "fast_company2008", "few_more_seeds",
    "finite_size_halo", "immune_people", "multiplier_laws", "multiplier_map", "multiplier_top", "music_lab",
    "retrospective_illusion", "simple_to_complex", "susceptibility_or_influence"} or name.startswith((
        "aral_", "centola_", "dodds_watts", "goel", "kempe", "rossman_", "watts"))]


def header(name):
    """Return the comment at the top, its lines joined as the shell joins them."""
    lines = catalogue.scenarios()[name].read_text().splitlines()[1:]
    return [line.removeprefix("#").strip() for line in lines[: next(k for k, line in enumerate(lines)
                                                                    if not line.startswith("#"))]]


def commands(name):
    """Return the arguments of each `simcore run` of the header."""
    text = "\n".join(header(name)).replace("\\\n", " ")
    return [shlex.split(found) for found in re.findall(r"simcore run (.*)", text)]


def test_all_experiments_are_here():
    assert len(EXPERIMENTS) == 31


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_header_asks_and_answers_and_says_how_to_run_it_at_full_size(name):
    text = " ".join(header(name))
    for said in ("?", "Found here", "Full size: simcore run"):
        assert said in text


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_commands_of_a_header_are_valid(name):
    for scenario, *arguments in commands(name):
        sets = [value for flag, value in zip(arguments[::2], arguments[1::2], strict=True) if flag == "--set"]
        assert 2 * len(sets) == len(arguments)
        wanted = re.findall(r"\.\./shared/[\w/.]+", " ".join(sets))
        if all((ROOT / path).exists() for path in wanted):
            points = load(catalogue.scenarios()[scenario], sets=[
                value.replace("../shared", str(ROOT.parent / "shared")) for value in sets]).points
            assert points


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_pages_tell_text_from_commands(name):
    text, found = catalogue.opening(catalogue.scenarios()[name])
    assert "simcore run" not in text
    assert [shlex.split(command)[2:] for _, command in found] == commands(name)
    assert found[-1][0] == "Full size"


def test_who_started_it_is_what_the_header_says_under_three_readings():
    theory = runpy.run_path(str(ROOT / "plots" / "fast_company2008.py"))["theory"]
    fixed = [theory(4.0 / (0.9 + 0.1 * factor), factor, 0.18, scaled=False) for factor in (4.0, 10.0, 40.0)]
    assert fixed == pytest.approx([0.8773, 0.8292, 0.4419], abs=6e-5)
    degrees = np.linspace(0.05, 8.0, 160)
    held, scaled = ({factor: np.array([theory(degree, factor, 0.18, scaled=both) for degree in degrees])
                     for factor in (4.0, 10.0, 40.0)} for both in (False, True))
    for found in (*held.values(), *scaled.values()):
        assert np.isfinite(found).any()
        assert np.isnan(found).any()
    near = [theory(degree, 40.0, 0.18, scaled=False) for degree in (0.7, 0.742765, 0.78)]
    assert near[:2] == pytest.approx([0.444846, 0.446476], abs=1e-6)
    assert near[1] == max(*near, np.nanmax(held[40.0]))
    assert np.isnan(held[40.0][degrees > 1.56]).all()
    for holds, windows in ((lambda found: found > 0.5, [1, 2, 0]), (np.isfinite, [1, 2, 1])):
        begins = [np.diff(holds(scaled[factor]).astype(int), prepend=0) > 0 for factor in (4.0, 10.0, 40.0)]
        assert [int(begin.sum()) for begin in begins] == windows
