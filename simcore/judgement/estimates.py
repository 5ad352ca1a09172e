"""What the influential are worth, with intervals: functions of means over what was drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

_STEP = 1e-6  # of a derivative, in parts


class Estimate(NamedTuple):
    """A number and its 95 % interval; NaN where there is none, such as a ratio to what never happens.

    Attributes
    ----------
    value : float
    low, high : float
        Ends of the 95 % interval.
    """

    value: float
    low: float
    high: float


class Means(NamedTuple):
    """Means over the people of a network, and over those of them who are influential, times their share."""

    everybody: float  # 1
    top: float
    p: float
    p_top: float
    degree: float
    degree_top: float
    size: float
    size_top: float
    cost: float
    cost_top: float


def _over(above: float, below: float) -> float:
    return above / below if below > 0.0 else math.nan


def _m(x: Means) -> float:
    return _over(x.p_top * x.everybody, x.p * x.top)


def _m_size(x: Means) -> float:
    return _over(x.size_top * x.everybody, x.size * x.top)


def _d(x: Means) -> float:
    return _over(x.degree_top * x.everybody, x.degree * x.top)


def _size_over_cost(x: Means) -> float:
    return _over(_m_size(x), _over(x.cost_top * x.everybody, x.cost * x.top))


def _pays_from(x: Means) -> float:
    """Return what winning a person must cost, in costs of a contact, for the influential to be worth their contacts."""
    if not _m_size(x) > 1.0:
        return math.nan
    return x.degree / x.everybody * (_d(x) - _m_size(x)) / (_m_size(x) - 1.0)


# name -> the function, and of which people it is the share; the interval of what is none is taken on the logarithm, if
# that is above 0
MEASURES: dict[str, tuple[Callable[[Means], float], Callable[[Means], float] | None]] = {
    "p_random": (lambda x: x.p / x.everybody, lambda x: x.everybody),
    "p_influential": (lambda x: _over(x.p_top, x.top), lambda x: x.top),
    "p_ordinary": (lambda x: _over(x.p - x.p_top, x.everybody - x.top), lambda x: x.everybody - x.top),
    "m": (_m, None),
    "d": (_d, None),
    "m_over_d": (lambda x: _over(_m(x), _d(x)), None),
    "m_size": (_m_size, None),
    "m_size_over_cost": (_size_over_cost, None),
    "share_ordinary": (lambda x: _over(x.p - x.p_top, x.p), lambda x: x.p),
    "pays_from": (_pays_from, None),
}


def features(top: NDArray[np.bool_], p: FloatArray, degree: FloatArray, size: FloatArray,
             cost: FloatArray) -> FloatArray:
    """Return for each person what `Means` are means of, float64[n, 10]."""
    ones = np.ones(top.size)
    return np.column_stack([column for values in (ones, p, degree, size, cost) for column in (values, values * top)])


def estimates(units: FloatArray, *, people: bool, draws: int = 1) -> dict[str, Estimate]:
    """Return every measure with its interval, from what was drawn independently: float64[units, 10].

    Linearised at the means, with Student's t for the number of units; of shares Wilson's, for as many observations as
    that error stands for; where there is none, for as many as there are units times ``draws``, and M reaches as far as
    the share of ordinary people then does. ``people``: whether units are people, not means over some.
    """
    from scipy.stats import t

    number, means = len(units), units.mean(axis=0)
    spread = (units - means) / math.sqrt(number * (number - 1)) if number > 1 else np.full_like(units, math.nan)
    quantile = float(t.ppf(0.975, max(1, number - 1)))
    out = {}
    for name, (measure, among) in MEASURES.items():
        value, error = _value(measure, means, spread)
        if not (math.isfinite(value) and math.isfinite(error)):
            out[name] = Estimate(value, math.nan, math.nan)
        elif among is None and value > 0.0:
            factor = math.exp(min(quantile * error / value, 700.0))
            out[name] = Estimate(value, value / factor, value * factor)
        elif among is None:
            out[name] = Estimate(value, value - quantile * error, value + quantile * error)
        else:
            observed = number * among(Means(*means.tolist())) if people else number * draws
            value = min(max(value, 0.0), 1.0)
            out[name] = Estimate(value, *wilson(value, value * (1.0 - value) / error**2 if error > 1e-9 else observed,
                                                quantile))
    share, d = out["share_ordinary"], out["d"].value
    if share.value in (0.0, 1.0) and means[1] > 0.0:  # what M owes to this share had no error to be seen
        for name, over in (("m", 1.0), ("m_over_d", d)):
            low, high = (float((1.0 - end) * means[0] / (means[1] * over)) for end in (share.high, share.low))
            found = out[name]
            out[name] = Estimate(found.value, min(found.low, low), max(found.high, high))
    return out


def _value(measure: Callable[[Means], float], means: FloatArray, spread: FloatArray) -> tuple[float, float]:
    """Return a measure and its standard error."""
    value = measure(Means(*means.tolist()))
    if not math.isfinite(value):
        return math.nan, math.nan
    slope = np.zeros(means.size)
    for k, step in enumerate(_STEP * np.abs(means)):
        if step:
            ends = [measure(Means(*(means + sign * step * (np.arange(means.size) == k)).tolist())) for sign in (-1, 1)]
            slope[k] = (ends[1] - ends[0]) / (2.0 * step)
    return value, float(np.sqrt(((spread @ slope) ** 2).sum()))
