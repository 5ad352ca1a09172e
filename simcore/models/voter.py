"""Voter: one after the other, nodes take over the opinion of somebody they hear.

A step is n picks: an even draw of all nodes takes the opinion (0 or 1; seeds begin with 1) of an even draw of its
in-neighbours. Holley & Liggett (1975), doi:10.1214/aop/1176996306; Sood & Redner (2005),
doi:10.1103/PhysRevLett.94.178701.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.mechanisms import opinions, picks


class Params(NamedTuple):
    pass


class State(NamedTuple):
    opinion: np.ndarray  # uint8[n]
    picks: np.ndarray
    mutual: bool
    tally: np.ndarray


def allocate(layers, params):
    network = layers.network
    return State(np.empty(network.n, np.uint8), picks.room(), network.symmetric, np.zeros(3, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    opinions.divide(layers.network, state.mutual, state.opinion, state.tally, seeds)
    return state.tally[opinions.DISCORDANT]


@kernel
def step(layers, params, state, stream, t):
    network, opinion, tally = layers.network, state.opinion, state.tally
    for first in range(0, opinion.size, picks.BLOCK):
        if tally[opinions.DISCORDANT] == 0:
            break
        for k in range(picks.draw(stream, t, first, opinion.size, state.picks)):
            i = state.picks[0, k]
            if opinion[picks.partner(network, i, state.picks[1, k])] != opinion[i]:
                opinions.turn(network, state.mutual, opinion, tally, i, t)
    return tally[opinions.DISCORDANT]


MODEL = m.Model(
    name="voter", title="Opinions taken over from one neighbour", doi="10.1103/PhysRevLett.94.178701", Params=Params,
    reads_in_arcs=True, allocate=allocate, reset=reset, step=step, observables=("ones", "discordant"),
    observe=opinions.observe_two, outcomes=opinions.TWO, counts=opinions.ONE, conclude=opinions.conclude_two)
