"""Bond percolation: outbreaks that pass along each arc at most once, as in independent cascades and SIR.

Newman (2002), https://doi.org/10.1103/PhysRevE.66.016128; Kenah & Robins (2007),
https://doi.org/10.1103/PhysRevE.76.036113, for infectious periods that vary.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from simcore.network import degree_laws
from simcore.theory.cascade_conditions import in_degrees
from simcore.theory.responses import seed_shares

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    # (q, longest) -> P(at least one of k contacts is infected and takes off), for k = 0..longest - 1, where
    # whoever is infected takes off with probability q; and its derivative in q
    Passing = Callable[[float, int], tuple[FloatArray, FloatArray]]

__all__ = ["Outbreak", "bond_percolation", "borel", "critical_transmission", "expected_spread", "outbreak",
           "seeded_outbreak"]


class Outbreak(NamedTuple):
    """What an outbreak does on a large random network.

    Attributes
    ----------
    reproduction : float
        Nodes that one newly infected node infects in turn, on average, while few are; epidemics are possible
        where it exceeds 1.
    u : float
        Probability that a node infected along an arc sets off no epidemic; exactly 1 where `reproduction` <= 1.
    p_epidemic : float
        Probability that a random single seed sets off an epidemic.
    p_by_degree : float64[K]
        The same for a seed of each degree; out-degree in a directed network.
    size : float
        Share of nodes that an epidemic infects; 0 where none is possible.
    small : float
        Mean number of nodes of an outbreak that becomes no epidemic, its seed included; infinite at the
        threshold, nan where every outbreak is an epidemic.
    """

    reproduction: float
    u: float
    p_epidemic: float
    p_by_degree: FloatArray
    size: float
    small: float


def critical_transmission(degree_law: npt.ArrayLike, *, directed: bool = False) -> float:
    """Return the transmission above which epidemics are possible.

    T_c = z / (sum_k k^2 p_k - z), in a directed network 1 / z: Newman (2002), equation 22,
    https://doi.org/10.1103/PhysRevE.66.016128.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network, where in- and out-degree are independent.
    directed : bool
        Whether influence flows one way only.

    Returns
    -------
    float
        T_c; from 1 on no transmission makes epidemics possible, infinite where nothing passes on.

    Raises
    ------
    ValueError
        If it is no degree law.
    """
    onward = _onward(degree_laws.checked(degree_law), directed)
    passed_on = float(onward @ np.arange(len(onward)))
    return 1.0 / passed_on if passed_on > 0.0 else math.inf


def bond_percolation(degree_law: npt.ArrayLike, transmission: float, *, directed: bool = False,
                     in_degree_law: npt.ArrayLike | None = None) -> Outbreak:
    """Return what an outbreak does that passes along each arc with the same probability.

    Newman (2002), https://doi.org/10.1103/PhysRevE.66.016128, with G0 and G1 the generating functions of the
    degrees and of the further ties at the end of a tie: u = G1(1 - T + T u), P = S = 1 - G0(1 - T + T u), and
    1 - (1 - T + T u)^k from a seed of degree k. A small outbreak has, on average,
    1 + T u G0'(y) / (G0(y) (1 - T G1'(y))) nodes, y = 1 - T + T u. In a directed network G0 of the out-degrees
    takes the place of G1, and the size is the root of S = 1 - sum_k p_k (1 - T S)^k over the in-degrees.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    transmission : float
        Probability T that influence passes along an arc, from 0 to 1.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L], optional
        Probability of each in-degree in a directed network; Poisson with the mean of `degree_law` by default.

    Returns
    -------
    Outbreak
        Reproduction number, probabilities, and sizes.

    Raises
    ------
    ValueError
        If an argument is no degree law or no probability, or in- and out-degrees differ in their mean.
    """
    if not 0.0 <= transmission <= 1.0:
        raise ValueError(f"transmission must be between 0 and 1 (got {transmission!r})")
    return outbreak(degree_law, partial(_each_alone, transmission), directed, in_degree_law)


def outbreak(degree_law: npt.ArrayLike, passing: Passing, directed: bool,
             in_degree_law: npt.ArrayLike | None) -> Outbreak:
    """Return what an outbreak does whose infected nodes reach their contacts by this law."""
    law = degree_laws.checked(degree_law)
    heard, onward = in_degrees(law, directed, in_degree_law), _onward(law, directed)
    q = _takes_off(onward, passing)
    by_degree, gain = passing(q, len(law))
    p_epidemic, slope = float(law @ by_degree), float(onward @ gain[:len(onward)])
    failing = 1.0 - p_epidemic
    # Whether a node is reached depends on one contact at a time: only the mean transmission matters.
    alone = partial(_each_alone, float(passing(1.0, 2)[0][1]))
    size = _takes_off(heard, alone) if directed else float(law @ alone(_takes_off(onward, alone), len(law))[0])
    if slope >= 1.0:
        small = math.inf
    else:
        small = 1.0 + float(law @ gain) * (1.0 - q) / (failing * (1.0 - slope)) if failing > 0.0 else math.nan
    reproduction = float(onward @ passing(0.0, len(law))[1][:len(onward)])
    return Outbreak(reproduction, 1.0 - q, p_epidemic, by_degree, size, small)


def expected_spread(outbreak: Outbreak, *, n: int, seeds: int) -> float:
    """Return how many nodes a few random seeds reach on average, for independent cascades and SIR.

    n S (1 - (1 - P)^s) + s (1 - P) m, with P, S and m the probability of an epidemic, its size and the mean
    size of a small outbreak: the two leading terms for large n. On a Poisson network of mean degree z, with
    R = z T, this is n S (1 - (1 - S)^s) + s (1 - S) / (1 - R (1 - S)). It fails where reproduction is close
    to 1 and where the seeds are a share of all.

    Parameters
    ----------
    outbreak : Outbreak
        What one outbreak does: of `bond_percolation`, `markov_sir` or `discrete_sir`.
    n : int
        Number of nodes, at least 1.
    seeds : int
        Number of seeds s, from 0 to `n`.

    Returns
    -------
    float
        Expected number of nodes ever active, seeds included; infinite at the threshold.

    Raises
    ------
    ValueError
        If `seeds` is negative or above `n`.
    """
    if not 0 <= seeds <= n:
        raise ValueError(f"seeds must be between 0 and n (got {seeds!r}, {n!r})")
    failing = 1.0 - outbreak.p_epidemic
    epidemic = n * outbreak.size * (1.0 - failing**seeds)
    return epidemic + seeds * failing * outbreak.small if seeds and failing > 0.0 else epidemic


def seeded_outbreak(degree_law: npt.ArrayLike, transmission: float, seed_share_by_degree: npt.ArrayLike, *,
                    directed: bool = False, in_degree_law: npt.ArrayLike | None = None) -> float:
    """Return the share of nodes that an outbreak infects which a share of them starts.

    With s_k the share of seeds among the nodes of degree k, q is the root of
    q = 1 - sum_k (k p_k / z) (1 - s_k) (1 - T q)^(k-1), and the answer is 1 - sum_k p_k (1 - s_k) (1 - T q)^k: the
    equations of Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103, with a response of
    1 - (1 - T)^m to m infected neighbours. Without seeds it is the size of `bond_percolation`. In a directed
    network in-degrees take the place of degrees, and s their means over the arcs and over the nodes.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    transmission : float
        Probability T that influence passes along an arc, sooner or later, from 0 to 1.
    seed_share_by_degree : float64[K]
        Share that starts among the nodes of each degree.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L], optional
        Probability of each in-degree in a directed network; Poisson with the mean of `degree_law` by default.

    Returns
    -------
    float
        Share of nodes infected, seeds included.

    Raises
    ------
    ValueError
        If an argument is no degree law, no probability or no share, or in- and out-degrees differ in their mean.
    """
    if not 0.0 <= transmission <= 1.0:
        raise ValueError(f"transmission must be between 0 and 1 (got {transmission!r})")
    law = degree_laws.checked(degree_law)
    seeded = seed_shares(law, float(law @ np.asarray(seed_share_by_degree, np.float64)), seed_share_by_degree)
    along, spared = degree_laws.size_biased(law), 1.0 - seeded
    if directed:
        heard = in_degrees(law, directed, in_degree_law)
        further, node = heard * float(along @ spared), heard * float(law @ spared)
        reached = 1.0 - float(along.sum() - along @ seeded)
    else:
        further, node = (along * spared)[1:], law * spared
        reached = 1.0 - float(further.sum())
    passing = partial(_each_alone, transmission)
    q = _takes_off(further, passing, reached)
    return 1.0 - float(node.sum()) + float(node @ passing(q, len(node))[0])


def borel(mean_offspring: float, sizes: npt.ArrayLike, *, seeds: int = 1) -> FloatArray:
    """Return the probability of each total size of outbreaks that Poisson offspring keep going.

    (r / s) exp(-R s) (R s)^(s - r) / (s - r)! for s nodes from r seeds, seeds included: the law of Borel for
    one seed, of Borel & Tanner for more (Haight & Breuer 1960, https://doi.org/10.1093/biomet/47.1-2.143); the
    small outbreaks on a Poisson network, where R = z T. The mean is r / (1 - R) and the variance
    r R / (1 - R)^3 for R < 1; for R > 1 the probabilities sum to the chance that all seeds fail.

    Parameters
    ----------
    mean_offspring : float
        Nodes R that one node infects on average, at least 0.
    sizes : int[...]
        Numbers of nodes s, at least 0.
    seeds : int
        Number of seeds r, at least 1.

    Returns
    -------
    float64[...]
        Probability of each size; 0 below `seeds`.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if not 0.0 <= mean_offspring < math.inf:
        raise ValueError(f"mean_offspring must be at least 0 and finite (got {mean_offspring!r})")
    if seeds < 1:
        raise ValueError(f"seeds must be at least 1 (got {seeds!r})")
    size = np.asarray(sizes)
    if np.any(size < 0):
        raise ValueError(f"sizes must be at least 0 (got {sizes!r})")
    total = np.maximum(size, seeds).astype(np.float64)
    later = total - seeds
    log_chance = special.xlogy(later, mean_offspring * total) - mean_offspring * total - special.gammaln(later + 1.0)
    return np.where(size >= seeds, seeds / total * np.exp(log_chance), 0.0)


def _onward(law: FloatArray, directed: bool) -> FloatArray:
    """Return the probability of each number of further contacts of a node found along an arc."""
    return law if directed else degree_laws.size_biased(law)[1:]


def _each_alone(transmission: float, q: float, longest: int) -> tuple[FloatArray, FloatArray]:
    """Return the passing of a node that infects each contact independently of the others."""
    degree = np.arange(longest)
    chance = 0.0 - np.expm1(special.xlog1py(degree, -transmission * q))
    missed = np.exp(special.xlog1py(np.maximum(degree - 1, 0), -transmission * q))
    return chance, np.asarray(transmission * degree * missed)


def _takes_off(onward: FloatArray, passing: Passing, anyway: float = 0.0) -> float:
    """Return the probability that a node with so many further contacts sets off an epidemic, or is of one anyway.

    The largest root of q = anyway + sum of onward P(q). The right-hand side is concave, so Newton's method from above
    falls onto the root.
    """
    if not anyway and not onward @ passing(0.0, len(onward))[1] > 1.0:
        return 0.0
    q = 1.0
    while True:
        chance, gain = passing(q, len(onward))
        excess = q - anyway - float(onward @ chance)
        if excess <= 4e-16 * q:
            return q
        q -= excess / (1.0 - float(onward @ gain))
