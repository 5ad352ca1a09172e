"""Bass: innovation from outside, imitation of those who have adopted, on any network.

A node adopts at the rate innovation + imitation times the share of its in-weight that has adopted, so with probability
1 - exp(-rate dt) in a step of length `dt`: once its impatience, which grows by rate dt in every step, reaches an
exponential patience. Advertising wins nodes besides. Synchronous. Bass (1969), doi:10.1287/mnsc.15.5.215; Fibich &
Gibori (2010), doi:10.1287/opre.1100.0818.
"""

from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Gt, Unit

from simcore import model as m
from simcore._jit import kernel
from simcore.rng import Purpose, bits64, tag, waiting


class Params(NamedTuple):
    innovation: m.Rate
    imitation: m.Rate
    dt: Annotated[float, Gt(0.0), Unit("units of time")] = 1.0
    advertising: m.Probability = 0.0


class State(NamedTuple):
    patience: np.ndarray  # float64[n]
    impatience: np.ndarray  # float64[n]
    active: np.ndarray  # int64[n]: in-weight that has adopted
    left: np.ndarray  # int8[n]: 1, or -1 once adopted
    when: np.ndarray  # uint32[n]: the step in which advertising wins each, if there is any
    adopted: np.ndarray  # uint32[n]: nodes in order of adoption
    tally: np.ndarray


def allocate(layers, params):
    n = layers.network.n
    return State(np.empty(n), np.empty(n), np.empty(n, np.int64), np.empty(n, np.int8),
                 m.outside(layers.network, params.advertising > 0.0), np.empty(n, np.uint32), np.zeros(4, np.int64))


@kernel
def reset(layers, params, state, seeds, stream):
    for i in range(state.left.size):
        state.patience[i] = waiting(bits64(stream.key, np.uint64(i), np.uint64(0), stream.w, tag(0, Purpose.ADOPT)))
        state.impatience[i] = state.active[i] = 0
        state.left[i] = 1
    for i in layers.network.immune:
        state.left[i] = -1
    m.begin(state.tally, state.adopted, state.left, seeds, -1)
    m.draw_outside(layers.network, stream, params.advertising, seeds[:0], state.when)
    return state.left.size


@kernel
def step(layers, params, state, stream, t):
    network, left, active, adopted = layers.network, state.left, state.active, state.adopted
    last, willing = np.uint64(state.tally[m.SIZE]), 0
    for i in adopted[state.tally[m.SPENT]:last]:
        for a in range(network.out_ptr[i], network.out_ptr[i + np.uint64(1)]):
            active[network.out_idx[a]] += network.out_weight[a] if network.out_weight.size else 1
    size = m.adopt_outside(state.when, t, left, adopted, last)
    for i in range(left.size):
        if left[i] > 0:
            rate = params.innovation + params.imitation * (active[i] / max(m.in_weight(network, i), 1))
            willing += rate > 0.0
            state.impatience[i] += rate * params.dt
            if state.impatience[i] >= state.patience[i]:
                size = m.adopt(left, adopted, size, i)
    going_on = np.uint64(willing) + m.left_outside(network, params.advertising, state.when, size)
    return m.close_step(state.tally, last, size, t) + going_on


MODEL = m.Model(
    name="bass", title="Innovation and imitation", doi="10.1287/mnsc.15.5.215", Params=Params, allocate=allocate,
    reset=reset, step=step, adopters="adopted")
