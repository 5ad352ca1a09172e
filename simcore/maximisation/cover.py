"""Greedy cover: the nodes that have members in most sets, and what no other choice can exceed.

Coverage is monotone and submodular. Hence for any nodes S, what the best choice covers is at most what S covers plus
what the choice adds to it at most, each node for itself: this bounds the optimum, whatever the choice is.
Leskovec et al. (2007), doi:10.1145/1281192.1281239, section 3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.network.csr import row_starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.maximisation.reverse_sets import ReverseSets

_U1 = np.uint64(1)


class Cover(NamedTuple):
    """What a greedy cover came to.

    Attributes
    ----------
    nodes : uint32[k]
        In the order of their choice.
    covered : int
        How many sets have one of them.
    bound : int or float
        More than so many no choice covers, within the same budget.
    """

    nodes: NDArray[np.uint32]
    covered: int
    bound: float


class _Index(NamedTuple):
    """Which sets a node is in, what is covered, and how many sets each node would add."""

    begin: NDArray[np.int64]
    members: NDArray[np.uint32]
    start: NDArray[np.int64]  # of the sets of each node
    sets: NDArray[np.uint32]
    done: NDArray[np.uint8]
    gain: NDArray[np.int64]


@kernel
def _list_sets(begin, members, start, sets):
    for s in range(begin.size - 1):
        for i in members[begin[s]:begin[s + 1]]:
            sets[start[i]] = s
            start[i] += 1


def _indexed(found: ReverseSets) -> _Index:
    start = row_starts(found.members, found.n)
    sets = np.empty(found.members.size, np.uint32)
    _list_sets(found.begin, found.members, start[:-1].copy(), sets)
    return _Index(found.begin, found.members, start, sets, np.zeros(found.size, np.uint8), np.diff(start))


@kernel
def _take(index, i, number):
    """Cover the sets of a node; ``number[g]`` nodes have the gain g, where that is kept."""
    covered = 0
    for s in index.sets[index.start[i]:index.start[i + _U1]]:
        if not index.done[s]:
            index.done[s] = 1
            covered += 1
            for j in index.members[index.begin[s]:index.begin[s + _U1]]:
                gain = index.gain[j]
                index.gain[j] = gain - 1
                if number.size:
                    number[gain] -= 1
                    number[gain - 1] += 1
    return covered


@inline
def _most(number, top, count):
    """Return the sum of the largest gains."""
    total, left, gain = 0, count, top
    while left > 0 and gain > 0:
        taken = min(left, number[gain])
        total += taken * gain
        left -= taken
        gain -= 1
    return total


@kernel
def _cover(index, number, nodes):
    """Choose the node of the largest gain, the least of equals, again and again; return what is covered, and bounded.

    Chosen nodes have the gain -1, so that none is chosen twice.
    """
    gain = index.gain
    for i in range(gain.size):
        number[gain[i]] += 1
    top, covered = number.size - 1, 0
    bound = np.int64(number.size) * nodes.size
    for k in range(nodes.size):
        best = 0
        for i in range(1, gain.size):
            if gain[i] > gain[best]:
                best = i
        top = gain[best]
        bound = min(bound, covered + _most(number, top, nodes.size))
        nodes[k] = best
        covered += _take(index, np.uint64(best), number)
        number[0] -= 1
        gain[best] = -1
    return covered, min(bound, covered + _most(number, top, nodes.size))


def cover(sets: ReverseSets, count: int) -> Cover:
    """Choose nodes that cover many sets: at least 1 - (1 - 1/count)^count of what the best choice does.

    Parameters
    ----------
    sets : ReverseSets
    count : int
        How many nodes; at most n.

    Returns
    -------
    Cover
        The bound is the least over all that were chosen first, k = 0, 1, ..., `count` of them: Tang, Tang, Xiao & Yuan
        (2018), doi:10.1145/3183713.3183749, eq. 11.
    """
    index, nodes = _indexed(sets), np.empty(count, np.uint32)
    covered, bound = _cover(index, np.zeros(int(index.gain.max(initial=0)) + 1, np.int64), nodes)
    return Cover(nodes, int(covered), float(bound))


def knapsack(gain: NDArray[np.int64], cost: NDArray[np.float64], budget: float) -> float:
    """Return the largest sum of gains within a budget, if parts of nodes could be bought."""
    worth = np.flatnonzero((gain > 0) & (cost <= budget))
    worth = worth[np.argsort(-(gain[worth] / cost[worth]), kind="stable")]
    spent = np.cumsum(cost[worth])
    whole = int(np.searchsorted(spent, budget, side="right"))
    total = float(gain[worth[:whole]].sum())
    if whole < worth.size:
        total += float(gain[worth[whole]] * (budget - (spent[whole - 1] if whole else 0.0)) / cost[worth[whole]])
    return total


def cover_within(sets: ReverseSets, cost: NDArray[np.float64], budget: float) -> Cover:
    """Choose nodes that cover many sets and cost no more than a budget: at least 0.405 of what the best choice covers.

    The node that covers most for its cost comes first, among those that can still be paid; the best single node
    takes the place of all if it covers more. The factor is that of Tang, Tang, Lim, Han, Li & Yuan (2021),
    doi:10.1145/3447386; Khuller, Moss & Naor (1999), doi:10.1016/S0020-0190(99)00031-9, for the method.

    Parameters
    ----------
    sets : ReverseSets
    cost : float64[n]
        Of each node, above 0.
    budget : float

    Returns
    -------
    Cover
        The bound is the least over all that were chosen first.
    """
    index, none = _indexed(sets), np.empty(0, np.int64)
    left = cost <= budget
    gains = np.where(left, index.gain, 0)
    single = int(np.argmax(gains))
    alone, nodes, covered, spent = int(gains[single]), list[int](), 0, 0.0
    bound = knapsack(index.gain, cost, budget)
    while left.any():
        best = int(np.argmax(np.where(left, index.gain / cost, -1.0)))
        covered += int(_take(index, np.uint64(best), none))
        nodes.append(best)
        spent += float(cost[best])
        left[best] = False
        left &= cost <= budget - spent
        bound = min(bound, covered + knapsack(index.gain, cost, budget))
    if alone > covered:
        return Cover(np.array([single], np.uint32), alone, bound)
    return Cover(np.array(nodes, np.uint32), covered, bound)


@kernel
def _count(begin, members, chosen):
    number = 0
    for s in range(begin.size - 1):
        for i in members[begin[s]:begin[s + 1]]:
            if chosen[i]:
                number += 1
                break
    return number


def covered_by(sets: ReverseSets, nodes: NDArray[np.uint32]) -> int:
    """Return how many sets have one of these nodes."""
    chosen = np.zeros(sets.n, np.uint8)
    chosen[nodes] = 1
    return int(_count(sets.begin, sets.members, chosen))
