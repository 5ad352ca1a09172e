"""Parallel worlds: how unequal success is, and how unpredictable."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore import rng
from simcore.engine.urns import listen
from simcore.errors import UsageError
from simcore.instruments.concentration import gini

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def unpredictability(shares: ArrayLike) -> float:
    """Return U: the mean difference of an item's share between two worlds, over all items and pairs of worlds.

    Parameters
    ----------
    shares : array_like of float, shape (worlds, items)
        The share of each item in each of at least two worlds.

    Returns
    -------
    float

    Raises
    ------
    UsageError
        If these are not the shares of two worlds or more.

    Notes
    -----
    Salganik, Dodds & Watts (2006), doi:10.1126/science.1121066.
    """
    each = np.asarray(shares, np.float64)
    if each.ndim != 2 or len(each) < 2:
        raise UsageError(f"shares: at least two worlds of items (got {each.shape})")
    number = len(each)
    weights = 2.0 * np.arange(1, number + 1) - number - 1.0  # sum over pairs of |x - y|, from the sorted values
    return float((weights @ np.sort(each, axis=0)).mean() / (number * (number - 1) / 2))


class MusicLab(NamedTuple):
    """Parallel worlds with the same items.

    Attributes
    ----------
    downloads : int64[worlds, items]
    inequality : float
        Mean Gini coefficient of the shares.
    unpredictability : float
    """

    downloads: NDArray[np.int64]
    inequality: float
    unpredictability: float


def music_lab(appeal: ArrayLike, *, people: int, influence: float, worlds: int = 8, seed: int = 0) -> MusicLab:
    """Let people choose among items in parallel worlds, each seeing what others of their world chose.

    Parameters
    ----------
    appeal : array_like of float, shape (items,)
        Of each item, not below 0, not all 0.
    people : int
        In each world, one choice each, one after the other.
    influence : float
        What each earlier choice of an item adds to its appeal; 0: people choose independently.
    worlds : int
        At least 2.
    seed : int
        Root of all randomness.

    Returns
    -------
    MusicLab

    Raises
    ------
    UsageError
        If an argument is out of its range.

    Notes
    -----
    A Polya urn after Salganik, Dodds & Watts (2006), doi:10.1126/science.1121066: item k is chosen with probability
    proportional to appeal + influence * choices so far. Shares tend to Dirichlet(appeal / influence).
    """
    values = np.asarray(appeal, np.float64)
    if values.ndim != 1 or not np.all(values >= 0.0) or not values.sum() > 0.0:
        raise UsageError("appeal: a number for each item, none below 0, not all 0")
    if people < 1 or worlds < 2 or not influence >= 0.0:
        raise UsageError("people must be at least 1, worlds at least 2 and influence at least 0 (got "
                         f"{people}, {worlds} and {influence})")
    downloads = np.empty((worlds, values.size), np.int64)
    listen(rng.network_key(rng.root(seed), 0), values, float(influence), people, downloads)
    inequality = float(np.mean([gini(world) for world in downloads]))
    return MusicLab(downloads, inequality, unpredictability(downloads / people))
