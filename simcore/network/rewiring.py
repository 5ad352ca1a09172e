"""Null models of a given network: its ties led elsewhere by chance, or exchanged with every degree kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel
from simcore.errors import NetworkError
from simcore.network.csr import Network, tidied
from simcore.network.rows import canonical, longest
from simcore.network.swaps import LATER, exchange, lifted, placed, proposed, refuse_weights
from simcore.rng import Purpose, below, bits64, chance, occurs, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.network.rows import Arcs

_TOGETHER = 2**14  # nodes whose ties are listed together
_MANY = 32  # slots of an owner, beyond which they are not looked through
_U0, _U1 = np.uint64(0), np.uint64(1)


@kernel
def _shuffle(key, proposals, arcs, places):
    for k in range(proposals + LATER):
        p, s = proposed(key, Purpose.NETWORK_SWAP, k, arcs, False, places)
        if k >= LATER:
            exchange(places, p, s)


def shuffled(network: Network, swaps_per_tie: float, key: np.uint64) -> Network:
    """Exchange the ends of random ties, so that chance decides all but the degrees.

    A swap draws two ties a - b and c - d, each from either end if undirected, and makes them a - d and c - b;
    one that would make a self-loop or a tie there is already leaves the network as it is, and counts, so that
    in the long run every network of these degrees that swaps can reach is as likely as any other. (Swaps of
    arcs cannot turn a directed triangle round if nothing else is left to swap with.)

    Parameters
    ----------
    network : Network
        Without weights.
    swaps_per_tie : float
        Number of swaps proposed for each tie, at least 0; 10 leave no trace that is easily found.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

    Returns
    -------
    Network
        With the out- and in-degree of every node; symmetric if the network given is.

    Raises
    ------
    NetworkError
        If the number of swaps is out of its range, or the network has weights, or 2^31 nodes or arcs or more.

    References
    ----------
    Maslov & Sneppen (2002), doi:10.1126/science.1065103; why refused swaps count: Fosdick, Larremore,
    Nishimura & Ugander (2018), doi:10.1137/16M1087175.
    """
    if not 0.0 <= swaps_per_tie < np.inf:
        raise NetworkError.because(f"the swaps per tie are finite and at least 0 (got {swaps_per_tie})")
    places = placed(network._replace(out_idx=network.out_idx.copy()))
    proposals = round(swaps_per_tie * (network.arcs // (2 if network.symmetric else 1)))
    if network.arcs:
        _shuffle(key, proposals, network.arcs, places)
    return lifted(network, places)


@kernel
def _list_owners(key, ptr, idx, first, last, owner, other):
    """List the ties of some nodes with later ones, the end that stays first; return how many there are.

    Half 1 of the block (lower, upper, 0, 0, REDRAW) decides which end of a tie stays.
    """
    ties = 0
    for i in range(first, last):
        for a in range(ptr[i], ptr[i + 1]):
            owner[ties], other[ties] = i, idx[a]
            ties += idx[a] > i
    for a in range(ties):
        i, j = owner[a], other[a]
        _, _, _, x3 = philox(key, np.uint64(i), np.uint64(j), _U0, tag(_U0, Purpose.NETWORK_REDRAW))
        upper_stays = x3 >> np.uint64(31) != _U0
        owner[a], other[a] = j if upper_stays else i, i if upper_stays else j
    return ties


def _owned(network: Network, key: np.uint64) -> Iterator[Arcs]:
    """Yield the ties of an undirected network in parts, the end that stays first."""
    for first in range(0, network.n, _TOGETHER):
        last = min(first + _TOGETHER, network.n)
        owner, other = np.empty((2, network.out_ptr[last] - network.out_ptr[first]), np.uint32)
        ties = _list_owners(key, network.out_ptr, network.out_idx, first, last, owner, other)
        yield owner[:ties], other[:ties]


@inline
def _owns(ptr, slots, i, j):
    """Return whether a slot of i leads to j."""
    for a in range(ptr[i], ptr[i + 1]):  # noqa: SIM110 -- numba has no any
        if slots[a] == j:
            return True
    return False


@kernel
def _redraw(key, share, undirected, ptr, slots, degrees, seen):
    """Redraw slots, owner by owner, ``seen[j]`` being i + 1 while slots of an owner i of many lead to j.

    Half 0 of the block (i, j, 0, 0, REDRAW) decides, i < j if undirected; attempt a = 1, 2, ... at a new end
    takes half 0 of the block (i, j, 0, a, REDRAW).
    """
    others = np.uint64(ptr.size - 2)
    for i in range(ptr.size - 1):
        many = ptr[i + 1] - ptr[i] > _MANY
        for a in range(ptr[i], ptr[i + 1] if many else ptr[i]):
            seen[slots[a]] = i + 1
        for a in range(ptr[i], ptr[i + 1]):
            old = np.int64(slots[a])
            low, high = np.uint64(i), np.uint64(old)
            if undirected and old < i:
                low, high = high, low
            if (not occurs(bits64(key, low, high, _U0, tag(_U0, Purpose.NETWORK_REDRAW)), share)
                    or degrees[i] == others):
                continue
            end, attempt = np.int64(i), _U0
            while (end == i or (seen[end] == i + 1 if many else _owns(ptr, slots, i, end))
                   or (undirected and _owns(ptr, slots, end, i))):
                attempt += _U1
                bits = bits64(key, low, high, _U0, tag(attempt, Purpose.NETWORK_REDRAW))
                end = np.int64(below(bits, others))
                end += end >= i
            if many:
                seen[old] = 0
                seen[end] = i + 1
            slots[a] = end
            if undirected:
                degrees[old] -= 1
                degrees[end] += 1


@kernel
def _fill_rows(owned, slots, ptr, idx):
    """Write both arcs of every tie; ``ptr`` goes down from the end of each row to its beginning."""
    begin = np.int64(0)
    for i in range(owned.size):
        end = begin + np.int64(owned[i])
        for a in range(begin, end):
            ptr[i] -= 1
            idx[ptr[i]] = slots[a]
            ptr[slots[a]] -= 1
            idx[ptr[slots[a]]] = i
        begin = end


def rewired(network: Network, share: float, key: np.uint64) -> Network:
    """Lead the far end of each tie elsewhere with a probability, one tie after the other.

    The end of an arc that stays is its source, of an undirected tie either with the same chance; the other
    end goes to an even draw of the nodes that the one which stays has no tie to. Ties are taken in the order
    of the ends that stay, then of the others.

    Parameters
    ----------
    network : Network
        Without weights.
    share : float
        Probability that a tie is redrawn.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

    Returns
    -------
    Network
        With as many ties; symmetric if the network given is. A directed one keeps every out-degree.

    Raises
    ------
    NetworkError
        If the share is not between 0 and 1, or the network has weights.

    References
    ----------
    Watts & Strogatz (1998), doi:10.1038/30918, for any network.
    """
    if not 0.0 <= share <= 1.0:
        raise NetworkError.because(f"a probability lies between 0 and 1 (got {share})")
    refuse_weights(network)
    if not network.arcs:
        return network
    ptr = np.append(network.out_degree, 0)
    if network.symmetric:
        own_ptr, slots = canonical(network.n, lambda: _owned(network, key), undirected=False)[:2]
    else:
        own_ptr, slots = network.out_ptr.copy(), network.out_idx.copy()
    _redraw(key, np.uint64(chance(share)), network.symmetric, own_ptr, slots, ptr[:-1],
            np.zeros(network.n, np.uint32))
    if not network.symmetric:
        return tidied(own_ptr, slots).network
    np.cumsum(ptr, out=ptr)
    owned = np.diff(own_ptr).astype(np.min_scalar_type(longest(own_ptr)))
    del own_ptr  # rows need memory
    idx = np.empty(network.arcs, np.uint32)
    _fill_rows(owned, slots, ptr, idx)
    del owned, slots
    return tidied(ptr, idx, symmetric=True).network
