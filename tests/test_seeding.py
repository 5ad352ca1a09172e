"""Who is seeded: every strategy against its plain twin, what is promised of it, and what networks lack."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcore as sc
from simcore._jit import JIT
from simcore.maximisation.live_arcs import cascade, weighted_cascade
from simcore.maximisation.opim import opim
from simcore.network.csr import from_arcs
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from simcore.network.regular import complete, path, star
from simcore.seeding import (
    Among,
    Friends,
    Given,
    Group,
    Maximised,
    Mixture,
    Neighbourhood,
    Quotas,
    Random,
    Ranking,
    Share,
    Top,
    choose,
    lacking,
    order,
    top_size,
)
from tests.naive import rankings, seeding
from tests.simulation import chosen
from tests.strategies import keys, networks

KEY = np.uint64(20110101)


@st.composite
def peopled(draw, **limits):
    """A network whose nodes have a department, which may be missing, and an age."""
    network, arcs = draw(networks(max_nodes=14, **limits))
    departments = draw(st.lists(st.sampled_from(["it", "sales", "law", ""]), min_size=network.n, max_size=network.n))
    ages = draw(st.lists(st.sampled_from([20.0, 30.0, 41.5, math.nan]), min_size=network.n, max_size=network.n))
    return reported(network, columns={"age": np.array(ages)}, groups={"department": departments}), arcs


# --- twins ------------------------------------------------------------------------------------------------

def allowed(loaded, among):
    if among is None:
        return list(range(loaded.network.n))
    if among.value is not None:
        return [i for i, text in enumerate(loaded.groups["department"]) if text == among.value]
    return [i for i, age in enumerate(loaded.columns["age"]) if among.low <= age <= among.high]


def groups_of(loaded, arcs, attribute):
    """Return the number of each node's group, None if it is in none."""
    if attribute is None:
        return rankings.communities(loaded.network.n, arcs)
    values = loaded.groups[attribute] if attribute in loaded.groups else [
        "" if math.isnan(age) else age for age in loaded.columns[attribute].tolist()]
    different = sorted({*values} - {""})
    return [None if value == "" else different.index(value) for value in values]


def twin(wanted, loaded, arcs, key, w, part=0, seeds=()):
    """Return what a strategy adds to the seeds of earlier parts, all together."""
    n, seeds = loaded.network.n, list(seeds)
    degree = [len(others) for others in rankings.influenced(n, arcs)]
    ranked = seeding.ranked(degree, key)
    match wanted:
        case Random():
            seeding.append(allowed(loaded, wanted.among), wanted.number, key, w, part, seeds)
        case Given():
            seeding.append_first(wanted.nodes, len(wanted.nodes), seeds)
        case Top():
            some = allowed(loaded, wanted.among)
            seeding.append_first([i for i in ranked if i in some], wanted.number, seeds)
        case Share():
            some = [i for i in ranked if i in allowed(loaded, wanted.among)]
            size = seeding.top_size(some, wanted.top)
            seeding.append(some[:size] if wanted.influential else some[size:], wanted.number, key, w, part, seeds)
        case Friends():
            seeding.append_friends(n, rankings.influencing(n, arcs), wanted.number, key, w, part, seeds)
        case Neighbourhood():
            seeding.append_neighbourhoods(n, rankings.tied(n, arcs), wanted.number, key, w, part, seeds)
        case Group():
            groups = groups_of(loaded, arcs, wanted.attribute)
            seeding.append_group(n, groups, wanted.number, key, w, part, seeds)
        case Quotas():
            groups = groups_of(loaded, arcs, wanted.attribute)
            numbers = wanted.numbers if isinstance(wanted.numbers, int) else dict(wanted.numbers)
            values = sorted({*loaded.groups["department"]} - {""})
            for g, value in enumerate(values):
                number = numbers if isinstance(numbers, int) else numbers.get(value, 0)
                members = [i for i in range(n) if groups[i] == g]
                if wanted.by is None:
                    seeding.append(members, number, key, w, part, seeds, g + 1)
                else:
                    seeding.append_first([i for i in ranked if i in members], number, seeds)
        case Mixture():
            for place, each in enumerate(wanted.parts):
                seeds = twin(each, loaded, arcs, key, w, place, seeds)
    return seeds


numbers = st.integers(0, 6)
amongs = st.none() | st.builds(Among, st.just("department"), st.sampled_from(["it", "sales"])) | st.builds(
    Among, st.just("age"), st.none(), low=st.sampled_from([-math.inf, 25]), high=st.sampled_from([math.inf, 41.5]))
plain = st.one_of(
    st.builds(Random, numbers, amongs), st.builds(Top, numbers, among=amongs),
    st.builds(Share, numbers, st.booleans(), top=st.floats(0.05, 0.6), among=amongs), st.builds(Friends, numbers),
    st.builds(Neighbourhood, numbers), st.builds(Group, numbers, st.sampled_from([None, "department", "age"])),
    st.builds(Quotas, st.just("department"), st.integers(1, 3) | st.just((("sales", 2), ("it", 1), ("none", 1))),
              st.none() | st.just(Ranking())))


@given(peopled(), plain, keys, st.integers(0, 1000))
@settings(max_examples=300, deadline=None)
def test_strategies_equal_their_twins(drawn, wanted, key, w):
    loaded, arcs = drawn
    assert chosen(wanted, loaded, key, w) == [twin(wanted, loaded, arcs, int(key), w + r) for r in (0, 1)]


@given(peopled(min_nodes=1), st.lists(plain | st.just(Given((0,))), min_size=1, max_size=4), keys)
@settings(max_examples=100, deadline=None)
def test_mixtures_equal_their_twins(drawn, parts, key):
    loaded, arcs = drawn
    wanted = Mixture(tuple(parts))
    assert chosen(wanted, loaded, key, 3) == [twin(wanted, loaded, arcs, int(key), 3 + r) for r in (0, 1)]


@given(networks(min_nodes=2, max_nodes=30), keys, st.integers(0, 1000), st.data())
@settings(max_examples=60, deadline=None)
def test_the_first_strategies_equal_their_first_twins(drawn, key, w, data):
    network, _ = drawn
    n, loaded = network.n, reported(network)
    degree, top, count = network.out_degree.tolist(), data.draw(st.floats(0.05, 0.6)), data.draw(st.integers(0, n))
    size = top_size(n, top)
    assert chosen(Random(count), loaded, key, w) == [seeding.random_seeds(n, count, int(key), w + r) for r in (0, 1)]
    assert chosen(Top(count), loaded, key, w) == [seeding.top_degree(degree, count, int(key))] * 2
    for name, group in (("influential", size), ("ordinary", n - size)):
        count = data.draw(st.integers(0, group))
        assert chosen(Share(count, name == "influential", top=top), loaded, key, w) == [
            getattr(seeding, name)(degree, top, count, int(key), w + r) for r in (0, 1)]


# --- what is promised -------------------------------------------------------------------------------------

@given(peopled(), plain, keys, st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_more_seeds_keep_the_earlier_ones(drawn, wanted, key, more):
    loaded, _ = drawn
    if not isinstance(wanted, Quotas):
        few, many = (chosen(one, loaded, key) for one in (wanted, wanted._replace(number=wanted.number + more)))
        assert [row[:len(short)] for row, short in zip(many, few, strict=True)] == few


@pytest.mark.parametrize("wanted", [Random(5), Friends(5), Neighbourhood(5), Group(5), Share(5, by=Ranking("k-core")),
                                    Mixture((Top(2), Friends(3)))])
def test_replicates_can_be_drawn_alone(wanted):
    loaded = reported(poisson(200, 4.0, KEY))
    assert chosen(wanted, loaded, KEY, 0, 6) == [chosen(wanted, loaded, KEY, w, 1)[0] for w in range(6)]
    assert len({tuple(row) for row in chosen(wanted, loaded, KEY, 0, 6)}) > 1


@pytest.mark.parametrize("wanted", [Random(9), Friends(9), Neighbourhood(9), Group(9), Top(9), Mixture((Friends(9),))])
def test_everybody_can_be_asked_for_and_nobody_is_there(wanted):
    isolated = from_arcs(5, [], []).network
    for network in (star(5), path(5), complete(5), isolated, from_arcs(5, [0, 0], [1, 2]).network):
        assert [sorted(row) for row in chosen(wanted, reported(network), KEY)] == [list(range(5))] * 2
    assert chosen(wanted, reported(path(0)), KEY) == [[], []]
    assert chosen(wanted._replace(number=1) if hasattr(wanted, "number") else wanted, reported(path(1)), KEY) == [
        [0], [0]]


@pytest.mark.skipif(not JIT, reason="takes minutes in plain Python")
def test_many_friends_in_a_large_star_take_no_eternity():
    loaded = reported(star(200_000))
    row, = chosen(Friends(1000), loaded, KEY, 0, 1)
    assert row[0] == 0
    assert len(row) == 1000


@pytest.mark.skipif(not JIT, reason="takes minutes in plain Python")
def test_friends_have_more_friends():
    """The friendship paradox: on a Poisson network of mean degree z a friend has z + 1 of them."""
    loaded = reported(poisson(20_000, 4.0, KEY))
    of_friends = choose(Friends(1), loaded, KEY, 0, 20_000).out_degree
    degree = loaded.network.out_degree
    arcs = np.repeat(degree, degree)
    influenced = np.flatnonzero(degree)
    expected = np.mean([degree[loaded.network.out_idx[loaded.network.out_ptr[i]:loaded.network.out_ptr[i + 1]]].mean()
                        for i in influenced])
    assert abs(arcs.mean() - 5.0) < 0.1
    assert abs(of_friends.mean() - expected) < 4 * of_friends.std() / math.sqrt(of_friends.size)


def test_seeds_of_a_neighbourhood_are_connected_and_those_of_a_group_are_one():
    loaded = reported(poisson(300, 3.0, KEY))
    graph = sc.to_networkx(loaded)
    largest = max(nx.connected_components(graph), key=len)
    for row in chosen(Neighbourhood(12), loaded, KEY, 0, 20):
        if row[0] in largest:
            assert nx.is_connected(graph.subgraph(row))
    cliques = reported(from_arcs(9, [0, 0, 1, 3, 3, 4, 6, 6, 7], [1, 2, 2, 4, 5, 5, 7, 8, 8], undirected=True).network)
    rows = chosen(Group(3), cliques, KEY, 0, 30)
    assert {tuple(sorted(row)) for row in rows} == {(0, 1, 2), (3, 4, 5), (6, 7, 8)}


def test_seeds_that_are_ranked_apart_are_drawn_from_the_top_and_from_the_rest():
    loaded = reported(poisson(100, 5.0, KEY))
    for by in (Ranking("pagerank"), Ranking("voterank"), Ranking("betweenness", pivots=20)):
        best = order(loaded, by, KEY, 20).tolist()
        for influential in (True, False):
            for row in chosen(Share(8, influential, by, 0.2), loaded, KEY, 0, 5):
                assert all((node in best) == influential for node in row)


# --- what the network lacks -------------------------------------------------------------------------------

OFFICE = reported(path(6), columns={"age": np.array([30, 40, 50, 60, math.nan, 70.0]), "tenure": np.arange(6.0)},
                  groups={"department": ["it", "it", "law", "law", "law", ""]})


@pytest.mark.parametrize(("wanted", "message"), [
    (Random(7), "count: there are but 6 candidates among the 6 nodes of the network (got 7)"),
    (Top(4, among=Among("department", "law")),
     "count: there are but 3 candidates among the 6 nodes of the network (got 4)"),
    (Share(2, top=0.3, among=Among("department", "law")), "count: there are but 1 candidates"),
    (Share(4, influential=False, top=0.3, among=Among("age", low=35)), "count: there are but 3 candidates"),
    (Group(6, "department"), "count: there are but 5 candidates"),
    (Group(1, "departement"), ("attribute: the nodes have no attribute 'departement'; attributes are age, department, "
                               "tenure, did you mean 'department'?")),
    (Random(1, Among("department", "low")), "among: no node has department = low; values are it, law, did you mean"),
    (Random(1, Among("age", 31.0)), "among: no node has age = 31; values are 30, 40, 50, 60, 70"),
    (Random(1, Among("department", low=3.0)),
     "among: the nodes have no numbers 'department', but text; attributes of numbers are age, tenure"),
    (Top(1, Ranking("attribute", attribute="department")), "by: the nodes have no numbers 'department', but text"),
    (Top(1, Ranking("attribute", attribute="age")), "by: the column 'age' is empty for 1 nodes"),
    (Quotas("department", (("it", 3), ("sales", 1))), ("counts: no node has department = sales; values are it, law; "
                                                       "there are but 2 nodes with department = it (got 3)")),
    (Quotas("team", 1), "attribute: the nodes have no attribute 'team'"),
    (Mixture((Random(1), Group(1, "team"))), "parts: of part 2, attribute: the nodes have no attribute 'team'"),
])
def test_what_the_network_lacks_is_told(wanted, message):
    said = "; ".join(f"{key}: {text}" for key, text in lacking(wanted, OFFICE).items())
    assert said.startswith(message)


@pytest.mark.parametrize("wanted", [
    Random(6), Friends(6), Neighbourhood(6), Group(5, "department"), Quotas("department", 9), Given((0,)),
    Quotas("department", (("law", 3),), Ranking("pagerank")), Top(2, among=Among("age", "40"))])
def test_what_the_network_has_is_not_complained_about(wanted):
    assert not (set(lacking(wanted, OFFICE)) - {"count"})
    assert chosen(wanted, OFFICE, KEY)


def test_attributes_rank_the_largest_first():
    assert chosen(Top(3, Ranking("attribute", attribute="tenure")), OFFICE, KEY, 0, 1) == [[5, 4, 3]]
    best = Top(2, Ranking("attribute", attribute="tenure"), Among("department", "law"))
    assert chosen(best, OFFICE, KEY, 0, 1) == [[4, 3]]


def test_maximised_seeds_are_those_of_opim_and_give_way_to_earlier_parts():
    loaded = sc.from_networkx(nx.karate_club_graph())
    network = loaded.network
    live = cascade(network, weighted_cascade(network))
    found = choose(Maximised(4), loaded, KEY, 0, 3)
    assert [found.nodes[a:b].tolist() for a, b in zip(found.begin, found.end, strict=True)] == [
        opim(live, KEY, 4, epsilon=0.05, delta=1 / network.n).seeds.tolist()] * 3
    both = choose(Mixture((Top(2), Maximised(3))), loaded, KEY, 0, 1)
    assert set(both.nodes.tolist()) >= set(choose(Top(2), loaded, KEY, 0, 1).nodes.tolist())
    assert np.unique(both.nodes).size == 5
    assert lacking(Maximised(35), loaded)["count"].startswith("there are but 34 candidates")
    for wanted in (Maximised(2, "linear-threshold"), Maximised(2, transmission=0.2)):
        assert choose(wanted, loaded, KEY, 0, 1).nodes.size == 2
