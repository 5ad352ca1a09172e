"""Networks of networkx and scipy, and how their nodes are found."""

import re

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from simcore.errors import NetworkError
from simcore.network.adapters import as_loaded, from_networkx, from_scipy, library, to_scipy
from simcore.network.loaded import reported
from simcore.network.other_libraries import (
    from_graph_tool,
    from_igraph,
    from_networkit,
    to_graph_tool,
    to_igraph,
    to_networkit,
)


def test_nodes_are_found_by_label():
    karate, families = library("karate-club"), library("florentine-families")
    assert [karate.node(label) for label in (0, "33", np.int64(5))] == [0, 33, 5]
    assert families.labels[families.node("Medici")] == "Medici"
    numbered = reported(karate.network)
    assert numbered.node(33) == 33
    for loaded, label, message in [
            (families, "Medicci", "there is no node 'Medicci', did you mean 'Medici'?"),
            (families, 3, "there is no node '3'"), (karate, "Mr. Hi", "there is no node 'Mr. Hi'"),
            (karate, 34, "there is no node '34', did you mean '4'?"), (numbered, -1, "there is no node '-1'")]:
        with pytest.raises(NetworkError, match=f"^{re.escape(message)}"):
            loaded.node(label)


@pytest.mark.parametrize(("name", "nodes", "ties"), [
    ("karate-club", 34, 78), ("les-miserables", 77, 254), ("florentine-families", 15, 20),
    ("davis-southern-women", 32, 89)])
def test_the_library(name, nodes, ties):
    report = library(name).report
    assert (report.nodes, report.arcs, report.directed) == (nodes, 2 * ties, False)


def test_an_unknown_network_of_the_library():
    with pytest.raises(NetworkError, match="there is no network 'karate' in the library; choices are karate-club, "
                       "les-miserables, florentine-families, davis-southern-women, did you mean 'karate-club'"):
        library("karate")


def test_graphs_that_cannot_be_networks():
    graph = nx.Graph([(1, 2), ("1", 3)])
    with pytest.raises(NetworkError, match=r"nodes must differ as text \(got 3 different labels for 4 nodes\)"):
        from_networkx(graph)
    with pytest.raises(NetworkError, match=r"'trust' of edge 1, 2 must be a finite number \(got None\)"):
        from_networkx(nx.Graph([(1, 2)]), weight="trust")
    with pytest.raises(NetworkError, match=r"a network is a square matrix \(got shape \(2, 3\)\)"):
        from_scipy(np.ones((2, 3)))
    with pytest.raises(NetworkError, match=r"weights must be finite and above 0 \(got -1.0\)"):
        from_scipy(sparse.coo_array(([-1.0], ([0], [1])), shape=(2, 2)), weighted=True)


def test_parallel_edges_of_a_multigraph():
    graph = nx.MultiDiGraph([("a", "b"), ("a", "b"), ("b", "c"), ("c", "c")])
    merged, counted = from_networkx(graph), from_networkx(graph, parallel="weights")
    assert merged.report == (3, 2, True, 1, 1, 0, False, 0)
    assert counted.network.out_weight.tolist() == [2, 1]


def test_matrices():
    directed = from_scipy([[0, 2, 0], [0, 5, 0], [1, 0, 0]], weighted=True)
    assert directed.report == (3, 2, True, 1, 0, 0, True, 0)
    assert to_scipy(directed).toarray().tolist() == [[0, 2, 0], [0, 0, 0], [1, 0, 0]]
    full = sparse.eye_array(3) + sparse.csr_array(np.ones((3, 3)))
    assert from_scipy(full).report == (3, 6, False, 3, 0, 0, False, 0)
    assert from_scipy(np.zeros((0, 0))).network.n == 0


def known(directed):
    graph = (nx.DiGraph if directed else nx.Graph)([("a", "b"), ("b", "c"), ("a", "d")])
    graph.add_node("z")
    for _, _, edge in graph.edges(data=True):
        edge.update(weight=2.5, p=0.25)
    for node in graph:
        graph.nodes[node].update(age=1 if node == "z" else 3.5, team=f"team {node}")
    return from_networkx(graph, weight="weight", attributes=["p"])


@pytest.mark.parametrize("directed", [False, True])
def test_igraph_and_back(directed):
    igraph = pytest.importorskip("igraph")
    there = to_igraph(known(directed))
    assert (there.vcount(), there.ecount(), there.is_directed()) == (5, 3, directed)
    back = from_igraph(there, weight="weight", attributes=["p"])
    assert (back.digest(), back.labels, back.report) == (known(directed).digest(), known(directed).labels,
                                                         known(directed).report)
    assert back.arc_columns["p"].tolist() == [0.25] * back.network.arcs
    assert from_igraph(igraph.Graph(3)).report.isolated == 3
    with pytest.raises(NetworkError, match=r"'trust' of edge 0, 1 must be a finite number \(got None\)"):
        from_igraph(igraph.Graph([(0, 1)]), weight="trust")


@pytest.mark.parametrize("directed", [False, True])
def test_networkit_and_back(directed):
    pytest.importorskip("networkit")
    there = to_networkit(known(directed))
    back = from_networkit(there, weighted=True)
    assert (back.network.digest(), back.report) == (known(directed).network.digest(), known(directed).report)
    there.removeNode(1)
    assert from_networkit(there).labels.tolist() == [0, 2, 3, 4]


@pytest.mark.parametrize("directed", [False, True])
def test_graph_tool_and_back(directed):
    pytest.importorskip("graph_tool")
    there = to_graph_tool(known(directed))
    back = from_graph_tool(there, label="label", weight="weight", attributes=["p"])
    assert (back.digest(), back.labels, back.report) == (known(directed).digest(), known(directed).labels,
                                                         known(directed).report)
    with pytest.raises(NetworkError, match="edges have no property map 'wait'; there are weight, p, did you mean"):
        from_graph_tool(there, weight="wait")


@pytest.mark.parametrize(("library", "there"), [("igraph", to_igraph), ("networkit", to_networkit),
                                                ("graph_tool", to_graph_tool)])
def test_graphs_of_other_libraries_are_taken_as_they_are(library, there):
    pytest.importorskip(library)
    plain = from_networkx(nx.relabel_nodes(nx.karate_club_graph(), int))
    assert as_loaded(there(plain.network)).network.digest() == plain.network.digest()


def test_attributes_of_edges():
    graph = nx.MultiGraph([("a", "b", {"p": 0.5}), ("b", "a", {"p": 0.5}), ("b", "c", {"p": 0.25}),
                           ("c", "c", {"p": 9})])
    loaded = from_networkx(graph, attributes=["p"])
    assert loaded.arc_columns["p"].tolist() == [0.5, 0.5, 0.25, 0.25]
    assert loaded.digest() != from_networkx(graph).digest()
    graph.add_edge("c", "b", p=0.75)
    with pytest.raises(NetworkError, match=r"of the same tie must agree on 'p' \(got 0.75, and another value before"):
        from_networkx(graph, attributes=["p"])
