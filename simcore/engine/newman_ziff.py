"""The whole curve over transmission from each sample: ties are made live one after the other, the likeliest first.

Newman & Ziff (2000), doi:10.1103/PhysRevLett.85.4104; but each tie has the draw of its attempt, so that at every
transmission a sample is that of `simcore.engine.percolation`, and replicate w of the independent cascade.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel
from simcore.engine.percolation import LANES, list_ties, root
from simcore.rng import CERTAIN, Purpose, Stream, attempt, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simcore.network.csr import Network

_U0, _U1 = np.uint64(0), np.uint64(1)
_CELLS = 2**16  # of the first 16 binary digits of a draw
_OPEN = np.uint16(2**16 - 1)


@kernel
def _sort_cells(chances, cells):
    """Fill in, for each 16 digits, the first of ``chances`` above the draw; `_OPEN` where they do not tell."""
    for cell in range(cells.size):
        low, high = np.uint64(cell) << np.uint64(48), (np.uint64(cell) << np.uint64(48)) | np.uint64(2**48 - 1)
        k = 0
        while k < chances.size and chances[k] <= low and chances[k] != CERTAIN:
            k += 1
        decided = k == chances.size or chances[k] > high or chances[k] == CERTAIN
        cells[cell] = k if decided else _OPEN


@inline
def _digit(word, lane, place):
    """Return the binary digit of a lane, put at a place."""
    return ((word >> np.uint32(lane)) & np.uint32(1)) << np.uint32(place)


@kernel
def _draw(key, block, lower, upper, cells, chances, digits, classes):
    """Find the first transmission at which each tie is live, for the 32 samples of a block: uint16[32, ties]."""
    for k in range(lower.size):
        i, j = np.uint64(lower[k]), np.uint64(upper[k])
        for group in range(4):
            x0, x1, x2, x3 = philox(key, i, j, np.uint64(block), tag(group, Purpose.ATTEMPT))
            w0, w1, w2, w3 = np.uint32(x0), np.uint32(x1), np.uint32(x2), np.uint32(x3)
            for lane in range(digits.size):
                digits[lane] = ((digits[lane] << np.uint32(4)) | _digit(w0, lane, 3) | _digit(w1, lane, 2)
                                | _digit(w2, lane, 1) | _digit(w3, lane, 0))
        for lane in range(digits.size):
            found = cells[digits[lane] & np.uint32(65535)]
            if found == _OPEN:
                stream, found = Stream(key, np.uint64(block) * np.uint64(32) + np.uint64(lane)), np.uint16(0)
                while found < chances.size and not attempt(stream, i, j, chances[found]):
                    found += np.uint16(1)
            classes[lane, k] = found


@inline
def _sort(classes, number, start, order):
    """List the ties by class; those of class k stand from ``start[k]`` on."""
    for k in range(start.size):
        start[k] = 0
    for k in range(classes.size):
        start[classes[k] + 1] += 1
    for k in range(number):
        start[k + 1] += start[k]
    for k in range(classes.size):
        place = start[classes[k]]
        order[place] = k
        start[classes[k]] = place + 1
    for k in range(number, 0, -1):
        start[k] = start[k - 1]
    start[0] = 0


@kernel
def _grow(lower, upper, classes, threshold, start, order, parent, size, row):
    """Make ties live class after class; fill each ``row`` with (mean reach, share of global ones, largest)."""
    n, number = parent.size, row.shape[0]
    _sort(classes, number, start, order)
    for i in range(n):
        parent[i], size[i] = i, 1
    squares, widely, largest = np.int64(n), np.int64(n if threshold <= 1 else 0), np.int64(1)
    for t in range(number):
        for k in order[start[t]:start[t + 1]]:
            one, other = root(parent, np.uint64(lower[k])), root(parent, np.uint64(upper[k]))
            if one != other:
                a, b = np.int64(size[one]), np.int64(size[other])
                if a < b:
                    one, other = other, one
                parent[other], size[one] = one, a + b
                squares += 2 * a * b
                if a + b >= threshold:
                    widely += (a if a < threshold else 0) + (b if b < threshold else 0)
                largest = max(largest, a + b)
        row[t, 0], row[t, 1], row[t, 2] = squares / n, widely / n, largest / n


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
    lower, upper = list_ties(network)
    cells, classes = np.empty(_CELLS, np.uint16), np.empty((LANES, lower.size), np.uint16)
    _sort_cells(chances, cells)
    digits = np.zeros(LANES, np.uint32)
    start, order = np.empty(chances.size + 2, np.int64), np.empty(lower.size, np.uint32)
    parent, size = np.empty((2, network.n), np.uint32)
    row = np.empty((chances.size, 3))
    for w in range(samples):
        if w % LANES == 0:
            _draw(key, w // LANES, lower, upper, cells, chances, digits, classes)
        _grow(lower, upper, classes[w % LANES], least, start, order, parent, size, row)
        yield row
