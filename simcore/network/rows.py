"""Compressed rows: filled with arcs that come in any order, and made canonical in place.

Arcs are dealt out to blocks of nodes that a core's own cache has room for: one that went straight into its row would
cost two lines of memory. Up to a million nodes an arc is a word, and the words of a block are sorted, by some bits at a
time; beyond, arcs are dealt to rows within their block, and each row is sorted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore._jit import inline, kernel, prefetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Arcs = tuple[NDArray[np.uint32], NDArray[np.uint32]]

_FEW = 2**20  # nodes, up to which all parts are kept, and an arc is a word
_TAIL, _HEAD = np.uint64(12), np.uint64(20)  # bits of that: of its tail within its block, and of its head
BLOCK = np.uint64(14)  # bits of a node within its block, where there are more
_AHEAD = 32  # entries by which memory is asked for ahead
_SHORT = 32  # entries of a row, up to which it is sorted by counting
_U0, _U1, _U2, _U4, _U32, _NOTHING = (np.uint64(x) for x in (0, 1, 2, 4, 32, 2**63))
_NO_ARCS, _NO_WEIGHTS = np.empty(0, np.uint32), np.empty(0, np.int64)


class Dealt(NamedTuple):
    """Arcs dealt out to blocks of nodes.

    Attributes
    ----------
    begin : int64[B + 1]
        Where each block begins once it is full; until then, where it is filled to, from its end.
    tail : uint16[m]
        Place of the tail in its block.
    idx : uint32[m]
        Heads.
    """

    begin: NDArray[np.int64]
    tail: NDArray[np.uint16]
    idx: NDArray[np.uint32]


class _Room(NamedTuple):
    """Room for sorting rows.

    Attributes
    ----------
    keys : uint64[32]
    ranked : uint32[32]
    counts : int64[4096]
    """

    keys: NDArray[np.uint64]
    ranked: NDArray[np.uint32]
    counts: NDArray[np.int64]


def _room() -> _Room:
    return _Room(np.empty(_SHORT, np.uint64), np.empty(_SHORT, np.uint32), np.empty(2 ** int(_TAIL), np.int64))


@inline
def _keep(row, begin, end, i, n, idx, left):
    """Write a sorted row of node i behind what is left, without repeats and what is no other node."""
    previous = n
    for a in range(begin, end):
        target = np.uint64(row[a])
        idx[left] = target
        left += np.uint64((target != previous) & (target != i) & (target < n))
        previous = target
    return left


@inline
def _pass(counts, shift, mask, values, begin, length, other, at):
    """Sort by some bits, stably, from one array into another."""
    for k in range(mask + _U1):
        counts[k] = 0
    for a in range(length):
        counts[(np.uint64(values[begin + a]) >> shift) & mask] += 1
    before = 0
    for k in range(mask + _U1):
        counts[k], before = before, before + counts[k]
    for a in range(length):
        own = (np.uint64(values[begin + a]) >> shift) & mask
        other[at + np.uint64(counts[own])] = values[begin + a]
        counts[own] += 1


@inline
def _tidy_row(row, begin, end, i, n, idx, left, spare, at, room):
    """Write the row of node i behind what is left, canonical; return where that ends, and the self-loops.

    A short one is sorted by counting what goes before each entry: no branch to be foreseen. A long one is sorted by a
    quarter of its bits at a time, to and fro between its place and ``spare`` from ``at`` on.
    """
    length, self_loops = end - begin, _U0
    if length <= np.uint64(room.ranked.size):
        for a in range(length):
            room.keys[a] = np.uint64(row[begin + a]) << _U32 | a  # no two are equal
            self_loops += np.uint64(row[begin + a] == i)
        for a in range(length):
            rank = _U0
            for b in range(length):
                rank += np.uint64(room.keys[b] < room.keys[a])
            room.ranked[rank] = row[begin + a]
        return _keep(room.ranked, _U0, length, i, n, idx, left), self_loops
    highest = _U0
    for a in range(begin, end):
        self_loops += np.uint64(row[a] == i)
        highest = max(highest, np.uint64(row[a]))
    bits = _U1
    while highest >> (_U4 * bits):
        bits += _U1
    mask = (_U1 << bits) - _U1
    for turn in range(_U2):
        shift = _U2 * turn * bits
        _pass(room.counts, shift, mask, row, begin, length, spare, at)
        _pass(room.counts, shift + bits, mask, spare, at, length, row, begin)
    return _keep(row, begin, end, i, n, idx, left), self_loops


@kernel
def _tidy(ptr, idx, spare, room):
    """Make rows canonical in place, without entries of n and above; return the arcs left and the self-loops."""
    n = np.uint64(ptr.size - 1)
    begin = left = self_loops = _U0
    for i in range(n):
        end = np.uint64(ptr[i + _U1])
        left, dropped = _tidy_row(idx, begin, end, i, n, idx, left, spare, _U0, room)
        self_loops += dropped
        ptr[i + _U1] = left
        begin = end
    return np.int64(left), np.int64(self_loops)


@kernel
def _put_in_order(ptr, idx, spare, room):
    """Sort rows in place that have neither repeats nor self-loops."""
    n = np.uint64(ptr.size - 1)
    for i in range(n):
        begin = np.uint64(ptr[i])
        _tidy_row(idx, begin, np.uint64(ptr[i + _U1]), i, n, idx, begin, spare, _U0, room)


@kernel
def _collect(dealt, degrees, start, rows, room):
    """Make the rows of every block, canonical, and note their lengths; return the arcs left and the self-loops.

    Lengths may be written over tails of the blocks before and of their own, two to a node.
    """
    n = np.uint64(degrees.size)
    left = self_loops = _U0
    for block in range(np.uint64(dealt.begin.size - 1)):
        first, begin, end = block << BLOCK, np.uint64(dealt.begin[block]), np.uint64(dealt.begin[block + _U1])
        for k in range(start.size):
            start[k] = 0
        for a in range(begin, end):
            start[np.uint64(dealt.tail[a]) + _U1] += 1
        for k in range(1, start.size):
            start[k] += start[k - 1]
        for a in range(begin, end):
            tail = np.uint64(dealt.tail[a])
            rows[start[tail]] = dealt.idx[a]
            start[tail] += 1  # at last where the row ends, and the next begins
        row = _U0
        for i in range(first, min(first + (_U1 << BLOCK), n)):
            row_end, before = np.uint64(start[i - first]), left
            left, dropped = _tidy_row(rows, row, row_end, i, n, dealt.idx, left, dealt.idx, begin + row, room)
            self_loops += dropped
            degrees[i] = left - before
            row = row_end
    return np.int64(left), np.int64(self_loops)


@kernel
def longest(ptr):
    """Return how many entries the longest row has."""
    longest = 0
    for i in range(ptr.size - 1):
        longest = max(longest, ptr[i + 1] - ptr[i])
    return longest


@kernel
def count(nodes, ptr):
    """Add one in ``ptr`` for every time that a node is listed."""
    for i in nodes:
        ptr[i] += 1


@inline
def _word(tail, head):
    """Return an arc as a word: the place of its tail in its block, then its head."""
    return (np.uint64(tail) & ((_U1 << _TAIL) - _U1)) << _HEAD | np.uint64(head)


@inline
def _deal_word(tail, head, begin, words):
    at = np.uint64(begin[np.uint64(tail) >> _TAIL])
    begin[np.uint64(tail) >> _TAIL] = at + _U1
    words[at] = _word(tail, head)


@inline
def _deal_words(tail, head, undirected, begin, words):
    """Deal arcs, or ties, out to the blocks of their tails; ``begin`` says at last where each ends."""
    if begin.size == 2:
        begin[0] = words.size
        for k in range(tail.size):
            words[k] = _word(tail[k], head[k])
            if undirected:
                words[tail.size + k] = _word(head[k], tail[k])
        return
    half = np.uint64(tail.size + 1) >> _U1  # both halves in turn: a counter that was just written to is waited for
    for turn in range(np.uint64(tail.size)):
        a = (turn >> _U1) + (turn & _U1) * half
        begin[(np.uint64(tail[a]) >> _TAIL) + _U1] += 1
        if undirected:
            begin[(np.uint64(head[a]) >> _TAIL) + _U1] += 1
    for block in range(begin.size - 1):
        begin[block + 1] += begin[block]
    for turn in range(np.uint64(tail.size)):
        a = (turn >> _U1) + (turn & _U1) * half
        _deal_word(tail[a], head[a], begin, words)
        if undirected:
            _deal_word(head[a], tail[a], begin, words)


@inline
def _keep_words(words, length, block, idx, left, ptr):
    """Write the heads of a sorted block behind what is left, canonical; return where that ends, and the self-loops."""
    previous, self_loops = _NOTHING, _U0
    for a in range(length):
        word = np.uint64(words[a])
        i, target = (block << _TAIL) + (word >> _HEAD), word & ((_U1 << _HEAD) - _U1)
        idx[left] = target
        left += np.uint64((word != previous) & (target != i))
        self_loops += np.uint64(target == i)
        ptr[i + _U1] = left
        previous = word
    return left, self_loops


@kernel
def _fill(tail, head, undirected, begin, idx, spare, counts, ptr):
    """Sort arcs, or ties, by tail and head, and make rows of them; return the arcs left and the self-loops.

    All in one, since many small networks are made by several threads: each return waits for the interpreter's lock.
    """
    n, first, left, self_loops, half = np.uint64(ptr.size - 1), _U0, _U0, _U0, _U1
    while n >> (_U2 * half):
        half += _U1
    _deal_words(tail, head, undirected, begin, idx)
    for block in range(np.uint64(begin.size - 1)):
        length = np.uint64(begin[block]) - first
        _pass(counts, _U0, (_U1 << half) - _U1, idx, first, length, spare, _U0)
        _pass(counts, half, (_U1 << half) - _U1, spare, _U0, length, idx, first)
        _pass(counts, _HEAD, (_U1 << min(_TAIL, _U2 * half)) - _U1, idx, first, length, spare, _U0)
        left, dropped = _keep_words(spare, length, block, idx, left, ptr)
        self_loops += dropped
        first += length
    for i in range(n):  # a row without arcs ends where the one before does
        ptr[i + _U1] = max(ptr[i], ptr[i + _U1])
    return np.int64(left), np.int64(self_loops)


@kernel
def _count_blocks(nodes, begin):
    for a in range(nodes.size):
        begin[np.uint64(nodes[a]) >> BLOCK] += 1


@kernel
def _deal(tail, head, dealt):
    for a in range(tail.size):
        i = np.uint64(tail[a])
        at = dealt.begin[i >> BLOCK] - 1
        dealt.begin[i >> BLOCK] = at
        dealt.tail[at] = i & ((_U1 << BLOCK) - _U1)
        dealt.idx[at] = head[a]
        prefetch(dealt.tail, at - _AHEAD)
        prefetch(dealt.idx, at - _AHEAD)


def begins(degrees: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Return where rows of these lengths begin, int64[n + 1]."""
    ptr = np.zeros(degrees.size + 1, np.int64)
    ptr[1:] = degrees  # summed up in place, so that no copy is made
    return np.cumsum(ptr, out=ptr)


def row_starts(nodes: NDArray[np.uint32], n: int) -> NDArray[np.int64]:
    """Return where each node's row begins, int64[n + 1], given the node of every arc."""
    ptr = np.zeros(n + 1, np.int64)
    count(nodes, ptr[1:])
    return np.cumsum(ptr, out=ptr)


class Canonical(NamedTuple):
    """Canonical rows, and what became of the arcs that they were made of.

    Attributes
    ----------
    ptr : int64[n + 1]
    idx : uint32[m]
    given : int
        Number of arcs that were given, a tie being two.
    self_loops : int
        How many of them were dropped.
    weight : int64[m]
        Fixed-point weights, ``scale`` units to 1.0; empty where there are none.
    scale : int
    """

    ptr: NDArray[np.int64]
    idx: NDArray[np.uint32]
    given: int
    self_loops: int
    weight: NDArray[np.int64] = _NO_WEIGHTS
    scale: int = 1


def _number_of_blocks(n: int) -> int:
    return -(-n >> int(BLOCK))


def room_for(blocks: NDArray[np.int64]) -> Dealt:
    """Return room for so many arcs with their tails in each block."""
    begin = np.cumsum(np.append(blocks, 0))
    return Dealt(begin, np.empty(begin[-1], np.uint16), np.empty(begin[-1], np.uint32))


def room_for_rows(degrees: NDArray[np.integer[Any]]) -> Dealt:
    """Return room for the arcs of rows of these lengths."""
    starts = np.arange(_number_of_blocks(degrees.size)) << int(BLOCK)
    return room_for(np.add.reduceat(degrees, starts, dtype=np.int64))


def deal(tail: NDArray[np.uint32], head: NDArray[np.uint32], dealt: Dealt, *, undirected: bool) -> None:
    """Deal out arcs, or ties, which are two arcs each."""
    _deal(tail, head, dealt)
    if undirected:
        _deal(head, tail, dealt)


def collected(n: int, dealt: Dealt) -> Canonical:
    """Return the canonical rows of arcs, without heads of n and above; what they were dealt out to is used up."""
    given, widest = dealt.idx.size, int(np.diff(dealt.begin).max(initial=0))
    nodes = np.minimum(np.arange(1, dealt.begin.size) << int(BLOCK), n)
    over_tails = bool((2 * nodes <= dealt.begin[1:]).all())  # where all have been read: rows need memory
    degrees = dealt.tail[: 2 * n].view(np.uint32) if over_tails else np.empty(n, np.uint32)
    start = np.empty(min(n, 2 ** int(BLOCK)) + 1, np.int64)
    left, self_loops = _collect(dealt, degrees, start, np.empty(widest, np.uint32), _room())
    dealt.tail.resize(2 * n if over_tails else 0, refcheck=False)
    if over_tails:
        degrees = dealt.tail.view(np.uint32)
    dealt.idx.resize(left, refcheck=False)  # gives back what is not needed, and copies nothing
    return Canonical(begins(degrees), dealt.idx, given, self_loops)


def canonical(n: int, parts: Callable[[], Iterable[Arcs]], *, undirected: bool,
              near: Callable[[], Iterable[Arcs]] | None = None) -> Canonical:
    """Return the canonical rows of arcs that come in parts; see `simcore.network.csr.from_parts`."""
    if n <= _FEW:
        return _filled(n, *_joined(list(parts())), undirected=undirected)
    blocks = np.zeros(_number_of_blocks(n), np.int64)
    for tail, head in (near or parts)():
        _count_blocks(tail, blocks)
        if undirected:
            _count_blocks(head, blocks)
    dealt = room_for(blocks)
    for tail, head in parts():
        deal(tail, head, dealt, undirected=undirected)
    return collected(n, dealt)


def _joined(parts: list[Arcs]) -> Arcs:
    """Return the arcs of all parts as one, and empty the list."""
    if len(parts) == 1:
        return parts.pop()
    tail = np.concatenate([_NO_ARCS, *(part[0] for part in parts)])
    head = np.concatenate([_NO_ARCS, *(part[1] for part in parts)])
    parts.clear()
    return tail, head


def _filled(n: int, tail: NDArray[np.uint32], head: NDArray[np.uint32], *, undirected: bool) -> Canonical:
    ptr, idx = np.zeros(n + 1, np.int64), np.empty(tail.size * (1 + undirected), np.uint32)
    begin = np.zeros((n >> int(_TAIL)) + 2, np.int64)
    left, self_loops = _fill(tail, head, undirected, begin, idx, np.empty_like(idx), _room().counts, ptr)
    return _canonical(ptr, idx, left, self_loops)


def tidied(ptr: NDArray[np.int64], idx: NDArray[np.uint32]) -> Canonical:
    """Return rows, which are used up, as canonical rows, without entries of n and above."""
    return _canonical(ptr, idx, *_tidy(ptr, idx, np.empty(longest(ptr), np.uint32), _room()))


def put_in_order(ptr: NDArray[np.int64], idx: NDArray[np.uint32]) -> None:
    """Sort rows in place that are canonical otherwise."""
    _put_in_order(ptr, idx, np.empty(longest(ptr), np.uint32), _room())


def _canonical(ptr: NDArray[np.int64], idx: NDArray[np.uint32], left: int, self_loops: int) -> Canonical:
    given = idx.size
    idx.resize(left, refcheck=False)
    return Canonical(ptr, idx, given, self_loops)
