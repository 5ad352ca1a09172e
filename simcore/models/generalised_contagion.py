"""Generalised contagion: doses are remembered for a while, and enough of them infect.

In each step every node meets another, any (`mixing`) or one that influences it; if that is infected, it passes on a
dose by chance (`exposure`). A node is infected whose doses of the last `memory` steps reach its threshold; the others
recover, and lose their immunity, by chance. Dodds & Watts (2004), doi:10.1103/PhysRevLett.92.218701; (2005).
"""

from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Ge, Gt, Le, Unit

from simcore import model as m
from simcore._jit import kernel
from simcore.mechanisms import doses
from simcore.rng import Purpose

SUSCEPTIBLE, INFECTED, RECOVERED = 0, 1, 2


class Params(NamedTuple):
    threshold: m.NodeValue
    memory: Annotated[int, Ge(1), Le(1000), Unit("steps")]
    exposure: m.Probability
    dose: Annotated[float, Gt(0.0), Le(1000.0)] = 1.0
    dose_sd: Annotated[float, Ge(0.0), Le(1000.0)] = 0.0
    recovery: m.Probability = 1.0
    waning: m.Probability = 1.0
    mixing: bool = False
    filled: bool = False


class State(NamedTuple):
    status: np.ndarray  # uint8[n]
    seen: np.ndarray  # uint8[n]: 1 if infected at any time
    memory: doses.Memory
    ever: np.ndarray  # uint32[n + 1]: everybody ever infected
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.zeros(n, np.uint8), np.zeros(n, np.uint8), doses.memory(params.threshold, params.memory, n),
                 np.empty(n + 1, np.uint32), np.zeros(5, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    m.outbreak(state.tally, state.status, state.seen, state.ever, state.ever, seeds)
    doses.begin(state.memory, params, stream, seeds.size)
    state.tally[m.IMMUNE] = 0
    return state.status.size


@kernel
def step(layers, params, state, stream, t):
    status, tally, now, immune, changed = state.status, state.tally, 0, 0, False
    doses.exchange(state.memory, layers.network, params, status, tally[m.NOW], stream, t)
    for i in range(status.size):
        before, enough = status[i], doses.suffice(state.memory, i)
        if before == INFECTED and not enough and m.happens(stream, i, t, Purpose.RECOVER, params.recovery):
            status[i] = RECOVERED
        if status[i] == RECOVERED and m.happens(stream, i, t, Purpose.WANE, params.waning):
            status[i] = SUSCEPTIBLE
        if status[i] == SUSCEPTIBLE and enough:
            status[i] = INFECTED
            m.note(state.ever, state.seen, tally, i)
        now += status[i] == INFECTED
        immune += status[i] == RECOVERED
        changed = changed or status[i] != before
    m.close_outbreak(tally, now, changed, t)
    tally[m.IMMUNE] = immune
    return now + (immune if params.waning > 0.0 else 0)


MODEL = m.Model(
    name="generalised-contagion", title="Doses, remembered, infect or not", doi="10.1103/PhysRevLett.92.218701",
    Params=Params, observables=("susceptible", "infected", "recovered"), allocate=allocate, reset=reset, step=step,
    observe=m.observe_sirs, outcomes=m.RECURRENT, counts=m.AT_END, conclude=m.conclude_recurrent, reads_in_arcs=True)
