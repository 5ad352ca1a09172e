"""Threshold-like cascades of 512 replicates at once, in step, with exact durations and peaks.

In each time step the places (`simcore.engine.layout`) that are new in any lane hand these lanes to each target: a
bitwise or where one neighbour suffices, else an addition to its counter, whose overflow says who adopts. What is new
is copied to a list of its own before the step, so that whoever adopts in a step waits for the next one; the list
is also what is counted, on edge: how many are new in each lane, and whether any is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import each_word, inline, kernel, load_lanes, prefetch, some_lane, store_lanes
from simcore.engine import bits
from simcore.engine.algorithms import Algorithm
from simcore.engine.bits import LANES, rows, without
from simcore.engine.layout import budget, layout, room
from simcore.mechanisms.arcs import LARGE
from simcore.mechanisms.marks import list_marks, no_marks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.engine.algorithms import Pilot, Task
    from simcore.model import Model
    from simcore.network.csr import Network

_U1, _U3 = np.uint64(1), np.uint64(3)
_AHEAD = np.uint64(16)
COLUMNS = ("size", "duration", "peak")


@inline
def _note(due, adopted, spread, fresh):
    """List the places that are new, in their order, and in which lanes each is.

    Return how many there are, and the lanes in which any is.
    """
    number, anywhere = list_marks(due), each_word(np.uint64(0))
    for q in range(number):
        k = np.uint64(due.listed[q])
        whole = load_lanes(adopted, k)
        new = without(whole, load_lanes(spread, k))
        store_lanes(spread, k, whole)
        store_lanes(fresh, np.uint64(q), new)
        anywhere = anywhere | new
    return number, anywhere


@inline
def _reach(k, new, adopted, due):
    """Let these lanes of a place adopt."""
    before = load_lanes(adopted, k)
    store_lanes(adopted, k, before | new)
    due.of[k] |= some_lane(without(new, before))


@inline
def _step(ptr, several, idx, digit_ptr, digits, number, fresh, adopted, due):
    """Hand what is new to all targets, and mark the places where that makes somebody adopt."""
    large, last = adopted.shape[0] >= LARGE, np.uint64(idx.size - 1)
    for q in range(number):
        k, new = np.uint64(due.listed[q]), load_lanes(fresh, np.uint64(q))
        middle, end = np.uint64(several[k]), np.uint64(ptr[k + _U1])
        for a in range(np.uint64(ptr[k]), middle):
            if large and a + _AHEAD < last:
                prefetch(adopted, np.uint64(idx[a + _AHEAD]) << _U3)
            _reach(np.uint64(idx[a]), new, adopted, due)
        for a in range(middle, end):
            to, carry = np.uint64(idx[a]), new
            for p in range(np.uint64(digit_ptr[to]), np.uint64(digit_ptr[to + _U1])):
                digit = load_lanes(digits, p)
                store_lanes(digits, p, digit ^ carry)
                carry = digit & carry
            _reach(to, carry, adopted, due)


@kernel
def _run(place, ptr, several, idx, digit_ptr, first_digits, eager, nodes, begin, end, horizon, digits, adopted, spread,
         fresh, due, counter, more, size, duration, peak, out):
    """Run all replicates, 512 at a time; fill in their sizes, durations and peaks, int64[3, R]."""
    for first in range(0, begin.size, LANES):
        stop = min(first + LANES, begin.size)
        for p in range(digits.shape[0]):
            for word in range(digits.shape[1]):
                digits[p, word] = first_digits[p, word]
        for k in range(adopted.shape[0]):
            for word in range(adopted.shape[1]):
                adopted[k, word] = spread[k, word] = 0
        for lane in range(stop - first):
            for i in nodes[begin[first + lane]:end[first + lane]]:
                bits.set_lane(adopted, np.uint64(place[i]), np.uint64(lane))
                due.of[place[i]] = 1
        for planes in (size, duration, peak):
            bits.clear(planes)
        number, _ = _note(due, adopted, spread, fresh)
        bits.tally(fresh[:number], counter, size, peak, more)
        bits.clear(peak)  # seeds are not of a step
        t = 0
        while t < horizon and (number or (t == 0 and eager.size)):
            t += 1
            _step(ptr, several, idx, digit_ptr, digits, number, fresh, adopted, due)
            if t == 1:
                for k in eager:
                    bits.set_first(adopted, k, stop - first)
                    due.of[k] = 1
            number, anywhere = _note(due, adopted, spread, fresh)
            bits.tally(fresh[:number], counter, size, peak, more)
            bits.assign(duration, anywhere, t)
        for column, planes in enumerate((size, duration, peak)):
            bits.read(planes, 0, out[column, first:stop])


def _fits(task: Task) -> bool:
    network: Network = task.layers[0]
    return network.n > 0 and not network.weighted and room(network) < budget()


def _cost(task: Task, pilot: Pilot) -> float:
    """Return the visits that cascades of this share need: some in every step in which any lane is at the same place."""
    network: Network = task.layers[0]
    groups = -(-task.replicates // LANES)
    visits = min(LANES * pilot.share, pilot.longest)
    return 15.0 * (network.n + network.arcs) + groups * (8.0 * network.n + 6.0 * network.arcs * visits)


def run(task: Task) -> NDArray[np.float64]:
    """Run replicates as `simcore.engine.plain.run` does, but for trajectories."""
    laid, n = layout(task.model, task.layers, task.params), task.layers[0].n
    digits = n.bit_length()
    found = np.empty((3, task.replicates), np.int64)
    _run(*laid, task.seeds.nodes, task.seeds.begin, task.seeds.end, task.horizon, rows(laid.digits.shape[0]), rows(n),
         rows(n), rows(n), no_marks(n), rows(2 * digits), rows(digits), rows(digits), rows(digits), rows(digits), found)
    return columns(task, found)


def columns(task: Task, found: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return int64[3, R] as the outcomes of the model, float64[R, len(model.outcomes)]; NaN where nothing is known."""
    model, seeds = task.model, task.seeds
    cascade = found if model.restate is None else model.restate(found, seeds.end - seeds.begin, task.horizon)
    out = np.full((found.shape[1], len(model.outcomes)), np.nan)
    for column, name in enumerate(model.outcomes):
        if name in COLUMNS:
            out[:, column] = cascade[COLUMNS.index(name)]
    return out


def _supplies(_: Model) -> frozenset[str]:
    return frozenset(COLUMNS)


IN_STEP = Algorithm("lanes", "needs", _supplies, _fits, _cost, run)
