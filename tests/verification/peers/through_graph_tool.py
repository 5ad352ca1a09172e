"""Models through graph-tool."""

from __future__ import annotations

import numpy as np

from .samples import SEEDS


def courses(name, observables, graph, replicates, horizon, **parameters):
    """Return how many nodes have the status of each observable; who has none of them is exposed."""
    import graph_tool
    from graph_tool import dynamics

    graph_tool.seed_rng(1)
    graph_tool.openmp_set_num_threads(1)  # its draws depend on the number of threads
    network = graph_tool.Graph(directed=graph.is_directed())
    network.add_vertex(len(graph))
    network.add_edge_list(list(graph.edges))
    found = np.empty((replicates, horizon + 1, len(observables)))
    for r in range(replicates):
        status = network.new_vertex_property("int32_t", 0)
        status.a[SEEDS] = 1
        state = getattr(dynamics, name)(network, s=status, **parameters)
        for t in range(horizon + 1):
            if t:
                state.iterate_sync()
            found[r, t] = [np.count_nonzero(state.get_state().a == value) for value in observables.values()]
    return dict(zip(observables, np.moveaxis(found, 2, 0), strict=True))


def si(graph, replicates, horizon, *, transmission):
    return courses("SIState", {"adopted": 1}, graph, replicates, horizon, beta=transmission)


def sis(graph, replicates, horizon, *, transmission, recovery):
    return courses("SISState", {"susceptible": 0, "infected": 1}, graph, replicates, horizon, beta=transmission,
                   gamma=recovery)


def sir(graph, replicates, horizon, *, transmission, recovery):
    return courses("SIRState", {"susceptible": 0, "infected": 1, "recovered": 2}, graph, replicates, horizon,
                   beta=transmission, gamma=recovery)


def seir(graph, replicates, horizon, *, transmission, progression, recovery):
    return courses("SIRState", {"susceptible": 0, "infected": 1, "recovered": 2}, graph, replicates, horizon,
                   beta=transmission, gamma=recovery, exposed=True, epsilon=progression)
