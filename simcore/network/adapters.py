"""Networks from and to networkx and scipy, and the networks that ship inside networkx."""

from __future__ import annotations

import math
import numbers
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import NetworkError, UsageError, did_you_mean
from simcore.network.csr import Network
from simcore.network.labels import coded, numbered, typed_attributes
from simcore.network.loaded import Direction, Loaded, along_arcs, assemble, labels_of, reported, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.network.csr import Parallel

_LIBRARY = {"karate-club": "karate_club_graph", "les-miserables": "les_miserables_graph",
            "florentine-families": "florentine_families_graph",
            "davis-southern-women": "davis_southern_women_graph"}


def from_networkx(graph: Any, *, weight: str | None = None, parallel: Parallel = "merge",
                  attributes: Sequence[str] = ()) -> Loaded:
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
    attributes : sequence of str
        Attributes of every edge, finite numbers, that become attributes of the arcs.

    Returns
    -------
    Loaded
        Nodes in the order of their labels, as if read from a file.

    Raises
    ------
    UsageError, NetworkError
        If it is no graph, or an edge has no such number.
    """
    if not hasattr(graph, "nodes"):
        raise UsageError(f"this is no graph of networkx (got {type(graph).__name__})")
    nodes = list(graph.nodes)
    number = {node: k for k, node in enumerate(nodes)}
    edges = list(graph.edges(data=True))
    names = dict.fromkeys(name for node in nodes for name in graph.nodes[node])
    numbers_of_edges = {}
    for name in [*attributes, *([] if weight is None else [weight])]:
        numbers_of_edges[name] = [of_edge.get(name) for _, _, of_edge in edges]
    ends = [np.array([number[edge[k]] for edge in edges], np.int64) for k in (0, 1)]
    return converted(nodes, ends[0], ends[1], numbers_of_edges, weight=weight, directed=graph.is_directed(),
                     parallel=parallel, known={name: [graph.nodes[node].get(name) for node in nodes] for name in names})


def converted(names: Sequence[Any], source: NDArray[np.integer], target: NDArray[np.integer],
              values: Mapping[str, Sequence[Any]], *, weight: str | None, directed: bool, parallel: Parallel,
              known: Mapping[Any, Sequence[Any]]) -> Loaded:
    """Make the network of a graph of another library.

    Parameters
    ----------
    names : sequence
        Of the nodes; as text they are the labels.
    source, target : integer[edges]
        Positions in ``names``.
    values : mapping of str to sequence
        What the edges hold: the weights, and what becomes an attribute of the arcs.
    weight : str, optional
        Which of them the weights are.
    directed : bool
    parallel : {"merge", "weights"}
    known : mapping of str to sequence
        What is known of the nodes, None where it is missing.
    """
    labels, place = numbered([coded(list(map(str, names)))])
    if len(labels) < len(names):
        raise NetworkError.because(f"nodes must differ as text (got {len(labels)} different labels for "
                                   f"{len(names)} nodes)")
    for name, of_edges in values.items():
        for i, j, value in zip(source.tolist(), target.tolist(), of_edges, strict=True):
            if not isinstance(value, numbers.Real) or not math.isfinite(value):
                raise NetworkError.because(f"{name!r} of edge {names[i]!r}, {names[j]!r} must be a finite number "
                                           f"(got {value!r})")
    order = np.argsort(place)
    columns, groups = typed_attributes({name: [of_nodes[i] for i in order] for name, of_nodes in known.items()})
    direction: Direction = "source-influences-target" if directed else "both"
    tail, head = place[source], place[target]
    loaded = assemble(len(names), tail, head, None if weight is None else np.array(values[weight], np.float64),
                      direction=direction, parallel=parallel, labels=labels, columns=columns, groups=groups)
    arc_columns = {}
    for name in values.keys() - {weight}:
        arc_columns[name], wrong = along_arcs(loaded.network, tail, head, np.array(values[name], np.float64),
                                              direction)
        if wrong.size:
            raise NetworkError.because(f"edges of the same tie must agree on {name!r} (got {values[name][wrong[0]]!r}, "
                                       "and another value before)")
    return replace(loaded, arc_columns=arc_columns)


def to_networkx(network: Loaded | Network) -> Any:
    """Convert a network to a `networkx.Graph` if it is symmetric, else to a `networkx.DiGraph`.

    Nodes are labels, attributes are kept, weights are called ``weight``.

    Parameters
    ----------
    network : Loaded or Network

    Returns
    -------
    networkx.Graph or networkx.DiGraph
    """
    import networkx as nx

    loaded = as_loaded(network)
    labels, (source, target, values) = labels_of(loaded), rows_of(loaded)
    graph = nx.Graph() if loaded.network.symmetric else nx.DiGraph()
    graph.add_nodes_from(labels)
    for name, known in (loaded.columns | loaded.groups).items():
        texts_or_numbers = known if isinstance(known, list) else known.tolist()
        nx.set_node_attributes(graph, dict(zip(labels, texts_or_numbers, strict=True)), name)
    ends = [labels[i] for i in source.tolist()], [labels[i] for i in target.tolist()]
    numbers = [dict(zip(values, row, strict=True)) for row in zip(*(column.tolist() for column in values.values()),
                                                                 strict=True)]
    graph.add_edges_from(zip(*ends, numbers, strict=True) if values else zip(*ends, strict=True))
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


def as_loaded(network: Any) -> Loaded:
    """Return a network of any kind as one of ours.

    Raises
    ------
    UsageError
        If it is no network.
    """
    if isinstance(network, Loaded):
        return network
    if isinstance(network, Network):
        return reported(network)
    if hasattr(network, "tocoo"):
        return from_scipy(network)
    from simcore.network import other_libraries  # which imports this file

    if other := other_libraries.READERS.get(type(network).__module__.partition(".")[0]):
        return other(network)
    if not hasattr(network, "adj"):
        raise UsageError("a network is a graph of networkx, igraph, networkit or graph-tool, a scipy sparse matrix, or "
                         f"what simcore.read_network(file, direction=...) returns (got {type(network).__name__})")
    return from_networkx(network)


def to_scipy(network: Loaded | Network) -> Any:
    """Convert a network to a `scipy.sparse.csr_array` of its weights, of ones if it has none.

    Parameters
    ----------
    network : Loaded or Network

    Returns
    -------
    scipy.sparse.csr_array of float64[n, n]
        Row i has the arcs out of node i.
    """
    from scipy import sparse

    net = as_loaded(network).network
    weight = net.out_weight / net.scale if net.weighted else np.ones(net.arcs)
    return sparse.csr_array((weight, net.out_idx.astype(np.int64), net.out_ptr), shape=(net.n, net.n))


def library(name: str) -> Loaded:
    """Return a network that ships inside networkx.

    Parameters
    ----------
    name : {"karate-club", "les-miserables", "florentine-families", "davis-southern-women"}
        See `networkx.generators.social` for who collected it.
    """
    if name not in _LIBRARY:
        raise NetworkError.because(f"there is no network '{name}' in the library; choices are "
                                   f"{', '.join(_LIBRARY)}{did_you_mean(name, _LIBRARY)}")
    import networkx as nx

    return from_networkx(getattr(nx, _LIBRARY[name])())
