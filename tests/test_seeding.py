"""Who is seeded: every strategy against its plain twin, what networks lack, and scenarios from file to seeds."""

from __future__ import annotations

import math
import re

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcore as sc
from simcore._jit import JIT
from simcore.errors import ScenarioError, UsageError
from simcore.maximisation.live_arcs import cascade, weighted_cascade
from simcore.maximisation.opim import opim
from simcore.network.csr import from_arcs
from simcore.network.hierarchy import managers
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from simcore.network.regular import complete, path, star
from simcore.scenario import from_data, load
from simcore.scenario.attributes import columns, names, sizes
from simcore.scenario.build import build, spans
from simcore.scenario.seeds import strategy
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
from simcore.study import Study
from tests.naive import rankings, seeding
from tests.strategies import keys, networks

KEY = np.uint64(20110101)


@st.composite
def peopled(draw, **limits):
    """A network whose nodes have a department, which may be missing, and an age."""
    network, arcs = draw(networks(max_nodes=14, **limits))
    departments = draw(st.lists(st.sampled_from(["it", "sales", "law", ""]), min_size=network.n, max_size=network.n))
    ages = draw(st.lists(st.sampled_from([20.0, 30.0, 41.5, math.nan]), min_size=network.n, max_size=network.n))
    return reported(network, columns={"age": np.array(ages)}, groups={"department": departments}), arcs


def chosen(strategy_, loaded, key, first=0, replicates=2):
    """Return the seeds of each replicate."""
    found = choose(strategy_, loaded, np.uint64(key), first, replicates)
    rows = [found.nodes[b:e].tolist() for b, e in zip(found.begin, found.end, strict=True)]
    for row, into, out in zip(rows, found.in_degree, found.out_degree, strict=True):
        assert len(set(row)) == len(row)
        if row:
            assert into == loaded.network.in_degree[row].mean()
            assert out == loaded.network.out_degree[row].mean()
        else:
            assert np.isnan([into, out]).all()
    assert len(rows) == replicates
    return rows


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


# --- from scenario files ----------------------------------------------------------------------------------

def scenario(network=None, **seeding_):
    return from_data({"schema": 1, "title": "t", "replicates": 3, "horizon": 2,
                      "network": network or {"kind": "poisson", "n": 50, "mean_degree": 3.0},
                      "model": {"name": "threshold", "threshold": 0.3}, "seeding": seeding_ or {"kind": "random"}})


def resolved(scenario_):
    point = scenario_.points[0]
    return strategy(point.seeding, build(point.network, KEY))


@pytest.mark.parametrize(("section", "wanted"), [
    ({"kind": "random"}, Random(1)),
    ({"kind": "random", "share": 0.1}, Random(5)),
    ({"kind": "top-degree", "degree": "in"}, Top(1, Ranking("in-degree"))),
    ({"kind": "top", "by": "k-core", "count": 3}, Top(3, Ranking("k-core"))),
    ({"kind": "top", "by": {"kind": "pagerank", "damping": 0.5}}, Top(1, Ranking("pagerank", damping=0.5))),
    ({"kind": "top", "by": {"kind": "betweenness", "pivots": 9}}, Top(1, Ranking("betweenness", pivots=9))),
    ({"kind": "top", "by": {"kind": "collective-influence", "radius": 3}},
     Top(1, Ranking("collective-influence", radius=3))),
    ({"kind": "top", "by": {"kind": "degree-discount", "transmission": 0.2}},
     Top(1, Ranking("degree-discount", transmission=0.2))),
    ({"kind": "influential", "top": 0.2}, Share(1, top=0.2)),
    ({"kind": "ordinary", "by": "voterank", "degree": "in"}, Share(1, influential=False, by=Ranking("voterank"))),
    ({"kind": "given", "nodes": [3, 1, 3]}, Given((3, 1))),
    ({"kind": "friend", "count": 2}, Friends(2)),
    ({"kind": "neighbourhood", "count": 2}, Neighbourhood(2)),
    ({"kind": "influence-maximisation", "count": 2, "transmission": 0.1},
     Maximised(2, "independent-cascade", 0.1)),
    ({"kind": "influence-maximisation", "model": "linear-threshold", "epsilon": 0.1},
     Maximised(1, "linear-threshold", None, 0.1)),
    ({"kind": "group", "count": 2}, Group(2)),
    ({"kind": "mixture", "parts": [{"kind": "random"}, {"kind": "top", "by": "pagerank", "share": 0.04}]},
     Mixture((Random(1), Top(2, Ranking("pagerank"))))),
])
def test_sections_become_strategies(section, wanted):
    found = scenario(**section)
    assert resolved(found) == wanted
    again = from_data(found.resolved())
    assert [point.hash() for point in again.points] == [point.hash() for point in found.points]


def test_each_thing_that_decides_seeds_is_in_the_hash():
    sections = [{"kind": "influential"}, {"kind": "influential", "by": "out-degree"}, {"kind": "top", "by": "k-core"},
                {"kind": "top", "by": "pagerank"}, {"kind": "top", "by": {"kind": "pagerank", "damping": 0.8}},
                {"kind": "friend"}, {"kind": "friend", "count": 2}, {"kind": "group"}, {"kind": "random"},
                {"kind": "mixture", "parts": [{"kind": "random"}]},
                {"kind": "mixture", "parts": [{"kind": "random", "count": 2}]}]
    assert len({scenario(**section).points[0].hash() for section in sections}) == len(sections)
    one, other = ({"kind": "top", "by": by} for by in ("pagerank", {"kind": "pagerank", "damping": 0.85}))
    assert scenario(**one).points[0].hash() == scenario(**other).points[0].hash()


BLOCKS = {"kind": "blocks", "sizes": [30, 20], "probabilities": [[0.1, 0.01], [0.01, 0.2]]}


@pytest.mark.parametrize(("section", "wanted"), [
    ({"kind": "random", "count": 20, "among": {"attribute": "group", "value": 2}}, Random(20, Among("group", 2.0))),
    ({"kind": "quotas", "attribute": "group", "counts": {"2": 1, "1": 3}}, Quotas("group", (("1", 3), ("2", 1)))),
    ({"kind": "quotas", "attribute": "group", "each": 2, "by": "k-core"}, Quotas("group", 2, Ranking("k-core"))),
    ({"kind": "group", "attribute": "group", "count": 4}, Group(4, "group")),
    ({"kind": "top-degree", "among": {"attribute": "group", "low": 2}}, Top(1, among=Among("group", low=2.0))),
])
def test_generated_networks_know_their_groups(section, wanted):
    found = scenario(BLOCKS, **section)
    assert resolved(found) == wanted
    loaded = build(found.points[0].network, KEY)
    assert not lacking(wanted, loaded)
    for row in chosen(wanted, loaded, KEY):
        assert row
        blocks = [int(node >= 30) + 1 for node in row]
        if isinstance(wanted, Quotas):
            assert sorted(blocks) == ([1, 1, 1, 2] if wanted.by is None else [1, 1, 2, 2])
        else:
            assert set(blocks) == ({2} if not isinstance(wanted, Group) else {blocks[0]})


@pytest.mark.parametrize("network", [
    BLOCKS, {"kind": "groups", "n": 23, "size": 5, "inside": 0.5, "outside": 0.0, "memberships": 2},
    {"kind": "tree", "spans": [3, 2, 2]}, {"kind": "tree", "spans": []}, {"kind": "tree", "levels": 1, "span": 3},
    {"kind": "organisation", "levels": 3, "span": 4, "cross_ties": 3, "lambda": 1.0, "zeta": 1.0},
])
def test_attributes_of_generated_networks_are_counted_as_they_are(network):
    section = scenario(network).points[0].network
    found, n = columns(section), build(section, KEY).network.n
    assert set(found) == set(names(section))
    for name, column in found.items():
        assert column.size == n
        values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
        assert sizes(section, name).values.tolist() == values.tolist()
        assert sizes(section, name).nodes.tolist() == counts.tolist()


def test_departments_are_the_parts_below_the_top():
    section = scenario({"kind": "tree", "spans": [3, 2, 2]}).points[0].network
    manager, found = managers(spans(section)).tolist(), columns(section)
    for node in range(1, 22):
        ranks = [node]
        while manager[ranks[-1]] != 0:
            ranks.append(manager[ranks[-1]])
        assert found["department"][node] == ranks[-1]
        assert found["level"][node] == len(ranks) + 1
    assert np.isnan(found["department"][0])
    assert found["level"][0] == 1


OWN = """schema = 1
title = "own"
replicates = 20
[network]
kind = "file"
path = "edges.csv"
nodes = "nodes.csv"
direction = "source-influences-target"
[model]
name = "threshold"
threshold = 1.0
[seeding]
"""


def own(folder, seeding_, files=()):
    (folder / "edges.csv").write_text("source,target\nann,bob\nbob,cem\ncem,dora\n")
    (folder / "nodes.csv").write_text("node,team,age\nann,x,30\nbob,y,40\ncem,y,50\ndora,x,60\n")
    for name, text in dict(files).items():
        (folder / name).write_text(text)
    (folder / "own.toml").write_text(OWN + seeding_)
    return load(folder / "own.toml")


@pytest.mark.parametrize(("section", "expected"), [
    ('kind = "random"\namong = { attribute = "team", value = "y" }', {(1,), (2,)}),
    ('kind = "top"\nby = { attribute = "age" }', {(3,)}),
    ('kind = "quotas"\nattribute = "team"\neach = 1\nby = "out-degree"', {(0, 1), (0, 2)}),
    ('kind = "file"\npath = "seeds.txt"', {(2, 0)}),
    ('kind = "file"\npath = "seeds.csv"\ncolumn = "who"', {(3, 1)}),
    ('kind = "mixture"\nparts = [{ kind = "file", path = "seeds.txt" }, { kind = "given", nodes = ["ann", "bob"] }]',
     {(2, 0, 1)}),
])
def test_seeds_come_from_the_files_of_a_network(section, expected, tmp_path):
    found = own(tmp_path, section, {"seeds.txt": "# who\n\n  cem\nann\ncem\n", "seeds.csv": "n,who\n1,dora\n2,bob\n"})
    study = Study(found)
    loaded = study.network(0, 0)
    rows = chosen(strategy(found.points[0].seeding, loaded), loaded, KEY, 0, 20)
    assert {tuple(row) for row in rows} <= expected
    if len(expected) > 1 and "quotas" not in section:
        assert {tuple(row) for row in rows} == expected
    assert sc.run(found, tmp_path / "out").to_pandas()["size"].min() >= 1


def test_what_is_in_a_file_of_seeds_counts_not_where_it_lies(tmp_path):
    def hash_(section, **files):
        return own(tmp_path, section, {name.replace("_", "."): text for name, text in files.items()}).points[0].hash()
    one = hash_('kind = "file"\npath = "seeds.txt"', seeds_txt="ann\ndora\n")
    assert one == hash_('kind = "given"\nnodes = ["ann", "dora"]')
    assert one == hash_('kind = "file"\npath = "other.csv"', other_csv="node,why\nann,\ndora,she\n")
    assert one != hash_('kind = "file"\npath = "seeds.txt"', seeds_txt="ann\n")
    swept = own(tmp_path, 'kind = "file"\n[sweep]\n"seeding.path" = ["seeds.txt", "other.csv"]')
    assert len({point.hash() for point in swept.points}) == 2


def test_unknown_labels_of_a_file_are_shown_where_they_stand(tmp_path):
    found = own(tmp_path, 'kind = "file"\npath = "seeds.txt"', {"seeds.txt": "ann\n  bop\nzoe\n"})
    with pytest.raises(ScenarioError) as caught:
        Study(found)
    file = tmp_path / "seeds.txt"
    assert [str(problem) for problem in caught.value.problems] == [
        f"{file}:2:3: there is no node 'bop', did you mean 'bob'?", f"{file}:3:1: there is no node 'zoe'"]
    many = own(tmp_path, 'kind = "file"\npath = "seeds.txt"', {"seeds.txt": "\n".join(f"x{k}" for k in range(30))})
    with pytest.raises(ScenarioError, match="and 10 more problems"):
        Study(many)


@pytest.mark.parametrize(("section", "key", "message"), [
    ('kind = "random"\namong = { attribute = "team", value = "z" }', "seeding.among", "values are x, y"),
    ('kind = "friend"\ncount = 5', "seeding.count", "there are but 4 candidates"),
    ('kind = "quotas"\nattribute = "team"\ncounts = { x = 3 }', "seeding.counts", "but 2 nodes with team = x"),
    ('kind = "top"\nby = { attribute = "team" }', "seeding.by", "attributes of numbers are age"),
    ('kind = "given"\nnodes = ["an"]', "seeding.nodes", "did you mean 'ann'?"),
])
def test_what_a_file_lacks_is_told_before_anything_runs(section, key, message, tmp_path):
    with pytest.raises(ScenarioError, match=re.escape(f"{key}: ")) as caught:
        Study(own(tmp_path, section))
    assert message in str(caught.value)


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


# --- from Python ------------------------------------------------------------------------------------------

GRAPH = nx.karate_club_graph()


@pytest.mark.parametrize("section", [
    {"kind": "influence-maximisation", "count": 2},
    {"kind": "top", "by": "voterank", "count": 2}, {"kind": "friend", "count": 2}, {"kind": "group", "count": 3},
    {"kind": "random", "count": 2, "among": {"attribute": "club", "value": "Officer"}},
    {"kind": "mixture", "parts": [{"kind": "top", "by": "pagerank"}, {"kind": "neighbourhood", "count": 2}]}])
def test_simulate_takes_any_seeding(section, tmp_path):
    stored = sc.run(scenario({"kind": "karate-club"}, **section), tmp_path / "out").store.columns()
    found = sc.simulate(GRAPH, "threshold", threshold=0.3, seeding=section, replicates=3, horizon=2)
    for name in ("size", "seed_in_degree"):
        assert found.outcomes[name].tolist() == stored[name].tolist()


def test_the_number_of_seeds_may_stand_beside_a_seeding():
    one = sc.simulate(GRAPH, threshold=0.3, seeding={"kind": "top", "by": "k-core"}, seeds=4, replicates=2)
    other = sc.simulate(GRAPH, threshold=0.3, seeding={"kind": "top", "by": "k-core", "count": 4}, replicates=2)
    assert one.outcomes["seed_out_degree"].tolist() == other.outcomes["seed_out_degree"].tolist()


@pytest.mark.parametrize(("arguments", "message"), [
    ({"seeding": "top"}, "by: is missing; 'top' needs it"),
    ({"seeding": {"kind": "top", "by": "k-cor"}}, "did you mean 'k-core'?"),
    ({"seeding": {"kind": "friends"}, "seeds": 2}, "kind: must be"),
    ({"seeding": {"kind": ["friend"]}, "seeds": 2}, "kind: must be"),
    ({"seeding": {}}, "kind: is missing"),
    ({"seeding": {"kind": "quotas", "attribute": "club", "each": 1}, "seeds": 3}, "itself says how many"),
    ({"seeding": {"kind": "friend", "count": 1}, "seeds": 3}, "itself says how many"),
    ({"seeding": {"kind": "random", "among": {"attribute": "clubs", "value": 1}}}, "did you mean 'club'?"),
    ({"seeding": {"kind": "mixture", "parts": [{"kind": "random", "count": -1}]}}, "count: must be at least 0"),
    ({"seeding": {"kind": "friend"}, "seeds": [0]}, "has nothing to choose"),
    ({"seeding": 5}, "a table with such a kind"),
])
def test_a_wrong_seeding_is_refused(arguments, message):
    with pytest.raises(UsageError) as caught:
        sc.simulate(GRAPH, threshold=0.3, **arguments)
    assert message in str(caught.value)
