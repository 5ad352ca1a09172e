"""Under the same luck more of a cause never gives less of the effect: 10^5 replicates of each, compared one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from simcore import engine, models, rng, seeding
from simcore.engine import plain
from simcore.model import Single
from simcore.network.csr import from_arcs
from tests.simulation import as_read_by

NETWORKS, LEVELS, REPLICATES, HORIZON = 50, 21, 100, 30
assert NETWORKS * (LEVELS - 1) * REPLICATES == 10**5


def a_network(random):
    """Return up to 60 nodes with isolates, self-loops, parallel and one-way arcs."""
    n = int(random.integers(2, 60))
    arcs = random.integers(0, n, (2, int(random.integers(0, 4 * n))))
    return from_arcs(n, *arcs, parallel="weights").network


def courses(name, network, values, seeds, key):
    """Return how many had adopted in each replicate at each time, and in the end: int64[replicates, T + 1]."""
    model = models.find(name)
    ends, trajectory = plain.run(model, Single(as_read_by(model, network)), model.Params(*values), seeds, key, 0,
                                 HORIZON, True)
    return np.column_stack([trajectory[:, :, 0], ends[:, list(model.outcomes).index("size")]])




def rising(levels):
    """Say whether no replicate ever falls behind at the next level, and some get ahead from the first to the last."""
    assert all((more >= less).all() for less, more in itertools.pairwise(levels))
    return bool((levels[-1] > levels[0]).any())


@pytest.mark.parametrize(("name", "params"), [
    ("independent-cascade", lambda p: (np.array([rng.chance(p)]),)), ("si", lambda p: (p,))])
def test_more_transmission_never_infects_fewer(name, params):
    random, moved = np.random.default_rng(1), 0
    for number in range(NETWORKS):
        network, key = a_network(random), np.uint64(number)
        seeds = seeding.given(network, [int(random.integers(network.n))], REPLICATES)
        levels = [0.0, *np.sort(random.random(LEVELS - 2)), 1.0]
        moved += rising([courses(name, network, params(p), seeds, key) for p in levels])
    assert moved > NETWORKS / 2


def test_more_transmission_never_shrinks_a_percolation():
    random, moved = np.random.default_rng(4), 0
    model = models.find("independent-cascade")
    for number in range(NETWORKS):
        n = int(random.integers(2, 60))
        ties = random.integers(0, n, (2, int(random.integers(1, 4 * n))))
        network = from_arcs(n, *ties, undirected=True).network
        if not network.arcs:
            continue
        seeds = seeding.given(network, [int(random.integers(n))], REPLICATES)
        levels = []
        for p in [0.0, *np.sort(random.random(LEVELS - 2)), 1.0]:
            params = model.Params(np.array([rng.chance(p)]), 0.0, *np.ones((2, 1)))
            task = engine.Task(model, Single(network), params, seeds, np.uint64(number), 0, n)
            levels.append(engine.run(task, ["size"], "percolation")[0][:, [0]])
        moved += rising(levels)
    assert moved > NETWORKS / 2


def test_lower_thresholds_never_convince_fewer():
    random, moved = np.random.default_rng(2), 0
    for number in range(NETWORKS):
        network, key = a_network(random), np.uint64(number)
        seeds = seeding.given(network, random.permutation(network.n)[:2], REPLICATES)
        own = random.random(network.n)
        moved += rising([courses("threshold", network, (own * factor, False, 0.02), seeds, key)
                         for factor in np.sort(random.random(LEVELS))[::-1]])
    assert moved > NETWORKS / 2


def test_more_seeds_never_convince_fewer():
    random, moved = np.random.default_rng(3), 0
    for number in range(NETWORKS):
        network, key = a_network(random), np.uint64(number)
        order, own = random.permutation(network.n), random.random(network.n)
        moved += rising([courses("threshold", network, (own, False, 0.02),
                                 seeding.given(network, order[:round(share * network.n)], REPLICATES), key)
                         for share in np.linspace(0.0, 1.0, LEVELS)])
    assert moved > NETWORKS / 2
