"""Paired differences: what they are, that their intervals hold, and that shared luck helps."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from simcore import api, cli, comparison
from simcore.errors import UsageError
from simcore.quantities import Crossed
from simcore.scenario import from_data

DATA = {
    "schema": 1, "title": "Who starts", "seed": 2, "replicates": 60,
    "network": {"kind": "poisson", "n": 80, "mean_degree": 4.0}, "model": {"name": "threshold", "threshold": 0.18},
    "sweep": {"model.threshold": [0.16, 0.24], "seeding.kind": ["random", "influential", "top-degree"],
              "seeding.top": {"values": [0.1, 0.3], "when": {"seeding.kind": "influential"}}}}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return api.run(from_data(DATA), tmp_path_factory.mktemp("results") / "who", workers=1).store


def test_differences_are_those_of_the_table(store):
    found = comparison.compare(store, "seeding.kind", "share")
    frame = api.Results(store).to_pandas()
    assert len(found["pairs"]) == 2 * (2 + 1)
    for pair in found["pairs"]:
        at = {**pair["setting"], "seeding.kind": pair["value"]}
        mine = frame[np.all([frame[path] == value for path, value in at.items()], axis=0)]
        other = frame[(frame["seeding.kind"] == "random") & (frame["model.threshold"] == at["model.threshold"])]
        left, right = (one.sort_values("replicate")["share"].to_numpy() for one in (mine, other))
        test = stats.ttest_rel(left, right).confidence_interval(0.95)
        assert pair["difference"] == pytest.approx((left - right).mean())
        assert pair["interval"] == pytest.approx([test.low, test.high])
        assert pair["variance_reduction"] == pytest.approx((left.var() + right.var()) / (left - right).var())
    for entry in found["overall"]:
        pairs = [pair["difference"] for pair in found["pairs"] if pair["value"] == entry["value"]]
        assert entry["difference"] == pytest.approx(np.mean(pairs))
        assert entry["settings"] == len(pairs)


def test_shared_luck_makes_differences_more_certain(store, tmp_path):
    near = DATA | {"replicates": 300, "sweep": {"model.threshold": [0.22, 0.24]}}
    shared, apart = (comparison.compare(api.run(from_data(near | {"independent_points": whether}),
                                                tmp_path / str(whether)).store, "model.threshold", "p_global")
                     for whether in (False, True))
    assert shared["pairs"][0]["variance_reduction"] > 1.5
    assert 0.7 < apart["pairs"][0]["variance_reduction"] < 1.4
    assert "do not share" in comparison.table(apart)


def crossed(rng, clusters, of_each, chance):
    """Return two points of which the first is global more often, with networks that favour it or not."""
    luck = rng.beta(2, 2, clusters).repeat(of_each)
    draws = rng.random(luck.size)
    return Crossed(np.stack([draws < luck * chance + (1 - chance), draws < luck]).astype(float),
                   np.arange(clusters).repeat(of_each))


@pytest.mark.parametrize(("clusters", "of_each", "chance"), [(200, 1, 0.98), (40, 10, 0.9), (100, 1, 0.7)])
def test_intervals_of_probabilities_cover(clusters, of_each, chance):
    rng = np.random.default_rng(4)
    truth = (1 - chance) * 0.5  # the mean of luck is a half
    held = trials = 0
    while trials < 600:
        data = crossed(rng, clusters, of_each, chance)
        low, high = comparison._difference(data, data.deviations(), [(0, 1)], "p_global")["interval"]
        held += low <= truth <= high
        trials += 1
    assert held / trials > 0.95 - 4 * np.sqrt(0.05 * 0.95 / trials)


def test_intervals_of_probabilities_are_those_of_bonett_and_price():
    """Of 50 pairs, 5 differ one way and 1 the other: (5 + 1) / (50 + 2) and (1 + 1) / (50 + 2)."""
    one, other = np.zeros((2, 50))
    one[:5], other[5] = 1, 1
    data = Crossed(np.stack([one, other]), np.arange(50))
    found = comparison._difference(data, data.deviations(), [(0, 1)], "p_global")
    middle, reach = 4 / 52, 1.959963984540054 * np.sqrt((8 / 52 - (4 / 52) ** 2) / 52)
    assert found["difference"] == pytest.approx(0.08)
    assert found["interval"] == pytest.approx([middle - reach, middle + reach])


def test_no_difference_at_all_is_not_certain():
    data = Crossed(np.ones((2, 50)), np.arange(50))
    found = comparison._difference(data, data.deviations(), [(0, 1)], "p_global")
    assert found["interval"][0] < 0 < found["interval"][1] < 0.1
    assert found["variance_reduction"] is None


def test_the_command_prints_and_draws(store, tmp_path, capsys):
    words = ["compare", str(store.folder), "--by", "seeding.kind"]
    assert cli.main([*words, "--figure", str(tmp_path / "d.svg")]) == 0
    assert "variance / paired" in capsys.readouterr().out
    assert len((tmp_path / "d.csv").read_text().splitlines()) == 7
    assert cli.main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["against"] == "random"


def test_what_cannot_be_compared_is_told(store, tmp_path):
    with pytest.raises(UsageError, match=r"'seeding.kid' is not swept; .*did you mean 'seeding.kind'"):
        comparison.compare(store, "seeding.kid", "share")
    drawn = from_data(DATA | {"replicates": 2, "sweep": {
        "design": "random", "samples": 3, "model.threshold": {"from": 0.1, "to": 0.2}, "seeding.count": [1, 2]}})
    with pytest.raises(UsageError, match=r"no two points differ in 'seeding.count' alone"):
        comparison.compare(api.run(drawn, tmp_path / "drawn").store, "seeding.count", "share")
