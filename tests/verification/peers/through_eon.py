"""Models through EoN (Epidemics on Networks)."""

from __future__ import annotations

import numpy as np

from .samples import SEEDS

SIR = ("susceptible", "infected", "recovered")


def courses(name, names, graph, replicates, horizon, *rates):
    """Return observables at whole times; when the last event was, and how many were infected at most."""
    import EoN

    random = np.random.default_rng(1)
    found, last, most = np.empty((replicates, horizon + 1, len(names))), np.empty(replicates), np.empty(replicates)
    for r in range(replicates):
        times, *counts = getattr(EoN, name)(graph, *rates, initial_infecteds=SEEDS, tmax=horizon, rng=random)
        places = np.searchsorted(times, np.arange(horizon + 1), side="right") - 1
        found[r] = np.transpose(counts)[places]
        last[r], most[r] = times[-1], counts[1].max()
    return dict(zip(names, np.moveaxis(found, 2, 0), strict=True)), last, most


def discrete_sir(graph, replicates, horizon, *, transmission, recovery):
    """Infected for exactly one step."""
    assert recovery == 1.0
    found, _, most = courses("basic_discrete_SIR", SIR, graph, replicates, horizon, transmission)
    return found | {"peak": most}


def independent_cascade(graph, replicates, horizon, *, transmission):
    found = discrete_sir(graph, replicates, horizon, transmission=transmission, recovery=1.0)
    return {"adopted": found["infected"] + found["recovered"], "new": found["infected"]}


def sir_markov(name, graph, replicates, horizon, *, transmission, recovery):
    found, last, most = courses(name, SIR, graph, replicates, horizon, transmission, recovery)
    return found | {"duration": last, "peak": most}


def sis_markov(name, graph, replicates, horizon, *, transmission, recovery):
    found, last, most = courses(name, SIR[:2], graph, replicates, horizon, transmission, recovery)
    return found | {"duration": last, "peak": most}
