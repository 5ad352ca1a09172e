"""Threshold laws: how thresholds are distributed over the nodes, whatever their degree.

Granovetter (1978), https://doi.org/10.1086/226707; on networks Watts (2002), https://doi.org/10.1073/pnas.082090499.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int_]

__all__ = ["ThresholdLaw", "as_threshold_law"]

NEED_SLACK = 1e-9  # need = ceil(threshold * degree - NEED_SLACK), as in the engine


@dataclass(frozen=True)
class ThresholdLaw:
    """A distribution of thresholds.

    Parameters
    ----------
    name : str
        What the law is called, with its numbers.
    cdf : callable
        Distribution function, from ``float64[...]`` to ``float64[...]``: P(threshold <= x). One that stays
        below 1 leaves nodes that never adopt.
    absolute : bool
        Whether thresholds are numbers of active neighbours instead of shares.
    barred : tuple of float
        Share that never adopts, of the nodes of each in-degree; the last one is that of all larger ones, too.
    """

    name: str
    cdf: Callable[[FloatArray], FloatArray]
    absolute: bool = False
    barred: tuple[float, ...] = (0.0,)

    @classmethod
    def homogeneous(cls, phi: float) -> ThresholdLaw:
        """Give every node the same threshold.

        Parameters
        ----------
        phi : float
            The threshold, above 0 and at most 1.

        Returns
        -------
        ThresholdLaw
            All its mass at `phi`.

        Raises
        ------
        ValueError
            If `phi` is out of its range.
        """
        if not 0.0 < phi <= 1.0:
            raise ValueError(f"threshold must be above 0 and at most 1 (got {phi!r})")
        return cls(f"homogeneous({phi})", lambda x: np.where(x >= phi, 1.0, 0.0))

    @classmethod
    def count(cls, needed: int) -> ThresholdLaw:
        """Let every node adopt once so many of its neighbours have, however many it has.

        The complex contagion of Centola & Macy (2007), https://doi.org/10.1086/521848.

        Parameters
        ----------
        needed : int
            Number of active neighbours, at least 1.

        Returns
        -------
        ThresholdLaw
            Absolute, all its mass at `needed`.

        Raises
        ------
        ValueError
            If `needed` is below 1 or no integer.
        """
        if needed < 1 or needed != int(needed):
            raise ValueError(f"needed must be an integer of at least 1 (got {needed!r})")
        return cls(f"count({needed})", lambda x: np.where(x >= needed, 1.0, 0.0), absolute=True)

    @classmethod
    def uniform(cls, low: float, high: float) -> ThresholdLaw:
        """Draw thresholds evenly between two numbers.

        Parameters
        ----------
        low, high : float
            The ends, finite and in this order.

        Returns
        -------
        ThresholdLaw
            Uniform between them.

        Raises
        ------
        ValueError
            If `low` is not below `high`, or one is not finite.
        """
        if not -math.inf < low < high < math.inf:
            raise ValueError(f"low must be below high, both finite (got {low!r}, {high!r})")
        return cls(f"uniform({low}, {high})", lambda x: np.clip((x - low) / (high - low), 0.0, 1.0))

    @classmethod
    def normal(cls, mean: float, sd: float) -> ThresholdLaw:
        """Draw thresholds from a normal law: at or below 0 a node adopts by itself, above 1 never.

        Parameters
        ----------
        mean, sd : float
            Mean and standard deviation, finite and the latter positive.

        Returns
        -------
        ThresholdLaw
            Normal.

        Raises
        ------
        ValueError
            If `mean` or `sd` is out of its range.
        """
        _check_normal(mean, sd)
        return cls(f"normal({mean}, {sd})", lambda x: np.asarray(special.ndtr((x - mean) / sd)))

    @classmethod
    def truncated_normal(cls, mean: float, sd: float, low: float = 0.0, high: float = 1.0) -> ThresholdLaw:
        """Draw thresholds from a normal law, again until they lie between two numbers.

        Parameters
        ----------
        mean, sd : float
            Mean and standard deviation before the truncation, finite and the latter positive.
        low, high : float
            The ends, in this order.

        Returns
        -------
        ThresholdLaw
            Normal, conditional on lying between them.

        Raises
        ------
        ValueError
            If `mean` or `sd` is out of its range, or the normal law has nothing between the ends.
        """
        _check_normal(mean, sd)
        below, within = special.ndtr((low - mean) / sd), special.ndtr((high - mean) / sd)
        if not within > below:
            raise ValueError(f"low and high must hold some of normal({mean}, {sd}) (got {low!r}, {high!r})")

        def cdf(x: FloatArray) -> FloatArray:
            inside = np.clip(x, low, high)
            return np.asarray((special.ndtr((inside - mean) / sd) - below) / (within - below))

        return cls(f"truncated_normal({mean}, {sd}, {low}, {high})", cdf)

    def immune(self, share: npt.ArrayLike) -> ThresholdLaw:
        """Let some of the nodes never adopt.

        Parameters
        ----------
        share : float or float64[K]
            Of all nodes, the same at every degree, or of those of each in-degree; from 0 to 1. The last one is that
            of all larger in-degrees, too.

        Returns
        -------
        ThresholdLaw
            The law of all nodes, the others with thresholds as before.

        Raises
        ------
        ValueError
            If a share is out of its range.
        """
        of = np.atleast_1d(np.asarray(share, dtype=np.float64))
        if not np.all((of >= 0.0) & (of <= 1.0)):
            raise ValueError(f"share must be from 0 to 1 (got {share!r})")
        k = np.arange(max(of.size, len(self.barred)))
        barred = 1.0 - self._able(k) * (1.0 - of[np.minimum(k, of.size - 1)])
        return dataclasses.replace(self, name=f"{self.name}.immune", barred=tuple(barred.tolist()))

    def _able(self, k: IntArray) -> FloatArray:
        return 1.0 - np.asarray(self.barred)[np.minimum(k, len(self.barred) - 1)]

    def adopts(self, m: npt.ArrayLike, k: npt.ArrayLike) -> FloatArray:
        """Return the probability that `m` active neighbours suffice for a node of in-degree `k`.

        The need is max(1, ceil(threshold k - 1e-9)), without the factor k if thresholds are absolute; a
        threshold at or below 0 needs nobody, and otherwise a node that hears nobody never adopts.

        Parameters
        ----------
        m, k : int[...]
            Active neighbours and in-degree; they broadcast.

        Returns
        -------
        float64[...]
            P(need <= m).
        """
        m, k = np.asarray(m), np.asarray(k)
        total = 1 if self.absolute else np.maximum(k, 1)
        return self._able(k) * self.cdf(np.where((m > 0) & (k > 0), (m + NEED_SLACK) / total, 0.0))


def as_threshold_law(thresholds: ThresholdLaw | float) -> ThresholdLaw:
    """Return the law itself, or the homogeneous one of a single number."""
    return thresholds if isinstance(thresholds, ThresholdLaw) else ThresholdLaw.homogeneous(thresholds)


def _check_normal(mean: float, sd: float) -> None:
    if not (math.isfinite(mean) and 0.0 < sd < math.inf):
        raise ValueError(f"mean must be finite and sd positive and finite (got {mean!r}, {sd!r})")
