"""Two-mode networks projected on one of their modes: who share an affiliation are tied."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.errors import NetworkError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Ties(NamedTuple):
    """The ties of a projection.

    Attributes
    ----------
    source, target : integer[ties]
        Two nodes that share an affiliation, each pair once.
    shared : float64[ties]
        How many they share.
    merged : int
        Rows that repeat a membership.
    """

    source: NDArray[np.integer]
    target: NDArray[np.integer]
    shared: NDArray[np.float64]
    merged: int


def projected(nodes: NDArray[np.uint32], groups: NDArray[np.uint32], n: int, max_bytes: int) -> Ties:
    """Tie nodes that are members of the same group (Breiger 1974, doi:10.2307/2576011).

    Parameters
    ----------
    nodes, groups : uint32[rows]
        Who is a member of what; a membership that is repeated counts once.
    n : int
        Number of nodes.
    max_bytes : int
        Most bytes that the pairs of all groups may take.

    Raises
    ------
    NetworkError
        If groups are so large that their pairs need more.
    """
    from scipy import sparse

    shape = n, int(groups.max(initial=0)) + 1
    memberships = sparse.coo_array((np.ones(nodes.size), (nodes, groups)), shape=shape).tocsr()
    merged = nodes.size - memberships.nnz
    memberships.data[:] = 1.0
    sizes: NDArray[np.float64] = memberships.sum(axis=0)
    if 16 * (pairs := float(sizes @ (sizes - 1)) / 2) > max_bytes:
        raise NetworkError.because(f"groups of up to {sizes.max():.0f} members make {pairs:.0f} pairs, which need more "
                                   f"than max_bytes = {max_bytes}")
    ties = sparse.triu(memberships @ memberships.T, k=1).tocoo()
    return Ties(ties.row, ties.col, ties.data, merged)
