"""Census and percolation as algorithms: equal to the plain one on the sizes, which are all they supply."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import engine, models, rng, seeding
from simcore.engine.sizes import CENSUS, PERCOLATION
from simcore.errors import UsageError
from simcore.model import Single
from simcore.network.csr import from_arcs
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from simcore.network.read import read
from tests.strategies import keys, networks, probabilities, thresholds

ONE = np.ones(1)
DATA = Path(__file__).parents[1].parent / "shared" / "data"


def task_of(name, network, params, count, key, replicates, horizon, first=0):
    model = models.find(name)
    chosen = seeding.choose(seeding.Random(count), reported(network), key, first, replicates)
    return engine.Task(model, Single(network), model.Params(*params), chosen, key, first, horizon)


def plain(task):
    return engine.run(task, ["size"], "plain")[0][:, 0].tolist()


@given(st.data(), keys, st.integers(1, 12))
@settings(max_examples=500, deadline=None)
def test_the_census_is_the_plain_algorithm_whatever_the_horizon(data, key, horizon):
    network, _ = data.draw(networks(min_nodes=1, weighted=data.draw(st.booleans())))
    values = data.draw(st.lists(thresholds, min_size=network.n, max_size=network.n))
    task = task_of("threshold", network, (np.array(values), False), 1, key, 9, horizon)
    found, ran = engine.run(task, ["size"], "census")
    assert found[:, 0].tolist() == plain(task)
    assert ran == {"census": 9}


@given(st.data(), keys)
@settings(max_examples=500, deadline=None)
def test_percolation_is_the_plain_algorithm(data, key):
    network, _ = data.draw(networks(min_nodes=2).filter(lambda drawn: drawn.network.symmetric and drawn.network.arcs))
    name, p = data.draw(st.sampled_from(["independent-cascade", "sir"])), data.draw(probabilities)
    params = (p, 1.0) if name == "sir" else (np.array([rng.chance(p)], np.uint64), 0.0, ONE, ONE)
    task = task_of(name, network, params, data.draw(st.integers(1, 2)), key, 40, network.n,
                   first=data.draw(st.integers(0, 40)))
    assert engine.run(task, ["size"], "percolation")[0][:, 0].tolist() == plain(task)


@pytest.mark.skipif(not DATA.is_dir(), reason="the real networks are not at hand")
@pytest.mark.parametrize("name", sorted(path.parent.name for path in DATA.glob("*/edges.csv")))
def test_both_are_the_plain_algorithm_on_real_networks(name):
    network = read(DATA / name / "edges.csv", direction="both").network
    threshold = task_of("threshold", network, (np.array([0.18]), False), 1, np.uint64(5), 30, 1_000, first=11)
    chance = np.array([rng.chance(0.1)], np.uint64)
    attempt = task_of("independent-cascade", network, (chance, 0.0, ONE, ONE), 2, np.uint64(5), 30, network.n, first=11)
    for task, algorithm in ((threshold, "census"), (attempt, "percolation")):
        found, ran = engine.run(task, ["size"], algorithm)
        assert found[:, 0].tolist() == plain(task)
        assert ran == {algorithm: 30}


def test_many_global_cascades_on_one_network_are_left_to_the_census():
    network = poisson(3_000, 4.0, np.uint64(3))
    task = task_of("threshold", network, (np.array([0.18]),), 1, np.uint64(3), 2_000, 1_000)
    found, ran = engine.run(task, ["size"])
    assert ran["census"] > 1_900
    assert found[:, 0].tolist() == plain(task)
    assert "census" not in engine.run(task, ["size", "duration"])[1]
    sparse = task_of("threshold", poisson(3_000, 0.5, np.uint64(3)), (np.array([0.18]),), 1, np.uint64(3), 500, 1_000)
    assert engine.run(sparse, ["size"])[1] == {"plain": 500}


def test_what_they_do_not_serve():
    network = from_arcs(4, [0, 1, 2], [1, 2, 3], undirected=True).network
    two = task_of("threshold", network, (np.array([0.5]),), 2, np.uint64(1), 3, 9)
    assert not CENSUS.fits(two)
    advertised = task_of("threshold", network, (np.array([0.5]), False, 0.5), 1, np.uint64(1), 3, 9)
    with pytest.raises(UsageError, match="'census' does not serve"):
        engine.run(advertised, ["size"], "census")
    chance = np.array([rng.chance(0.5)], np.uint64)
    assert PERCOLATION.fits(task_of("independent-cascade", network, (chance, 0.0, ONE, ONE), 1, np.uint64(1), 3, 4))
    assert not PERCOLATION.fits(task_of("independent-cascade", network, (chance, 0.0, ONE, ONE), 1, np.uint64(1), 3, 3))
    unequal = np.array([rng.chance(0.5)] * 5 + [rng.chance(0.6)], np.uint64)
    params = (unequal, 0.0, ONE, ONE)
    assert not PERCOLATION.fits(task_of("independent-cascade", network, params, 1, np.uint64(1), 3, 9))
