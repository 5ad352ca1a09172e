"""Deffuant: one after the other, nodes meet somebody they hear, and both move closer unless they differ too much.

A step is n picks: an even draw of all nodes and an even draw of its in-neighbours move by `rate` of their difference if
that is below `confidence` and above `tolerance`; on a directed network only the node that hears does. Opinions are from
0 to 1; seeds begin with 1. Deffuant, Neau, Amblard & Weisbuch (2000), doi:10.1142/S0219525900000078.
"""

from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Ge, Gt, Le

from simcore import model as m
from simcore._jit import inline, kernel
from simcore.mechanisms import opinions, picks

APART = 1  # of the tally: a node that could move a neighbour when last looked at


class Params(NamedTuple):
    confidence: Annotated[float, Ge(0.0)]
    opinion: m.NodeValue = m.Uniform(low=0.0, high=1.0)
    rate: Annotated[float, Gt(0.0), Le(1.0)] = 0.5
    tolerance: opinions.Tolerance = 1e-4


class State(NamedTuple):
    opinion: np.ndarray  # float64[n]
    cells: np.ndarray
    picks: np.ndarray
    mutual: bool
    tally: np.ndarray


def allocate(layers, params):
    opinions.refuse_outside(opinion=params.opinion)
    return State(np.empty(layers.network.n), opinions.cells(params.tolerance), picks.room(),
                 layers.network.symmetric, np.zeros(2, np.int64))


@inline
def moves(params, opinion, i, j):
    return params.tolerance < abs(opinion[i] - opinion[j]) < params.confidence


@kernel
def reset(layers, params, state, seeds, stream):
    opinions.hold(params.opinion, state.opinion, seeds)
    state.tally[opinions.MOVED] = 0
    return state.opinion.size


@kernel
def step(layers, params, state, stream, t):
    network, opinion, tally, n = layers.network, state.opinion, state.tally, state.opinion.size
    for first in range(0, n, picks.BLOCK):
        for k in range(picks.draw(stream, t, first, n, state.picks)):
            i = state.picks[0, k]
            j = picks.partner(network, i, state.picks[1, k])
            if moves(params, opinion, i, j):
                way = params.rate * (opinion[j] - opinion[i])
                opinion[i] += way
                opinion[j] -= way if state.mutual else 0.0
                tally[opinions.MOVED] = t
    for _ in range(n):
        i = tally[APART]
        for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + 1]]:
            if moves(params, opinion, i, j):
                return 1
        tally[APART] = (i + 1) % n
    return 0


MODEL = m.Model(
    name="deffuant", title="Opinions that meet in pairs, if they are close", doi="10.1142/S0219525900000078",
    Params=Params, reads_in_arcs=True, check=lambda params: opinions.outside(opinion=params.opinion), allocate=allocate,
    reset=reset, step=step, observables=("mean", "variance"), observe=opinions.observe_moments,
    outcomes=opinions.CLUSTERS, counts="nodes in the largest cluster", conclude=opinions.conclude_clusters)
