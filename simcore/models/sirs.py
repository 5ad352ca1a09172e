"""SIRS in discrete time: the recovered lose their immunity.

In each step every infected node infects each susceptible node it influences with probability `transmission`, one
draw a contact; then all infected before the step recover with probability `recovery`, and all recovered before it are
susceptible again with probability `waning`; newcomers wait.
Kuperman & Abramson (2001), doi:10.1103/PhysRevLett.86.2909.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.rng import Purpose

SUSCEPTIBLE, INFECTED, RECOVERED = 0, 1, 2


class Params(NamedTuple):
    transmission: m.Probability
    recovery: m.Probability
    waning: m.Probability


class State(NamedTuple):
    status: np.ndarray  # uint8[n]
    seen: np.ndarray  # uint8[n]: 1 if infected at any time
    infected: np.ndarray  # uint32[n + 1]
    recovered: np.ndarray  # uint32[n]
    ever: np.ndarray  # uint32[n + 1]: everybody ever infected
    draws: m.Draws  # of some contacts, or nodes
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), np.zeros(n, np.uint8), np.empty(n + 1, np.uint32), np.empty(n, np.uint32),
                 np.empty(n + 1, np.uint32), m.room_for_contacts(layers.network), np.zeros(5, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    m.outbreak(state.tally, state.status, state.seen, state.infected, state.ever, seeds)
    state.tally[m.IMMUNE] = 0
    return seeds.size


@kernel
def step(layers, params, state, stream, t):
    status, infected, recovered, tally = state.status, state.infected, state.recovered, state.tally
    before, immune_before = tally[m.NOW], tally[m.IMMUNE]
    contacts, after = m.infect(layers.network, status, infected[:before], params.transmission, stream, t, False,
                               state.draws, infected[:0], infected, before)
    immune, waned = m.move_on(stream, t, Purpose.WANE, params.waning, recovered, immune_before, status, SUSCEPTIBLE,
                              infected[:0], 0, state.draws)
    now, tally[m.IMMUNE] = m.move_on(stream, t, Purpose.RECOVER, params.recovery, infected, before, status, RECOVERED,
                                   recovered, immune, state.draws)
    for i in infected[before:after]:
        m.note(state.ever, state.seen, tally, i)
    m.close_outbreak(tally, m.append(infected, now, infected[before:after]),
                     waned > 0 or after > before or now < before, t)
    going_on = contacts or waned or params.recovery > 0.0
    return (tally[m.NOW] if going_on else 0) + (tally[m.IMMUNE] if params.waning > 0.0 else 0)


MODEL = m.Model(
    name="sirs", title="Susceptible, infected, recovered, susceptible in discrete time", Params=Params,
    doi="10.1103/PhysRevLett.86.2909", observables=("susceptible", "infected", "recovered"), allocate=allocate,
    reset=reset, step=step, observe=m.observe_sirs, outcomes=m.RECURRENT, counts=m.AT_END,
    conclude=m.conclude_recurrent)
