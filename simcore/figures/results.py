"""What a results folder offers to a figure: its axes, its lines, what theory says between its points."""

from __future__ import annotations

import functools
import json
import math
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, Protocol, TypeAlias, TypeVar

import numpy as np

from simcore import adoption, models
from simcore.errors import UsageError
from simcore.figures import words
from simcore.model import Model
from simcore.predictions import predict
from simcore.scenario.axes import DRAWN
from simcore.store import Store
from simcore.summary import summarise, swept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from simcore.theory import Prediction

P = ParamSpec("P")
R = TypeVar("R")
Rows: TypeAlias = "list[dict[str, Any]]"
MOST_LINES = 8
USUAL = ("size", "share", "duration", "peak", "ever", "seed_in_degree", "seed_out_degree")  # outcomes of most models
TELLING = ("at_after", "mean", "customers", "structural_virality")  # of the others, those to begin with
PAID = ("seeds", "seed_cost")  # which follow from what was asked, so that they come last
WHOLE = ("network.n", "seeding.count", "horizon")
_FIRST, _ROUNDS, _OFF = 17, 7, 0.004  # theory: so many values, and more between them where it bends by more


class Line(NamedTuple):
    """The points that agree in all settings but those along the figure's axes."""

    setting: dict[str, Any]
    entries: list[dict[str, Any]]  # of the summary, in the order of the scenario; only those with replicates


class Stored(Protocol):
    """What figures are drawn of: what `simcore.run` and `simcore.Results.open` return, or `Results`."""

    @property
    def store(self) -> Store:
        """The results folder."""


class Results:
    """A results folder as figures see it: summarised once, for as many figures as one draws.

    Parameters
    ----------
    results : Store, or what has one
        As what `simcore.run` and `simcore.Results.open` return.
    summary : mapping, optional
        Of this store, where it is known already.

    Raises
    ------
    UsageError
        If it holds no replicate yet, or is no results folder.

    Attributes
    ----------
    store : Store
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

    def __init__(self, results: Store | Stored, summary: Mapping[str, Any] | None = None) -> None:
        store = getattr(results, "store", results)
        if not isinstance(store, Store):
            raise UsageError("figures are drawn of results, as simcore.run and simcore.Results.open return them "
                             f"(got {type(results).__name__})")
        self.store = store
        self.scenario: dict[str, Any] = store.manifest["scenario"]
        self.summary = summary or summarise(store)
        self.entries: list[Any] = [entry for entry in self.summary["points"] if entry["replicates"]]
        if not self.entries:
            raise UsageError(f"{store.folder}: holds no results yet; go on with the run before drawing them")
        self.axes = {path: values for path, values in swept(store.manifest).items() if len(values) > 1}
        for entry in self.entries:  # where an axis has no value
            entry["point"] = dict.fromkeys(self.axes) | entry["point"]
        self.numeric = tuple(path for path, values in self.axes.items() if all(_is_number(v) for v in values))
        self._curves: dict[str, adoption.Curves] = {}
        self._predict, self._curve = functools.cache(self._predicted), functools.cache(self._theory)

    @functools.cached_property
    def columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """Every outcome of every replicate, see `Store.columns`."""
        return self.store.columns()

    def replicates(self, entry: Mapping[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
        """Return every outcome of the replicates of a point, in their order.

        Parameters
        ----------
        entry : mapping
            Of `entries`.

        Returns
        -------
        dict of str to array[R]
        """
        hashes = sorted((point["hash"], point["id"]) for point in self.store.manifest["points"])
        position = [id_ for _, id_ in hashes].index(entry["id"])
        begin, end = np.searchsorted(self.columns["point"], [position, position + 1])
        return {name: column[begin:end] for name, column in self.columns.items()}

    def curves(self, entries: Sequence[Mapping[str, Any]]) -> list[adoption.Curves]:
        """Return adoption by class over time at these points, see `simcore.adoption.curves`.

        Parameters
        ----------
        entries : sequence of mapping
            Of `entries`.

        Returns
        -------
        list of Curves
            One for each.
        """
        ids = {point["hash"]: point["id"] for point in self.store.manifest["points"]}
        wanted = {entry["id"] for entry in entries} - set(self._curves)
        found = adoption.counts(self.store, {hash_ for hash_, id_ in ids.items() if id_ in wanted}) if wanted else {}
        self._curves |= {ids[hash_]: adoption.curves(counted) for hash_, counted in found.items()}
        return [self._curves[entry["id"]] for entry in entries]

    @property
    def is_drawn(self) -> bool:
        """Whether the points were drawn, so that no two of them share a value of an axis."""
        return self.scenario.get("sweep", {}).get("design") in DRAWN

    @functools.cached_property
    def own(self) -> list[str]:
        """The recorded outcomes that few models have, the most telling first."""
        names = [name for name in self.scenario["record"]["outcomes"] if name not in USUAL]
        order = {name: place for place, name in enumerate(TELLING)} | dict.fromkeys(PAID, len(TELLING) + 1)
        return sorted(names, key=lambda name: order.get(name, len(TELLING)))

    @functools.cached_property
    def is_of_cascades(self) -> bool:
        """Whether P(global) is what these results are about: it differs, and by chance as well as by setting."""
        if "organisation" in self.scenario:
            return False
        found = [entry["p_global"] for entry in self.entries]
        by_chance = sum(0.0 < p < 1.0 for p in found) * 4 > len(found)
        return len(found) == 1 or (len(set(found)) > 1 and (by_chance or not self.own))

    @functools.cached_property
    def longest(self) -> str | None:
        """The numeric axis with the most values; None without one."""
        return max(self.numeric, key=lambda path: len(self.axes[path]), default=None)

    def lines(self, *along: str) -> list[Line]:
        """Return the points by all settings but those `along` the figure's axes.

        Parameters
        ----------
        *along : str
            Paths.

        Returns
        -------
        list of Line
            In the order of the scenario.
        """
        lines: dict[str, Line] = {}
        for entry in self.entries:
            setting = {path: entry["point"][path] for path in self.axes if path not in along}
            lines.setdefault(json.dumps(setting), Line(setting, [])).entries.append(entry)
        return list(lines.values())

    def is_logarithmic(self, path: str) -> bool:
        """Tell whether an axis is better read on a logarithmic scale.

        Parameters
        ----------
        path : str
            Of `numeric`.

        Returns
        -------
        bool
        """
        values = self.axes[path]
        return bool(min(values) > 0 and max(values) / min(values) >= 50)

    def predicted(self, setting: Mapping[str, Any]) -> Prediction | None:
        """Return what theory says of a setting, or None where it is silent, as of cascades cut short.

        Parameters
        ----------
        setting : mapping of str to value
            The swept paths and their values.

        Returns
        -------
        Prediction or None
        """
        return self._predict(json.dumps(setting))

    def _predicted(self, setting: str) -> Prediction | None:
        given = {path: value for path, value in json.loads(setting).items() if value is not None}
        return predict(self.scenario, given)

    def theory(self, path: str, setting: Mapping[str, Any]) -> list[tuple[float, Prediction]]:
        """Return what theory says along an axis: at its values, and between them as finely as a curve.

        Parameters
        ----------
        path : str
            Of `numeric`.
        setting : mapping of str to value
            Of all other axes.

        Returns
        -------
        list of (float, Prediction)
            Ascending; without the values at which theory is silent.
        """
        return self._curve(path, json.dumps(setting))

    def _theory(self, path: str, setting: str) -> list[tuple[float, Prediction]]:
        values, fixed = sorted(self.axes[path]), json.loads(setting)
        logarithmic, whole = self.is_logarithmic(path), path in WHOLE

        def at(x: float) -> Prediction | None:
            return self.predicted({**fixed, path: x})

        def between(a: float, b: float) -> float:
            middle = math.sqrt(a * b) if logarithmic else (a + b) / 2
            return round(middle) if whole else middle

        grid = (np.geomspace if logarithmic else np.linspace)(values[0], values[-1], _FIRST)[1:-1].tolist()
        xs = sorted({*values, *(map(round, grid) if whole else grid)}) if any(map(at, values)) else []
        for _ in range(_ROUNDS):
            found = [(math.log(x) if logarithmic else x, at(x)) for x in xs]
            bends = [k for k in range(1, len(xs) - 1) if _bends(*found[k - 1 : k + 2])]
            more = {between(xs[j], xs[j + 1]) for k in bends for j in (k - 1, k)} - set(xs)
            if not more:
                break
            xs = sorted({*xs, *more})
        return [(x, said) for x in xs if (said := at(x)) is not None]

    @functools.cached_property
    def counts(self) -> str:
        """What ``size`` is a number of, and ``share`` a share of: in the words of the model, or of most."""
        names = self.axes.get("model.name", [self.scenario["model"].get("name")])
        different = {models.find(name).counts if name in models.names() else Model.counts for name in names}
        return different.pop() if len(different) == 1 else Model.counts

    def named(self, outcome: str) -> str:
        """Return the mean of an outcome in words.

        Parameters
        ----------
        outcome : str

        Returns
        -------
        str
        """
        if outcome in ("size", "share"):
            return f"mean {'number' if outcome == 'size' else outcome} of {self.counts}"
        whose = "commitment" if "organisation" in self.scenario else "opinion"
        return words.outcome(outcome).replace("commitment or opinion", whose)

    def caption(self, entries: Sequence[Mapping[str, Any]], *sentences: str) -> list[str]:
        """Return what every figure says below itself.

        Parameters
        ----------
        entries : sequence of mapping
            What is drawn.
        *sentences : str
            What this figure says besides.

        Returns
        -------
        list of str
            Sentences.
        """
        replicates = words.span(entry["replicates"] for entry in entries)
        said = [words.sentence(self.summary["scenario"]),
                f"{self._who(entries)}; {replicates} replicate{'s' * (replicates != '1')} a point."]
        if not self.summary["complete"]:
            none = len(self.summary["points"]) - len(self.entries)
            said.append(f"Not complete: {entries[0]['planned']:,} replicates planned"
                        + (f", {none} points without any." if none else "."))
        share = self.scenario["summary"]["global_share"]
        reached = "" if "organisation" in self.scenario else f"Global: {100 * share:g} % of the nodes or more."
        return [*said, *filter(None, [reached, *sentences]),
                f"Results\N{NO-BREAK SPACE}{self.summary['digest'][:12]}."]

    def _who(self, entries: Sequence[Mapping[str, Any]]) -> str:
        """Return how many nodes there are, or people and, where the scenario says so, customers."""
        n = words.span(entry["n"] for entry in entries)
        if "organisation" not in self.scenario:
            return f"n = {n}"
        customers = [entry["point"].get("customers.n") or self.scenario["customers"].get("n") for entry in entries]
        return f"{n} people" + f", {words.span(customers)} customers and prospects" * all(customers)

    def bars(self, entries: Iterable[Mapping[str, Any]]) -> str:
        """Return what the bars of P(global) are.

        Parameters
        ----------
        entries : iterable of mapping
            What is drawn.

        Returns
        -------
        str
        """
        return f"Bars are intervals: {' or '.join(sorted({entry['interval_method'] for entry in entries}))}."


def of_results(function: Callable[Concatenate[Results, P], R]) -> Callable[Concatenate[Stored, P], R]:
    """Have a function of results take whatever has a store."""
    @functools.wraps(function)
    def inner(results: Stored, *args: P.args, **kwargs: P.kwargs) -> R:
        return function(results if isinstance(results, Results) else Results(results), *args, **kwargs)
    return inner  # type: ignore[return-value]  # `results=` works too, which no ParamSpec can say


def evenly(items: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many of the items, evenly spread; one: the one in the middle."""
    number = min(len(items), most)
    return [items[int((k + 0.5) * len(items) / number)] for k in range(number)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bends(*three: tuple[float, Prediction | None]) -> bool:
    """Tell whether the second of three values is off the chord of the others, or not all of them have one."""
    (a, first), (b, second), (c, third) = three
    if first is None or second is None or third is None:
        return False
    weight = (b - a) / (c - a)
    for x, y, z in zip(first, second, third, strict=True):
        if x is None or y is None or z is None:
            if not x == y == z:
                return True
        elif abs(y - (1 - weight) * x - weight * z) > _OFF:
            return True
    return False
