"""Points that run until they are known well enough: the rule, its coverage, and that everybody decides the same."""

from __future__ import annotations

import json

import numpy as np
import pytest

from simcore import api, cli, runner, stopping
from simcore.errors import ScenarioError, StoreError
from simcore.intervals import wilson
from simcore.keeping import open_folder
from simcore.scenario import from_data
from simcore.store import Store
from simcore.study import Study

DATA = {
    "schema": 1, "title": "Enough", "seed": 4, "replicates": 40,
    "network": {"kind": "poisson", "n": 60, "mean_degree": 4.0}, "model": {"name": "threshold", "threshold": 0.18},
    "sweep": {"network.mean_degree": [0.5, 2.0, 4.0, 7.0]}, "stop": {"half_width": 0.09, "max_replicates": 400}}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return api.run(from_data(DATA), tmp_path_factory.mktemp("results") / "enough", workers=1).store


def test_rounds_double_up_to_the_most():
    assert stopping.ends(40, 400) == [40, 80, 160, 320, 400]
    assert stopping.ends(40, 40) == [40]


def naive_rule(hits, half_width, first, most):
    """Return with how many replicates a point stops, from all the replicates that it may have."""
    rounds = stopping.ends(first, most)
    z = {5: 2.5758293035489004}[len(rounds)]  # of a tail of .05 / 5 / 2
    for end in rounds:
        low, high = wilson(sum(hits[:end]) / end, end, z)
        if (high - low) / 2 <= half_width:
            break
    return end


def test_points_have_as_many_replicates_as_they_need(store, tmp_path):
    whole = api.run(from_data(DATA | {"replicates": 400, "stop": DATA["stop"] | {"half_width": 1.0}}),
                    tmp_path / "whole").store
    assert len(whole.plans()) == 1
    every, some = whole.columns(), store.columns()
    numbers = []
    for point in range(4):
        hits = every["share"][every["point"] == point] >= 0.1
        rows = some["point"] == point
        numbers.append(int(rows.sum()))
        assert numbers[-1] == naive_rule(hits.tolist(), 0.09, 40, 400)
        assert np.array_equal(some["share"][rows], every["share"][every["point"] == point][:numbers[-1]])
    assert len(set(numbers)) > 1
    summary = api.Results(store).summary()
    assert summary["complete"]
    assert sorted(entry["replicates"] for entry in summary["points"]) == sorted(numbers)
    for entry in summary["points"]:
        low, high = entry["stop"]["interval"]
        assert entry["stop"]["met"] == ((high - low) / 2 <= 0.09)
        assert entry["stop"]["done"]
        assert entry["stop"]["value"] == entry["p_global"]


def test_everybody_decides_the_same(store, tmp_path):
    """Threads, an interruption at any chunk, and shards that take turns."""
    data = from_data(DATA)
    plans = [{**plan} for plan in store.plans()]
    threads = api.run(data, tmp_path / "threads", workers=3).store
    assert (threads.digest(), threads.plans()) == (store.digest(), plans)

    folder = tmp_path / "interrupted"
    for _ in range(40):
        study = Study(data)
        part = open_folder(study, folder, resume=folder.exists())
        todo = runner.left(part)
        runner.run(study, part, todo=todo._replace(missing=todo.missing[:1]))
        if not part.missing() and not stopping.go_on(study, part):
            break
    assert (part.digest(), part.plans()) == (store.digest(), plans)

    folder = tmp_path / "shards"
    for turn in range(40):
        api.run(data, folder, workers=1, shard=f"{turn % 2 + 1}/2")
        if api.Results.open(folder).summary()["complete"]:
            break
    shards = Store(folder)
    assert (shards.digest(), shards.plans()) == (store.digest(), plans)


def test_a_round_that_is_lost_is_decided_again(store, tmp_path):
    folder = tmp_path / "lost"
    api.run(from_data(DATA), folder, workers=1)
    last = sorted(folder.glob("plan-*.json"))[-1]
    last.unlink()
    assert api.run(from_data(DATA), folder, resume=True).digest == store.digest()
    assert last.is_file()


def coverage(p, half_width, trials, rng):
    """Return how often the 95 % interval at which a point stops holds p, with levels spent over looks and without."""
    rounds = stopping.ends(100, 3200)
    held = np.zeros(2)
    for _ in range(trials):
        hits = (rng.random(rounds[-1]) < p).astype(float)
        for k, error in enumerate([0.05 / len(rounds), 0.05]):
            for end in rounds:
                rows = {"network": np.arange(end), "replicate": np.arange(end)}
                _, (low, high) = stopping.interval("p_global", hits[:end], rows, error)
                if (high - low) / 2 <= half_width:
                    break
            held[k] += low <= p <= high
    return held / trials


@pytest.mark.parametrize("p", [0.01, 0.12, 0.21, 0.5])
def test_intervals_at_which_points_stop_cover(p):
    spent, _ = coverage(p, 0.05, 600, np.random.default_rng(1))
    assert spent > 0.95 - 2 * np.sqrt(0.05 * 0.95 / 600)


def test_looking_at_the_full_level_would_not_cover():
    """What is narrow by luck is off by luck, and the naive rule stops there."""
    spent, naive = coverage(0.21, 0.05, 2000, np.random.default_rng(2))
    assert naive < 0.95 - 3 * np.sqrt(0.05 * 0.95 / 2000)
    assert spent > 0.95


def test_means_cover_where_networks_are_shared():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        networks = np.arange(100).repeat(4)
        values = rng.normal(size=100).repeat(4) + rng.normal(size=400)
        rows = {"network": networks, "replicate": np.arange(400)}
        _, (low, high) = stopping.interval("share", values, rows, 0.05)
        held += low <= 0 <= high
    assert held / 400 > 0.95 - 3 * np.sqrt(0.05 * 0.95 / 400)


def test_a_mean_of_one_cluster_is_never_known_well_enough():
    rows = {"network": np.zeros(1, int), "replicate": np.zeros(1, int)}
    assert stopping.interval("share", np.ones(1), rows, 0.05) == (1.0, (-np.inf, np.inf))


def test_the_command_goes_on_round_by_round(tmp_path, capsys):
    source = tmp_path / "s.toml"
    from simcore.scenario.write import to_toml

    source.write_text(to_toml(DATA))
    words = ["run", str(source), "--out", str(tmp_path / "out"), "--no-figures", "--json", "--workers", "1"]
    assert cli.main(words) == 0
    assert json.loads(capsys.readouterr().out)["complete"]
    with pytest.raises(StoreError, match=r"begun with another \[stop\]"):
        api.run(source, tmp_path / "out", sets=["stop.half_width=0.5"], resume=True)


@pytest.mark.parametrize(("stop", "message"), [
    ({"half_width": 0.1}, "stop.max_replicates: is missing"),
    ({"half_width": 0.1, "max_replicates": 10}, r"max_replicates: must be at least replicates = 40, .* \(got 10\)"),
    ({"half_width": 0.1, "max_replicates": 100, "of": "shar"}, "stop.of: must be 'p_global'.*did you mean 'share'"),
    ({"half_width": 0, "max_replicates": 100}, r"half_width: must be above 0 \(got 0\)"),
    ({"half_widht": 0.1, "max_replicates": 100}, "did you mean 'half_width'"),
])
def test_what_is_wrong_with_a_rule_is_told(stop, message):
    with pytest.raises(ScenarioError, match=message):
        from_data(DATA | {"stop": stop})
