"""Rankings: who comes first, by any measure of influence.

Scores are compared as whole numbers: counts as they are, others in units of 2^-32 of the largest, so that
nodes that differ by no more than rounding are equal. Equals stand in the order of their draws of SEED_TIE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from simcore.seeding import elections, paths, spectral
from simcore.seeding.cores import core_numbers
from simcore.seeding.draws import fill_ties
from simcore.seeding.kept import inward, kept, ties

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.loaded import Loaded

Measure = Literal["out-degree", "in-degree", "total-degree", "k-core", "pagerank", "eigenvector", "closeness",
                  "betweenness", "collective-influence", "degree-discount", "voterank", "attribute"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
SAMPLED = ("closeness", "betweenness")  # in large networks
ELECTED = ("collective-influence", "degree-discount", "voterank")  # a choice changes the scores of the others
_NO_KEY = np.uint64(0)
_LEAST = 2.0**-900  # no score but 0 is smaller


class Ranking(NamedTuple):
    """What ranks nodes.

    Attributes
    ----------
    by : str
        One of `MEASURES`.
    damping : float
        Of "pagerank".
    pivots : int or None
        Of "closeness" and "betweenness": how many nodes paths are counted from, see `simcore.seeding.paths.pivots`.
    radius : int
        Of "collective-influence".
    transmission : float
        Of "degree-discount".
    attribute : str
        Of "attribute": the column of the nodes, the largest value first.
    """

    by: Measure = "out-degree"
    damping: float = 0.85
    pivots: int | None = None
    radius: int = 2
    transmission: float = 0.01
    attribute: str = ""


def _whole(score: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return scores in units of 2^-32 of the largest."""
    units = score * (2.0**32 / max(float(score.max(initial=0.0)), _LEAST))
    return np.floor(units + 0.5).astype(np.int64)


def _scores(loaded: Loaded, ranking: Ranking, key: np.uint64) -> NDArray[np.int64] | NDArray[np.float64]:
    """Return the score of each node, [n]; only a sample of pivots asks for the key."""
    network = loaded.network
    match ranking.by:
        case "out-degree":
            return network.out_degree
        case "in-degree":
            return network.in_degree
        case "total-degree":
            return network.out_degree + network.in_degree
        case "k-core":
            return core_numbers(ties(loaded))
        case "pagerank":
            return _whole(spectral.pagerank(network, ranking.damping))
        case "eigenvector":
            return _whole(spectral.eigenvector(network))
        case "closeness":
            return _whole(paths.closeness(inward(loaded), paths.pivots(network.n, key, ranking.pivots)))
        case "betweenness":
            return _whole(paths.betweenness(inward(loaded), paths.pivots(network.n, key, ranking.pivots)))
    return loaded.columns[ranking.attribute]


_kept_scores = kept(_scores)


def scores(loaded: Loaded, ranking: Ranking, key: np.uint64 = _NO_KEY) -> NDArray[np.int64] | NDArray[np.float64]:
    """Return what ranks nodes, the largest first.

    Parameters
    ----------
    loaded : Loaded
    ranking : Ranking
        None of `ELECTED`.
    key : uint64
        The network's key.

    Returns
    -------
    int64[n] or float64[n]
        Values of an attribute as they are, counts as they are, others in units of 2^-32 of the largest.
    """
    n = loaded.network.n
    sampled = ranking.by in SAMPLED and paths.number_of_pivots(n, ranking.pivots) < n
    return _kept_scores(loaded, ranking, key if sampled else _NO_KEY)


@kept
def _ties_broken(loaded: Loaded, key: np.uint64) -> NDArray[np.uint64]:
    out = np.empty(loaded.network.n, np.uint64)
    fill_ties(key, out)
    return out


@kept
def _ranked(loaded: Loaded, ranking: Ranking, key: np.uint64) -> NDArray[np.uint32]:
    return np.lexsort((_ties_broken(loaded, key), -scores(loaded, ranking, key))).astype(np.uint32)


@kept
def _elected(loaded: Loaded, ranking: Ranking, key: np.uint64, count: int) -> NDArray[np.uint32]:
    tie = _ties_broken(loaded, key)
    match ranking.by:
        case "collective-influence":
            return elections.collective_influence(ties(loaded), ranking.radius, tie, count)
        case "degree-discount":
            return elections.degree_discount(inward(loaded), ranking.transmission, tie, count)
    return elections.voterank(inward(loaded), tie, count)


def order(loaded: Loaded, ranking: Ranking, key: np.uint64, count: int) -> NDArray[np.uint32]:
    """Return the best nodes, the best first.

    Parameters
    ----------
    loaded : Loaded
    ranking : Ranking
    key : uint64
        The network's key.
    count : int
        How many; at most n.

    Returns
    -------
    uint32[count]
    """
    if ranking.by in ELECTED:
        return _elected(loaded, ranking, key, count)
    return _ranked(loaded, ranking, key)[:count]
