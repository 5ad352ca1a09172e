"""How the programs of others do the same: each function prepares one of them for the cascades of a case.

Like for like, see `benchmarks/README.md`: everybody spreads until nothing changes, nobody records more than outcomes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .harness import Contestant

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .cascades import Cascades, Items

    Run = Callable[[Items], list[Any]]


def cynetdiff(prepare: Callable[..., Run], cascades: Cascades, number: int, **more: Any) -> Contestant:
    return Contestant("cynetdiff", partial(prepare, cascades, number), ("cynetdiff",), **more)


def ndlib(prepare: Callable[..., Run], cascades: Cascades, number: int, **more: Any) -> Contestant:
    return Contestant("NDlib", partial(prepare, cascades, number), ("ndlib",), **more)


def eon(prepare: Callable[..., Run], cascades: Cascades, number: int, **more: Any) -> Contestant:
    return Contestant("EoN", partial(prepare, cascades, number), ("EoN",), **more)


def graph_tool(prepare: Callable[..., Run], cascades: Cascades, number: int, **more: Any) -> Contestant:
    return Contestant("graph-tool", partial(prepare, cascades, number), **more)


def need_of(cascades: Cascades) -> NDArray[np.int32]:
    """Return how many adopters make each node adopt."""
    return np.maximum(1, np.ceil(cascades.parameters["threshold"] * cascades.network.in_degree - 1e-9)).astype(np.int32)


def networkx_graph(cascades: Cascades) -> Any:
    """Return the network of the cascades."""
    import networkx as nx

    network, graph = cascades.network, nx.empty_graph(cascades.network.n)
    sources = np.repeat(np.arange(network.n), network.out_degree)
    graph.add_edges_from(zip(sources.tolist(), network.out_idx.tolist(), strict=True))
    return graph


def _advance(model: Any) -> tuple[int, int]:
    """Go on, step by step, until nothing changes; return size and duration."""
    size, t = model.get_num_activated_nodes(), 0
    while True:
        model.advance_model()
        now = model.get_num_activated_nodes()
        if now == size:
            return size, t
        size, t = now, t + 1


def cynetdiff_threshold(cascades: Cascades, number: int) -> Run:
    """Thresholds lie half a neighbour below the need, out of reach of its float32 sums.

    They are lost at every reset, so to assign them is part of a cascade. Where any neighbour suffices, no threshold
    need be assigned: an influence of 1 reaches whatever threshold is drawn.
    """
    from cynetdiff.models import LinearThresholdModel

    network, need = cascades.network, need_of(cascades)
    degree = np.maximum(network.in_degree, 1)
    alone, timed = need.max() == 1, len(cascades.outcomes) > 1
    influence = np.float32(1.0) / (np.ones_like(degree) if alone else degree)
    thresholds = ((need - 0.5) / degree).astype(np.float32)
    model = LinearThresholdModel(network.out_ptr[:-1].astype(np.uint32), network.out_idx, rng=0,
                                 influence=influence.astype(np.float32)[network.out_idx])

    def cascade(seed: int) -> Any:
        model.set_seeds([seed])
        if not alone:
            model._assign_thresholds(thresholds)
        if timed:
            return _advance(model)
        model.advance_until_completion()
        return [model.get_num_activated_nodes()]
    return lambda items: [cascade(seed) for seed in items.seeds.nodes[:number].tolist()]


def cynetdiff_independent_cascade(cascades: Cascades, number: int) -> Run:
    from cynetdiff.models import IndependentCascadeModel

    network = cascades.network
    model = IndependentCascadeModel(network.out_ptr[:-1].astype(np.uint32), network.out_idx, rng=1,
                                    activation_prob=cascades.parameters["transmission"])

    def cascade(seed: int) -> tuple[int, int]:
        model.set_seeds([seed])
        return _advance(model)
    return lambda items: [cascade(seed) for seed in items.seeds.nodes[:number].tolist()]


def _ndlib(model: Any, configure: Callable[[Any], None]) -> Any:
    from ndlib.models.ModelConfig import Configuration

    configuration = Configuration()
    configuration.add_model_initial_configuration("Infected", [0])
    configure(configuration)
    model.set_initial_status(configuration)
    return model


def ndlib_threshold(cascades: Cascades, number: int) -> Run:
    """As NDlib's documentation has it: each iteration returns the nodes that changed."""
    from ndlib.models.epidemics import ThresholdModel

    graph = networkx_graph(cascades)
    model = _ndlib(ThresholdModel(graph, seed=0), lambda configuration: configuration.add_node_set_configuration(
        "threshold", dict.fromkeys(graph, cascades.parameters["threshold"])))

    def cascade(seed: int) -> tuple[int, ...]:
        model.reset([seed])
        adopted, t = model.iteration()["node_count"][1], 0  # iteration 0: the seed
        while (now := model.iteration()["node_count"][1]) > adopted:
            adopted, t = now, t + 1
        return (adopted, t)[: len(cascades.outcomes)]
    return lambda items: [cascade(seed) for seed in items.seeds.nodes[:number].tolist()]


def _until_nobody_spreads(model: Any, seed: int) -> tuple[int, int]:
    """Iterate until nobody is infected; return how many ever were, and the last step in which somebody became so."""
    model.reset([seed])
    counts, t, last = model.iteration()["node_count"], 0, 0
    ever = counts[1]
    while counts[1]:
        t += 1
        counts = model.iteration()["node_count"]
        if counts[1] + counts[2] > ever:
            ever, last = counts[1] + counts[2], t
    return ever, last


def ndlib_independent_cascade(cascades: Cascades, number: int) -> Run:
    """As many entries as edges, with the very keys of ``graph.edges``: else NDlib takes other probabilities."""
    from ndlib.models.epidemics import IndependentCascadesModel

    graph = networkx_graph(cascades)
    chances = dict.fromkeys(graph.edges, cascades.parameters["transmission"])
    model = _ndlib(IndependentCascadesModel(graph, seed=1),
                   lambda configuration: configuration.add_edge_set_configuration("threshold", chances))
    return lambda items: [_until_nobody_spreads(model, seed) for seed in items.seeds.nodes[:number].tolist()]


def ndlib_sir(cascades: Cascades, number: int) -> Run:
    from ndlib.models.epidemics import SIRModel

    def configure(configuration: Any) -> None:
        configuration.add_model_parameter("beta", cascades.parameters["transmission"])
        configuration.add_model_parameter("gamma", cascades.parameters["recovery"])

    model = _ndlib(SIRModel(networkx_graph(cascades), seed=1), configure)
    return lambda items: [_until_nobody_spreads(model, seed)[:1] for seed in items.seeds.nodes[:number].tolist()]


def eon_discrete(cascades: Cascades, number: int) -> Run:
    """Infected for exactly one step, which is the independent cascade."""
    import EoN

    graph, random = networkx_graph(cascades), np.random.default_rng(1)

    def cascade(seed: int) -> tuple[int, ...]:
        _, susceptible, infected, _ = EoN.basic_discrete_SIR(graph, cascades.parameters["transmission"],
                                                             initial_infecteds=[seed], rng=random)
        return (graph.order() - int(susceptible[-1]), int(np.flatnonzero(infected)[-1]))[: len(cascades.outcomes)]
    return lambda items: [cascade(seed) for seed in items.seeds.nodes[:number].tolist()]


def eon_markov(cascades: Cascades, number: int) -> Run:
    import EoN

    graph, random = networkx_graph(cascades), np.random.default_rng(1)

    def cascade(seed: int) -> tuple[float, float]:
        times, susceptible, _, _ = EoN.fast_SIR(graph, cascades.parameters["transmission"],
                                                cascades.parameters["recovery"], initial_infecteds=[seed], rng=random)
        return graph.order() - int(susceptible[-1]), float(times[-1])
    return lambda items: [cascade(seed) for seed in items.seeds.nodes[:number].tolist()]


def _graph_tool(cascades: Cascades, *, directed: bool) -> Any:
    import graph_tool

    graph_tool.seed_rng(1)
    graph_tool.openmp_set_num_threads(1)
    network = cascades.network
    graph = graph_tool.Graph(directed=directed)
    graph.add_vertex(network.n)
    arcs = np.stack([np.repeat(np.arange(network.n), network.out_degree), network.out_idx], axis=1)
    graph.add_edge_list(arcs if directed else arcs[arcs[:, 0] < arcs[:, 1]])
    return graph


def graph_tool_sir(cascades: Cascades, number: int) -> Run:
    """Of those who recover after one step: else a step in which nothing changes would be taken for the end."""
    from graph_tool import dynamics

    graph = _graph_tool(cascades, directed=False)
    status = graph.new_vertex_property("int32_t", 0)

    def cascade(seed: int) -> list[int]:
        status.a = 0
        status.a[seed] = 1
        state = dynamics.SIRState(graph, s=status, beta=cascades.parameters["transmission"],
                                  gamma=cascades.parameters["recovery"])
        while state.iterate_sync():
            pass
        return [int(np.count_nonzero(state.get_state().a))]
    return lambda items: [cascade(seed) for seed in items.seeds.nodes[:number].tolist()]


def graph_tool_threshold(cascades: Cascades, number: int) -> Run:
    """Its rule is reversible, and one for all: sum of weights of active in-neighbours > h k, k the in-degree.

    A heavy arc from each node to itself keeps it active; weights h k / (need - 1/2) of the others make the rule ours.
    """
    from graph_tool import dynamics

    network, need = cascades.network, need_of(cascades)
    graph = _graph_tool(cascades, directed=True)
    graph.add_edge_list(np.repeat(np.arange(network.n), 2).reshape(-1, 2))
    weight, h = graph.new_edge_property("double"), 1.0
    ends = graph.get_edges([graph.edge_index])  # by tails, not by the numbers of edges, which weights go by
    each = h * (network.in_degree + 1) / (need - 0.5)
    weight.a[ends[:, 2]] = np.where(ends[:, 0] == ends[:, 1], 2.0 * h * (network.in_degree[ends[:, 1]] + 1),
                                    each[ends[:, 1]])
    status = graph.new_vertex_property("int32_t", 0)

    def cascade(seed: int) -> tuple[int, ...]:
        status.a = 0
        status.a[seed] = 1
        state, t = dynamics.BinaryThresholdState(graph, w=weight, h=h, s=status), 0
        while state.iterate_sync():
            t += 1
        return (int(np.count_nonzero(state.get_state().a)), t)[: len(cascades.outcomes)]
    return lambda items: [cascade(seed) for seed in items.seeds.nodes[:number].tolist()]
