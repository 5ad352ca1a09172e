"""Influence maximisation: sets, covers, worlds and seeds as their twins have them, and bounds that hold."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models, rng, seeding
from simcore.engine import plain
from simcore.errors import ResourceError
from simcore.maximisation import fixed_thresholds, opim, worlds
from simcore.maximisation.cover import cover, cover_within, covered_by, knapsack
from simcore.maximisation.live_arcs import cascade, choice
from simcore.maximisation.reverse_sets import ReverseSets
from simcore.model import Single
from simcore.network.csr import from_arcs
from simcore.network.poisson import poisson
from tests import strategies
from tests.naive import maximisation as naive
from tests.simulation import simulate

KEY = rng.network_key(rng.root(5), 0)


def chances(probability):
    return np.array([rng.chance(p) for p in probability], np.uint64)


def by_arc(drawn, probability):
    """Return probabilities by (source, target)."""
    return {(i, j): p for (i, j, _), p in zip(drawn.arcs, probability, strict=True)}


def into(drawn, values):
    """Return sources and values of the arcs into each node."""
    return {j: [(i, value) for (i, target, _), value in sorted(zip(drawn.arcs, values, strict=True)) if target == j]
            for j in range(drawn.network.n)}


def sets_of(sets):
    return [set(sets.members[sets.begin[s]:sets.begin[s + 1]].tolist()) for s in range(sets.size)]


@st.composite
def cascades(draw, **limits):
    """A network and the transmission of each arc: one for all, the same into each node, or any."""
    drawn = draw(strategies.networks(min_nodes=1, **limits))
    kind = draw(st.sampled_from(["one", "weighted-cascade", "any"]))
    if kind == "one":
        return drawn, [draw(strategies.probabilities)] * len(drawn.arcs)
    if kind == "weighted-cascade":
        return drawn, (1.0 / drawn.network.in_degree[drawn.network.out_idx]).tolist()
    return drawn, [draw(strategies.probabilities) for _ in drawn.arcs]


@settings(max_examples=60)
@given(cascades(), strategies.keys, st.integers(0, 3))
def test_reverse_sets_of_cascades_are_those_of_the_twin(drawn, key, collection):
    found, probability = drawn
    sets = ReverseSets(cascade(found.network, chances(probability)), key, collection)
    sets.grow(3)
    sets.grow(20)  # in two parts, which changes nothing
    arcs = into(found, probability)
    assert sets_of(sets) == [naive.cascade_set(arcs, found.network.n, int(key), collection, s) for s in range(20)]


@settings(max_examples=60)
@given(strategies.networks(min_nodes=1, weighted=True), strategies.keys, st.booleans(), st.booleans())
def test_reverse_sets_of_linear_thresholds_are_those_of_the_twin(drawn, key, weighted, slack):
    network = drawn.network
    values = [weight if weighted else 1 for *_, weight in drawn.arcs]
    if not weighted:
        network = from_arcs(network.n, *zip(*[arc[:2] for arc in drawn.arcs], strict=True) if drawn.arcs else ([], []),
                            undirected=False).network
    arcs = into(drawn, values)
    total = [sum(weight for _, weight in arcs[j]) for j in range(network.n)]
    live = choice(network)
    if slack and weighted and network.arcs:  # as if the weights into nodes did not add up to all
        total = [3 + most for most in total]
        live = live._replace(total=np.array(total))
    sets = ReverseSets(live, key, 1)
    sets.grow(20)
    assert sets_of(sets) == [naive.walk_set(arcs, total, network.n, int(key), 1, s) for s in range(20)]


def test_a_set_does_not_depend_on_how_many_there_are_or_on_room():
    live = cascade(poisson(500, 4.0, KEY), chances([0.3]))
    once, often = ReverseSets(live, KEY, 0), ReverseSets(live, KEY, 0)
    once.grow(700)
    for size in range(0, 701, 7):
        often.grow(size)
    assert np.array_equal(once.members, often.members)
    assert np.array_equal(once.begin, often.begin)
    with pytest.raises(ResourceError, match="a larger epsilon takes fewer"):
        once.grow(2**32)


@settings(max_examples=60)
@given(cascades(), strategies.keys, st.data())
def test_a_greedy_cover_is_that_of_the_twin(drawn, key, data):
    found, probability = drawn
    n = found.network.n
    sets = ReverseSets(cascade(found.network, chances(probability)), key, 0)
    sets.grow(data.draw(st.integers(1, 40)))
    count = data.draw(st.integers(0, n))
    chosen, plain_sets = cover(sets, count), sets_of(sets)
    nodes, bound = naive.greedy_cover(plain_sets, n, count)
    assert chosen.nodes.tolist() == nodes
    assert chosen.covered == covered_by(sets, chosen.nodes) == sum(bool(each & set(nodes)) for each in plain_sets)
    assert chosen.bound == bound
    best = max(sum(bool(each & set(some)) for each in plain_sets) for some in itertools.combinations(range(n), count))
    assert (1 - 1 / math.e) * best <= chosen.covered <= best <= chosen.bound


@settings(max_examples=60)
@given(cascades(max_nodes=8), strategies.keys, st.data())
def test_a_cover_within_a_budget_keeps_its_bounds(drawn, key, data):
    found, probability = drawn
    n = found.network.n
    sets = ReverseSets(cascade(found.network, chances(probability)), key, 0)
    sets.grow(30)
    cost = np.array([data.draw(st.integers(1, 5)) for _ in range(n)], float)
    budget = data.draw(st.integers(1, 12))
    chosen, plain_sets = cover_within(sets, cost, budget), sets_of(sets)
    assert cost[chosen.nodes].sum() <= budget
    assert chosen.covered == covered_by(sets, chosen.nodes)
    best = max(sum(bool(each & set(some)) for each in plain_sets) for size in range(n + 1)
               for some in itertools.combinations(range(n), size) if cost[list(some)].sum() <= budget)
    assert 0.405 * best <= chosen.covered <= best <= chosen.bound + 1e-9


def test_the_best_single_node_takes_the_place_of_many_that_are_cheap():
    star = from_arcs(30, [0] * 28, range(1, 29)).network  # 29 is alone, and costs next to nothing
    sets = ReverseSets(cascade(star, chances([1.0])), KEY, 0)
    sets.grow(500)
    cost = np.full(30, 100.0)
    cost[29] = 0.1
    assert cover_within(sets, cost, 100.0).nodes.tolist() == [0]
    assert cover_within(sets, cost, 100.1).nodes.tolist() == [29, 0]
    drawn = worlds.cascade_worlds(star, chances([1.0]), KEY, 64)
    assert worlds.celf(drawn, cost, 100.0).seeds.tolist() == [0]


def test_a_knapsack_of_parts():
    gain, cost = np.array([6, 4, 5, 0]), np.array([2.0, 2.0, 10.0, 1.0])
    assert knapsack(gain, cost, 3.0) == 6 + 4 / 2
    assert knapsack(gain, cost, 9.0) == 10  # nobody buys a part of what no budget pays as a whole
    assert knapsack(gain, cost, 12.0) == 10 + 5 * 0.8


@settings(max_examples=25)
@given(cascades(max_nodes=7), strategies.keys, st.data())
def test_celf_finds_the_seeds_of_the_plain_greedy_method(drawn, key, data):
    found, probability = drawn
    n = found.network.n
    cost = np.array([data.draw(st.sampled_from([1, 1, 2, 4])) for _ in range(n)], float)
    budget = data.draw(st.integers(1, 6))
    some = worlds.cascade_worlds(found.network, chances(probability), key, 1)
    lazy = worlds.celf(some, cost, budget)
    plain_worlds = [naive.attempt_world(by_arc(found, probability), int(key), w) for w in range(64)]
    nodes = naive.greedy(plain_worlds, n, cost.tolist(), budget)

    def size(seeds):
        return sum(len(naive.reached(seeds, arcs)) for arcs in plain_worlds) / 64

    single = max((size([i]) for i in range(n) if cost[i] <= budget), default=0)
    if single <= size(nodes):
        assert lazy.seeds.tolist() == nodes
    assert lazy.spread == max(single, size(nodes))
    assert n <= lazy.evaluations <= n * (len(nodes) + 1)
    best = max(size(some) for number in range(n + 1) for some in itertools.combinations(range(n), number)
               if cost[list(some)].sum() <= budget)
    assert lazy.spread <= best <= lazy.at_most + 1e-9


@settings(max_examples=30)
@given(cascades(), strategies.keys, st.data())
def test_worlds_are_replicates_of_the_model(drawn, key, data):
    found, probability = drawn
    some = worlds.cascade_worlds(found.network, chances(probability), key, 100)
    assert some.number == 128
    greedy = worlds.celf(some, np.ones(found.network.n), data.draw(st.integers(1, found.network.n)))
    model = models.find("independent-cascade")
    params = model.Params(chances(probability) if found.arcs else chances([0.0]), 0.0, np.ones(1), np.ones(1))
    seeds = seeding.given(found.network, greedy.seeds, 128)
    rows, _ = plain.run(model, Single(found.network), params, seeds, key, 0, 99, False)
    assert greedy.spread == rows[:, 0].mean()


@settings(max_examples=30)
@given(strategies.networks(min_nodes=1, max_nodes=6, weighted=True), strategies.keys)
def test_worlds_of_linear_thresholds_are_those_of_the_twin(drawn, key):
    network = drawn.network
    arcs = into(drawn, [weight for *_, weight in drawn.arcs])
    total = [max(1, sum(weight for _, weight in arcs[j])) for j in range(network.n)]
    some = worlds.choice_worlds(network, choice(network), key, 64)
    source = np.repeat(np.arange(network.n), network.out_degree)
    for w in range(64):
        live = {(int(i), int(j)) for i, j, bits in zip(source, network.out_idx, some.live[0], strict=True)
                if int(bits) >> w & 1}
        assert live == set(naive.choice_world(arcs, total, int(key), w))


@settings(max_examples=40)
@given(strategies.networks(min_nodes=1, max_nodes=8, weighted=True), st.data())
def test_greedy_seeds_under_fixed_thresholds_add_most(drawn, data):
    network = drawn.network
    need = np.array([data.draw(st.integers(0, 4)) for _ in range(network.n)], np.int64)
    cost = np.array([data.draw(st.integers(1, 3)) for _ in range(network.n)], float)
    budget = data.draw(st.integers(1, 6))
    found = fixed_thresholds.greedy(network, need, cost, budget)
    seeds, active = [], naive.fixed_cascade(drawn.arcs, need, [])
    for chosen in found.seeds.tolist():
        able = [i for i in range(network.n) if i not in active and cost[i] <= budget - cost[seeds].sum()]
        gains = {i: len(naive.fixed_cascade(drawn.arcs, need, [*seeds, i])) - len(active) for i in able}
        assert gains[chosen] / cost[chosen] == max(gains[i] / cost[i] for i in able)
        seeds.append(chosen)
        active = naive.fixed_cascade(drawn.arcs, need, seeds)
    assert found.spread == len(active)
    assert not [i for i in range(network.n) if i not in active and cost[i] <= budget - cost[seeds].sum()]


TARGETS = [  # n, k, epsilon, the constants of models of Tang et al., checked against their code
    (10_000, 10, 0.1, (182, 18_259_174, 17, 13.142166)),
    (10_000, 50, 0.1, (536, 10_737_271, 15, 13.017003)),
    (1_000_000, 50, 0.1, (905, 1_810_769_275, 21, 17.958645)),
]


@pytest.mark.parametrize(("n", "k", "epsilon", "expected"), TARGETS)
def test_constants_of_opim(n, k, epsilon, expected):
    planned = opim.plan(n, k, epsilon, 1 / n)
    assert planned[:3] == expected[:3]
    assert planned.a == pytest.approx(expected[3], abs=1e-6)


@pytest.mark.parametrize(("n", "k", "epsilon", "expected"), [
    (10_000, 10, 0.1, (9.37032e7, 1.8045e8)), (10_000, 50, 0.1, (3.397e8, 5.33724e8)),
    (1_000_000, 50, 0.1, (5.86187e10, 9.02028e10)), (15_233, 50, 0.5, (2.60485e7, 3.45785e7))])
def test_constants_of_imm(n, k, epsilon, expected):
    assert opim.constants(n, k, epsilon) == pytest.approx(expected, rel=1e-5)


SMALL = strategies.networks(min_nodes=3, max_nodes=6)


@settings(max_examples=15)
@given(SMALL, st.data())
def test_bounds_hold_and_the_certified_ratio_is_reached_in_small_cascades(drawn, data):
    probability = [data.draw(st.sampled_from([0.1, 0.5, 0.9])) for _ in drawn.arcs[:12]]
    arcs = drawn.arcs[:12]
    network = from_arcs(drawn.network.n, *zip(*[arc[:2] for arc in arcs], strict=True) if arcs else ([], [])).network
    small = strategies.Drawn(network, strategies.arcs_of(network))
    exact = by_arc(small, probability)
    _check(cascade(network, chances(probability)), lambda seeds: naive.cascade_spread(exact, seeds), network.n)


@settings(max_examples=15)
@given(SMALL.filter(lambda drawn: math.prod(1 + d for d in drawn.network.in_degree.tolist()) < 4000))
def test_bounds_hold_and_the_certified_ratio_is_reached_under_linear_thresholds(drawn):
    arcs = into(drawn, [1] * len(drawn.arcs))
    total = drawn.network.in_degree.tolist()
    total = [max(1, most) for most in total]
    _check(choice(drawn.network), lambda seeds: naive.choice_spread(arcs, total, seeds), drawn.network.n)


def _check(live, spread, n):
    best = naive.best_spread(spread, n, 2)
    for found in (opim.opim(live, KEY, 2, epsilon=0.1, delta=1e-4), opim.imm(live, KEY, 2, epsilon=0.5, delta=1e-4)):
        reached = spread(found.seeds.tolist())
        assert found.at_least <= reached + 1e-9
        assert best <= found.at_most + 1e-9
        assert found.ratio <= reached / best + 1e-9
        deviation = math.sqrt(found.sets / 2) * (found.spread - reached) / (0.5 * n)
        assert abs(deviation) < 4.5
    assert opim.opim(live, KEY, 2, epsilon=0.1, delta=1e-4).ratio >= 1 - 1 / math.e - 0.1


def test_reverse_sets_and_simulations_find_the_same_spread():
    network = poisson(400, 5.0, KEY)
    seeds, replicates = np.array([3, 77, 150], np.uint32), 4000
    probability = (1.0 / network.in_degree[network.out_idx]).tolist()
    for name, params, live in (
            ("independent-cascade", (chances(probability), 0.0, np.ones(1), np.ones(1)),
             cascade(network, chances(probability))),
            ("linear-threshold", (False,), choice(network))):
        rows, _ = simulate(name, network, models.find(name).Params(*params), seeds, KEY, 0, replicates, 400)
        sets = ReverseSets(live, KEY, 7)
        sets.grow(40_000)
        share = covered_by(sets, seeds) / sets.size
        error = math.hypot(rows[:, 0].std() / math.sqrt(replicates),
                           400 * math.sqrt(share * (1 - share) / sets.size))
        assert abs(rows[:, 0].mean() - 400 * share) < 4 * error, name


def test_with_costs_the_ratio_is_certified_too():
    network = poisson(2000, 4.0, KEY)
    live = cascade(network, chances((1.0 / network.in_degree[network.out_idx]).tolist()))
    found = opim.opim(live, KEY, 100, epsilon=0.05, delta=1e-3, cost=1.0 + network.out_degree, budget=100.0)
    assert found.ratio >= 0.405 - 0.05
    assert (1.0 + network.out_degree)[found.seeds].sum() <= 100.0


def test_worlds_that_take_too_much_room_are_refused():
    with pytest.raises(ResourceError, match="ask for fewer"):
        worlds.cascade_worlds(poisson(2000, 4.0, KEY), chances([0.5]), KEY, 10**7)
