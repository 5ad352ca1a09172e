"""What is run through everybody's programs, and how two samples are held to be of one law."""

from __future__ import annotations

from functools import cache

import networkx as nx
import numpy as np
from scipy import stats

import simcore

SEEDS = [0, 7, 11]
TIMES = (1, 2, 4, 8)
_SHARE, _COUNT = 0.05, 10  # the least share of both samples in a bin; the least number expected there of the smaller


@cache
def network(name):
    """Return a random network of 40 nodes with weights, which add up to less than 1 at any node.

    So they are shares of influence as well as probabilities.
    """
    directed = name == "directed"
    graph = nx.gnp_random_graph(40, 0.09 if directed else 0.1, seed=2, directed=directed)
    random = np.random.default_rng(3)
    for _, _, data in graph.edges(data=True):
        data["weight"] = float(random.uniform(0.2, 1.0))
    most = max(total for _, total in (graph.in_degree if directed else graph.degree)(weight="weight"))
    for _, _, data in graph.edges(data=True):
        data["weight"] /= 1.01 * most
    return graph


def ours(graph, model, replicates, horizon, *, seed=20020430, **parameters):
    """Return the outcomes float64[R] and the observables float64[R, T + 1] of a model, by name."""
    heavy = parameters.get("weights") or isinstance(parameters.get("transmission"), dict)
    found = simcore.simulate(simcore.from_networkx(graph, weight="weight" if heavy else None), model, seeds=SEEDS,
                             replicates=replicates, seed=seed, horizon=horizon, trajectories=True, **parameters)
    return found.outcomes | found.trajectories


def last_change(series):
    """Return when a series float64[R, T + 1] last changed; 0 if never."""
    changed = np.diff(series, axis=1) != 0
    return np.where(changed.any(axis=1), changed.shape[1] - np.argmax(changed[:, ::-1], axis=1), 0)


def p_values(first, second):
    """Compare every outcome of ``second``, and its observables at some times, at the end, and in when they end.

    Parameters
    ----------
    first, second : mapping of str to float64[R] or float64[R, T + 1]

    Returns
    -------
    dict of str to float
        By what is compared; without what is constant, and the same, in both.
    """
    pairs = {}
    for name, sample in second.items():
        other = first[name]
        if sample.ndim == 1:
            pairs[name] = other, sample
            continue
        end = sample.shape[1] - 1
        pairs |= {f"{name} at {t}": (other[:, t], sample[:, t]) for t in (*(t for t in TIMES if t < end), end)}
        pairs[f"last change of {name}"] = last_change(other), last_change(sample)
    return {name: p_value(*pair) for name, pair in pairs.items() if np.ptp(np.concatenate(pair)) > 0}


def p_value(first, second):
    """Test for one law: chi-square of homogeneity for counts, else Kolmogorov and Smirnov's test."""
    both = np.concatenate([first, second])
    if np.any(both != np.rint(both)):
        return float(stats.ks_2samp(first, second).pvalue)
    ends, held = [], 0
    for value, count in zip(*np.unique(both, return_counts=True), strict=True):
        held += count
        if held >= _SHARE * both.size:
            ends.append(value)
            held = 0
    if held * min(first.size, second.size) < _COUNT * both.size:
        del ends[-1]  # what is above joins the last bin
    table = [np.bincount(np.searchsorted(ends, sample), minlength=len(ends) + 1) for sample in (first, second)]
    return float(stats.chi2_contingency(table, correction=False).pvalue)


def holm(values):
    """Return p-values corrected for their number (Holm 1979, Scandinavian Journal of Statistics 6, 65-70)."""
    order = np.argsort(values)
    corrected = np.empty(len(values))
    corrected[order] = np.maximum.accumulate(np.sort(values) * np.arange(len(values), 0, -1)).clip(max=1.0)
    return corrected
