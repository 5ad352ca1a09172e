"""Majority: one after the other, nodes side with the larger part of those they hear, or by noise with the smaller.

A step is n picks: an even draw of all nodes changes its opinion (0 or 1; seeds begin with 1) with probability `noise`
if the larger part of its in-weight shares it, 1 - noise if the smaller part does, 1/2 if they are equal.
de Oliveira (1992), doi:10.1007/BF01060069.
"""

from typing import NamedTuple

import numpy as np

from simcore import model as m
from simcore._jit import inline, kernel
from simcore.mechanisms import opinions, picks
from simcore.rng import chance, occurs

FREE = opinions.DISCORDANT  # of the tally: a node that could change when last looked at


class Params(NamedTuple):
    noise: m.Probability = 0.0


class State(NamedTuple):
    spin: np.ndarray  # int8[n]: 1, or -1 for opinion 0
    field: np.ndarray  # int64[n]: sum of in-weight times spin
    picks: np.ndarray
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.empty(n, np.int8), np.empty(n, np.int64), picks.room(), np.zeros(3, np.int64))


@inline
def turn(network, state, i, t):
    spin = state.spin[i] = -state.spin[i]
    for a in range(network.out_ptr[i], network.out_ptr[i + np.uint64(1)]):
        state.field[network.out_idx[a]] += 2 * spin * (network.out_weight[a] if network.out_weight.size else 1)
    state.tally[opinions.ONES] += 1 if spin > 0 else -1
    state.tally[opinions.TURNED] = t


@inline
def chance_to_turn(network, state, i, likely, unlikely):
    shared = state.spin[i] * state.field[i]
    tied = chance(0.5) if network.in_ptr[i + np.uint64(1)] > network.in_ptr[i] else np.uint64(0)
    return likely if shared > 0 else unlikely if shared < 0 else tied


@kernel
def reset(layers, params, state, seeds, stream):
    for i in range(state.spin.size):
        state.spin[i], state.field[i] = -1, -m.in_weight(layers.network, i)
    state.tally[opinions.ONES] = state.tally[opinions.TURNED] = 0
    for i in seeds:
        turn(layers.network, state, i, 0)
    return state.spin.size


@kernel
def step(layers, params, state, stream, t):
    network, likely, unlikely, n = layers.network, chance(params.noise), chance(1.0 - params.noise), state.spin.size
    for first in range(0, n, picks.BLOCK):
        for k in range(picks.draw(stream, t, first, n, state.picks)):
            if occurs(state.picks[1, k], chance_to_turn(network, state, state.picks[0, k], likely, unlikely)):
                turn(network, state, state.picks[0, k], t)
    for _ in range(n):
        if chance_to_turn(network, state, np.uint64(state.tally[FREE]), likely, unlikely) > 0:
            return 1
        state.tally[FREE] = (state.tally[FREE] + 1) % n
    return 0


MODEL = m.Model(
    name="majority", title="Opinions of the larger part of the neighbours", doi="10.1007/BF01060069", Params=Params,
    allocate=allocate, reset=reset, step=step, observables=("ones",), observe=opinions.observe_two,
    outcomes=opinions.TWO, counts=opinions.ONE, conclude=opinions.conclude_two)
