"""Random geometric networks: nodes anywhere on the unit square, tied where they are near one another.

Places and distances are integers in units of 2^-31, so that no rounding decides a tie. The square is cut into
cells at least as wide as the radius: those near a node lie in its own cell or one next to it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel, prefetch
from simcore.errors import NetworkError
from simcore.network.csr import Network, tidied
from simcore.rng import Purpose, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_SIDE = 2**31
_TOGETHER = 2**14  # nodes whose places are drawn together; even
_U0, _U1, _U31 = (np.uint64(x) for x in (0, 1, 31))
_NEAR, _FAR = np.uint64(8), np.uint64(16)  # nodes ahead whose rows are on their way from memory


@kernel
def _draw_places(key, first, x, y):
    """Draw x and y of each node: the top 31 bits of both words of half i mod 2 of (i div 2, 0, 0, PLACE)."""
    for i in range(0, x.size, 2):
        x0, y0, x1, y1 = philox(key, np.uint64((first + i) >> 1), _U0, _U0, tag(_U0, Purpose.NETWORK_PLACE))
        x[i], y[i] = x0 >> _U1, y0 >> _U1
        if i + 1 < x.size:
            x[i + 1], y[i + 1] = x1 >> _U1, y1 >> _U1


@inline
def _cell(across, x, y):
    """Return the cell of a place; cells are numbered row by row."""
    return ((np.uint64(y) * across) >> _U31) * across + ((np.uint64(x) * across) >> _U31)


@kernel
def _count_cells(across, x, y, counts):
    for a in range(x.size):
        counts[_cell(across, x[a], y[a])] += 1


@kernel
def _fullest(start):
    """Return the most nodes that a cell has."""
    most = np.int64(0)
    for cell in range(start.size - 1):
        most = max(most, np.int64(start[cell + 1]) - np.int64(start[cell]))
    return most


@kernel
def _sort_by_cell(across, first, x, y, start, cell_x, cell_y, node):
    """Put nodes and their places into the order of cells, so that neighbours are near in memory too.

    ``start`` goes down from the end of each cell to its beginning.
    """
    for a in range(x.size):
        cell = _cell(across, x[a], y[a])
        start[cell] -= 1
        at = start[cell]
        cell_x[at], cell_y[at], node[at] = x[a], y[a], first + a


@inline
def _list_near(across, torus, start, row, column, near):
    """List where in memory the cells next to one begin and end, those side by side as one; return how many."""
    top, bottom, left, right = row - 1, row + 2, column - 1, column + 2
    if across < 3:  # nothing is farther than next to it, and no cell must be looked at twice
        top, bottom, left, right = 0, across, 0, across
    elif not torus:
        top, bottom, left, right = max(top, 0), min(bottom, across), max(left, 0), min(right, across)
    listed, stride = 0, right - left if left >= 0 and right <= across else 1
    for r in range(top, bottom):
        for c in range(left, right, stride):
            first = r % across * across + c % across
            near[listed, 0], near[listed, 1] = start[first], start[first + stride]
            listed += 1
    return listed


@inline
def _list_ties(torus, most, a, near, listed, x, y, node, found):
    """List the nodes at most so far (squared) from node a of the order of cells; return how many."""
    ties = _U0
    for k in range(listed):
        for b in range(near[k, 0], near[k, 1]):
            dx, dy = np.int64(x[a]) - np.int64(x[b]), np.int64(y[a]) - np.int64(y[b])
            if torus:
                dx, dy = min(abs(dx), _SIDE - abs(dx)), min(abs(dy), _SIDE - abs(dy))
            found[ties] = node[b]  # nothing could foretell whether it is near, so that is not branched on
            ties += np.uint64((dx * dx + dy * dy <= most) & (a != b))
    return ties


@kernel
def _tie(across, torus, most, start, x, y, node, near, found, ptr, idx):
    """Count the ties of each node in ``ptr``; if ``idx`` has room, list their ends before ``ptr``, which goes there."""
    for row in range(across):
        for column in range(across):
            cell = row * across + column
            listed = _list_near(across, torus, start, row, column, near) if start[cell] < start[cell + 1] else 0
            for a in range(np.uint64(start[cell]), np.uint64(start[cell + 1])):
                if a + _FAR < node.size:
                    prefetch(ptr, node[a + _FAR])
                    prefetch(idx, ptr[node[a + _NEAR]])
                ties = _list_ties(torus, most, a, near, listed, x, y, node, found)
                if idx.size:
                    ptr[node[a]] -= ties
                    first = np.uint64(ptr[node[a]])
                    for t in range(ties):
                        idx[first + t] = found[t]
                else:
                    ptr[node[a]] = ties


def _covered(radius: float, torus: bool) -> float:
    """Return the probability that two places are this near, for at most 1/2 on the torus, 1 on the square."""
    if torus:
        return math.pi * radius * radius
    return radius * radius * (math.pi - 8.0 * radius / 3.0 + 0.5 * radius * radius)


def _radius(n: int, mean_degree: float, torus: bool) -> int:
    """Return the smallest radius, in units of 2^-31, at which the mean degree is reached."""
    low, high = 0, _SIDE // 2 if torus else _SIDE
    most = (n - 1) * _covered(high / _SIDE, torus)
    if not 0.0 <= mean_degree <= most:
        raise NetworkError.because(f"a geometric network of {n} nodes has a mean degree of 0 to {most:.6g} "
                                   f"(got {mean_degree})")
    while low < high:
        middle = (low + high) // 2
        if (n - 1) * _covered(middle / _SIDE, torus) < mean_degree:
            low = middle + 1
        else:
            high = middle
    return low


def places(n: int, key: np.uint64) -> NDArray[np.uint32]:
    """Return where the nodes of the network with this key lie.

    Parameters
    ----------
    n : int
        Number of nodes.
    key : uint64
        The network's key.

    Returns
    -------
    uint32[2, n]
        The x and the y of each node, in units of 2^-31 of the square's side.
    """
    found = np.empty((2, n), np.uint32)
    _draw_places(key, 0, found[0], found[1])
    return found


def _parts(n: int, key: np.uint64) -> Iterator[tuple[int, NDArray[np.uint32], NDArray[np.uint32]]]:
    """Yield the places of nodes together with the first of them."""
    for first in range(0, n, _TOGETHER):
        x, y = np.empty((2, min(_TOGETHER, n - first)), np.uint32)
        _draw_places(key, first, x, y)
        yield first, x, y


def _sorted_by_cell(n: int, across: int, key: np.uint64) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return where cells begin, and x, y and number of the nodes in them, uint32[3, n]."""
    start, cells = np.zeros(across * across + 1, np.uint32), np.empty((3, n), np.uint32)
    for _, x, y in _parts(n, key):
        _count_cells(np.uint64(across), x, y, start)
    np.cumsum(start, out=start)
    for first, x, y in _parts(n, key):
        _sort_by_cell(np.uint64(across), first, x, y, start, *cells)
    return start, cells


def random_geometric(n: int, mean_degree: float, key: np.uint64, *, torus: bool = False) -> Network:
    """Build a random geometric network: two nodes are tied iff they are at most a radius apart.

    Parameters
    ----------
    n : int
        Number of nodes, placed evenly and independently.
    mean_degree : float
        Expected number of neighbours, which sets the radius. On the torus all nodes expect as many; on the
        square those near its edge expect fewer, and this is the mean over all.
    key : uint64
        The network's key, see `simcore.rng.network_key`.
    torus : bool
        Whether the square goes on at the opposite edge.

    Returns
    -------
    Network
        Symmetric, unweighted.

    Raises
    ------
    NetworkError
        If the mean degree needs a radius beyond 1, or beyond 1/2 on the torus.

    References
    ----------
    Gilbert (1961), doi:10.1137/0109045; Dall & Christensen (2002), doi:10.1103/PhysRevE.66.016121.
    """
    radius = _radius(max(n, 1), mean_degree, torus)
    across = min(_SIDE // max(radius, 1), math.isqrt(n))
    start, cells = _sorted_by_cell(n, across, key)
    near, found = np.empty((9, 2), np.uint64), np.empty(9 * _fullest(start) + 1, np.uint32)
    given = across, torus, radius * radius, start, *cells, near, found
    ptr = np.zeros(n + 1, np.int64)
    _tie(*given, ptr, np.empty(0, np.uint32))
    np.cumsum(ptr, out=ptr)
    idx = np.empty(ptr[-1], np.uint32)
    _tie(*given, ptr, idx)
    return tidied(ptr, idx, symmetric=True).network
