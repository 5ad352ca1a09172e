"""Networks from and to files and other libraries: one network, whatever way it comes in."""

import csv
import gzip
import io
import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simcore.errors import NetworkError
from simcore.network import files, graphml, records, text
from simcore.network.adapters import from_networkx, from_scipy, to_networkx, to_scipy
from simcore.network.formats import FORMATS, of_name
from simcore.network.growing import Ends
from simcore.network.labels import is_integer
from simcore.network.loaded import reported
from simcore.network.names import Names
from simcore.network.plain_rows import Texts, decimals, parse
from simcore.network.read import read
from simcore.network.words import Words
from simcore.network.write import write

ROOT = Path(__file__).parent.parent
WAYS = ("source-influences-target", "target-influences-source", "both")


class Rows(NamedTuple):
    """What a researcher has: nodes, some isolated, rows with self-loops and repetitions, attributes."""

    nodes: list
    rows: list  # of (source, target, weight)
    ages: list
    departments: list
    direction: str
    weighted: bool


solid = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=5)  # no white space within
loose = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5)
whole = st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(0, 12)
weights = st.sampled_from([1.0, 2.0, 0.5, 0.1, 1e-3, 1234.5678]) | st.floats(1e-3, 1e3)


@st.composite
def tables(draw, labels=whole | solid):
    nodes = draw(st.lists(labels, unique_by=str, max_size=8))
    node = st.sampled_from(nodes) if nodes else st.nothing()
    rows = draw(st.lists(st.tuples(node, node, weights), max_size=20)) if nodes else []
    ages = draw(st.lists(st.floats(), min_size=len(nodes), max_size=len(nodes)))
    departments = draw(st.lists(st.sampled_from(["sales", "R&D", ""]), min_size=len(nodes), max_size=len(nodes)))
    return Rows(nodes, rows, ages, departments, draw(st.sampled_from(WAYS)), draw(st.booleans()))


def write_rows(path, header, rows, delimiter=",", quoting=csv.QUOTE_ALL):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=quoting).writerows([header, *rows])
    content = stream.getvalue().encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def write_nodes(path, table):
    given = [bool(any(table.departments)), bool(table.ages)]
    columns = [["node", *table.nodes], *([["department", *table.departments]] * given[0]),
               *([["age", *table.ages]] * given[1])]
    header, *rows = zip(*columns, strict=True)
    write_rows(path, header, rows)


def options(table):
    return {"direction": table.direction, "weight": "weight" if table.weighted else None}


def as_csv(folder, table, name="edges.csv", **layout):
    write_rows(folder / name, ["source", "target", "weight"], table.rows, **layout)
    write_nodes(folder / "nodes.csv", table)
    return read(folder / name, nodes=folder / "nodes.csv", **options(table))


def as_edges(folder, table):
    lines = [f"{source}\t{target} {weight!r}" for source, target, weight in table.rows]
    (folder / "edges.txt").write_text("\n".join(["# nodes of a network", "", *lines]), "utf-8", newline="\r\n")
    write_nodes(folder / "nodes.csv", table)
    return read(folder / "edges.txt", nodes=folder / "nodes.csv", **options(table))


def as_npz(folder, table):
    place = {label: i for i, label in enumerate(table.nodes)}
    arrays = {end: np.array([place[row[k]] for row in table.rows], np.int32)
              for k, end in enumerate(["source", "target"])}
    if any(table.departments):
        arrays["groups/department"] = np.array(table.departments)
    if table.ages:
        arrays["columns/age"] = np.array(table.ages)
    np.savez(folder / "edges.npz", n=len(table.nodes), weight=np.array([row[2] for row in table.rows], float),
             labels=np.array(list(map(str, table.nodes)), np.str_), **arrays)
    return read(folder / "edges.npz", **options(table))


def graph_of(table, attributes=True):
    """Return what stands in the rows as they stand there."""
    graph = nx.MultiGraph() if table.direction == "both" else nx.MultiDiGraph()
    for node, age, department in zip(table.nodes, table.ages, table.departments, strict=True):
        known = {"age": age, **({"department": department} if any(table.departments) else {})}
        graph.add_node(node, **known if attributes else {})
    for source, target, weight in table.rows:
        graph.add_edge(source, target, weight=weight)
    return graph


def as_networkx(_, table):
    graph = graph_of(table)
    if table.direction == "target-influences-source":
        graph = graph.reverse()
    return from_networkx(graph, weight="weight" if table.weighted else None)


def as_parquet(folder, table):
    ends = [pa.array([str(row[k]) for row in table.rows], pa.string()) for k in (0, 1)]
    if all(isinstance(node, int) for node in table.nodes):
        ends = [end.cast(pa.int64()) for end in ends]
    pq.write_table(pa.table({"source": ends[0], "target": ends[1].dictionary_encode(),
                             "weight": [float(row[2]) for row in table.rows]}), folder / "edges.parquet")
    write_nodes(folder / "nodes.csv", table)
    return read(folder / "edges.parquet", nodes=folder / "nodes.csv", **options(table))


def as_graphml(folder, table):
    nx.write_graphml(graph_of(table), folder / "edges.graphml")
    return read(folder / "edges.graphml", **options(table))


def as_gml(folder, table):
    nx.write_gml(graph_of(table), folder / "edges.gml")
    return read(folder / "edges.gml", **options(table))


def as_json(folder, table):
    data = nx.node_link_data(graph_of(table), edges="links" if table.weighted else "edges")
    for node in data["nodes"]:
        if not np.isfinite(node["age"]):  # which JSON does not have
            node["age"] = None if np.isnan(node["age"]) else str(node["age"])
    (folder / "edges.json").write_text(json.dumps(data, indent=len(table.rows) % 3 or None), "utf-8")
    return read(folder / "edges.json", **options(table))


def as_pajek(folder, table):
    lines = [f"*Vertices {len(table.nodes)}", *(f' {k} "{node}" 0.1 0.2' for k, node in enumerate(table.nodes, 1)),
             "*Edges" if table.direction == "both" else "*Arcs :1 \"friends\"",
             *(f"{table.nodes.index(u) + 1}  {table.nodes.index(v) + 1} {w!r} c Blue" for u, v, w in table.rows)]
    (folder / "edges.net").write_text("\r\n".join(lines), "utf-8")
    write_nodes(folder / "nodes.csv", table)
    return read(folder / "edges.net", nodes=folder / "nodes.csv", **options(table))


def as_adjacency(folder, table):
    neighbours = {node: [str(v) for u, v, _ in table.rows if u == node] for node in table.nodes}
    (folder / "edges.adj").write_text("\n".join(" ".join([str(u), *there]) for u, there in neighbours.items()), "utf-8")
    write_nodes(folder / "nodes.csv", table)
    return read(folder / "edges.adj", nodes=folder / "nodes.csv", **options(table))


def as_matrix(folder, table):
    """Write the rows as entries, the last node first; the file of nodes calls them by their numbers."""
    labels = [str(label) for label in as_csv(folder, table).labels]
    place = {label: k + 1 for k, label in enumerate(labels)}
    entries = [f"{place[str(u)]} {place[str(v)]} {w!r}" for u, v, w in table.rows]
    (folder / "edges.mtx").write_text("\n".join([
        "%%MatrixMarket matrix coordinate real general", "% by hand", f"{len(labels)} {len(labels)} {len(entries)}",
        *entries, ""]))
    write_nodes(folder / "numbers.csv", table._replace(nodes=[place[str(node)] for node in table.nodes]))
    return read(folder / "edges.mtx", nodes=folder / "numbers.csv", **options(table))


def expected_arcs(table):
    """Say in plain Python what the arcs are, and how heavy."""
    arcs = defaultdict(list)
    for source, target, weight in table.rows:
        if source != target:
            if table.direction != "target-influences-source":
                arcs[str(source), str(target)].append(weight)
            if table.direction != "source-influences-target":
                arcs[str(target), str(source)].append(weight)
    return {ends: pytest.approx(sum(heavy) if table.weighted else 1) for ends, heavy in arcs.items()}


def arcs_of(loaded):
    labels, network = list(map(str, loaded.labels)), loaded.network
    tails = np.repeat(np.arange(network.n), network.out_degree)
    heavy = network.out_weight / network.scale if network.weighted else np.ones(network.arcs)
    return {(labels[u], labels[v]): w for u, v, w in zip(tails, network.out_idx, heavy, strict=True)}


@given(tables())
@example(Rows([], [], [], [], "both", False))
@example(Rows([7], [(7, 7, 1.0)], [0.5], [""], "both", True))
@example(Rows([0], [], [np.nan], ["sales"], "both", False))
@settings(max_examples=60, deadline=None)
def test_every_format_gives_the_same_network(table):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "SHORT", 2**16 * (len(table.rows) % 2))  # by both ways
        path = Path(folder)
        loaded = as_csv(path, table)
        others = [as_csv(path, table, "edges.csv.gz"), as_csv(path, table, delimiter=";"),
                  as_csv(path, table, "edges.tsv", delimiter="\t", quoting=csv.QUOTE_MINIMAL),
                  as_npz(path, table), as_networkx(path, table), as_parquet(path, table), as_graphml(path, table),
                  as_gml(path, table)]
        if not table.ages or not np.isnan(table.ages).all():  # what is null of every node says nothing in JSON
            others.append(as_json(path, table))
        if not any(str(node)[0] in "#%" for node in table.nodes):
            others.append(as_edges(path, table))
            others += [] if table.weighted else [as_adjacency(path, table)]
        if not any('"' in str(node) for node in table.nodes):
            others.append(as_pajek(path, table))
        matrix = as_matrix(path, table)
    assert arcs_of(loaded) == expected_arcs(table)
    assert loaded.report.nodes == loaded.network.n == len(table.nodes)
    assert loaded.report.self_loops == sum(source == target for source, target, _ in table.rows)
    for other in others:
        assert other.digest() == loaded.digest()
        assert list(other.labels) == list(loaded.labels)
        assert other.report == loaded.report
    assert (matrix.digest(), matrix.report) == (loaded.digest(), loaded.report)


@given(tables(labels=loose), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(table, numbered):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        loaded = as_csv(path, table)
        if numbered:
            loaded = reported(loaded.network)
        back = {"direction": "source-influences-target" if loaded.report.directed else "both",
                "weight": "weight" if loaded.report.weighted else None}
        labels = list(map(str, range(loaded.network.n) if numbered else loaded.labels))
        names = ["back.csv", "back.csv.gz", "back.parquet", "back.npz", "back.graphml.gz", "back.gml"]
        names += ["back.net"] * (not any('"' in label for label in labels))
        names += ["back.json"] * all(np.isfinite(values).any() and not np.isinf(values).any()
                                     for values in loaded.columns.values())
        if not any(re.search(r"\s|^[#%]", label) for label in labels):
            names += ["back.edges", *["back.adjlist.gz"] * (not loaded.report.weighted)]
        for name in names:
            nodes = None if FORMATS[of_name(Path(name))].attributes else path / "back.nodes.csv"
            write(loaded, path / name, nodes=nodes)
            again = read(path / name, nodes=nodes, **back)
            assert again.digest() == loaded.digest(), name
            assert list(map(str, again.labels)) == labels
        write(loaded.network, path / "back.mtx")
        assert read(path / "back.mtx", **back).network.digest() == loaded.network.digest()
    assert from_networkx(to_networkx(loaded), weight=back["weight"]).digest() == loaded.digest()
    matrix = to_scipy(loaded)
    assert from_scipy(matrix, weighted=loaded.report.weighted).network.digest() == loaded.network.digest()


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_does_not_matter(table, rng):
    order = rng.sample(range(len(table.nodes)), len(table.nodes))
    nodes, ages, departments = ([values[k] for k in order]
                                for values in (table.nodes, table.ages, table.departments))
    shuffled = table._replace(nodes=nodes, rows=rng.sample(table.rows, len(table.rows)), ages=ages,
                              departments=departments)
    with tempfile.TemporaryDirectory() as folder:
        assert as_csv(Path(folder), table).digest() == as_csv(Path(folder), shuffled).digest()


MESSY = st.lists(st.sampled_from([*"0123456789" * 3, *",,\n\n\n\t; .-+\"#%ab\r", "\r\n", "00", "é", "\x00", "\xa0",
                                  "999999999999999999", "1000000000000000000", "\ufeff", '"a,b"', "\u2028", "1e5",
                                  "1e300", "nan", "0.12345678901234567"]))


def outcome(path, weight):
    try:
        loaded = read(path, direction="both", weight=weight)
    except NetworkError as error:
        return str(error)
    return loaded.digest(), list(map(str, loaded.labels)), loaded.report


@given(st.lists(st.tuples(st.integers(-3, 9), st.integers(0, 9), st.sampled_from(["1", "2.50", ".5", "1e-3", "7."]))),
       MESSY, st.integers(0), st.sampled_from([",", ";", "\t"]), st.booleans(), st.sampled_from([None, "weight"]))
@settings(max_examples=150, deadline=None)
def test_all_parsers_read_the_same(rows, mess, place, separator, spaced, weight):
    lines = [separator.join(map(str, row)) for row in rows]
    content = "\n".join(lines if spaced else [separator.join(["source", "target", "weight"]), *lines, ""])
    place %= len(content) + 1
    content = content[:place] + "".join(mess) + content[place:]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder, "edges.txt" if spaced else "edges.csv")
        path.write_bytes(content.encode())
        patch.setattr(text, "SHORT", 0)
        fast = outcome(path, weight)
        patch.setattr(text, "parse", lambda *_: None)  # of plain numbers
        assert outcome(path, weight) == fast
        patch.setattr(text, "cells", lambda *_: None)  # of plain cells
        assert outcome(path, weight) == fast
        pieces = text.pieces
        patch.undo()
        patch.setattr(text, "SHORT", 0)
        patch.setattr(text, "pieces", lambda *a: (p[k : k + 5] for p in pieces(*a) for k in range(0, len(p), 5)))
        if not isinstance(fast, str):
            assert outcome(path, weight) == fast


def as_records(ending, nodes, edges):
    """Return a file of records as a program might write it: what is before the edges, these, and what is after."""
    def name(node):
        return node if ending == "graphml" or not isinstance(node, str) else f'"{node}"'
    edge = {"graphml": '<edge source="{0}" target="{1}"><data key="d">{2}</data></edge>\n',
            "gml": "  edge [\n    source {0}\n    target {1}\n    weight {2}\n  ]\n",
            "json": ',\n{{"target": {1}, "ok": true, "weight": {2}, "source": {0}}}'}[ending]
    node = {"graphml": '<node id="{}"/>', "gml": "node [ id {} ]\n", "json": ',{{"id": {}}}'}[ending]
    before, after = {
        "graphml": ('<graphml><key id="d" for="edge" attr.name="weight"/>\n<graph edgedefault="undirected">\n{}',
                    "</graph></graphml>"),
        "gml": ("graph [\n{}", "]"),
        "json": ('{{"nodes": [{{"id": 1}}{}], "links": [{{"source": 1, "target": 1, "weight": 3}}', "]}")}[ending]
    return (before.format("".join(node.format(name(one)) for one in nodes)),
            [edge.format(name(one), name(other), weight) for one, other, weight in edges], after)


ENDS = st.integers(-3, 9) | st.sampled_from(["a", "", "é", "a b", "7", 1.5])


@given(st.sampled_from(["graphml", "gml", "json"]), st.sets(ENDS),
       st.lists(st.tuples(ENDS, st.integers(0, 9), st.sampled_from(["1", "2.50", "0.5", "-1", "1e-3", "00", '"3"']))),
       MESSY, st.integers(0), st.integers(5, 9), st.booleans())
@example("json", set(), [(1, 2, "1"), (1, 2, "1"), (1.5, 2, "1")], [], 0, 9, True)
@settings(max_examples=300, deadline=None)
def test_edges_of_one_form_are_read_as_one_by_one(ending, nodes, edges, mess, place, width, in_lines):
    before, written, after = as_records(ending, nodes - {1}, [*edges, (1, 3, "2"), (40, 2, "2"), (50, 60, "3")])
    body = "".join(written) if in_lines else "".join(written).replace("\n", " ")
    place %= len(body) + 1
    content = before + body[:place] + "".join(mess)[: place % 3] + body[place:] + after
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder, f"edges.{ending}")
        path.write_bytes(content.encode())
        slow = outcome(path, "weight")
        patch.setattr(records, "SHORT", 0)
        patch.setattr(records, "MANY", 1)
        patch.setattr(graphml, "_STEP", 1)
        assert outcome(path, "weight") == slow
        patch.setattr(files, "_PIECE", 2**width)
        assert outcome(path, "weight") == slow


NODES = st.tuples(ENDS, st.sampled_from(["1", "2.50", "-0", "1e3", "07", "true", "null", '"3"', "[]"]),
                  st.sampled_from(['"it"', '"é"', '""', '"\\u0061"', "12", "null"]))


@given(st.lists(NODES), MESSY, st.integers(0), st.integers(5, 9), st.booleans(), st.booleans())
@example([(1, "3", '"it"'), (1, "3", '"it"'), (2, "3", '"it"')], [], 0, 9, True, True)
@settings(max_examples=300, deadline=None)
def test_nodes_of_one_form_are_read_as_one_by_one(nodes, mess, place, width, in_lines, once):
    known = {name: (name, *more) for name, *more in nodes}.values() if once else nodes
    written = [f',\n{{"age": {age}, "id": {json.dumps(name)}, "team": {team}}}' for name, age, team in known]
    body = "".join(written) if in_lines else "".join(written).replace("\n", " ")
    place %= len(body) + 1
    body = body[:place] + "".join(mess)[: place % 3] + body[place:]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder, "nodes.json")
        path.write_bytes(f'{{"nodes": [{{"id": "first"}}{body}], "links": []}}'.encode())
        slow = outcome(path, None)
        patch.setattr(records, "SHORT", 0)
        patch.setattr(records, "MANY", 1)
        assert outcome(path, None) == slow
        patch.setattr(files, "_PIECE", 2**width)
        assert outcome(path, None) == slow


def test_nodes_of_one_form_take_the_fast_way(tmp_path, monkeypatch):
    path = tmp_path / "nodes.json"
    nodes = [{"id": k, "age": k / 8, "team": f"t{k % 3}"} for k in range(1000)]
    path.write_text(json.dumps({"nodes": nodes, "links": []}))
    monkeypatch.setattr(records, "SHORT", 0)
    taken, take = [], records.Records.take
    monkeypatch.setattr(records.Records, "take", lambda *a, **k: taken.append(1) or take(*a, **k))
    loaded = read(path, direction="both")
    assert len(taken) < 10
    assert loaded.columns["age"].tolist() == [k / 8 for k in range(1000)]
    assert loaded.groups["team"] == [f"t{k % 3}" for k in range(1000)]


def texts(listed):
    encoded = [text.encode() for text in listed]
    return Texts(np.frombuffer(b"".join(encoded), np.uint8), np.cumsum([0, *map(len, encoded)], dtype=np.int32))


@given(st.lists(st.lists(st.text("ab", max_size=4) | st.text(max_size=40) | st.integers(0, 5000).map(str))))
@settings(max_examples=100, deadline=None)
def test_words_are_different_and_in_the_order_in_which_they_come(blocks):
    words = Words()
    for block in blocks:
        before = list(words.texts)
        data, ends = texts(["left out", *block])
        assert Texts(data, ends[1:]).listed() == block
        assert [words.texts[k] for k in words.coded(Texts(data, ends[1:])).places] == block
        assert words.texts == list(dict.fromkeys([*before, *block]))


@given(st.lists(st.text("ab", max_size=20) | st.text(st.characters(exclude_categories=())), unique=True), st.data())
@settings(max_examples=200, deadline=None)
def test_names_are_as_lists_of_text_are(listed, data):
    names = Names.of(listed)
    assert names == listed
    assert list(names) == [names[k] for k in range(len(listed))] == listed
    assert names[-2:] == listed[-2:]
    assert names not in ([*listed, "one more"], list(map(len, listed)) or [0], "".join(listed))
    assert names.taken(names.order()) == sorted(listed)
    places = data.draw(st.lists(st.integers(0, len(listed) - 1) if listed else st.nothing()))
    assert names.taken(np.array(places, np.int64)) == [listed[k] for k in places]


def test_labels_that_follow_one_another_in_one_type_are_one_part():
    ends, words = Ends(), Words()
    parts = [np.arange(3, dtype=np.int32), np.arange(5000, dtype=np.int32), np.array([2**40]),
             words.coded(texts(["a"])), words.coded(texts(["b", "a"])), np.arange(2, dtype=np.int32)]
    for part in parts:
        ends.add(part)
    first, second, third, fourth = ends.all()
    assert first.tolist() == [0, 1, 2, *range(5000)]
    assert (second.tolist(), fourth.tolist()) == ([2**40], [0, 1])
    assert [third.texts[k] for k in third.places] == ["a", "b", "a"]


def test_words_may_be_many_and_long():
    words, many = Words(), [str(k % 3000) * (k % 7 * k % 50) for k in range(20_000)]
    assert [words.texts[k] for k in words.coded(texts(many)).places] == many
    assert len(set(words.texts)) == len(words.texts)


@given(st.lists(st.from_regex(r"-?[0-9]{0,16}(\.[0-9]{0,16})?", fullmatch=True)))
@example(["1", "-0", "2.50", "5.", ".5", "0.1", "999999999999999", "0.000000000000001"])
@settings(max_examples=200, deadline=None)
def test_plain_decimals_are_those_of_python(cells):
    found = decimals(texts(cells))
    if found is None:
        assert any(not 1 <= sum(map(str.isdigit, cell)) <= 15 for cell in cells)
    else:
        assert [*map(repr, found.tolist())] == [repr(float(cell)) for cell in cells]


@pytest.mark.parametrize("ending", ["graphml", "gml", "json"])
def test_edges_of_one_form_take_the_fast_way(ending, tmp_path, monkeypatch):
    path = tmp_path / f"edges.{ending}"
    before, written, after = as_records(ending, [1, 2][ending == "json" :], [(1, 2, 0.25), (1, 2, 0.5)] * 500)
    path.write_text(before + "".join(written) + after)
    monkeypatch.setattr(records, "SHORT", 0)
    taken, take = [], records.Records.take
    monkeypatch.setattr(records.Records, "take", lambda *a, **k: taken.append(1) or take(*a, **k))
    loaded = read(path, direction="both", weight="weight")
    assert len(taken) < 150
    assert loaded.network.out_weight.tolist() == [loaded.network.scale * 375] * 2


def test_plain_numbers_take_the_fast_way(tmp_path, monkeypatch):
    path = tmp_path / "edges.csv"
    path.write_text("source,target,time,weight\n" + "-17,37,2010-01-02 17:40:10,2.50\r\n" * 3)
    monkeypatch.setattr(text.Table, "rows", None)
    monkeypatch.setattr(text, "cells", None)
    loaded = read(path, direction="both", weight="weight", source="source")
    assert loaded.labels.tolist() == [-17, 37]
    assert loaded.network.out_weight.tolist() == [15, 15]  # in the largest unit that fits, a half
    assert loaded.network.scale == 2


LABELS = st.integers(0, 18).flatmap(lambda width: st.integers(-10**width + 1, 10**width - 1)).map(str)
PADDED = st.integers(0, 99).map(lambda label: f"0{label}")
NO_LABELS = st.text("0123456789+-.:/\xff\x10", max_size=20).filter(lambda cell: not is_integer(cell)) | PADDED


@given(st.lists(st.tuples(LABELS, LABELS), min_size=1), st.sampled_from(["", ",", ";", "\t"]),
       st.sampled_from(["\n", "\r\n"]), NO_LABELS, st.integers(0))
@settings(max_examples=300, deadline=None)
def test_labels_of_any_width_are_parsed(rows, separator, end, wrong, place):
    def lines():
        return "".join((separator or " ").join(row) + end for row in rows).encode("latin-1")

    source, target, _ = parse(lines(), separator, 2, 0, 1, None)
    assert list(zip(source.tolist(), target.tolist(), strict=True)) == [(int(one), int(other)) for one, other in rows]
    place %= len(rows)
    rows[place] = (rows[place][0], wrong)
    assert parse(lines(), separator, 2, 0, 1, None) is None


def test_plain_text_takes_the_fast_way(tmp_path, monkeypatch):
    path = tmp_path / "edges.csv"
    path.write_text("source,target,weight\n" + "Zoë B, Ana ,0.12345678901234567\r\nAna,Bob,1e-3\n" * 3, "utf-8")
    monkeypatch.setattr(text.Table, "rows", None)
    monkeypatch.setattr(text, "SHORT", 0)
    loaded = read(path, direction="both", weight="weight", nodes=None)
    assert loaded.labels == ["Ana", "Bob", "Zoë B"]
    ana_bob, zoe_ana = 3e-3, 3 * 0.12345678901234567
    assert list(arcs_of(loaded).values()) == pytest.approx([ana_bob, zoe_ana, ana_bob, zoe_ana])


def test_white_space_beyond_ascii_is_white_space(tmp_path):
    csv, edges = tmp_path / "edges.csv", tmp_path / "edges.txt"
    csv.write_text("source,target\n\u2003a\xa0b\xa0,c\n", "utf-8")
    edges.write_text("a\xa0b\nc d\n", "utf-8")
    assert read(csv, direction="both").labels == ["a\xa0b", "c"]
    assert read(edges, direction="both").labels == ["a", "b", "c", "d"]


def test_a_separator_is_what_the_header_has_most_of(tmp_path):
    path = tmp_path / "edges.csv"
    path.write_text('\ufeff"from, who"; to ;since\n"a ""b""; c" ;  Zoë ;1999\n', "utf-8")
    loaded = read(path, direction="both", source="from, who", target="to")
    assert loaded.labels == ['Zoë', 'a "b"; c']


def test_labels_are_numbers_only_together(tmp_path):
    path = tmp_path / "edges.csv"
    for rows, labels in {"10,9\n-1,10": [-1, 9, 10], "10,9\n010,10": ["010", "10", "9"],
                         "10,9\n1000000000000000000,10": ["10", "1000000000000000000", "9"]}.items():
        path.write_text(f"source,target\n{rows}\n")
        assert list(read(path, direction="both").labels) == labels


def test_numbers_and_text_of_nodes(tmp_path):
    edges, nodes = tmp_path / "edges.csv", tmp_path / "nodes.csv"
    edges.write_text("source,target\nana,bob\n")
    nodes.write_text("name,age,team,,score\nbob,40,7,x,\nana,,sales,y,1e3\ncem,-0.5,7,z,inf\n")
    loaded = read(edges, direction="both", nodes=nodes, node="name")
    np.testing.assert_array_equal(loaded.columns["age"], [np.nan, 40, -0.5])
    np.testing.assert_array_equal(loaded.columns["score"], [1e3, np.nan, np.inf])
    assert loaded.groups == {"team": ["sales", "7", "7"]}
    assert loaded.report.isolated == 1


def test_readers_import_no_library_of_tables(tmp_path):
    code = ("import sys, simcore.network.adapters; from simcore.network.read import read; "
            "read(sys.argv[1], direction='both', nodes=sys.argv[2]); print(*sys.modules)")
    edges, nodes, unwanted = tmp_path / "edges.csv", tmp_path / "nodes.csv", {"pandas", "networkx", "scipy.sparse"}
    for rows, more in ((1, {"pyarrow"}), (20_000, set())):
        edges.write_text("source,target\n" + "ana,bob\n" * rows)
        nodes.write_text("node,age\nana,\nbob,3\n")
        done = subprocess.run([sys.executable, "-c", code, edges, nodes], cwd=ROOT, capture_output=True, text=True,
                              check=True)
        assert not (unwanted | more) & set(done.stdout.split())
