"""The arcs that leave a list of nodes, listed before they are walked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore._jit import inline, kernel, prefetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

LARGE = 2**17  # nodes from which their state no longer fits into a core's own cache
_ROOM = 1024  # arcs: their list is to stay in the nearest cache
AHEAD = np.uint64(24)
_TURN = np.uint64(8)
_LINE = 64  # bytes of the cache


def room_for_arcs(network: Network, dtype: type[np.unsignedinteger[Any]] = np.uint64,
                  least: int = _ROOM) -> NDArray[Any]:
    """Return an array that `list_arcs` fills: room for a thousand arcs, or ``least``, and for those of any one node."""
    return np.empty(max(least, int(longest(network.out_ptr)) + int(_TURN)), dtype)


@kernel
def longest(ptr):
    """Return the largest number of arcs in a row."""
    most = 0
    for i in range(ptr.size - 1):
        most = max(most, ptr[i + 1] - ptr[i])
    return most


@inline
def list_arcs(ptr, idx, queue, place, end, large, arcs, sources):
    """List the arcs that leave nodes ``queue[place:end]``, and their sources (if ``sources`` has room), while it lasts.

    Return the next place and the number of arcs. Eight are written at a time and the surplus overwritten: a branch
    at the end of every short row is mispredicted, which costs more than its arcs.
    """
    number = np.uint64(0)
    while place < end:
        i = np.uint64(queue[place])
        first = np.uint64(ptr[i])
        degree = np.uint64(ptr[i + np.uint64(1)]) - first
        if number + max(degree, _TURN) > np.uint64(arcs.size):
            break
        if large:
            prefetch(ptr, np.uint64(queue[min(place + AHEAD, end - np.uint64(1))]))
            prefetch(idx, first)
            prefetch(idx, first + degree)  # a short row may lie in two lines of the cache
        for a in range(_TURN):
            arcs[number + a] = first + a
        for a in range(_TURN, degree):
            arcs[number + a] = first + a
        if sources.size:
            for a in range(max(degree, _TURN)):
                sources[number + a] = i
        number += degree
        place += np.uint64(1)
    return place, number


@inline
def prefetch_target(idx, values, arcs, k, number, large):
    """Ask for the value of the target of an arc some places ahead in the list, if the network is `LARGE`."""
    if large and k + AHEAD < number:
        prefetch(values, idx[arcs[k + AHEAD]])


@inline
def prefetch_lines(values, begin, end, large):
    """Ask for all of ``values[begin:end]`` if the network is `LARGE`: by itself a core asks for half as much."""
    if large:
        for k in range(begin, min(end, values.size), _LINE // values.itemsize):
            prefetch(values, k)
