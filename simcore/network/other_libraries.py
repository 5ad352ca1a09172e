"""Networks from and to igraph, networkit and graph-tool, which need not be installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import NetworkError
from simcore.network.adapters import converted
from simcore.network.files import among
from simcore.network.loaded import Loaded, labels_of, reported, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.network.csr import Network, Parallel


def _loaded(network: Loaded | Network) -> Loaded:
    return network if isinstance(network, Loaded) else reported(network)


def from_igraph(graph: Any, *, weight: str | None = None, parallel: Parallel = "merge",
                attributes: Sequence[str] = ()) -> Loaded:
    """Convert a graph of igraph.

    Parameters
    ----------
    graph : igraph.Graph
        Its vertices' ``name`` becomes their label, their number if they have none; other attributes are kept if they
        are numbers or text.
    weight, parallel, attributes
        As in `simcore.network.adapters.from_networkx`.
    """
    known = {name: graph.vs[name] for name in graph.vs.attributes()}
    edges = np.array(graph.get_edgelist(), np.int64).reshape(-1, 2)
    names = known.pop("name", range(graph.vcount()))
    held = graph.es.attributes()
    values = {name: graph.es[name] if name in held else [None] * len(edges)
              for name in [*attributes, *([] if weight is None else [weight])]}
    return converted(list(names), edges[:, 0], edges[:, 1], values, weight=weight, directed=graph.is_directed(),
                     parallel=parallel, known=known)


def to_igraph(network: Loaded | Network) -> Any:
    """Convert a network to an `igraph.Graph`: labels are called ``name``, weights ``weight``."""
    import igraph

    loaded = _loaded(network)
    source, target, values = rows_of(loaded)
    known = {"name": list(map(str, labels_of(loaded))), **loaded.groups}
    return igraph.Graph(n=loaded.network.n, edges=np.stack([source, target], axis=1).tolist(),
                        directed=not loaded.network.symmetric,
                        vertex_attrs=known | {name: column.tolist() for name, column in loaded.columns.items()},
                        edge_attrs={name: column.tolist() for name, column in values.items()})


def from_networkit(graph: Any, *, weighted: bool = False, parallel: Parallel = "merge") -> Loaded:
    """Convert a graph of networkit, whose nodes are numbers.

    Parameters
    ----------
    graph : networkit.Graph
    weighted : bool
        Whether its weights are read, finite and above 0.
    parallel : {"merge", "weights"}
        As in `simcore.network.adapters.from_networkx`.
    """
    nodes = np.fromiter(graph.iterNodes(), np.int64, graph.numberOfNodes())
    edges = np.array(list(graph.iterEdgesWeights()), np.float64).reshape(-1, 3)
    source, target = (np.searchsorted(nodes, edges[:, k].astype(np.int64)) for k in (0, 1))
    return converted(nodes.tolist(), source, target, {"weight": edges[:, 2].tolist()} if weighted else {},
                     weight="weight" if weighted else None, directed=graph.isDirected(), parallel=parallel, known={})


def to_networkit(network: Loaded | Network) -> Any:
    """Convert a network to a `networkit.Graph`, which has neither labels nor attributes."""
    import networkit

    loaded = _loaded(network)
    source, target, values = rows_of(loaded)
    weight = values.get("weight", np.ones(source.size))
    return networkit.GraphFromCoo((weight, (source.astype(np.uint64), target.astype(np.uint64))), n=loaded.network.n,
                                  weighted="weight" in values, directed=not loaded.network.symmetric)


def from_graph_tool(graph: Any, *, label: str | None = None, weight: str | None = None, parallel: Parallel = "merge",
                    attributes: Sequence[str] = ()) -> Loaded:
    """Convert a graph of graph-tool.

    Parameters
    ----------
    graph : graph_tool.Graph
        Its property maps of vertices are kept if they hold numbers or text.
    label : str, optional
        That of the labels; without it, vertices are numbers.
    weight, parallel, attributes
        As in `simcore.network.adapters.from_networkx`; names of property maps of edges.
    """
    wanted = dict.fromkeys([*attributes, *([] if weight is None else [weight])])
    for what, maps, names in (("vertices", graph.vp, [] if label is None else [label]), ("edges", graph.ep, wanted)):
        for name in names:
            if name not in maps:
                raise NetworkError.because(f"{what} have no property map {name!r}; there are {among(name, maps)}")
    vertices = graph.get_vertices()
    known = {name: [of_nodes[v] for v in vertices] for name, of_nodes in graph.vp.items()}
    labels = vertices.tolist() if label is None else known.pop(label)
    edges = graph.get_edges([graph.ep[name] for name in wanted])
    source, target = (np.searchsorted(vertices, edges[:, k].astype(np.int64)) for k in (0, 1))
    return converted(labels, source, target, {name: edges[:, k].tolist() for k, name in enumerate(wanted, 2)},
                     weight=weight, directed=graph.is_directed(), parallel=parallel, known=known)


def to_graph_tool(network: Loaded | Network) -> Any:
    """Convert a network to a `graph_tool.Graph`: labels are the property map ``label``, weights ``weight``."""
    import graph_tool

    loaded = _loaded(network)
    source, target, values = rows_of(loaded)
    graph = graph_tool.Graph(directed=not loaded.network.symmetric)
    graph.add_vertex(loaded.network.n)
    graph.add_edge_list(np.stack([source, target], axis=1))
    for name, column in values.items():
        graph.ep[name] = graph.new_edge_property("double", column)
    for name, column in loaded.columns.items():
        graph.vp[name] = graph.new_vertex_property("double", column)
    for name, texts in {**loaded.groups, "label": list(map(str, labels_of(loaded)))}.items():
        graph.vp[name] = graph.new_vertex_property("string", texts)
    return graph


READERS: dict[str, Callable[[Any], Loaded]] = {"igraph": from_igraph, "networkit": from_networkit,
                                               "graph_tool": from_graph_tool}
