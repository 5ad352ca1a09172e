"""Directed influence networks: out-degrees and in-degrees of any laws, independent of each other.

Self-loops and repeated arcs, few in a sparse network however large, are dropped and merged, and counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import kernel
from simcore.errors import NetworkError
from simcore.network.csr import Built, from_rows, sort_and_merge
from simcore.network.degrees import degree, table
from simcore.rng import Purpose, below, philox, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))


class Classes(NamedTuple):
    """Degrees of two classes of nodes: the first round(share n) follow one law, the rest another.

    Attributes
    ----------
    share : float
        Share of the nodes in the first class, 0 to 1.
    first, rest : float64[K]
        Probability of each degree, in the first class and in the other.
    """

    share: float
    first: NDArray[np.float64]
    rest: NDArray[np.float64]


@kernel
def _draw_degrees(key, purpose, size_of_first, first, rest, degrees):
    """Draw the degree of every node: word i mod 4 of the block (i div 4, 0, 0, purpose)."""
    for i in range(0, degrees.size, 4):
        words = philox(key, np.uint64(i >> 2), _U0, _U0, tag(_U0, purpose))
        for place, word in enumerate(words):
            node = i + place
            if node < size_of_first:
                degrees[node] = degree(first, word)
            elif node < degrees.size:
                degrees[node] = degree(rest, word)


@kernel
def _draw_targets(key, ptr, target):
    """Draw every target evenly: arc t of node i takes half t mod 2 of the block (i, t div 2, 0, TIE)."""
    n = np.uint64(ptr.size - 1)
    for i in range(ptr.size - 1):
        for a in range(ptr[i], ptr[i + 1], 2):
            x0, x1, x2, x3 = philox(key, np.uint64(i), np.uint64((a - ptr[i]) >> 1), _U0,
                                    tag(_U0, Purpose.NETWORK_TIE))
            target[a] = below(x0 | (x1 << _U32), n)
            if a + 1 < ptr[i + 1]:
                target[a + 1] = below(x2 | (x3 << _U32), n)


@kernel
def _draw_ranks(key, bits, start):
    """Draw 64 bits for every stub: half s mod 2 of the block (s div 2, 0, 0, STUB); count them in buckets."""
    buckets = np.uint64(start.size - 1)
    for s in range(0, bits.size, 2):
        x0, x1, x2, x3 = philox(key, np.uint64(s >> 1), _U0, _U0, tag(_U0, Purpose.NETWORK_STUB))
        bits[s] = x0 | (x1 << _U32)
        start[below(bits[s], buckets) + _U1] += 1
        if s + 1 < bits.size:
            bits[s + 1] = x2 | (x3 << _U32)
            start[below(bits[s + 1], buckets) + _U1] += 1


@kernel
def _shuffle(in_ptr, bits, start, rank, node):
    """Put the nodes of the in-stubs into the order of their bits, of position where bits are equal.

    ``start`` says where each bucket begins, and is used up. Stubs beyond the last in-stub belong to node n.
    """
    buckets = np.uint64(start.size - 1)
    i = np.int64(0)
    for s in range(bits.size):
        while i < in_ptr.size - 1 and in_ptr[i + 1] <= s:
            i += 1
        bucket = below(bits[s], buckets)
        place = start[bucket]
        start[bucket] += 1
        rank[place] = bits[s]
        node[place] = i
    for s in range(1, bits.size):  # an insertion sort has to go no further than a bucket
        high, mover = rank[s], node[s]
        place = s
        while place > 0 and rank[place - 1] > high:
            rank[place] = rank[place - 1]
            node[place] = node[place - 1]
            place -= 1
        rank[place] = high
        node[place] = mover


@kernel
def _tidy(ptr, idx):
    """Make the rows canonical in place, leaving out target n; return the arcs left and the self-loops."""
    left = self_loops = begin = np.int64(0)
    for i in range(ptr.size - 1):
        end = ptr[i + 1]
        row = left
        for a in range(begin, end):
            if idx[a] == i:
                self_loops += 1
            elif idx[a] < ptr.size - 1:
                idx[row] = idx[a]
                row += 1
        left = sort_and_merge(idx, left, row)
        ptr[i + 1] = left
        begin = end
    return left, self_loops


def _rows(n: int, law: NDArray[np.float64] | Classes, key: np.uint64, purpose: Purpose) -> NDArray[np.int64]:
    """Return where each node's stubs begin, int64[n + 1]."""
    classes = law if isinstance(law, Classes) else Classes(1.0, law, law)
    if not 0.0 <= classes.share <= 1.0:
        raise NetworkError.because(f"the share of a class lies between 0 and 1 (got {classes.share})")
    ptr = np.zeros(n + 1, np.int64)
    first, rest = table(classes.first), table(classes.rest)
    _draw_degrees(key, np.uint64(purpose), round(classes.share * n), first, rest, ptr[1:])
    return np.cumsum(ptr, out=ptr)


def _matched(out_stubs: int, in_ptr: NDArray[np.int64], key: np.uint64) -> NDArray[np.uint32]:
    """Return the node that each out-stub meets, uint32[out_stubs]; node n if it meets none.

    Out-stubs in the order of nodes meet in-stubs in the order of random bits. Should in-stubs be too few,
    stubs of no node make up the number; should they be too many, the last in that order stay alone.
    """
    stubs = max(out_stubs, int(in_ptr[-1]))
    bits, rank, node = np.empty(stubs, np.uint64), np.empty(stubs, np.uint64), np.empty(stubs, np.uint32)
    start = np.zeros(stubs // 16 + 2, np.int64)
    _draw_ranks(key, bits, start)
    np.cumsum(start, out=start)
    _shuffle(in_ptr, bits, start, rank, node)
    return node[:out_stubs]


def influence(n: int, out_law: NDArray[np.float64] | Classes, in_law: NDArray[np.float64] | Classes | None,
              key: np.uint64) -> Built:
    """Build a directed influence network with independent out- and in-degrees.

    Parameters
    ----------
    n : int
        Number of nodes.
    out_law : float64[K] or Classes
        Probability of influencing 0, 1, 2, ... others, or of two classes of nodes.
    in_law : float64[K] or Classes, optional
        Probability of being influenced by 0, 1, 2, ... others. Without it every arc goes to an even draw of
        all nodes, so in-degrees are Poisson. With it, the surplus of arcs on one side is left out at random,
        so both laws should have one mean.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

    Returns
    -------
    Built
        The network, directed and unweighted, the self-loops dropped and the repeated arcs merged.

    Raises
    ------
    NetworkError
        If the share of a class is not between 0 and 1.

    References
    ----------
    Watts & Dodds (2007), doi:10.1086/518527; matched stubs: Newman, Strogatz & Watts (2001),
    doi:10.1103/PhysRevE.64.026118.
    """
    ptr = _rows(n, out_law, key, Purpose.NETWORK_COUNT)
    arcs = int(ptr[-1])
    if in_law is None:
        target = np.empty(arcs, np.uint32)
        _draw_targets(key, ptr, target)
    else:
        in_ptr = _rows(n, in_law, key, Purpose.NETWORK_IN_COUNT)
        target = _matched(arcs, in_ptr, key)
        arcs = min(arcs, int(in_ptr[-1]))
    left, self_loops = _tidy(ptr, target)
    return Built(from_rows(ptr, target[:left].copy()), self_loops, arcs - self_loops - left)
