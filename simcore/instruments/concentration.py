"""How unequal things are, and how well one ranking foretells another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def lorenz(values: ArrayLike) -> NDArray[np.float64]:
    """Return the share of the total that the least k of the values have, k = 0, ..., n: float64[n + 1].

    Nothing is shared out evenly where all values are 0. Lorenz (1905), doi:10.2307/2276207.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        None of them below 0.

    Returns
    -------
    float64[n + 1]
    """
    ordered = np.sort(np.asarray(values, np.float64))
    total = ordered.sum()
    held = np.cumsum(ordered) / total if total > 0 else np.arange(1, ordered.size + 1) / max(ordered.size, 1)
    return np.concatenate([[0.0], held])


def gini(values: ArrayLike) -> float:
    """Return the Gini coefficient: the mean absolute difference of two of the values over twice their mean.

    0 if all are equal, (n - 1) / n if one has everything; G = sum_ij |x_i - x_j| / (2 n sum_k x_k), as
    Salganik, Dodds & Watts (2006), doi:10.1126/science.1121066, have it.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        None of them below 0.

    Returns
    -------
    float
    """
    ordered = np.sort(np.asarray(values, np.float64))
    n, total = ordered.size, ordered.sum()
    if not total > 0:
        return 0.0
    return float(((2.0 * np.arange(1, n + 1) - n - 1) @ ordered) / (n * total))


def spearman(one: ArrayLike, other: ArrayLike) -> float | None:
    """Return Spearman's rank correlation, equals sharing their mean rank; None where one of the two does not vary."""
    from scipy.stats import rankdata

    ranks = [rankdata(np.asarray(values)) for values in (one, other)]
    if any(values.size < 2 or np.ptp(values) == 0 for values in ranks):
        return None
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


class Precision(NamedTuple):
    """How many of a ranking's best are among the truly best.

    Attributes
    ----------
    found : float
        Share of the k best of the ranking whose value is no less than the k-th largest.
    chance : float
        The same share among all: what a random ranking finds. Above k / n where many are equal to the k-th.
    """

    found: float
    chance: float


def precision(values: ArrayLike, best: ArrayLike) -> Precision:
    """Return how many of the nodes that a ranking has first are truly among the first by value.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        The truth.
    best : array_like of int, shape (k,)
        The first k of the ranking, k at least 1.
    """
    truth, first = np.asarray(values), np.asarray(best)
    enough = truth >= np.sort(truth)[truth.size - first.size]
    return Precision(float(enough[first].mean()), float(enough.mean()))
