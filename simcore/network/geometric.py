"""Random geometric networks: nodes anywhere on the unit square, tied where they are near one another.

Places and distances are integers in units of 2^-31, so that no rounding decides a tie. The square is cut into
cells at least as wide as the radius: those near a node lie in its own cell or one next to it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.errors import NetworkError
from simcore.network.csr import Network, from_rows, sort_row
from simcore.rng import Purpose, philox, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE = 2**31
_U0, _U1, _U31 = (np.uint64(x) for x in (0, 1, 31))


@kernel
def _draw_places(key, x, y):
    """Draw x and y of each node: the top 31 bits of both words of half i mod 2 of (i div 2, 0, 0, PLACE)."""
    for i in range(0, x.size, 2):
        x0, y0, x1, y1 = philox(key, np.uint64(i >> 1), _U0, _U0, tag(_U0, Purpose.NETWORK_PLACE))
        x[i], y[i] = x0 >> _U1, y0 >> _U1
        if i + 1 < x.size:
            x[i + 1], y[i + 1] = x1 >> _U1, y1 >> _U1


@kernel
def _name_cells(x, y, across, cell, start):
    """Note the cell of each node, row by row, and count the nodes of each."""
    for i in range(x.size):
        row, column = (np.uint64(y[i]) * across) >> _U31, (np.uint64(x[i]) * across) >> _U31
        cell[i] = row * across + column
        start[cell[i] + _U1] += 1


@kernel
def _sort_by_cell(x, y, cell, place, cell_x, cell_y, node):
    """Put the nodes and their places into the order of cells, so that neighbours are near in memory too."""
    for i in range(x.size):
        a = place[cell[i]]
        place[cell[i]] += 1
        cell_x[a], cell_y[a], node[a] = x[i], y[i], i


@kernel
def _tie(across, torus, radius, start, x, y, node, place, idx):
    """Raise ``place`` of each node by the number of its ties, and list the other ends if ``idx`` has room."""
    for cell in range(across * across):
        row, column = cell // across, cell % across
        top, bottom, left, right = row - 1, row + 2, column - 1, column + 2
        if across < 3:  # nothing is farther than next to it, and no cell must be looked at twice
            top, bottom, left, right = 0, across, 0, across
        elif not torus:
            top, bottom, left, right = max(top, 0), min(bottom, across), max(left, 0), min(right, across)
        stride = right - left if left >= 0 and right <= across else 1  # cells of a row stand side by side
        for a in range(start[cell], start[cell + 1]):
            i = node[a]
            at = place[i]
            for r in range(top, bottom):
                for c in range(left, right, stride):
                    first = r % across * across + c % across
                    for b in range(start[first], start[first + stride]):
                        dx, dy = abs(np.int64(x[a]) - np.int64(x[b])), abs(np.int64(y[a]) - np.int64(y[b]))
                        if torus:
                            dx, dy = min(dx, _SIDE - dx), min(dy, _SIDE - dy)
                        if dx * dx + dy * dy <= radius * radius and a != b:
                            if idx.size:
                                idx[at] = node[b]
                            at += 1
            place[i] = at


@kernel
def _sort_rows(ptr, idx):
    for i in range(ptr.size - 1):
        sort_row(idx, ptr[i], ptr[i + 1])


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
    _draw_places(key, found[0], found[1])
    return found


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
    x, y = places(n, key)
    across = min(_SIDE // max(radius, 1), math.isqrt(n))
    ptr = np.zeros(n + 1, np.int64)
    cell, start = np.empty(n, np.uint32), np.zeros(across * across + 1, np.int64)
    _name_cells(x, y, np.uint64(across), cell, start)
    np.cumsum(start, out=start)
    cell_x, cell_y, node = np.empty_like(x), np.empty_like(y), np.empty_like(cell)
    _sort_by_cell(x, y, cell, start[:-1].copy(), cell_x, cell_y, node)
    _tie(across, torus, radius, start, cell_x, cell_y, node, ptr[1:], np.empty(0, np.uint32))
    np.cumsum(ptr, out=ptr)
    idx = np.empty(ptr[-1], np.uint32)
    _tie(across, torus, radius, start, cell_x, cell_y, node, ptr[:-1].copy(), idx)
    _sort_rows(ptr, idx)
    return from_rows(ptr, idx, symmetric=True)
