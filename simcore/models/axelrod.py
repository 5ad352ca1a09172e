"""Axelrod: one after the other, nodes take over traits from somebody they hear, the sooner the more they share.

A culture has `features`, each one of `traits` kinds, at first an even draw (a seed: trait 0). A step is n picks: an
even draw of all nodes and one of its in-neighbours meet with probability s / features if they share s of them; the node
then takes over an even draw of the traits in which they differ. Axelrod (1997), doi:10.1177/0022002797041002001.
"""

from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Ge, Le

from simcore import model as m
from simcore._jit import kernel
from simcore.mechanisms import cultures, picks
from simcore.rng import Purpose, below, halves, tag

ACTIVE, CHANGED = range(2)  # of the tally: arcs along which a culture can change, the last step in which one did


class Params(NamedTuple):
    features: Annotated[int, Ge(1), Le(2**16)]
    traits: Annotated[int, Ge(1), Le(2**16)]


class State(NamedTuple):
    cultures: cultures.Cultures
    picks: np.ndarray
    tally: np.ndarray


def allocate(layers, params):
    return State(cultures.cultures(layers.network, params.features), picks.room(),
                 np.zeros(2, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    state.tally[CHANGED] = 0
    state.tally[ACTIVE] = cultures.draw_cultures(state.cultures, params.traits, seeds, stream)
    return state.tally[ACTIVE]


@kernel
def step(layers, params, state, stream, t):
    network, trait, tally = layers.network, state.cultures.trait, state.tally
    for first in range(0, trait.shape[0], picks.BLOCK):
        if tally[ACTIVE] == 0:
            break
        for k in range(picks.draw(stream, t, first, trait.shape[0], state.picks)):
            i = state.picks[0, k]
            j = picks.partner(network, i, state.picks[1, k])
            shared = cultures.shared(trait, i, j)
            if 0 < shared < params.features:
                meets, which = halves(stream.key, np.uint64(first + k), np.uint64(1), stream.w, tag(t, Purpose.MEET))
                if below(meets, np.uint64(params.features)) < shared:
                    tally[ACTIVE] -= cultures.active_around(network, trait, i)
                    cultures.imitate(trait, i, j, np.int64(below(which, np.uint64(params.features - shared))))
                    tally[ACTIVE] += cultures.active_around(network, trait, i)
                    tally[CHANGED] = t
    return tally[ACTIVE]


@kernel
def observe(state, row):
    row[0], row[1] = state.tally[ACTIVE], cultures.regions(state.cultures)[1]


@kernel
def conclude(state, row):
    row[0], row[1] = cultures.regions(state.cultures)
    row[2] = state.tally[CHANGED]


MODEL = m.Model(
    name="axelrod", title="Cultures taken over trait by trait", doi="10.1177/0022002797041002001", Params=Params,
    reads_in_arcs=True, allocate=allocate, reset=reset, step=step, observables=("active", "regions"), observe=observe,
    outcomes={"size": int, "regions": int, "duration": int}, counts="nodes in the largest region",
    conclude=conclude)
