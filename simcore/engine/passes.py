"""Cascades of 512 replicates at once along live links (`simcore.engine.links`), sizes only: passes over all links.

Whom a cascade reaches in the end does not depend on the order in which links are followed, so they are followed in the
order of memory, there and back, until nothing moves: an and and two ors a link, without a branch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import each_word, inline, kernel, load_lanes, some_lane, store_lanes
from simcore.engine import bits, links
from simcore.engine.algorithms import Algorithm
from simcore.engine.bits import LANES, parts, without
from simcore.engine.links import BESIDE, draw_live, links_of
from simcore.engine.sizes import only_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.engine.algorithms import Pilot, Task
    from simcore.network.csr import Network

_U0 = np.uint64(0)


@inline
def _there_and_back(links, live, adopted):
    """Hand what each end of a link has to the other, until nobody has what a neighbour along a live link lacks."""
    back, moving = False, True
    while moving:
        moved = each_word(_U0)
        for k in range(links.source.size):
            a = np.uint64(links.source.size - 1 - k if back else k)
            i, j, lanes = np.uint64(links.source[a]), np.uint64(links.target[a]), load_lanes(live, a)
            one, other = load_lanes(adopted, i), load_lanes(adopted, j)
            new = without(lanes & one, other)
            store_lanes(adopted, j, other | new)
            if links.both:
                newer = without(lanes & other, one)
                store_lanes(adopted, i, one | newer)
                new = new | newer
            moved = moved | new
        moving, back = some_lane(moved), not back


@kernel
def _run(links, key, nodes, begin, end, w, blocks, live, adopted, counter, size, out):
    """Run all replicates, 512 at a time; fill in their sizes, int64[R]."""
    for first in range(-(w & BESIDE), begin.size, LANES):
        stop = min(first + LANES, begin.size)
        draw_live(key, np.uint64((w + first) >> 5), links, blocks, live)
        bits.clear(adopted)
        for r in range(max(first, 0), stop):
            for i in nodes[begin[r]:end[r]]:
                bits.set_lane(adopted, np.uint64(i), np.uint64(r - first))
        _there_and_back(links, live, adopted)
        for i in range(adopted.shape[0]):
            bits.count_in(counter, i, load_lanes(adopted, np.uint64(i)))
        bits.counted(counter, adopted.shape[0], size)
        bits.read(size, max(-first, 0), out[max(first, 0):stop])


def _fits(task: Task) -> bool:
    return bool(task.layers[0].n <= task.horizon) and links.fits(task)  # then none is cut off


def _cost(task: Task, pilot: Pilot) -> float:
    """Return the draws of all links, and some passes; a plain arc costs a draw."""
    network: Network = task.layers[0]
    return (task.replicates // LANES + 1) * (network.n + network.arcs * (8.0 + 0.25 * pilot.longest))


def run(task: Task) -> NDArray[np.float64]:
    """Run replicates as `simcore.engine.plain.run` does, for their sizes."""
    seeds, found, n = task.seeds, links_of(task), task.layers[0].n
    size, digits = np.empty(task.replicates, np.int64), n.bit_length()
    _run(found, task.key, seeds.nodes, seeds.begin, seeds.end, task.first,
         *parts(2, found.source.size, n, 2 * digits, digits), size)
    return only_size(task, size)


PASSES = Algorithm("lanes-sweeping", "live", lambda model: frozenset({"size"}), _fits, _cost, run)
