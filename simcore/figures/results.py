"""What a results folder offers to a figure: its axes, its lines, what theory says between its points."""

from __future__ import annotations

import functools
import itertools
import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from simcore.errors import UsageError
from simcore.figures import words
from simcore.summary import predict, summarise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simcore.store import Store
    from simcore.theory import Prediction

Rows: TypeAlias = "list[dict[str, Any]]"
MOST_LINES = 8
WHOLE = ("network.n", "seeding.count", "horizon")
_FIRST, _ROUNDS, _STEP = 25, 6, 0.025  # theory: that many values, halved where it moves by more than a step


class Line(NamedTuple):
    """The points that agree in all settings but those along the figure's axes."""

    setting: dict[str, Any]
    entries: list[dict[str, Any]]  # of the summary, in the order of the scenario; only those with replicates


class Results:
    """A results folder as figures see it.

    Parameters
    ----------
    store : Store
    summary : mapping, optional
        Of this store, where it is known already.

    Raises
    ------
    UsageError
        If it holds no replicate yet.

    Attributes
    ----------
    scenario : dict
        As resolved.
    summary : dict
        See `simcore.summary.summarise`.
    entries : list of dict
        The points of the summary that have replicates.
    axes : dict of str to list
        What is swept, and over what, where there is more than one value.
    numeric : tuple of str
        The axes whose values are numbers, as the scenario orders them.
    """

    def __init__(self, store: Store, summary: Mapping[str, Any] | None = None) -> None:
        self.store = store
        self.scenario: dict[str, Any] = store.manifest["scenario"]
        self.summary = summary or summarise(store)
        self.entries: list[dict[str, Any]] = [entry for entry in self.summary["points"] if entry["replicates"]]
        if not self.entries:
            raise UsageError(f"{store.folder}: holds no results yet; go on with the run before drawing them")
        self.axes = {path: list(values) for path, values in self.scenario.get("sweep", {}).items() if len(values) > 1}
        self.numeric = tuple(path for path, values in self.axes.items() if all(_is_number(v) for v in values))
        self._predict, self._curve = functools.cache(self._predicted), functools.cache(self._theory)

    @functools.cached_property
    def columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """Every outcome of every replicate, see `Store.columns`."""
        return self.store.columns()

    @functools.cached_property
    def longest(self) -> str | None:
        """The numeric axis with the most values; None without one."""
        return max(self.numeric, key=lambda path: len(self.axes[path]), default=None)

    def lines(self, *along: str) -> list[Line]:
        """Return the points by all settings but those `along` the figure's axes."""
        lines: dict[str, Line] = {}
        for entry in self.entries:
            setting = {path: value for path, value in entry["point"].items() if path in self.axes and path not in along}
            lines.setdefault(json.dumps(setting), Line(setting, [])).entries.append(entry)
        return list(lines.values())

    def is_whole(self, path: str) -> bool:
        """Tell whether there is nothing between the whole numbers of an axis."""
        return path in WHOLE

    def is_logarithmic(self, path: str) -> bool:
        """Tell whether an axis is better read on a logarithmic scale."""
        values = self.axes[path]
        return bool(min(values) > 0 and max(values) / min(values) >= 50)

    def predicted(self, setting: Mapping[str, Any]) -> Prediction | None:
        """Return what theory says of a setting, or None where it is silent, as of cascades cut short."""
        return None if "horizon" in setting else self._predict(json.dumps(setting))

    def _predicted(self, setting: str) -> Prediction | None:
        return predict(self.scenario, json.loads(setting))

    def theory(self, path: str, setting: Mapping[str, Any]) -> list[tuple[float, Prediction]]:
        """Return what theory says along an axis: at its values, and between them so finely that it looks continuous."""
        return self._curve(path, json.dumps(setting))

    def _theory(self, path: str, setting: str) -> list[tuple[float, Prediction]]:
        values, fixed = sorted(self.axes[path]), json.loads(setting)

        def at(x: float) -> Prediction | None:
            return self.predicted({**fixed, path: x})

        first = at(values[0])
        if first is None:
            return []
        logarithmic, whole = self.is_logarithmic(path), self.is_whole(path)

        def between(a: float, b: float) -> float:
            middle = math.sqrt(a * b) if logarithmic else (a + b) / 2
            return round(middle) if whole else middle

        space = np.geomspace if logarithmic else np.linspace
        grid = [float(x) for x in space(values[0], values[-1], _FIRST)[1:-1]]
        xs = sorted({*values, *((round(x) for x in grid) if whole else grid)})
        for _ in range(_ROUNDS):
            found = [(x, at(x)) for x in xs]
            middles = {between(a[0], b[0]) for a, b in itertools.pairwise(found) if _moves(a[1], b[1])}
            if middles <= set(xs):
                break
            xs = sorted({*xs, *middles})
        return [(x, said) for x in xs if (said := at(x)) is not None]

    def caption(self, entries: Sequence[Mapping[str, Any]], *sentences: str) -> list[str]:
        """Return what every figure says below itself."""
        title = words.printable(self.summary["scenario"])
        n, replicates = (words.span(entry[key] for entry in entries) for key in ("n", "replicates"))
        said = [title + ("" if title.endswith((".", "?", "!", "…")) else "."), f"n = {n}; {replicates} replicates a point."]
        if not self.summary["complete"]:
            none = len(self.summary["points"]) - len(self.entries)
            said.append(f"Not complete: {entries[0]['planned']:,} replicates planned"
                        + (f", {none} points without any." if none else "."))
        share = self.scenario["summary"]["global_share"]
        return [*said, f"Global: {100 * share:g} % of the nodes or more.", *filter(None, sentences),
                f"Results\N{NO-BREAK SPACE}{self.summary['digest'][:12]}."]

    def bars(self, entries: Iterable[Mapping[str, Any]]) -> str:
        """Return what the bars of P(global) are."""
        return f"Bars are intervals: {' or '.join(sorted({entry['interval_method'] for entry in entries}))}."


def evenly(items: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many of the items, evenly spread, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[k] for k in np.linspace(0, len(items) - 1, most).round().astype(int)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _moves(a: Prediction | None, b: Prediction | None) -> bool:
    if a is None or b is None:
        return False
    if (a.share_given_global is None) != (b.share_given_global is None):
        return True
    return (abs(a.p_global - b.p_global) > _STEP
            or abs((a.share_given_global or 0.0) - (b.share_given_global or 0.0)) > _STEP)
