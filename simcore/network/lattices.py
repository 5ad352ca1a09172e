"""Lattices: Moore, von Neumann and ring neighbourhoods, with some of their ties rewired.

A lattice is given by its *steps*, one of each two opposite ones. Each node owns the ties along them, one
*slot* a step, and owns them still when they lead elsewhere; a slot that would leave a bounded lattice is
empty. So the pair {a, b} is tied iff b stands in a slot of a, or a in one of b: no table of pairs.
"""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel
from simcore.errors import NetworkError
from simcore.network.csr import NODE_LIMIT, Network, tidied
from simcore.rng import Purpose, below, chance, occurs, philox, tag

_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))
_EMPTY = np.uint64(NODE_LIMIT)  # nodes are numbered below it


@kernel
def _lay(rows, columns, steps, bounded, slots, degrees):
    """Lead every slot to the node one step away, round the edges unless the lattice is bounded."""
    for i in range(slots.shape[0]):
        for lap in range(slots.shape[1]):
            row, column = i // columns + steps[lap, 0], i % columns + steps[lap, 1]
            if bounded and not (0 <= row < rows and 0 <= column < columns):
                slots[i, lap] = _EMPTY
                continue
            end = row % rows * columns + column % columns
            slots[i, lap] = end
            degrees[i] += 1
            degrees[end] += 1


@inline
def _other(i, n, bits):
    """Return an even draw of the nodes other than i."""
    end = np.uint64(i) + _U1 + below(bits, n - _U1)
    return end - n if end >= n else end


@inline
def _tied(slots, a, b):
    for lap in range(slots.shape[1]):  # noqa: SIM110 -- numba has no any
        if slots[a, lap] == b or slots[b, lap] == a:
            return True
    return False


@kernel
def _rewire(key, probability, slots, degrees):
    """Go through the nodes once for each lap of slots, rewiring the slot of each with the probability.

    The first half of the block (node, lap, 0, REWIRE) decides; attempt a = 0, 1, ... at a new end takes the
    second half of the block (node, lap, 0, a, REWIRE).
    """
    n = np.uint64(slots.shape[0])
    for lap in range(slots.shape[1]):
        for i in range(slots.shape[0]):
            if slots[i, lap] == _EMPTY:
                continue
            attempt = _U0
            x0, x1, x2, x3 = philox(key, np.uint64(i), np.uint64(lap), _U0,
                                    tag(attempt, Purpose.NETWORK_REWIRE))
            if not occurs(x0 | (x1 << _U32), probability) or degrees[i] == slots.shape[0] - 1:
                continue
            end = _other(i, n, x2 | (x3 << _U32))
            while _tied(slots, np.uint64(i), end):
                attempt += _U1
                _, _, x2, x3 = philox(key, np.uint64(i), np.uint64(lap), _U0,
                                      tag(attempt, Purpose.NETWORK_REWIRE))
                end = _other(i, n, x2 | (x3 << _U32))
            degrees[slots[i, lap]] -= 1
            degrees[end] += 1
            slots[i, lap] = end


@kernel
def _fill_rows(slots, ptr, idx):
    """Write both arcs of every tie; ``ptr`` goes down from the end of each row to its beginning."""
    for i in range(slots.shape[0]):
        for lap in range(slots.shape[1]):
            end = slots[i, lap]
            if end != _EMPTY:
                ptr[i] -= 1
                idx[ptr[i]] = end
                ptr[end] -= 1
                idx[ptr[end]] = i


def _lattice(rows: int, columns: int, steps: list[tuple[int, int]], rewiring: float, key: np.uint64, *,
             bounded: bool) -> Network:
    if rows * columns > NODE_LIMIT:
        raise NetworkError.because(f"a network has 0 to {NODE_LIMIT} nodes (got {rows} x {columns})")
    if not 0.0 <= rewiring <= 1.0:
        raise NetworkError.because(f"a probability lies between 0 and 1 (got {rewiring})")
    n = rows * columns
    slots = np.empty((n, len(steps)), np.uint32)
    ptr = np.zeros(n + 1, np.int64)
    _lay(rows, columns, np.array(steps, np.int64).reshape(-1, 2), bounded, slots, ptr[:-1])
    if rewiring > 0:
        _rewire(key, np.uint64(chance(rewiring)), slots, ptr[:-1])
    np.cumsum(ptr, out=ptr)
    idx = np.empty(ptr[-1], np.uint32)
    _fill_rows(slots, ptr, idx)
    return tidied(ptr, idx, symmetric=True).network


def _check_grid(rows: int, columns: int, radius: int, *, bounded: bool) -> None:
    if radius < 1:
        raise NetworkError.because(f"a neighbourhood has a radius of at least 1 (got {radius})")
    least = 1 if bounded else 2 * radius + 1  # on a smaller torus a node would meet itself, or another twice
    if min(rows, columns) < least:
        shape = "bounded lattice" if bounded else "torus"
        raise NetworkError.because(f"a {shape} of radius {radius} has at least {least} rows and columns "
                                   f"(got {rows} x {columns})")


def _steps(radius: int) -> list[tuple[int, int]]:
    """Return the steps of the Moore neighbourhood, ascending, that lead to a later row or column."""
    square = range(-radius, radius + 1)
    return [(down, right) for down in square for right in square if (down, right) > (0, 0)]


def moore_lattice(rows: int, columns: int, radius: int, rewiring: float, key: np.uint64, *,
                  bounded: bool = False) -> Network:
    """Build a lattice in which each node is tied to the square around it, `radius` rows and columns each way.

    Parameters
    ----------
    rows, columns : int
        Size of the lattice; node ``row * columns + column`` stands at that row and column.
    radius : int
        Reach of a tie, at least 1: each node has (2 radius + 1)^2 - 1 neighbours.
    rewiring : float
        Probability that a tie is rewired to an even draw of the nodes its owner is not tied to.
    key : uint64
        The network's key, see `simcore.rng.network_key`.
    bounded : bool
        Whether the lattice ends at its edges, rather than going on at the opposite ones.

    Returns
    -------
    Network
        Symmetric, unweighted.

    Raises
    ------
    NetworkError
        If an argument is out of its range.

    References
    ----------
    Centola & Macy (2007), doi:10.1086/521848.
    """
    _check_grid(rows, columns, radius, bounded=bounded)
    return _lattice(rows, columns, _steps(radius), rewiring, key, bounded=bounded)


def von_neumann_lattice(rows: int, columns: int, radius: int, rewiring: float, key: np.uint64, *,
                        bounded: bool = False) -> Network:
    """Build a lattice in which each node is tied to the diamond around it, rows and columns away adding up.

    Parameters
    ----------
    rows, columns : int
        Size of the lattice; node ``row * columns + column`` stands at that row and column.
    radius : int
        Reach of a tie, at least 1: each node has 2 radius (radius + 1) neighbours.
    rewiring : float
        Probability that a tie is rewired to an even draw of the nodes its owner is not tied to.
    key : uint64
        The network's key, see `simcore.rng.network_key`.
    bounded : bool
        Whether the lattice ends at its edges, rather than going on at the opposite ones.

    Returns
    -------
    Network
        Symmetric, unweighted.

    Raises
    ------
    NetworkError
        If an argument is out of its range.

    References
    ----------
    Centola & Macy (2007), doi:10.1086/521848.
    """
    _check_grid(rows, columns, radius, bounded=bounded)
    diamond = [(down, right) for down, right in _steps(radius) if down + abs(right) <= radius]
    return _lattice(rows, columns, diamond, rewiring, key, bounded=bounded)


def ring_lattice(n: int, neighbours: int, rewiring: float, key: np.uint64, *,
                 bounded: bool = False) -> Network:
    """Build a lattice of one dimension, each node tied to its nearest; unbounded, that of Watts and Strogatz.

    Parameters
    ----------
    n : int
        Number of nodes.
    neighbours : int
        Number of nearest nodes that each node is tied to, even and below n.
    rewiring : float
        Probability that a tie is rewired to an even draw of the nodes its owner is not tied to.
    key : uint64
        The network's key, see `simcore.rng.network_key`.
    bounded : bool
        Whether the ring is cut open between the last node and the first.

    Returns
    -------
    Network
        Symmetric, unweighted.

    Raises
    ------
    NetworkError
        If an argument is out of its range.

    References
    ----------
    Watts & Strogatz (1998), doi:10.1038/30918; Centola & Macy (2007), doi:10.1086/521848.
    """
    if neighbours % 2 or not 0 <= neighbours < max(n, 1):
        raise NetworkError.because(f"ring neighbours are even and fewer than nodes (got {neighbours} of {n})")
    steps = [(0, lap) for lap in range(1, neighbours // 2 + 1)]
    return _lattice(1, n, steps, rewiring, key, bounded=bounded)
