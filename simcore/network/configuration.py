"""Configuration model: undirected networks with any degrees, and as correlated as is wanted.

The stubs of all nodes are put in random order, and each two neighbours there become a tie. Self-loops and
repeated ties, few in a sparse network however large, are dropped and merged, and counted.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.errors import NetworkError
from simcore.network.csr import Built, Network, as_built
from simcore.network.degree_laws import checked
from simcore.network.rows import collected, deal, room_for_rows
from simcore.network.stubs import Classes, drawn, in_order
from simcore.network.swaps import LATER, exchange, lifted, mate, placed, proposed, rows
from simcore.rng import Purpose

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_U1 = np.uint64(1)

PROPOSALS = 100  # for each tie, before an assortativity is given up as out of reach


@kernel
def _sum_products(ptr, idx, degrees):
    """Return the sum of the products of the degrees at both ends of every arc, looking at one of a tie's two."""
    total = np.int64(0)
    for i in range(ptr.size - 1):
        of_others, a = np.int64(0), ptr[i + 1] - 1
        while a >= ptr[i] and idx[a] > i:
            of_others += np.int64(degrees[idx[a]])
            a -= 1
        total += np.int64(degrees[i]) * of_others
    return 2 * total


@inline
def _degree(places, row):
    return places.ptr[row + _U1] - places.ptr[row]


@kernel
def _join(key, proposals, sign, missing, places):
    """Join ties anew until their products have gained what is missing, and return what is missing still.

    Proposal k draws two places as `proposed` says. Of the ties a - b and c - d there, a - d and c - b gain
    (A - C)(D - B), capitals being degrees; a - c and d - b, which it is if the second tie is drawn from its
    other end, (A - D)(C - B). The pairing that gains more is made, if it gains at all.
    """
    for k in range(proposals + LATER):
        p, s = proposed(key, Purpose.NETWORK_SORT, k, places.link.size, True, places)
        if k < LATER:
            continue
        (a, b), (c, d) = rows(places, p), rows(places, s)
        of_a, of_b, of_c, of_d = (_degree(places, a), _degree(places, b), _degree(places, c), _degree(places, d))
        gain = sign * (of_a - of_c) * (of_d - of_b)
        other = sign * (of_a - of_d) * (of_c - of_b)
        if other > gain:
            gain, s = other, mate(places, s)
        if gain > 0 and exchange(places, p, s):
            missing -= gain
            if missing <= 0:
                return missing
    return missing


class _Sums(NamedTuple):
    """Sums of the degrees, their squares and their products at both ends of arcs; the assortativity's denominator."""

    one: int
    two: int
    products: int
    spread: int


def _summed(network: Network) -> _Sums:
    degrees = network.out_degree
    nodes = np.bincount(degrees).tolist()
    one, two, three = (sum(k * d**power for d, k in enumerate(nodes) if k) for power in (1, 2, 3))
    narrow = degrees.astype(np.min_scalar_type(len(nodes)))  # so that a cache has room for them
    products = int(_sum_products(network.out_ptr, network.out_idx, narrow))
    return _Sums(one, two, products, one * three - two**2)


def assortativity(network: Network) -> float:
    """Return the correlation of the degrees at both ends of a tie, NaN if all degrees at ends are the same.

    Parameters
    ----------
    network : Network
        Undirected.

    Returns
    -------
    float
        From -1 to 1.

    References
    ----------
    Newman (2002), doi:10.1103/PhysRevLett.89.208701, equation 4.
    """
    one, two, products, spread = _summed(network)
    return (one * products - two**2) / spread if spread else math.nan


def correlated(network: Network, wanted: float, key: np.uint64) -> Network:
    """Join the ends of random ties by degree until the assortativity is as wanted, keeping every degree.

    Two ties are drawn. To raise the assortativity, the two ends of highest degree among the four are tied to
    each other, and so are the two lowest; to lower it, the highest to the lowest. Nothing happens where that
    would make a self-loop or a tie there is already, or they are so tied. It ends with the tie that reaches
    or passes the wanted value; that is, ties not drawn so far are as they were, so the network given should
    be random. (Xulvi-Brunet & Sokolov, instead, mix such steps with random swaps until nothing changes.)

    Parameters
    ----------
    network : Network
        Undirected, without weights.
    wanted : float
        Assortativity to be reached, from -1 to 1.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

    Returns
    -------
    Network
        Symmetric, of the same degrees.

    Raises
    ------
    NetworkError
        If ``wanted`` is out of range, or 100 proposals per tie do not lead there, or degrees at ends of ties
        are all the same, or the network is directed or has weights.

    References
    ----------
    Xulvi-Brunet & Sokolov (2004), doi:10.1103/PhysRevE.70.066102.
    """
    if not network.symmetric:
        raise NetworkError.because("ties are joined by degree in undirected networks (this one is directed)")
    return _joined(network._replace(out_idx=network.out_idx.copy()), wanted, key)


def _joined(network: Network, wanted: float, key: np.uint64) -> Network:
    """Join the ends of random ties by degree, see `correlated`; the network given is used up."""
    if not -1.0 <= wanted <= 1.0:
        raise NetworkError.because(f"an assortativity lies between -1 and 1 (got {wanted})")
    one, two, products, spread = _summed(network)
    if not spread:
        raise NetworkError.because("degrees that are all the same at ends of ties have no assortativity")
    places = placed(network)
    aim = (Fraction(wanted) * spread + two**2) / one
    gap = (aim - products) / 2  # a tie is two arcs
    missing = math.ceil(abs(gap))
    if missing:
        missing = _join(key, PROPOSALS * network.arcs // 2, 1 if gap > 0 else -1, missing, places)
    network = lifted(network, places)
    if missing > 0:
        raise NetworkError.because(f"an assortativity of {wanted} is out of reach of these degrees "
                                   f"({PROPOSALS} swaps for each tie led to {assortativity(network):.3f})")
    return network


def drawn_degrees(n: int, law: NDArray[np.float64] | Classes, key: np.uint64) -> NDArray[np.uint32]:
    """Draw the degree of every node from a law, float64[K] or of two classes, as influence networks do.

    Raises
    ------
    NetworkError
        If the share of a class is not between 0 and 1, or a law is none.
    """
    try:
        for pmf in (law.first, law.rest) if isinstance(law, Classes) else (law,):
            checked(pmf)
    except ValueError as error:
        raise NetworkError.because(str(error)) from error
    return drawn(n, law, key, Purpose.NETWORK_COUNT)


def _met(degrees: NDArray[np.integer[Any]], key: np.uint64) -> Built:
    """Return the network in which each two stubs next to each other in random order have met."""
    n = degrees.size
    dealt, alone = room_for_rows(degrees), np.empty(0, np.uint32)
    for nodes in in_order(degrees, key, Purpose.NETWORK_STUB):
        nodes = np.concatenate([alone, nodes])
        one, other, alone = nodes[0:-1:2], nodes[1::2], nodes[nodes.size // 2 * 2 :]
        deal(one, other, dealt, undirected=True)
    deal(alone, np.full(alone.size, n, np.uint32), dealt, undirected=False)  # an odd one meets nobody
    return as_built(collected(n, dealt), symmetric=True, nobody=alone.size)


def configuration(degrees: ArrayLike, key: np.uint64, assortativity: float | None = None) -> Built:
    """Build an undirected network of given degrees.

    Every matching of the stubs is as likely as any other. If the degrees add up to an odd number, the last
    stub in random order stays alone: the node that lacks a tie is drawn in proportion to degree.

    Parameters
    ----------
    degrees : array_like of int, shape (n,)
        Of each node; `drawn_degrees` draws them from a law.
    key : uint64
        The network's key, see `simcore.rng.network_key`.
    assortativity : float, optional
        Correlation of the degrees at both ends of a tie that the network is led to by `correlated`; without
        it there is none, but for what the limit to one tie per pair imposes on hubs.

    Returns
    -------
    Built
        The network, symmetric and unweighted, the self-loops dropped and the repeated ties merged.

    Raises
    ------
    NetworkError
        If the degrees are no whole numbers of at least 0, or there are 2^33 stubs or more, or the
        assortativity cannot be reached.

    References
    ----------
    Bollobas (1980), doi:10.1016/S0195-6698(80)80030-8; Molloy & Reed (1995), doi:10.1002/rsa.3240060204.
    """
    numbers = np.asarray(degrees)
    if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
        raise NetworkError.because("degrees are a list of whole numbers "
                                   f"(got {numbers.dtype} of shape {numbers.shape})")
    if numbers.min(initial=0) < 0:
        raise NetworkError.because(f"a degree is at least 0 (got {numbers.min()})")
    stubs = int(numbers.sum(dtype=np.int64))
    if stubs >= 2**33:  # two have a block of random bits together
        raise NetworkError.because(f"a network has fewer than 2^33 stubs (got {stubs})")
    numbers = numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))), copy=False)
    del degrees  # rows need memory
    built = _met(numbers, key)
    if assortativity is not None:
        built = built._replace(network=_joined(built.network, assortativity, key))
    return built
