"""Linear threshold: every node adopts at a share of its in-weight that is drawn anew in each replicate.

Thresholds are even on [0, 1], one for each node and replicate; a node adopts once the weights of its in-neighbours
that have adopted, as a share of its in-weight (with `weights`: as the file gives them, at most 1 in sum), reach its
threshold. Synchronous. Kempe, Kleinberg & Tardos (2003), doi:10.1145/956750.956769.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.errors import NetworkError
from simcore.rng import Purpose


class Params(NamedTuple):
    weights: bool = False


class State(NamedTuple):
    active: np.ndarray  # int64[n]: in-weight that has adopted
    left: np.ndarray  # int8[n]: 1, or -1 once adopted
    adopted: np.ndarray  # uint32[n]: nodes in order of adoption
    tally: np.ndarray


def allocate(layers, params):
    network = layers.network
    total = network.in_total if network.weighted else network.in_degree
    if params.weights and total.max(initial=0) > network.scale:
        raise NetworkError.because("weights into a node must sum to at most 1 where they are taken as they are "
                                   f"(got {total.max() / network.scale:g} into node {total.argmax()})")
    return State(np.zeros(network.n, np.int64), np.ones(network.n, np.int8), np.empty(network.n, np.uint32),
                 np.zeros(4, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    network = layers.network
    for i in state.adopted[:state.tally[m.SIZE]]:
        state.left[i] = 1
        for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]:
            state.active[j] = 0
    m.begin(state.tally, state.adopted, state.left, seeds, -1)
    return seeds.size


@kernel
def step(layers, params, state, stream, t):
    network, left, active, adopted = layers.network, state.left, state.active, state.adopted
    size = last = np.uint64(state.tally[m.SIZE])
    weighted = network.out_weight.size > 0
    for i in adopted[state.tally[m.SPENT]:last]:
        for a in range(network.out_ptr[i], network.out_ptr[i + np.uint64(1)]):
            j = network.out_idx[a]
            active[j] += network.out_weight[a] if weighted else 1
            if left[j] > 0:
                share = active[j] / (network.scale if params.weights else m.in_weight(network, j))
                if m.happens(stream, j, 0, Purpose.THRESHOLD, share):
                    size = m.adopt(left, adopted, size, j)
    return m.close_step(state.tally, last, size, t)


MODEL = m.Model(
    name="linear-threshold", title="Thresholds drawn anew in each replicate, irreversible", Params=Params,
    doi="10.1145/956750.956769", allocate=allocate, reset=reset, step=step, adopters="adopted",
    trace=m.trace_last)
