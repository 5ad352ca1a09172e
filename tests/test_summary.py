"""Intervals that mean what they say, and theory where it speaks."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats

from simcore import intervals, plan, summary
from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import from_data
from simcore.store import ordered
from simcore.study import Study

BASE = {"schema": 1, "title": "t", "replicates": 10, "network": {"kind": "poisson", "n": 10_000, "mean_degree": 4.0},
        "model": {"name": "threshold", "threshold": 0.18}}


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 10), (10, 10), (617, 1000)])
def test_wilson_is_wilson(hits, n):
    known = stats.binomtest(hits, n).proportion_ci(0.95, method="wilson")
    assert intervals.wilson(hits / n, n) == pytest.approx((known.low, known.high), abs=1e-12)


def test_clustered_error_of_clusters_of_one_is_the_ordinary_one():
    values = np.random.default_rng(1).normal(size=50)
    assert intervals.standard_error(values, np.arange(50)) == pytest.approx(stats.sem(values))
    assert intervals.standard_error(values, np.zeros(50, int)) == math.inf


def test_clustered_intervals_cover_and_naive_ones_would_not():
    """Networks on which a cascade is likely or unlikely: replicates on one are alike."""
    rng = np.random.default_rng(7)
    networks = np.repeat(np.arange(40), 25)
    covered = naive = 0
    trials = 600
    for _ in range(trials):
        chance = rng.beta(2, 2, 40)
        hits = rng.random(1000) < chance[networks]
        p, (low, high), method = intervals.proportion(hits, networks)
        assert method == intervals.CLUSTERED
        covered += low <= 0.5 <= high
        low, high = intervals.wilson(p, 1000)
        naive += low <= 0.5 <= high
    assert abs(covered / trials - 0.95) < 4 * math.sqrt(0.95 * 0.05 / trials) + 0.01
    assert naive / trials < 0.6


def test_ratio_covers_and_pairs_networks():
    rng = np.random.default_rng(8)
    clusters = np.repeat(np.arange(50), 10)
    covered = 0
    trials = 400
    for _ in range(trials):
        level = rng.gamma(4.0, 1.0, 50)[clusters]
        above, below = level * rng.gamma(5.0, 0.4, 500), level * rng.gamma(5.0, 0.2, 500)
        found = intervals.ratio(above, clusters, below, clusters)
        covered += found.interval[0] <= 2.0 <= found.interval[1]
    assert abs(covered / trials - 0.95) < 4 * math.sqrt(0.95 * 0.05 / trials) + 0.01
    assert intervals.ratio(np.ones(4), np.arange(4), np.zeros(4), np.arange(4)) is None
    assert intervals.ratio(np.zeros(4), np.arange(4), np.ones(4), np.arange(4)).value == 0


@pytest.mark.parametrize("networks", [5, 10])
def test_intervals_over_few_networks_cover_too_and_normal_ones_would_not(networks):
    rng, trials = np.random.default_rng(9), 2000
    clusters = np.repeat(np.arange(networks), 20)
    covered = dict.fromkeys(("mean", "ratio", "proportion", "normal"), 0)
    for _ in range(trials):
        level = rng.normal(10.0, 1.0, networks)[clusters]
        above, below = level + rng.normal(size=level.size), np.full(level.size, 10.0)
        mean, (low, high) = intervals.mean_interval(above, clusters)
        covered["mean"] += low <= 10.0 <= high
        reach = intervals.Z * intervals.standard_error(above, clusters)
        covered["normal"] += abs(mean - 10.0) <= reach
        low, high = intervals.ratio(above, clusters, below, clusters).interval
        covered["ratio"] += low <= 1.0 <= high
        hits = rng.random(level.size) < rng.beta(2, 2, networks)[clusters]
        low, high = intervals.proportion(hits, clusters)[1]
        covered["proportion"] += low <= 0.5 <= high
    within = 4 * math.sqrt(0.95 * 0.05 / trials)
    assert covered.pop("normal") / trials < 0.95 - within
    assert all(abs(number / trials - 0.95) < within for number in covered.values()), covered


def test_student_is_students_and_infinite_without_freedom():
    assert intervals.student(9) == pytest.approx(stats.t.ppf(0.975, 9))
    assert intervals.student(np.array([0, 1, 10**6]), 0.99) == pytest.approx(
        [math.inf, stats.t.ppf(0.995, 1), stats.norm.ppf(0.995)], rel=1e-5)


def test_method_names_what_was_done():
    hits = np.array([True, False, True, True])
    assert intervals.proportion(hits, np.arange(4))[2] == intervals.INDEPENDENT
    assert intervals.proportion(hits, np.zeros(4, int))[2] == intervals.ONE_NETWORK
    p, interval, method = intervals.proportion(np.ones(40, bool), np.repeat(np.arange(4), 10))
    assert (p, method) == (1.0, intervals.CLUSTERED)
    assert interval[0] == pytest.approx(intervals.wilson(1.0, 4)[0])  # all agree: four networks say no more


@pytest.mark.parametrize("networks", [None, 3])  # rows are stored in the order of points, or in another
@pytest.mark.parametrize("left_out", [slice(0), slice(0, 5, 3), slice(1, 4), slice(-1, None), slice(None)])
def test_rows_come_point_by_point_and_json_is_the_summary(networks, left_out, tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "CHUNK_COST", 1e4)
    monkeypatch.setattr(ordered, "_HELD", 500)  # of 5 columns: a hundred rows of 378
    study = Study(from_data({
        "schema": 1, "title": "t", "replicates": 7, "horizon": 50, "model": {"name": "sir"},
        "network": {"kind": "poisson", "n": 20, "mean_degree": 3.0, "count": networks} if networks else
                   {"kind": "karate-club"},
        "sweep": {"model.transmission": [0.1, 0.2, 0.5], "model.recovery": {"from": 0.2, "to": 1.0, "count": 9},
                  "seeding.kind": ["random", "influential"]}}))
    store = open_folder(study, tmp_path / "out", resume=False)
    run(study, store)
    files = store.files()
    assert len(files) > 5
    for chunk in files[left_out]:
        store.discard(chunk)
    columns, points = store.columns(), list(store.by_point())
    assert len(points) == 54
    for name, values in columns.items():
        np.testing.assert_array_equal(np.concatenate([rows[name] for rows in points]), values)
    assert all((rows["point"] == k).all() for k, rows in enumerate(points))
    assert "".join(summary.as_json(store)) == json.dumps(summary.summarise(store), indent=1)
