"""SEIR in discrete time: the infected are exposed before they are infectious.

In each step every infectious node exposes each susceptible node it influences with probability `transmission`, one draw
a contact; then all exposed before the step become infectious with probability `progression`, and all infectious before
it recover with probability `recovery`; newcomers wait. Aron & Schwartz (1984), doi:10.1016/S0022-5193(84)80150-2.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.rng import Purpose

INFECTED, RECOVERED = 2, 3  # 1: exposed
WAITING = 4  # of the tally: exposed now


class Params(NamedTuple):
    transmission: m.Probability
    progression: m.Probability
    recovery: m.Probability


class State(NamedTuple):
    status: np.ndarray  # uint8[n]: 0 if susceptible
    exposed: np.ndarray  # uint32[n]
    infected: np.ndarray  # uint32[n]: the infectious
    ever: np.ndarray  # uint32[n + 1]: all but the susceptible, in order of exposure
    draws: m.Draws  # of some contacts, or nodes
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n + 1, np.uint32),
                 m.room_for_contacts(layers.network), np.zeros(5, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    for i in state.ever[:state.tally[m.EVER]]:
        state.status[i] = 0
    m.begin(state.tally, state.ever, state.status, seeds, INFECTED)
    m.copy(seeds, state.infected)
    state.tally[m.NOW] = state.tally[m.MOST] = seeds.size
    state.tally[WAITING] = 0
    return seeds.size


@kernel
def step(layers, params, state, stream, t):
    status, exposed, infected, tally = state.status, state.exposed, state.infected, state.tally
    before, waiting_before, ever = tally[m.NOW], tally[WAITING], tally[m.EVER]
    contacts, tally[m.EVER] = m.infect(layers.network, status, infected[:before], params.transmission, stream, t,
                                       False, state.draws, infected[:0], state.ever, ever)
    now, healed = m.move_on(stream, t, Purpose.RECOVER, params.recovery, infected, before, status, RECOVERED,
                            infected[:0], 0, state.draws)
    waiting, later = m.move_on(stream, t, Purpose.PROGRESS, params.progression, exposed, waiting_before, status,
                               INFECTED, infected, now, state.draws)
    tally[WAITING] = m.append(exposed, waiting, state.ever[ever:tally[m.EVER]])
    m.close_outbreak(tally, later, healed > 0 or later > now or tally[m.EVER] > ever, t)
    going_on = contacts or later > now or params.recovery > 0.0
    return (later if going_on else 0) + (tally[WAITING] if params.progression > 0.0 else 0)


@kernel
def observe(state, row):
    ever, waiting, now = state.tally[m.EVER], state.tally[WAITING], state.tally[m.NOW]
    row[0], row[1], row[2], row[3] = state.status.size - ever, waiting, now, ever - waiting - now


MODEL = m.Model(
    name="seir", title="Susceptible, exposed, infected, recovered in discrete time", Params=Params,
    doi="10.1016/S0022-5193(84)80150-2", observables=("susceptible", "exposed", "infected", "recovered"),
    allocate=allocate, reset=reset, step=step, observe=observe, adopters="ever")
