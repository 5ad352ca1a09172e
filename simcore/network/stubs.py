"""Stubs, the ends of ties to be: how many each node has, and the random order in which they meet.

Each stub draws 64 bits, and stubs stand in the order of these, of their own where bits are equal. They are sorted in
buckets by the top bits, each of which finds room in a core's own cache; and where stubs are many in rounds, each of
which draws all bits again and keeps those of its own buckets, so that never all are in memory.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.errors import NetworkError
from simcore.network.degrees import degree, table
from simcore.rng import Purpose, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_BITS = 15  # a bucket has some 2^15 stubs
_ROUNDS, _FEW = 10, 2**23  # of so few stubs, all are kept
_TILE = 512  # blocks that are drawn together
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


def drawn(n: int, law: NDArray[np.float64] | Classes, key: np.uint64, purpose: Purpose) -> NDArray[np.uint32]:
    """Draw how many stubs each node has."""
    classes = law if isinstance(law, Classes) else Classes(1.0, law, law)
    if not 0.0 <= classes.share <= 1.0:
        raise NetworkError.because(f"the share of a class lies between 0 and 1 (got {classes.share})")
    degrees, first, rest = np.empty(n, np.uint32), table(classes.first), table(classes.rest)
    _draw_degrees(key, np.uint64(purpose), round(classes.share * n), first, rest, degrees)
    return degrees


@inline
def _draw(key, of, purpose, first, even, odd):
    """Draw 64 bits for the stubs from an even one on: half s mod 2 of the block (s div 2, of, 0, purpose)."""
    for b in range(even.size):
        x0, x1, x2, x3 = philox(key, np.uint64(first // 2 + b), of, _U0, tag(_U0, purpose))
        even[b] = x0 | (x1 << _U32)
        odd[b] = x2 | (x3 << _U32)


@kernel
def _count(key, of, purpose, stubs, shift, even, odd, counts):
    """Count the stubs of every bucket."""
    for first in range(0, stubs, 2 * even.size):
        _draw(key, of, purpose, first, even, odd)
        left = stubs - first
        for b in range(min(even.size, (left + 1) // 2)):
            counts[even[b] >> shift] += 1
        for b in range(min(even.size, left // 2)):
            counts[odd[b] >> shift] += 1


@kernel
def _gather(key, of, purpose, stubs, degrees, shift, lowest, even, odd, chosen, place, bits, nodes):
    """List bits and nodes of the stubs in the buckets that have a place, ``lowest`` the first of them."""
    i, beyond = -1, lowest + np.uint64(place.size)
    end = _U0  # of the stubs of nodes up to i
    for begin in range(0, stubs, 2 * even.size):
        _draw(key, of, purpose, begin, even, odd)
        first, number = np.uint64(begin), _U0
        for b in range(even.size):  # nothing could foretell which are chosen, so that is not branched on
            chosen[number] = 2 * b
            bucket = even[b] >> shift
            number += np.uint64((bucket >= lowest) & (bucket < beyond))
            chosen[number] = 2 * b + 1
            bucket = odd[b] >> shift
            number += np.uint64((bucket >= lowest) & (bucket < beyond))
        for a in range(number):
            s = np.uint64(chosen[a])
            if first + s >= np.uint64(stubs):
                break
            while end <= first + s:
                i += 1
                end += np.uint64(degrees[i])
            drawn = odd[s >> _U1] if s & _U1 else even[s >> _U1]
            bucket = (drawn >> shift) - lowest
            bits[place[bucket]] = drawn
            nodes[place[bucket]] = i
            place[bucket] += 1


@kernel
def _sort(shift, bits, nodes, start, rank, node):
    """Sort the nodes of a bucket by their bits, which are used up.

    They are dealt out by the next bits, as many as ``start`` can count; a place is then hardly ever wrong.
    """
    last = np.uint64(start.size - 2)
    for deal in range(start.size):
        start[deal] = 0
    for a in range(bits.size):
        start[((bits[a] >> shift) & last) + _U1] += 1
    for deal in range(1, start.size):
        start[deal] += start[deal - 1]
    for a in range(bits.size):
        own = (bits[a] >> shift) & last
        rank[start[own]] = bits[a]
        node[start[own]] = nodes[a]
        start[own] += 1
    for a in range(bits.size):
        high, mover = rank[a], node[a]
        place = a
        while place > 0 and rank[place - 1] > high:
            rank[place] = rank[place - 1]
            nodes[place] = nodes[place - 1]
            place -= 1
        rank[place] = high
        nodes[place] = mover


def in_order(degrees: NDArray[np.integer[Any]], key: np.uint64, purpose: Purpose,
             of: int = 0) -> Iterator[NDArray[np.uint32]]:
    """Yield the node of every stub in the random order of stubs, in parts.

    Stub s takes half s mod 2 of the block (s div 2, of, 0, purpose).

    Parameters
    ----------
    degrees : int[n]
        How many stubs each node has.
    key : uint64
        The network's key, see `simcore.rng.network_key`.
    purpose : Purpose
        What the order is for.
    of : int
        Which order of this purpose it is.

    Yields
    ------
    uint32[k]
        Nodes of the next k stubs, to be used before the next part.
    """
    stubs = int(degrees.sum(dtype=np.int64))
    size = min(_BITS, stubs.bit_length())
    top = max(stubs.bit_length() - size, 1)
    source = key, np.uint64(of), np.uint64(purpose)
    shift, rest = np.uint64(64 - top), np.uint64(64 - top - size)
    even, odd = np.empty((2, _TILE), np.uint64)
    edges = np.zeros(2**top + 1, np.int64)
    _count(*source, stubs, shift, even, odd, edges[1:])
    widest = edges.max()
    np.cumsum(edges, out=edges)
    rounds = 1 if stubs <= _FEW else _ROUNDS
    chosen, start = np.empty(2 * _TILE + 1, np.uint32), np.empty(2**size + 1, np.int64)
    rank, node = np.empty(widest, np.uint64), np.empty(widest, np.uint32)
    turns = np.searchsorted(edges, np.arange(rounds + 1) * stubs // rounds)
    room = np.diff(edges[turns]).max()
    bits, nodes = np.empty(room, np.uint64), np.empty(room, np.uint32)
    for first, last in itertools.pairwise(turns.tolist()):
        own = edges[first : last + 1] - edges[first]
        _gather(*source, stubs, degrees, shift, np.uint64(first), even, odd, chosen, own[:-1].copy(), bits, nodes)
        for begin, end in itertools.pairwise(own.tolist()):
            _sort(rest, bits[begin:end], nodes[begin:end], start, rank, node)
            yield nodes[begin:end]
