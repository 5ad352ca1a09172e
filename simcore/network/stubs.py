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

from simcore._jit import bit_count, inline, kernel, prefetch, trailing_zeros
from simcore.errors import NetworkError
from simcore.network.degrees import degree, table
from simcore.rng import Purpose, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_BITS = 15  # a bucket has some 2^15 stubs
_ROUNDS, _FEW = 4, 2**23  # bits that tell the round of a stub; of so few stubs, all are kept
_TILE = 2**6  # words of stubs that are looked through together
_AHEAD = np.uint64(16)  # entries by which memory is asked for ahead
_U0, _U1, _U5, _U6, _U32, _U63, _ALL = (np.uint64(x) for x in (0, 1, 5, 6, 32, 63, 2**64 - 1))


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


class _Notes(NamedTuple):
    """What is known of the stubs, 64 to a word.

    Attributes
    ----------
    node : uint32[words + 1]
        Whose the first stub of each word is; 0 behind the last word.
    last : uint64[words]
        Bit k: whether stub k of the word is the last of its node.
    turn : uint64[words, rounds]
        Bit k of entry b: bit b of the round of stub k, the highest first; no entries if there is one round.
    """

    node: NDArray[np.uint32]
    last: NDArray[np.uint64]
    turn: NDArray[np.uint64]


@inline
def _draw(key, of, purpose, block):
    """Draw 64 bits for two stubs, one after the other: both halves of the block (s div 2, of, 0, purpose)."""
    x0, x1, x2, x3 = philox(key, np.uint64(block), of, _U0, tag(_U0, purpose))
    return x0 | (x1 << _U32), x2 | (x3 << _U32)


@kernel
def _count(key, of, purpose, stubs, shift, even, odd, counts, turn):
    """Count the stubs of every bucket, and note the rounds, if there are several."""
    words, tile = np.uint64(turn.shape[0]), np.uint64(even.size) >> _U5
    for first in range(_U0, words, tile):
        last = min(first + tile, words)
        for b in range((last - first) << _U5):
            even[b], odd[b] = _draw(key, of, purpose, (first << _U5) + b)
        for b in range((last - first) << _U5):
            s = ((first << _U5) + b) << _U1
            counts[even[b] >> shift] += s < stubs
            counts[odd[b] >> shift] += s | _U1 < stubs
        for w in range(first, last):
            for k in range(turn.shape[1]):
                bits, own = _U0, _U63 - np.uint64(k)
                for b in range(_U32):
                    at = ((w - first) << _U5) + b
                    bits |= (((even[at] >> own) & _U1) | ((odd[at] >> own) & _U1) << _U1) << (b << _U1)
                turn[w, k] = bits


@kernel
def _owners(degrees, node, last):
    """Note whose the stubs are."""
    end = _U0
    for i in range(np.uint64(degrees.size)):
        begin, end = end, end + np.uint64(degrees[i])
        if end > begin:
            last[(end - _U1) >> _U6] |= _U1 << ((end - _U1) & _U63)
            for w in range((begin + _U63) >> _U6, (end + _U63) >> _U6):
                node[w] = i


@inline
def _later(degrees, i, number):
    """Return the node that is so many behind node i, not counting those without stubs."""
    for _ in range(number):
        i += _U1
        while degrees[i] == 0:
            i += _U1
    return i


@kernel
def _gather(key, of, purpose, stubs, degrees, notes, shift, width, turn, stub, owner, drawn, place, bits, nodes):
    """List bits and nodes of the stubs of a round; what nothing could foretell is not branched on."""
    words, rounds, tile = np.uint64(notes.last.size), np.uint64(notes.turn.shape[1]), np.uint64(stub.size) >> _U6
    lowest = turn << width
    for first in range(_U0, words, tile):
        number = _U0
        for w in range(first, min(first + tile, words)):
            own = _ALL if w << _U6 | _U63 < stubs else (_U1 << (stubs & _U63)) - _U1
            for k in range(rounds):
                bits_of_turn = notes.turn[w, k]
                own &= bits_of_turn if (turn >> (rounds - _U1 - k)) & _U1 else ~bits_of_turn
            i, last, passed = np.uint64(notes.node[w]), notes.last[w], _U0
            all_have = np.uint64(notes.node[w + _U1]) == i + bit_count(last)
            while own:
                rest = own & (own - _U1)
                before = bit_count(last & ((own ^ rest) - _U1))
                stub[number] = w << _U6 | trailing_zeros(own)
                i = i + (before - passed) if all_have else _later(degrees, i, before - passed)
                owner[number], passed = i, before
                number += _U1
                own = rest
        for a in range(number):
            even, odd = _draw(key, of, purpose, stub[a] >> _U1)
            drawn[a] = odd if stub[a] & _U1 else even
        for a in range(number):
            bucket = (drawn[a] >> shift) - lowest
            at = np.uint64(place[bucket])
            place[bucket] = at + _U1
            bits[at], nodes[at] = drawn[a], owner[a]
            prefetch(bits, at + _AHEAD)
            prefetch(nodes, at + _AHEAD)


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
    source = key, np.uint64(of), np.uint64(purpose), np.uint64(stubs)
    shift, rest = np.uint64(64 - top), np.uint64(64 - top - size)
    words, edges = -(-stubs // 64), np.zeros(2**top + 1, np.int64)
    notes = _Notes(np.zeros(words + 1, np.uint32), np.zeros(words, np.uint64), np.empty((words, rounds), np.uint64))
    _owners(degrees, notes.node, notes.last)
    even, odd = np.empty((2, 32 * _TILE), np.uint64)
    _count(*source, shift, even, odd, edges[1:], notes.turn)
    widest = edges.max()
    np.cumsum(edges, out=edges)
    (stub, drawn), owner = np.empty((2, 64 * _TILE), np.uint64), np.empty(64 * _TILE, np.uint32)
    start, rank, node = np.empty(2**size + 1, np.uint32), np.empty(widest, np.uint64), np.empty(widest, np.uint32)
    room = np.diff(edges[:: 2**width]).max()
    bits, nodes = np.empty(room, np.uint64), np.empty(room, np.uint32)
    for turn, first in enumerate(range(0, 2**top, 2**width)):
        own = edges[first : first + 2**width + 1] - edges[first]
        _gather(*source, degrees, notes, shift, np.uint64(width), np.uint64(turn), stub, owner, drawn,
                own[:-1].copy(), bits, nodes)
        for begin, end in itertools.pairwise(own.tolist()):
            _sort(rest, bits[begin:end], nodes[begin:end], start, rank, node)
            yield nodes[begin:end]
