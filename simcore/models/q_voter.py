"""q-voter: one after the other, nodes ask several of those they hear, and conform if these agree.

A step is n picks: an even draw of all nodes asks `q` even draws of its in-neighbours, perhaps one twice, and takes
their opinion (0 or 1; seeds begin with 1) if they agree; else it changes its own with probability `noise`.
Castellano, Munoz & Pastor-Satorras (2009), doi:10.1103/PhysRevE.80.041129.
"""

from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Ge, Unit

from simcore import model as m
from simcore._jit import inline, kernel
from simcore.mechanisms import opinions, picks
from simcore.rng import Purpose, below, chance, halves, occurs, tag

DIVIDED = 2  # what those asked say who do not agree


class Params(NamedTuple):
    q: Annotated[int, Ge(1), Unit("in-neighbours")]
    noise: m.Probability = 0.0


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


@inline
def ask(opinion, heard, q, stream, t, k):
    """Return what q of these nodes say: two for each block of pick k."""
    said, number = DIVIDED, np.uint64(heard.size)
    for c in range(0, q, 2):
        bits, more = halves(stream.key, np.uint64(k), np.uint64(1 + c // 2), stream.w, tag(t, Purpose.MEET))
        one = opinion[heard[below(bits, number)]]
        other = opinion[heard[below(more, number)]] if c + 1 < q else one
        if one != other or (c > 0 and one != said):
            return DIVIDED
        said = one
    return said


@kernel
def step(layers, params, state, stream, t):
    network, opinion, tally, likely = layers.network, state.opinion, state.tally, chance(params.noise)
    for first in range(0, opinion.size, picks.BLOCK):
        if tally[opinions.DISCORDANT] == 0:
            break
        for k in range(picks.draw(stream, t, first, opinion.size, state.picks)):
            i = state.picks[0, k]
            heard = network.in_idx[network.in_ptr[i]:network.in_ptr[i + np.uint64(1)]]
            said = ask(opinion, heard, params.q, stream, t, first + k) if heard.size else opinion[i]
            if occurs(state.picks[1, k], likely) if said == DIVIDED else said != opinion[i]:
                opinions.turn(network, state.mutual, opinion, tally, i, t)
    return tally[opinions.DISCORDANT]


MODEL = m.Model(
    name="q-voter", title="Opinions taken over from several neighbours who agree", doi="10.1103/PhysRevE.80.041129",
    Params=Params, reads_in_arcs=True, allocate=allocate, reset=reset, step=step, observables=("ones", "discordant"),
    observe=opinions.observe_two, outcomes=opinions.TWO, counts=opinions.ONE, conclude=opinions.conclude_two)
