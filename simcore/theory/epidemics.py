"""SIR epidemics on large random networks: whether there is one, how far it goes, and when.

Kenah & Robins (2007), https://doi.org/10.1103/PhysRevE.76.036113; Miller, Slim & Volz (2012),
https://doi.org/10.1098/rsif.2011.0403.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from simcore.network import degree_laws
from simcore.theory.percolation import outbreak

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from simcore.theory.percolation import Outbreak

    FloatArray = npt.NDArray[np.float64]

__all__ = ["SirCourse", "discrete_sir", "integrated", "markov_sir", "sir_course"]


class SirCourse(NamedTuple):
    """Shares of the nodes at each time, which sum to one.

    Attributes
    ----------
    susceptible, infected, recovered : float64[T]
    """

    susceptible: FloatArray
    infected: FloatArray
    recovered: FloatArray


def markov_sir(degree_law: npt.ArrayLike, contact_rate: float, recovery_rate: float, *, directed: bool = False,
               in_degree_law: npt.ArrayLike | None = None) -> Outbreak:
    """Return what an outbreak does where infection and recovery strike at constant rates.

    A node infected for long infects many, so its contacts share their luck: the size is that of `bond_percolation`
    with T = b / (b + g), but the probability of an epidemic is smaller (Kenah & Robins 2007,
    https://doi.org/10.1103/PhysRevE.76.036113): P = 1 - E[G0(1 - X (1 - u))], u = E[G1(1 - X (1 - u))], where
    X = 1 - exp(-b t) and t is the exponential time until recovery.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    contact_rate : float
        Rate b at which an infected node infects each susceptible node it influences, at least 0.
    recovery_rate : float
        Rate g at which an infected node recovers, positive.
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
        If an argument is no degree law or no rate, or in- and out-degrees differ in their mean.
    """
    _check_rates(contact_rate, recovery_rate)
    return outbreak(degree_law, partial(_until_recovery, contact_rate, recovery_rate), directed, in_degree_law)


def discrete_sir(degree_law: npt.ArrayLike, transmission: float, recovery: float, *, directed: bool = False,
                 in_degree_law: npt.ArrayLike | None = None) -> Outbreak:
    """Return what an outbreak of the synchronous `sir` model does, which first infects and then recovers.

    As `markov_sir`, with X = 1 - (1 - l)^t, where t = 1, 2, ... is the geometric number of steps that a node is
    infected: T = l / (1 - (1 - l)(1 - m)). With recovery m = 1 this is `bond_percolation` (Newman 2002,
    https://doi.org/10.1103/PhysRevE.66.016128).

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    transmission : float
        Probability l that an infected node infects a susceptible node it influences, per step.
    recovery : float
        Probability m that an infected node recovers, per step, above 0.
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
    if not 0.0 < recovery <= 1.0:
        raise ValueError(f"recovery must be above 0 and at most 1 (got {recovery!r})")
    steps = np.arange(1.0, _lasting(transmission, recovery) + 1.0)
    reached = -np.expm1(special.xlog1py(steps, -transmission))
    odds = np.exp(special.xlog1py(steps - 1.0, -recovery))
    odds[:-1] *= recovery  # the last step stands for all that follow
    return outbreak(degree_law, partial(_by_period, reached, odds), directed, in_degree_law)


def sir_course(degree_law: npt.ArrayLike, times: npt.ArrayLike, *, contact_rate: float, recovery_rate: float,
               seed_share: float) -> SirCourse:
    """Return the course of an SIR epidemic that a share of random nodes starts on an undirected network.

    The edge-based compartmental equations, exact for large networks that are random but for their degrees
    (Miller, Slim & Volz 2012, https://doi.org/10.1098/rsif.2011.0403): the probability th that a neighbour has
    not yet infected a node obeys th' = -b th + b (1 - e) G0'(th) / z + g (1 - th), th(0) = 1, and
    S = (1 - e) G0(th), R' = g I, I = 1 - S - R.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree.
    times : float64[T]
        Times at which to look, from 0 on and rising.
    contact_rate : float
        Rate b at which an infected node infects each susceptible neighbour, at least 0.
    recovery_rate : float
        Rate g at which an infected node recovers, positive.
    seed_share : float
        Share e of nodes that starts infected, whatever their degree.

    Returns
    -------
    SirCourse
        Shares of susceptible, infected and recovered nodes at each time.

    Raises
    ------
    ValueError
        If an argument is no degree law, no rate or no share, or the times do not rise from 0 on.
    """
    law = degree_laws.checked(degree_law)
    _check_rates(contact_rate, recovery_rate)
    if not 0.0 <= seed_share <= 1.0:
        raise ValueError(f"seed_share must be between 0 and 1 (got {seed_share!r})")
    degree, onward, free = np.arange(len(law)), degree_laws.size_biased(law)[1:], 1.0 - seed_share

    def rates(_: float, state: FloatArray) -> FloatArray:
        theta, recovered = state
        spared = free * float(onward @ theta**degree[:-1])
        infected = 1.0 - free * float(law @ theta**degree) - recovered
        return np.array([contact_rate * (spared - theta) + recovery_rate * (1.0 - theta), recovery_rate * infected])

    theta, recovered = integrated(rates, np.array([1.0, 0.0]), times)
    susceptible = free * (theta[:, None] ** degree @ law)
    return SirCourse(susceptible, 1.0 - susceptible - recovered, recovered)


def integrated(rates: Callable[[float, FloatArray], FloatArray], start: FloatArray,
               times: npt.ArrayLike) -> FloatArray:
    """Return the solution of a differential equation at these times, ``float64[states, T]``."""
    from scipy.integrate import solve_ivp

    at = np.asarray(times, dtype=np.float64)
    if at.ndim != 1 or not at.size or not (at[0] >= 0.0 and at[-1] < math.inf and np.all(np.diff(at) > 0.0)):
        raise ValueError(f"times must be a list that rises from 0 on, all finite (got {times!r})")
    solution = solve_ivp(rates, (0.0, at[-1] or 1.0), start, method="DOP853", t_eval=at, rtol=1e-11, atol=1e-13)
    return np.asarray(solution.y)


def _until_recovery(contact_rate: float, recovery_rate: float, q: float,
                    longest: int) -> tuple[FloatArray, FloatArray]:
    """Return the passing of a node whose contacts and recovery are struck at constant rates.

    One event at a time: with k contacts left a contact comes before the recovery with probability
    k b / (k b + g), and takes off with probability q; if it does not, k - 1 are left.
    """
    chance, gain = np.zeros(longest), np.zeros(longest)
    for k in range(1, longest):
        contact = k * contact_rate / (k * contact_rate + recovery_rate)
        chance[k] = contact * (q + (1.0 - q) * chance[k - 1])
        gain[k] = contact * (1.0 - chance[k - 1] + (1.0 - q) * gain[k - 1])
    return chance, gain


def _by_period(reached: FloatArray, odds: FloatArray, q: float, longest: int) -> tuple[FloatArray, FloatArray]:
    """Return the passing of a node that, with these odds, reaches each contact with these probabilities."""
    chance, gain, hit = np.zeros(longest), np.zeros(longest), np.zeros(len(odds))
    for k in range(1, longest):
        gain[k] = k * float((odds * reached) @ (1.0 - hit))
        hit += (1.0 - hit) * reached * q
        chance[k] = odds @ hit
    return chance, gain


def _lasting(transmission: float, recovery: float) -> int:
    """Return after how many steps a node has recovered, or reached every contact, but for rounding errors."""
    fastest = max(transmission, recovery)
    return 1 if fastest == 1.0 else math.ceil(math.log(1e-18) / math.log1p(-fastest))


def _check_rates(contact_rate: float, recovery_rate: float) -> None:
    if not (0.0 <= contact_rate < math.inf and 0.0 < recovery_rate < math.inf):
        raise ValueError("contact_rate must be at least 0 and recovery_rate positive, both finite "
                         f"(got {contact_rate!r}, {recovery_rate!r})")
