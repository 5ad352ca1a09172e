"""The census against brute force: the cascade that every single node would start."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models, rng, seeding
from simcore.engine import census, plain
from simcore.model import Single
from simcore.models.threshold import needs
from simcore.network.csr import from_arcs
from simcore.network.poisson import poisson
from tests.naive import census as twin
from tests.strategies import networks, thresholds

MODEL = models.find("threshold")


def need_of(network, values):
    out = np.empty(network.n, np.int64 if network.weighted else np.int32)
    needs(Single(network), MODEL.Params(np.array(values, np.float64)), out)
    return out


def brute(network, values, nodes):
    """Return outcomes of the plain engine, one cascade for each of these nodes."""
    alone = seeding.Seeds(np.asarray(nodes, np.uint32), np.arange(len(nodes)), np.arange(1, len(nodes) + 1),
                          np.zeros(len(nodes)), np.zeros(len(nodes)))
    return plain.run(MODEL, Single(network), MODEL.Params(np.array(values, np.float64)), alone, np.uint64(0), 0,
                     network.n + 1, False)[0]


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_the_census_is_brute_force(data):
    network, arcs = data.draw(networks(min_nodes=1, max_nodes=14, weighted=data.draw(st.booleans())))
    lowest = st.sampled_from([0.05, 0.25, 1 / 3, 0.5, 1.0])  # or hardly any network has a hub
    values = data.draw(st.lists(data.draw(st.sampled_from([thresholds, lowest])), min_size=network.n,
                                max_size=network.n))
    found = census.cascades(network, need_of(network, values))
    assert found.size.tolist() == twin.sizes(arcs, network.n, values)
    assert found.longest >= max(twin.durations(arcs, network.n, values))


@pytest.mark.parametrize("mean_degree", [0.8, 1.05, 2.0, 4.0, 5.7, 6.2, 9.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_census_is_the_plain_engine_on_networks_of_some_size(mean_degree, seed):
    network, values = poisson(3_000, mean_degree, rng.network_key(rng.root(seed), 0)), [0.18]
    expected = brute(network, values, range(network.n))
    found = census.cascades(network, need_of(network, values))
    assert found.size.tolist() == expected[:, 0].tolist()
    assert found.longest >= expected[:, 1].max()
    some = np.array([5, 17, 17, 2_999], np.uint32)
    assert census.cascades(network, need_of(network, values), some).size.tolist() == found.size[some].tolist()


def test_runs_too_long_to_be_listed_are_undone_all_the_same(monkeypatch):
    monkeypatch.setattr(census, "_TRAIL", 1)
    network = poisson(2_000, 6.0, rng.network_key(rng.root(3), 0))
    expected = brute(network, [0.18], range(network.n))[:, 0]
    assert expected.max() > 1_900
    assert census.cascades(network, need_of(network, [0.18])).size.tolist() == expected.tolist()


def test_paths_one_way_networks_without_hubs_and_nobody():
    path = from_arcs(6, range(5), range(1, 6)).network
    assert census.cascades(path, need_of(path, [1.0])).size.tolist() == [6, 5, 4, 3, 2, 1]
    both = from_arcs(6, range(5), range(1, 6), undirected=True).network
    assert census.cascades(both, need_of(both, [0.5])).size.tolist() == [6] * 6
    assert census.cascades(both, need_of(both, [0.6])).size.tolist() == [1, 2, 1, 1, 2, 1]
    assert census.cascades(both, np.zeros(6, np.int32)).size.tolist() == [6] * 6
    assert census.cascades(from_arcs(0, [], []).network, np.empty(0, np.int32)).size.tolist() == []


def test_vulnerable_are_those_whom_one_suffices():
    network = from_arcs(4, [0, 1, 0, 3], [2, 2, 1, 2], [2.0, 1.0, 1.0, 1.0]).network
    assert census.vulnerable(network, need_of(network, [0.5])).tolist() == [False, True, True, False]
    assert census.vulnerable(network, need_of(network, [0.6])).tolist() == [False, True, False, False]


DATA = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.mark.skipif(not DATA.is_dir(), reason="the real networks are not at hand")
@pytest.mark.parametrize("name", sorted(path.parent.name for path in DATA.glob("*/edges.csv")))
def test_the_census_is_the_plain_engine_on_real_networks(name):
    from simcore.network.read import read

    direction = "both" if name in ("ego_facebook", "pgp", "nethept", "ceos_clubs") else "source-influences-target"
    network = read(DATA / name / "edges.csv", direction=direction, parallel="weights").network
    nodes = np.unique(np.linspace(0, network.n - 1, 1500).astype(np.uint32))
    for threshold in (0.08, 0.18, 0.4):
        found = census.cascades(network, need_of(network, [threshold]))
        assert found.size[nodes].tolist() == brute(network, [threshold], nodes)[:, 0].tolist()
