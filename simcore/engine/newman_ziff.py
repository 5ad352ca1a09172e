"""The whole curve over transmission from each sample: ties are made live one after the other, the likeliest first.

Newman & Ziff (2000), doi:10.1103/PhysRevLett.85.4104; but each tie has the draw of its attempt, so that at every
transmission a sample is that of `simcore.engine.components`, and replicate w of the independent cascade. A tie that
comes when its ends are joined already tells nothing: most such ties are left out at a few *levels* of transmission
before any is sorted, for 64 samples at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import each_word, inline, kernel, load_lanes, store_lanes, trailing_zeros
from simcore.engine.bits import rows
from simcore.engine.components import ALL, BLOCK, LOW, draw_ties, hub_of, list_ties, sweep, transpose
from simcore.rng import Purpose, Stream, attempt, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simcore.network.csr import Network

_U0, _U1, _U2, _U3, _U4, _U32, _U48 = (np.uint64(x) for x in (0, 1, 2, 3, 4, 32, 48))
_DIGITS = 16  # binary digits that tell most draws apart
_CELLS = 2**_DIGITS
_HALVES = np.uint64(0x00FF00FF00FF00FF)
_BATCH, _DEPTH = 32, 4  # ties whose ends are followed up together, and how far


def _cells(chances: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Return, for each 16 digits, the first of ``chances`` above the draw, or ~ the first that may be: int32[65536]."""
    cell, within = chances >> _U48, chances << np.uint64(_DIGITS) > 0
    out = np.cumsum(np.bincount((cell + within).astype(np.int64), minlength=_CELLS + 1))[:_CELLS].astype(np.int32)
    unclear = np.unique(cell[within]).astype(np.int64)
    out[unclear] = ~out[unclear]
    return out


def _levels(network: Network) -> list[np.uint64]:
    """Return 2 and 3 times the powers of 2 between where most begin to be joined, by degrees alone, and 1."""
    degree = network.out_degree.astype(np.float64)
    begins = 1.2 * degree.sum() / max((degree * (degree - 1.0)).sum(), 1.0)
    return [np.uint64(twice << place) for place in range(40, 63) for twice in (2, 3)
            if begins < twice * 2.0**(place - 64) < 1.0]


@kernel
def _keep(ties, live, inside, useful):
    """Keep the ties that are live, or not both ends of which are joined without them."""
    for k in range(ties.lower.size):
        useful[k] &= live[k] | ~(inside[ties.lower[k]] & inside[ties.upper[k]])


@inline
def _exchange(words):
    """Exchange digits and samples: of sixteen digits of 64 samples make four samples' digits, in each of 16 rows."""
    width, mask = _DIGITS // 2, _HALVES
    while width:
        shift = np.uint64(width)
        for start in range(0, _DIGITS, 2 * width):
            for k in range(start, start + width):
                one, other = np.uint64(k), np.uint64(k + width)
                a, b = load_lanes(words, one), load_lanes(words, other)
                differ = ((a >> shift) ^ b) & mask
                store_lanes(words, one, a ^ (differ << shift))
                store_lanes(words, other, b ^ differ)
        width >>= 1
        mask ^= mask << np.uint64(width)


@kernel
def _draw(key, block, ties, words, digits):
    """Draw the first digits of each tie for a block of samples: those of samples m, m + 16, ... in the m-th part."""
    even, odd = each_word(_U2 * np.uint64(block)), each_word(_U2 * np.uint64(block) + _U1)
    lower, upper = ties.rows[0], ties.rows[1]
    part = np.uint64(lower.shape[0])
    for row in range(lower.shape[0]):
        k = np.uint64(row)
        one, other = load_lanes(lower, k), load_lanes(upper, k)
        for group in range(4):
            last, place = each_word(tag(group, Purpose.ATTEMPT) & LOW), np.uint64(12 - 4 * group)
            x0, x1, x2, x3 = philox(key, one, other, even, last)
            y0, y1, y2, y3 = philox(key, one, other, odd, last)
            store_lanes(words, place + _U3, x0 | (y0 << _U32))
            store_lanes(words, place + _U2, x1 | (y1 << _U32))
            store_lanes(words, place + _U1, x2 | (y2 << _U32))
            store_lanes(words, place, x3 | (y3 << _U32))
        _exchange(words)
        for m in range(_DIGITS):
            store_lanes(digits, np.uint64(m) * part + k, load_lanes(words, np.uint64(m)))


@kernel
def _exact(key, w, i, j, chances, found):
    """Return the first transmission, from this one on, at which an attempt succeeds."""
    while found < chances.size and not attempt(Stream(key, w), i, j, chances[found]):
        found += 1
    return found


@kernel
def _sort(key, w, pairs, useful, digits, cells, chances, start, listed, ends):
    """List the ends of the useful ties by the first transmission at which they are live.

    Those of transmission t stand from ``start[t]`` on, the lower above the upper in a word.
    """
    number, lane, column = _U0, w & np.uint64(BLOCK - 1), (w >> _U4) & _U3
    for t in range(start.size):
        start[t] = 0
    for first in range(0, useful.size, BLOCK):
        word = useful[np.uint64(first) + lane]
        while word:
            k = np.uint64(first) + trailing_zeros(word)
            word &= word - _U1
            t = cells[digits[_U4 * k + column]]
            if t < 0:
                t = _exact(key, w, pairs[k] >> _U32, pairs[k] & LOW, chances, ~t)
            listed[number, 0], listed[number, 1] = k, t
            number += _U1
            start[t + 2] += 1
    for t in range(2, start.size):
        start[t] += start[t - 1]
    for m in range(number):
        k, t = listed[m, 0], listed[m, 1] + 1
        place = start[t]
        ends[place] = pairs[k]
        start[t] = place + 1


@inline
def _follow_up(ends, parent):
    """Replace ends by who stands for them, or nearly: without a branch, since how far that is is anybody's guess."""
    for k in range(ends.size):
        i, j = ends[k] >> _U32, ends[k] & LOW
        one, other = i, j
        for _ in range(_DEPTH):
            one, other = np.uint64(parent[one]), np.uint64(parent[other])
        parent[i], parent[j], ends[k] = one, other, one << _U32 | other


@inline
def _last(parent, i):
    """Return who stands for the component of a node, changing nothing: it is near."""
    while parent[i] != i:
        i = np.uint64(parent[i])
    return i


@kernel
def _grow(start, ends, hub, least, parent, size, row):
    """Make ties live class after class; fill each ``row`` with (mean reach, share of global ones, largest)."""
    n, number, followed = parent.size, row.shape[0], 0
    for i in range(n):
        parent[i], size[i] = i, 1
    pairs, widely, largest = np.int64(0), np.int64(n if least <= 1 else 0), np.int64(1)
    for t in range(number):
        k = start[t]
        while k < start[t + 1]:
            if k == followed:
                followed = min(k + _BATCH, start[number])
                _follow_up(ends[k:followed], parent)
            stop = min(followed, start[t + 1])
            while k < stop:
                one, other = _last(parent, ends[k] >> _U32) ^ hub, _last(parent, ends[k] & LOW) ^ hub
                i, j = min(one, other) ^ hub, max(one, other) ^ hub  # the hub comes before all others
                a, b = np.int64(size[i]), np.int64(size[j]) * (i != j)
                parent[j], size[i] = i, a + b
                pairs += a * b
                if a + b >= least:
                    widely += (a if a < least else 0) + (b if b < least else 0)
                largest = max(largest, a + b)
                k += 1
        row[t, 0], row[t, 1], row[t, 2] = (n + 2 * pairs) / n, widely / n, largest / n


def curves(network: Network, chances: NDArray[np.uint64], key: np.uint64, samples: int,
           least: int) -> Iterator[NDArray[np.float64]]:
    """Yield, for each sample, what a random node reaches at each transmission.

    Parameters
    ----------
    network : Network
        Symmetric, not empty.
    chances : uint64[T]
        That a tie is live, see `simcore.rng.chance`; ascending, less than 65,535 of them.
    key : uint64
        The network's key.
    samples : int
    least : int
        From so many nodes on a cascade is global.

    Yields
    ------
    float64[T, 3]
        How many a random node reaches on average, the share of the nodes that reach at least so many, the share that
        the largest component has. The array is used again.
    """
    n, ties, hub, levels = network.n, list_ties(network), hub_of(network), _levels(network)
    pairs = ties.lower.astype(np.uint64) << _U32 | ties.upper
    drawn, useful = rows(ties.rows.shape[1]), np.empty(ties.rows[0].size, np.uint64)
    live, inside, cells = drawn.reshape(-1), np.empty(n, np.uint64), _cells(chances)
    words, digits = rows(_DIGITS), rows(_DIGITS * ties.rows.shape[1])
    parts = digits.view(np.uint16).reshape(_DIGITS, -1)
    start, listed = np.empty(chances.size + 3, np.int64), np.empty((ties.lower.size, 2), np.uint32)
    ends, (parent, size) = np.empty(pairs.size, np.uint64), np.empty((2, n), np.uint32)
    row = np.empty((chances.size, 3))
    for w in range(samples):
        if w % BLOCK == 0:
            inside[:] = useful[pairs.size:] = 0
            inside[hub] = useful[:pairs.size] = ALL
            for level in levels:
                draw_ties(key, ties, level, w // BLOCK, drawn)
                sweep(ties, live, inside)
                _keep(ties, live, inside, useful)
            transpose(useful)
            _draw(key, w // BLOCK, ties, words, digits)
        _sort(key, np.uint64(w), pairs, useful, parts[w % _DIGITS], cells, chances, start, listed, ends)
        _grow(start, ends, hub, least, parent, size, row)
        yield row
