"""Friedkin-Johnsen: all at once, nodes average what they hear with what they thought at first.

In each step a node's opinion, from 0 to 1, becomes `susceptibility` times the mean of its in-neighbours' opinions by
weight, and the rest of its first one, unless that is a move of no more than `tolerance`; seeds begin with 1. DeGroot's
model where the susceptibility is 1. Friedkin & Johnsen (1990), doi:10.1080/0022250X.1990.9990069; DeGroot (1974).
"""

from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Ge

from simcore import model as m
from simcore._jit import kernel
from simcore.mechanisms import opinions


class Params(NamedTuple):
    susceptibility: m.NodeValue
    opinion: m.NodeValue = m.Uniform(low=0.0, high=1.0)
    tolerance: Annotated[float, Ge(0.0)] = 1e-9


class State(NamedTuple):
    first: np.ndarray  # float64[n]
    opinion: np.ndarray  # float64[n]
    next: np.ndarray  # float64[n]: opinions after the step
    tally: np.ndarray


def allocate(layers, params):
    opinions.refuse_outside(susceptibility=params.susceptibility, opinion=params.opinion)
    n = layers.network.n
    return State(np.empty(n), np.empty(n), np.empty(n), np.zeros(1, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    opinions.hold(params.opinion, state.first, seeds)
    m.copy(state.first, state.opinion)
    state.tally[opinions.MOVED] = 0
    return state.opinion.size


@kernel
def step(layers, params, state, stream, t):
    network, opinion, weighted = layers.network, state.opinion, layers.network.in_weight.size > 0
    for i in range(opinion.size):
        total = 0.0
        for a in range(network.in_ptr[i], network.in_ptr[i + 1]):
            total += (network.in_weight[a] if weighted else 1) * opinion[network.in_idx[a]]
        heard = m.in_weight(network, i)
        own = m.of(params.susceptibility, i)
        state.next[i] = own * (total / heard) + (1.0 - own) * state.first[i] if heard > 0 else opinion[i]
    return opinions.move(opinion, state.next, params.tolerance, state.tally, t)


@kernel
def conclude(state, row):
    row[0] = 0
    for x in state.opinion:
        row[0] += x >= 0.5
    row[1], row[2] = opinions.moments(state.opinion)
    row[3] = state.tally[opinions.MOVED]


def check(params):
    return opinions.outside(susceptibility=params.susceptibility, opinion=params.opinion)


MODEL = m.Model(
    name="friedkin-johnsen", title="Means of what is heard and of the first opinion", Params=Params,
    doi="10.1080/0022250X.1990.9990069", reads_in_arcs=True, check=check, allocate=allocate, reset=reset, step=step,
    observables=("mean", "variance"), observe=opinions.observe_moments,
    outcomes={"size": int, "mean": float, "variance": float, "duration": int},
    counts="nodes with opinion 1/2 or more", conclude=conclude)
