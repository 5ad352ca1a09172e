"""Exploration and exploitation: an organisation's members learn from its code, and the code from those who know better.

Members take over what the code believes by chance (`socialisation`; `gradual`: from wrong to right by way of doubt),
the code what most superior members do, the more of them the sooner (`learning`). Who is in doubt acts at random
(`acting`). Newcomers replace members (`turnover`), reality turns round (`turbulence`). March (1991),
doi:10.1287/orsc.2.1.71.
"""

from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Ge, Le

from simcore import model as m
from simcore._jit import kernel
from simcore.mechanisms import beliefs
from simcore.rng import Purpose


class Params(NamedTuple):
    socialisation: m.Probability
    learning: m.Probability
    turnover: m.Probability = 0.0
    turbulence: m.Probability = 0.0
    dimensions: Annotated[int, Ge(1), Le(10_000)] = 30
    gradual: bool = True
    acting: bool = True


class State(NamedTuple):
    beliefs: beliefs.Beliefs
    last: np.ndarray  # int64[1]: step of the last change


def allocate(layers, params):
    return State(beliefs.beliefs(layers.network.n, params.dimensions), np.zeros(1, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    state.last[0] = 0
    beliefs.begin(state.beliefs, stream, seeds)
    beliefs.take_stock(state.beliefs)
    return 1


@kernel
def step(layers, params, state, stream, t):
    n, changes, stock = state.beliefs.members.shape[0], 0, state.beliefs.stock
    for i in range(n):
        if m.happens(stream, i, t, Purpose.TURNOVER, params.turnover):
            beliefs.join(state.beliefs, stream, i, t)
            changes += 1
    changes += beliefs.turn(state.beliefs, stream, params.turbulence, t)
    changes += beliefs.socialise(state.beliefs, params, stream, t)
    changes += beliefs.learn(state.beliefs, params.learning, stream, t)
    beliefs.take_stock(state.beliefs)
    state.last[0] = t if changes > 0 else state.last[0]
    settled = stock[beliefs.AGREEING] == n and not (params.acting and stock[beliefs.UNDECIDED] > 0)
    return 0 if settled and params.turnover == 0.0 and params.turbulence == 0.0 else 1


@kernel
def observe(state, row):
    n, dimensions = state.beliefs.members.shape
    row[0] = state.beliefs.stock[beliefs.CODE] / dimensions
    row[1] = state.beliefs.stock[beliefs.MEMBERS] / max(n * dimensions, 1)


@kernel
def conclude(state, row):
    observe(state, row[1:])
    row[0], row[3] = state.beliefs.stock[beliefs.AGREEING], state.last[0]


MODEL = m.Model(
    name="march-1991", title="Exploration and exploitation in organisational learning", doi="10.1287/orsc.2.1.71",
    Params=Params, observables=("code", "members"), allocate=allocate, reset=reset, step=step, observe=observe,
    outcomes={"size": int, "code": float, "members": float, "duration": int}, counts=beliefs.AGREED, conclude=conclude)
