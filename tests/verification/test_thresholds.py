"""The quick part of `simcore verify`, as the command runs it, and what summaries say of the same simulations."""

from __future__ import annotations

import pytest

from simcore.intervals import student
from simcore.machine import available_cores
from simcore.store import Store
from simcore.summary import summarise
from simcore.verify import sources, verify

pytestmark = pytest.mark.verification
SEEDS = ("single_seeds", "directed_seeds")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("verification")


@pytest.fixture(scope="module")
def verdicts(folder):
    return verify(sources(), folder, workers=available_cores())


@pytest.fixture(scope="module")
def points(folder, verdicts):
    return {(name, *entry["point"].values()): entry for name in SEEDS
            for entry in summarise(Store(folder / name))["points"]}


def test_everything_holds(verdicts):
    for verdict in verdicts:
        print("  ".join(verdict.cells()))
    assert len(verdicts) > 150
    assert [verdict.name for verdict in verdicts if not verdict.passed] == []


@pytest.mark.parametrize("target", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 26, 27, 29, 31, 34])
def test_the_targets_are_there(verdicts, target):
    assert any(verdict.target == target for verdict in verdicts)


def test_deviations_are_those_of_chance(verdicts):
    free = [verdict.z for verdict in verdicts if verdict.z is not None and not verdict.tolerance]
    assert len(free) > 40
    assert 0.5 < sum(z * z for z in free) / len(free) < 2.0  # points that share networks hang together


def test_theory_stands_beside_every_point(verdicts, points):
    of = {"p_global": "p_global", "share_given_global": "share_given_global"}
    compared = 0
    for verdict in verdicts:
        if verdict.scenario in SEEDS and verdict.quantity in of and "seed_out_degree" not in verdict.setting:
            said = points[verdict.scenario, *verdict.setting.values()]["theory"][of[verdict.quantity]]
            assert said == pytest.approx(verdict.expected, abs=6e-7 + verdict.tolerance)
            compared += 1
    assert compared == 22


def test_many_replicates_on_many_networks(points):
    assert {(entry["replicates"], entry["networks"]) for entry in points.values()} == {(20_000, 400)}


def test_multiplier_is_below_the_direct_ratio(points):
    found = [entry["multiplier"] for entry in points.values() if entry["multiplier"]]
    assert len(found) == 4
    assert all(multiplier["m_interval"][1] < multiplier["d"] for multiplier in found)


def test_intervals_are_what_they_are_called(points, verdicts):
    errors = {(verdict.scenario, *verdict.setting.values()): verdict.standard_error for verdict in verdicts
              if verdict.scenario in SEEDS and verdict.quantity == "p_global"}
    reach = student(400 - 1)  # of 400 networks
    for place, entry in points.items():
        low, high = entry["p_global_interval"]
        assert entry["interval_method"] == "Wilson, 95 %, clustered by network"
        assert (high - low) / (2 * reach) == pytest.approx(errors[place], rel=0.05)
