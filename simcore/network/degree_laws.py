"""Degree laws: the probability of each degree, as the array ``pmf[k]`` for k = 0, 1, ...

A law with an infinite tail is cut where the rest weighs nothing in double precision; every law sums to one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

__all__ = [
    "TwoClass",
    "checked",
    "constant",
    "geometric",
    "in_top",
    "mean",
    "poisson",
    "power_law",
    "size_biased",
    "two_class",
]

_TAIL = 1e-16  # the largest probability that is cut off


class TwoClass(NamedTuple):
    """A mixture of two Poisson laws and its two classes, over the same degrees.

    Attributes
    ----------
    mixture, influential, ordinary : float64[K]
    """

    mixture: FloatArray
    influential: FloatArray
    ordinary: FloatArray


def poisson(mean: float) -> FloatArray:
    """Return the Poisson law, the degrees of a large uniform random network.

    Parameters
    ----------
    mean : float
        Mean degree, at least 0.

    Returns
    -------
    float64[K]
        Probability of each degree.

    Raises
    ------
    ValueError
        If the mean is negative or not finite.
    """
    from scipy import special  # a tenth of a second, which those who make networks need not wait

    _check_mean(mean)
    # Bernstein's bound P(X >= mean + x) <= exp(-x^2 / (2 mean + 2x/3)), solved for x at the tail.
    third = -math.log(_TAIL) / 3.0
    degree = np.arange(math.ceil(mean + third + math.sqrt(third * (third + 6.0 * mean))) + 1)
    return _normalised(np.exp(special.xlogy(degree, mean) - mean - special.gammaln(degree + 1.0)))


def geometric(mean: float) -> FloatArray:
    """Return the geometric law p_k = (1 - a) a^k with a = mean / (1 + mean).

    Parameters
    ----------
    mean : float
        Mean degree, at least 0.

    Returns
    -------
    float64[K]
        Probability of each degree.

    Raises
    ------
    ValueError
        If the mean is negative or not finite.
    """
    _check_mean(mean)
    decay = math.log1p(1.0 / mean) if mean > 0.0 else math.inf
    return _normalised(np.append(1.0, np.exp(-decay * np.arange(1, math.ceil(-math.log(_TAIL) / decay)))))


def constant(degree: int) -> FloatArray:
    """Return the law of a regular network, where every node has the same degree.

    Parameters
    ----------
    degree : int
        The degree, at least 0.

    Returns
    -------
    float64[degree + 1]
        Probability of each degree.

    Raises
    ------
    ValueError
        If the degree is negative or no integer.
    """
    if degree < 0 or degree != int(degree):
        raise ValueError(f"degree must be an integer of at least 0 (got {degree!r})")
    return np.append(np.zeros(int(degree)), 1.0)


def power_law(exponent: float, mean: float, cutoff: int) -> FloatArray:
    """Return the law p_k proportional to (k + c)^-exponent for k = 0..cutoff, its offset c set by the mean.

    Parameters
    ----------
    exponent : float
        Positive; the tail of the law falls as degree^-exponent.
    mean : float
        Mean degree, positive and below cutoff / 2, the mean of the flattest such law.
    cutoff : int
        Largest degree, at least 1.

    Returns
    -------
    float64[cutoff + 1]
        Probability of each degree.

    Raises
    ------
    ValueError
        If an argument is out of its range or no offset gives this mean.
    """
    from scipy.optimize import brentq

    if not 0.0 < exponent < math.inf:
        raise ValueError(f"exponent must be positive and finite (got {exponent!r})")
    if cutoff < 1 or cutoff != int(cutoff):
        raise ValueError(f"cutoff must be an integer of at least 1 (got {cutoff!r})")
    degree = np.arange(int(cutoff) + 1)

    def law(log_offset: float) -> FloatArray:
        return _normalised(np.power(1.0 + degree * math.exp(-log_offset), -exponent))

    def excess(log_offset: float) -> float:
        return float(law(log_offset) @ degree) - mean

    narrow, wide = -50.0, 50.0
    if not excess(narrow) < 0.0 < excess(wide):
        raise ValueError(f"mean must lie between 0 and cutoff / 2, within reach of exponent {exponent!r} and "
                         f"cutoff {cutoff!r} (got {mean!r})")
    return law(brentq(excess, narrow, wide, xtol=1e-14))


def two_class(mean: float, share: float, factor: float) -> TwoClass:
    """Return the law of a network with a class of influentials, each class Poisson.

    The influential `share` of the nodes has Poisson(factor a), the rest Poisson(a), where the mean degree
    sets a = mean / (1 - share + share factor): the model of Watts & Dodds (2007),
    https://doi.org/10.1086/518527, with influentials of 4 and 40 times the reach of others.

    Parameters
    ----------
    mean : float
        Mean degree over both classes, at least 0.
    share : float
        Share of influentials, strictly between 0 and 1.
    factor : float
        How many times the mean degree of the ordinary an influential has, positive.

    Returns
    -------
    TwoClass
        The mixture, the law of the influentials, the law of the ordinary: each ``float64[K]``.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if not 0.0 < share < 1.0:
        raise ValueError(f"share must be strictly between 0 and 1 (got {share!r})")
    if not 0.0 < factor < math.inf:
        raise ValueError(f"factor must be positive and finite (got {factor!r})")
    base = mean / (1.0 - share + share * factor)
    laws = poisson(factor * base), poisson(base)
    length = max(map(len, laws))
    influential, ordinary = (np.pad(law, (0, length - len(law))) for law in laws)
    return TwoClass(share * influential + (1.0 - share) * ordinary, influential, ordinary)


def mean(pmf: npt.ArrayLike) -> float:
    """Return the mean degree of a law.

    Parameters
    ----------
    pmf : float64[K]
        Probability of each degree.

    Returns
    -------
    float
        The sum of k p_k.

    Raises
    ------
    ValueError
        If it is no degree law.
    """
    law = checked(pmf)
    return float(law @ np.arange(len(law)))


def size_biased(pmf: npt.ArrayLike) -> FloatArray:
    """Return the law of the degree found at the end of a random tie, k p_k / z.

    Parameters
    ----------
    pmf : float64[K]
        Probability of each degree.

    Returns
    -------
    float64[K]
        Probability of each degree at an end; 0 everywhere if nobody has a tie.

    Raises
    ------
    ValueError
        If it is no degree law.
    """
    law = checked(pmf)
    ends = law * np.arange(len(law))
    return np.asarray(ends / (float(ends.sum()) or 1.0))


def in_top(pmf: npt.ArrayLike, q: float) -> FloatArray:
    """Return which share of the nodes of each degree is among the top `q` by degree, ties split at random.

    Parameters
    ----------
    pmf : float64[K]
        Probability of each degree.
    q : float
        Share of nodes that is called the top, above 0 and at most 1.

    Returns
    -------
    float64[K]
        1 above the degree where the top begins, a fraction there, 0 below; its mean over the law is `q`.

    Raises
    ------
    ValueError
        If it is no degree law, or `q` is out of its range.
    """
    law = checked(pmf)
    if not 0.0 < q <= 1.0:
        raise ValueError(f"q must be above 0 and at most 1 (got {q!r})")
    above = np.append(np.cumsum(law[:0:-1])[::-1], 0.0)
    taken = np.clip(q - above, 0.0, law)
    return np.asarray(taken / np.where(law > 0.0, law, 1.0))


def checked(pmf: npt.ArrayLike) -> FloatArray:
    """Return the law as an array, or refuse what is no degree law.

    Parameters
    ----------
    pmf : float64[K]
        Probability of each degree.

    Returns
    -------
    float64[K]
        The same numbers.

    Raises
    ------
    ValueError
        If it is not one-dimensional, is empty, has a negative or non-finite entry, or does not sum to 1.
    """
    law = np.asarray(pmf, dtype=np.float64)
    if law.ndim != 1 or not law.size:
        raise ValueError(f"a degree law must be a non-empty one-dimensional array (got shape {law.shape})")
    if not (law.min() >= 0.0 and abs(law.sum() - 1.0) < 1e-9):
        raise ValueError("a degree law must be non-negative and sum to 1 "
                         f"(got minimum {law.min()!s}, sum {law.sum()!s})")
    return law


def _normalised(weight: FloatArray) -> FloatArray:
    return weight / float(weight.sum())


def _check_mean(mean: float) -> None:
    if not 0.0 <= mean < math.inf:
        raise ValueError(f"mean must be at least 0 and finite (got {mean!r})")
