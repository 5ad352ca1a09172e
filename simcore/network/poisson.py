"""Poisson (Erdos-Renyi) networks: each pair is joined with probability z / (n - 1), independently.

A pair that receives a Poisson number of ties of mean -ln(1 - p), parallel ties counting once, is joined with
probability p exactly. The rows f and n - 1 - f together have n - 1 partners of higher number, whatever f; so
each such *fold* receives a number of ties from one and the same Poisson table, and every tie is an even draw
among the fold's partners. A fold depends on nothing but its number.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from simcore._jit import kernel
from simcore.network.csr import Network, from_rows
from simcore.network.degree_laws import poisson as poisson_pmf
from simcore.network.degrees import DegreeTable, degree, table
from simcore.rng import Purpose, below, philox, tag

_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))


@kernel
def _count_ties(key, law, counts):
    """Draw the number of ties of each fold: counter (fold // 4, 0, 0, COUNT), word fold % 4."""
    for fold in range(0, counts.size, 4):
        words = philox(key, np.uint64(fold // 4), _U0, _U0, tag(_U0, Purpose.NETWORK_COUNT))
        for place, word in enumerate(words):
            if fold + place < counts.size:
                counts[fold + place] = degree(law, word)


@kernel
def _draw_ties(key, counts, ties, ends):
    """Draw the partners of every fold: tie t takes half t % 2 of the block (fold, t // 2, 0, TIE).

    Partners of row f go to the front of ``ends``, those of row n - 1 - f to its back, so that both stand in the
    order of rows; nothing could foretell which of the two, so it is not branched on. ``ties[i]`` becomes the
    number of partners drawn for row i. Returns where the back begins.
    """
    n = ties.size
    head, tail = np.uint64(0), np.uint64(ends.size - 1)
    for fold in range(counts.size):
        low, high = np.uint64(fold), np.uint64(n - 1 - fold)  # row `low` has `high` partners above it
        two = np.uint64(low != high)  # the middle row of an odd n stands alone
        in_front = in_back = half = _U0
        for t in range(np.uint64(counts[fold])):
            if t & _U1:
                bits = half
            else:
                x0, x1, x2, x3 = philox(key, low, t >> _U1, _U0, tag(_U0, Purpose.NETWORK_TIE))
                bits, half = x0 | (x1 << _U32), x2 | (x3 << _U32)
            slot = below(bits, np.uint64(n - 1))
            ends[head + in_front] = slot + low + _U1
            ends[tail - in_back] = slot + _U1
            is_front = np.uint64(slot < high)
            in_front += is_front
            in_back += (_U1 - is_front) & two
        head += in_front
        tail -= in_back
        ties[low] += in_front
        ties[high] += in_back
    return np.int64(tail) + 1


@kernel
def _count_lower(ends, ptr):
    for j in ends:
        ptr[j + np.uint64(1)] += 1


@kernel
def _list_lower(first, ties, ends, place, idx):
    """Write the ties of consecutive rows into the rows of their higher ends, which so list lower ends in order."""
    a = np.uint64(0)
    for i in range(ties.size):
        for j in ends[a:a + np.uint64(ties[i])]:
            idx[place[j]] = first + i
            place[j] += 1
        a += np.uint64(ties[i])


@kernel
def _list_upper(ptr, place, idx):
    """Read lower ends row by row and write the higher end behind the row of the lower, once for each pair."""
    for j in range(ptr.size - 1):
        for a in range(ptr[j], place[j]):
            i = idx[a]
            if a == ptr[j] or i != idx[a - 1]:
                idx[place[i]] = j
                place[i] += 1


@kernel
def _close_gaps(ptr, place, idx):
    """Move the rows together, each pair once; return the number of arcs."""
    left = ptr[0]
    for i in range(ptr.size - 1):
        begin, ptr[i] = ptr[i], left
        for a in range(begin, place[i]):
            if a == begin or idx[a] != idx[a - 1]:
                idx[left] = idx[a]
                left += 1
    ptr[ptr.size - 1] = left
    return left


@functools.lru_cache(maxsize=64)
def _ties_of_a_fold(n: int, mean_degree: float) -> DegreeTable:
    return table(poisson_pmf(-math.log1p(-mean_degree / (n - 1)) * (n - 1)))


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
    _count_ties(key, _ties_of_a_fold(n, mean_degree), counts)
    ties = np.zeros(n, np.int64)
    ends = np.empty(counts.sum() + 2, np.uint32)  # room for the two that are written but not kept
    back = _draw_ties(key, counts, ties, ends)
    half = counts.size  # rows before it stand in front
    front = ties[:half].sum()
    for part in (ends[:front], ends[back:]):
        _count_lower(part, ptr)
    ptr[1:] += ties
    np.cumsum(ptr, out=ptr)
    idx = np.empty(ptr[-1], np.uint32)
    place = ptr[:-1].astype(np.uint32 if idx.size < 2**32 else np.int64)  # the smaller, the more of it is at hand
    _list_lower(0, ties[:half], ends[:front], place, idx)
    _list_lower(half, ties[half:], ends[back:], place, idx)
    _list_upper(ptr, place, idx)
    arcs = _close_gaps(ptr, place, idx)
    return from_rows(ptr, idx[:arcs], symmetric=True)
