"""Exchanges of ties that keep every degree.

Every tie stands in the rows of both its ends, and each of its two *places* knows the other. A place stays
with its node, so an exchange swaps what is in two pairs of places, without search. A directed network has a row of
arcs sent and one of arcs received for each node, an undirected network one row of neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel, prefetch
from simcore.errors import NetworkError
from simcore.network.csr import Network, from_rows, with_in_arcs
from simcore.network.rows import longest, put_in_order
from simcore.rng import below, philox, tag

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_U0, _U1, _U2, _U3, _U32, _LOW = (np.uint64(x) for x in (0, 1, 2, 3, 32, 2**32 - 1))
_LONG = 32  # entries of a row, beyond which another may be read instead
LATER = 24  # proposals that are drawn before one has its turn
_STEP, _KEPT = np.uint64(LATER // 4), np.uint64(32)


class Places(NamedTuple):
    """Both places of every tie.

    Attributes
    ----------
    ptr : int64[rows + 1]
        Where each row begins; rows n, n + 1, ... of a directed network hold the arcs received.
    idx : uint32[places]
        The node at the other end of each tie, to begin with and at last.
    link : uint32[places] or uint64[places], whichever has room
        That node times 2^shift, and which place in its row is the tie's other one; `idx` itself if that has room.
    shift : uint64
    received : uint64
        The row of arcs that node 0 receives: n, or 0 if the network is undirected.
    drawn : uint64[64]
        The places that the next proposals are about.
    """

    ptr: NDArray[np.int64]
    idx: NDArray[np.uint32]
    link: NDArray[np.unsignedinteger[Any]]
    shift: np.uint64
    received: np.uint64
    drawn: NDArray[np.uint64]


@kernel
def _link(idx, met, shift, link):
    """Find the other place of every tie: rows are visited in order, so it is the next one of its row not met yet."""
    for p in range(idx.size):
        node = np.uint64(idx[p])
        link[p] = node << shift | np.uint64(met[node])
        met[node] += 1


@inline
def _far(places, p):
    """Return the row at the other end of the tie in a place."""
    return (np.uint64(places.link[p]) >> places.shift) + places.received


@inline
def mate(places, p):
    """Return the other place of the tie in a place, which is none of those that hold arcs received."""
    nth = np.uint64(places.link[p]) & ((_U1 << places.shift) - _U1)
    return np.uint64(places.ptr[_far(places, p)]) + nth


@inline
def rows(places, p):
    """Return the row that a place is in, and the row at the other end of its tie."""
    return np.uint64(places.link[mate(places, p)]) >> places.shift, _far(places, p)


@inline
def _tied(places, a, b):
    """Return whether a tie joins two rows, reading the second, which is at hand, unless it is long."""
    begin, end, node = places.ptr[b], places.ptr[b + _U1], a
    if end - begin > _LONG and places.ptr[a + _U1] - places.ptr[a] < end - begin:
        begin, end, node = places.ptr[a], places.ptr[a + _U1], b - places.received
    for p in range(begin, end):  # noqa: SIM110 -- numba has no any
        if np.uint64(places.link[p]) >> places.shift == node:
            return True
    return False


@inline
def exchange(places, p, s):
    """Exchange the far ends of the ties in two places, and return True.

    Return False, and do nothing, if that would make a self-loop or a tie there is already.
    """
    (a, b), (c, d) = rows(places, p), rows(places, s)
    if a + places.received == d or c + places.received == b or _tied(places, a, d) or _tied(places, c, b):
        return False
    q, t = mate(places, p), mate(places, s)
    places.link[p], places.link[s] = places.link[s], places.link[p]
    places.link[q], places.link[t] = places.link[t], places.link[q]
    return True


@inline
def _at(proposal):
    """Return where the places of a proposal are kept until it has its turn."""
    return _U2 * (proposal & (_KEPT - _U1))


@inline
def proposed(key, purpose, k, arcs, degrees, places):
    """Draw the places of proposal k, and return those of proposal k - LATER, whose turn it is.

    They are both halves of the block (k mod 2^32, k div 2^32, 0, purpose). What an exchange will read is fetched
    meanwhile, each thing once what leads to it is there; and where the degrees of all four nodes begin, if wanted.
    """
    proposal = np.uint64(k)
    x0, x1, x2, x3 = philox(key, proposal & _LOW, proposal >> _U32, _U0, tag(_U0, purpose))
    at = _at(proposal)
    places.drawn[at] = below(x0 | (x1 << _U32), np.uint64(arcs))
    places.drawn[at + _U1] = below(x2 | (x3 << _U32), np.uint64(arcs))
    for end in range(_U2):
        prefetch(places.link, places.drawn[at + end])
    at = _at(proposal + _KEPT - _STEP)
    for end in range(_U2):
        row = _far(places, places.drawn[at + end])
        prefetch(places.ptr, row)
        prefetch(places.ptr, row + _U1)
    at = _at(proposal + _KEPT - _U2 * _STEP)
    for end in range(_U2):
        row = _far(places, places.drawn[at + end])
        prefetch(places.link, places.ptr[row])
        prefetch(places.link, places.ptr[row + _U1] - 1)  # a short row may lie in two lines of the cache
        prefetch(places.link, mate(places, places.drawn[at + end]))
    at = _at(proposal + _KEPT - _U3 * _STEP)
    for end in range(_U2 if degrees else _U0):
        row, _ = rows(places, places.drawn[at + end])
        prefetch(places.ptr, row)
        prefetch(places.ptr, row + _U1)
    at = _at(proposal + _KEPT - np.uint64(LATER))
    return places.drawn[at], places.drawn[at + _U1]


@kernel
def _unlink(places):
    for p in range(places.idx.size):
        places.idx[p] = np.uint64(places.link[p]) >> places.shift


def refuse_weights(network: Network) -> None:
    """Refuse a network with weights: it is not said what becomes of them when ties change."""
    if network.weighted:
        raise NetworkError.because("only ties without weights are led elsewhere (these have weights)")


def placed(network: Network) -> Places:
    """Return both places of every tie of a network; the first ``network.arcs`` are those of its out-arcs.

    The ``out_idx`` of an undirected network is used up.

    Raises
    ------
    NetworkError
        If the network has weights, or 2^31 nodes or arcs or more.
    """
    refuse_weights(network)
    if max(network.n, network.arcs) >= 2**31:
        raise NetworkError.because("ties are exchanged among fewer than 2^31 nodes and arcs "
                                   f"(got {network.n} and {network.arcs})")
    ptr, idx = network.out_ptr, network.out_idx
    if not network.symmetric:
        ptr = np.concatenate([ptr, network.arcs + network.in_ptr[1:]])
        idx = np.concatenate([idx, with_in_arcs(network).in_idx])
    most = longest(ptr)
    shift = int(most).bit_length()
    link = idx if network.n << shift <= 2**32 else np.empty(idx.size, np.uint64)
    for begin in range(0, idx.size, max(network.arcs, 1)):
        way = slice(begin, begin + network.arcs)
        _link(idx[way], np.zeros(network.n, np.min_scalar_type(most)), np.uint64(shift), link[way])
    received = np.uint64(0 if network.symmetric else network.n)
    return Places(ptr, idx, link, np.uint64(shift), received, np.zeros(2 * int(_KEPT), np.uint64))


def lifted(network: Network, places: Places) -> Network:
    """Return the network as exchanges have left it; the places are used up."""
    _unlink(places)
    if places.link is not places.idx:
        places.link.resize(0, refcheck=False)
    places.idx.resize(network.arcs, refcheck=False)
    put_in_order(network.out_ptr, places.idx)
    return from_rows(network.out_ptr, places.idx, symmetric=network.symmetric)
