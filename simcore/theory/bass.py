"""The Bass model of new products: everybody hears advertising, and word of mouth from adopters.

Bass (1969), https://doi.org/10.1287/mnsc.15.5.215; on networks Fibich & Gibori (2010),
https://doi.org/10.1287/opre.1100.0818, and Miller, Slim & Volz (2012), https://doi.org/10.1098/rsif.2011.0403.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.network import degree_laws
from simcore.theory.epidemics import integrated

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

__all__ = ["BassPeak", "bass_complete", "bass_configuration", "bass_curve", "bass_peak", "bass_ring"]


class BassPeak(NamedTuple):
    """When most adopt at once.

    Attributes
    ----------
    time : float
        When the rate of adoption is highest.
    share : float
        Share of adopters then.
    rate : float
        Share of all that adopts in a unit of time then.
    """

    time: float
    share: float
    rate: float


def bass_curve(times: npt.ArrayLike, p: float, q: float) -> FloatArray:
    """Return the share of adopters in a large population where everybody hears everybody.

    F(t) = (1 - exp(-(p + q) t)) / (1 + (q / p) exp(-(p + q) t)), the solution of F' = (p + q F)(1 - F): Bass
    (1969), https://doi.org/10.1287/mnsc.15.5.215.

    Parameters
    ----------
    times : float64[...]
        Times since the launch, at least 0.
    p : float
        Rate of adoption without any adopters (innovation, advertising), positive.
    q : float
        Rate that word of mouth adds when everybody else has adopted (imitation), at least 0.

    Returns
    -------
    float64[...]
        Share of adopters at each time.

    Raises
    ------
    ValueError
        If a time or a rate is out of its range.
    """
    _check_rates(p, q)
    decayed = -(p + q) * _checked_times(times)
    return np.asarray(-np.expm1(decayed) / (1.0 + q / p * np.exp(decayed)))


def bass_peak(p: float, q: float) -> BassPeak:
    """Return when most adopt at once in a large population where everybody hears everybody.

    t = ln(q / p) / (p + q), F = 1/2 - p / (2 q), f = (p + q)^2 / (4 q): Bass (1969),
    https://doi.org/10.1287/mnsc.15.5.215. Where q <= p most adopt at the launch.

    Parameters
    ----------
    p : float
        Rate of adoption without any adopters, positive.
    q : float
        Rate that word of mouth adds when everybody else has adopted, at least 0.

    Returns
    -------
    BassPeak
        Time, share of adopters and rate of adoption.

    Raises
    ------
    ValueError
        If a rate is out of its range.
    """
    _check_rates(p, q)
    if q <= p:
        return BassPeak(0.0, 0.0, p)
    return BassPeak(math.log(q / p) / (p + q), 0.5 - p / (2.0 * q), (p + q) ** 2 / (4.0 * q))


def bass_complete(times: npt.ArrayLike, p: float, q: float, *, n: int) -> FloatArray:
    """Return the expected share of adopters among n people where everybody hears everybody else.

    With S_k the probability that k given people have not adopted, S_k' = -k (p + (n - k) q / (n - 1)) S_k +
    k (n - k) q / (n - 1) S_(k+1), and F = 1 - S_1 (Fibich & Gibori 2010,
    https://doi.org/10.1287/opre.1100.0818). `bass_curve` is the limit of large n, and is always ahead.

    Parameters
    ----------
    times : float64[T]
        Times since the launch, from 0 on and rising.
    p : float
        Rate of adoption without any adopters, positive.
    q : float
        Rate that word of mouth adds when everybody else has adopted, at least 0.
    n : int
        Number of people, at least 1; time and memory grow with it.

    Returns
    -------
    float64[T]
        Expected share of adopters at each time.

    Raises
    ------
    ValueError
        If a rate or `n` is out of its range, or the times do not rise from 0 on.
    """
    _check_rates(p, q)
    if n < 1:
        raise ValueError(f"n must be at least 1 (got {n!r})")
    group = np.arange(1.0, n + 1.0)
    heard = group * (n - group) * q / max(n - 1, 1)

    def rates(_: float, spared: FloatArray) -> FloatArray:
        change: FloatArray = -(group * p + heard) * spared
        change[:-1] += heard[:-1] * spared[1:]
        return change

    return np.asarray(1.0 - integrated(rates, np.ones(n), times)[0])


def bass_ring(times: npt.ArrayLike, p: float, q: float) -> FloatArray:
    """Return the share of adopters on a long ring, where people hear their neighbours only.

    F(t) = 1 - exp(-(p + q) t + (q / p)(1 - exp(-p t))): Fibich & Gibori (2010),
    https://doi.org/10.1287/opre.1100.0818. It is the same whether one neighbour is heard at rate q or each of
    two at rate q / 2.

    Parameters
    ----------
    times : float64[...]
        Times since the launch, at least 0.
    p : float
        Rate of adoption without any adopters, positive.
    q : float
        Rate that word of mouth adds when all neighbours have adopted, at least 0.

    Returns
    -------
    float64[...]
        Share of adopters at each time.

    Raises
    ------
    ValueError
        If a time or a rate is out of its range.
    """
    _check_rates(p, q)
    at = _checked_times(times)
    return np.asarray(-np.expm1(-(p + q) * at - q / p * np.expm1(-p * at)))


def bass_configuration(degree_law: npt.ArrayLike, times: npt.ArrayLike, p: float,
                       tie_rate: npt.ArrayLike) -> FloatArray:
    """Return the share of adopters on a large undirected network that is random but for its degrees.

    With th_k the probability that a neighbour has not yet convinced a node of degree k, and r_k the rate at
    which it tries once it has adopted, th_k' = -r_k (th_k - exp(-p t) sum_j (j p_j / z) th_j^(j-1)),
    th_k(0) = 1, and F = 1 - exp(-p t) sum_k p_k th_k^k: the edge-based equations of Miller, Slim & Volz (2012),
    https://doi.org/10.1098/rsif.2011.0403, without recovery and with advertising.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; `degree_laws.constant` for a regular network.
    times : float64[T]
        Times since the launch, from 0 on and rising.
    p : float
        Rate of adoption without any adopters, positive.
    tie_rate : float or float64[K]
        Rate that each adopting neighbour adds, for everybody or by the degree of whom it convinces: q / k for
        Bass's q, which all neighbours together add.

    Returns
    -------
    float64[T]
        Share of adopters at each time.

    Raises
    ------
    ValueError
        If an argument is no degree law, a rate is out of its range, or the times do not rise from 0 on.
    """
    law = degree_laws.checked(degree_law)
    rate = np.asarray(tie_rate, dtype=np.float64)
    if rate.shape not in ((), law.shape):
        raise ValueError(f"tie_rate must be a number, or one for each of the {len(law)} degrees "
                         f"(got shape {rate.shape})")
    _check_rates(p, float(rate.min()), float(rate.max()))
    degree, at_end = np.arange(len(law)), degree_laws.size_biased(law)
    further = np.maximum(degree - 1, 0)

    def rates(t: float, spared: FloatArray) -> FloatArray:
        waiting = math.exp(-p * t) * float(at_end @ spared**further)
        return np.asarray(rate * (waiting - spared))

    spared = integrated(rates, np.ones(len(law)), times)
    return np.asarray(1.0 - np.exp(-p * np.asarray(times)) * (law @ spared ** degree[:, None]))


def _checked_times(times: npt.ArrayLike) -> FloatArray:
    at = np.asarray(times, dtype=np.float64)
    if not np.all(at >= 0.0):
        raise ValueError(f"times must be at least 0 (got {times!r})")
    return at


def _check_rates(p: float, *word_of_mouth: float) -> None:
    if not (0.0 < p < math.inf and all(0.0 <= q < math.inf for q in word_of_mouth)):
        raise ValueError("p must be positive and q, or the rate of a tie, at least 0, all finite "
                         f"(got {', '.join(map(repr, (p, *word_of_mouth)))})")
