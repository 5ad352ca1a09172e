"""Poisson (Erdos-Renyi) networks: each pair is joined with probability z / (n - 1), independently.

A pair that receives a Poisson number of ties of mean -ln(1 - p), parallel ties counting once, is joined with
probability p exactly. The rows f and n - 1 - f together have n - 1 partners of higher number, whatever f; so
each such *fold* receives a number of ties from one and the same Poisson table, and every tie is an even draw
among the fold's partners. A fold depends on nothing but its number.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.network.csr import Network, from_parts
from simcore.network.degree_laws import poisson as poisson_pmf
from simcore.network.degrees import DegreeTable, degree, table
from simcore.rng import Purpose, below, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.network.rows import Arcs

_FOLDS = 2**19  # whose ties are drawn together; a multiple of 4
_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))


@kernel
def _count_ties(key, law, first, counts):
    """Draw the number of ties of each fold: counter (fold // 4, 0, 0, COUNT), word fold % 4; return that of all."""
    number = 0
    for a in range(0, counts.size, 4):
        words = philox(key, np.uint64((first + a) // 4), _U0, _U0, tag(_U0, Purpose.NETWORK_COUNT))
        for place, word in enumerate(words):
            if a + place < counts.size:
                counts[a + place] = degree(law, word)
                number += counts[a + place]
    return number


@kernel
def _draw_ties(key, n, first, counts, row, partner):
    """Draw the partners of folds: tie t takes half t % 2 of the block (fold, t // 2, 0, TIE); return how many.

    Nothing could foretell which of the two rows a tie is of, so that is not branched on.
    """
    made = _U0
    for f in range(counts.size):
        low = np.uint64(first + f)
        high = n - _U1 - low  # partners above row `low`, and the other row of the fold
        two = low != high  # the middle row of an odd n stands alone
        half = _U0
        for t in range(np.uint64(counts[f])):
            if t & _U1:
                bits = half
            else:
                x0, x1, x2, x3 = philox(key, low, t >> _U1, _U0, tag(_U0, Purpose.NETWORK_TIE))
                bits, half = x0 | (x1 << _U32), x2 | (x3 << _U32)
            slot = below(bits, n - _U1)
            in_low = slot < high
            row[made] = low if in_low else high
            partner[made] = slot + _U1 + (low if in_low else _U0)
            made += np.uint64(in_low | two)
    return np.int64(made)


@functools.lru_cache(maxsize=64)
def _ties_of_a_fold(n: int, mean_degree: float) -> DegreeTable:
    return table(poisson_pmf(-math.log1p(-mean_degree / (n - 1)) * (n - 1)))


def ties(n: int, mean_degree: float, key: np.uint64) -> Iterator[Arcs]:
    """Yield the ties of a Poisson network in parts, the lower end first; a few of them more than once."""
    if n < 2 or mean_degree <= 0:
        return
    law = _ties_of_a_fold(n, mean_degree)
    for first in range(0, (n + 1) // 2, _FOLDS):
        counts = np.empty(min(_FOLDS, (n + 1) // 2 - first), np.int64)
        row, partner = np.empty((2, _count_ties(key, law, first, counts)), np.uint32)
        made = _draw_ties(key, np.uint64(n), first, counts, row, partner)
        yield row[:made], partner[:made]


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
    return from_parts(n, lambda: ties(n, mean_degree, key), undirected=True).network
