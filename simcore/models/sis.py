"""SIS in discrete time: the infected recover, and can be infected again.

In each step every infected node infects each susceptible node it influences with probability `transmission`, one
draw a contact; then all infected before the step recover with probability `recovery`; newcomers wait.
Weiss & Dishon (1971), doi:10.1016/0025-5564(71)90087-3; Pastor-Satorras & Vespignani (2001).
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.rng import Purpose


class Params(NamedTuple):
    transmission: m.Probability
    recovery: m.Probability


class State(NamedTuple):
    status: np.ndarray  # uint8[n]: 1 if infected
    seen: np.ndarray  # uint8[n]: 1 if infected at any time
    infected: np.ndarray  # uint32[n + 1]
    ever: np.ndarray  # uint32[n + 1]: everybody ever infected
    draws: m.Draws  # of some contacts, or nodes
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), np.zeros(n, np.uint8), np.empty(n + 1, np.uint32), np.empty(n + 1, np.uint32),
                 m.room_for_contacts(layers.network), np.zeros(4, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    m.outbreak(state.tally, state.status, state.seen, state.infected, state.ever, seeds)
    return seeds.size


@kernel
def step(layers, params, state, stream, t):
    infected, before = state.infected, state.tally[m.NOW]
    contacts, after = m.infect(layers.network, state.status, infected[:before], params.transmission, stream, t, False,
                               state.draws, infected[:0], infected, before)
    now, healed = m.move_on(stream, t, Purpose.RECOVER, params.recovery, infected, before, state.status, 0,
                            infected[:0], 0, state.draws)
    for i in infected[before:after]:
        m.note(state.ever, state.seen, state.tally, i)
    now = m.append(infected, now, infected[before:after])
    m.close_outbreak(state.tally, now, healed > 0 or after > before, t)
    return now if contacts or params.recovery > 0.0 else 0


MODEL = m.Model(
    name="sis", title="Susceptible, infected, susceptible in discrete time", doi="10.1016/0025-5564(71)90087-3",
    Params=Params, observables=("susceptible", "infected"), allocate=allocate, reset=reset, step=step,
    observe=m.observe_recurrent, outcomes=m.RECURRENT, counts=m.AT_END, conclude=m.conclude_recurrent)
