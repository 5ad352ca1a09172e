"""Exchanges of ties that keep every degree.

Every tie stands in the rows of both its ends, and each of its two *places* knows the other. A place stays
with its node, so an exchange is four writes, without search. A directed network has a row of arcs sent and
one of arcs received for each node, an undirected network one row of neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel, prefetch
from simcore.errors import NetworkError
from simcore.network.csr import Network, tidied
from simcore.rng import below, philox, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U0, _U1, _U32, _LOW = (np.uint64(x) for x in (0, 1, 32, 2**32 - 1))
AHEAD = 64  # proposals whose places are on their way from memory at a time


class Places(NamedTuple):
    """Both places of every tie.

    Attributes
    ----------
    ptr : int64[rows + 1]
        Where each row begins; rows n, n + 1, ... of a directed network hold the arcs received.
    link : uint64[places]
        2^32 times the row in which the tie's other place is, and the number of that place.
    received : uint64
        The row of arcs that node 0 receives: n, or 0 if the network is undirected.
    drawn : uint64[2 AHEAD]
        Room for the places that the next proposals are about.
    """

    ptr: NDArray[np.int64]
    link: NDArray[np.uint64]
    received: np.uint64
    drawn: NDArray[np.uint64]


@kernel
def _link(out_ptr, out_idx, places, free):
    """Find the other place of every tie: rows are visited in order, so it is the next free one of its row."""
    for i in range(out_ptr.size - 1):
        for p in range(out_ptr[i], out_ptr[i + 1]):
            row = np.uint64(out_idx[p]) + places.received
            if row < np.uint64(i):  # in an undirected network: the tie was met from its lower end
                continue
            q = free[row]
            free[row] += 1
            places.link[p] = row << _U32 | np.uint64(q)
            places.link[q] = np.uint64(i) << _U32 | np.uint64(p)


@inline
def _tied(places, a, b):
    """Return whether a tie joins two rows, reading the shorter."""
    if places.ptr[a + _U1] - places.ptr[a] > places.ptr[b + _U1] - places.ptr[b]:
        a, b = b, a
    for p in range(places.ptr[a], places.ptr[a + _U1]):  # noqa: SIM110 -- numba has no any
        if places.link[p] >> _U32 == b:
            return True
    return False


@inline
def rows(places, p):
    """Return the row that a place is in, and the row at the other end of its tie."""
    link = places.link[p]
    return places.link[link & _LOW] >> _U32, link >> _U32


@inline
def exchange(places, p, s):
    """Exchange the far ends of the ties in two places, and return True.

    Return False, and do nothing, if that would make a self-loop or a tie there is already.
    """
    (a, b), (c, d) = rows(places, p), rows(places, s)
    if a + places.received == d or c + places.received == b or _tied(places, a, d) or _tied(places, c, b):
        return False
    q, t = places.link[p] & _LOW, places.link[s] & _LOW
    places.link[p], places.link[t] = d << _U32 | t, a << _U32 | p
    places.link[s], places.link[q] = b << _U32 | q, c << _U32 | s
    return True


@inline
def propose(key, purpose, first, count, arcs, places):
    """Draw the places of ``count`` proposals: both halves of the block (k mod 2^32, k div 2^32, 0, purpose).

    What an exchange will read is fetched for all of them together, each thing once what leads to it is there.
    """
    for a in range(count):
        k = np.uint64(first + a)
        x0, x1, x2, x3 = philox(key, k & _LOW, k >> _U32, _U0, tag(_U0, purpose))
        places.drawn[2 * a] = below(x0 | (x1 << _U32), np.uint64(arcs))
        places.drawn[2 * a + 1] = below(x2 | (x3 << _U32), np.uint64(arcs))
        prefetch(places.link, places.drawn[2 * a])
        prefetch(places.link, places.drawn[2 * a + 1])
    for p in places.drawn[:2 * count]:
        prefetch(places.link, places.link[p] & _LOW)
        prefetch(places.ptr, places.link[p] >> _U32)
    for p in places.drawn[:2 * count]:
        prefetch(places.ptr, rows(places, p)[0])


@kernel
def _unlink(places, idx):
    for p in range(idx.size):
        idx[p] = (places.link[p] >> _U32) - places.received


def refuse_weights(network: Network) -> None:
    """Refuse a network with weights: it is not said what becomes of them when ties change."""
    if network.weighted:
        raise NetworkError.because("only ties without weights are led elsewhere (these have weights)")


def placed(network: Network) -> Places:
    """Return both places of every tie of a network; the first ``network.arcs`` are those of its out-arcs.

    Raises
    ------
    NetworkError
        If the network has weights, or 2^31 nodes or arcs or more.
    """
    refuse_weights(network)
    if max(network.n, network.arcs) >= 2**31:  # so that a row or a place has a number of 32 bits
        raise NetworkError.because("ties are exchanged among fewer than 2^31 nodes and arcs "
                                   f"(got {network.n} and {network.arcs})")
    ptr = network.out_ptr
    if not network.symmetric:
        ptr = np.concatenate([ptr, network.arcs + network.in_ptr[1:]])
    places = Places(ptr, np.empty(ptr[-1], np.uint64), np.uint64(ptr.size - 1 - network.n),
                    np.empty(2 * AHEAD, np.uint64))
    _link(network.out_ptr, network.out_idx, places, ptr[:-1].astype(np.uint32))
    return places


def lifted(network: Network, places: Places) -> Network:
    """Return the network as exchanges have left it."""
    idx = np.empty(network.arcs, np.uint32)
    _unlink(places, idx)
    return tidied(network.out_ptr.copy(), idx, symmetric=network.symmetric).network
