"""What a single seed can do on a large random network, and how much more a well-connected one can.

Watts (2002), https://doi.org/10.1073/pnas.082090499; Watts & Dodds (2007), https://doi.org/10.1086/518527;
Harris, Payne & Dodds (2011), https://doi.org/10.48550/arXiv.1108.5398.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.network import degree_laws
from simcore.theory.cascade_conditions import hearing, onward
from simcore.theory.threshold_laws import as_threshold_law

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

    FloatArray = npt.NDArray[np.float64]

__all__ = [
    "Trigger",
    "by_degree",
    "direct_ratio",
    "mean_chance",
    "multiplier",
    "ordinary",
    "top_share",
    "triggering",
]


class Trigger(NamedTuple):
    """What a single seed can do.

    Attributes
    ----------
    gain : float
        Nodes that one newly active node makes active in turn, on average, while few are; global cascades are
        possible where it exceeds 1.
    u : float
        Probability that what a neighbour of the seed may start stays finite; exactly 1 where `gain` <= 1.
    p_global : float
        Probability that a random single seed starts a global cascade; in an undirected network also the size
        of the extended vulnerable cluster.
    vulnerable : float
        Share of nodes that a single active neighbour tips.
    vulnerable_cluster : float
        Share of nodes that are vulnerable and would trigger a global cascade; in an undirected network the
        giant cluster of vulnerable nodes.
    """

    gain: float
    u: float
    p_global: float
    vulnerable: float
    vulnerable_cluster: float


def triggering(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, directed: bool = False,
               in_degree_law: npt.ArrayLike | None = None) -> Trigger:
    """Return what a single seed can do on a network with these degrees.

    u is the smallest root of u = 1 - sum_k w_k + sum_k w_k u^(k-1), where w_k = rho_k k p_k / z and rho_k =
    P(one active neighbour tips a node of degree k): Watts (2002), https://doi.org/10.1073/pnas.082090499, as
    written by Harris, Payne & Dodds (2011), https://doi.org/10.48550/arXiv.1108.5398. In a directed network
    u = 1 - V + V F(u), with F the generating function of the out-degrees and V = P(the node at the head of an
    arc is vulnerable); where in- and out-degree depend on each other, u = 1 - sum_k w_k + sum_k w_k u^k with
    w_k = P(the node at the head of an arc is vulnerable and has out-degree k).

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all. Nodes that adopt by themselves count as vulnerable.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        Probability of each in-degree in a directed network, or of each for nodes of every out-degree; Poisson
        with the mean of `degree_law` by default.

    Returns
    -------
    Trigger
        Gain, u, the probability of a global cascade, and the vulnerable.

    Raises
    ------
    ValueError
        If an argument is no degree law or no threshold, or in- and out-degrees differ in their mean.
    """
    law = degree_laws.checked(degree_law)
    heard = hearing(law, directed, in_degree_law)
    weight, passed_on = onward(law, heard, thresholds, directed)
    gain = float(weight @ passed_on)
    u = 1.0 - _spreading(weight, passed_on) if gain > 1.0 else 1.0
    reach = by_degree(u, np.arange(len(law)))
    vulnerable = law * (heard @ as_threshold_law(thresholds).adopts(1, np.arange(heard.shape[-1])))
    return Trigger(gain, u, float(law @ reach), float(vulnerable.sum()), float(vulnerable @ reach))


def by_degree(u: float, k: npt.ArrayLike) -> FloatArray:
    """Return the probability 1 - u^k that a seed of degree `k` starts a global cascade.

    Parameters
    ----------
    u : float
        Root found by `triggering`, from 0 to 1.
    k : int[...]
        Degree of the seed; out-degree in a directed network.

    Returns
    -------
    float64[...]
        Probability for each degree.

    Raises
    ------
    ValueError
        If `u` is no probability or a degree is negative.
    """
    if not 0.0 <= u <= 1.0:
        raise ValueError(f"u must be between 0 and 1 (got {u!r})")
    if np.any(np.asarray(k) < 0):
        raise ValueError(f"k must be at least 0 (got {k!r})")
    return np.asarray(1.0 - np.power(u, np.asarray(k)))


def top_share(degree_law: npt.ArrayLike, u: float, q: float) -> float:
    """Return the probability that a seed from the top `q` by degree starts a global cascade.

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
        Mean of 1 - u^k over the top.

    Raises
    ------
    ValueError
        If an argument is no degree law or out of its range.
    """
    return mean_chance(degree_law, degree_laws.in_top(degree_law, q), u)


def ordinary(degree_law: npt.ArrayLike, u: float, q: float) -> float:
    """Return the probability that a seed from all but the top `q` by degree starts a global cascade.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    u : float
        Root found by `triggering`.
    q : float
        Share of nodes that is called the top, strictly between 0 and 1; ties are split at random.

    Returns
    -------
    float
        Mean of 1 - u^k over the rest.

    Raises
    ------
    ValueError
        If an argument is no degree law or out of its range.
    """
    if not q < 1.0:
        raise ValueError(f"q must be below 1 for anybody to be ordinary (got {q!r})")
    return mean_chance(degree_law, 1.0 - degree_laws.in_top(degree_law, q), u)


def direct_ratio(degree_law: npt.ArrayLike, q: float) -> float:
    """Return D, the mean degree of the top `q` by degree over the mean degree of all.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    q : float
        Share of nodes that is called the top, above 0 and at most 1; ties are split at random.

    Returns
    -------
    float
        D, at least 1; nan if nobody has a tie.

    Raises
    ------
    ValueError
        If it is no degree law, or `q` is out of its range.
    """
    biased = degree_laws.size_biased(degree_law)
    top = degree_laws.in_top(degree_law, q)
    return float(biased @ top) / q if biased.any() else math.nan


def multiplier(degree_law: npt.ArrayLike, u: float, q: float) -> float:
    """Return M, how much likelier a seed from the top `q` starts a global cascade than a random one.

    M <= `direct_ratio`, because 1 - u^k is concave in k and 0 at 0: the advantage of influentials is less
    than proportional to their reach.

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
        M; nan where nobody can start one.

    Raises
    ------
    ValueError
        If an argument is no degree law or out of its range.
    """
    p_global = top_share(degree_law, u, 1.0)
    return top_share(degree_law, u, q) / p_global if p_global > 0.0 else math.nan


def mean_chance(degree_law: npt.ArrayLike, lean: FloatArray, u: float) -> float:
    """Return the mean of 1 - u^k over seeds drawn with a chance proportional to `lean` by degree."""
    drawn = degree_laws.checked(degree_law) * lean
    return float(drawn @ by_degree(u, np.arange(len(drawn)))) / float(drawn.sum())


def _spreading(weight: FloatArray, passed_on: npt.NDArray[np.int_]) -> float:
    """Return the largest root of Q = sum of weight (1 - (1 - Q)^passed_on), where the gain exceeds 1.

    The right-hand side is concave, so Newton's method from above falls onto the root. Q = 1 - u, not u, keeps
    its digits near the edges of the window, where u is almost 1.
    """
    weight, passed_on = weight[passed_on > 0], passed_on[passed_on > 0]
    chance = float(weight.sum())
    while chance < 1.0:
        log_fail = np.log1p(-chance)
        excess = chance + float(weight @ np.expm1(passed_on * log_fail))
        if excess <= 4e-16 * chance:
            return chance
        chance -= excess / (1.0 - float(weight @ (passed_on * np.exp((passed_on - 1) * log_fail))))
    return 1.0
