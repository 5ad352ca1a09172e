"""Complex contagion: a node adopts once a number of its in-neighbours have adopted.

What counts is the number of contacts, whatever their weights and however many others there are. With `noise`, a node
that has some, but too few such contacts adopts with this probability in each step. Synchronous.
Centola & Macy (2007), doi:10.1086/521848; Eckles, Mossel, Rahimian & Sen (2024), doi:10.1038/s41562-024-01865-0.
"""

from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Ge, Unit

from simcore import model as m
from simcore._jit import kernel
from simcore.rng import Purpose

TOUCHED = 4  # of the tally: nodes that have a contact, but too few


class Params(NamedTuple):
    contacts: Annotated[int, Ge(1), Unit("in-neighbours")]
    noise: m.Probability = 0.0


class State(NamedTuple):
    active: np.ndarray  # int32[n]: in-neighbours that have adopted
    left: np.ndarray  # int8[n]: 1, or -1 once adopted
    touched: np.ndarray  # uint32[n]: nodes with a contact, but too few; some have adopted since
    adopted: np.ndarray  # uint32[n]: nodes in order of adoption
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.int32), np.ones(n, np.int8), np.empty(n, np.uint32), np.empty(n, np.uint32),
                 np.zeros(5, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    network = layers.network
    for i in state.adopted[:state.tally[m.SIZE]]:
        state.left[i] = 1
        for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]:
            state.active[j] = 0
    m.begin(state.tally, state.adopted, state.left, seeds, -1)
    state.tally[TOUCHED] = 0
    return seeds.size


@kernel
def step(layers, params, state, stream, t):
    network, left, active, adopted = layers.network, state.left, state.active, state.adopted
    size = last = np.uint64(state.tally[m.SIZE])
    noisy, touched, still = params.noise > 0.0, state.tally[TOUCHED], 0
    for i in adopted[state.tally[m.SPENT]:last]:
        for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]:
            active[j] += 1
            if left[j] > 0 and active[j] >= params.contacts:
                size = m.adopt(left, adopted, size, j)
            elif left[j] > 0 and active[j] == 1 and noisy:
                state.touched[touched] = j
                touched += 1
    for j in state.touched[:touched]:
        if left[j] > 0 and m.happens(stream, j, t, Purpose.ADOPT, params.noise):
            size = m.adopt(left, adopted, size, j)
        state.touched[still] = j
        still += left[j] > 0
    state.tally[TOUCHED] = still
    return m.close_step(state.tally, last, size, t) + np.uint64(still)


MODEL = m.Model(
    name="complex-contagion", title="Adoption after a number of contacts, irreversible", Params=Params,
    doi="10.1086/521848", needs=m.need_contacts, allocate=allocate, reset=reset, step=step, adopters="adopted",
    reduces=lambda params, weighted: params.noise == 0.0 and not weighted)
