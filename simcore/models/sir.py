"""SIR in discrete time: susceptible, infected, recovered.

In each step every infected node infects each susceptible node it influences with probability `transmission`,
one draw a contact; then all infected before the step recover with probability `recovery`; newcomers wait. With a
recovery of 1 this is the independent cascade, draw for draw.
Kermack & McKendrick (1927), doi:10.1098/rspa.1927.0118; Newman (2002), doi:10.1103/PhysRevE.66.016128.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.rng import Purpose, chance

INFECTED, RECOVERED = 1, 2


class Params(NamedTuple):
    transmission: m.Probability
    recovery: m.Probability


class State(NamedTuple):
    status: np.ndarray  # uint8[n]: 0 if susceptible
    infected: np.ndarray  # uint32[n]: the infected, in order of infection
    ever: np.ndarray  # uint32[n + 1]: everybody ever infected
    draws: m.Draws  # of some contacts, or nodes
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), np.empty(n, np.uint32), np.empty(n + 1, np.uint32),
                 m.room_for_contacts(layers.network), np.zeros(4, np.int64))


@kernel
def live(layers, params, out):
    for a in range(out.size):
        out[a] = chance(params.transmission)


def outbreak_of(cascade, seeds, horizon):
    size, duration, peak = cascade
    return size, np.minimum(duration + (seeds > 0), horizon), np.maximum(peak, seeds)  # the last ones recover, too


@kernel
def reset(layers, params, state, seeds, stream):
    for i in state.ever[:state.tally[m.EVER]]:
        state.status[i] = 0
    m.begin(state.tally, state.ever, state.status, seeds, INFECTED)
    m.copy(seeds, state.infected)
    state.tally[m.NOW] = state.tally[m.MOST] = seeds.size
    return seeds.size


@kernel
def step(layers, params, state, stream, t):
    infected, tally = state.infected, state.tally
    before, ever = tally[m.NOW], tally[m.EVER]
    contacts, tally[m.EVER] = m.infect(layers.network, state.status, infected[:before], params.transmission, stream, t,
                                       params.recovery == 1.0, state.draws, infected[:0], state.ever, ever)
    now, healed = m.move_on(stream, t, Purpose.RECOVER, params.recovery, infected, before, state.status, RECOVERED,
                            infected[:0], 0, state.draws)
    now = m.append(infected, now, state.ever[ever:tally[m.EVER]])
    m.close_outbreak(tally, now, healed > 0 or tally[m.EVER] > ever, t)
    return now if contacts or params.recovery > 0.0 else 0


MODEL = m.Model(name="sir", title="Susceptible, infected, recovered in discrete time", doi="10.1098/rspa.1927.0118",
                Params=Params, observables=("susceptible", "infected", "recovered"), allocate=allocate, reset=reset,
                step=step, observe=m.observe_sir, adopters="ever", trace=m.trace_contacts, live=live,
                reduces=lambda params, weighted: params.recovery == 1.0,  # noqa: ARG005
                restate=outbreak_of)
