"""A hub: a node that most nodes set off, and what it sets off itself, worked out once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import kernel
from simcore.mechanisms.arcs import LARGE, list_arcs, prefetch_target, room_for_arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

_U0, _U1 = np.uint64(0), np.uint64(1)


@kernel
def close(ptr, idx, weight, large, left, queue, size, arcs):
    """Let the adopters in ``queue[:size]`` convince whom they can; return how many adopted, and in how many steps."""
    place, steps, weighted = _U0, 0, weight.size > 0
    size = np.uint64(size)
    while place < size:
        last = size
        while place < last:
            place, number = list_arcs(ptr, idx, queue, place, last, large, arcs, queue[:0])
            for k in range(number):
                prefetch_target(idx, left, arcs, k, number, large)
                j = idx[arcs[k]]
                before = left[j]
                left[j] = after = before - (weight[arcs[k]] if weighted else 1)
                queue[size] = j
                size += np.uint64((before > 0) & (after <= 0))
        steps += size > last
    return size, steps


@kernel
def find(ptr, idx, weight, left, roots, number, rank, call, arc, first, stack):
    """Return a node of the largest component of the sufficing arcs, of those that hold a root (Pearce 2016).

    ``rank`` begins with zeros; a node's is the least of those it is known to reach, and once its component is known
    2^32 less the number of that, which counts from 1. The other arrays have room for all nodes; ``number`` of them
    are to be looked at, the roots and what they reach.
    """
    weighted, hub, largest, taken, size, closed = weight.size > 0, np.int64(0), 0, 1, 0, 2**32
    for root in roots:
        if rank[root]:
            continue
        if largest >= number:
            break
        depth = 0
        call[0], arc[0], first[0], rank[root] = root, ptr[root], taken, taken
        taken += 1
        while depth >= 0:
            i, a = np.uint64(call[depth]), np.uint64(arc[depth])
            end, least, deeper = np.uint64(ptr[i + _U1]), rank[i], False
            while a < end:
                j = np.uint64(idx[a])
                need = left[j]
                if need > 0 and need <= (weight[a] if weighted else 1):
                    if rank[j] == 0:
                        deeper = True
                        break
                    least = min(least, rank[j])
                a += _U1
            rank[i], arc[depth] = least, a
            if deeper:
                depth += 1
                call[depth], arc[depth], first[depth], rank[j] = j, ptr[j], taken, taken
                taken += 1
                continue
            if least == first[depth]:
                members = 1
                closed -= 1
                while size > 0 and rank[stack[size - 1]] >= least:
                    size -= 1
                    rank[stack[size]] = closed
                    members += 1
                rank[i] = closed
                number -= members
                taken -= members
                if members > largest:
                    hub, largest = np.int64(i), members
            else:
                stack[size] = i
                size += 1
            depth -= 1
    return hub


@kernel
def _flag(ptr, idx, weight, large, left, hub, flagged, queue, arcs):
    """Flag all from which the hub is reached by sufficing arcs; return in how many steps it is.

    ``ptr, idx, weight`` are arcs in; nodes with nothing left are flagged before, so that nothing passes them.
    """
    weighted, place, size, steps = weight.size > 0, _U0, _U1, np.int64(0)
    queue[0] = hub
    flagged[hub] = 1
    while place < size:
        last = size
        while place < last:
            if weighted:
                j = np.uint64(queue[place])
                for a in range(np.uint64(ptr[j]), np.uint64(ptr[j + _U1])):
                    i = idx[a]
                    queue[size] = i
                    size += np.uint64((weight[a] >= left[j]) & (flagged[i] == 0))
                    flagged[i] |= weight[a] >= left[j]
                place += _U1
                continue
            kept = place
            for k in range(place, last):  # only those whom one suffices for
                j = queue[k]
                queue[kept] = j
                kept += np.uint64(left[j] == 1)
            while place < kept:
                place, number = list_arcs(ptr, idx, queue, place, kept, large, arcs, queue[:0])
                for k in range(number):
                    prefetch_target(idx, flagged, arcs, k, number, large)
                    i = idx[arcs[k]]
                    queue[size] = i
                    size += np.uint64(flagged[i] == 0)
                    flagged[i] = 1
            place = last
        steps += size > last
    return steps


class Hub(NamedTuple):
    """What a hub sets off."""

    left: NDArray[np.signedinteger]  # what each node lacks afterwards
    flagged: NDArray[np.uint8]
    size: int
    alike: int  # nodes that set off the same
    longest: int  # steps from any flagged node until all that is over


def snapshot(network: Network, left: NDArray[np.signedinteger], hub: int, queue: NDArray[np.uint32]) -> Hub:
    """Return what a hub sets off, given what each node lacks; the network has arcs in, the queue room for all."""
    large, after, flagged = network.n >= LARGE, left.copy(), (left <= 0).astype(np.uint8)
    queue[0], after[hub] = hub, 0
    size, steps = close(network.out_ptr, network.out_idx, network.out_weight, large, after, queue, 1,
                         room_for_arcs(network))
    room = room_for_arcs(network._replace(out_ptr=network.in_ptr))
    depth = _flag(network.in_ptr, network.in_idx, network.in_weight, large, left, hub, flagged, queue, room)
    alike = np.count_nonzero((flagged > 0) & (after <= 0) & (left > 0))
    return Hub(after, flagged, int(size), int(alike), int(depth) + int(steps))
