"""Stubs, the ends of ties to be: how many each node has, and the random order in which they meet.

Each stub draws 64 bits, and stubs stand in the order of these, of their own where bits are equal. They are sorted in
buckets by the top bits, each of which finds room in a core's own cache; and where stubs are many in rounds, one for
each value of the first four bits. Of these a note is kept, and each round draws again only those that it needs, so
that never all are in memory.
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
_ROUNDS, _FEW = 4, 2**23  # bits that tell the round of a stub; of so few stubs, all are kept
_TILE = 2**10  # blocks that are looked through together
_U0, _U1, _U4, _U15, _U32 = (np.uint64(x) for x in (0, 1, 4, 15, 32))


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
def _draw(key, of, purpose, block):
    """Draw 64 bits for two stubs, one after the other: both halves of the block (s div 2, of, 0, purpose)."""
    x0, x1, x2, x3 = philox(key, np.uint64(block), of, _U0, tag(_U0, purpose))
    return x0 | (x1 << _U32), x2 | (x3 << _U32)


@kernel
def _count(key, of, purpose, stubs, shift, width, even, odd, counts, turns):
    """Count the stubs of every bucket, and note the rounds of both stubs of every block, if there are several."""
    for first in range(0, (stubs + 1) // 2, even.size):
        number = min(even.size, (stubs + 1) // 2 - first)
        for b in range(number):
            even[b], odd[b] = _draw(key, of, purpose, first + b)
        for b in range(number):
            counts[even[b] >> shift] += 1
            counts[odd[b] >> shift] += 1
        for b in range(number if turns.size else 0):
            turns[first + b] = (even[b] >> shift >> width) | (odd[b] >> shift >> width << _U4)
    if stubs & 1:
        counts[odd[number - 1] >> shift] -= 1


@kernel
def _gather(key, of, purpose, stubs, degrees, shift, width, turns, turn, even, odd, blocks, chosen, place, bits, nodes):
    """List bits and nodes of the stubs of a round; what nothing could foretell is not branched on."""
    i, end = -1, _U0  # of the stubs of nodes up to i
    lowest = turn << width
    for first in range(0, (stubs + 1) // 2, even.size):
        last, number = min(first + even.size, (stubs + 1) // 2), _U0
        for b in range(first, last if turns.size else first):
            blocks[number] = b
            both = np.uint64(turns[b])
            number += np.uint64((both & _U15 == turn) | (both >> _U4 == turn))
        for b in range(first, first if turns.size else last):
            blocks[number] = b
            number += _U1
        for a in range(number):
            even[a], odd[a] = _draw(key, of, purpose, blocks[a])
        have = _U0
        for a in range(number):
            chosen[have] = 2 * a
            have += np.uint64(even[a] >> shift >> width == turn)
            chosen[have] = 2 * a + 1
            have += np.uint64(odd[a] >> shift >> width == turn)
        for k in range(have):
            own, second = np.uint64(chosen[k]) >> _U1, np.uint64(chosen[k]) & _U1
            s = np.uint64(blocks[own]) << _U1 | second
            if s >= np.uint64(stubs):
                break
            while end <= s:
                i += 1
                end += np.uint64(degrees[i])
            drawn = odd[own] if second else even[own]
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
    rounds = 0 if stubs <= _FEW else min(_ROUNDS, top)
    width = top - rounds
    source = key, np.uint64(of), np.uint64(purpose)
    shift, rest = np.uint64(64 - top), np.uint64(64 - top - size)
    even, odd = np.empty((2, _TILE), np.uint64)
    edges, turns = np.zeros(2**top + 1, np.int64), np.empty((stubs + 1) // 2 if rounds else 0, np.uint8)
    _count(*source, stubs, shift, np.uint64(width), even, odd, edges[1:], turns)
    widest = edges.max()
    np.cumsum(edges, out=edges)
    blocks, chosen = np.empty(_TILE + 1, np.uint32), np.empty(2 * _TILE + 1, np.uint32)
    start, rank, node = np.empty(2**size + 1, np.int64), np.empty(widest, np.uint64), np.empty(widest, np.uint32)
    room = np.diff(edges[:: 2**width]).max()
    bits, nodes = np.empty(room, np.uint64), np.empty(room, np.uint32)
    for turn, first in enumerate(range(0, 2**top, 2**width)):
        own = edges[first : first + 2**width + 1] - edges[first]
        _gather(*source, stubs, degrees, shift, np.uint64(width), turns, np.uint64(turn), even, odd, blocks, chosen,
                own[:-1].copy(), bits, nodes)
        for begin, end in itertools.pairwise(own.tolist()):
            _sort(rest, bits[begin:end], nodes[begin:end], start, rank, node)
            yield nodes[begin:end]
