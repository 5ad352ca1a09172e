"""SI in discrete time: whoever is infected stays so.

In each step every infected node infects each susceptible node it influences with probability `transmission`,
one draw a contact; newcomers wait. Bailey (1975), The Mathematical Theory of Infectious Diseases; Kermack &
McKendrick (1927), https://doi.org/10.1098/rspa.1927.0118, without recovery.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel

SPREADERS = 4  # of the tally: infected nodes that may have somebody left to infect


class Params(NamedTuple):
    transmission: m.Probability


class State(NamedTuple):
    status: np.ndarray  # uint8[n]: 1 once infected
    spreaders: np.ndarray  # uint32[n]
    adopted: np.ndarray  # uint32[n + 1]: the infected, in order of infection
    draws: m.Draws  # of some contacts
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), np.empty(n, np.uint32), np.empty(n + 1, np.uint32),
                 m.room_for_contacts(layers.network), np.zeros(5, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    for i in state.adopted[:state.tally[m.SIZE]]:
        state.status[i] = 0
    m.begin(state.tally, state.adopted, state.status, seeds, 1)
    m.copy(seeds, state.spreaders)
    state.tally[SPREADERS] = seeds.size
    return seeds.size


@kernel
def step(layers, params, state, stream, t):
    adopted, spreaders, tally = state.adopted, state.spreaders, state.tally
    last = tally[m.SIZE]
    spreading, size = m.infect(layers.network, state.status, spreaders[:tally[SPREADERS]], params.transmission, stream,
                               t, False, state.draws, spreaders, adopted, last)
    m.copy(adopted[last:size], spreaders[spreading:])
    tally[SPREADERS] = spreading + size - last
    return m.close_step(tally, last, size, t) + (tally[SPREADERS] if params.transmission > 0.0 else 0)


MODEL = m.Model(
    name="si", title="Susceptible and infected in discrete time", doi="10.1098/rspa.1927.0118", Params=Params,
    allocate=allocate, reset=reset, step=step, adopters="adopted", trace=m.trace_all_contacts)
