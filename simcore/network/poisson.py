"""Poisson (Erdos-Renyi) networks: each pair is joined with probability z / (n - 1), independently.

A pair that receives a Poisson number of ties of mean -ln(1 - p), parallel ties counting once, is joined with
probability p exactly. The rows f and n - 1 - f together have n - 1 partners of higher number, whatever f; so
each such *fold* receives a number of ties from one and the same Poisson table, and every tie is an even draw
among the fold's partners. A fold depends on nothing but its number.
"""

from __future__ import annotations

import math

import numpy as np

from simcore._jit import inline, kernel
from simcore.network.csr import Network, from_rows
from simcore.network.degree_laws import poisson as poisson_pmf
from simcore.network.degrees import degree, table
from simcore.rng import Purpose, below, philox, tag

_U0, _U1, _U2, _U32 = (np.uint64(x) for x in (0, 1, 2, 32))


@kernel
def _count_ties(key, law, counts):
    """Draw the number of ties of each fold: counter (fold // 4, 0, 0, COUNT), word fold % 4."""
    for fold in range(0, counts.size, 4):
        words = philox(key, np.uint64(fold // 4), _U0, _U0, tag(_U0, Purpose.NETWORK_COUNT))
        for place, word in enumerate(words):
            if fold + place < counts.size:
                counts[fold + place] = degree(law, word)


@inline
def _sort(values, begin, end):
    """Sort ``values[begin:end]`` in place: Shell's sort, an insertion sort where rows are short."""
    gap = np.int64(1)
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
def _sort_and_merge(values, begin, end):
    _sort(values, begin, end)
    left = begin
    for a in range(begin, end):
        if a == begin or values[a] != values[a - 1]:
            values[left] = values[a]
            left += 1
    return left


@kernel
def _draw_ties(key, counts, ties, front, back, upper, ptr):
    """Draw the partners of every fold: tie t takes half t % 2 of the block (fold, t // 2, 0, TIE).

    Row f goes to the front of ``upper``, row n - 1 - f to its back, so both stand in the order of rows;
    ``ties[i]`` becomes the number of partners above i, ``ptr[i + 1]`` the degree of i. Returns the gap's end.
    """
    n = ties.size
    partners = np.uint64(n - 1)
    head, gap = np.int64(0), upper.size
    for fold in range(counts.size):
        low, high = fold, n - 1 - fold
        own = np.uint64(n - 1 - low)
        in_front = in_back = np.int64(0)
        for t in range(counts[fold]):
            if t % 2 == 0:
                x0, x1, x2, x3 = philox(key, np.uint64(fold), np.uint64(t // 2), _U0, tag(_U0, Purpose.NETWORK_TIE))
                bits = x0 | (x1 << _U32)
            else:
                bits = x2 | (x3 << _U32)
            slot = below(bits, partners)
            if slot < own:
                front[in_front] = slot + np.uint64(low + 1)
                in_front += 1
            elif low != high:  # the middle row of an odd n has but half the partners
                back[in_back] = slot - own + np.uint64(high + 1)
                in_back += 1
        in_front = _sort_and_merge(front, 0, in_front)
        in_back = _sort_and_merge(back, 0, in_back)
        ties[low] = in_front
        for a in range(in_front):
            upper[head] = front[a]
            head += 1
            ptr[np.int64(front[a]) + 1] += 1
        if low != high:
            ties[high] = in_back
            gap -= in_back
            for a in range(in_back):
                upper[gap + a] = back[a]
                ptr[np.int64(back[a]) + 1] += 1
    return gap


@kernel
def _fill_rows(ties, upper, gap, ptr, place, idx):
    """Write both arcs of every tie; a row's lower partners are written before the row itself is reached."""
    a = np.int64(0)
    for i in range(ties.size):
        if 2 * i >= ties.size and a < gap:  # rows of the second half stand behind the gap
            a = gap
        for b in range(a, a + ties[i]):
            idx[place[i] + b - a] = upper[b]
            idx[place[upper[b]]] = i
            place[upper[b]] += 1
        a += ties[i]


def poisson(n: int, mean_degree: float, key: np.uint64) -> Network:
    """Build an undirected Poisson network.

    Parameters
    ----------
    n : int
        Number of nodes.
    mean_degree : float
        Mean number of neighbours z, from 0 to below n - 1.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

    Returns
    -------
    Network
        Symmetric, unweighted.

    References
    ----------
    Gilbert (1959), doi:10.1214/aoms/1177706098; Erdos & Renyi (1959).
    """
    ptr = np.zeros(n + 1, np.int64)
    if n < 2 or mean_degree <= 0:
        return from_rows(ptr, np.empty(0, np.uint32), symmetric=True)
    counts = np.zeros((n + 1) // 2, np.int64)
    _count_ties(key, table(poisson_pmf(-math.log1p(-mean_degree / (n - 1)) * (n - 1))), counts)
    ties = np.zeros(n, np.int64)
    front, back = np.empty((2, counts.max(initial=0)), np.uint32)
    upper = np.empty(counts.sum(), np.uint32)
    gap = _draw_ties(key, counts, ties, front, back, upper, ptr)
    ptr[1:] += ties
    np.cumsum(ptr, out=ptr)
    idx = np.empty(ptr[-1], np.uint32)
    _fill_rows(ties, upper, gap, ptr, ptr[:-1].copy(), idx)
    return from_rows(ptr, idx, symmetric=True)
