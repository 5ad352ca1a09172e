"""The census of an organisation: what holding each single seat is worth, from one sparse factorisation."""

from __future__ import annotations

import csv
import html
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.definitions import definitions
from simcore.definitions import lines as definition_lines
from simcore.errors import UsageError
from simcore.instruments.concentration import gini, spearman
from simcore.network.loaded import labels_of
from simcore.theory.culture import Pulls, seat_influence, stationary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.scenario.firms import Firm

COLUMNS = ("employee", "influence", "level", "department", "height", "informal_ties", "front_line", "rank")
PULLS = ("manager", "peers", "visibility", "executive_time", "executive_levels", "decay", "susceptibility",
         "incentive")
_SHOWN = 10  # employees in a table for reading


@dataclass(frozen=True, eq=False)
class Seats:
    """What holding each seat of an organisation is worth.

    Attributes
    ----------
    firm : Firm
    pulls : Pulls
        What moves commitment, without turnover, and without what is heard of customers.
    free : float
        Mean commitment in the long run if no seat is held.
    influence : float64[N]
        By how much it is higher for holding this seat.
    """

    firm: Firm
    pulls: Pulls
    free: float
    influence: NDArray[np.float64]

    @property
    def definitions(self) -> dict[str, str]:
        """What is meant by what is told."""
        return definitions(("influence of a seat", "linear rule"))

    @property
    def order(self) -> NDArray[np.uint32]:
        """Employees by what their seats are worth, the most first, equals by number: uint32[N]."""
        return np.argsort(-self.influence, kind="stable").astype(np.uint32)

    def columns(self) -> dict[str, Any]:
        """Return what is known of each employee, by the names in `COLUMNS`."""
        chart, n = self.firm.company.chart, self.influence.size
        rank = np.empty(n, np.int64)
        rank[self.order] = np.arange(1, n + 1)
        return dict(zip(COLUMNS, (labels_of(self.firm), self.influence, chart.level, chart.department, chart.height,
                                  self.firm.network.out_degree, self.firm.company.front, rank), strict=True))

    def write(self, path: Path | str) -> Path:
        """Write a row for each employee as CSV; `COLUMNS` names the columns.

        Parameters
        ----------
        path : path

        Returns
        -------
        Path

        Raises
        ------
        UsageError
            If the file cannot be written.
        """
        path, columns = Path(path), self.columns()
        rows = zip(*(values.tolist() if isinstance(values, np.ndarray) else values for values in columns.values()),
                   strict=True)
        try:
            with path.open("w", newline="", encoding="utf-8") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(COLUMNS)
                writer.writerows(rows)
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
        return path

    def as_dict(self) -> dict[str, Any]:
        """Return the census in short as plain values, for JSON: everything but the rows of `write`."""
        chart, ties, labels = self.firm.company.chart, self.firm.network.out_degree, labels_of(self.firm)
        levels = [{"level": k, "employees": int(np.sum(chart.level == k)),
                   "influence": float(self.influence[chart.level == k].mean())}
                  for k in np.unique(chart.level).tolist()]
        return {
            "employees": self.influence.size, "pulls": {name: getattr(self.pulls, name) for name in PULLS},
            "commitment": self.free, "mean_influence": float(self.influence.mean()), "gini": gini(self.influence),
            "levels": levels, "spearman": {"informal ties": spearman(ties, self.influence),
                                           "height": spearman(chart.height, self.influence)},
            "first": [{"employee": labels[i], "influence": float(self.influence[i]), "level": int(chart.level[i]),
                       "informal_ties": int(ties[i])} for i in self.order[:_SHOWN].tolist()],
            "definitions": self.definitions}

    def __repr__(self) -> str:
        return f"<Seats: what each of {self.influence.size:,} seats is worth>"

    def __str__(self) -> str:
        """Return a table for reading."""
        said = self.as_dict()
        found = {name: "-" if value is None else f"{value:.3f}" for name, value in said["spearman"].items()}
        lines = [
            f"{'employees':15}{said['employees']:,}",
            f"{'commitment':15}{said['commitment']:.4g} in the long run if no seat is held",
            f"{'influence':15}mean {said['mean_influence']:.4g}, largest {said['first'][0]['influence']:.4g} (exact)",
            f"{'Gini':15}{said['gini']:.4f}",
            f"{'Spearman':15}{', '.join(f'{name} {value}' for name, value in found.items())}", "",
            f"{'level':>5}  {'employees':>9}  {'mean influence':>14}"]
        lines += [f"{each['level']:5}  {each['employees']:9,}  {each['influence']:14.4g}" for each in said["levels"]]
        lines += ["", f"{'rank':>4}  {'employee':>12}  {'influence':>10}  {'level':>5}  {'informal ties':>13}"]
        lines += [f"{rank:4}  {each['employee']!s:>12}  {each['influence']:10.4g}  {each['level']:5}  "
                  f"{each['informal_ties']:13}" for rank, each in enumerate(said["first"], 1)]
        return "\n".join([*lines, "", *definition_lines(self.definitions)])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def seats(firm: Firm, params: Any) -> Seats:
    """Find what holding each single seat of an organisation is worth, exactly, under the linear rule.

    Parameters
    ----------
    firm : Firm
    params : Params
        Of the model "culture"; its manager, peers, visibility, executive_time, executive_levels, decay, susceptibility
        and incentive count.

    Returns
    -------
    Seats

    Raises
    ------
    UsageError
        If nothing decays and nothing is paid: then any one seat takes everybody along.
    """
    if params.decay == 0.0 and params.incentive == 0.0:
        raise UsageError("decay: with 0, and without an incentive, everybody follows any one seat; it must be above 0 "
                         "(got 0)")
    pulls = Pulls(**{name: getattr(params, name) for name in PULLS})
    free = float(stationary(firm.company, pulls).mean())
    return Seats(firm, pulls, free, seat_influence(firm.company, pulls))
