"""What formats say of themselves, windows of time, memberships, attributes of nodes and arcs, and the real networks."""

import itertools
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import get_args

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import scipy.io
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.errors import NetworkError
from simcore.network import read as reading
from simcore.network import text
from simcore.network.csr import from_arcs
from simcore.network.formats import FORMATS, Request
from simcore.network.labels import coded, numbered
from simcore.network.loaded import reported
from simcore.network.read import peek, read
from simcore.network.words import Coded
from simcore.network.write import write
from simcore.scenario.networks import File
from tests.network_files import BACK, FORTH, arcs, saved

DATA = Path(__file__).parent.parent / "../shared/data"


@pytest.fixture(autouse=True, params=[0, 2**16], ids=["kernels", "rows"])
def short(monkeypatch, request):
    """Read files as short as these by both ways."""
    monkeypatch.setattr(text, "SHORT", request.param)


def test_the_formats_stand_in_one_table():
    assert list(FORMATS) == list(get_args(reading.Format)) == list(reading._READERS)
    assert set(FORMATS) == set(File.model_json_schema()["properties"]["format"]["anyOf"][0]["enum"])
    endings = [ending for format in FORMATS.values() for ending in format.endings]
    assert len(set(endings)) == len(endings)
    for kind, format in FORMATS.items():
        for ending, packed in itertools.product(format.endings, ("", ".gz", ".GZ")):
            wanted = kind if format.text or not packed else None
            assert Request(Path(f"a.b{ending.upper()}{packed}")).kind == wanted


# ------------------------------------------------------------------------------------------- what a format itself says


@pytest.mark.parametrize(("name", "text"), [
    ("e.net", ('*Network friends\n*Vertices 4\n 1 "ana" 0.1 0.2 ic Blue\n2 bob\n 3 "cem"\n*Arcs :1 "asks"\n1 2 2\n'
               '*Edges\n% by hand\n 2 3 0.5 c Red\n*Arcs\n3 1\n*Arcslist\n3 2\n*Edgeslist\n1 3\n')),
    ("e.graphml", ('<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
                   '<key id="w" for="edge" attr.name="weight" attr.type="double"><default>1</default></key>'
                   '<key id="y" for="node" yfiles.type="nodegraphics"/><graph id="G" edgedefault="directed">'
                   '<data key="y"><x/></data><edge source="ana" target="bob"><data key="w">2</data></edge>'
                   '<node id="ana"><data key="y"><y:ShapeNode xmlns:y="u">9</y:ShapeNode></data></node><node id="bob"/>'
                   '<node id="cem"><port name="p"/></node><node id="4"/>'
                   '<edge source="bob" target="cem" directed="false"><data key="w"> 0.5 </data></edge>'
                   '<edge source="cem" target="ana"/><edge source="cem" target="bob" directed="true"/>'
                   '<edge source="ana" target="cem" directed="false"/></graph></graphml>'))])
def test_ties_among_arcs_go_both_ways(name, text, tmp_path):
    path = saved(tmp_path, name, text)
    one_way = read(path, direction=FORTH, weight="weight")
    assert arcs(one_way) == {("ana", "bob"): 4, ("bob", "cem"): 1, ("cem", "bob"): 3, ("cem", "ana"): 4,
                             ("ana", "cem"): 2}
    assert (one_way.network.scale, one_way.report.isolated, one_way.report.directed) == (2, 1, True)
    turned = read(path, direction=BACK, weight="weight")
    assert arcs(turned) == {(v, u): w for (u, v), w in arcs(one_way).items()}
    both = read(path, direction="both", weight="weight")
    assert arcs(both) == {("ana", "bob"): 4, ("bob", "ana"): 4, ("bob", "cem"): 3, ("cem", "bob"): 3, ("ana", "cem"): 4,
                          ("cem", "ana"): 4}


def test_nodes_of_gml_are_called_by_their_labels_if_all_have_one(tmp_path):
    text = ('Creator "x"\ngraph [ comment "a [ b" directed 0 # no\n node [ id 1 label "Zo&#235;" size 2.5 ]\n'
            ' node [\n id 2 label "Ana\nB" graphics [ x 1 y [ z 2 ] ] size NAN ] edge [ source 1 target 2 ] ]\n')
    loaded = read(saved(tmp_path, "e.gml", text), direction="both")
    assert loaded.labels == ["Ana\nB", "Zoë"]
    np.testing.assert_array_equal(loaded.columns["size"], [np.nan, 2.5])
    loaded = read(saved(tmp_path, "e.gml", text.replace('label "Ana\nB"', "")), direction="both")
    assert loaded.labels.tolist() == [1, 2]


def test_an_entry_of_a_symmetric_matrix_is_a_tie_and_a_zero_is_none(tmp_path):
    matrix = scipy.sparse.coo_array(([2.0, 0.0, 3.0, 1.0, 7.0], ([1, 2, 3, 3, 2], [0, 0, 1, 2, 2])), shape=(5, 5))
    scipy.io.mmwrite(tmp_path / "e.mtx", matrix, symmetry="symmetric")
    ties = {("1", "2"): 2, ("2", "1"): 2, ("2", "4"): 3, ("4", "2"): 3, ("3", "4"): 1, ("4", "3"): 1}
    for direction in ("both", FORTH, BACK):
        loaded = read(tmp_path / "e.mtx", direction=direction, weight="any name")
        assert arcs(loaded) == ties
        assert loaded.report == (5, 6, direction != "both", 1, 0, 1, True, 1)
        assert loaded.report.dropped == 2
    assert read(tmp_path / "e.mtx", direction="both").report == (5, 6, False, 1, 0, 1, False, 1)


def test_nodes_that_json_does_not_list(tmp_path):
    path = saved(tmp_path, "e.json", '{"links": [{"from": 3, "to": 1}, {"from": 1, "to": 2, "note": {"a": [null]}}]}')
    assert arcs(read(path, direction=FORTH, source="from", target="to")) == {("3", "1"): 1, ("1", "2"): 1}


def test_lists_of_neighbours_may_be_empty(tmp_path):
    path = saved(tmp_path, "e.adj", "# who asks whom\r\nana bob  cem\r\n\r\n\tdan\r\ncem ana")
    loaded = read(path, direction=BACK)
    assert arcs(loaded) == {("bob", "ana"): 1, ("cem", "ana"): 1, ("ana", "cem"): 1}
    assert loaded.labels == ["ana", "bob", "cem", "dan"]


LINES = {
    "e.csv": "source,target,weight\na b,c,2\nc,d,1\n", "e.edges": "# x\na c 2\nc d 1\n", "e.adj": "a c\nc d\n",
    "e.mtx": "%%MatrixMarket matrix coordinate integer general\n%\n3 3 2\n1 2 2\n2 3 1\n",
    "e.net": '*Vertices 3\n1 "a b"\n*Arcs\n1 2 2\n2 3 1\n',
    "e.gml": 'graph [\ndirected 1\nnode [ id 1 ]\nnode [ id 2 ]\n]\n',
    "e.graphml": '<graphml>\n<graph edgedefault="directed">\n<node id="a"/>\n</graph>\n</graphml>\n',
    "e.json": '{\n"links": [\n{"source": 1, "target": 2}]\n}\n'}


@pytest.mark.parametrize("name", LINES)
def test_line_ends_of_windows(name, tmp_path):
    unix = read(saved(tmp_path, name, LINES[name]), direction=FORTH)
    (tmp_path / name).write_bytes(LINES[name].replace("\n", "\r\n").encode())
    windows = read(tmp_path / name, direction=FORTH)
    assert (windows.digest(), list(windows.labels), windows.report) == (unix.digest(), list(unix.labels), unix.report)


@pytest.mark.parametrize("written", [
    {}, {"row_group_size": 2}, {"use_dictionary": False}, {"dictionary_pagesize_limit": 4, "write_batch_size": 1},
    {"use_dictionary": False, "column_encoding": {"source": "DELTA_BYTE_ARRAY", "target": "DELTA_LENGTH_BYTE_ARRAY"}}])
def test_text_of_parquet_is_the_same_however_it_is_packed(written, tmp_path):
    path, source, target = tmp_path / "e.parquet", ["b", "ann", "b", "", "ann"], ["ann", "c", "d", "b", None]
    kinds = [pa.string(), pa.large_string()]
    if not written.keys() & {"use_dictionary"}:
        kinds.append(pa.dictionary(pa.int8(), pa.string()))
    for kind in kinds:
        table = pa.table({"source": pa.array(source, pa.string()).cast(kind),
                          "target": pa.array(target, pa.string()).cast(kind)})
        pq.write_table(table.slice(0, 3), path, **written)  # without some words of its dictionary
        found = read(path, direction=FORTH)
        assert found.labels == ["ann", "b", "c", "d"]
        assert found.network.out_idx.tolist() == [2, 0, 3]
        pq.write_table(table, path, **written)
        with pytest.raises(NetworkError) as caught:
            read(path, direction=FORTH)
        assert [problem.message for problem in caught.value.problems] == [
            "row 4, column 'source': the label is missing", "row 5, column 'target': the label is missing"]


def test_problems_of_parquet_are_told_by_blocks_of_rows_and_their_columns(tmp_path):
    rows = 2**16 + 2
    source, target, weight = (np.full(rows, value, object) for value in ("a", "b", 1.0))
    source[rows - 1] = target[0] = target[rows - 1] = weight[1] = None
    pq.write_table(pa.table({"source": source.tolist(), "target": target.tolist(), "w": weight.tolist()}),
                   tmp_path / "e.parquet")
    with pytest.raises(NetworkError) as caught:
        read(tmp_path / "e.parquet", direction=FORTH, weight="w")
    assert [problem.message.partition(":")[0] for problem in caught.value.problems] == [
        "row 1, column 'target'", "row 2, column 'w'", "row 65538, column 'source'", "row 65538, column 'target'"]


def test_labels_of_parquet(tmp_path):
    big = [10**18, 2, 10**18 + 1]
    for source, labels in [(pa.array([7, -1, 7], pa.int8()), [-1, 7, 9]), (pa.array(["b", "a", "b"]), ["9", "a", "b"]),
                           (pa.array(["10", "2", "10"]).dictionary_encode(), [2, 9, 10]),
                           (pa.array(big, pa.uint64()), sorted(map(str, [*big, 9])))]:
        pq.write_table(pa.table({"source": source, "target": [9, 9, 9]}), tmp_path / "e.parquet", row_group_size=2)
        assert list(read(tmp_path / "e.parquet", direction=FORTH).labels) == labels


@given(st.lists(st.one_of(st.lists(st.integers(-5, 300)), st.lists(st.integers(-(10**17), 10**17)),
                          st.lists(st.sampled_from(["a", "b", "1", "007", "é"])))))
@settings(deadline=None, max_examples=80)
def test_nodes_are_numbered_in_the_order_of_their_labels(lists):
    parts = [coded(labels) if labels and isinstance(labels[0], str) else np.array(labels, np.int64) for labels in lists]
    flat = list(itertools.chain(*lists))
    whole = all(re.fullmatch(r"0|-?[1-9]\d*", str(label)) for label in flat)
    ascending = sorted({int(label) if whole else str(label) for label in flat})
    labels, nodes = numbered(parts)
    assert list(labels) == ascending
    assert nodes.tolist() == [ascending.index(int(label) if whole else str(label)) for label in flat]
    shared = [part._replace(texts=["b", "a", "é", "1", "007"], places=np.array([
        ["b", "a", "é", "1", "007"].index(part.texts[k]) for k in part.places], np.int64))
        if isinstance(part, Coded) else part for part in parts]
    if all(isinstance(part, Coded) for part in parts) and parts:
        assert [numbered(shared)[0][k] for k in numbered(shared)[1]] == flat


# ---------------------------------------------------------------------------------------------------- real networks


REAL = {
    "email_eu_core": ({"direction": FORTH, "nodes": "nodes.csv"}, (1005, 24_929, True, 642, 0, 19, False, 0)),
    "ht_advice": ({"direction": BACK, "nodes": "nodes.csv"}, (21, 190, True, 0, 0, 0, False, 0)),
    "ht_friends": ({"direction": BACK, "nodes": "nodes.csv"}, (21, 102, True, 0, 0, 0, False, 0)),
    "ht_reports": ({"direction": BACK, "nodes": "nodes.csv"}, (21, 20, True, 0, 0, 0, False, 0)),
    "law_advice": ({"direction": BACK, "nodes": "nodes.csv"}, (71, 892, True, 0, 0, 0, False, 0)),
    "law_cowork": ({"direction": BACK, "nodes": "nodes.csv"}, (71, 1104, True, 0, 0, 0, False, 0)),
    "law_friends": ({"direction": BACK, "nodes": "nodes.csv"}, (71, 575, True, 0, 0, 2, False, 0)),
    "UKfaculty": ({"direction": BACK, "nodes": "nodes.csv", "weight": "weight"}, (81, 817, True, 0, 0, 0, True, 0)),
    "ceos_clubs": ({"direction": "both", "nodes": "nodes.csv"}, (41, 2 * 98, False, 0, 0, 0, False, 0)),
    "ego_facebook": ({"direction": "both"}, (4039, 2 * 88_234, False, 0, 0, 0, False, 0)),
    "wiki_vote": ({"direction": BACK}, (7_115, 103_689, True, 0, 0, 0, False, 0)),
    "pgp": ({"direction": "both"}, (10_680, 2 * 24_316, False, 0, 24_364, 0, False, 0)),
    "nethept": ({"direction": "both", "parallel": "weights"}, (15_233, 2 * 31_376, False, 39, 27_476, 4, True, 0)),
    "diffnet_medInnovations": ({"direction": BACK, "nodes": "nodes.csv"}, (125, 294, True, 0, 0, 6, False, 0)),
    "diffnet_brfarmers": ({"direction": BACK, "nodes": "nodes.csv"}, (692, 1854, True, 0, 0, 36, False, 0)),
    "manufacturing_email": ({"direction": FORTH}, (167, 5_783, True, 51, 77_093, 0, False, 0)),
}


def real(name):
    folder = DATA / name
    if not folder.exists():
        pytest.skip("../shared/data is not here")
    asked, report = REAL[name]
    return folder, asked | ({"nodes": folder / "nodes.csv"} if "nodes" in asked else {}), report


@pytest.mark.parametrize("name", REAL)
def test_real_networks(name, tmp_path):
    folder, asked, report = real(name)
    loaded = read(folder / "edges.csv", **asked)
    assert loaded.report == report
    assert peek(folder / "edges.csv", **asked) == []
    back = {"direction": FORTH if report[2] else "both", "weight": "weight" if report[6] else None}
    for ending in (".csv", ".edges", ".adj", ".parquet", ".npz", ".mtx", ".graphml", ".gml", ".net", ".json"):
        path, format = tmp_path / f"back{ending}", FORMATS[Request(Path(f"a{ending}")).kind]
        of_networkx = ending in (".graphml", ".gml", ".json")  # which is slow
        if (report[6] and not format.weights) or (of_networkx and report[1] > 30_000):
            continue
        nodes = None if format.attributes else tmp_path / "nodes.csv"
        if ending == ".mtx":
            write(loaded.network, path)
            assert read(path, **back).network.digest() == loaded.network.digest()
        else:
            write(loaded, path, nodes=nodes)
            assert read(path, nodes=nodes, **back).digest() == loaded.digest()


@pytest.mark.parametrize("ending", [".gml", ".json", ".graphml"])
def test_attributes_may_be_called_what_nodes_are(ending, tmp_path):
    network = from_arcs(3, [0, 1], [1, 2]).network
    columns = {name: np.arange(3.0) + k for k, name in enumerate(("id", "id_", "label_", "age_"))}
    loaded = replace(reported(network), columns=columns, groups={"label": list("abc")})
    write(loaded, tmp_path / f"a{ending}")
    found = read(tmp_path / f"a{ending}", direction=FORTH)
    assert found.groups["label"] == ["a", "b", "c"]
    assert {name: values.tolist() for name, values in found.columns.items()} == {
        name: values.tolist() for name, values in columns.items()}


def test_the_mails_of_march(tmp_path):
    folder, asked, _ = real("manufacturing_email")
    lines = (folder / "edges.csv").read_text().splitlines()[1:]
    march = [line.split(",") for line in lines if ",2010-03-" in line]
    counts = Counter((u, v) for u, v, _ in march if u != v)
    window = {"time": "time", "from_": "2010-03-01", "until": "2010-04-01"}
    loaded = read(folder / "edges.csv", **asked, **window, parallel="weights")
    assert arcs(loaded) == counts
    assert len(loaded.labels) == 167
    assert loaded.report.dropped == len(lines) - sum(counts.values())


def test_chief_executives_who_share_clubs():
    folder, _, _ = real("ceos_clubs")
    nodes = folder / "nodes.csv"
    asked = {"direction": "both", "nodes": nodes, "parallel": "weights"}
    people = read(folder / "edges.csv", **asked, project="target")
    clubs = read(folder / "edges.csv", **asked, project="source")
    assert (people.report.nodes, clubs.report.nodes) == (26, 15)
    assert set(people.groups["type"]) == {"False"}
    assert set(clubs.groups["type"]) == {"True"}
    graph = nx.Graph([tuple(line.split(",")) for line in (folder / "edges.csv").read_text().splitlines()[1:]])
    shared = nx.bipartite.weighted_projected_graph(graph, list(map(str, people.labels)))
    assert people.report.arcs == 2 * shared.number_of_edges()
    assert arcs(people) == {**{(u, v): w for u, v, w in shared.edges(data="weight")},
                            **{(v, u): w for u, v, w in shared.edges(data="weight")}}
