"""What happens over time: single runs, and the band in which most of them go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.errors import StoreError, UsageError
from simcore.figures import points
from simcore.figures.results import evenly, of_results
from simcore.figures.style import CYCLE, FAINT, Drawn, caption, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from simcore.figures.results import Results, Rows

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_RUNS = 50
_PREFERRED = ("adopted", "infected")


class Courses(NamedTuple):
    """An observable over time at one point.

    Attributes
    ----------
    runs : float64[R, T + 1]
        Up to the last time at which anything changed in any of them.
    spread : bool[R]
        Whether each became global; all, if none did.
    """

    runs: np.ndarray[Any, Any]
    spread: np.ndarray[Any, Any]


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    return "" if results.store.manifest["observables"] else "[record] trajectories is not true"


@of_results
def observable(results: Results) -> str:
    """Return what is drawn: who has adopted or is infected, else what the model reports first."""
    names: list[str] = results.store.manifest["observables"]
    return next((name for name in _PREFERRED if name in names), names[0])


@of_results
def courses(results: Results, entry: Mapping[str, Any], of: str | None = None) -> Courses:
    """Return an observable over time at one point."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}, so there is nothing to draw over time")
    of = of or observable(results)
    hash_ = next(point["hash"] for point in results.store.manifest["points"] if point["id"] == entry["id"])
    parts: dict[str, list[np.ndarray[Any, Any]]] = {"replicate": [], "t": [], of: []}
    for table in results.store.tables("series", ("point", "replicate", "t", of)):
        mine = table.column("point").to_numpy() == hash_
        for name, found in parts.items():
            found.append(table.column(name).to_numpy()[mine])
    replicate, time, values = (np.concatenate(found) for found in parts.values())
    runs = by_step(results, replicate, time, values)
    changes = np.flatnonzero((np.diff(runs, axis=1) != 0).any(axis=0))
    share = results.replicates(entry)["share"]
    if len(runs) != len(share):
        raise StoreError(f"{results.store.folder}: not every replicate has a trajectory")
    spread = share >= results.scenario["summary"]["global_share"]
    return Courses(runs[:, : (changes[-1] + 2 if changes.size else 1)], spread if spread.any() else ~spread)


@of_results
def by_step(results: Results, replicate: np.ndarray[Any, Any], time: np.ndarray[Any, Any],
            values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the values of R * (T + 1) rows, in any order, as float64[R, T + 1, ...]."""
    different, steps = np.unique(replicate, return_counts=True)
    if np.unique(steps).size != 1:
        raise StoreError(f"{results.store.folder}: a trajectory lacks some of its time steps")
    return values[np.lexsort((time, replicate))].astype(np.float64).reshape(different.size, -1, *values.shape[1:])


def _rows(results: Results, entry: Mapping[str, Any]) -> Rows:
    runs, spread = courses(results, entry)
    bands = np.quantile(runs[spread], QUANTILES, axis=0)
    return [{**points.setting(results, entry), "n": entry["n"], "replicates": int(spread.sum()), "t": t,
             **{f"{observable(results)}_{100 * q:g}": float(bands[k, t]) for k, q in enumerate(QUANTILES)}}
            for t in range(runs.shape[1])]


@styled
@of_results
def over_time(results: Results, entry: Mapping[str, Any] | None = None, axes: Axes | None = None) -> Axes:
    """Draw an observable over time: at most 50 runs as lines, of those that became global median and bands.

    Parameters
    ----------
    results : Results
    entry : mapping, optional
        One of its `entries`; the first by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If trajectories are not recorded.
    """
    entry = entry or results.entries[0]
    runs, spread = courses(results, entry)
    axes = axes or new_figure().subplots()
    time, look = np.arange(runs.shape[1]), CYCLE[0]
    for k in evenly(list(range(len(runs))), MOST_RUNS):
        axes.plot(time, runs[k], color=FAINT, linewidth=0.4, alpha=0.45, linestyle="-" if spread[k] else ":", zorder=2)
    bands = np.quantile(runs[spread], QUANTILES, axis=0)
    for low, high, alpha, name in ((0, 4, 0.2, "90 %"), (1, 3, 0.35, "50 %")):
        axes.fill_between(time, bands[low], bands[high], color=look.color, alpha=alpha, linewidth=0, zorder=1,
                          label=name)
    axes.plot(time, bands[2], color=look.color, linewidth=1.4, zorder=3, label="median")
    scale(axes, "x", logarithmic=False, whole=True)
    scale(axes, "y", logarithmic=False)
    axes.set(xlabel="time step t", ylabel=observable(results).replace("_", " "))
    return noted(axes, _said(results, [entry], points.at(points.setting(results, entry))))


def _said(results: Results, shown: Sequence[Mapping[str, Any]], which: str) -> list[str]:
    return results.caption(shown, "Line and bands: median, 50 %, 90 % of the runs that became global.",
                           f"Thin: at most {MOST_RUNS} runs, dotted if they stayed small.", which)


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw at most four points over time, with caption."""
    shown = points.few(results, points.MOST_PANELS)
    figure, panels = points.side_by_side(len(shown), 55.0)
    for axes, entry in zip(panels, shown, strict=True):
        over_time(results, entry, axes)
        extinct = 1.0 - float(courses(results, entry).spread.mean())
        axes.set_title("\n".join(filter(None, [points.title(results, entry),
                                               f"{100 * extinct:.3g} % stay small" if extinct else ""])), fontsize=7)
        axes.label_outer()
    caption(figure, _said(results, shown, points.left_out(results, shown)))
    return Drawn(figure, [row for entry in shown for row in _rows(results, entry)])
