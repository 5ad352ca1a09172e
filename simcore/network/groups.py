"""Networks of groups: many ties inside groups, few between them; a node may belong to several groups.

There are one or more *groupings*, each of which puts every node into one group. The ties between groups are
those of a Poisson network whose ends share no group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore._jit import kernel
from simcore.errors import NetworkError
from simcore.network.csr import Network, from_arcs
from simcore.network.poisson import poisson
from simcore.rng import Purpose, chance, occurs, philox, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))
_NO_NODES = np.empty(0, np.uint32)


@kernel
def _draw_order(key, grouping, bits):
    """Draw 64 bits for every node: half i mod 2 of the block (i div 2, grouping, 0, GROUP)."""
    for i in range(0, bits.size, 2):
        x0, x1, x2, x3 = philox(key, np.uint64(i >> 1), np.uint64(grouping), _U0,
                                tag(_U0, Purpose.NETWORK_GROUP))
        bits[i] = x0 | (x1 << _U32)
        if i + 1 < bits.size:
            bits[i + 1] = x2 | (x3 << _U32)


@kernel
def _tie_inside(key, probability, grouping, members, size, lower, upper):
    """Tie each pair of a group with the probability; return how many ties there are, and list what has room.

    The pair i < j takes half j mod 2 of the block (i, j div 2, 0, PAIR) with the grouping as sequence number.
    """
    ties = 0
    drawn_i = drawn_j = ~_U0
    x0 = x1 = x2 = x3 = _U0
    for begin in range(0, members.size, size):
        end = min(begin + size, members.size)
        for a in range(begin, end):
            for b in range(a + 1, end):
                i, j = np.uint64(min(members[a], members[b])), np.uint64(max(members[a], members[b]))
                if i != drawn_i or j >> _U1 != drawn_j:
                    drawn_i, drawn_j = i, j >> _U1
                    x0, x1, x2, x3 = philox(key, drawn_i, drawn_j, _U0, tag(grouping, Purpose.NETWORK_PAIR))
                if occurs(x2 | (x3 << _U32) if j & _U1 else x0 | (x1 << _U32), probability):
                    if ties < lower.size:
                        lower[ties] = i
                        upper[ties] = j
                    ties += 1
    return ties


@kernel
def _tie_between(ptr, idx, groups, lower, upper):
    """Return how many ties of a network join nodes that share no group, and list what has room."""
    ties = 0
    for i in range(ptr.size - 1):
        for a in range(ptr[i], ptr[i + 1]):
            j = idx[a]
            apart = j > i
            for grouping in range(groups.shape[0]):
                apart = apart and groups[grouping, i] != groups[grouping, j]
            if apart:
                if ties < lower.size:
                    lower[ties] = i
                    upper[ties] = j
                ties += 1
    return ties


def _check(n: int, size: int, memberships: int) -> None:
    if not 1 <= size <= max(n, 1):
        raise NetworkError.because(f"a group has at least 1 member and at most all {n} nodes (got {size})")
    if not 1 <= memberships < 2**24:
        raise NetworkError.because(f"a node is a member of 1 to {2**24 - 1} groups (got {memberships})")


def members(n: int, size: int, key: np.uint64, *, memberships: int = 1) -> NDArray[np.uint32]:
    """Return the members of all groups, each grouping a row: group g takes places g size to (g + 1) size - 1.

    Parameters
    ----------
    n, size, key, memberships
        As in `affiliation`.

    Returns
    -------
    uint32[memberships, n]
        The nodes in their own order in the first grouping, in random order in the others.

    Raises
    ------
    NetworkError
        If an argument is out of its range.
    """
    _check(n, size, memberships)
    listed = np.empty((memberships, n), np.uint32)
    listed[0] = np.arange(n, dtype=np.uint32)
    bits = np.empty(n, np.uint64)
    for grouping in range(1, memberships):
        _draw_order(key, grouping, bits)
        listed[grouping] = np.argsort(bits, kind="stable")
    return listed


def affiliation(n: int, size: int, inside: float, outside: float, key: np.uint64, *,
                memberships: int = 1) -> Network:
    """Build a network of groups.

    The first grouping puts the nodes into groups in their own order, each further one in a random order; the
    last group of each is smaller where `size` does not divide n.

    Parameters
    ----------
    n : int
        Number of nodes.
    size : int
        Number of members of a group, 1 to n.
    inside : float
        Probability that two members of a group are tied; two who share several groups have as many chances.
    outside : float
        Mean number of ties of a node to nodes that share no group with it, at least 0 and below
        n - 1 - memberships (size - 1), the number of such nodes; each is tied to it with the same chance.
    key : uint64
        The network's key, see `simcore.rng.network_key`.
    memberships : int
        Number of groups that each node belongs to.

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
    Watts & Dodds (2007), doi:10.1086/518527, after Watts, Dodds & Newman (2002), doi:10.1126/science.1070120.
    """
    _check(n, size, memberships)
    if not 0.0 <= inside <= 1.0:
        raise NetworkError.because(f"a probability lies between 0 and 1 (got {inside})")
    others = n - 1 - memberships * (size - 1)
    if not (outside == 0.0 or 0.0 < outside < others):
        raise NetworkError.because("the mean number of ties outside the groups is at least 0 and below the "
                                   f"number of nodes there, {max(others, 0)} (got {outside})")
    listed = members(n, size, key, memberships=memberships)
    groups = np.empty_like(listed)
    for grouping in range(memberships):
        groups[grouping, listed[grouping]] = np.arange(n, dtype=np.uint32) // np.uint32(size)
    loose = poisson(n, outside / others * (n - 1) if outside > 0 else 0.0, key)
    parts: list[tuple[Any, tuple[Any, ...]]] = [(_tie_between, (loose.out_ptr, loose.out_idx, groups))]
    parts += [(_tie_inside, (key, np.uint64(chance(inside)), grouping, listed[grouping], size))
              for grouping in range(memberships)]
    # drawing twice is cheaper than room for ties that may not be
    ends = np.cumsum([0, *(part(*given, _NO_NODES, _NO_NODES) for part, given in parts)])
    lower, upper = np.empty(ends[-1], np.uint32), np.empty(ends[-1], np.uint32)
    for (part, given), begin, end in zip(parts, ends[:-1], ends[1:], strict=True):
        part(*given, lower[begin:end], upper[begin:end])
    return from_arcs(n, lower, upper, undirected=True).network
