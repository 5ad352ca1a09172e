"""Threshold: a node adopts once enough of those who influence it have adopted, and never goes back.

The active share of its in-weight (`absolute`: the active in-weight) must reach its threshold, so isolates never adopt;
at or below 0 a node adopts by itself in step 1. Advertising wins nodes besides. Synchronous. Watts (2002),
doi:10.1073/pnas.082090499; Granovetter (1978), doi:10.1086/226707.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel


class Params(NamedTuple):
    threshold: m.NodeValue
    absolute: bool = False
    advertising: m.Probability = 0.0


class State(NamedTuple):
    need: np.ndarray  # int32[n], int64[n] if weighted, int8[n] if large: active in-weight at which a node adopts
    left: np.ndarray  # the same, still missing; 0 or less once adopted
    eager: np.ndarray  # uint32[...]: nodes that adopt by themselves
    adopted: np.ndarray  # uint32[n + 1]: nodes in order of adoption, and room for a candidate
    arcs: np.ndarray  # uint64[...]: those that leave some of them
    sources: np.ndarray  # uint32[...]: where they begin, if a step may be pulled
    bits: np.ndarray  # uint64[...]: one for each node of a large network, to put adopters in order
    when: np.ndarray  # uint32[n]: the step in which each adopts without its neighbours, if any does
    tally: np.ndarray


@kernel
def needs(layers, params, out):
    for i in range(out.size):
        network, threshold = layers.network, m.of(params.threshold, i)
        wanted = threshold * (network.scale if params.absolute else m.in_weight(network, i)) - 1e-9 * network.scale
        out[i] = max(1, np.int64(np.ceil(wanted))) if threshold > 0 else 0


def allocate(layers, params):
    network = layers.network
    need = np.empty(network.n, np.int64 if network.weighted else np.int32)
    needs(layers, params, need)
    (eager, need), arcs = m.eager_and_others(network, need), m.room_for_arcs(network)
    return State(need, need.copy(), eager, np.empty(need.size + 1, np.uint32), arcs, m.room_for_sources(network, arcs),
                 m.no_bits(network), m.outside(network, eager.size or params.advertising > 0.0), np.zeros(4, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    m.restore(layers.network, state.adopted, state.tally[m.SIZE], state.need, state.left)
    m.begin(state.tally, state.adopted, state.left, seeds, -1)
    m.draw_outside(layers.network, stream, params.advertising, state.eager, state.when)
    return seeds.size + state.when.size


@kernel
def step(layers, params, state, stream, t):
    network, idx, weight = layers.network, layers.network.out_idx, layers.network.out_weight
    left, adopted, arcs, weighted, large = state.left, state.adopted, state.arcs, weight.size > 0, state.bits.size > 0
    last, place = np.uint64(state.tally[m.SIZE]), np.uint64(state.tally[m.SPENT])
    place, size = m.pull_if_fewer(network, state, place, last, m.adopt_outside(state.when, t, left, adopted, last))
    while place < last:
        place, number = m.list_arcs(network.out_ptr, idx, adopted, place, last, large, arcs, adopted[:0])
        for k in range(number):
            m.prefetch_target(idx, left, arcs, k, number, large)
            j = idx[arcs[k]]
            before = left[j]
            left[j] = after = before - (weight[arcs[k]] if weighted else 1)  # `weight.size` here: 4 times slower
            adopted[size] = j  # in any case: a branch that is taken now and then costs more
            size += np.uint64((before > 0) & (after <= 0))
    return m.close_in_order(state, last, size, t) + m.left_outside(network, params.advertising, state.when, size)


MODEL = m.Model(name="threshold", title="Fractional or absolute thresholds, irreversible", doi="10.1073/pnas.082090499",
                Params=Params, needs=needs, reduces=m.unaided, allocate=allocate, reset=reset, step=step,
                adopters="adopted")
