"""Networks from and to networkx and scipy, and the networks that ship inside networkx."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import NetworkError, did_you_mean
from simcore.network.loaded import Columns, Groups, Loaded, assemble, attributes, numbered, reported
from simcore.network.write import arcs, labels_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.network.csr import Network, Parallel

_LIBRARY = {"karate-club": "karate_club_graph", "les-miserables": "les_miserables_graph",
            "florentine-families": "florentine_families_graph",
            "davis-southern-women": "davis_southern_women_graph"}


def _node_attributes(known: Sequence[dict[str, Any]]) -> tuple[Columns, Groups]:
    """Return the attributes of nodes that are numbers or text; those of any other kind cannot be kept."""
    names = dict.fromkeys(name for of_node in known for name in of_node)
    columns: Columns = {}
    texts: Groups = {}
    for name in names:
        values = [of_node.get(name) for of_node in known]
        given = [value for value in values if value is not None]
        if all(isinstance(value, numbers.Real) for value in given):
            columns[str(name)] = np.array([np.nan if value is None else float(value) for value in values])
        elif all(isinstance(value, str | numbers.Real) for value in given):
            texts[str(name)] = ["" if value is None else str(value) for value in values]
    more, groups = attributes(texts)
    return columns | more, groups


def from_networkx(graph: Any, *, weight: str | None = None, parallel: Parallel = "merge") -> Loaded:
    """Convert a graph of networkx, or of any library that speaks like it.

    An arc u -> v of a directed graph means that u influences v; an undirected tie is influence both ways.

    Parameters
    ----------
    graph : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
        Its nodes become labels, as text unless all are integers; their attributes are kept if they are
        numbers (True and False count as 1 and 0) or text.
    weight : str, optional
        Attribute of every edge, finite and above 0.
    parallel : {"merge", "weights"}
        Whether parallel edges count once, or are counted into weights. Weights given are added.

    Returns
    -------
    Loaded
        Nodes in the order of their labels, as if read from a file.
    """
    nodes = list(graph.nodes)
    labels, place = numbered([list(map(str, nodes))])
    if len(labels) < len(nodes):
        raise NetworkError.because(f"nodes must differ as text (got {len(labels)} different labels for "
                                   f"{len(nodes)} nodes)")
    edges = list(graph.edges(data=weight)) if weight is not None else list(graph.edges())
    for u, v, *heavy in edges:
        if heavy and not isinstance(heavy[0], numbers.Real):
            raise NetworkError.because(f"{weight!r} of edge {u!r}, {v!r} must be a number (got {heavy[0]!r})")
    number = dict(zip(nodes, place.tolist(), strict=True))
    columns, groups = _node_attributes([graph.nodes[nodes[i]] for i in np.argsort(place)])
    return assemble(len(nodes), np.array([number[edge[0]] for edge in edges], np.int64),
                    np.array([number[edge[1]] for edge in edges], np.int64),
                    None if weight is None else np.array([edge[2] for edge in edges], np.float64),
                    direction="source-influences-target" if graph.is_directed() else "both",
                    parallel=parallel, labels=labels, columns=columns, groups=groups)


def to_networkx(network: Loaded | Network) -> Any:
    """Convert a network to a `networkx.Graph` if it is symmetric, else to a `networkx.DiGraph`.

    Nodes are labels, attributes are kept, weights are called ``weight``.
    """
    import networkx as nx

    loaded = network if isinstance(network, Loaded) else reported(network)
    labels, (source, target, weight) = labels_of(loaded), arcs(loaded.network)
    graph = nx.Graph() if loaded.network.symmetric else nx.DiGraph()
    graph.add_nodes_from(labels)
    for name, values in (loaded.columns | loaded.groups).items():
        texts_or_numbers = values if isinstance(values, list) else values.tolist()
        nx.set_node_attributes(graph, dict(zip(labels, texts_or_numbers, strict=True)), name)
    edges = [labels[i] for i in source.tolist()], [labels[i] for i in target.tolist()]
    if weight is None:
        graph.add_edges_from(zip(*edges, strict=True))
    else:
        graph.add_weighted_edges_from(zip(*edges, weight.tolist(), strict=True))
    return graph


def from_scipy(matrix: Any, *, weighted: bool = False) -> Loaded:
    """Convert a square matrix, sparse or dense: i influences j where its element (i, j) is not 0.

    Parameters
    ----------
    matrix : sparse matrix, sparse array or array_like, shape (n, n)
        If it equals its transpose, the network is undirected.
    weighted : bool
        Whether its elements are weights, finite and above 0.

    Returns
    -------
    Loaded
        Nodes are rows; they have no labels.
    """
    from scipy import sparse

    elements = sparse.coo_array(matrix)
    if len(elements.shape) != 2 or elements.shape[0] != elements.shape[1]:
        raise NetworkError.because(f"a network is a square matrix (got shape {elements.shape})")
    rows: Any = elements.tocsr() if weighted else elements.tocsr().astype(bool)
    rows.eliminate_zeros()
    symmetric = (rows != rows.T).nnz == 0
    kept = sparse.coo_array(sparse.triu(rows) if symmetric else rows)
    return assemble(kept.shape[0], kept.row, kept.col, kept.data if weighted else None,
                    direction="both" if symmetric else "source-influences-target")


def to_scipy(network: Loaded | Network) -> Any:
    """Convert a network to a `scipy.sparse.csr_array` of its weights, of ones if it has none."""
    from scipy import sparse

    net = network.network if isinstance(network, Loaded) else network
    weight = net.out_weight / net.scale if net.weighted else np.ones(net.arcs)
    return sparse.csr_array((weight, net.out_idx.astype(np.int64), net.out_ptr), shape=(net.n, net.n))


def library(name: str, *, weight: str | None = None) -> Loaded:
    """Return a network that ships inside networkx.

    Parameters
    ----------
    name : {"karate-club", "les-miserables", "florentine-families", "davis-southern-women"}
        See `networkx.generators.social` for who collected it.
    weight : str, optional
        Attribute of edges; the first two have ``weight``.
    """
    if name not in _LIBRARY:
        raise NetworkError.because(f"there is no network '{name}' in the library; choices are "
                                   f"{', '.join(_LIBRARY)}{did_you_mean(name, _LIBRARY)}")
    import networkx as nx

    return from_networkx(getattr(nx, _LIBRARY[name])(), weight=weight)
