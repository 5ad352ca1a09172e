"""Seeds chosen one after the other, each changing the scores of the rest: so that they do not stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel
from simcore.seeding.heap import heap_of, rescore, take

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

_U1 = np.uint64(1)


@inline
def _discounted(degree, into, out, transmission):
    return degree - out - into - (degree - out) * into * transmission


@kernel
def _discount(out_ptr, out_idx, in_ptr, in_idx, transmission, into, out, heap, order):
    """Choose by discounted degree; ``into`` and ``out`` count the seeds that influence a node, that it influences."""
    for k in range(order.size):
        left = heap.nodes.size - k
        best = take(heap, left)
        order[k] = best
        for j in out_idx[out_ptr[best]:out_ptr[best + _U1]]:
            into[j] += 1
            score = _discounted(out_ptr[j + _U1] - out_ptr[j], into[j], out[j], transmission)
            rescore(heap, j, score, left - 1)
        for j in in_idx[in_ptr[best]:in_ptr[best + _U1]]:
            out[j] += 1
            score = _discounted(out_ptr[j + _U1] - out_ptr[j], into[j], out[j], transmission)
            rescore(heap, j, score, left - 1)


def degree_discount(network: Network, transmission: float, tie: NDArray[np.uint64], count: int) -> NDArray[np.uint32]:
    """Return the first nodes by degree discount, for an independent cascade that has this transmission.

    The score of a node that influences d others, s of them seeds, and is influenced by t seeds, is
    d - s - t - (d - s) t p; where ties have no direction, s = t and this is d - 2 t - (d - t) t p.

    Parameters
    ----------
    network : Network
        With in-arcs. Weights do not count.
    transmission : float
        p.
    tie : uint64[n]
        Orders equals, the smallest first.
    count : int
        How many to choose.

    Returns
    -------
    uint32[count]

    Notes
    -----
    Chen, Wang & Yang (2009), doi:10.1145/1557019.1557047, Algorithm 4.
    """
    order = np.empty(count, np.uint32)
    into, out = np.zeros((2, network.n), np.int64)
    heap = heap_of(network.out_degree.astype(np.float64), tie)
    _discount(network.out_ptr, network.out_idx, network.in_ptr, network.in_idx, transmission, into, out, heap, order)
    return order


@kernel
def _vote(out_ptr, out_idx, in_ptr, in_idx, ability, heap, order):
    n = heap.nodes.size
    for k in range(order.size):
        left = n - k
        best = take(heap, left)
        order[k] = best
        for i in in_idx[in_ptr[best]:in_ptr[best + _U1]]:
            rescore(heap, i, heap.score[i] - ability[best], left - 1)
        ability[best] = 0
        for j in out_idx[out_ptr[best]:out_ptr[best + _U1]]:
            lost = min(n, ability[j])
            ability[j] -= lost
            if lost:
                for i in in_idx[in_ptr[j]:in_ptr[j + _U1]]:
                    rescore(heap, i, heap.score[i] - lost, left - 1)


def voterank(network: Network, tie: NDArray[np.uint64], count: int) -> NDArray[np.uint32]:
    """Return the first nodes by VoteRank: all vote for those who influence them, and the elected weaken their voters.

    Each node has one vote for each that influences it, of the same weight, 1 at first. Whoever has most is
    elected; their own vote is lost, and the votes of those they influence lose 1 / (mean degree), down to 0.

    Parameters
    ----------
    network : Network
        With in-arcs. Weights do not count.
    tie : uint64[n]
        Orders equals, the smallest first; in the end all have 0.
    count : int
        How many to choose.

    Returns
    -------
    uint32[count]

    Notes
    -----
    Zhang, Chen, Dong & Zhao (2016), doi:10.1038/srep27823. Votes are counted in whole numbers, a vote of 1 being
    as many as there are arcs.
    """
    order = np.empty(count, np.uint32)
    heap = heap_of(network.out_degree * network.arcs, tie)
    _vote(network.out_ptr, network.out_idx, network.in_ptr, network.in_idx, np.full(network.n, network.arcs), heap,
          order)
    return order


@kernel
def _ball(ptr, idx, degree, centre, radius, mark, marks, ball):
    """Fill ``ball`` with the nodes within a distance, nearest first; return how many, and how many are nearer.

    Nodes of degree -1 are gone.
    """
    ball[0] = centre
    marks[centre] = mark
    begin, size = 0, 1
    for _ in range(radius):
        end = size
        for i in ball[begin:end]:
            for j in idx[ptr[i]:ptr[i + _U1]]:
                if marks[j] != mark and degree[j] >= 0:
                    marks[j] = mark
                    ball[size] = j
                    size += 1
        begin = end
    return size, begin


@kernel
def _outer(ptr, idx, degree, centre, radius, mark, marks, ball):
    """Return the sum of k - 1 over the nodes at just this distance."""
    size, nearer = _ball(ptr, idx, degree, centre, radius, mark, marks, ball)
    total = 0
    for j in ball[nearer:size]:
        total += degree[j] - 1
    return total


@kernel
def _sum_all(ptr, idx, degree, radius, marks, ball, outer):
    for i in range(outer.size):
        outer[i] = _outer(ptr, idx, degree, np.uint64(i), radius, i, marks, ball)


@inline
def _note(i, changed, number, known):
    """List a node whose score has changed, once; return how many are listed."""
    changed[number] = i
    number += not known[i]
    known[i] = 1
    return number


@kernel
def _dismantle(ptr, idx, degree, radius, marks, ball, other, outer, changed, known, heap, order):
    """Take out the best again and again; ``outer`` holds the sums over the nodes at the radius.

    Only from nodes nearer than that does the way to others lead through the one taken out. To all others it and
    those tied to it are at the radius, or nothing.
    """
    mark = heap.nodes.size
    for k in range(order.size):
        left = heap.nodes.size - k
        best = take(heap, left)
        order[k] = best
        size, nearer = _ball(ptr, idx, degree, best, radius, mark, marks, ball)
        mark += 1
        number = 0
        for i in ball[nearer:size]:
            outer[i] -= degree[best] - 1
            number = _note(i, changed, number, known)
        degree[best] = -1
        for j in idx[ptr[best]:ptr[best + _U1]]:
            if degree[j] > 0:
                degree[j] -= 1
                number = _note(j, changed, number, known)
        for j in idx[ptr[best]:ptr[best + _U1]]:
            if degree[j] >= 0:
                end, begin = _ball(ptr, idx, degree, j, radius, mark, marks, other)
                mark += 1
                for i in other[begin:end]:
                    outer[i] -= 1
                    number = _note(i, changed, number, known)
        for i in ball[1:nearer]:
            outer[i] = _outer(ptr, idx, degree, i, radius, mark, marks, other)
            mark += 1
            number = _note(i, changed, number, known)
        for i in changed[:number]:
            known[i] = 0
            rescore(heap, i, (degree[i] - 1) * outer[i], left - 1)


def collective_influence(network: Network, radius: int, tie: NDArray[np.uint64], count: int) -> NDArray[np.uint32]:
    """Return the first nodes by collective influence, each taken out of the network before the next is looked for.

    CI(i) = (k_i - 1) times the sum of k_j - 1 over the nodes j at the distance `radius` from i.

    Parameters
    ----------
    network : Network
        Symmetric. Weights do not count.
    radius : int
        At least 1.
    tie : uint64[n]
        Orders equals, the smallest first; once no large cluster is left, all have 0.
    count : int
        How many to choose.

    Returns
    -------
    uint32[count]

    Notes
    -----
    Morone & Makse (2015), doi:10.1038/nature14604, eq. 4; with a heap, Morone, Min, Bo, Mari & Makse (2016),
    doi:10.1038/srep30062.
    """
    n, ends = network.n, (network.out_ptr, network.out_idx)
    order, outer, degree = np.empty(count, np.uint32), np.empty(n, np.int64), network.out_degree
    marks, balls = np.full(n, -1, np.int64), np.empty((3, n + 1), np.uint32)
    _sum_all(*ends, degree, radius, marks, balls[0], outer)
    _dismantle(*ends, degree, radius, marks, balls[0], balls[1], outer, balls[2], np.zeros(n, np.uint8),
               heap_of((degree - 1) * outer, tie), order)
    return order
