"""How much of each class of nodes has adopted, over time."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.lines import Line2D

from simcore import adoption
from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import evenly, of_results
from simcore.figures.style import CYCLE, Drawn, Look, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simcore.adoption import Curves
    from simcore.figures.results import Results, Rows

MOST_PANELS, MOST_SHADES, MOST_BANDS = 4, 10, 4
_NEAR = 0.045  # of the height of a panel: ends of lines that are no farther apart share a label
_SHORT = 3  # characters of a label that stands at the end of a line


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    return "" if adoption.is_recorded(results.store) else adoption.NOT_RECORDED


@of_results
def panels(results: Results) -> list[Any]:
    """Return the points that are drawn side by side: at most four, evenly spread."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}, so there is nothing to draw")
    return evenly(results.entries, MOST_PANELS)


def shades(number: int) -> list[str]:
    """Return so many colours from dark to light: ten of inferno are farther apart than of cividis or viridis."""
    colors = matplotlib.colormaps["inferno"](np.linspace(0.0, 0.85, number))
    return [matplotlib.colors.to_hex(color) for color in colors]


def _classes(results: Results, curves: list[Curves]) -> dict[str, Look]:
    """Return how each class that is drawn looks: the largest ones; from dark to light where they have an order."""
    said = results.scenario["record"]["by_class"]
    ordered = "quantiles" in said if isinstance(said, dict) else said != "group"
    nodes: dict[str, float] = {}
    for one in curves:
        for label, number in zip(one.labels, one.nodes, strict=True):
            nodes[label] = max(nodes.get(label, 0.0), float(number))
    most = MOST_SHADES if ordered else len(CYCLE)
    shown = adoption.in_order(sorted(adoption.in_order(nodes), key=lambda label: -nodes[label])[:most])
    if not ordered:
        return dict(zip(shown, CYCLE, strict=False))
    return {label: Look(shade, "", "-") for label, shade in zip(shown, shades(len(shown)), strict=True)}


def _band(curves: Curves) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 95 % intervals of the shares; NaN where there is none."""
    value, _, half = curves.share
    return np.clip(value - half, 0, 1), np.clip(value + half, 0, 1)


def _rows(results: Results, entry: dict[str, Any], curves: Curves) -> Rows:
    setting = {path: entry["point"][path] for path in results.axes}
    low, high = _band(curves)
    return [{**setting, "class": label, "nodes": float(curves.nodes[c]), "t": int(t),
             "share": float(curves.share.value[k, c]), "share_low": known(low[k, c]), "share_high": known(high[k, c])}
            for c, label in enumerate(curves.labels) for k, t in enumerate(curves.times)]


def _label_ends(axes: Axes, labels: Sequence[str], ends: Sequence[float], time: float, room: float) -> None:
    """Write the names of classes behind their lines, one text for ends that are near one another."""
    near = list[list[int]]()
    for k in sorted(range(len(ends)), key=ends.__getitem__):
        if near and ends[k] - ends[near[-1][-1]] < room:
            near[-1].append(k)
        else:
            near.append([k])
    for places in near:
        runs = [[labels[k] for _, k in run] for _, run in itertools.groupby(
            enumerate(sorted(places)), key=lambda pair: pair[1] - pair[0])]
        axes.annotate(", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs),
                      (time, float(np.mean([ends[k] for k in places]))), xytext=(3, 0), textcoords="offset points",
                      va="center", fontsize=6, annotation_clip=False)


def known(value: float) -> float | None:
    """Return a number for the data of a figure, or nothing for one that is none."""
    return float(value) if math.isfinite(value) else None


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    shown = panels(results)
    return [row for entry, curves in zip(shown, results.curves(shown), strict=True)
            for row in _rows(results, entry, curves)]


@styled
@of_results
def by_class(results: Results, entry: dict[str, Any] | None = None, axes: Axes | None = None) -> Axes:
    """Draw the share of each class that has adopted over time, at one point.

    Lines are means over replicates, bands their 95 % intervals.

    Parameters
    ----------
    results : Results
    entry : dict, optional
        A point of the summary; the first of `panels` by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If adoption by class is not recorded.
    """
    shown = panels(results)
    entry = entry or shown[0]
    axes = axes or new_figure().subplots()
    curves, = results.curves([entry])
    every = results.curves([*shown, entry])
    looks = _classes(results, every)
    top = max(0.05, *(float(np.nanmax([one.share.value, _band(one)[1]])) for one in every))
    faint = 0.2 if len(looks) <= MOST_BANDS else 0.06
    for label, look in looks.items():
        seen = [row for row in _rows(results, entry, curves) if row["class"] == label]
        times = [row["t"] for row in seen]
        banded = [row for row in seen if row["share_low"] is not None]
        axes.plot(times, [row["share"] for row in seen], color=look.color, linestyle=look.dashes,
                  label=words.printable(label, 24))
        axes.fill_between([row["t"] for row in banded], [row["share_low"] for row in banded],
                          [row["share_high"] for row in banded], color=look.color, alpha=faint, linewidth=0)
    if not any(look.marker or len(label) > _SHORT for label, look in looks.items()):  # they have an order
        last = {label: float(share) for label, share in zip(curves.labels, curves.share.value[-1], strict=True)
                if label in looks and math.isfinite(share)}
        _label_ends(axes, list(last), list(last.values()), float(curves.times[-1]), _NEAR * 1.06 * top)
    scale(axes, "x", logarithmic=False, whole=True)
    axes.set(xlabel="time step t", ylabel="share that has adopted",
             ylim=(-0.03 * top, 1.03 * top))
    return noted(axes, _said(results, [entry], len(looks), every, points.at(points.setting(results, entry))))


def _said(results: Results, shown: Sequence[Any], classes: int, curves: list[Curves], which: str) -> list[str]:
    """Return the caption of some points, of which so many classes are drawn."""
    different = {label for one in curves for label in one.labels}
    return results.caption(shown, "Lines: means over replicates; bands: 95 %.",
                           f"The {classes} largest of {len(different)} classes are shown." * (classes < len(different)),
                           which)


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw a panel for each point, with legend and caption."""
    shown = panels(results)
    high, wide = (len(shown) + 1) // 2, min(len(shown), 2)
    figure = new_figure("single" if wide == 1 else "double", 60.0 * high)
    grid = figure.subplots(high, wide, squeeze=False, sharey=True)
    for axes, entry in zip(grid.flat, shown, strict=False):
        by_class(results, entry, axes)
        if results.axes:
            axes.set_title(words.name({path: entry["point"][path] for path in results.axes}), loc="left")
    for axes in grid.flat[len(shown):]:
        axes.set_axis_off()
    for axes in grid[:, 1:].flat:
        axes.set_ylabel("")
    curves = results.curves(shown)
    looks = _classes(results, curves)
    legend(figure, [Line2D([], [], color=look.color, linestyle=look.dashes, label=words.printable(label, 24))
                    for label, look in looks.items()], words.classes(results.scenario["record"]["by_class"]))
    caption(figure, _said(results, shown, len(looks), curves, points.left_out(results, shown)))
    return Drawn(figure, rows(results))
