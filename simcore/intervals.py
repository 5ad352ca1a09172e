"""Intervals of means, proportions and ratios whose observations hang together where they share a network."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

Z = 1.959963984540054  # 95 % of a normal law lie within
INDEPENDENT = "Wilson, 95 %"
ONE_NETWORK = "Wilson, 95 %, given the one network"
CLUSTERED = "Wilson, 95 %, clustered by network"

Interval = tuple[float, float]
LEVEL = 0.95


class Ratio(NamedTuple):
    """A ratio of two means over the same clusters."""

    value: float
    interval: Interval
    error: float = math.inf  # standard, of the logarithm


def student(freedom: Any, level: float = LEVEL) -> Any:
    """Return how many standard errors a mean's interval reaches to either side, by Student's t: float64 as `freedom`.

    Of G clusters all are independent, but for their mean: the freedom is G - 1; infinite where there is none.
    """
    from scipy.special import stdtrit

    with np.errstate(invalid="ignore"):
        return np.where(np.asarray(freedom) > 0, stdtrit(freedom, (1 + level) / 2), np.inf)[()]


def wilson(p: float, n: float, z: float = Z) -> Interval:
    """Return Wilson's interval, of 95 % or z, of a proportion p among n (doi:10.1080/01621459.1927.10502953)."""
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return min(max(0.0, middle - half), p), max(min(1.0, middle + half), p)  # p itself, whatever the rounding


def sums(values: NDArray[np.float64], clusters: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sums of values within clusters, and how many values each has."""
    _, place = np.unique(clusters, return_inverse=True)
    size = np.bincount(place).astype(np.float64)
    return np.bincount(place, values).astype(np.float64), size


def standard_error(values: NDArray[np.float64], clusters: NDArray[np.int64]) -> float:
    """Return the standard error of a mean whose observations hang together within clusters.

    Linearised (sandwich) variance with the factor G / (G - 1); infinite with one cluster.
    """
    total, size = sums(values, clusters)
    if size.size < 2:
        return math.inf
    spread = total - values.mean() * size
    return float(math.sqrt(size.size / (size.size - 1) * (spread @ spread)) / values.size)


def mean_half(values: NDArray[np.float64], clusters: NDArray[np.int64], level: float = LEVEL) -> float:
    """Return half the interval of a mean whose observations hang together within clusters; infinite with one."""
    return float(student(np.unique(clusters).size - 1, level)) * standard_error(values, clusters)


def mean_interval(values: NDArray[np.float64], clusters: NDArray[np.int64]) -> tuple[float | None, list[float] | None]:
    """Return a mean and its 95 % interval, each None where it is not known: of no values, of one cluster, of NaN."""
    mean = float(values.mean()) if values.size else math.nan
    if not math.isfinite(mean):
        return None, None
    reach = mean_half(values, clusters)
    return mean, [mean - reach, mean + reach] if math.isfinite(reach) else None


def proportion(hits: NDArray[np.bool_], networks: NDArray[np.int64],
               level: float = LEVEL) -> tuple[float, Interval, str]:
    """Return a proportion, its interval, and the name of the method.

    Where several replicates share each of several networks, they are not independent: the interval is Wilson's at
    the effective number of replicates, p (1 - p) over the squared clustered standard error, by Student's t for the
    number of networks, from which that error is known; and at the number of networks where all agree.
    """
    p, z = float(hits.mean()), NormalDist().inv_cdf((1 + level) / 2)
    number = np.unique(networks).size
    if number == hits.size:
        return p, wilson(p, hits.size, z), INDEPENDENT
    if number == 1:
        return p, wilson(p, hits.size, z), ONE_NETWORK
    error = standard_error(hits.astype(np.float64), networks)
    if not error > 0:
        return p, wilson(p, number, z), CLUSTERED
    return p, wilson(p, min(p * (1 - p) / error**2, hits.size), float(student(number - 1, level))), CLUSTERED


def clustering(rows: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """Return what hangs together: replicates on one network, unless there is only one."""
    networks: NDArray[np.int64] = rows["network"]
    replicates: NDArray[np.int64] = rows["replicate"]
    return networks if np.unique(networks).size > 1 else replicates


def ratio(above: NDArray[np.float64], above_clusters: NDArray[np.int64], below: NDArray[np.float64],
          below_clusters: NDArray[np.int64]) -> Ratio | None:
    """Return the ratio of two means and its 95 % interval, pairing what was run on the same network.

    Linearised on the clusters both have; the interval is taken on the logarithm.
    """
    common = np.intersect1d(above_clusters, below_clusters)
    sides = []
    for values, clusters in ((above, above_clusters), (below, below_clusters)):
        keep = np.isin(clusters, common)
        total, size = sums(values[keep], clusters[keep])
        sides.append(total / size.mean() if size.size else total)
    a, b = sides
    if not b.sum() > 0:
        return None
    value = float(a.sum() / b.sum())
    if common.size < 2 or value == 0:
        return Ratio(value, (0.0, math.inf))
    spread = a - value * b
    return _with_interval(value, spread / (value * b.sum()))


def ratio_of_ratios(one: Sequence[NDArray[np.float64]], other: Sequence[NDArray[np.float64]],
                    clusters: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Ratio | None:
    """Return the ratio of two ratios of means and its 95 % interval, as `ratio` does.

    Each of the two is (above, below); ``clusters`` are those of all that is above, and of all that is below.
    """
    common = np.intersect1d(*clusters)
    value, spread = 1.0, np.zeros(common.size)
    for power, pair in ((1, one), (-1, other)):
        for sign, values, of in zip((power, -power), pair, clusters, strict=True):
            keep = np.isin(of, common)
            total, size = sums(values[keep], of[keep])
            if not total.sum() > 0:
                return None
            part = total / size.mean()
            value *= float(part.sum()) ** sign
            spread += sign * part / part.sum()
    if common.size < 2:
        return Ratio(value, (0.0, math.inf))
    return _with_interval(value, spread)


def _with_interval(value: float, spread: NDArray[np.float64]) -> Ratio:
    """Return a ratio and its interval, from what each cluster adds to its logarithm."""
    error = math.sqrt(spread.size / (spread.size - 1) * float(spread @ spread))
    reach = math.exp(float(student(spread.size - 1)) * error)
    return Ratio(value, (value / reach, value * reach), error)
