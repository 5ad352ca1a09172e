"""What a broken network file is told: every message, to the letter, with its line and column."""

import contextlib
import gzip
import io
import os
import tempfile
import zipfile
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib import format as npy

from simcore.errors import NetworkError
from simcore.network import text
from simcore.network.adapters import from_networkx, library
from simcore.network.csr import from_arcs
from simcore.network.formats import ENDINGS, FORMATS
from simcore.network.loaded import reported
from simcore.network.read import peek, read
from simcore.network.write import write
from tests.network_files import told

FILES = Path(__file__).with_name("bad_networks")
NOT_GZIP, NOT_NPZ = "this is not a whole gzip file: ", "this is not a whole numpy archive: "
NO_ARCS = "the file holds no arcs; a network without arcs needs a file of its nodes"
OPEN_QUOTE = "this quote is not closed where its cell ends"
NO_WEIGHT = "a weight is a number above 0 and below 2^62 (got {!r})"

# file: (what is asked for besides the direction, what is told); a message without a place is about the whole file
TOLD = {
    "empty.csv": ({}, [": the file is empty: its first line must name its columns"]),
    "header_only.csv": ({}, [f": {NO_ARCS}"]),
    "comments.txt": ({}, [f": {NO_ARCS}"]),
    "no_arcs.npz": ({}, [": the file holds no arcs; without arcs it needs the array 'n'"]),
    "no_header.csv": ({}, [":1:1: there is no column 'source'; columns are 0, 1",
                           ":1:1: there is no column 'target'; columns are 0, 1"]),
    "sorce.csv": ({"source": "sorce"}, [(":1:1: there is no column 'sorce'; columns are source, target, weight, "
                                        "did you mean 'source'?")]),
    "twice.csv": ({}, [":1:15: column 'source' stands twice"]),
    "binary.csv": ({}, [":3:3: a control character is no text (got '\\x00')"]),
    "old_mac.csv": ({}, [":1:14: lines end in \\n or \\r\\n, never in \\r alone: save the file anew"]),
    "utf16.csv": ({}, [":1:1: this is not UTF-8: save the file as plain text, encoded as UTF-8"]),
    "latin1.csv": ({}, [":3:9: this is not UTF-8: save the file as plain text, encoded as UTF-8"]),
    "unclosed_quote.csv": ({}, [f":3:5: {OPEN_QUOTE}"]),
    "unclosed_header.csv": ({}, [f":1:8: {OPEN_QUOTE}"]),
    "text_after_quote.csv": ({}, [f":2:1: {OPEN_QUOTE}"]),
    "ragged.csv": ({}, [":3:4: 3 cells are expected, as on line 1 (got 2)",
                        ":5:9: 3 cells are expected, as on line 1 (got 4)"]),
    "ragged.txt": ({}, [":4:5: 2 cells are expected, as on line 2 (got 3)",
                        ":5:2: 2 cells are expected, as on line 2 (got 1)"]),
    "one_column.txt": ({}, [":2:1: 2 cells are expected: source, target (got 1)"]),
    "header.txt": ({}, [":1:1: the labels of all other lines are integers: a header must begin with #"]),
    "missing_labels.csv": ({}, [":3:2: the label is missing", ":4:5: the label is missing"]),
    "weights.csv": ({"weight": "weight"}, [
        f":{line}:5: {NO_WEIGHT.format(got)}"
        for line, got in enumerate(["heavy", "inf", "-1", "0", "", "nan", "1_0"], 3)]),
    "weights.txt": ({"weight": "weight"}, [f":2:5: {NO_WEIGHT.format('-0.5')}"]),
    "weights.npz": ({"weight": "weight"}, [f": row 1, array 'weight': {NO_WEIGHT.format('-1.0')}"]),
    "truncated.csv.gz": ({}, [f": {NOT_GZIP}Compressed file ended before the end-of-stream marker was reached"]),
    "damaged.csv.gz": ({}, [f": {NOT_GZIP}CRC check failed 0xa415fa30 != 0x6d83210b"]),
    "not_packed.csv.gz": ({}, [f": {NOT_GZIP}Not a gzipped file (b'so')"]),
    "not_zip.npz": ({}, [f": {NOT_NPZ}File is not a zip file"]),
    "truncated.npz": ({}, [f": {NOT_NPZ}File is not a zip file"]),
    "damaged.npz": ({}, [f": {NOT_NPZ}Bad CRC-32 for file 'source.npy'"]),
    "pickled.npz": ({}, [": array 'source' holds pickled objects, which are never read"]),
    "sources.npz": ({}, [": there is no array 'source'; arrays are sources, target, did you mean 'sources'?"]),
    "floats.npz": ({}, [": array 'source' must be whole numbers in one dimension (got float64, shape (2,))",
                        ": array 'target' must be whole numbers in one dimension (got int64, shape (1, 2))"]),
    "lengths.npz": ({}, [": the arrays of arcs must be of equal length (got 3, 2)"]),
    "ids.npz": ({}, [": array 'source': nodes are numbered 0 to 1 (got -1)",
                     ": array 'target': nodes are numbered 0 to 1 (got 18446744073709551615)"]),
    "huge_n.npz": ({}, [": 1099511627776 nodes need more than max_bytes = 4294967296"]),
    "negative_n.npz": ({}, [": a network has 0 to 4294967295 nodes (got -3)"]),
    "labels.npz": ({}, [": array 'labels' must not repeat a label (got 1 different ones for 2 nodes)"]),
    "attributes.npz": ({}, [": array 'columns/age' must have a value for each of 2 nodes (got 3)"]),
}

# problems of two files, or more than are shown
TOLD_IN_FULL = {
    "many.csv": ({}, [*(f"many.csv:{line}:2: 2 cells are expected, as on line 1 (got 1)" for line in range(2, 22)),
                      "and 5 more problems"]),
    "strangers.csv": ({"nodes": "strangers.nodes.csv"}, [
        "strangers.csv:3:5: node 'cem' is not in strangers.nodes.csv",
        "strangers.csv:4:1: node 'dan' is not in strangers.nodes.csv"]),
    "repeated.csv": ({"nodes": "repeated.nodes.csv"}, [
        "repeated.nodes.csv:5:2: node 'ana' stands on line 2 already"]),
    "both_wrong.csv": ({"nodes": "both_wrong.nodes.csv"}, [
        "both_wrong.nodes.csv:1:1: there is no column 'node'; columns are name",
        "both_wrong.csv:2:4: 2 cells are expected, as on line 1 (got 1)"]),
}
EVERY = TOLD_IN_FULL | {name: (asked, [name + message for message in told]) for name, (asked, told) in TOLD.items()}

# peek looks at the beginning of a file alone: these it cannot know to be wrong
SEEN_BY_PEEK = {"empty.csv", "no_header.csv", "sorce.csv", "twice.csv", "utf16.csv", "unclosed_header.csv",
                "one_column.txt", "not_packed.csv.gz", "not_zip.npz", "truncated.npz", "pickled.npz", "sources.npz",
                "floats.npz", "lengths.npz", "both_wrong.csv"}


@pytest.fixture(autouse=True, params=[0, 2**16], ids=["kernels", "rows"])
def here(monkeypatch, request):
    monkeypatch.chdir(FILES)
    monkeypatch.setattr(text, "SHORT", request.param)


@pytest.mark.parametrize("name", EVERY)
def test_every_problem_is_told(name):
    asked, messages = EVERY[name]
    assert told(name, **asked) == messages


def test_every_file_of_the_corpus_is_in_the_table():
    assert {path.name for path in FILES.iterdir() if ".nodes." not in path.name} == EVERY.keys()


@pytest.mark.parametrize("name", EVERY)
def test_peek_tells_what_the_beginning_shows(name):
    asked, messages = EVERY[name]
    seen = [str(problem) for problem in peek(name, **asked)]
    if name in SEEN_BY_PEEK:
        assert seen
    assert set(seen) <= set(messages)


def test_no_file(tmp_path):
    assert told("nothing.csv") == ["nothing.csv: there is no such file"]
    assert told("no\0name.csv")[0].startswith("no\0name.csv: the file cannot be read: ")
    assert told(tmp_path, format="csv") == [f"{tmp_path}: the file cannot be read: it is a folder"]


def test_a_pipe_and_a_device_are_not_opened(tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path in (pipe, "/dev/zero"):
        assert told(path, format="csv") == [f"{path}: the file cannot be read: it is not an ordinary file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("source,target\n1,2\n")
    path.chmod(0)
    assert told(path) == [f"{path}: the file cannot be read: Permission denied"]


def test_what_is_asked_for_is_wrong():
    assert told("twice.csv", direction=None) == [
        ("twice.csv: direction: say which way influence flows along a row: 'source-influences-target' where the "
        "source tells the target, or is followed by it; 'target-influences-source' where the source names, asks or "
        "follows the target; 'both' where a tie has no direction (got None)")]
    assert told("a.dat", direction="bath", parallel="sum", source="to", target="to") == [
        ("a.dat: direction: say which way influence flows along a row: 'source-influences-target' where the source "
        "tells the target, or is followed by it; 'target-influences-source' where the source names, asks or follows "
        "the target; 'both' where a tie has no direction (got 'bath'), did you mean 'both'?"),
        f"a.dat: format: choose one of {', '.join(FORMATS)}, or a name that ends in {ENDINGS} (got 'a.dat')",
        "a.dat: parallel: choose 'merge' or 'weights' (got 'sum')"]
    said, = told("a.csv", format="cvs")
    assert said == (f"a.csv: format: choose one of {', '.join(FORMATS)}, or a name that ends in {ENDINGS} (got 'cvs'), "
                    "did you mean 'csv'?")
    assert told("a.npz.gz")[0].startswith("a.npz.gz: format: choose one of csv, ")
    assert told("a.csv", project="person") == [
        "a.csv: project: choose 'source' or 'target', the column whose nodes stay (got 'person')"]
    assert told("a.csv", source="to", target="to") == ["a.csv: target: columns must differ (got 'to' twice)"]


@pytest.mark.parametrize(("name", "asked", "messages"), [
    ("a.edges", {"source": "from"}, ["source: a file of format 'edges' has no columns with names (got 'from')"]),
    ("a.adj", {"weight": "w"}, ["weight: a file of format 'adjacency' has no weights (got 'w')"]),
    ("a.net", {"attributes": ["p", "q"]}, [
        "attributes: a file of format 'pajek' has no numbers beside arcs but weights (got 'p, q')"]),
    ("a.mtx", {"project": "source"}, [
        "project: nodes of format 'matrix-market' are numbered, so they are of one kind (got 'source')"]),
    ("a.csv", {"time": "t"}, ["time: needs from or until: the window of times whose rows count (got 't')"]),
    ("a.csv", {"from_": 3.5}, ["from: is a time, so time must name their column (got 3.5)"]),
    ("a.csv", {"time": "t", "from_": "1.3.2010"}, [
        "from: must be a number, or a date, as in '2026-12-31' or '2026-12-31 23:59:59' (got '1.3.2010')"]),
    ("a.csv", {"time": "t", "from_": 1, "until": "2010-03-01"}, [
        "until: must be a number as from is (got '2010-03-01')"]),
    ("a.csv", {"time": "t", "from_": "2010-03-01", "until": "2010-02-01"}, [
        "until: must be after from = '2010-03-01' (got '2010-02-01')"]),
    ("a.csv", {"time": "t", "until": float("nan")}, [
        "until: must be a number, or a date, as in '2026-12-31' or '2026-12-31 23:59:59' (got nan)"]),
    ("a.csv", {"weight": "p", "attributes": ["q", "p"]}, ["attributes: columns must differ (got 'p' twice)"]),
    ("a.csv", {"node": "id"}, ["node: is a column of the file of nodes, so nodes must name that (got 'id')"]),
    ("a.csv", {"project": "source", "direction": "source-influences-target", "weight": "w", "attributes": ["p"]}, [
        ("direction: who share something are tied both ways, so it must be 'both' (got 'source-influences-target')"),
        "weight: a tie of a projection is none of the rows, so it has no weight (got 'w')",
        "attributes: a tie of a projection is none of the rows, so it has no attributes (got 'p')"]),
])
def test_what_makes_no_sense_is_not_read(name, asked, messages):
    assert told(name, **asked) == [f"{name}: {message}" for message in messages]


def test_a_line_of_more_than_a_mebibyte(tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(b"source,target\n1,2\n" + b"3" * 2**20 + b",4\n5,6\n")
    assert told(path) == [f"{path}:3: the line is longer than 1 MiB"]
    path.write_bytes(b"source,target\n1,2\n" + b"," * 2**20 + b"\n5,6\n")
    assert told(path) == [f"{path}:3:3: 2 cells are expected, as on line 1 (got {2**20 + 1})"]


def test_more_bytes_than_wanted(tmp_path):
    path, packed = tmp_path / "large.csv", tmp_path / "large.csv.gz"
    content = b"source,target\n" + b"1,2\n" * 1000
    path.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    assert told(path, max_bytes=1000) == [f"{path}: the file is larger than max_bytes = 1000"]
    assert told(packed, max_bytes=1000) == [f"{packed}: the file holds more than max_bytes = 1000"]


def test_a_bomb_is_put_down_at_two_hundred_times_its_size(tmp_path, monkeypatch):
    path, archive = tmp_path / "bomb.csv.gz", tmp_path / "bomb.npz"
    with gzip.open(path, "wb", 1) as stream:
        stream.write(b"source,target\n")
        for _ in range(64):
            stream.write(b"1,2\n" * 2**18)
    np.savez_compressed(archive, source=np.zeros(2**23, np.int64), target=np.zeros(2**23, np.int64))
    monkeypatch.setattr(text.Table, "numbers", lambda *_: ([], [], []))  # what the rows say is no matter here
    for bomb in (path, archive):
        assert told(bomb) == [(f"{bomb}: its {bomb.stat().st_size} bytes unpack to more than {64 * 2**20}: if they "
                              "are meant to, unpack it first")]


def test_a_header_that_claims_seven_tebibytes(tmp_path):
    path, header = tmp_path / "claims.npz", io.BytesIO()
    npy.write_array_header_1_0(header, {"descr": "<i8", "fortran_order": False, "shape": (962_072_674_304,)})
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("source", "target"):
            archive.writestr(f"{name}.npy", header.getvalue() + bytes(16))
    assert told(path) == [f"{path}: array '{name}' claims 7696581394560 bytes, but there are 144"
                          for name in ("source", "target")]


@given(st.sampled_from(["good.csv.gz", "good.npz"]), st.lists(st.tuples(st.integers(0), st.binary(max_size=2))))
@settings(max_examples=150, deadline=None)
def test_damaged_bytes_are_refused_or_read(name, damages):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(library("karate-club"), path, nodes=Path(folder, "nodes.csv") if "csv" in name else None)
        content = path.read_bytes()
        for place, piece in damages:
            place %= len(content)
            content = content[:place] + piece + content[place + 1 :]
        path.write_bytes(content)
        with contextlib.suppress(NetworkError):
            assert read(path, direction="both").network.n == 34


def test_what_a_file_would_lose_is_not_written(tmp_path):
    star = from_networkx(nx.Graph([("a", "b"), ("a", "c")]))
    alone = reported(from_arcs(3, [0], [1]).network)
    weighted = from_networkx(nx.DiGraph([("a", "b", {"w": 2, "p": 0.5})]), weight="w", attributes=["p"])
    pair = nx.Graph([("a", "b")])
    nx.set_node_attributes(pair, {"a": np.inf, "b": 1.0}, "R&D")
    known = from_networkx(pair)
    for loaded, name, asked, message in [
            (alone, "a.csv", {}, "a.csv: give 'nodes', a file for the 1 isolated nodes and 0 attributes"),
            (alone, "a.xls", {}, (f"a.xls: networks are written to names that end in {ENDINGS}, text also with .gz "
             "behind")),
            (alone, "a.npz", {"nodes": "n.csv"}, ("a.npz: a file of format 'npz' holds its nodes itself: leave 'nodes' "
             "out")),
            (weighted, "a.adj", {}, ("a.adj: a file of format 'adjacency' has no weights\n"
             "a.adj: a file of format 'adjacency' has no attributes of arcs")),
            (weighted, "a.net", {}, "a.net: a file of format 'pajek' has no attributes of arcs"),
            (star, "a.mtx", {}, ("a.mtx: a matrix has no labels but 1 to n: write the network alone, without its "
             "labels")),
            (star, "a.edges", {"labels": ["a", "b c", "d"]}, ("a.edges: a file of format 'edges' cannot hold the label "
             "'b c'")),
            (star, "a.net", {"labels": ["a", 'b"', "d"]}, ("a.net: a file of format 'pajek' cannot hold the label "
             "'b\"'")),
            (known, "a.gml", {}, ("a.gml: a name in GML begins with a letter, and letters, digits and _ follow (got "
             "'R&D')")),
            (known, "a.json", {}, ("a.json: JSON has no infinite numbers, nor numbers that are all missing (got those "
             "of 'R&D')")),
            (known, "a.net", {}, "a.net: give 'nodes', a file for the 0 isolated nodes and 1 attributes"),
            (star, "a.csv", {"labels": "aab"}, ("a.csv: 3 nodes need as many different labels (got 3, 2 of them "
             "different)")),
            (star, "a.npz", {"labels": ["a\nb", "", "c"]}, ("a.npz: 'a\\nb' holds characters that are no text\n"
             "a.npz: a label or the name of an attribute is empty")),
            (star, "none/a.csv", {}, "none/a.csv: the file cannot be written: No such file or directory")]:
        with pytest.raises(NetworkError) as caught:
            write(loaded, tmp_path / name, **asked)
        assert str(caught.value).replace(f"{tmp_path}/", "") == message, name
    write(star.network, tmp_path / "a.csv", labels=["z", "y", "x"])
    assert read(tmp_path / "a.csv", direction="both").labels == ["x", "y", "z"]
