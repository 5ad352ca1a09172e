"""What a broken file of any other format than CSV is told, and wrong times, attributes, memberships: to the letter."""

import contextlib
import gzip
import tempfile
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.errors import NetworkError
from simcore.network import files, text
from simcore.network.adapters import from_networkx
from simcore.network.formats import FORMATS, of_name
from simcore.network.read import peek, read
from simcore.network.write import write
from tests.network_files import told

FILES = Path(__file__).with_name("bad_formats")
WEIGHT = "a weight is a number above 0 and below 2^62 (got {})"
NO_ARCS = ": the file holds no arcs; a network without arcs needs a file of its nodes"
NOT_PARQUET = (": this is not a whole Parquet file: Parquet magic bytes not found in footer. Either the file is "
               "corrupted or this is not a parquet file.")
BANNER = "the first line must be like '%%MatrixMarket matrix coordinate real general'"
SECTIONS = "a section is expected: *network, *vertices, *arcs, *edges, *arcslist, *edgeslist"
DOCTYPE = "a document type is not read, nor are the entities that it may declare: remove <!DOCTYPE ...>"
NAMELESS = "this needs an id: text or a whole number"
ENDLESS = "this needs a source and a target: text or a whole number"
NO_DIRECTION = "the ties of this file have no direction, so it must be 'both'"
A_DATE = "a time is a date, as in 2026-12-31 or 2026-12-31 23:59:59, as its window is"
WEIGHTED = {"weight": "weight"}

# file: (what is asked for besides direction="both", what is told after the file's name)
TOLD = {
    "huge_weights.csv": (WEIGHTED, [f":3:5: {WEIGHT.format(repr('1e300'))}",
                                    f":4:5: {WEIGHT.format(repr('4611686018427387904'))}"]),
    "mixed_encodings.csv": ({}, [":3:5: this is not UTF-8: save the file as plain text, encoded as UTF-8"]),
    "times.csv": ({"time": "time", "until": 9}, [f":{line}:5: a time is a number, as its window is (got {got!r})"
                                                 for line, got in ((3, "noon"), (4, ""), (5, "inf"))]),
    "dates.csv": ({"time": "sent", "from_": "2010-03-01"}, [f":3:5: {A_DATE} (got '2010-02-30')",
                                                            f":4:5: {A_DATE} (got '17')"]),
    "arc_attributes.csv": ({"attributes": ["p"]}, [f":{line}:5: an attribute of an arc is a finite number (got {got!r})"
                                                   for line, got in ((3, "half"), (4, ""), (5, "nan"))]),
    "disagreeing.csv": ({"attributes": ["p"]}, [
        ":4:5: rows of the same tie must agree (got 0.25 here, another value before)"]),
    "two_modes.csv": ({"source": "person", "target": "club", "project": "source"}, [
        f":{line}:5: node {who!r} stands in both columns, but what a projection ties shares things of another kind"
        for line, who in ((4, "ana"), (5, "bob"))]),
    "stranger.adj": ({"nodes": "stranger.nodes.csv"}, [":3:5: node 'eve' is not in stranger.nodes.csv",
                                                       ": node 'zoe' is not in stranger.nodes.csv"]),
    "blank.csv": ({}, [":3:6: the label is missing", ":4:1: the label is missing"]),
    "empty.adj": ({}, [NO_ARCS]),
    "entities.graphml": ({}, [f":2:19: {DOCTYPE}"]),
    "external.graphml": ({}, [f":1:46: {DOCTYPE}"]),
    "empty.graphml": ({}, [":1:1: this is not well-formed XML: no element found"]),
    "unclosed.graphml": ({}, [":7:3: this is not well-formed XML: mismatched tag"]),
    "page.graphml": ({}, [":1:1: the outermost element must be <graphml> (got <html>)"]),
    "nested.graphml": ({}, [":5:1: a second graph, or one within a node, is not read"]),
    "hyperedge.graphml": ({}, [":5:1: an edge of more than two nodes is not read"]),
    "undeclared.graphml": ({}, [f":7:1: {ENDLESS}", ":5:1: there is no node 'b'", ":6:1: there is no node 'c'"]),
    "keys.graphml": (WEIGHTED, [":7:1: there is no key 'weight' of edges; keys are strength"]),
    "weights.graphml": (WEIGHTED, [":8:1: this edge has no 'weight'", f":9:3: {WEIGHT.format(repr('-2'))}",
                                   ":10:1: node 'a' stands on line 5 already"]),
    "undirected.graphml": ({"direction": "source-influences-target"}, [
        f": direction: {NO_DIRECTION} (got 'source-influences-target')"]),
    "nested.gml": ({}, [":2:216: brackets are nested more than 50 deep"]),
    "unclosed.gml": ({}, [":3:8: this bracket is not closed"]),
    "no_graph.gml": ({}, [": there is no graph [ ... ] in this file"]),
    "garbage.gml": ({}, [":3:26: a number, text in quotes or [ is expected (got '? ]')"]),
    "labels.gml": ({}, [":4: label 'ana' stands on line 2 already"]),
    "numbers.gml": (WEIGHTED, [f":5:3: {WEIGHT.format(repr('heavy'))}", ":6:3: this edge has no 'weight'",
                               f":8:3: {ENDLESS}", ":7:3: there is no node '3'"]),
    "empty.mtx": ({}, [f":1:1: {BANNER} (got '')"]),
    "no_banner.mtx": ({}, [f":1:1: {BANNER} (got '% by hand')"]),
    "not_square.mtx": ({}, [":3:1: a network is a square matrix (got 3 rows and 4 columns)"]),
    "counts.mtx": ({}, [":3:1: 5 entries are promised (got 2)"]),
    "sizes.mtx": ({}, [":3:1: the line of sizes holds three whole numbers: rows, columns, entries (got '3 3')"]),
    "huge.mtx": ({}, [":3:1: 99999999999 nodes need more than max_bytes = 4294967296"]),
    "complex.mtx": ({}, [(":1:34: must be 'real' or 'integer' or 'unsigned-integer' or 'double' or 'pattern' "
                         "(got 'complex')")]),
    "skew.mtx": ({}, [":1:23: must be 'coordinate' (got 'array')",
                      ":1:34: must be 'general' or 'symmetric' (got 'skew-symmetric'), did you mean 'symmetric'?"]),
    "outside.mtx": ({}, [f":{place}: rows and columns are numbered 1 to 3 (got {got!r})"
                         for place, got in (("4:1", "0"), ("4:3", "x"), ("5:1", "4"))]),
    "ragged.mtx": ({}, [":5:4: 3 cells are expected, as on line 3 (got 2)"]),
    "nul.mtx": ({}, [":4:8: a control character is no text (got '\\x00')"]),  # which crashes SciPy's reader
    "weights.mtx": (WEIGHTED, [":5:5: an element of a matrix is a finite number (got 'nan')"]),
    "negative.mtx": (WEIGHTED, [f":4:5: {WEIGHT.format(-0.5)}"]),
    "truncated.mtx.gz": ({}, [(": this is not a whole gzip file: Compressed file ended before the end-of-stream marker "
                              "was reached")]),
    "no_vertices.net": ({}, [":1:1: *Vertices must stand above *Arcs"]),
    "text.net": ({}, [f":1:1: {SECTIONS} (got 'hello')"]),
    "section.net": ({}, [f":2:1: {SECTIONS} (got '*Arrows'), did you mean '*arcs'?"]),
    "labels.net": ({}, [":3:1: a vertex is a number from 1 to 3, and a label in quotes (got '2 \"bob')",
                        ":4:1: label 'ana' stands on line 2 already",
                        ":5:1: a vertex is a number from 1 to 3, and a label in quotes (got '7 \"eve\"')"]),
    "numbered.net": ({}, [
        ": a vertex without a label is called by its number, but here that is the label of another (got '2' 2 times)"]),
    "outside.net": ({}, [f":{place}: a vertex from 1 to 3 is expected (got {got!r})"
                         for place, got in (("5:3", "4"), ("6:1", "0"), ("8:2", ""), ("9:3", "ana"))]),
    "weights.net": (WEIGHTED, [f":3:5: {WEIGHT.format(repr('0'))}", f":5:5: {WEIGHT.format(repr('c'))}"]),
    "huge.net": ({}, [":1:11: 4000000000 nodes need more than max_bytes = 4294967296"]),
    "no_links.json": ({}, [": there is no list 'links' or 'edges' in this file"]),
    "list.json": ({}, [":1:1: { is expected (got '[1, 2]')"]),
    "syntax.json": ({}, [":2:12: this is not JSON: Expecting property name enclosed in double quotes"]),
    "nan.json": (WEIGHTED, [":2:49: NaN is no JSON: leave out what is missing"]),
    "digits.json": ({}, [":1:12: a number has too many digits"]),
    "twice.json": ({}, [":1:15: there is a list of links already"]),
    "ids.json": ({}, [f":1:23: {NAMELESS}", f":1:40: {NAMELESS}", ":1:53: node '1' stands on line 1 already",
                      f":2:40: {ENDLESS}", f":2:71: {ENDLESS}", ":2:12: there is no node '2'"]),
    "directed.json": ({"direction": "target-influences-source"}, [
        f": direction: {NO_DIRECTION} (got 'target-influences-source')"]),
    "not_parquet.parquet": ({}, [NOT_PARQUET]),
    "truncated.parquet": ({}, [NOT_PARQUET]),
    "empty.parquet": ({}, [NO_ARCS]),
    "columns.parquet": ({}, [": column 'source' must be whole numbers or text (got double)",
                             ": there is no column 'target'; columns are source, to"]),
    "values.parquet": (WEIGHTED, [": row 2, column 'source': the label is missing",
                                  ": row 3, column 'source': the label is missing",
                                  f": row 2, column 'weight': {WEIGHT.format(None)}",
                                  f": row 3, column 'weight': {WEIGHT.format(-1.0)}"]),
}
EVERY = {name: (asked, [name + message for message in told]) for name, (asked, told) in TOLD.items()} | {
    "joined.graphml": ({"nodes": "joined.nodes.csv"}, ["joined.graphml: node 'eve' is not in joined.nodes.csv",
                                                       "joined.nodes.csv:3:1: node 'cem' is not in joined.graphml"])}

# peek looks at the beginning of a file alone: these it knows to be wrong
SEEN_BY_PEEK = {"mixed_encodings.csv", "empty.mtx", "no_banner.mtx", "not_square.mtx", "sizes.mtx", "huge.mtx",
                "complex.mtx", "skew.mtx", "nul.mtx", "truncated.mtx.gz", "not_parquet.parquet", "truncated.parquet",
                "columns.parquet"}


@pytest.fixture(autouse=True, params=[0, 2**16], ids=["kernels", "rows"])
def here(monkeypatch, request):
    monkeypatch.chdir(FILES)
    monkeypatch.setattr(text, "SHORT", request.param)


@pytest.mark.parametrize("name", EVERY)
def test_every_problem_is_told(name):
    asked, messages = EVERY[name]
    assert told(name, **asked) == messages


@pytest.mark.parametrize("name", EVERY)
def test_peek_tells_what_the_beginning_shows(name):
    asked, messages = EVERY[name]
    seen = [str(problem) for problem in peek(name, **asked)]
    assert bool(seen) == (name in SEEN_BY_PEEK)
    assert set(seen) <= set(messages)


def test_every_file_of_the_corpus_is_in_the_table():
    assert {path.name for path in FILES.iterdir() if ".nodes." not in path.name} == EVERY.keys()


def test_brackets_without_end(tmp_path):
    path = tmp_path / "deep.json"
    path.write_text('{"links": ' + "[" * 100_000 + "]" * 100_000 + "}")
    assert told(path) == [f"{path}:1:12: brackets are nested too deeply"]
    page = tmp_path / "deep.graphml"
    page.write_text('<graphml><graph edgedefault="directed"><node id="1"/>' + "<a>" * 50_000 + "</a>" * 50_000
                    + "</graph></graphml>")
    assert read(page, direction="both").network.n == 1


@pytest.mark.parametrize("ending", [".graphml.gz", ".gml.gz", ".net.gz", ".json.gz", ".mtx.gz", ".adj.gz"])
def test_bombs_of_every_format(ending, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MIB", 2**10)  # so that a small bomb will do
    path = tmp_path / f"bomb{ending}"
    path.write_bytes(gzip.compress(b" \n" * 2**17))
    assert told(path)[0].endswith("bytes unpack to more than 65536: if they are meant to, unpack it first")


CLUB = from_networkx(nx.relabel_nodes(nx.karate_club_graph(), "member {}".format))
PIECES = st.binary(max_size=2) | st.sampled_from([b'"', b"[", b"]", b"<", b"\n", b"{"])


@given(st.sampled_from([format.endings[0] for format in FORMATS.values()]),
       st.lists(st.tuples(st.integers(0), PIECES), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_damaged_bytes_are_refused_or_read(ending, damages):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"good{ending}")
        numbered = ending in (".txt", ".adj", ".mtx")  # which do not have blanks in labels
        write(CLUB.network if numbered else CLUB, path,
              nodes=None if numbered or FORMATS[of_name(path)].attributes else Path(folder, "nodes.csv"))
        content = path.read_bytes()
        for place, piece in damages:
            place %= len(content)
            content = content[:place] + piece + content[place + 1:]
        path.write_bytes(content)
        with contextlib.suppress(NetworkError):
            assert read(path, direction="both").network.n >= 0
