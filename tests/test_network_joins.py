"""Rows of a file made into a network: windows of time, memberships, attributes of nodes and arcs."""

import itertools
import re
import tempfile
from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.errors import NetworkError, ScenarioError
from simcore.models import independent_cascade as cascade
from simcore.network import text
from simcore.network.adapters import from_networkx, to_networkx
from simcore.network.formats import FORMATS, Request
from simcore.network.read import read
from simcore.network.write import write
from simcore.parameters import Attribute, lacking, resolve
from simcore.rng import Stream
from simcore.scenario import load
from simcore.study import Study
from tests.network_files import BACK, FORTH, arcs, saved


@pytest.fixture(autouse=True, params=[0, 2**16], ids=["kernels", "rows"])
def short(monkeypatch, request):
    """Read files as short as these by both ways."""
    monkeypatch.setattr(text, "SHORT", request.param)


times = st.integers(-5, 5) | st.sampled_from([0.5, -2.25, 1e3])
rows_of_times = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), times), min_size=1)


@given(rows_of_times, times, times, st.sampled_from([FORTH, BACK, "both"]))
@settings(deadline=None, max_examples=60)
def test_a_window_counts_the_rows_within(rows, begin, end, direction):
    window = {"from_": begin} if begin >= end else {"from_": begin, "until": end}
    within = [(u, v) for u, v, t in rows if t >= begin and (begin >= end or t < end)]
    graph = nx.MultiGraph() if direction == "both" else nx.MultiDiGraph()
    graph.add_nodes_from(label for u, v, _ in rows for label in (u, v))
    graph.add_edges_from((v, u) if direction == BACK else (u, v) for u, v in within)
    wanted = from_networkx(graph, parallel="weights")
    with tempfile.TemporaryDirectory() as folder:
        path = saved(Path(folder), "e.csv", "source,sent,target\n" + "".join(f"{u},{t},{v}\n" for u, v, t in rows))
        loaded = read(path, direction=direction, parallel="weights", time="sent", **window)
        u, v, t = zip(*rows, strict=True)
        pq.write_table(pa.table({"source": u, "target": v, "sent": np.array(t, float)}), Path(folder, "e.parquet"))
        other = read(Path(folder, "e.parquet"), direction=direction, parallel="weights", time="sent", **window)
    assert loaded.digest() == other.digest() == wanted.digest()
    assert loaded.report == other.report == wanted.report._replace(left_out=len(rows) - len(within))
    assert loaded.report.dropped == len(rows) - len(within) + sum(u == v for u, v in within)


def test_dates(tmp_path):
    days = ["2010-03-01", "2010-03-01 08:30:00", "2010-03-01T23:59:59.500000", "2010-03-02T01:30:00+02:00", "20100302"]
    csv = saved(tmp_path, "e.csv", "source,target,sent\n" + "".join(f"a,{k},{day}\n" for k, day in enumerate(days)))
    moments = [np.datetime64(day) for day in ("2010-03-01", "2010-03-01T08:30:00", "2010-03-01T23:59:59.500000",
                                              "2010-03-01T23:30:00", "2010-03-02")]
    pq.write_table(pa.table({"source": ["a"] * 5, "target": list("01234"),
                             "sent": np.array(moments, "datetime64[ns]")}), tmp_path / "e.parquet")
    np.savez(tmp_path / "e.npz", source=np.full(5, 5), target=np.arange(5), sent=np.array(moments, "datetime64[ms]"),
             labels=np.array([*"01234a"]))
    for window, kept in [({"until": "2010-03-01 08:30:00"}, 1), ({"from_": "2010-03-01 08:30:00"}, 4),
                         ({"from_": "2010-03-01T10:30:00+02:00", "until": "2010-03-02"}, 3)]:
        for path in (csv, tmp_path / "e.parquet", tmp_path / "e.npz"):
            assert read(path, direction=FORTH, time="sent", **window).report[1::6] == (kept, 5 - kept)


members = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 4)), min_size=1)


@given(members, st.booleans(), st.sampled_from(["merge", "weights"]))
@settings(deadline=None, max_examples=60)
def test_members_of_a_group_are_tied(rows, other, parallel):
    names = [str(member) for member in sorted({row[other] for row in rows})]
    groups = {name: {row[1 - other] for row in rows if str(row[other]) == name} for name in names}
    shared = {(u, v): len(groups[u] & groups[v]) for u, v in itertools.permutations(names, 2) if groups[u] & groups[v]}
    with tempfile.TemporaryDirectory() as folder:
        path = saved(Path(folder), "e.csv", "source,target\n" + "".join(f"{u},{v}\n" for u, v in rows))
        nodes = saved(Path(folder), "n.csv", "node,k\nz9,0\n" + "".join(f"{name},{k}\n" for k, name in enumerate(
            sorted({str(end) for row in rows for end in row}))))
        loaded = read(path, direction="both", project="target" if other else "source", parallel=parallel)
        more = read(path, direction="both", project="target" if other else "source", parallel=parallel, nodes=nodes)
        nodes.write_text("node\n" + "\n".join(names))
        same = read(path, direction="both", project="target" if other else "source", parallel=parallel, nodes=nodes)
    assert list(map(str, loaded.labels)) == list(map(str, same.labels)) == names
    assert arcs(loaded) == arcs(same) == (shared if parallel == "weights" else dict.fromkeys(shared, 1))
    assert loaded.report.merged == len(rows) - len(set(rows))
    assert [label for label in more.labels if label != "z9"] == names
    assert arcs(more) == arcs(loaded)
    every = sorted({str(end) for row in rows for end in row})
    assert more.columns["k"].tolist() == [0 if label == "z9" else every.index(label) for label in more.labels]


def test_a_group_of_too_many_is_refused(tmp_path):
    path = saved(tmp_path, "e.csv", "source,target\n" + "".join(f"p{k},all\n" for k in range(1000)))
    with pytest.raises(NetworkError, match=re.escape("groups of up to 1000 members make 499500 pairs, which need more "
                                                     "than max_bytes = 100000")):
        read(path, direction="both", project="source", max_bytes=100_000)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1),
       st.sampled_from([FORTH, BACK, "both"]), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_attributes_stand_beside_their_arcs(rows, direction, rng):
    ties = [tuple(sorted(row)) if direction == "both" else row for row in rows]
    chances = {tie: rng.randrange(1, 9) / 8 for tie in ties}
    p = [chances[tie] for tie in ties]
    wanted = {}
    for (u, v), chance in zip(rows, p, strict=True):
        if u != v:
            wanted |= {(u, v): chance} if direction != BACK else {}
            wanted |= {(v, u): chance} if direction != FORTH else {}
    with tempfile.TemporaryDirectory() as folder:
        path = saved(Path(folder), "e.csv", "source,p,target,q\n" + "".join(
            f"{u},{chance},{v},1\n" for (u, v), chance in zip(rows, p, strict=True)))
        loaded = read(path, direction=direction, attributes=["q", "p"])
        assert dict(zip(arcs(loaded), loaded.arc_columns["p"].tolist(), strict=True)) == wanted
        assert loaded.arc_columns["q"].tolist() == [1.0] * loaded.network.arcs
        assert loaded.digest() != read(path, direction=direction).digest()
        back = {"direction": FORTH if loaded.report.directed else "both", "attributes": ["p", "q"]}
        for name in ("b.csv", "b.parquet", "b.npz", "b.graphml", "b.gml", "b.json"):
            nodes = None if FORMATS[Request(Path(name)).kind].attributes else Path(folder, "n.csv")
            write(loaded, Path(folder, name), nodes=nodes)
            assert read(Path(folder, name), nodes=nodes, **back).digest() == loaded.digest()
    assert from_networkx(to_networkx(loaded), attributes=["p", "q"]).digest() == loaded.digest()


SCENARIO = """schema = 1
title = "t"
replicates = 50
[network]
kind = "file"
path = "edges.csv"
direction = "source-influences-target"
{network}
[model]
name = "independent-cascade"
transmission = {{ attribute = "{attribute}" }}
[seeding]
kind = "given"
nodes = ["a"]
"""


def scenario(folder, attribute="p", network='attributes = ["p"]', rows="a,b,1\nb,c,1\nb,d,0\n"):
    saved(folder, "edges.csv", f"source,target,p\n{rows}")
    return load(saved(folder, "s.toml", SCENARIO.format(attribute=attribute, network=network)))


def test_a_parameter_takes_an_attribute_of_arcs(tmp_path):
    study = Study(scenario(tmp_path))
    assert [study.replay(study.hashes[0], r).columns["size"].tolist() for r in range(20)] == [[3]] * 20
    weights = Study(scenario(tmp_path, "weight", 'weight = "p"', "a,b,1\nb,c,0.5\n"))
    attributes = Study(scenario(tmp_path, "p", 'attributes = ["p"]', "a,b,1\nb,c,0.5\n"))
    sizes = [[study.replay(study.hashes[0], r).columns["size"].item() for r in range(40)]
             for study in (weights, attributes)]
    assert sizes[0] == sizes[1]
    assert set(sizes[0]) == {2, 3}


def test_what_arcs_lack_is_told(tmp_path):
    with pytest.raises(ScenarioError, match=re.escape("takes a column of the arcs, so network.attributes must name it "
                                                      "(got 'q')")):
        scenario(tmp_path, "q")
    loaded = read(saved(tmp_path, "edges.csv", "source,target,p\na,b,1.5\n"), direction=FORTH, attributes=["p"])
    declared = cascade.MODEL.Params
    wrong = lacking(declared, declared(Attribute(attribute="q")), loaded.network, {}, loaded.arc_columns)
    assert wrong == {"transmission": "an arc has no attribute 'q'; it has p"}
    message = "'p' of an arc is used as a probability, so it must be from 0 to 1 (got 1.5)"
    with pytest.raises(NetworkError, match=re.escape(message)):
        resolve(declared, declared(Attribute(attribute="p")), loaded.network, {},
                Stream(np.uint64(1), np.uint64(0)), loaded.arc_columns)


def test_a_missing_number_is_told_where_it_is_missing(tmp_path):
    edges = saved(tmp_path, "edges.csv", "source,target\na,b\n")
    nodes = saved(tmp_path, "nodes.csv", 'node,"age, then",hope\na,30,1\n"b",31, \nc,,2\nd,,nan\n')
    loaded = read(edges, direction=FORTH, nodes=nodes)
    assert loaded.missing == {"age, then": f"{nodes}:4:3", "hope": f"{nodes}:3:9"}
    wanting = load(saved(tmp_path, "s.toml", SCENARIO.partition("[model]")[0].format(network='nodes = "nodes.csv"')
                         + '[model]\nname = "threshold"\nthreshold = { attribute = "hope" }\n'))
    with pytest.raises(ScenarioError, match=re.escape(f"the column 'hope' is empty for 2 nodes, first at {nodes}:3:9")):
        Study(wanting)


def test_attributes_join_by_label(tmp_path):
    path = saved(tmp_path, "e.graphml", nx_graphml(nx.Graph([("b", "a"), ("c", "a")]), {"a": 1, "b": 2, "c": 3}))
    nodes = saved(tmp_path, "n.csv", "node,cost\nc,30\na,10\nb,20\n")
    loaded = read(path, direction="both", nodes=nodes)
    assert (loaded.columns["rank"].tolist(), loaded.columns["cost"].tolist()) == ([1, 2, 3], [10, 20, 30])
    nodes.write_text("node,rank\nc,30\na,10\nb,20\n")
    with pytest.raises(NetworkError, match=re.escape(f"{nodes}: the attribute 'rank' is in {path} already")):
        read(path, direction="both", nodes=nodes)


def nx_graphml(graph, ranks):
    nx.set_node_attributes(graph, ranks, "rank")
    return "\n".join(nx.generate_graphml(graph))
