"""Independent cascade: whoever adopts gets one attempt to convince each node it influences.

The attempt along an arc succeeds with the arc's probability (one number; ``"weighted-cascade"``: one over the
target's in-degree, or the arc's share of its in-weight; or the weights of the file), one step after the source
adopted, and is never repeated. Both arcs of a pair share their luck, which changes no law, since only the
first to adopt has somebody to convince. Advertising wins nodes besides. Synchronous. Goldenberg, Libai & Muller
(2001), doi:10.1023/A:1011122126881; Kempe, Kleinberg & Tardos (2003), doi:10.1145/956750.956769; Chen et al. (2010)
for the weighted cascade.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.rng import attempt


class Params(NamedTuple):
    transmission: m.ArcProbability
    advertising: m.Probability = 0.0


class State(NamedTuple):
    left: np.ndarray  # int8[n]: 1, or -1 once adopted
    when: np.ndarray  # uint32[n]: the step in which advertising wins each, if there is any
    adopted: np.ndarray  # uint32[n]: nodes in order of adoption
    arcs: np.ndarray  # uint64[...]: those that leave some of them
    sources: np.ndarray  # uint32[...]: their sources
    tally: np.ndarray  # int64[4]


@kernel
def live(layers, params, out):
    for a in range(out.size):
        out[a] = params.transmission[a if params.transmission.size > 1 else 0]


def allocate(layers, params):
    n = layers.network.n
    return State(np.ones(n, np.int8), m.outside(layers.network, params.advertising > 0.0), np.empty(n, np.uint32),
                 m.room_for_arcs(layers.network), m.room_for_arcs(layers.network, np.uint32), np.zeros(4, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    for i in state.adopted[:state.tally[m.SIZE]]:
        state.left[i] = 1
    m.begin(state.tally, state.adopted, state.left, seeds, -1)
    m.draw_outside(stream, params.advertising, state.adopted[:0], state.when)
    return seeds.size + state.when.size


@kernel
def step(layers, params, state, stream, t):
    ptr, idx, chances = layers.network.out_ptr, layers.network.out_idx, params.transmission
    left, adopted, arcs, sources = state.left, state.adopted, state.arcs, state.sources
    size = last = np.uint64(state.tally[m.SIZE])
    large, per_arc = left.size >= m.LARGE, chances.size > 1
    size = m.adopt_outside(state.when, t, left, adopted, size)
    place = np.uint64(state.tally[m.SPENT])
    while place < last:
        place, number = m.list_arcs(ptr, idx, adopted, place, last, large, arcs, sources)
        for k in range(number):
            m.prefetch_target(idx, left, arcs, k, number, large)
            i, j = np.uint64(sources[k]), np.uint64(idx[arcs[k]])
            if left[j] > 0 and attempt(stream, i, j, chances[arcs[k]] if per_arc else chances[0]):
                left[j] = -1
                adopted[size] = j
                size += np.uint64(1)
    return m.close_step(state.tally, last, size, t) + m.left_outside(params.advertising, state.when, size)


MODEL = m.Model(
    name="independent-cascade", title="One attempt along each arc, irreversible", doi="10.1145/956750.956769",
    Params=Params, allocate=allocate, reset=reset, step=step, live=live, adopters="adopted")
