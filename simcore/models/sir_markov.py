"""SIR in continuous time: contacts and recoveries at constant rates per unit of time; a step is one unit.

An infected node meets each node it influences, once, at the rate `transmission`, and infects it if it is susceptible;
itself it recovers at the rate `recovery`. Gillespie (1977), doi:10.1021/j100540a008; Kiss, Miller & Simon (2017),
doi:10.1007/978-3-319-50806-1.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import inline, kernel
from simcore.mechanisms import events
from simcore.rng import Purpose, bits64, tag


class Params(NamedTuple):
    transmission: m.Rate
    recovery: m.Rate


class State(NamedTuple):
    status: np.ndarray  # uint8[n]: 0 if susceptible, 1 if infected, 2 if recovered
    ahead: events.Calendar  # when the susceptible are first met, when the infected recover
    ever: np.ndarray  # uint32[n]: everybody ever infected, in order of infection
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), events.calendar(layers.network, params.recovery or params.transmission),
                 np.empty(n, np.uint32), np.zeros(4, np.int64))


@inline
def infect(network, params, state, stream, i):
    """Draw when a node that is infected now recovers, and whom it meets before, and when."""
    drawn = bits64(stream.key, i, np.uint64(0), stream.w, tag(0, Purpose.DURATION))
    until = events.after(state.ahead, drawn, params.recovery)
    events.schedule(state.ahead, i, until)
    events.meet(state.ahead, network, state.status, stream, i, params.transmission, until)


@kernel
def reset(layers, params, state, seeds, stream):
    m.outbreak(state.tally, state.status, state.status, state.ever, state.ever, seeds)
    events.clear(state.ahead)
    for i in seeds:
        infect(layers.network, params, state, stream, np.uint64(i))
    return state.ahead.clock[events.AHEAD]


@kernel
def step(layers, params, state, stream, t):
    i = events.following(state.ahead, t)
    while i != events.NONE:
        state.status[i] += 1
        if state.status[i] == 1:
            state.ever[state.tally[m.EVER]] = i
            state.tally[m.EVER] += 1
            infect(layers.network, params, state, stream, np.uint64(i))
        m.close_outbreak(state.tally, state.tally[m.NOW] + (1 if state.status[i] == 1 else -1), True, t)
        i = events.following(state.ahead, t)
    return state.ahead.clock[events.AHEAD]


@kernel
def conclude(state, row):
    row[0], row[1], row[2] = state.tally[m.EVER], state.ahead.now[0], state.tally[m.MOST]


MODEL = m.Model(
    name="sir-markov", title="Susceptible, infected, recovered in continuous time", doi="10.1021/j100540a008",
    Params=Params, observables=("susceptible", "infected", "recovered"), allocate=allocate, reset=reset, step=step,
    observe=m.observe_sir, outcomes={"size": int, "duration": float, "peak": int}, conclude=conclude, adopters="ever",
    trace=m.trace_meetings)
