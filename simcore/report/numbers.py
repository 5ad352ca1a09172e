"""The numbers of the page: which quantities there are, the table, and the data of the chart that can be turned."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.figures import outcomes, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simcore.figures import Results

MOST_POINTS = 2000  # of the chart: a page of more is slow, and no longer read point by point


class Quantity(NamedTuple):
    """Something that each point has a number of.

    Attributes
    ----------
    key : str
        Its name in the summary.
    label : str
        In words.
    short : str
        In few words, if there are too many.
    """

    key: str
    label: str
    short: str = ""

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return self.short or f"the {self.label}"


GIVEN_GLOBAL = Quantity("share_given_global", "mean share reached by those that are global")


class Estimate(NamedTuple):
    """A number of a point, and its 95 % interval where there is one."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        if self.low is None or self.high is None:
            return f"{self.value:.4g}"
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


def main(results: Results) -> list[Quantity]:
    """Return what the page is about: P(global) and the mean share reached, unless other outcomes tell more."""
    of = outcomes.chosen(results)
    if results.is_of_cascades or not of:
        return [_p_global(results), _share(results)]
    return [Quantity(name, results.named(name)) for name in of]


def _p_global(results: Results) -> Quantity:
    reached = f"{100 * results.scenario['summary']['global_share']:.4g} % of the nodes or more"
    return Quantity("p_global", f"P(global), the share of replicates that reach {reached}", "P(global)")


def _share(results: Results) -> Quantity:
    return Quantity("share_mean", results.named("share"))


def quantities(results: Results) -> list[Quantity]:
    """Return what the page tells of each point, first what it is about."""
    names = [*results.own, *(name for name in results.scenario["record"]["outcomes"] if name not in results.own)]
    first = main(results)
    usual = [_p_global(results), _share(results), GIVEN_GLOBAL,
             *(Quantity(name, results.named(name)) for name in names)]
    return [*first, *(quantity for quantity in usual if quantity not in first)]


def estimate(entry: Mapping[str, Any], quantity: Quantity) -> Estimate:
    """Return what a point of the summary has of a quantity."""
    if quantity.key == "p_global":
        return Estimate(entry["p_global"], *(entry["p_global_interval"] or (None, None)))
    if quantity.key == "share_mean":
        return Estimate(entry["share_mean"], *(entry["share_interval"] or (None, None)))
    if quantity.key == "share_given_global":
        return Estimate(entry["share_given_global"], *(entry["share_given_global_interval"] or (None, None)))
    found = entry["outcomes"][quantity.key]
    return Estimate(found["mean"], *(found["interval"] or (None, None)))


def rows(results: Results, shown: Sequence[Quantity]) -> list[dict[str, Any]]:
    """Return the table: a row for each point."""
    told = with_theory(results, shown)
    return [{"id": entry["id"], "setting": ["-" if (value := entry["point"].get(path)) is None else words.shown(value)
                                            for path in results.axes],
             "replicates": entry["replicates"], "numbers": [str(estimate(entry, quantity)) for quantity in shown],
             "theory": [_said(entry, quantity) for quantity in told]} for entry in results.entries]


def with_theory(results: Results, shown: Iterable[Quantity]) -> list[Quantity]:
    """Return the quantities that theory says something of, somewhere."""
    return [quantity for quantity in shown
            if any(entry["theory"].get(quantity.key) is not None for entry in results.entries)]


def _said(entry: Mapping[str, Any], quantity: Quantity) -> str:
    said = entry["theory"][quantity.key]
    return "-" if said is None else f"{said:.4g}"


def chart(results: Results, shown: Sequence[Quantity]) -> str:
    """Return the data of the chart as JSON that may stand inside a page."""
    place = {path: {repr(value): k for k, value in enumerate(values)} for path, values in results.axes.items()}
    data = {
        "axes": [{"path": path, "label": words.label(path), "numeric": path in results.numeric,
                  "values": [words.shown(value) for value in values]} for path, values in results.axes.items()],
        "quantities": [{"key": quantity.key, "label": quantity.label} for quantity in shown],
        "points": [{"id": entry["id"], "replicates": entry["replicates"],
                    "at": {path: _plain(entry["point"].get(path)) for path in results.axes},
                    "places": [place[path].get(repr(entry["point"].get(path))) for path in results.axes],
                    "numbers": [[_finite(number) for number in estimate(entry, quantity)] for quantity in shown],
                    "theory": [_finite(entry["theory"].get(quantity.key)) for quantity in shown]}
                   for entry in results.entries[:MOST_POINTS]]}
    return json.dumps(data, allow_nan=False).replace("<", "\\u003c")


def _plain(value: Any) -> float | str | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    return words.shown(value)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
