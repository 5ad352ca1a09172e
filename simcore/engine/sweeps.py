"""Threshold-like cascades of 512 replicates at once, sizes only: passes over all nodes, to and fro, until none moves.

Who adopts in the end does not depend on the order in which nodes are visited, so they are visited in the order of
their places (`simcore.engine.layout`), from the last to the first and back: in one pass what all replicates have in
common reaches the hub, and in the next it leaves it. A visit hands the lanes that are new since the last one to each
target: a bitwise or where one neighbour suffices, else an addition to its counter, whose overflow says who adopts.
Each node carries a bound on the time at which it adopted in any lane, so that it is known whether the horizon
matters: only then does the work go to an algorithm that keeps time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel, load_lanes, prefetch, some_lane, store_lanes
from simcore.engine import bits, lanes
from simcore.engine.algorithms import Algorithm
from simcore.engine.bits import LANES, rows, without
from simcore.engine.layout import budget, layout, room
from simcore.mechanisms.arcs import LARGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.engine.algorithms import Pilot, Task
    from simcore.model import Model
    from simcore.network.csr import Network

_U1, _U3 = np.uint64(1), np.uint64(3)
_AHEAD = np.uint64(16)


@inline
def _seed(place, eager, nodes, begin, end, adopted, due, latest):
    """Let the seeds of each lane adopt, and in all of them those who adopt by themselves."""
    for lane in range(begin.size):
        for i in nodes[begin[lane]:end[lane]]:
            k = np.uint64(place[i])
            bits.set_lane(adopted, k, np.uint64(lane))
            due[k] = 1
    for k in eager:
        bits.set_first(adopted, k, begin.size)
        due[k] = latest[k] = 1


@inline
def _reach(k, new, time, adopted, due, latest):
    """Let these lanes of a place adopt."""
    before = load_lanes(adopted, k)
    store_lanes(adopted, k, before | new)
    some = some_lane(without(new, before))
    due[k] |= some
    latest[k] = max(latest[k], time if some else 0)


@inline
def _sweep(ptr, several, idx, digit_ptr, digits, adopted, spread, due, latest):
    """Visit all places that are due, to and fro, until none is."""
    n, large, back, left = due.size, due.size >= LARGE, True, True
    last = np.uint64(idx.size - 1)
    while left:
        left = False
        for position in range(n):
            k = np.uint64(n - 1 - position if back else position)
            if due[k]:
                left, due[k] = True, 0
                whole = load_lanes(adopted, k)
                new, time = without(whole, load_lanes(spread, k)), latest[k] + 1
                store_lanes(spread, k, whole)
                middle, end = np.uint64(several[k]), np.uint64(ptr[k + _U1])
                for a in range(np.uint64(ptr[k]), middle):
                    if large and a + _AHEAD < last:
                        prefetch(adopted, np.uint64(idx[a + _AHEAD]) << _U3)
                    _reach(np.uint64(idx[a]), new, time, adopted, due, latest)
                for a in range(middle, end):
                    to, carry = np.uint64(idx[a]), new
                    for p in range(np.uint64(digit_ptr[to]), np.uint64(digit_ptr[to + _U1])):
                        digit = load_lanes(digits, p)
                        store_lanes(digits, p, digit ^ carry)
                        carry = digit & carry
                    latest[to] = max(latest[to], time)
                    _reach(to, carry, time, adopted, due, latest)
        back = not back


@kernel
def _run(place, ptr, several, idx, digit_ptr, first_digits, eager, nodes, begin, end, digits, adopted, spread, due,
         latest, counter, sizes, out, bounds):
    """Run all replicates, 512 at a time; fill in their sizes and, for each 512, a bound on the time they take."""
    for g in range(bounds.size):
        first, stop = LANES * g, min(LANES * (g + 1), begin.size)
        for p in range(digits.shape[0]):
            for word in range(digits.shape[1]):
                digits[p, word] = first_digits[p, word]
        _seed(place, eager, nodes, begin[first:stop], end[first:stop], adopted, due, latest)
        _sweep(ptr, several, idx, digit_ptr, digits, adopted, spread, due, latest)
        bounds[g] = 0
        for k in range(due.size):
            bits.count_in(counter, k, load_lanes(adopted, np.uint64(k)))
            bounds[g] = max(bounds[g], latest[k])
            latest[k] = 0
            for word in range(adopted.shape[1]):
                adopted[k, word] = spread[k, word] = 0
        bits.counted(counter, due.size, sizes)
        bits.read(sizes, 0, out[first:stop])


def _supplies(model: Model) -> frozenset[str]:
    return frozenset({"size"})


def _fits(task: Task) -> bool:
    network: Network = task.layers[0]
    return network.n > 0 and not network.weighted and room(network) < budget()


def _cost(task: Task, pilot: Pilot) -> float:
    """Return the passes that cascades of this share need, beside the layout and what is cleared and counted."""
    network: Network = task.layers[0]
    groups = -(-task.replicates // LANES)
    visits = min(LANES * pilot.share, 2.0)
    return 15.0 * (network.n + network.arcs) + groups * (8.0 * network.n + 3.0 * network.arcs * visits)


def run(task: Task) -> NDArray[np.float64]:
    """Run replicates as `simcore.engine.plain.run` does, for their sizes alone."""
    laid, n = layout(task.model, task.layers, task.params), task.layers[0].n
    groups, digits = -(-task.replicates // LANES), n.bit_length()
    sizes, bounds = np.empty(task.replicates, np.int64), np.empty(groups, np.int64)
    _run(*laid, task.seeds.nodes, task.seeds.begin, task.seeds.end, rows(laid.digits.shape[0]), rows(n), rows(n),
         np.zeros(n, np.uint8), np.zeros(n, np.int64), rows(2 * digits), rows(digits), sizes, bounds)
    out = np.full((task.replicates, len(task.model.outcomes)), np.nan)
    size = list(task.model.outcomes).index("size")
    out[:, size] = sizes
    for g in np.flatnonzero(bounds > task.horizon).tolist():  # rarely
        some = slice(LANES * g, LANES * (g + 1))
        out[some, size] = lanes.run(task.part(some.start, min(some.stop, task.replicates)))[:, size]
    return out


SWEEPING = Algorithm("lanes-sweeping", "needs", _supplies, _fits, _cost, run)
