"""What a hub is worth: the number of random seeds that fail as rarely, or that set off as much.

Derived from the triggering probabilities of Watts (2002), https://doi.org/10.1073/pnas.082090499; the exchange
rates themselves are simcore's own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.network import degree_laws
from simcore.theory.critical_seeds import critical_seed_share
from simcore.theory.triggers import by_degree, top_share

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

    FloatArray = npt.NDArray[np.float64]

__all__ = ["Saving", "hub_worth", "several_seeds", "targeting_saves", "top_worth"]


def several_seeds(p_global: npt.ArrayLike, seeds: npt.ArrayLike) -> FloatArray:
    """Return the probability 1 - (1 - P)^s that one of a few seeds starts a global cascade.

    Each tries its luck on its own; where seeds tip nodes together it is more.

    Parameters
    ----------
    p_global : float64[...]
        Probability for one seed.
    seeds : int[...]
        Number of seeds, at least 0; they broadcast.

    Returns
    -------
    float64[...]
        Probability for all of them.

    Raises
    ------
    ValueError
        If `p_global` is no probability or `seeds` is negative.
    """
    chance, count = np.asarray(p_global, dtype=np.float64), np.asarray(seeds)
    if not ((chance >= 0.0) & (chance <= 1.0)).all():
        raise ValueError(f"p_global must be between 0 and 1 (got {p_global!r})")
    if (count < 0).any():
        raise ValueError(f"seeds must be at least 0 (got {seeds!r})")
    return np.asarray(1.0 - (1.0 - chance) ** count)


def hub_worth(degree_law: npt.ArrayLike, u: float, k: npt.ArrayLike) -> FloatArray:
    """Return how many random seeds together fail as rarely as one seed of degree `k`.

    u^k = (sum_j p_j u^j)^s, hence s = k ln u / ln(sum_j p_j u^j), which is (k / z) (-ln u) / (1 - u) on a Poisson
    network. It is never less than k / z: ties are worth more on one node than spread over several.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    u : float
        Root found by `triggering`.
    k : int[...]
        Degree of the seed.

    Returns
    -------
    float64[...]
        Number of random seeds; the limits k / z where u = 1, and k over the least degree where u = 0.

    Raises
    ------
    ValueError
        If an argument is no degree law or out of its range.
    """
    by_degree(u, k)
    law, degree = degree_laws.checked(degree_law), np.asarray(k, dtype=np.float64)
    each = degree_laws.mean(law)
    if 0.0 < u < 1.0:
        each = float(np.log(law @ np.power(u, np.arange(len(law)))) / np.log(u))
    elif u == 0.0:
        each = float(np.flatnonzero(law)[0])
    with np.errstate(divide="ignore"):
        return np.divide(degree, each, out=np.zeros(degree.shape), where=degree > 0.0)


def top_worth(degree_law: npt.ArrayLike, u: float, q: float) -> float:
    """Return how many random seeds together fail as rarely as one seed from the top `q` by degree.

    ln(1 - P_top) / ln(1 - P), with the probabilities of `top_share`.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    u : float
        Root found by `triggering`.
    q : float
        Share of nodes that is called the top, above 0 and at most 1; ties are split at random.

    Returns
    -------
    float
        Number of random seeds; nan where nobody can start a cascade.

    Raises
    ------
    ValueError
        If an argument is no degree law or out of its range.
    """
    top, anybody = top_share(degree_law, u, q), top_share(degree_law, u, 1.0)
    if anybody == 0.0:
        return math.nan
    if top == anybody:
        return 1.0
    return math.log1p(-top) / math.log1p(-anybody) if top < 1.0 else math.inf


class Saving(NamedTuple):
    """How many seeds, and how many of their ties, it saves to start with the best connected.

    Attributes
    ----------
    seeds : float
        Critical share of random seeds over that of top-degree seeds.
    ties : float
        The same of the ties that the seeds have.
    """

    seeds: float
    ties: float


def targeting_saves(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, directed: bool = False,
                    in_degree_law: npt.ArrayLike | None = None) -> Saving | None:
    """Return how much less it takes to set off a global cascade with the best connected than with random seeds.

    The ratio of the two values of `critical_seed_share`. On Poisson networks it hardly exceeds the ratio of the
    seeds' mean degrees: targeting saves seeds, but no ties.

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
    Saving or None
        Both ratios; None where no positive share of seeds is critical.

    Raises
    ------
    ValueError
        If an argument is no degree law or no threshold, or in- and out-degrees differ in their mean.
    """
    anybody, best = (critical_seed_share(degree_law, thresholds, seeding=seeding, directed=directed,
                                         in_degree_law=in_degree_law) for seeding in ("random", "top-degree"))
    if anybody is None or best is None or not best.seed_share > 0.0:
        return None
    seeds = anybody.seed_share / best.seed_share
    ties = float(degree_laws.size_biased(degree_law) @ degree_laws.in_top(degree_law, best.seed_share))
    return Saving(seeds, anybody.seed_share / ties)
