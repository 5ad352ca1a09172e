"""Networks from and to files and other libraries: one network, whatever way it comes in."""

import csv
import gzip
import io
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simcore.errors import NetworkError
from simcore.network import text
from simcore.network.adapters import from_networkx, from_scipy, to_networkx, to_scipy
from simcore.network.loaded import reported
from simcore.network.read import peek, read
from simcore.network.write import write

ROOT = Path(__file__).parent.parent
DATA = ROOT / "../shared/data"
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


def as_networkx(_, table):
    graph = nx.MultiGraph() if table.direction == "both" else nx.MultiDiGraph()
    for node, age, department in zip(table.nodes, table.ages, table.departments, strict=True):
        graph.add_node(node, age=age, **({"department": department} if any(table.departments) else {}))
    for source, target, weight in table.rows:
        ends = (target, source) if table.direction == "target-influences-source" else (source, target)
        graph.add_edge(*ends, weight=weight)
    return from_networkx(graph, weight="weight" if table.weighted else None)


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
@settings(max_examples=60, deadline=None)
def test_every_format_gives_the_same_network(table):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        loaded = as_csv(path, table)
        others = [as_csv(path, table, "edges.csv.gz"), as_csv(path, table, delimiter=";"),
                  as_csv(path, table, "edges.tsv", delimiter="\t", quoting=csv.QUOTE_MINIMAL),
                  as_npz(path, table), as_networkx(path, table)]
        if not any(str(node)[0] in "#%" for node in table.nodes):
            others.append(as_edges(path, table))
    assert arcs_of(loaded) == expected_arcs(table)
    assert loaded.report.nodes == loaded.network.n == len(table.nodes)
    assert loaded.report.self_loops == sum(source == target for source, target, _ in table.rows)
    for other in others:
        assert other.digest() == loaded.digest()
        assert list(other.labels) == list(loaded.labels)
        assert other.report == loaded.report


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
        for name in ("back.csv", "back.csv.gz", "back.npz"):
            nodes = path / "back.nodes.csv" if "csv" in name else None
            write(loaded, path / name, nodes=nodes)
            again = read(path / name, nodes=nodes, **back)
            assert again.digest() == loaded.digest()
            if not numbered:
                assert list(again.labels) == list(loaded.labels)
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
                                  "999999999999999999", "1000000000000000000", "\ufeff", '"a,b"', "\u2028", "1e5"]))


def outcome(path, weight):
    try:
        loaded = read(path, direction="both", weight=weight)
    except NetworkError as error:
        return str(error)
    return loaded.digest(), list(map(str, loaded.labels)), loaded.report


@given(st.lists(st.tuples(st.integers(-3, 9), st.integers(0, 9), st.sampled_from(["1", "2.50", ".5", "1e-3", "7."]))),
       MESSY, st.integers(0), st.sampled_from([",", ";", "\t"]), st.booleans(), st.sampled_from([None, "weight"]))
@settings(max_examples=150, deadline=None)
def test_both_parsers_read_the_same(rows, mess, place, separator, spaced, weight):
    lines = [separator.join(map(str, row)) for row in rows]
    content = "\n".join(lines if spaced else [separator.join(["source", "target", "weight"]), *lines, ""])
    place %= len(content) + 1
    content = content[:place] + "".join(mess) + content[place:]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder, "edges.txt" if spaced else "edges.csv")
        path.write_bytes(content.encode())
        fast = outcome(path, weight)
        patch.setattr(text, "parse", lambda *_: None)
        assert outcome(path, weight) == fast
        pieces = text._pieces
        patch.undo()
        patch.setattr(text, "_pieces", lambda *a: (p[k : k + 5] for p in pieces(*a) for k in range(0, len(p), 5)))
        if not isinstance(fast, str):
            assert outcome(path, weight) == fast


def test_plain_numbers_take_the_fast_way(tmp_path, monkeypatch):
    path = tmp_path / "edges.csv"
    path.write_text("source,target,time,weight\n" + "-17,37,2010-01-02 17:40:10,2.50\r\n" * 3)
    monkeypatch.setattr(text.Table, "rows", None)
    loaded = read(path, direction="both", weight="weight", source="source")
    assert loaded.labels.tolist() == [-17, 37]
    assert loaded.network.out_weight.tolist() == [15, 15]  # in the largest unit that fits, a half
    assert loaded.network.scale == 2


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


REAL = {
    "email_eu_core": ({"direction": WAYS[0], "nodes": "nodes.csv"}, (1005, 24_929, True, 642, 0, 19, False)),
    "law_friends": ({"direction": WAYS[1], "nodes": "nodes.csv"}, (71, 575, True, 0, 0, 2, False)),
    "nethept": ({"direction": "both", "parallel": "weights"}, (15_233, 2 * 31_376, False, 39, 27_476, 4, True)),
    "pgp": ({"direction": "both"}, (10_680, 2 * 24_316, False, 0, 24_364, 0, False)),
    "wiki_vote": ({"direction": WAYS[1]}, (7_115, 103_689, True, 0, 0, 0, False)),
    "manufacturing_email": ({"direction": WAYS[0]}, (167, 5_783, True, 51, 77_093, 0, False)),
}


@pytest.mark.parametrize("name", REAL)
def test_real_networks(name):
    folder = DATA / name
    if not folder.exists():
        pytest.skip("../shared/data is not here")
    asked, report = REAL[name]
    nodes = folder / asked["nodes"] if "nodes" in asked else None
    loaded = read(folder / "edges.csv", **asked | {"nodes": nodes})
    assert loaded.report == report
    assert peek(folder / "edges.csv", nodes=nodes) == []
    assert from_networkx(to_networkx(loaded), weight="weight" if loaded.report.weighted else None
                         ).digest() == loaded.digest()


def test_readers_import_no_library_of_tables():
    code = "import sys, simcore.network.read, simcore.network.adapters; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"pandas", "pyarrow", "networkx", "scipy.sparse"} & set(done.stdout.split())
