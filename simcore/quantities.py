"""What is asked of results: one number per replicate, whose mean over the replicates of a point is the quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import rng
from simcore.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.store import Store

P_GLOBAL = "p_global"


class Crossed(NamedTuple):
    """A quantity in the replicates that all points have, which share their luck.

    Attributes
    ----------
    values : float64[X, R]
        By point, in the order of their hashes, and replicate.
    clusters : int64[R]
        What hangs together: the replicates on one network, unless there is only one.
    """

    values: NDArray[np.float64]
    clusters: NDArray[np.int64]

    @property
    def means(self) -> NDArray[np.float64]:
        """The quantity at each point, float64[X]."""
        return np.asarray(self.values.mean(axis=1))

    def deviations(self) -> NDArray[np.float64]:
        """Return float64[X, C] whose products, summed over clusters, estimate covariances of means.

        Linearised (sandwich) estimate with the factor C / (C - 1); NaN with one cluster.
        """
        number = int(self.clusters.max()) + 1
        sums = np.zeros((len(self.values), number))
        np.add.at(sums.T, self.clusters, (self.values - self.means[:, None]).T)
        factor = number / (number - 1) if number > 1 else np.nan
        return np.asarray(sums * np.sqrt(factor) / self.clusters.size)

    def resampled(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the means where clusters are taken so often, float64[X, B], for weights float64[C, B]."""
        taken = weights[self.clusters]
        return np.asarray(self.values @ (taken / taken.sum(axis=0)))


def nodes(store: Store) -> list[int]:
    """Return how many nodes the smallest of the networks has, and the largest."""
    sizes = [point["n"] for point in store.manifest["points"]]
    return [min(sizes), max(sizes)]


def names(store: Store) -> list[str]:
    """Return what can be asked of a results folder."""
    return [P_GLOBAL, *store.manifest["columns"]]


def check(of: str, known: Sequence[str]) -> None:
    """Raise UsageError if a quantity is not among these."""
    if of not in known:
        raise UsageError(f"there is no quantity '{of}'; quantities are {', '.join(known)}{did_you_mean(of, known)}")


def of_replicates(of: str, columns: Mapping[str, NDArray[Any]], global_share: float) -> NDArray[np.float64]:
    """Return the quantity of each replicate."""
    return np.asarray(columns["share"] >= global_share if of == P_GLOBAL else columns[of]).astype(np.float64)


def crossed(store: Store, of: str) -> Crossed:
    """Return a quantity by point and replicate.

    Raises
    ------
    UsageError
        If there is no such quantity, no replicate that all points have, or not a number in all of them.
    """
    check(of, names(store))
    columns = store.columns()
    points = len(store.manifest["points"])
    kept, number = np.unique(columns["replicate"], return_counts=True)
    keep = np.isin(columns["replicate"], kept[number == points])
    if not keep.any():
        raise UsageError(f"{store.folder}: there is no replicate that all points have; go on with the run first")
    share = store.manifest["scenario"]["summary"]["global_share"]
    values = of_replicates(of, columns, share)[keep].reshape(points, -1)
    if not np.isfinite(values).all():
        raise UsageError(f"{store.folder}: '{of}' is not a number in every replicate")
    return Crossed(values, _clusters(columns["network"][keep].reshape(values.shape)))


def _clusters(networks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what hangs together at every point: the replicates on a network, where there are fewest of several."""
    numbers = [np.unique(row).size for row in networks]
    several = [(number, k) for k, number in enumerate(numbers) if number > 1]
    if not several:
        return np.arange(networks.shape[1])
    return np.asarray(np.unique(networks[min(several)[1]], return_inverse=True)[1])


def draws(of: int, number: int, times: int) -> NDArray[np.int64]:
    """Return which of `number` things are taken again, int64[times, number]: the same whenever it is asked.

    ``of`` tells apart the things of which one result is made.
    """
    out = np.empty(times * number)
    rng.fill_uniform(np.uint64(0), np.uint64(of), np.uint64(rng.Purpose.RESAMPLE), np.arange(out.size),
                     np.zeros(1, np.int64), out)
    return np.floor(out * number).astype(np.int64).reshape(times, number)
