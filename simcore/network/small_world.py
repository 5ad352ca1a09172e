"""Small worlds: a ring lattice with some of its ties rewired.

Each node owns the ties to its nearest neighbours clockwise, one *slot* a tie, and owns them still when they
lead elsewhere. So the pair {a, b} is tied iff b stands in a slot of a, or a in one of b: no table of pairs.
"""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel
from simcore.errors import NetworkError
from simcore.network.csr import Network, from_rows, sort_row
from simcore.rng import Purpose, below, chance, occurs, philox, tag

_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))


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
    """Go round the ring once for each lap of slots, rewiring the slot of each node with the probability.

    The first half of the block (node, lap, 0, REWIRE) decides; attempt a = 0, 1, ... at a new end takes the
    second half of the block (node, lap, 0, a, REWIRE).
    """
    n = np.uint64(slots.shape[0])
    for lap in range(slots.shape[1]):
        for i in range(slots.shape[0]):
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
def _fill_rows(slots, ptr, place, idx):
    """Write both arcs of every tie, then sort the rows; ``place`` is used up."""
    for i in range(slots.shape[0]):
        for lap in range(slots.shape[1]):
            end = slots[i, lap]
            idx[place[i]] = end
            place[i] += 1
            idx[place[end]] = i
            place[end] += 1
    for i in range(slots.shape[0]):
        sort_row(idx, ptr[i], ptr[i + 1])


def watts_strogatz(n: int, neighbours: int, rewiring: float, key: np.uint64) -> Network:
    """Build a small-world network.

    Parameters
    ----------
    n : int
        Number of nodes.
    neighbours : int
        Number of nearest nodes on the ring that each node is tied to, even and below n.
    rewiring : float
        Probability that a tie is rewired to an even draw of the nodes its owner is not tied to.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

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
    Watts & Strogatz (1998), doi:10.1038/30918.
    """
    if neighbours % 2 or not 0 <= neighbours < max(n, 1):
        raise NetworkError.because(f"ring neighbours are even and fewer than nodes (got {neighbours} of {n})")
    if not 0.0 <= rewiring <= 1.0:
        raise NetworkError.because(f"a probability lies between 0 and 1 (got {rewiring})")
    slots = ((np.arange(n)[:, None] + np.arange(1, neighbours // 2 + 1)) % max(n, 1)).astype(np.uint32)
    ptr = np.full(n + 1, neighbours)
    ptr[0] = 0
    if rewiring > 0:
        _rewire(key, np.uint64(chance(rewiring)), slots, ptr[1:])
    np.cumsum(ptr, out=ptr)
    idx = np.empty(ptr[-1], np.uint32)
    _fill_rows(slots, ptr, ptr[:-1].copy(), idx)
    return from_rows(ptr, idx, symmetric=True)
