"""Two trends: rivals spread by independent cascades over the same nodes, and whoever takes up one keeps it.

Seeds at even places of their list start with the first trend, the others with its rival. Whoever took up a trend has
one attempt on each out-neighbour without any; if both succeed in one step, an even draw decides.
Bharathi, Kempe & Salek (2007), doi:10.1007/978-3-540-77105-0_31.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.rng import Purpose, attempt

FIRST, RIVAL, BOTH, RIVALS = 1, 2, 3, 4  # RIVALS: place in the tally


class Params(NamedTuple):
    transmission: m.ArcProbability
    rival: m.ArcProbability


class State(NamedTuple):
    trend: np.ndarray  # uint8[n]: 0 if none
    reached: np.ndarray  # uint8[n]: trends that have reached the node
    adopted: np.ndarray  # uint32[n + 1]: nodes in order of adoption, and room for a candidate
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), np.zeros(n, np.uint8), np.empty(n + 1, np.uint32), np.zeros(5, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    for i in state.adopted[:state.tally[m.SIZE]]:
        state.trend[i] = state.reached[i] = 0
    m.begin(state.tally, state.adopted, state.trend, seeds, FIRST)
    for i in seeds[1::2]:
        state.trend[i] = RIVAL
    state.tally[RIVALS] = seeds.size // 2
    return seeds.size


@kernel
def step(layers, params, state, stream, t):
    network, trend, reached, adopted = layers.network, state.trend, state.reached, state.adopted
    size = last = state.tally[m.SIZE]
    for i in adopted[state.tally[m.SPENT]:last]:
        chances = params.transmission if trend[i] == FIRST else params.rival
        for a in range(network.out_ptr[i], network.out_ptr[i + np.uint64(1)]):
            j = np.uint64(network.out_idx[a])
            if trend[j] == 0 and not reached[j] & trend[i] and attempt(
                    stream, np.uint64(i), j, chances[a if chances.size > 1 else 0]):
                adopted[size] = j
                size += reached[j] == 0
                reached[j] |= trend[i]
    for j in adopted[last:size]:
        trend[j] = reached[j] if reached[j] != BOTH else FIRST if m.happens(stream, j, 0, Purpose.TIE, 0.5) else RIVAL
        state.tally[RIVALS] += trend[j] == RIVAL
    return m.close_step(state.tally, last, size, t)


@kernel
def observe(state, row):
    row[0], row[1] = state.tally[m.SIZE] - state.tally[RIVALS], state.tally[RIVALS]


@kernel
def conclude(state, row):
    row[0], row[1], row[2] = state.tally[m.SIZE] - state.tally[RIVALS], state.tally[RIVALS], state.tally[m.DURATION]


MODEL = m.Model(name="two-trends", title="Two rival cascades, first come stays", doi="10.1007/978-3-540-77105-0_31",
                Params=Params, observables=("first", "rival"), allocate=allocate, reset=reset, step=step,
                observe=observe, outcomes={"size": int, "rival": int, "duration": int}, conclude=conclude,
                counts="nodes that the first trend won", adopters="adopted")
