"""What was observed of the quantity that an expectation speaks of, and its standard error."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import adoption
from simcore.intervals import clustering, ratio, standard_error
from simcore.scenario.expectations import COMPARED, OF_ADOPTERS
from simcore.verify.verdicts import Compared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simcore.scenario.schema import Expect
    from simcore.store import Store

LEAST = 5.0  # expected replicates in each cell of a chi-squared
IMPOSSIBLE = 1e-9  # of them in a cell of probability 0


class Observed(NamedTuple):
    """An estimate and its standard error, clustered by network; infinite where all is one cluster."""

    value: float
    standard_error: float


class Readings:
    """What a results folder has to say.

    Parameters
    ----------
    store : Store
        Of a run that is complete.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.points = {_key(point["point"]): point for point in store.manifest["points"] if not point.get("is_twin")}
        self._hashes = sorted(point["hash"] for point in store.manifest["points"])
        self._columns = store.columns()
        self._global_share: float = store.manifest["scenario"]["summary"]["global_share"]

    def rows(self, setting: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Return the outcomes of every replicate of a point, and their clusters."""
        place = self._hashes.index(self.points[_key(setting)]["hash"])
        begin, end = np.searchsorted(self._columns["point"], [place, place + 1])
        rows = {name: values[begin:end] for name, values in self._columns.items()}
        return rows | {"cluster": clustering(rows)}

    def observe(self, expectation: Expect) -> Observed:
        """Return the estimate of the quantity, which is no law."""
        of, at = expectation.of, expectation.at
        if of in COMPARED:
            return self._ratio(of, at)
        if of in OF_ADOPTERS:
            return self._degree(of, at, expectation.time or 0)
        rows = self.rows(at)
        keep = _kept(rows, expectation.where)
        rows = {name: values[keep] for name, values in rows.items()}
        hits = rows["share"] >= self._global_share
        if of == "p_global":
            return _proportion(hits, rows["cluster"], expectation.value or 0.0)
        if of == "share_given_global":
            return _mean(rows["share"][hits], rows["cluster"][hits])
        values = rows[of].astype(np.float64) if expectation.time is None and expectation.statistic != "peak-time" else (
            self._series(at, of, expectation.time)[keep])
        if expectation.per_node:
            values = values / self.points[_key(at)]["n"]
        return (_median if expectation.statistic == "median" else _mean)(values, rows["cluster"])

    def _ratio(self, of: str, at: Mapping[str, Any]) -> Observed:
        """Return the ratio of what influential and random seeds come to."""
        above, below = self.rows(at), self.rows({**at, "seeding.kind": "random"})
        sides = []
        for rows in (above, below):
            values = rows["share"] >= self._global_share if of == "multiplier" else rows["seed_out_degree"]
            sides += [values.astype(np.float64), rows["cluster"]]
        found = ratio(*sides)
        if found is None or not math.isfinite(found.interval[1]):
            return Observed(math.nan, math.inf)
        return Observed(found.value, found.value * found.error)

    def _degree(self, of: str, at: Mapping[str, Any], time: int) -> Observed:
        """Return the mean degree of those who adopt at a time."""
        hash_ = self.points[_key(at)]["hash"]
        curves = adoption.curves(adoption.counts(self.store, [hash_])[hash_])
        means = curves.degrees[of.removeprefix("new_")]
        place = np.flatnonzero(curves.times == time)
        return Observed(*(float(part[place[0]]) if place.size else math.nan for part in means[:2]))

    def _series(self, at: Mapping[str, Any], of: str, time: int | None) -> NDArray[np.float64]:
        """Return an observable at a time, or the time at which it is largest, for each replicate."""
        import pyarrow as pa
        import pyarrow.compute as pc

        hash_, parts = self.points[_key(at)]["hash"], []
        for table in self.store.tables("series"):
            mask = pc.equal(table["point"].cast(pa.string()), hash_)
            if time is not None:
                mask = pc.and_(mask, pc.equal(table["t"], time))
            part = table.filter(mask)
            parts.append([part[name].to_numpy() for name in ("replicate", of)])
        replicate, values = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        order = np.argsort(replicate, kind="stable")
        values = values[order].astype(np.float64)
        return values if time is not None else values.reshape(np.unique(replicate).size, -1).argmax(axis=1) * 1.0

    def compare(self, expectation: Expect) -> Compared:
        """Return how many replicates came to 0, 1, 2, ..., beside the law of it."""
        rows, law = self.rows(expectation.at), np.array(expectation.probabilities)
        values = rows[expectation.of][_kept(rows, expectation.where)]
        counts = np.bincount(np.minimum(values, law.size), minlength=law.size + 1)
        return Compared(counts, np.append(law, max(0.0, 1.0 - float(law.sum()))))


def chi_squared(compared: Compared) -> tuple[float, int]:
    """Return Pearson's chi squared and its degrees of freedom; cells of few expected replicates are put together."""
    possible = compared.law > 0.0
    wanted, counts = compared.law[possible] * compared.counts.sum(), compared.counts[possible]
    cells, cell, filled, left = np.zeros(wanted.size, np.int64), 0, 0.0, float(wanted.sum())
    for k, number in enumerate(wanted):
        cells[k], filled, left = cell, filled + number, left - number
        if filled >= LEAST and left >= LEAST:
            cell, filled = cell + 1, 0.0
    expected, found = np.bincount(cells, wanted), np.bincount(cells, counts)
    unheard_of = float((compared.counts[~possible]**2).sum()) / IMPOSSIBLE
    return float(((found - expected)**2 / expected).sum()) + unheard_of, max(1, expected.size - 1)


def _kept(rows: Mapping[str, NDArray[Any]], where: Mapping[str, float]) -> NDArray[np.bool_]:
    """Return which replicates have these outcomes."""
    keep = np.ones(rows["share"].size, np.bool_)
    for name, value in where.items():
        keep &= rows[name] == value
    return keep


def _key(setting: Mapping[str, Any]) -> str:
    return repr(sorted((path, repr(float(value)) if isinstance(value, int | float) and not isinstance(value, bool)
                        else repr(value)) for path, value in setting.items()))


def _mean(values: NDArray[Any], cluster: NDArray[np.int64]) -> Observed:
    if not values.size:
        return Observed(math.nan, math.inf)
    return Observed(float(values.mean()), standard_error(values, cluster))


def _proportion(hits: NDArray[np.bool_], cluster: NDArray[np.int64], expected: float) -> Observed:
    """Return a proportion; where all agree, the error is that of the expected one, each cluster being one replicate."""
    found = _mean(hits.astype(np.float64), cluster)
    if found.standard_error == 0.0:
        number = np.unique(cluster).size
        return found._replace(standard_error=math.sqrt(max(0.0, expected * (1.0 - expected)) / number))
    return found


def _median(values: NDArray[np.float64], cluster: NDArray[np.int64]) -> Observed:
    """Return the median; its error is that of the share below it, read off the quantiles (Woodruff 1952)."""
    middle = float(np.median(values))
    reach = standard_error((values <= middle).astype(np.float64), cluster)
    if not math.isfinite(reach):
        return Observed(middle, math.inf)
    low, high = np.quantile(values, [max(0.0, 0.5 - reach), min(1.0, 0.5 + reach)])
    return Observed(middle, float(high - low) / 2.0)
