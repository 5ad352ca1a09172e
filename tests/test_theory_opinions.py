"""Opinions and voters on small networks, against matrices raised to high powers and chains over all states."""

from itertools import product
from math import nan, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.network.csr import from_arcs
from simcore.plan import Block
from simcore.predictions import predict
from simcore.scenario import from_data
from simcore.study import Study
from simcore.theory import (
    degroot_limit,
    friedkin_johnsen_limit,
    influence_weights,
    voter_consensus_time,
    voter_fixation,
)


def tied(n, *ties):
    return from_arcs(n, *zip(*ties, strict=True), undirected=True).network


def aimed(n, *arcs):
    return from_arcs(n, *zip(*arcs, strict=True)).network


STAR = tied(4, (0, 1), (0, 2), (0, 3))
TRIANGLE_WITH_TAIL = tied(4, (0, 1), (1, 2), (2, 0), (2, 3))
TWO_LEADERS = aimed(5, (0, 1), (1, 0), (1, 2), (3, 2), (2, 4), (3, 4))  # 0 and 1 lead each other; 3 hears nobody


@st.composite
def networks(draw, largest=4):
    n = draw(st.integers(1, largest))
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    arcs = draw(st.lists(pairs, max_size=3 * n))
    source, target = zip(*arcs, strict=True) if arcs else ((), ())
    weight = draw(st.none() | st.lists(st.integers(1, 4), min_size=len(arcs), max_size=len(arcs)))
    return from_arcs(n, source, target, weight, undirected=draw(st.booleans())).network


def listening(network):
    """The matrix of who hears whom, from the out-arcs."""
    heard = np.zeros((network.n, network.n))
    for i in range(network.n):
        for a in range(network.out_ptr[i], network.out_ptr[i + 1]):
            heard[network.out_idx[a], i] = network.out_weight[a] if network.weighted else 1.0
    for j in range(network.n):
        if not heard[j].any():
            heard[j, j] = 1.0
    return heard / heard.sum(axis=1, keepdims=True)


def averaged_for_ever(matrix):
    """The mean of matrix^t over all t: the limit of a walk that rests half of the time."""
    return np.linalg.matrix_power((matrix + np.eye(len(matrix))) / 2.0, 2**24)


# Averaging --------------------------------------------------------------------------------------------------


def test_undirected_networks_agree_on_the_mean_by_degree():
    opinions = [1.0, 0.0, 0.0, 0.5]
    assert influence_weights(TRIANGLE_WITH_TAIL) == pytest.approx([2 / 8, 2 / 8, 3 / 8, 1 / 8])
    assert degroot_limit(TRIANGLE_WITH_TAIL, opinions) == pytest.approx(np.full(4, 0.3125))


def test_weights_of_ties_count():
    heavy = from_arcs(3, [0, 1], [1, 2], [3.0, 0.5], undirected=True).network
    assert influence_weights(heavy) == pytest.approx([3 / 7, 3.5 / 7, 0.5 / 7])


def test_leaders_and_followers():
    assert influence_weights(TWO_LEADERS) == pytest.approx([0.5, 0.5, 0.0, 1.0, 0.0])
    assert degroot_limit(TWO_LEADERS, [0.2, 0.6, 9.0, 0.0, 9.0]) == pytest.approx([0.4, 0.4, 0.2, 0.0, 0.1])


@settings(deadline=None, max_examples=80)
@given(networks(6), st.integers(0, 2**32))
def test_averaging_for_ever(network, key):
    opinions = np.random.default_rng(key).random(network.n)
    for_ever = averaged_for_ever(listening(network))
    assert degroot_limit(network, opinions) == pytest.approx(for_ever @ opinions, abs=1e-6)
    weights = influence_weights(network)
    assert weights @ listening(network) == pytest.approx(weights)
    circles = np.linalg.matrix_rank(for_ever, tol=1e-6)  # the columns of a circle are multiples of each other
    assert weights.sum() == pytest.approx(circles)
    assert np.array_equal(weights > 0.0, for_ever.sum(axis=0) > 1e-6)


def test_large_directed_network():
    rng, n = np.random.default_rng(1), 2000
    network = aimed(n, *zip(range(n), np.roll(range(n), 1), strict=True), *rng.integers(0, n, (3 * n, 2)))
    weights, opinions = influence_weights(network), rng.random(n)
    assert weights @ listening(network) == pytest.approx(weights, rel=1e-9)
    assert degroot_limit(network, opinions) == pytest.approx(np.full(n, weights @ opinions))


def test_long_chain_between_stubborn_ends():
    n = 4000  # it mixes far too slowly for iteration
    network = tied(n, *zip(range(n - 1), range(1, n), strict=True))
    ends = np.isin(np.arange(n), [0, n - 1])
    limit = friedkin_johnsen_limit(network, np.arange(n) == n - 1, np.where(ends, 0.0, 1.0))
    assert limit == pytest.approx(np.linspace(0.0, 1.0, n), abs=1e-8)


@settings(deadline=None, max_examples=80)
@given(networks(6), st.integers(0, 2**32), st.sampled_from([(0.0, 1.0), (0.3, 0.9), (0.5, 1.0)]))
def test_friedkin_johnsen_for_ever(network, key, susceptible):
    rng = np.random.default_rng(key)
    opinions, given = rng.random(network.n), rng.choice(susceptible, network.n)
    heard = given[:, None] * listening(network)
    twins = np.block([[heard, np.diag(1.0 - given)], [np.zeros_like(heard), np.eye(network.n)]])
    limit = friedkin_johnsen_limit(network, opinions, given)
    assert limit == pytest.approx((averaged_for_ever(twins) @ np.append(opinions, opinions))[:network.n], abs=1e-6)
    assert limit == pytest.approx(heard @ limit + (1.0 - given) * opinions)


def test_friedkin_johnsen_formula():
    opinions, given = np.array([1.0, 0.0, 0.0, 0.5]), np.diag([0.2, 0.9, 0.5, 1.0])
    expected = np.linalg.solve(np.eye(4) - given @ listening(STAR), (np.eye(4) - given) @ opinions)
    assert friedkin_johnsen_limit(STAR, opinions, np.diag(given)) == pytest.approx(expected)
    assert friedkin_johnsen_limit(STAR, opinions, 0.0) == pytest.approx(opinions)
    assert friedkin_johnsen_limit(STAR, opinions, 1.0) == pytest.approx(degroot_limit(STAR, opinions))


# Voters -----------------------------------------------------------------------------------------------------


def fixation(network, start, *, synchronous):
    """P(all end with 1), from the chain over all states."""
    heard, n = listening(network), network.n
    states = list(product([0, 1], repeat=n))
    chain = np.zeros((len(states), len(states)))
    for a, state in enumerate(states):
        to_one = heard @ state
        for b, other in enumerate(states):
            if synchronous:
                chain[a, b] = prod(to_one[i] if other[i] else 1.0 - to_one[i] for i in range(n))
            else:
                changed = [i for i in range(n) if other[i] != state[i]]
                movers = changed if changed else range(n)
                if len(changed) <= 1:
                    chain[a, b] = sum(to_one[i] if other[i] else 1.0 - to_one[i] for i in movers) / n
    assert chain.sum(axis=1) == pytest.approx(1.0)
    return averaged_for_ever(chain)[states.index(tuple(start)), states.index((1,) * n)]


@settings(deadline=None, max_examples=60)
@given(networks(4), st.integers(0, 15), st.booleans())
def test_fixation_against_all_states(network, bits, synchronous):
    start = [bits >> i & 1 for i in range(network.n)]
    expected = fixation(network, start, synchronous=synchronous)
    assert voter_fixation(network, start, synchronous=synchronous) == pytest.approx(expected, abs=1e-6)


def test_fixation_is_the_share_by_degree():
    assert voter_fixation(TRIANGLE_WITH_TAIL, [0, 0, 1, 0]) == pytest.approx(3 / 8)
    assert voter_fixation(TRIANGLE_WITH_TAIL, [0, 0, 1, 0], synchronous=False) == pytest.approx(3 / 8)


def test_voters_of_a_bipartite_network_may_blink_for_ever():
    only_centre = [1, 0, 0, 0]
    assert voter_fixation(STAR, only_centre) == 0.0
    assert voter_fixation(STAR, only_centre, synchronous=False) == pytest.approx(1 / 2)
    one_leaf_too = np.array([1, 1, 0, 0])
    assert voter_fixation(STAR, one_leaf_too) == pytest.approx(1 / 3)
    assert voter_fixation(STAR, 1 - one_leaf_too) == 0.0  # so two in three blink for ever
    assert voter_fixation(STAR, one_leaf_too, synchronous=False) == pytest.approx(1 / 2 + 1 / 6)


def test_voters_in_a_directed_ring():
    ring = aimed(3, (0, 1), (1, 2), (2, 0))
    assert voter_fixation(ring, [1, 1, 0]) == 0.0  # opinions go round
    assert voter_fixation(ring, [1, 1, 0], synchronous=False) == pytest.approx(2 / 3)
    assert voter_fixation(ring, [0.5, 0.5, 0.5]) == pytest.approx(1 / 8)


def test_leaders_must_all_agree():
    assert voter_fixation(TWO_LEADERS, [1, 0, 0, 1, 0], synchronous=False) == pytest.approx(1 / 2)
    assert voter_fixation(TWO_LEADERS, [1, 0, 0, 1, 0]) == 0.0
    assert voter_fixation(TWO_LEADERS, [1, 1, 0, 1, 0]) == 1.0
    assert voter_fixation(TWO_LEADERS, [1, 1, 1, 0, 1]) == 0.0


def test_simulated_voters():
    rng, n, trials = np.random.default_rng(1), 12, 4000
    network = aimed(n, *zip(range(n), np.roll(range(n), 1), strict=True), *rng.integers(0, n, (2 * n, 2)))
    steps = np.cumsum(listening(network), axis=1)
    start = np.arange(n) < 4
    state = np.tile(start, (trials, 1))
    while not np.all(state == state[:, :1]):
        copied = (rng.random((trials, n))[:, :, None] > steps).sum(axis=2)
        state = np.take_along_axis(state, np.minimum(copied, n - 1), axis=1)
    chance = voter_fixation(network, start)
    assert chance == pytest.approx(influence_weights(network) @ start)
    assert abs(state[:, 0].mean() - chance) < 4.0 * np.sqrt(chance * (1.0 - chance) / trials)


# Refusals ---------------------------------------------------------------------------------------------------


def test_nobody():
    empty = from_arcs(0, [], []).network
    assert influence_weights(empty).shape == degroot_limit(empty, []).shape == (0,)
    assert voter_fixation(empty, []) == 1.0


@pytest.mark.parametrize(("call", "message"), [
    (lambda: degroot_limit(STAR, [1.0]), r"opinions must be a number for each of the 4 nodes \(got shape \(1,\)\)"),
    (lambda: friedkin_johnsen_limit(STAR, [1.0], 0.5), r"opinions must be a number for each"),
    (lambda: friedkin_johnsen_limit(STAR, np.ones(4), [0.5]), r"susceptibility must be a number for each of the 4"),
    (lambda: friedkin_johnsen_limit(STAR, np.ones(4), 1.5), r"susceptibility must be between 0 and 1 \(got 1.5\)"),
    (lambda: friedkin_johnsen_limit(STAR, np.ones(4), nan), r"susceptibility .*\(got nan\)"),
    (lambda: voter_fixation(STAR, [1, 0, 0]), r"opinions must be a number for each"),
    (lambda: voter_fixation(STAR, [2, 0, 0, 0]), r"opinions must be between 0 and 1 \(got \[2, 0, 0, 0\]\)"),
])
def test_refuses_nonsense(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("n", "k"), [(2, 1), (5, 2), (9, 0), (9, 9), (12, 7)])
def test_the_time_to_consensus_solves_its_equations(n, k):
    """T(k) = 1 / n + the mean of T over where a pick leads, and 0 where all agree."""
    inner = np.arange(1, n)
    turn = inner * (n - inner) / (n * (n - 1))
    matrix = np.diag(2.0 * turn) - np.diag(turn[:-1], 1) - np.diag(turn[1:], -1)
    times = np.concatenate([[0.0], np.linalg.solve(matrix, np.full(n - 1, 1.0 / n)), [0.0]])
    assert voter_consensus_time(n, k) == pytest.approx(times[k], abs=1e-12)


def test_many_take_the_time_of_the_mean_field():
    assert voter_consensus_time(100_000, 30_000) / 100_000 == pytest.approx(
        -(0.7 * np.log(0.7) + 0.3 * np.log(0.3)), rel=1e-4)
    with pytest.raises(ValueError, match=r"ones from 0 to n \(got 5, 6\)"):
        voter_consensus_time(5, 6)


@pytest.mark.parametrize(("n", "seeds"), [(60, 30), (100, 10)])
def test_the_time_to_consensus_is_what_is_simulated(n, seeds):
    asked = from_data({"schema": 1, "title": "t", "seed": 5, "replicates": 2_000, "horizon": 100_000,
                       "network": {"kind": "complete", "n": n}, "model": {"name": "voter"},
                       "seeding": {"kind": "random", "count": seeds}, "summary": {"global_share": 1.0}})
    found = Study(asked).run_block(Block(0, 0, 0, 2_000), trajectories=False).columns["duration"]
    z = (found.mean() - predict(asked.resolved(), {}).duration) / (found.std() / np.sqrt(found.size))
    print(f"z = {z:+.2f}")
    assert abs(z) < 4.0
