"""Exact answers on small networks, against each other and against cascades followed step by step."""

from functools import cache
from itertools import product
from math import comb, nan, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.network.csr import from_arcs
from simcore.network.degree_laws import poisson
from simcore.theory import (
    bond_percolation,
    cascade_sizes,
    complete_sizes,
    path_spread,
    star_spread,
    triangle_spread,
)


def tied(n, *ties):
    return from_arcs(n, *zip(*ties, strict=True), undirected=True).network


def complete(n):
    return tied(n, *((i, j) for i in range(n) for j in range(i)))


def expected(sizes):
    return sizes @ np.arange(len(sizes))


def followed(network, chances, seeds):
    """Sizes of the cascades that start at the seeds, followed through every outcome of every step."""
    towards = {(i, int(network.out_idx[a])): chances[a]
               for i in range(network.n) for a in range(network.out_ptr[i], network.out_ptr[i + 1])}

    @cache
    def ends(active, new):
        sizes = np.zeros(network.n + 1)
        idle = [j for j in range(network.n) if j not in active]
        reached = [1.0 - prod(1.0 - towards.get((i, j), 0.0) for i in new) for j in idle]
        for outcome in product([False, True], repeat=len(idle)):
            chance = prod(p if hit else 1.0 - p for p, hit in zip(reached, outcome, strict=True))
            newly = frozenset(j for j, hit in zip(idle, outcome, strict=True) if hit)
            if chance and newly:
                sizes += chance * ends(active | newly, newly)
            elif chance:
                sizes[len(active)] += chance
        return sizes

    return ends(frozenset(seeds), frozenset(seeds))


def test_reference():
    assert star_spread(50, 0.3, from_centre=True) == pytest.approx(16.0)
    assert star_spread(50, 0.3, from_centre=False) == pytest.approx(5.71)
    assert path_spread(11, 0.5) == 1.9990234375
    assert triangle_spread(0.5) == 2.25


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_closed_forms_against_all_live_arcs(p):
    star = tied(8, *((0, leaf) for leaf in range(1, 8)))
    assert expected(cascade_sizes(star, p, [0])) == pytest.approx(star_spread(7, p, from_centre=True))
    assert expected(cascade_sizes(star, p, [3])) == pytest.approx(star_spread(7, p, from_centre=False))
    path = tied(9, *((i, i + 1) for i in range(8)))
    for seed in range(9):
        assert expected(cascade_sizes(path, p, [seed])) == pytest.approx(path_spread(9, p, seed=seed))
    for n, seeds in ((1, 1), (3, 1), (5, 1), (5, 2), (4, 4)):
        network = complete(n) if n > 1 else from_arcs(1, [], []).network
        assert complete_sizes(n, p, seeds=seeds) == pytest.approx(cascade_sizes(network, p, range(seeds)), abs=1e-12)
    assert expected(complete_sizes(3, p)) == pytest.approx(triangle_spread(p))


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 5), st.data())
def test_any_small_network(n, data):
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    arcs = data.draw(st.lists(pairs, max_size=9))
    source, target = zip(*arcs, strict=True) if arcs else ((), ())
    network = from_arcs(n, source, target, undirected=data.draw(st.booleans())).network
    seeds = data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=3))
    tenths = data.draw(st.integers(0, 10) | st.lists(st.integers(0, 10), min_size=network.arcs, max_size=network.arcs))
    transmission = np.array(tenths) / 10.0
    sizes = cascade_sizes(network, transmission, seeds)
    assert sizes == pytest.approx(followed(network, np.broadcast_to(transmission, network.arcs), seeds), abs=1e-12)


def test_complete_networks_against_the_triangular_equations():
    n, p = 12, 0.15  # sum_k C(n - 1 - k, j - k) P_k / q^((k + 1)(n - 1 - j)) = C(n - 1, j), k later nodes
    later = complete_sizes(n, p)[1:]
    for j in range(n):
        left = sum(comb(n - 1 - k, j - k) * later[k] / (1 - p) ** ((k + 1) * (n - 1 - j)) for k in range(j + 1))
        assert left == pytest.approx(comb(n - 1, j))


def test_large_complete_networks_approach_bond_percolation():
    limit, gaps = bond_percolation(poisson(2.0), 1.0), []
    for n in (100, 200, 400):
        sizes, least = complete_sizes(n, 2.0 / (n - 1)), n // 4
        epidemics = sizes[least:].sum()
        share = sizes[least:] @ np.arange(least, n + 1) / epidemics / n
        gaps.append((epidemics - limit.p_epidemic, share - limit.size))
        assert sizes.sum() == pytest.approx(1.0)
    assert np.all(np.abs(gaps[0]) < 0.004)
    assert np.all(np.abs(gaps[1:]) < 0.6 * np.abs(gaps[:-1]))


def test_simulated_cascades():
    rng, trials, p = np.random.default_rng(1), 20_000, 0.2
    ties = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 4), (4, 5), (5, 0)]
    live = rng.random((trials, len(ties))) < p
    reached = np.zeros((trials, 6), bool)
    reached[:, 2] = True
    for _ in range(6):
        for place, (i, j) in enumerate(ties):
            both = (reached[:, i] | reached[:, j]) & live[:, place]
            reached[:, i] |= both
            reached[:, j] |= both
    sizes, count = reached.sum(axis=1), cascade_sizes(tied(6, *ties), p, [2])
    chance = np.maximum(count[1:], 1e-12)
    z = (np.bincount(sizes, minlength=7)[1:] - trials * chance) / np.sqrt(trials * chance * (1.0 - chance))
    assert np.all(abs(z) < 4.0)


def test_no_seed():
    assert cascade_sizes(complete(3), 0.5, []) == pytest.approx([1.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize(("call", "message"), [
    (lambda: star_spread(0, 0.5, from_centre=True), r"leaves must be at least 1 \(got 0\)"),
    (lambda: star_spread(5, 1.5, from_centre=True), r"transmission must be between 0 and 1 \(got 1.5\)"),
    (lambda: path_spread(5, 0.5, seed=5), r"seed must be between 0 and n - 1 \(got 5, 5\)"),
    (lambda: path_spread(5, nan), r"transmission .*\(got nan\)"),
    (lambda: triangle_spread(-0.5), r"transmission .*\(got -0.5\)"),
    (lambda: complete_sizes(5, 2.0), r"transmission .*\(got 2.0\)"),
    (lambda: complete_sizes(5, 0.5, seeds=6), r"seeds must be between 1 and n \(got 6, 5\)"),
    (lambda: complete_sizes(5, 0.5, seeds=0), r"seeds .*\(got 0, 5\)"),
    (lambda: cascade_sizes(complete(3), 0.5, [3]), r"seeds must be nodes from 0 to 2 \(got \[3\]\)"),
    (lambda: cascade_sizes(complete(3), [0.5, 0.5], [0]), r"each of the 6 arcs \(got shape \(2,\)\)"),
    (lambda: cascade_sizes(complete(3), np.full(6, 2.0), [0]), r"transmission .*\(got 2.0\)"),
    (lambda: cascade_sizes(complete(7), 0.5, [0]), r"at most 64 nodes and 20 arcs.*\(got 7, 21\)"),
    (lambda: cascade_sizes(from_arcs(65, [0], [1]).network, 0.5, [0]), r"at most 64 nodes.*\(got 65, 1\)"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()
