"""Hegselmann-Krause: all at once, nodes take the mean of the opinions they hear that are close to their own.

In each step a node's opinion, from 0 to 1, becomes the mean of its own and those of its in-neighbours that differ from
it by at most `confidence`, unless that is a move of no more than `tolerance`; seeds begin with 1.
Hegselmann & Krause (2002), Journal of Artificial Societies and Social Simulation 5(3) 2; Hegselmann & Krause (2005),
doi:10.1007/s10614-005-6296-3.
"""

from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Ge

from simcore import model as m
from simcore._jit import kernel
from simcore.mechanisms import opinions


class Params(NamedTuple):
    confidence: Annotated[float, Ge(0.0)]
    opinion: m.NodeValue = m.Uniform(low=0.0, high=1.0)
    tolerance: opinions.Tolerance = 1e-4


class State(NamedTuple):
    opinion: np.ndarray  # float64[n]
    next: np.ndarray  # float64[n]: opinions after the step
    cells: np.ndarray
    tally: np.ndarray


def allocate(layers, params):
    opinions.refuse_outside(opinion=params.opinion)
    n = layers.network.n
    return State(np.empty(n), np.empty(n), opinions.cells(params.tolerance), np.zeros(1, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    opinions.hold(params.opinion, state.opinion, seeds)
    state.tally[opinions.MOVED] = 0
    return state.opinion.size


@kernel
def step(layers, params, state, stream, t):
    network, opinion = layers.network, state.opinion
    for i in range(opinion.size):
        total, number = opinion[i], 1
        for j in network.in_idx[network.in_ptr[i]:network.in_ptr[i + 1]]:
            if abs(opinion[j] - opinion[i]) <= params.confidence:
                total += opinion[j]
                number += 1
        state.next[i] = total / number
    return opinions.move(opinion, state.next, params.tolerance, state.tally, t)


MODEL = m.Model(
    name="hegselmann-krause", title="Means of the opinions close to one's own", doi="10.1007/s10614-005-6296-3",
    Params=Params, reads_in_arcs=True, check=lambda params: opinions.outside(opinion=params.opinion), allocate=allocate,
    reset=reset, step=step, observables=("mean", "variance"), observe=opinions.observe_moments,
    outcomes=opinions.CLUSTERS, counts="nodes in the largest cluster", conclude=opinions.conclude_clusters)
