"""Directed influence networks: out-degrees and in-degrees of any laws, independent or as correlated as is wanted.

Self-loops and repeated arcs, few in a sparse network however large, are dropped and merged, and counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.errors import NetworkError
from simcore.network.csr import Built, tidied
from simcore.network.degrees import degree, table
from simcore.network.rows import begins
from simcore.network.stubs import Classes as Classes
from simcore.network.stubs import drawn, in_order
from simcore.rng import Purpose, below, chance, occurs, philox, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U0, _U32, _LAST = (np.uint64(x) for x in (0, 32, 2**32 - 1))


@kernel
def _draw_targets(key, ptr, target):
    """Draw every target evenly: arc t of node i takes half t mod 2 of the block (i, t div 2, 0, TIE)."""
    n = np.uint64(ptr.size - 1)
    for i in range(ptr.size - 1):
        for a in range(ptr[i], ptr[i + 1], 2):
            x0, x1, x2, x3 = philox(key, np.uint64(i), np.uint64((a - ptr[i]) >> 1), _U0,
                                    tag(_U0, Purpose.NETWORK_TIE))
            target[a] = below(x0 | (x1 << _U32), n)
            if a + 1 < ptr[i + 1]:
                target[a + 1] = below(x2 | (x3 << _U32), n)


@kernel
def _follow(key, share, opposed, out_degrees, whole, law, degrees):
    """Let in-degrees follow out-degrees, by chance: half 0 of the block (i, 0, 0, FOLLOW) decides.

    Half 1 is the node's rank among those of its out-degree; its in-degree has the same rank among all.
    """
    for i in range(degrees.size):
        x0, x1, x2, x3 = philox(key, np.uint64(i), _U0, _U0, tag(_U0, Purpose.NETWORK_FOLLOW))
        if occurs(x0 | (x1 << _U32), share):
            k = min(np.int64(out_degrees[i]), whole.below.size - 1)
            low = whole.below[k - 1] if k > 0 else _U0
            rank = low + below(x2 | (x3 << _U32), whole.below[k] - low)
            degrees[i] = degree(law, _LAST - rank if opposed else rank)


def _whole(law: NDArray[np.float64] | Classes) -> NDArray[np.float64]:
    """Return the law of the degree of a random node."""
    if not isinstance(law, Classes):
        return law
    length = max(law.first.size, law.rest.size)
    first, rest = (np.pad(part / part.sum(), (0, length - part.size)) for part in (law.first, law.rest))
    return np.asarray(law.share * first + (1.0 - law.share) * rest)


def _followed(out_law: NDArray[np.float64] | Classes, in_law: NDArray[np.float64] | Classes,
              out_degrees: NDArray[np.uint32], correlation: float, key: np.uint64) -> NDArray[np.uint32]:
    """Draw in-degrees, so many of which follow the out-degree of their node."""
    if not -1.0 <= correlation <= 1.0:
        raise NetworkError.because(f"a correlation lies between -1 and 1 (got {correlation})")
    degrees = drawn(out_degrees.size, in_law, key, Purpose.NETWORK_IN_COUNT)
    if correlation:
        laws = table(_whole(out_law)), table(_whole(in_law))
        _follow(key, np.uint64(chance(abs(correlation))), correlation < 0, out_degrees, *laws, degrees)
    return degrees


def _matched(out_stubs: int, in_degrees: NDArray[np.uint32], key: np.uint64) -> NDArray[np.uint32]:
    """Return the node that each out-stub meets, uint32[out_stubs]; node n if it meets none.

    Out-stubs in the order of nodes meet in-stubs in their random order. Should in-stubs be too few, stubs of no node
    make up the number; should they be too many, the last in that order stay alone.
    """
    if (alone := out_stubs - int(in_degrees.sum(dtype=np.int64))) > 0:
        in_degrees = np.append(in_degrees, alone)
    target, made = np.empty(out_stubs, np.uint32), 0
    for nodes in in_order(in_degrees, key, Purpose.NETWORK_STUB):
        met = nodes[: out_stubs - made]
        target[made : made + met.size] = met
        made += met.size
    return target


def influence(n: int, out_law: NDArray[np.float64] | Classes, in_law: NDArray[np.float64] | Classes | None,
              key: np.uint64, *, correlation: float = 0.0) -> Built:
    """Build a directed influence network of given laws of out- and in-degrees.

    Parameters
    ----------
    n : int
        Number of nodes.
    out_law : float64[K] or Classes
        Probability of influencing 0, 1, 2, ... others, or of two classes of nodes.
    in_law : float64[K] or Classes, optional
        Probability of being influenced by 0, 1, 2, ... others. Without it every arc goes to an even draw of
        all nodes, so in-degrees are Poisson. With it, the surplus of arcs on one side is left out at random,
        so both laws should have one mean.
    key : uint64
        The network's key, see `simcore.rng.network_key`.
    correlation : float
        Share of the nodes, drawn evenly, whose in-degree has the rank of their out-degree, or the opposite rank if
        it is below 0; in-degrees of the others are independent. So it is the correlation of the ranks (where these
        are drawn evenly among equals), and that of the degrees as a share of the largest, or smallest, that their
        laws can have. Other than 0 only with an `in_law`.

    Returns
    -------
    Built
        The network, directed and unweighted, the self-loops dropped and the repeated arcs merged.

    Raises
    ------
    NetworkError
        If the share of a class is not between 0 and 1, or the correlation is out of range or of nothing.

    References
    ----------
    Watts & Dodds (2007), doi:10.1086/518527; matched stubs: Newman, Strogatz & Watts (2001),
    doi:10.1103/PhysRevE.64.026118; correlated ranks, after Frechet's family of copulas: Nelsen (2006),
    doi:10.1007/0-387-28678-0.
    """
    degrees = drawn(n, out_law, key, Purpose.NETWORK_COUNT)
    ptr = begins(degrees)
    if in_law is None:
        if correlation:
            raise NetworkError.because(f"in-degrees left to chance follow nothing (got a correlation of {correlation})")
        target = np.empty(ptr[-1], np.uint32)
        _draw_targets(key, ptr, target)
        return tidied(ptr, target)
    target = _matched(int(ptr[-1]), _followed(out_law, in_law, degrees, correlation, key), key)
    return tidied(ptr, target, nobody=int(np.count_nonzero(target == n)))
