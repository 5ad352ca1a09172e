"""SIR in discrete time: susceptible, infected, recovered.

In each step every infected node infects each susceptible node it influences with probability `transmission`,
one draw a contact; then all infected before the step recover with probability `recovery`; newcomers wait.
Kermack & McKendrick (1927), doi:10.1098/rspa.1927.0118; Newman (2002), doi:10.1103/PhysRevE.66.016128.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.rng import Purpose, bits64, chance, occurs, tag

SUSCEPTIBLE, INFECTED, RECOVERED = 0, 1, 2
NOW, EVER, CHANGED, MOST = m.SPENT, m.SIZE, m.DURATION, m.PEAK  # of the tally: infected now, ever, ...


class Params(NamedTuple):
    transmission: m.Probability
    recovery: m.Probability


class State(NamedTuple):
    status: np.ndarray  # uint8[n]
    infected: np.ndarray  # uint32[n]: the infected, in order of infection
    ever: np.ndarray  # uint32[n]: everybody ever infected
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), np.empty(n, np.uint32), np.empty(n, np.uint32), np.zeros(4, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    for i in state.ever[:state.tally[EVER]]:
        state.status[i] = SUSCEPTIBLE
    m.begin(state.tally, state.ever, state.status, seeds, INFECTED)
    m.copy(seeds, state.infected)
    state.tally[NOW] = state.tally[MOST] = seeds.size
    return seeds.size


@kernel
def step(layers, params, state, stream, t):
    network, status, tally = layers.network, state.status, state.tally
    before, ever, now, contacts = tally[NOW], tally[EVER], 0, 0
    for i in state.infected[:before]:
        for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]:
            if status[j] == SUSCEPTIBLE:
                contacts += 1
                if occurs(bits64(stream.key, i, j, stream.w, tag(t, Purpose.TRANSMIT)), chance(params.transmission)):
                    status[j] = INFECTED
                    state.ever[ever] = j
                    ever += 1
    for i in state.infected[:before]:
        heals = occurs(bits64(stream.key, i, np.uint64(0), stream.w, tag(t, Purpose.RECOVER)), chance(params.recovery))
        status[i] = RECOVERED if heals else INFECTED
        state.infected[now] = i
        now += not heals
    tally[CHANGED] = t if ever > tally[EVER] or now < before else tally[CHANGED]
    m.copy(state.ever[tally[EVER]:ever], state.infected[now:])
    now += ever - tally[EVER]
    tally[NOW], tally[EVER], tally[MOST] = now, ever, max(tally[MOST], now)
    return now if contacts or params.recovery > 0.0 else 0


@kernel
def observe(state, row):
    now, ever = state.tally[NOW], state.tally[EVER]
    row[0], row[1], row[2] = state.status.size - ever, now, ever - now


MODEL = m.Model(
    name="sir", title="Susceptible, infected, recovered in discrete time", doi="10.1098/rspa.1927.0118", Params=Params,
    observables=("susceptible", "infected", "recovered"), allocate=allocate, reset=reset, step=step, observe=observe)
