"""Threshold cascades on Poisson networks against theory (Watts 2002; Gleeson & Cahalane 2007), with z-scores.

The networks have 10^4 nodes; theory is exact for infinitely many. The difference this makes, at most .012 for
P(global) and .003 for sizes at these points, is allowed for by name; everything else is three standard errors,
clustered by network.
"""

from __future__ import annotations

import pytest

from simcore.machine import available_cores
from simcore.runner import run
from simcore.scenario import from_data
from simcore.study import Study
from simcore.summary import Z, standard_error, summarise

pytestmark = pytest.mark.verification
FINITE_P, FINITE_SIZE = 0.012, 0.003


def simulate(tmp_path_factory, network, degrees, kinds=("random",)):
    scenario = from_data({
        "schema": 1, "title": "verification", "seed": 20020430, "replicates": 20_000,
        "network": {"n": 10_000, "count": 400, **network}, "model": {"name": "threshold", "threshold": 0.18},
        "sweep": {"network.mean_degree": list(degrees), "seeding.kind": list(kinds)}})
    study = Study(scenario)
    store = study.open(tmp_path_factory.mktemp("verification") / "out", resume=False)
    run(study, store, workers=available_cores())
    columns = store.columns()
    hashes = sorted(point["hash"] for point in store.manifest["points"])
    found = {}
    for point in summarise(store)["points"]:
        place = next(k for k, hash_ in enumerate(hashes) if hash_.startswith(point["id"]))
        rows = columns["point"] == place
        error = standard_error((columns["share"][rows] >= 0.1).astype(float), columns["network"][rows])
        found[point["point"]["network.mean_degree"], point["point"]["seeding.kind"]] = point | {"error": error}
    return found


@pytest.fixture(scope="module")
def undirected(tmp_path_factory):
    return simulate(tmp_path_factory, {"kind": "poisson"}, (1.5, 2.5, 4.0, 5.0), ("random", "influential"))


@pytest.fixture(scope="module")
def directed(tmp_path_factory):
    return simulate(tmp_path_factory, {"kind": "influence"}, (1.5, 4.0, 5.5))


def check(point, expected):
    deviation = point["p_global"] - expected
    print(f"P(global) {point['p_global']:.5f}, theory {expected:.5f}, standard error {point['error']:.5f}, "
          f"z = {deviation / point['error']:+.2f}")
    assert point["replicates"] == 20_000
    assert point["networks"] == 400
    assert point["theory"]["p_global"] == pytest.approx(expected, abs=6e-7)
    assert abs(deviation) < 3 * point["error"] + FINITE_P


@pytest.mark.parametrize(("z", "expected"), [(1.5, 0.548851), (2.5, 0.838828), (4.0, 0.865296), (5.0, 0.695307)])
def test_random_seeds(undirected, z, expected):
    check(undirected[z, "random"], expected)


@pytest.mark.parametrize(("z", "expected"), [(1.5, 0.937997), (2.5, 0.999051), (4.0, 0.994789), (5.0, 0.914057)])
def test_influential_seeds(undirected, z, expected):
    check(undirected[z, "influential"], expected)


@pytest.mark.parametrize(("z", "expected"), [(1.5, 0.580159), (2.5, 0.892627), (4.0, 0.980173), (5.0, 0.993023)])
def test_size_given_global(undirected, z, expected):
    for kind in ("random", "influential"):
        point = undirected[z, kind]
        assert point["theory"]["share_given_global"] == pytest.approx(expected, abs=6e-7)
        assert abs(point["share_given_global"] - expected) < FINITE_SIZE


@pytest.mark.parametrize(("z", "expected"), [(1.5, 0.564209), (4.0, 0.894634), (5.5, 0.787386)])
def test_directed_networks(directed, z, expected):
    check(directed[z, "random"], expected)


@pytest.mark.parametrize(("z", "m", "d"), [(1.5, 1.709, 2.599), (2.5, 1.191, 2.248), (4.0, 1.1497, 1.9619),
                                           (5.0, 1.315, 1.844)])
def test_multiplier_is_below_the_direct_ratio(undirected, z, m, d):
    found = undirected[z, "influential"]["multiplier"]
    assert abs(found["m"] - m) < 0.03
    assert abs(found["d"] - d) < 0.02
    assert found["m_interval"][1] < found["d"]


def test_intervals_are_what_they_are_called(undirected):
    for point in undirected.values():
        low, high = point["p_global_interval"]
        assert point["interval_method"] == "Wilson, 95 %, clustered by network"
        assert (high - low) / (2 * Z) == pytest.approx(point["error"], rel=0.05)
