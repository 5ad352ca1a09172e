"""How many nodes are active in the end when a share of them starts.

Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simcore.theory.responses import responses, seed_shares, smallest_fixed_point

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

__all__ = ["final_size", "final_size_given_global"]


def final_size(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, seed_share: float,
               directed: bool = False, in_degree_law: npt.ArrayLike | None = None,
               seed_share_by_degree: npt.ArrayLike | None = None) -> float:
    """Return the share of nodes that are active in the end when a share of them starts.

    Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103: with F_k(m) = P(m active
    neighbours tip a node of degree k), q is the smallest root of
    q = s + (1 - s) sum_k (k p_k / z) sum_m Bin(m; k - 1, q) F_k(m), and the answer is
    s + (1 - s) sum_k p_k sum_m Bin(m; k, q) F_k(m). In a directed network p is the law of the in-degrees, and
    the answer itself takes the place of q, but for seeds that are chosen by their out-degree.
    Time and memory grow with the square of the largest degree.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    seed_share : float
        Share of nodes that starts active, s.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        Probability of each in-degree in a directed network, or of each for nodes of every out-degree; Poisson
        with the mean of `degree_law` by default.
    seed_share_by_degree : float64[K], optional
        Share that starts active among the nodes of each degree, `seed_share` on average; even by default.

    Returns
    -------
    float
        Share of active nodes, seeds included.

    Raises
    ------
    ValueError
        If an argument is no degree law, no threshold or no share, or arguments contradict each other.
    """
    seeded = seed_shares(degree_law, seed_share, seed_share_by_degree)
    along, node = responses(degree_law, thresholds, seeded, directed, in_degree_law)
    return node.at(smallest_fixed_point(along, 0.0))


def final_size_given_global(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *,
                            directed: bool = False, in_degree_law: npt.ArrayLike | None = None) -> float:
    """Return the size of a global cascade that a vanishing seed has set off, whichever seed it was.

    The limit of `final_size` as the seed share falls to 0 (Gleeson & Cahalane 2007,
    https://doi.org/10.1103/PhysRevE.75.056103): the smallest positive root of the same equation at s = 0.
    Where some thresholds are at or below 0 a cascade needs no seed, and this is `final_size` without one.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        Probability of each in-degree in a directed network, or of each for nodes of every out-degree; Poisson
        with the mean of `degree_law` by default.

    Returns
    -------
    float
        Share of active nodes; nan where no global cascade is possible.

    Raises
    ------
    ValueError
        If an argument is no degree law or no threshold, or in- and out-degrees differ in their mean.
    """
    along, node = responses(degree_law, thresholds, seed_shares(degree_law, 0.0), directed, in_degree_law)
    if along.base > 0.0:
        return node.at(smallest_fixed_point(along, 0.0))
    gain = along.slope(0.0)
    if gain <= 1.0:
        return math.nan
    # along(q) >= gain q - bend q^2 / 2, which exceeds q up to twice this start: the root lies beyond it.
    return node.at(smallest_fixed_point(along, (gain - 1.0) / along.bend))
