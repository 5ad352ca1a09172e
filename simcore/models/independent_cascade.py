"""Independent cascade: whoever adopts gets one attempt to convince each node it influences.

It succeeds with the arc's probability `transmission` times the source's influence and the target's susceptibility, one
step after the source adopted. Advertising wins nodes besides. Synchronous. Kempe, Kleinberg & Tardos (2003),
doi:10.1145/956750.956769; influence and susceptibility: Aral & Walker (2012), doi:10.1126/science.1215842.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel


class Params(NamedTuple):
    transmission: m.ArcProbability
    advertising: m.Probability = 0.0
    influence: m.NodeValue = 1.0
    susceptibility: m.NodeValue = 1.0


class State(NamedTuple):
    chances: np.ndarray  # uint64[m], or uint64[1] if all arcs have the same
    left: np.ndarray  # int8[n]: 1, or -1 once adopted
    when: np.ndarray  # uint32[n]: the step in which advertising wins each, if there is any
    adopted: np.ndarray  # uint32[n]: nodes in order of adoption
    attempts: m.Attempts  # of some of them
    bits: np.ndarray  # uint64[...]: one for each node of a large network, to put adopters in order
    tally: np.ndarray  # int64[4]


@kernel
def live(layers, params, out):
    network = layers.network
    for i in range(network.out_ptr.size - 1):
        for a in range(network.out_ptr[i], network.out_ptr[i + 1]):
            factor = m.of(params.influence, i) * m.of(params.susceptibility, network.out_idx[a])
            out[a] = m.scaled(m.of(params.transmission, a), factor)


def allocate(layers, params):
    network, chances = layers.network, params.transmission
    if not (np.all(params.influence == 1.0) and np.all(params.susceptibility == 1.0)):
        chances = np.empty(network.arcs, np.uint64)
        live(layers, params, chances)
    return State(chances, np.ones(network.n, np.int8), m.outside(network, params.advertising > 0.0),
                 np.empty(network.n, np.uint32), m.room_for_attempts(network), m.no_bits(network),
                 np.zeros(4, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    for i in state.adopted[:state.tally[m.SIZE]]:
        state.left[i] = 1
    m.begin(state.tally, state.adopted, state.left, seeds, -1)
    m.draw_outside(layers.network, stream, params.advertising, state.adopted[:0], state.when)
    return seeds.size + state.when.size


@kernel
def step(layers, params, state, stream, t):
    network, left, adopted = layers.network, state.left, state.adopted
    last, place = np.uint64(state.tally[m.SIZE]), np.uint64(state.tally[m.SPENT])
    size = m.adopt_outside(state.when, t, left, adopted, last)
    while place < last:
        place, number = m.succeed(stream, network, state.chances, left, adopted, place, last, state.attempts)
        for j in state.attempts.targets[:number]:
            if left[j] > 0:
                size = m.adopt(left, adopted, size, j)
    return m.close_in_order(state, last, size, t) + m.left_outside(network, params.advertising, state.when, size)


MODEL = m.Model(name="independent-cascade", title="One attempt along each arc, irreversible", Params=Params, live=live,
                reduces=m.unaided, doi="10.1145/956750.956769", allocate=allocate, reset=reset,
                step=step, adopters="adopted")
