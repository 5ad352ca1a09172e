"""Measures of influence against their definitions in plain Python, and against theory."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcore as sc
from simcore import rng, theory
from simcore.errors import UsageError
from simcore.instruments import exchange_rate, influentials, unpredictability
from simcore.network.poisson import poisson
from simcore.summary import ratio, ratio_of_ratios
from simcore.theory import degree_laws
from tests.naive import measures as twin
from tests.naive.seeding import top_degree
from tests.strategies import keys, networks


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_influentials_are_those_of_the_twin(data):
    network, _ = data.draw(networks(min_nodes=2).filter(lambda drawn: drawn.network.arcs))
    census = sc.census(network, threshold=0.4, seed=data.draw(st.integers(0, 99)), global_share=0.2)
    assert census.p_global.tolist() == [float(size >= 0.2 * network.n) for size in census.size]
    found = influentials(census, top=0.3, acquisition=2.0, contact=0.5)
    degree = network.out_degree.tolist()
    ranked = top_degree(degree, network.n, int(census.key))
    if not census.p_global.any():
        assert math.isnan(found.m)
        return
    m, m_size, d, ordinary = twin.influentials(census.p_global, census.size, degree, ranked, found.number)
    assert found[4:7] == pytest.approx((m, m_size, d))
    assert (found.m_over_d, found.share_ordinary) == pytest.approx((m / d if d else math.nan, ordinary), nan_ok=True)
    costs = [2.0 + 0.5 * k for k in degree]
    of_top = sum(costs[i] for i in ranked[:found.number]) / found.number
    assert found.m_over_cost == pytest.approx(m / (of_top / (sum(costs) / network.n)))


def test_multiplier_and_exchange_rate_are_those_of_theory():
    networks_ = [poisson(10_000, 4.0, rng.network_key(rng.root(7), g)) for g in range(20)]
    found = [influentials(sc.census(network, threshold=0.18)) for network in networks_]
    for value, expected in (("p_global", 0.865296), ("p_influential", 0.994789), ("m", 1.1497), ("d", 1.9619)):
        values = np.array([getattr(each, value) for each in found])
        assert abs(values.mean() - expected) < 4.0 * values.std(ddof=1) / math.sqrt(20) + 0.004, value
    assert all(each.m_over_d < 1.0 for each in found)
    u = theory.triggering(degree_laws.poisson(4.0), 0.18).u
    assert exchange_rate(1.0 - u**8, 0.865296) == pytest.approx(theory.hub_worth(degree_laws.poisson(4.0), u, 8), 1e-4)
    assert exchange_rate(0.5, 0.5) == 1.0
    assert math.isnan(exchange_rate(1.0, 0.5))


def test_p_global_of_independent_cascades():
    found = sc.census(poisson(2_000, 5.0, np.uint64(3)), "independent-cascade", transmission=0.3, samples=200)
    assert abs(found.share_global - 0.582812) < 0.03
    assert influentials(found).m > 1.0


@given(st.integers(2, 5), st.integers(1, 5), st.data())
@settings(max_examples=60, deadline=None)
def test_unpredictability_is_that_of_the_twin(worlds, items, data):
    shares = data.draw(st.lists(st.lists(st.floats(0, 1), min_size=items, max_size=items), min_size=worlds,
                                max_size=worlds))
    assert unpredictability(shares) == pytest.approx(twin.unpredictability(shares), abs=1e-12)


def test_unpredictability_of_toy_worlds():
    assert unpredictability([[0.1, 0.9]] * 3) == 0.0
    assert unpredictability([[1.0, 0.0], [0.0, 1.0]]) == 1.0
    with pytest.raises(UsageError, match="at least two worlds"):
        unpredictability([[0.5, 0.5]])


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=1, max_size=5).filter(any), st.integers(1, 30),
       st.sampled_from([0.0, 0.25, 2.0]), st.integers(0, 50))
@settings(max_examples=500, deadline=None)
def test_worlds_are_those_of_the_twin(appeal, people, influence, seed):
    found = sc.music_lab(appeal, people=people, influence=influence, worlds=3, seed=seed)
    key = int(rng.network_key(rng.root(seed), 0))
    assert found.downloads.tolist() == [twin.choices(appeal, people, influence, w, key) for w in range(3)]


def test_influence_makes_success_unequal_and_unpredictable():
    weak, strong = (sc.music_lab(np.linspace(0.5, 1.5, 48), people=700, influence=a, worlds=8) for a in (0.0, 1.0))
    assert strong.inequality > 1.5 * weak.inequality
    assert strong.unpredictability > 2.0 * weak.unpredictability
    with pytest.raises(UsageError, match="none below 0"):
        sc.music_lab([-1.0], people=1, influence=0.0)


def test_hindsight_does_not_last():
    found = sc.hindsight(poisson(2_000, 4.0, np.uint64(8)), "independent-cascade", transmission=0.22, replicates=400,
                         people=20, again=20)
    assert len(set(found.people.tolist())) == 20
    assert found.apparent.value > 1.5 * found.held_out.value
    assert abs(found.held_out.value - found.same_degree.value) < 0.5 * found.apparent.value
    low, high = found.held_out.interval
    assert low < found.held_out.value < high
    star = sc.hindsight(nx.star_graph(5), "independent-cascade", transmission=1.0, replicates=50, people=6, again=2)
    assert star.apparent.value == star.held_out.value == 6.0
    with pytest.raises(UsageError, match="people: 1 to 6"):
        sc.hindsight(nx.star_graph(5), transmission=1.0, people=7)


@pytest.mark.parametrize("found_by", ["start", "broadcast", "early"])
def test_whoever_stands_out_is_who_stood_out_in_the_largest_cascades(found_by):
    network, replicates = poisson(300, 4.0, np.uint64(8)), 60
    found = sc.hindsight(network, transmission=0.3, replicates=replicates, people=8, again=3, seed=5, found_by=found_by)
    trees = sc.cascade_trees(network, "independent-cascade", transmission=0.3, replicates=replicates, seed=5)
    largest: dict[int, int] = {}
    for tree in sorted(trees, key=lambda tree: -tree.nodes.size):
        convinced = [sum(int(parent) == k for parent in tree.parent) for k in range(tree.nodes.size)]
        out = {"start": tree.nodes[:1], "broadcast": tree.nodes[[convinced.index(max(convinced))]],
               "early": tree.nodes[:-(-tree.nodes.size // 100)]}[found_by]
        for i in out.tolist():
            largest.setdefault(i, tree.nodes.size)
    assert found.people.tolist() == [*largest][:8]
    assert found.apparent.value == pytest.approx(np.mean([*largest.values()][:8]))


def test_hindsight_refuses_rules_that_are_none_and_models_without_trees():
    with pytest.raises(UsageError, match=r"found_by: start, broadcast, early \(got 'erly'\), did you mean 'early'"):
        sc.hindsight(nx.star_graph(5), transmission=1.0, people=2, found_by="erly")
    with pytest.raises(UsageError, match="'early' needs a model with cascade trees, which 'bass' has not"):
        sc.hindsight(nx.star_graph(5), "bass", innovation=0.1, imitation=0.2, people=2, found_by="early")


@given(keys)
@settings(max_examples=20, deadline=None)
def test_a_ratio_of_ratios_is_what_two_ratios_say(key):
    draw = np.random.default_rng(int(key))
    clusters = np.repeat(np.arange(10), 5), np.repeat(np.arange(10), 5)
    a, b, c, d = (draw.random(50) + 0.5 for _ in range(4))
    found = ratio_of_ratios((a, b), (c, d), clusters)
    one, other = ratio(a, clusters[0], b, clusters[1]), ratio(c, clusters[0], d, clusters[1])
    assert found.value == pytest.approx(one.value / other.value)
    same = ratio_of_ratios((a, b), (np.ones(50), np.ones(50)), clusters)
    assert (same.value, *same.interval) == pytest.approx((one.value, *one.interval))
