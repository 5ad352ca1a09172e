"""The cascade that every single node would start, exactly: for rules by which a node adopts at an integer need.

Adoption is monotone, so whoever sets off node h sets off all that h does. An arc that alone suffices for its target
makes a graph; a node of its largest strongly connected component is the *hub*, all of which start the same cascade.
It is run once and kept. A node from which the hub is reached by sufficing arcs is *flagged*: any other run stops at
the first flagged node that it activates, and is finished from what was kept, for which it pays only the extras. Where
much is left to others, they are taken together by their *home*, somebody whom they convince alone, of the largest
component they have: what that sets off is kept in turn. Where all that is little, each node is simply run.
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

_U0, _U1, _U32 = np.uint64(0), np.uint64(1), np.uint64(32)
_LOW, NOBODY = np.uint64(2**32 - 1), np.uint32(2**32 - 1)
_TRAIL = 2**14  # arcs that a run may walk before it is cheaper to undo everything
_LITTLE = 32  # arcs a node, up to which nothing is faster than to run each
_SLACK = 64  # nodes until that is judged


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
def _spread(ptr, idx, weight, work, flagged, queue, place, size, met, arcs):
    """Run on from ``queue[place:size]``, until a flagged node adopts if ``flagged`` has room.

    Return how many adopted, whether a flagged node did, and how many ``arcs`` there are to undo; more than there is
    room for if they were too many to list.
    """
    number, weighted, large, long = _U0, weight.size > 0, work.size >= LARGE, False
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
def _find_homes(ptr, idx, weight, left, roots, part, members, best):
    """Find for each node one of those whom it convinces alone, of a part of the most members: a word for both.

    ``ptr, idx, weight`` are arcs in, ``roots`` the vulnerable; ``best`` begins with zeros, which stay where nobody is.
    """
    for j in roots:
        word = (np.uint64(members[part[j]]) << _U32) | np.uint64(j)
        for a in range(np.uint64(ptr[j]), np.uint64(ptr[j + _U1])):
            i = idx[a]
            best[i] = max(best[i], word * np.uint64(left[j] <= (weight[a] if weight.size else 1)))


@kernel
def _run_each(ptr, idx, weight, nodes, left, work, best, known, base, little, queue, out):
    """Fill in what each node sets off by running it, and return the most nodes; 0 if that takes more than ``little``.

    If ``known`` has room, arcs go both ways and count alike: where all who adopt are vulnerable, all set off the same.
    """
    most, spent = np.int64(1), np.int64(0)
    for k in range(nodes.size):
        i, place, size = np.uint64(nodes[k]), _U0, _U1
        if left[i] <= 0 or best[i] == 0:
            out[k] = base + (left[i] > 0)
            continue
        if known.size and known[i]:
            out[k] = base + known[i]
            continue
        queue[0], work[i], alike = i, 0, known.size > 0
        while place < size:
            j = np.uint64(queue[place])
            place += _U1
            spent += ptr[j + _U1] - ptr[j]
            if spent > little * (k + _SLACK):
                copy(left, work)
                return np.int64(0)
            for a in range(np.uint64(ptr[j]), np.uint64(ptr[j + _U1])):
                target = idx[a]
                before = work[target]
                work[target] = after = before - (weight[a] if weight.size else 1)
                queue[size] = target
                size += np.uint64((before > 0) & (after <= 0))
        for j in queue[:size]:
            alike &= left[j] == 1
            for a in range(np.uint64(ptr[j]), np.uint64(ptr[j + _U1])):
                work[idx[a]] += weight[a] if weight.size else 1
        if alike:
            for j in queue[:size]:
                known[j] = size
        work[i] = left[i]
        out[k] = base + np.int64(size)
        most = max(most, np.int64(size))
    return most


@kernel
def _group(nodes, left, hub_left, flagged, part, best, base, closed, head, after, out):
    """Fill in what is known without a run, and chain the others by the part of their home, or 0 if they reach the hub.

    ``head`` begins with `NOBODY`, the end of each chain; its last is of those that are known. Without a branch, since
    nobody can guess which of them is next.
    """
    for k in range(nodes.size):
        i = np.uint64(nodes[k])
        alike = (flagged[i] > 0) & (hub_left[i] <= 0)
        needs_run = (left[i] > 0) & (best[i] > 0) & (not alike)
        out[k] = base + (closed if alike else 1) * (left[i] > 0)
        p = part[best[i] & _LOW] * (flagged[i] == 0) if needs_run else head.size - 1
        after[k], head[p] = head[p], k


@kernel
def _measure(ptr, idx, weight, nodes, left, work, hub_left, hub_work, flagged, part, best, head, after, known, base,
             closed, kept, queue, trail, arcs, out):
    """Fill in what the nodes chained by `_group` set off; return the most nodes that one adds to what is known.

    Nodes of the same ``part`` set off the same; ``known`` begins with zeros. What a home sets off stays in place, in
    ``kept`` and along ``trail``, while those who have it, or one of its part, run on from there.
    """
    most = np.int64(0)
    for p in range(head.size - 1):
        k, begun, walked, fresh = head[p], _U0, _U0, p > 0
        while k != NOBODY:
            i = np.uint64(nodes[k])
            if fresh:
                fresh, kept[0] = False, best[i] & _LOW
                work[kept[0]] = 0
                begun, met, walked = _spread(ptr, idx, weight, work, flagged, kept, _U0, _U1, False, trail)
                if met or walked > np.uint64(trail.size):  # then each runs alone
                    _undo(idx, weight, left, work, kept, _U1, trail, walked)
                    begun = walked = _U0
            if work[i] <= 0:
                out[k] = base + np.int64(begun)
                most = max(most, np.int64(begun))
                k = after[k]
                continue
            if part[i] and known[part[i]]:
                out[k] = known[part[i]]
                k = after[k]
                continue
            before, queue[0], work[i] = work[i], i, 0
            size, met, number = _spread(ptr, idx, weight, work, flagged, queue, _U0, _U1, flagged[i] != 0, arcs)
            _undo(idx, weight, left, work, queue, _U0, arcs, number)
            work[i], undone = before, number > np.uint64(arcs.size)
            added = np.int64(begun + size)
            out[k] = base + added
            if met:
                last = _U0
                for j in queue[:size]:
                    queue[last] = j
                    last += np.uint64(hub_left[j] > 0)
                for j in kept[:begun]:
                    queue[last] = j
                    last += np.uint64(hub_left[j] > 0)
                for j in queue[:last]:
                    hub_work[j] = 0
                size, _, number = _spread(ptr, idx, weight, hub_work, flagged[:0], queue, _U0, last, False, arcs)
                _undo(idx, weight, hub_left, hub_work, queue, last, arcs, number)
                out[k] = base + closed + np.int64(size)
                added += np.int64(size)
            known[part[i]] = out[k]
            most = max(most, added)
            if undone and begun:  # and what was kept with it
                fresh, begun, walked, work[i] = True, _U0, _U0, left[i]
            k = after[k]
        _undo(idx, weight, left, work, kept, min(begun, _U1), trail, walked)
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
    both, n, size, work = with_in_arcs(network), network.n, np.empty(nodes.size, np.int64), left.copy()
    part, members, best = np.zeros(n, np.uint32), np.array([n]), np.zeros(n, np.uint64)
    _find_homes(both.in_ptr, both.in_idx, both.in_weight, left, roots, part, members, best)
    known = np.zeros(n if network.symmetric and not network.weighted else 0, np.int64)
    if added := _run_each(ptr, idx, weight, nodes, left, work, best, known, int(base), _LITTLE, queue, size):
        return Cascades(size, first + int(added))
    hub = hubs.snapshot(both, left, int(roots[network.out_degree[roots].argmax()]), queue)
    if 2 * hub.alike < roots.size:  # another component may be larger
        found = hubs.find(ptr, idx, weight, left, roots, roots.size, part, np.empty(n, np.uint32),
                          np.empty(n, np.int64), np.empty(n, np.uint32), np.empty(n, np.uint32))
        part = ~part + np.uint32(1)
        members, best = np.bincount(part), np.zeros(n, np.uint64)
        _find_homes(both.in_ptr, both.in_idx, both.in_weight, left, roots, part, members, best)
        hub = hubs.snapshot(both, left, int(found), queue)
    head, after = np.full(members.size + 1, NOBODY), np.empty(nodes.size, np.uint32)
    _group(nodes, left, hub.left, hub.flagged, part, best, int(base), hub.size, head, after, size)
    trail, arcs = room_for_arcs(network, least=_TRAIL), room_for_arcs(network, least=_TRAIL)
    added = _measure(ptr, idx, weight, nodes, left, work, hub.left, hub.left.copy(), hub.flagged, part, best,
                     head, after, np.zeros(members.size, np.int64), int(base), hub.size, queue,
                     np.empty_like(queue), trail, arcs, size)
    return Cascades(size, first + hub.longest + int(added))
