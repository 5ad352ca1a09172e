"""Cascades of 512 replicates at once along live links (`simcore.engine.links`), in step, with durations and peaks.

A step is an and and an or for each arc that leaves a node which is new in any lane; if most are, for each link in its
order, both ways at once and without a branch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import each_word, inline, kernel, load_lanes, some_lane, store_lanes
from simcore.engine import bits
from simcore.engine.algorithms import Algorithm
from simcore.engine.bits import LANES, parts, without
from simcore.engine.lanes import COLUMNS, columns
from simcore.engine.links import BESIDE, draw_live, fits, links_of
from simcore.mechanisms.marks import list_marks, no_marks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.engine.algorithms import Pilot, Task
    from simcore.model import Model
    from simcore.network.csr import Network

_U0, _U1 = np.uint64(0), np.uint64(1)


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
def _along_links(links, live, spread, adopted, due):
    """Hand whatever was there before this step to all targets, along all links."""
    for k in range(links.source.size):
        a, i, j = np.uint64(k), np.uint64(links.source[k]), np.uint64(links.target[k])
        lanes = load_lanes(live, a)
        store_lanes(adopted, j, load_lanes(adopted, j) | (lanes & load_lanes(spread, i)))
        if links.both:
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
def _run(ptr, idx, links, key, nodes, begin, end, w, horizon, due, blocks, live, adopted, spread, fresh, counter, more,
         size, duration, peak, out):
    """Run all replicates, 512 at a time; fill in their sizes, durations and peaks, int64[3, R]."""
    few = np.uint64(fresh.shape[0] - 1)
    for first in range(-(w & BESIDE), begin.size, LANES):
        stop = min(first + LANES, begin.size)
        draw_live(key, np.uint64((w + first) >> 5), links, blocks, live)
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
                _along_links(links, live, spread, adopted, due)
            else:
                _from_new(ptr, idx, links.of_arc, live, number, fresh, adopted, due)
            number, anywhere, asked = _note(adopted, spread, fresh, due, counter)
            bits.counted(counter, asked, more)
            bits.add(size, more)
            bits.raise_to(peak, more)
            bits.assign(duration, anywhere, t)
        for column, planes in enumerate((size, duration, peak)):
            bits.read(planes, max(-first, 0), out[column, max(first, 0):stop])


def _cost(task: Task, pilot: Pilot) -> float:
    """Return the draws of all arcs, and the visits that cascades of this share need; a plain arc costs a draw."""
    network: Network = task.layers[0]
    visits = min(LANES * pilot.share, pilot.longest)
    return (task.replicates // LANES + 1) * (network.n + network.arcs * (8.0 + 0.6 * visits))


def run(task: Task) -> NDArray[np.float64]:
    """Run replicates as `simcore.engine.plain.run` does, but for trajectories."""
    network, seeds, links = task.layers[0], task.seeds, links_of(task)
    n, digits = network.n, network.n.bit_length()
    found = np.empty((3, task.replicates), np.int64)
    _run(network.out_ptr, network.out_idx, links, task.key, seeds.nodes, seeds.begin, seeds.end, task.first,
         task.horizon, no_marks(n),
         *parts(2, links.source.size, n, n, n // 2 + 1, 2 * digits, digits, digits, digits, digits), found)
    return columns(task, found)


def _supplies(_: Model) -> frozenset[str]:
    return frozenset(COLUMNS)


ATTEMPTS = Algorithm("lanes", "live", _supplies, fits, _cost, run)
