"""SIS in continuous time: contacts and recoveries at constant rates per unit of time; a step is one unit.

An infected node meets each node it influences again and again, at the rate `transmission`, and infects the susceptible;
itself it recovers at the rate `recovery`. Gillespie (1977), doi:10.1021/j100540a008; Kiss, Miller & Simon (2017).
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import inline, kernel
from simcore.mechanisms import events
from simcore.rng import Purpose, below, bits64, chance, occurs, tag


class Params(NamedTuple):
    transmission: m.Rate
    recovery: m.Rate


class State(NamedTuple):
    status: np.ndarray  # uint8[n]: 1 if infected
    past: np.ndarray  # int64[n]: one more than the events of a node; 0 if it was never infected
    whom: np.ndarray  # uint32[n]: whom its event ahead concerns: itself if it recovers, or a node it meets
    ahead: events.Calendar
    ever: np.ndarray  # uint32[n + 1]: everybody ever infected
    tally: np.ndarray  # float64[4]


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), np.zeros(n, np.int64), np.empty(n, np.uint32),
                 events.calendar(layers.network, params.recovery or params.transmission),
                 np.empty(n + 1, np.uint32), np.zeros(4))


@inline
def go_on(network, params, state, stream, i):
    """Draw the next event of an infected node."""
    first, end, number = np.uint64(network.out_ptr[i]), np.uint64(network.out_ptr[i + np.uint64(1)]), state.past[i] - 1
    rate = params.recovery + np.float64(end - first) * params.transmission
    if rate > 0.0:
        what = events.turn(state.ahead, stream, i, number, rate)
        met = first + below(bits64(stream.key, i, np.uint64(0), stream.w, tag(number, Purpose.MEET)), end - first)
        state.whom[i] = i if occurs(what, chance(params.recovery / rate)) else network.out_idx[met]


@kernel
def reset(layers, params, state, seeds, stream):
    m.outbreak(state.tally, state.status, state.past, state.ever, state.ever, seeds)
    events.clear(state.ahead)
    for i in seeds:
        go_on(layers.network, params, state, stream, np.uint64(i))
    return state.ahead.clock[events.AHEAD]


@kernel
def step(layers, params, state, stream, t):
    i = np.uint64(events.following(state.ahead, t))
    while i != events.NONE:
        j = np.uint64(state.whom[i])
        state.past[i] += 1
        if state.status[j] == (i == j):  # it changes: who recovers was infected, who is infected was not
            state.status[j] = 1 - state.status[j]
            m.close_outbreak(state.tally, state.tally[m.NOW] + (1 if state.status[j] else -1), True, state.ahead.now[0])
            m.note(state.ever, state.past, state.tally, j)
            if state.status[j]:
                go_on(layers.network, params, state, stream, j)
        if state.status[i]:
            go_on(layers.network, params, state, stream, i)
        i = np.uint64(events.following(state.ahead, t))
    return state.ahead.clock[events.AHEAD]


MODEL = m.Model(
    name="sis-markov", title="Susceptible, infected, susceptible in continuous time", doi="10.1021/j100540a008",
    Params=Params, observables=("susceptible", "infected"), allocate=allocate, reset=reset, step=step, counts=m.AT_END,
    observe=m.observe_recurrent, outcomes=m.RECURRENT | {"duration": float}, conclude=m.conclude_recurrent)
