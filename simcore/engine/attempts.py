"""Cascades of 512 replicates at once along arcs that are live by chance, in step, with exact durations and peaks.

Whether the one attempt along an arc succeeds is decided by digits that 32 replicates share (`simcore.rng.attempt`), so
that 16 Philox blocks give four binary digits of 512 numbers; compared with the digits of the arc's probability, highest
first, they leave about three such rounds until no lane is undecided. All arcs are drawn beforehand, those that join
a pair both ways once if they have one probability: a link. A step is an and and an or for each arc that leaves a node
which is new in any lane; if most are, for each link in its order, both ways at once and without a branch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import WORDS, each_word, inline, kernel, load_lanes, some_lane, store_lanes
from simcore.engine import bits
from simcore.engine.algorithms import Algorithm
from simcore.engine.bits import LANES, parts, without
from simcore.engine.lanes import COLUMNS, columns
from simcore.engine.layout import budget
from simcore.mechanisms.marks import list_marks, no_marks
from simcore.rng import CERTAIN, Purpose, philox, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.engine.algorithms import Pilot, Task
    from simcore.model import Model
    from simcore.network.csr import Network

_U0, _U1, _U2, _U3, _U4, _U32, _U60 = (np.uint64(x) for x in (0, 1, 2, 3, 4, 32, 60))
_ALL, _LOW = np.uint64(2**64 - 1), np.uint64(2**32 - 1)
_GROUPS = np.uint64(16)  # of four digits
_BESIDE = 31  # replicates that share a block with the first


@kernel
def _pair(ptr, idx, start, link, source, target):
    """Give both arcs of each tie of a symmetric network the number of the tie, and the tie its ends."""
    number = 0
    for i in range(start.size):
        start[i] = -1
        for a in range(ptr[i], ptr[i + 1]):
            j = idx[a]
            if j < i:  # sources and targets ascend, so this is the next of its arcs upward
                link[a] = link[start[j]]
                start[j] += 1
            else:
                start[i] = a if start[i] < 0 else start[i]
                link[a], source[number], target[number] = number, i, j
                number += 1


@inline
def _compare(undecided, found, drawn, digit):
    """Compare the next digit of drawn numbers with that of the probability: the first that differs decides."""
    digit = each_word(_ALL * (digit & _U1))
    differ = drawn ^ digit
    return without(undecided, differ), found | (undecided & differ & digit)


@inline
def draw(key, lower, upper, even, odd, chance):
    """Return the lanes in which the attempts on pairs succeed; each word is the lanes of an even and an odd block."""
    undecided, found, group = each_word(_ALL), each_word(_ALL if chance == CERTAIN else _U0), _U0
    while chance != CERTAIN and group < _GROUPS and chance << (_U4 * group) and some_lane(undecided):
        last, four = each_word(tag(group, Purpose.ATTEMPT) & _LOW), chance >> (_U60 - _U4 * group)
        x0, x1, x2, x3 = philox(key, lower, upper, even, last)
        y0, y1, y2, y3 = philox(key, lower, upper, odd, last)
        undecided, found = _compare(undecided, found, x0 | (y0 << _U32), four >> _U3)
        undecided, found = _compare(undecided, found, x1 | (y1 << _U32), four >> _U2)
        undecided, found = _compare(undecided, found, x2 | (y2 << _U32), four >> _U1)
        undecided, found = _compare(undecided, found, x3 | (y3 << _U32), four)
        group += _U1
    return found


@inline
def _attempt(key, block, source, target, chances, blocks, live):
    """Fill in the lanes in which each link is live."""
    for word in range(WORDS):
        blocks[0, word] = block + _U2 * np.uint64(word)
        blocks[1, word] = blocks[0, word] + _U1
    even, odd = load_lanes(blocks, _U0), load_lanes(blocks, _U1)
    for k in range(source.size):
        a, i, j = np.uint64(k), np.uint64(source[k]), np.uint64(target[k])
        store_lanes(live, a, draw(key, each_word(min(i, j)), each_word(max(i, j)), even, odd, chances[a]))


@inline
def _from_new(ptr, idx, link, live, number, fresh, adopted, due):
    """Hand what is new to all targets."""
    for q in range(number):
        i, lanes = np.uint64(due.listed[q]), load_lanes(fresh, np.uint64(q))
        for a in range(np.uint64(ptr[i]), np.uint64(ptr[i + _U1])):
            j = np.uint64(idx[a])
            store_lanes(adopted, j, load_lanes(adopted, j) | (lanes & load_lanes(live, np.uint64(link[a]))))
            due.of[j] = 1


@inline
def _along_links(source, target, both, live, spread, adopted, due):
    """Hand whatever was there before this step to all targets, along all links."""
    for k in range(source.size):
        a, i, j = np.uint64(k), np.uint64(source[k]), np.uint64(target[k])
        lanes = load_lanes(live, a)
        store_lanes(adopted, j, load_lanes(adopted, j) | (lanes & load_lanes(spread, i)))
        if both:
            store_lanes(adopted, i, load_lanes(adopted, i) | (lanes & load_lanes(spread, j)))
    for k in range(spread.shape[0]):
        due.of[k] = 1


@inline
def _note(adopted, spread, fresh, due, counter):
    """List who is new in any lane, and in which lanes, while there is room; count them in each lane.

    Return how many there are, the lanes in which any is, and how many were counted.
    """
    asked, number, anywhere, room = list_marks(due), _U0, each_word(_U0), np.uint64(fresh.shape[0] - 1)
    for q in range(asked):
        k = np.uint64(due.listed[q])
        whole = load_lanes(adopted, k)
        new = without(whole, load_lanes(spread, k))
        store_lanes(spread, k, whole)
        store_lanes(fresh, min(number, room), new)
        bits.count_in(counter, q, new)
        due.listed[number] = k
        number += np.uint64(some_lane(new))
        anywhere = anywhere | new
    return number, anywhere, asked


@kernel
def _run(ptr, idx, link, source, target, both, chances, key, nodes, begin, end, w, horizon, due, blocks, live,
         adopted, spread, fresh, counter, more, size, duration, peak, out):
    """Run all replicates, 512 at a time; fill in their sizes, durations and peaks, int64[3, R]."""
    few = np.uint64(fresh.shape[0] - 1)
    for first in range(-(w & _BESIDE), begin.size, LANES):
        stop = min(first + LANES, begin.size)
        _attempt(key, np.uint64((w + first) >> 5), source, target, chances, blocks, live)
        for planes in (adopted, spread, size, duration, peak):
            bits.clear(planes)
        for r in range(max(first, 0), stop):
            for i in nodes[begin[r]:end[r]]:
                bits.set_lane(adopted, np.uint64(i), np.uint64(r - first))
                due.of[i] = 1
        number, _, asked = _note(adopted, spread, fresh, due, counter)
        bits.counted(counter, asked, size)
        t = 0
        while t < horizon and number:
            t += 1
            if number > few:
                _along_links(source, target, both, live, spread, adopted, due)
            else:
                _from_new(ptr, idx, link, live, number, fresh, adopted, due)
            number, anywhere, asked = _note(adopted, spread, fresh, due, counter)
            bits.counted(counter, asked, more)
            bits.add(size, more)
            bits.raise_to(peak, more)
            bits.assign(duration, anywhere, t)
        for column, planes in enumerate((size, duration, peak)):
            bits.read(planes, max(-first, 0), out[column, max(first, 0):stop])


def _fits(task: Task) -> bool:
    network: Network = task.layers[0]
    return network.n > 0 and 84.0 * network.arcs + 165.0 * network.n < budget()


def _cost(task: Task, pilot: Pilot) -> float:
    """Return the draws of all arcs, and the visits that cascades of this share need; a plain arc costs a draw."""
    network: Network = task.layers[0]
    visits = min(LANES * pilot.share, pilot.longest)
    return (task.replicates // LANES + 1) * (network.n + network.arcs * (8.0 + 0.6 * visits))


def run(task: Task) -> NDArray[np.float64]:
    """Run replicates as `simcore.engine.plain.run` does, but for trajectories."""
    network, seeds = task.layers[0], task.seeds
    chances = np.empty(network.arcs, np.uint64)
    task.model.live(task.layers, task.params, chances)
    link, target = np.arange(network.arcs, dtype=np.uint32), network.out_idx
    source = np.repeat(np.arange(network.n, dtype=np.uint32), network.out_degree)
    both = network.symmetric and bool(np.all(chances == chances[:1]))
    if both:
        source, target = np.empty((2, network.arcs // 2), np.uint32)
        _pair(network.out_ptr, network.out_idx, np.empty(network.n, np.int64), link, source, target)
    n, digits = network.n, network.n.bit_length()
    found = np.empty((3, task.replicates), np.int64)
    _run(network.out_ptr, network.out_idx, link, source, target, both, chances, task.key, seeds.nodes, seeds.begin,
         seeds.end, task.first, task.horizon, no_marks(n),
         *parts(2, source.size, n, n, n // 2 + 1, 2 * digits, digits, digits, digits, digits), found)
    return columns(task.model, found)


def _supplies(_: Model) -> frozenset[str]:
    return frozenset(COLUMNS)


ATTEMPTS = Algorithm("lanes", "live", _supplies, _fits, _cost, run)
