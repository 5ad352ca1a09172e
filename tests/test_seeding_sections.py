"""What a section of seeds says: in a scenario, with the files of a network, and from Python."""

from __future__ import annotations

import re

import networkx as nx
import numpy as np
import pytest

import simcore as sc
from simcore.errors import ScenarioError, UsageError
from simcore.network.hierarchy import managers
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
    lacking,
)
from simcore.study import Study
from tests.simulation import chosen

KEY = np.uint64(20110101)


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
