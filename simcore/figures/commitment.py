"""Commitment by level over time, with the twin, and customers by mood: what a company goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.over_time import by_step
from simcore.figures.results import evenly, of_results
from simcore.figures.style import CYCLE, Drawn, caption, legend, new_figure, noted, styled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

    from simcore.figures.results import Results, Rows

_Course: TypeAlias = "dict[str, Any]"  # float64[T + 1] by what is drawn
MOST = 4  # points, each a column of the figure
_GROUPS = {"executives": "executives", "middle": "middle managers", "front": "front line", "mean": "everybody"}
_READ = (*_GROUPS, "customers", "advocates", "detractors")
_BAND = {"low": 0.05, "high": 0.95}
_TWIN: dict[str, Any] = {"linestyle": (0, (1.2, 1.2)), "linewidth": 0.8}
_MOODS = ("advocates", "passives", "detractors")
_COLORS = ("#009e73", "#d9d9d9", "#d55e00")


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    if "organisation" not in results.scenario:
        return "it is of an organisation and its customers"
    return "" if results.store.manifest["observables"] else "no time step is recorded: [record] trajectories = true"


def _courses(results: Results, hashes: Iterable[str]) -> dict[str, _Course]:
    """Return what is drawn of these points, as far as they have replicates: means and bands, float64[T + 1] each."""
    parts: dict[str, list[Any]] = {hash_: [] for hash_ in hashes}
    for table in results.store.tables("series", ("point", "replicate", "t", *_READ)):
        names = table.column("point").to_numpy()
        columns = np.stack([table.column(name).to_numpy() for name in ("replicate", "t", *_READ)], axis=1)
        for hash_, found in parts.items():
            found.append(columns[names == hash_])
    out = {}
    for hash_, found in parts.items():
        values = np.concatenate(found)
        if values.size:
            runs = by_step(results, values[:, 0], values[:, 1], values[:, 2:])
            bands = {f"_{name}": np.quantile(runs, share, axis=0) for name, share in _BAND.items()}
            out[hash_] = {f"{name}{kind}": of[:, k] for k, name in enumerate(_READ)
                          for kind, of in ({"": runs.mean(axis=0)} | (bands if name in _GROUPS else {})).items()}
    return out


def _found(results: Results, entries: Sequence[Mapping[str, Any]]) -> list[tuple[_Course, _Course | None]]:
    """Return the courses of these points, and of their twins."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}, so there is nothing to draw")
    known = {point["id"]: point for point in results.store.manifest["points"]}
    mine = [known[entry["id"]] for entry in entries]
    courses = _courses(results, {point[key] for point in mine for key in ("hash", "twin") if key in point})
    return [(courses[point["hash"]], courses.get(point.get("twin", ""))) for point in mine]


def _levels(axes: Axes, found: _Course, twin: _Course | None) -> None:
    t = np.arange(found["mean"].size)
    for look, (group, label) in zip(CYCLE, _GROUPS.items(), strict=False):
        axes.plot(t, found[group], color=look.color, linewidth=1.0, label=label)
        axes.fill_between(t, found[f"{group}_low"], found[f"{group}_high"], color=look.color, alpha=0.12, linewidth=0)
        if twin is not None:
            axes.plot(t, twin[group], color=look.color, **_TWIN)
    axes.set_ylim(0.0, 1.0)


def _moods(axes: Axes, found: _Course, twin: _Course | None) -> None:
    t = np.arange(found["mean"].size)
    passives = found["customers"] - found["advocates"] - found["detractors"]
    axes.stackplot(t, found["advocates"], passives, found["detractors"], colors=_COLORS, labels=_MOODS)
    if twin is not None:
        axes.plot(t, twin["customers"], color="black", **_TWIN)


@styled
@of_results
def commitment(results: Results, entry: Mapping[str, Any] | None = None, axes: Axes | None = None) -> Axes:
    """Draw the commitment of each level over time at one point; dotted: the twin.

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
        If it is of no organisation, or trajectories are not recorded.
    """
    return _alone(results, entry, axes, _levels, "commitment")


@styled
@of_results
def customers(results: Results, entry: Mapping[str, Any] | None = None, axes: Axes | None = None) -> Axes:
    """Draw the customers by mood over time at one point; dotted: all customers of the twin.

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
        If it is of no organisation, or trajectories are not recorded.
    """
    return _alone(results, entry, axes, _moods, "customers")


def _alone(results: Results, entry: Mapping[str, Any] | None, axes: Axes | None, plot: Callable[..., None],
           label: str) -> Axes:
    entry = entry or results.entries[0]
    (found, twin), = _found(results, [entry])
    axes = axes or new_figure().subplots()
    plot(axes, found, twin)
    axes.set(xlabel="period", ylabel=label)
    return noted(axes, _said(results, [entry], points.at(points.setting(results, entry))))


def _said(results: Results, entries: Sequence[Mapping[str, Any]], which: str) -> list[str]:
    return results.caption(
        entries, "Lines and areas are means over replicates, bands hold 90 % of them.",
        "Dotted: the twin, the same organisation under the same luck, to which nothing was done."
        * any("twin" in entry for entry in entries), which)


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw commitment above customers, a column for each of at most four points."""
    entries = evenly(results.entries, MOST)
    courses = _found(results, entries)
    figure = new_figure("double" if len(entries) > 1 else "single", 95.0)
    grid = figure.subplots(2, len(entries), squeeze=False, sharex=True, sharey="row")
    data: Rows = []
    for (above, below), entry, (found, twin) in zip(grid.T, entries, courses, strict=True):
        _levels(above, found, twin)
        _moods(below, found, twin)
        setting = {path: entry["point"][path] for path in results.axes if path in entry["point"]}
        above.set_title(",\n".join(f"{words.label(path)} {words.shown(value)}" for path, value in setting.items()),
                        loc="left", fontsize=6)
        below.set_xlabel("period")
        data += [{**setting, "t": k, **{name: float(values[k]) for name, values in found.items()},
                  **{f"twin_{name}": float(values[k]) for name, values in (twin or {}).items()}}
                 for k in range(found["mean"].size)]
    grid[0, 0].set_ylabel("commitment")
    grid[1, 0].set_ylabel("customers")
    legend(figure, [*grid[0, 0].get_legend_handles_labels()[0], *grid[1, 0].get_legend_handles_labels()[0]])
    caption(figure, _said(results, entries, points.left_out(results, entries)))
    return Drawn(figure, data)
