"""Forests of communities: dense inside, and tied to one another only along the branches of trees.

Every node throws a Poisson number of darts at its own community, as in `simcore.network.blocks`, so that each pair
there is tied with one probability. A community and the one above it are tied by a number of *bridges*, each between a
member of the one and a member of the other: with the number of bridges a branch becomes wide enough for contagion that
needs several neighbours.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.errors import NetworkError
from simcore.network.blocks import draw_numbers
from simcore.network.csr import NODE_LIMIT, Network, from_parts
from simcore.network.degree_laws import poisson as poisson_pmf
from simcore.network.degrees import table
from simcore.rng import Purpose, below, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.network.rows import Arcs

_TOGETHER = 2**14  # nodes whose ties are drawn together, or those of one community
_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))


@kernel
def _throw(key, first, counts, size, throwers, targets):
    """Throw darts: half 1 of the block (i, t, 0, 0, TIE) hits a member of the community of node i."""
    dart = 0
    for a in range(counts.size):
        i = np.uint64(first + a)
        for t in range(np.uint64(counts[a])):
            _, _, x2, x3 = philox(key, i, t, _U0, tag(_U0, Purpose.NETWORK_TIE))
            throwers[dart], targets[dart] = i, i - i % size + below(x2 | (x3 << _U32), size)
            dart += 1


@kernel
def _bridge(key, trees, span, first, size, bridges, upper, lower):
    """Tie communities to the ones above them, so many times each.

    Attempt a = 0, 1, ... of community c takes half 0 of the block (c, a, 0, BRIDGE) for the member above, half 1 for
    its own; repeats are skipped.
    """
    for k in range(upper.shape[0]):
        c = np.uint64(first + k)
        above, made, attempt = (c - trees) // span, 0, _U0
        while made < bridges:
            x0, x1, x2, x3 = philox(key, c, attempt, _U0, tag(_U0, Purpose.NETWORK_BRIDGE))
            i, j = above * size + below(x0 | (x1 << _U32), size), c * size + below(x2 | (x3 << _U32), size)
            attempt += _U1
            is_new = True
            for b in range(made):
                is_new &= (upper[k, b] != i) | (lower[k, b] != j)
            upper[k, made], lower[k, made] = i, j
            made += is_new


def _ties(communities: int, size: int, mean_degree: float, bridges: int, trees: int, span: int,
          key: np.uint64) -> Iterator[Arcs]:
    """Yield the ties inside communities and the bridges, in parts."""
    rate = -math.log1p(-mean_degree / (size - 1)) if mean_degree else 0.0
    law = table(poisson_pmf(rate * size / 2.0))
    for first in range(0, communities * size, _TOGETHER):
        counts = np.empty(min(_TOGETHER, communities * size - first), np.int64)
        draw_numbers(key, np.uint64(Purpose.NETWORK_COUNT), law, first, counts)
        throwers, targets = np.empty((2, counts.sum()), np.uint32)
        _throw(key, first, counts, np.uint64(size), throwers, targets)
        yield throwers, targets
    together = max(_TOGETHER // max(bridges, 1), 1)
    for first in range(trees, communities, together):
        upper, lower = np.empty((2, min(together, communities - first), bridges), np.uint32)
        _bridge(key, np.uint64(trees), np.uint64(span), first, np.uint64(size), bridges, upper, lower)
        yield upper.ravel(), lower.ravel()


def forest(communities: int, size: int, mean_degree: float, bridges: int, key: np.uint64, *, trees: int = 1,
           span: int = 2) -> Network:
    """Build a forest of communities.

    Community c consists of the nodes c size to (c + 1) size - 1. The first `trees` communities are the roots; of the
    others, community c stands below community (c - trees) div span. Two that are tied so are tied by `bridges`
    different pairs of members, drawn evenly.

    Parameters
    ----------
    communities : int
        Number of communities, at least 1.
    size : int
        Number of members of a community, at least 1.
    mean_degree : float
        Mean number of neighbours in the own community, 0 or below size - 1.
    bridges : int
        Number of ties between a community and the one above it, 0 to size^2.
    key : uint64
        The network's key, see `simcore.rng.network_key`. More bridges keep the earlier ones.
    trees : int
        Number of trees, from 1 to the number of communities.
    span : int
        Number of communities below each, at least 1, filled in the order of the communities above: 1 makes chains,
        a large one stars.

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
    Communities of one size: Condon & Karp (2001),
    doi:10.1002/1098-2418(200103)18:2<116::AID-RSA1001>3.0.CO;2-2; the width of bridges: Centola & Macy (2007),
    doi:10.1086/521848.
    """
    if communities < 1 or size < 1 or communities * size > NODE_LIMIT:
        raise NetworkError.because(f"a forest has at least 1 community of at least 1 and {NODE_LIMIT} nodes at most "
                                   f"(got {communities} of {size})")
    if not (mean_degree == 0.0 or 0.0 < mean_degree < size - 1):
        raise NetworkError.because("the mean number of neighbours in a community is 0, or below the number of other "
                                   f"members, {size - 1} (got {mean_degree})")
    if not 0 <= bridges <= size**2:
        raise NetworkError.because(f"there are 0 to {size**2} bridges between two communities (got {bridges})")
    if not 1 <= trees <= communities or span < 1:
        raise NetworkError.because(f"a forest of {communities} communities has 1 to {communities} trees, of span 1 or "
                                   f"more (got {trees} trees of span {span})")
    return from_parts(communities * size, lambda: _ties(communities, size, mean_degree, bridges, trees, span, key),
                      undirected=True).network
