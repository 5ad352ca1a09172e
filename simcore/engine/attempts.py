"""Cascades of 512 replicates at once along arcs that are live by chance, in step, with exact durations and peaks.

Whether the one attempt along an arc succeeds is decided by digits that 32 replicates share (`simcore.rng.attempt`), so
that 16 Philox blocks give four binary digits of 512 numbers; compared with the digits of the arc's probability, highest
first, they leave about three such rounds until no lane is undecided. All arcs are drawn beforehand, those that join
a pair both ways once if they have one probability. A step then is an and and an or for each arc that leaves a place
which is new in any lane, see `simcore.engine.lanes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import WORDS, inline, kernel, load_lanes, some_lane, store_lanes
from simcore.engine import bits
from simcore.engine.algorithms import Algorithm
from simcore.engine.bits import LANES, rows, without
from simcore.engine.lanes import COLUMNS, columns, note, reach
from simcore.engine.layout import BUDGET
from simcore.rng import CERTAIN, Purpose, philox, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.engine.algorithms import Pilot, Task
    from simcore.model import Model
    from simcore.network.csr import Network

_U1, _U2, _U4, _U32, _U63 = (np.uint64(x) for x in (1, 2, 4, 32, 63))
_GROUPS = 16  # of four digits
_BLOCKS = np.uint64(LANES // 32)
_BESIDE = 31  # replicates that share a block with the first


@kernel
def _pair(ptr, idx, start, pair):
    """Give both arcs of each tie of a symmetric network the number of the tie."""
    number = 0
    for i in range(start.size):
        start[i] = -1
        for a in range(ptr[i], ptr[i + 1]):
            j = idx[a]
            if j < i:  # sources and targets ascend, so this is the next of its arcs upward
                pair[a] = pair[start[j]]
                start[j] += 1
            else:
                start[i] = a if start[i] < 0 else start[i]
                pair[a] = number
                number += 1


@kernel
def _four(key, lower, upper, block, last, first, second, third, fourth):
    """Fill in four binary digits for 512 replicates, 32 from each block.

    A kernel of its own, with an index that cannot be negative: else it would not be packed into vectors.
    """
    for word in range(np.uint64(first.size)):
        at = block + _U2 * word
        x0, x1, x2, x3 = philox(key, lower, upper, at, last)
        y0, y1, y2, y3 = philox(key, lower, upper, at + _U1, last)
        first[word] = x0 | (y0 << _U32)
        second[word] = x1 | (y1 << _U32)
        third[word] = x2 | (y2 << _U32)
        fourth[word] = x3 | (y3 << _U32)


@inline
def _draw(key, lower, upper, block, chance, digits, live, row):
    """Fill in the lanes in which the attempt on a pair succeeds."""
    for word in range(WORDS):
        live[row, word] = np.uint64(2**64 - 1)
    undecided = load_lanes(live, row)
    if chance == CERTAIN:
        return
    found, group = undecided ^ undecided, 0
    four = digits[0], digits[1], digits[2], digits[3]
    while group < _GROUPS and some_lane(undecided):
        _four(key, lower, upper, block, tag(group, Purpose.ATTEMPT), *four)
        for d in range(4):
            drawn = load_lanes(digits, np.uint64(d))
            if (chance >> (_U63 - np.uint64(4 * group + d))) & _U1:
                found = found | without(undecided, drawn)
                undecided = undecided & drawn
            else:
                undecided = without(undecided, drawn)
        group += 1
    store_lanes(live, row, found)


@kernel
def _run(ptr, idx, pair, chances, key, nodes, begin, end, w, horizon, digits, live, adopted, spread, fresh, due, eights,
         queue, counter, more, size, duration, peak, out):
    """Run all replicates, 512 at a time; fill in their sizes, durations and peaks, int64[3, R]."""
    for first in range(-(w & _BESIDE), begin.size, LANES):
        stop, drawn = min(first + LANES, begin.size), np.uint64(0)
        block = np.uint64((w + first) >> 5)
        for k in range(adopted.shape[0]):
            i = np.uint64(k)
            for a in range(np.uint64(ptr[i]), np.uint64(ptr[i + _U1])):
                if pair[a] == drawn:
                    j = np.uint64(idx[a])
                    _draw(key, min(i, j), max(i, j), block, chances[a], digits, live, drawn)
                    drawn += _U1
            for word in range(WORDS):
                adopted[k, word] = spread[k, word] = 0
        for r in range(max(first, 0), stop):
            for i in nodes[begin[r]:end[r]]:
                bits.set_lane(adopted, np.uint64(i), np.uint64(r - first))
                due[i] = 1
        for planes in (size, duration, peak):
            bits.clear(planes)
        number, _ = note(due, eights, adopted, spread, queue, fresh)
        bits.tally(fresh[:number], counter, size, peak, more)
        bits.clear(peak)  # seeds are not of a step
        t = 0
        while t < horizon and number:
            t += 1
            for q in range(number):
                i, new = np.uint64(queue[q]), load_lanes(fresh, np.uint64(q))
                for a in range(np.uint64(ptr[i]), np.uint64(ptr[i + _U1])):
                    reach(np.uint64(idx[a]), new & load_lanes(live, np.uint64(pair[a])), adopted, due)
            number, anywhere = note(due, eights, adopted, spread, queue, fresh)
            bits.tally(fresh[:number], counter, size, peak, more)
            bits.assign(duration, anywhere, t)
        for column, planes in enumerate((size, duration, peak)):
            bits.read(planes, max(-first, 0), out[column, max(first, 0):stop])


def _fits(task: Task) -> bool:
    network: Network = task.layers[0]
    return network.n > 0 and 64.0 * (network.arcs + 3.0 * network.n) < BUDGET


def _cost(task: Task, pilot: Pilot) -> float:
    """Return the draws of all arcs, and the visits that cascades of this share need; a plain arc costs a draw."""
    network: Network = task.layers[0]
    visits = min(LANES * pilot.share, pilot.longest)
    return (task.replicates // LANES + 1) * (network.n + network.arcs * (4.0 + visits / 3.0))


def run(task: Task) -> NDArray[np.float64]:
    """Run replicates as `simcore.engine.plain.run` does, but for trajectories."""
    network, seeds = task.layers[0], task.seeds
    chances = np.empty(network.arcs, np.uint64)
    task.model.live(task.layers, task.params, chances)
    pair, number = np.arange(network.arcs, dtype=np.uint32), network.arcs
    if network.symmetric and np.all(chances == chances[:1]):
        _pair(network.out_ptr, network.out_idx, np.empty(network.n, np.int64), pair)
        number //= 2
    n, digits = network.n, network.n.bit_length()
    due = np.zeros(-(-n // 8) * 8, np.uint8)
    found = np.empty((3, task.replicates), np.int64)
    _run(network.out_ptr, network.out_idx, pair, chances, task.key, seeds.nodes, seeds.begin, seeds.end, task.first,
         task.horizon, rows(4), rows(number), rows(n), rows(n), rows(n + 1), due, due.view(np.uint64),
         np.empty(due.size + 1, np.uint32), rows(2 * digits), rows(digits), rows(digits), rows(digits),
         rows(digits), found)
    return columns(task.model, found)


def _supplies(_: Model) -> frozenset[str]:
    return frozenset(COLUMNS)


ATTEMPTS = Algorithm("lanes", "live", _supplies, _fits, _cost, run)
