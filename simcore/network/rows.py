"""Compressed rows: filled with arcs that come in any order, and made canonical in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Arcs = tuple[NDArray[np.uint32], NDArray[np.uint32]]

_KEPT = 2**20  # nodes, up to which all parts are kept
_SHORT = 32  # entries of a row, up to which it is sorted by counting
_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))


@inline
def sort_row(values, begin, end):
    """Sort ``values[begin:end]`` in place: Shell's sort."""
    gap = 1
    while 3 * gap + 1 < end - begin:
        gap = 3 * gap + 1
    while gap > 0:
        for a in range(begin + gap, end):
            value = values[a]
            b = a
            while b >= begin + gap and values[b - gap] > value:
                values[b] = values[b - gap]
                b -= gap
            values[b] = value
        gap //= 3


@inline
def _keep(row, begin, end, i, n, idx, left):
    """Write a sorted row of node i behind what is left, without repeats and what is no other node."""
    previous = n
    for a in range(begin, end):
        target = np.uint64(row[a])
        idx[left] = target
        left += np.uint64((target != previous) & (target != i) & (target < n))
        previous = target
    return left


@kernel
def _tidy(ptr, idx, keys, ranked):
    """Make rows canonical in place, without entries of n and above; return the arcs left and the self-loops.

    A row with room in ``ranked`` is sorted by counting what goes before each entry: no branch to be foreseen.
    """
    n = np.uint64(ptr.size - 1)
    begin = left = self_loops = _U0
    for i in range(n):
        end = np.uint64(ptr[i + _U1])
        length = end - begin
        if length <= np.uint64(ranked.size):
            for a in range(length):
                keys[a] = np.uint64(idx[begin + a]) << _U32 | a  # no two are equal
                self_loops += np.uint64(idx[begin + a] == i)
            for a in range(length):
                rank = _U0
                for b in range(length):
                    rank += np.uint64(keys[b] < keys[a])
                ranked[rank] = idx[begin + a]
            left = _keep(ranked, _U0, length, i, n, idx, left)
        else:
            for a in range(begin, end):
                self_loops += np.uint64(idx[a] == i)
            sort_row(idx, np.int64(begin), np.int64(end))
            left = _keep(idx, begin, end, i, n, idx, left)
        ptr[i + _U1] = left
        begin = end
    return np.int64(left), np.int64(self_loops)


@kernel
def count(nodes, ptr):
    """Add one in ``ptr`` for every time that a node is listed."""
    for i in nodes:
        ptr[i] += 1


@kernel
def place(tail, head, ptr, idx):
    """Write each head into the row of its tail, one place below ``ptr``, which goes down to there."""
    for a in range(tail.size):
        at = ptr[tail[a]] - 1
        ptr[tail[a]] = at
        idx[at] = head[a]


def row_starts(nodes: NDArray[np.uint32], n: int) -> NDArray[np.int64]:
    """Return where each node's row begins, int64[n + 1], given the node of every arc."""
    ptr = np.zeros(n + 1, np.int64)
    count(nodes, ptr[1:])
    return np.cumsum(ptr, out=ptr)


def filled(n: int, parts: Callable[[], Iterable[Arcs]], *,
           undirected: bool) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return where rows begin and what is in them, in any order; see `simcore.network.csr.from_parts`."""
    kept = list(parts()) if n <= _KEPT else None
    ptr = np.zeros(n + 1, np.int64)
    for tail, head in kept or parts():
        count(tail, ptr)
        if undirected:
            count(head, ptr)
    np.cumsum(ptr, out=ptr)  # where rows end, and begin once they are full
    idx = np.empty(ptr[-1], np.uint32)
    for tail, head in kept or parts():
        place(tail, head, ptr, idx)
        if undirected:
            place(head, tail, ptr, idx)
    return ptr, idx


def tidy(ptr: NDArray[np.int64], idx: NDArray[np.uint32]) -> int:
    """Make rows canonical in place, without entries of n and above; return how many entries were self-loops."""
    left, self_loops = _tidy(ptr, idx, np.empty(_SHORT, np.uint64), np.empty(_SHORT, np.uint32))
    idx.resize(left, refcheck=False)  # gives back what is not needed, and copies nothing
    return int(self_loops)
