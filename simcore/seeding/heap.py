"""A heap of nodes whose scores change: the best is always known, equals stand in the order of their draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Heap(NamedTuple):
    """What kernels see of it: ``nodes[0]`` is the best, those below ``nodes[at]`` at 2 at + 1 and 2 at + 2."""

    nodes: NDArray[np.uint32]
    place: NDArray[np.int64]  # of each node; the heap's size or beyond once it is taken
    score: NDArray[np.int64] | NDArray[np.float64]
    tie: NDArray[np.uint64]


@inline
def _better(heap, i, j):
    if heap.score[i] != heap.score[j]:
        return heap.score[i] > heap.score[j]
    return heap.tie[i] < heap.tie[j] or (heap.tie[i] == heap.tie[j] and i < j)


@inline
def _put(heap, at, i):
    heap.nodes[at] = i
    heap.place[i] = at


@kernel
def sink(heap, at, size):
    """Move the node at a place down to where it belongs."""
    i = heap.nodes[at]
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and _better(heap, heap.nodes[below + 1], heap.nodes[below]):
            below += 1
        if not _better(heap, heap.nodes[below], i):
            break
        _put(heap, at, heap.nodes[below])
        at = below
    _put(heap, at, i)


@kernel
def rescore(heap, i, score, size):
    """Give a node another score, and the place that goes with it; nothing if it was taken."""
    at = heap.place[i]
    if at >= size:
        return
    heap.score[i] = score
    while at > 0 and _better(heap, i, heap.nodes[(at - 1) // 2]):
        _put(heap, at, heap.nodes[(at - 1) // 2])
        at = (at - 1) // 2
    _put(heap, at, i)
    sink(heap, at, size)


@kernel
def heapify(heap):
    """Put all nodes in order."""
    for at in range(heap.nodes.size // 2 - 1, -1, -1):
        sink(heap, at, heap.nodes.size)


@kernel
def take(heap, size):
    """Take the best of the nodes that are left, ``size`` of them, and return it."""
    best, last = heap.nodes[0], heap.nodes[size - 1]
    _put(heap, 0, last)
    _put(heap, size - 1, best)
    sink(heap, 0, size - 1)
    return best


def heap_of(score: NDArray[np.int64] | NDArray[np.float64], tie: NDArray[np.uint64]) -> Heap:
    """Return the heap of all nodes, given their scores."""
    heap = Heap(np.arange(score.size, dtype=np.uint32), np.arange(score.size), score, tie)
    heapify(heap)
    return heap
