"""Reverse-reachable sets: all who would have reached somebody drawn evenly.

A set of seeds of spread sigma has a member in such a set with probability sigma / n. Borgs, Brautbar, Chayes &
Lucier (2014), doi:10.1137/1.9781611973402.70. Set s of a collection is a function of (key, collection, s) alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel
from simcore.errors import ResourceError
from simcore.maximisation.live_arcs import Cascade
from simcore.rng import Purpose, below, bits64, halves, occurs, share_of, tag, waiting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.maximisation.live_arcs import LiveArcs

_U0, _U1 = np.uint64(0), np.uint64(1)
MOST_SETS, MOST_MEMBERS = 2**32 - 2, 2**30


@inline
def _root(key, collection, s, n):
    return below(bits64(key, s, _U0, _U0, tag(collection, Purpose.SEED_ROOT)), n)


@inline
def _add(marks, mark, members, filled, i):
    """Append a node unless the set has it; without a branch, which would be mispredicted."""
    members[filled] = i
    filled += np.uint64(marks[i] != mark)
    marks[i] = mark
    return filled


@kernel
def _fill_cascades(key, collection, live, marks, sets, begin, members):
    """Fill sets from number ``sets`` on while there is room for one of all nodes; return how many sets there are.

    Of a node whose arcs are all equally likely only the live ones are drawn: the gaps between them are geometric.
    """
    n = np.uint64(marks.size)
    filled = np.uint64(begin[sets])
    room = np.uint64(members.size)
    while sets + 1 < begin.size and filled + n < room:
        s = np.uint64(sets)
        mark = np.uint32(sets + 1)
        place = filled
        filled = _add(marks, mark, members, filled, _root(key, collection, s, n))
        while place < filled:
            i = np.uint64(members[place])
            place += _U1
            a, end = np.uint64(live.in_ptr[i]), np.uint64(live.in_ptr[i + _U1])
            rate, block = live.rate[i], _U0
            if rate == 0.0:
                while a < end:
                    filled = _add(marks, mark, members, filled, live.in_idx[a])
                    a += _U1
            elif rate > 0.0:
                while a < end:
                    one, two = halves(key, i, block, s, tag(collection, Purpose.SEED_REVERSE))
                    block += _U1
                    gap = waiting(one) * rate
                    if gap >= np.float64(end - a):
                        break
                    a += np.uint64(gap)
                    filled = _add(marks, mark, members, filled, live.in_idx[a])
                    a += _U1
                    gap = waiting(two) * rate
                    if gap >= np.float64(end - a):
                        break
                    a += np.uint64(gap)
                    filled = _add(marks, mark, members, filled, live.in_idx[a])
                    a += _U1
            else:
                while a < end:
                    one, two = halves(key, i, block, s, tag(collection, Purpose.SEED_REVERSE))
                    block += _U1
                    if occurs(one, live.chance[a]):
                        filled = _add(marks, mark, members, filled, live.in_idx[a])
                    if a + _U1 < end and occurs(two, live.chance[a + _U1]):
                        filled = _add(marks, mark, members, filled, live.in_idx[a + _U1])
                    a += _U1 + _U1
        sets += 1
        begin[sets] = filled
    return sets


@inline
def chosen(live, i, bits):
    """Return the live arc into a node under these bits; the end of its arcs if none is."""
    begin, end = np.uint64(live.in_ptr[i]), np.uint64(live.in_ptr[i + _U1])
    if begin == end:
        return end
    if not live.reach.size:
        return begin + below(bits, end - begin)
    wanted = np.int64(share_of(bits, np.uint64(live.total[i])))
    low, high = begin, end
    while low < high:
        middle = (low + high) >> _U1
        if live.reach[middle] <= wanted:
            low = middle + _U1
        else:
            high = middle
    return low


@kernel
def _fill_walks(key, collection, live, marks, sets, begin, members):
    """Do the same where at most one arc into a node is live: a walk that ends where there is none, or it has been."""
    n = np.uint64(marks.size)
    filled = np.uint64(begin[sets])
    while sets + 1 < begin.size and filled + n < np.uint64(members.size):
        s = np.uint64(sets)
        mark = np.uint32(sets + 1)
        i = _root(key, collection, s, n)
        while marks[i] != mark:
            filled = _add(marks, mark, members, filled, i)
            bits = bits64(key, i, _U0, s, tag(collection, Purpose.SEED_REVERSE))
            a = chosen(live, i, bits)
            if a < np.uint64(live.in_ptr[i + _U1]):
                i = np.uint64(live.in_idx[a])
        sets += 1
        begin[sets] = filled
    return sets


class ReverseSets:
    """A collection of reverse-reachable sets, which grows on demand.

    Parameters
    ----------
    live : Cascade or Choice
    key : uint64
        The network's key.
    collection : int
        Its number: collections of different numbers are independent of each other.

    Attributes
    ----------
    n : int
        Number of nodes.
    size : int
        Number of sets.
    """

    def __init__(self, live: LiveArcs, key: np.uint64, collection: int) -> None:
        self.live, self.n, self.size = live, live.in_ptr.size - 1, 0
        self._name = key, np.uint64(collection)
        self._fill = _fill_cascades if isinstance(live, Cascade) else _fill_walks
        self._marks = np.zeros(self.n, np.uint32)
        self._begin = np.zeros(1, np.int64)
        self._members = np.empty(0, np.uint32)

    @property
    def begin(self) -> NDArray[np.int64]:
        """Where each set begins among the members, int64[size + 1]."""
        return self._begin[:self.size + 1]

    @property
    def members(self) -> NDArray[np.uint32]:
        """The members of all sets, uint32[...], no one twice in a set; the root comes first."""
        return self._members[:self._begin[self.size]]

    def grow(self, size: int) -> None:
        """Sample further sets until there are so many.

        Raises
        ------
        ResourceError
            If they have more members than fit into memory.
        """
        if size > MOST_SETS:
            raise ResourceError(f"{size} reverse-reachable sets are more than {MOST_SETS}; a larger epsilon takes "
                                "fewer")
        self._begin = np.concatenate([self._begin[:self.size + 1], np.empty(max(0, size - self.size), np.int64)])
        while self.size < size:
            filled, each = int(self._begin[self.size]), 4.0
            if self.size:
                each = 1.1 * filled / self.size
            needed = filled + int(each * (size - self.size)) + 2 * self.n + 2
            if filled > MOST_MEMBERS:
                raise ResourceError(f"reverse-reachable sets have more than {MOST_MEMBERS} members (got {self.size} of "
                                    f"{size} sets); a larger epsilon takes fewer")
            if needed > self._members.size:
                self._members = np.concatenate([self._members[:filled], np.empty(min(
                    needed, 2 * filled + 64 * self.n) - filled, np.uint32)])
            self.size = self._fill(*self._name, self.live, self._marks, self.size, self._begin, self._members)
