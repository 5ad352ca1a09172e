"""Models through cynetdiff."""

from __future__ import annotations

import math
from array import array

import networkx as nx
import numpy as np

from .samples import SEEDS


def with_data(graph, name):
    """Return the network as arcs, with weights under the name that cynetdiff reads them from."""
    arcs = nx.DiGraph()
    arcs.add_nodes_from(graph)
    arcs.add_edges_from((u, v, {name: data["weight"]}) for u, v, data in graph.to_directed().edges(data=True))
    return arcs


def without_data(graph):
    arcs = nx.DiGraph()
    arcs.add_nodes_from(graph)
    arcs.add_edges_from(graph.to_directed().edges)
    return arcs


def course(model, horizon):
    """Return the number of adopters at times 0, 1, ... of a model whose seeds are set."""
    found = [model.get_num_activated_nodes()]
    while len(found) <= horizon:
        model.advance_model()
        found.append(model.get_num_activated_nodes())
    return found


def courses(prepared, replicates, horizon):
    model, number = prepared
    found = []
    for _ in range(replicates):
        model.set_seeds([number[seed] for seed in SEEDS])
        found.append(course(model, horizon))
    return {"adopted": np.array(found, float)}


def independent_cascade(graph, replicates, horizon, *, transmission):
    from cynetdiff.utils import networkx_to_ic_model

    prepared = (networkx_to_ic_model(with_data(graph, "activation_prob"), rng=1) if isinstance(transmission, dict) else
                networkx_to_ic_model(without_data(graph), activation_prob=transmission, rng=1))
    return courses(prepared, replicates, horizon)


def linear_threshold(graph, replicates, horizon, *, weights):
    from cynetdiff.utils import networkx_to_lt_model

    return courses(networkx_to_lt_model(with_data(graph, "influence") if weights else without_data(graph), rng=1),
                   replicates, horizon)


def threshold(graph, thresholds, starts, horizon):
    """Return the course of the cascade from each set of seeds; nothing is drawn.

    Thresholds lie half a neighbour below the need, out of reach of sums in 32 bits; a reset forgets them.
    """
    from cynetdiff.utils import networkx_to_lt_model

    arcs = without_data(graph)
    degree = [max(1, k) for _, k in arcs.in_degree]
    halfway = [(math.ceil(thresholds[i] * k - 1e-9) - 0.5) / k for i, k in zip(arcs, degree, strict=True)]
    model, number = networkx_to_lt_model(arcs, rng=1)
    found = []
    for seeds in starts:
        model.set_seeds([number[seed] for seed in seeds])
        model._assign_thresholds(array("f", halfway))
        found.append(course(model, horizon))
    return found
