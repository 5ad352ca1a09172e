"""The one attempt along each arc, drawn for 512 replicates at once: in which of them the arc is live.

Whether it succeeds is decided by digits that 32 replicates share (`simcore.rng.attempt`), so that 16 Philox blocks give
four binary digits of 512 numbers; compared with the digits of the arc's probability, highest first, they leave about
three such rounds until no lane is undecided. Arcs that join a pair both ways are drawn once if they have one
probability: a link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import WORDS, each_word, inline, kernel, load_lanes, some_lane, store_lanes
from simcore.engine.bits import without
from simcore.engine.layout import budget
from simcore.rng import CERTAIN, Purpose, philox, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.engine.algorithms import Task
    from simcore.network.csr import Network

_U0, _U1, _U2, _U3, _U4, _U32, _U60 = (np.uint64(x) for x in (0, 1, 2, 3, 4, 32, 60))
_ALL, _LOW = np.uint64(2**64 - 1), np.uint64(2**32 - 1)
_GROUPS = np.uint64(16)  # of four digits
BESIDE = 31  # replicates that share a block with the first


class Links(NamedTuple):
    """What is drawn at once.

    Attributes
    ----------
    of_arc : uint32[m]
        The link of each arc.
    source, target : uint32[links]
    both : bool
        Whether every link is two arcs, one each way.
    chances : uint64[m]
        How likely arcs are to be live, from `simcore.rng.chance`: link k as likely as arc k, also where it is two arcs,
        since all are alike then.
    """

    of_arc: NDArray[np.uint32]
    source: NDArray[np.uint32]
    target: NDArray[np.uint32]
    both: bool
    chances: NDArray[np.uint64]


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
def draw_live(key, block, links, blocks, live):
    """Fill in the lanes in which each link is live."""
    for word in range(WORDS):
        blocks[0, word] = block + _U2 * np.uint64(word)
        blocks[1, word] = blocks[0, word] + _U1
    even, odd = load_lanes(blocks, _U0), load_lanes(blocks, _U1)
    for k in range(links.source.size):
        a, i, j = np.uint64(k), np.uint64(links.source[k]), np.uint64(links.target[k])
        store_lanes(live, a, draw(key, each_word(min(i, j)), each_word(max(i, j)), even, odd,
                                   links.chances[a]))


def links_of(task: Task) -> Links:
    """Return the links of a task's network."""
    network = task.layers[0]
    chances = np.empty(network.arcs, np.uint64)
    task.model.live(task.layers, task.params, chances)
    of_arc, target = np.arange(network.arcs, dtype=np.uint32), network.out_idx
    source = np.repeat(np.arange(network.n, dtype=np.uint32), network.out_degree)
    both = network.symmetric and bool(np.all(chances == chances[:1]))
    if both:
        source, target = np.empty((2, network.arcs // 2), np.uint32)
        _pair(network.out_ptr, network.out_idx, np.empty(network.n, np.int64), of_arc, source, target)
    return Links(of_arc, source, target, both, chances)


def fits(task: Task) -> bool:
    """Tell whether there is room for what is drawn and for what each node has adopted."""
    network: Network = task.layers[0]
    return network.n > 0 and 84.0 * network.arcs + 165.0 * network.n < budget()
