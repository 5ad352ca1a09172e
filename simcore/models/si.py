"""SI in discrete time: whoever is infected stays so.

In each step every infected node infects each susceptible node it influences with probability `transmission`,
one draw a contact; newcomers wait. Bailey (1975), The Mathematical Theory of Infectious Diseases; Kermack &
McKendrick (1927), https://doi.org/10.1098/rspa.1927.0118, without recovery.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.rng import Purpose, bits64, chance, occurs, tag

SPREADERS = 4  # of the tally: infected nodes that may have somebody left to infect


class Params(NamedTuple):
    transmission: m.Probability


class State(NamedTuple):
    left: np.ndarray  # int8[n]: 1, or -1 once infected
    spreaders: np.ndarray  # uint32[n]
    adopted: np.ndarray  # uint32[n]: the infected, in order of infection
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.ones(n, np.int8), np.empty(n, np.uint32), np.empty(n, np.uint32), np.zeros(5, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    for i in state.adopted[:state.tally[m.SIZE]]:
        state.left[i] = 1
    m.begin(state.tally, state.adopted, state.left, seeds, -1)
    m.copy(seeds, state.spreaders)
    state.tally[SPREADERS] = seeds.size
    return seeds.size


@kernel
def step(layers, params, state, stream, t):
    network, left, adopted, tally = layers.network, state.left, state.adopted, state.tally
    size = last = np.uint64(tally[m.SIZE])
    likely, spreaders = chance(params.transmission), 0
    for i in state.spreaders[:tally[SPREADERS]]:
        contacts = 0
        for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]:
            if left[j] > 0:
                contacts += 1
                if occurs(bits64(stream.key, i, j, stream.w, tag(t, Purpose.TRANSMIT)), likely):
                    size = m.adopt(left, adopted, size, j)
        state.spreaders[spreaders] = i
        spreaders += contacts > 0
    m.copy(adopted[last:size], state.spreaders[spreaders:])
    tally[SPREADERS] = spreaders + np.int64(size - last)
    return m.close_step(tally, last, size, t) + np.uint64(tally[SPREADERS] if params.transmission > 0.0 else 0)


MODEL = m.Model(
    name="si", title="Susceptible and infected in discrete time", doi="10.1098/rspa.1927.0118", Params=Params,
    allocate=allocate, reset=reset, step=step, adopters="adopted", trace=m.trace_all_contacts)
