"""Models through NDlib. It goes on for as long as it is asked to; here until nobody is infected."""

from __future__ import annotations

import numpy as np

from .samples import SEEDS


def prepare(name, graph, *, nodes=None, edges=None, **parameters):
    """Return a model of NDlib; ``nodes`` and ``edges`` are {name: {node or edge: value}}."""
    from ndlib.models import epidemics
    from ndlib.models.ModelConfig import Configuration

    model, configuration = getattr(epidemics, name)(graph, seed=1), Configuration()
    configuration.add_model_initial_configuration("Infected", [])
    for parameter, value in parameters.items():
        configuration.add_model_parameter(parameter, value)
    for parameter, values in (nodes or {}).items():
        configuration.add_node_set_configuration(parameter, values)
    for parameter, values in (edges or {}).items():
        configuration.add_edge_set_configuration(parameter, values)
    model.set_initial_status(configuration)
    return model


def course(model, observables, horizon, *, seeds=SEEDS, spreading=(1,)):
    """Return how many nodes have the statuses of each observable, float64[T + 1, observables], in one run."""
    model.reset(seeds)
    found = np.empty((horizon + 1, len(observables)))
    for t in range(horizon + 1):
        counts = model.iteration(node_status=False)["node_count"]
        found[t:] = [sum(counts[status] for status in statuses) for statuses in observables.values()]
        if not any(counts[status] for status in spreading):
            break
    return found


def courses(model, observables, replicates, horizon, **more):
    found = np.array([course(model, observables, horizon, **more) for _ in range(replicates)])
    return dict(zip(observables, np.moveaxis(found, 2, 0), strict=True))


def independent_cascade(graph, replicates, horizon, *, transmission):
    """As many entries as edges, with the very keys of ``graph.edges``: else NDlib takes other probabilities."""
    values = {(u, v): data["weight"] if isinstance(transmission, dict) else transmission
              for u, v, data in graph.edges(data=True)}
    model = prepare("IndependentCascadesModel", graph, edges={"threshold": values})
    return courses(model, {"adopted": (1, 2), "new": (1,)}, replicates, horizon)


def linear_threshold(graph, replicates, horizon, *, weights):
    """Undirected only (NDlib looks weights of arcs up the wrong way round), with thresholds drawn by the user."""
    assert weights
    random = np.random.default_rng(1)
    edges = {"weight": {(u, v): data["weight"] for u, v, data in graph.edges(data=True)}}
    found = []
    for _ in range(replicates):
        thresholds = dict(zip(graph, random.random(len(graph)), strict=True))
        model = prepare("GeneralThresholdModel", graph, nodes={"threshold": thresholds}, edges=edges)
        found.append(course(model, {"adopted": (1,)}, horizon)[:, 0])
    return {"adopted": np.array(found)}


def si(graph, replicates, horizon, *, transmission):
    return courses(prepare("SIModel", graph, beta=transmission), {"adopted": (1,)}, replicates, horizon)


def sis(graph, replicates, horizon, *, transmission, recovery):
    return courses(prepare("SISModel", graph, beta=transmission, **{"lambda": recovery}),
                   {"susceptible": (0,), "infected": (1,)}, replicates, horizon)


def sir(graph, replicates, horizon, *, transmission, recovery):
    return courses(prepare("SIRModel", graph, beta=transmission, gamma=recovery),
                   {"susceptible": (0,), "infected": (1,), "recovered": (2,)}, replicates, horizon)


def seir(graph, replicates, horizon, *, transmission, progression, recovery):
    return courses(prepare("SEIRModel", graph, beta=transmission, alpha=progression, gamma=recovery),
                   {"susceptible": (0,), "exposed": (2,), "infected": (1,), "recovered": (3,)}, replicates, horizon,
                   spreading=(1, 2))


def threshold(graph, thresholds, starts, horizon):
    """Return the course of the cascade from each set of seeds; nothing is drawn."""
    model = prepare("ThresholdModel", graph, nodes={"threshold": thresholds})
    return [course(model, {"adopted": (1,)}, horizon, seeds=seeds)[:, 0].tolist() for seeds in starts]
