"""Networks of groups: many ties inside groups, few between them; a node may belong to several groups.

There are one or more *groupings*, each of which puts every node into one group. The ties between groups are
those of a Poisson network whose ends share no group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.errors import NetworkError
from simcore.network import poisson
from simcore.network.csr import Network, from_parts
from simcore.network.stubs import in_order
from simcore.rng import Purpose, chance, occurs, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simcore.network.rows import Arcs

_PAIRS = 2**17  # that are drawn together, or those of one node
_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))


@kernel
def _tie_inside(key, probability, grouping, members, begin, rows, size, lower, upper, bits):
    """Tie each of the first ``rows`` members to later ones of its group with the probability; return how many are tied.

    Members stand from place ``begin`` of the grouping on. The pair i < j takes half j mod 2 of the block
    (i, j div 2, 0, PAIR) with the grouping as sequence number.
    """
    pairs = ties = 0
    for a in range(rows):
        for b in range(a + 1, min(a + size - (begin + a) % size, members.size)):
            lower[pairs], upper[pairs] = min(members[a], members[b]), max(members[a], members[b])
            pairs += 1
    for a in range(pairs):
        j = np.uint64(upper[a])
        x0, x1, x2, x3 = philox(key, np.uint64(lower[a]), j >> _U1, _U0, tag(grouping, Purpose.NETWORK_PAIR))
        bits[a] = x2 | (x3 << _U32) if j & _U1 else x0 | (x1 << _U32)
    for a in range(pairs):
        lower[ties], upper[ties] = lower[a], upper[a]
        ties += occurs(bits[a], probability)
    return ties


@kernel
def _number(members, size, groups):
    """Note the group of every node, given the members of all groups."""
    for a in range(members.size):
        groups[members[a]] = a // size


@kernel
def _keep_apart(groups, size, lower, upper):
    """Keep the ties of nodes that share no group, in place; return how many.

    ``groups`` are those of each grouping but the first, which nodes are in by their number.
    """
    left = 0
    for a in range(lower.size):
        i, j = np.uint64(lower[a]), np.uint64(upper[a])
        apart = i // size != j // size
        for grouping in range(groups.shape[0]):
            apart &= groups[grouping, i] != groups[grouping, j]
        lower[left], upper[left] = i, j
        left += apart
    return left


def _check(n: int, size: int, memberships: int) -> None:
    if not 1 <= size <= max(n, 1):
        raise NetworkError.because(f"a group has at least 1 member and at most all {n} nodes (got {size})")
    if not 1 <= memberships < 2**24:
        raise NetworkError.because(f"a node is a member of 1 to {2**24 - 1} groups (got {memberships})")


def _order(n: int, grouping: int, key: np.uint64) -> NDArray[np.uint32]:
    """Return the nodes in the random order of a further grouping."""
    order, made = np.empty(n, np.uint32), 0
    for nodes in in_order(np.ones(n, np.uint8), key, Purpose.NETWORK_GROUP, grouping):
        order[made : made + nodes.size] = nodes
        made += nodes.size
    return order


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
    return np.stack([np.arange(n, dtype=np.uint32), *(_order(n, grouping, key) for grouping in range(1, memberships))])


def _ties(n: int, size: int, inside: float, mean_degree: float, key: np.uint64,
          further: list[NDArray[np.uint32]]) -> Iterator[Arcs]:
    """Yield the ties inside the groups, and those of a Poisson network between nodes that share none, in parts.

    ``further`` are the orders of the groupings but for the first, which is that of the nodes.
    """
    rows = max(_PAIRS // size, 1)
    for grouping in range(len(further) + 1):
        for begin in range(0, n, rows):
            end = min(begin + rows + size - 1, n)
            some = further[grouping - 1][begin:end] if grouping else np.arange(begin, end, dtype=np.uint32)
            number = min(rows, some.size)
            lower, upper = np.empty((2, number * (size - 1)), np.uint32)
            bits = np.empty(lower.size, np.uint64)
            made = _tie_inside(key, np.uint64(chance(inside)), grouping, some, begin, number, size, lower, upper, bits)
            yield lower[:made], upper[:made]
    groups = np.empty((len(further), n), np.uint32)
    for group, order in zip(groups, further, strict=True):
        _number(order, size, group)
    for lower, upper in poisson.ties(n, mean_degree, key):
        left = _keep_apart(groups, np.uint64(size), lower, upper)
        yield lower[:left], upper[:left]


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
    mean_degree = outside / others * (n - 1) if outside > 0 else 0.0
    further = [_order(n, grouping, key) for grouping in range(1, memberships)]
    return from_parts(n, lambda: _ties(n, size, inside, mean_degree, key, further), undirected=True).network
