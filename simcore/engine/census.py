"""The cascade that every single node would start, exactly: for rules by which a node adopts at an integer need.

Adoption is monotone, so whoever sets off node h sets off all that h does. An arc that alone suffices for its target
makes a graph; a node of its largest strongly connected component is the *hub*, all of which start the same cascade.
It is run once and kept. A node from which the hub is reached by sufficing arcs is *flagged*: any other run stops at
the first flagged node that it activates, and is finished from what was kept, for which it pays only the extras.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.engine import hubs
from simcore.mechanisms.arcs import LARGE, list_arcs, prefetch_target, room_for_arcs
from simcore.mechanisms.values import copy
from simcore.network.csr import with_in_arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

_U0, _U1 = np.uint64(0), np.uint64(1)
_TRAIL = 2**14  # arcs that a run may walk before it is cheaper to undo everything


class Cascades(NamedTuple):
    """What single seeds set off.

    Attributes
    ----------
    size : int64[k]
        Nodes that adopt in the end, the seed included.
    longest : int
        No cascade takes more synchronous steps; an upper bound.
    """

    size: NDArray[np.int64]
    longest: int


@inline
def _spread(ptr, idx, weight, work, flagged, queue, size, met, arcs):
    """Run on from ``queue[:size]``, until a flagged node adopts if ``flagged`` has room.

    Return how many adopted, whether a flagged node did, and how many ``arcs`` there are to undo; more than there is
    room for if they were too many to list.
    """
    place, number, weighted, large, long = _U0, _U0, weight.size > 0, work.size >= LARGE, False
    while place < size and not met:
        last = size
        place, more = list_arcs(ptr, idx, queue, place, last, large, arcs[number:], queue[:0])
        for k in range(number, number + more):
            prefetch_target(idx, work, arcs, k, number + more, large)
            j = idx[arcs[k]]
            before = work[j]
            work[j] = after = before - (weight[arcs[k]] if weighted else 1)
            queue[size] = j
            size += np.uint64((before > 0) & (after <= 0))
        number += more
        if flagged.size:
            for j in queue[last:size]:
                met |= flagged[j] != 0
        if place < last:
            number, long = _U0, True
    return size, met, np.uint64(arcs.size) + _U1 if long else number


@inline
def _undo(idx, weight, fresh, work, queue, size, arcs, number):
    """Undo a run of these adopters along these arcs; everything, if they are not listed."""
    weighted = weight.size > 0
    if number > arcs.size:
        copy(fresh, work)
        return
    for a in arcs[:number]:
        work[idx[a]] += weight[a] if weighted else 1
    for i in queue[:size]:
        work[i] = fresh[i]


@kernel
def _begin(ptr, idx, weight, left, roots, out):
    """Mark nodes from which an arc leads that suffices; ``ptr, idx, weight`` are arcs in, ``roots`` the vulnerable."""
    for j in roots:
        for a in range(np.uint64(ptr[j]), np.uint64(ptr[j + _U1])):
            out[idx[a]] |= left[j] <= (weight[a] if weight.size else 1)


@kernel
def _measure(ptr, idx, weight, nodes, left, work, hub_left, hub_work, flagged, starts, part, known, base, closed,
             queue, arcs, out):
    """Fill in what each node sets off; return the most nodes that one adds to what is known.

    Nodes of the same ``part`` set off the same; ``known`` begins with zeros.
    """
    most = np.int64(0)
    for k in range(nodes.size):
        i = np.uint64(nodes[k])
        if left[i] <= 0:
            out[k] = base
            continue
        if not starts[i]:
            out[k] = base + 1
            continue
        if flagged[i] and hub_left[i] <= 0:
            out[k] = base + closed
            continue
        if part[i] and known[part[i]]:
            out[k] = known[part[i]]
            continue
        queue[0] = i
        work[i] = 0
        size, met, number = _spread(ptr, idx, weight, work, flagged, queue, _U1, flagged[i] != 0, arcs)
        _undo(idx, weight, left, work, queue, _U1, arcs, number)
        added = np.int64(size)
        out[k] = base + added
        if met:
            kept = _U0
            for j in queue[:size]:
                if hub_left[j] > 0:
                    queue[kept] = j
                    kept += _U1
            for j in queue[:kept]:
                hub_work[j] = 0
            size, _, number = _spread(ptr, idx, weight, hub_work, flagged[:0], queue, kept, False, arcs)
            _undo(idx, weight, hub_left, hub_work, queue, kept, arcs, number)
            out[k] = base + closed + np.int64(size)
            added += np.int64(size)
        known[part[i]] = out[k]
        most = max(most, added)
    return most


@kernel
def _vulnerable(idx, weight, left, out):
    """Mark nodes that one arc suffices to convince."""
    for a in range(idx.size):
        j = idx[a]
        out[j] |= 0 < left[j] <= (weight[a] if weight.size else 1)


def vulnerable(network: Network, need: NDArray[np.signedinteger]) -> NDArray[np.bool_]:
    """Return which nodes a single active node can convince, bool[n]: the early adopters of Watts (2002)."""
    if not network.weighted:
        return np.asarray((need == 1) & (network.in_degree > 0))
    out = np.zeros(network.n, np.bool_)
    _vulnerable(network.out_idx, network.out_weight, need, out)
    return out


def cascades(network: Network, need: NDArray[np.signedinteger], nodes: NDArray[np.uint32] | None = None) -> Cascades:
    """Return what every single node sets off under an irreversible rule.

    Parameters
    ----------
    network : Network
    need : int32[n] or int64[n]
        The active in-weight (in an unweighted network: the number of active nodes) at which each node adopts; who
        needs 0 adopts by itself.
    nodes : uint32[k], optional
        The seeds asked for; everybody if not given.

    Returns
    -------
    Cascades

    Notes
    -----
    Exact. Time and memory are those of a few cascades where most nodes reach the hub; where nothing is global, those
    of all the cascades, which then are small.
    """
    nodes = np.arange(network.n, dtype=np.uint32) if nodes is None else nodes
    ptr, idx, weight, large = network.out_ptr, network.out_idx, network.out_weight, network.n >= LARGE
    left, queue = need.copy(), np.empty(network.n + 1, np.uint32)
    eager = np.flatnonzero(need <= 0)
    queue[: eager.size] = eager
    base, first = hubs.close(ptr, idx, weight, large, left, queue, eager.size, room_for_arcs(network))
    first = int(first) + (eager.size > 0)  # steps, the one in which they adopt by themselves too
    roots = np.flatnonzero(vulnerable(network, left)).astype(np.uint32)
    if not roots.size:
        return Cascades(base + (left[nodes] > 0), first)
    both, n = with_in_arcs(network), network.n
    starts, part = np.zeros(n, np.uint8), np.zeros(n, np.uint32)
    _begin(both.in_ptr, both.in_idx, both.in_weight, left, roots, starts)
    hub = hubs.snapshot(both, left, int(roots[network.out_degree[roots].argmax()]), queue)
    if 2 * hub.alike < roots.size:  # another component may be larger
        best = hubs.find(ptr, idx, weight, left, roots, roots.size, part, np.empty(n, np.uint32), np.empty(n, np.int64),
                    np.empty(n, np.uint32), np.empty(n, np.uint32))
        part = ~part + np.uint32(1)
        hub = hubs.snapshot(both, left, int(best), queue)
    size = np.empty(nodes.size, np.int64)
    most = _measure(ptr, idx, weight, nodes, left, left.copy(), hub.left, hub.left.copy(), hub.flagged, starts, part,
                    np.zeros(int(part.max()) + 1, np.int64), int(base), hub.size, queue,
                    room_for_arcs(network, least=_TRAIL), size)
    return Cascades(size, first + hub.longest + int(most))
