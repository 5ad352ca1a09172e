"""How well connected those are who adopt early, and those who adopt late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.lines import Line2D

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.by_class import known
from simcore.figures.by_class import unsuited as unsuited
from simcore.figures.results import MOST_LINES, evenly, of_results
from simcore.figures.style import CYCLE, INK, Drawn, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.adoption import Curves
    from simcore.figures.results import Results, Rows

Degree = Literal["out_degree", "in_degree"]
_ALL: dict[str, Any] = {"linestyle": ":", "linewidth": 0.7}


def _shown(results: Results) -> list[Any]:
    """Return the points that are drawn: at most eight, evenly spread."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}, so there is nothing to draw")
    return evenly(results.entries, MOST_LINES)


def _rows(results: Results, entry: dict[str, Any], curves: Curves) -> Rows:
    setting = {path: entry["point"][path] for path in results.axes}
    out = []
    for k in np.flatnonzero(curves.new):
        row = {**setting, "n": entry["n"], "replicates": entry["replicates"], "t": int(curves.times[k]),
               "new": int(curves.new[k]), "mean_degree": curves.mean_degree}
        for name, (value, _, half) in curves.degrees.items():
            row |= {name: float(value[k]), f"{name}_low": known(value[k] - half[k]),
                    f"{name}_high": known(value[k] + half[k])}
        out.append(row)
    return out


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure: the mean degrees of those who adopt at each time, and of all nodes."""
    shown = _shown(results)
    return [row for entry, curves in zip(shown, results.curves(shown), strict=True)
            for row in _rows(results, entry, curves)]


@styled
@of_results
def early_adopters(results: Results, of: Degree = "out_degree", axes: Axes | None = None) -> Axes:
    """Draw the mean degree of those who adopt at each time, for at most eight points; dotted: that of all nodes.

    Bands are 95 % intervals; times without one are left out, unless there is none at all. At t = 0 stand the seeds.

    Parameters
    ----------
    results : Results
    of : {"out_degree", "in_degree"}
        How many they influence, or how many influence them.
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
    shown = _shown(results)
    axes = axes or new_figure().subplots()
    top = 0.0
    for entry, curves, look in zip(shown, results.curves(shown), CYCLE, strict=False):
        every = _rows(results, entry, curves)
        banded = [row for row in every if row[f"{of}_low"] is not None]
        seen = banded or every
        axes.plot([row["t"] for row in seen], [row[of] for row in seen], **look.symbol, linestyle=look.dashes,
                  label=words.name(points.setting(results, entry)))
        axes.fill_between([row["t"] for row in banded], [row[f"{of}_low"] for row in banded],
                          [row[f"{of}_high"] for row in banded], color=look.color, alpha=0.2, linewidth=0)
        axes.axhline(curves.mean_degree, color=look.color, **_ALL, zorder=1)
        top = max([top, curves.mean_degree, *(row[of] for row in seen)])
    scale(axes, "x", logarithmic=False, whole=True)
    axes.set(xlabel="time step t", ylabel=f"mean {of.replace('_', '-')} of adopters", ylim=(0, 1.08 * top or 1))
    return noted(axes, _said(results, shown, "Dotted: all nodes."))


def _said(results: Results, shown: list[Any], *besides: str) -> list[str]:
    return results.caption(shown, "t = 0: the seeds. Bands: 95 %.", *besides, points.left_out(results, shown))


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw the mean degree of adopters over time, with legend and caption."""
    shown = _shown(results)
    figure = new_figure("single", 60)
    early_adopters(results, axes=figure.subplots())
    settings = points.settings(results, shown)
    legend(figure, [*points.handles(settings), Line2D([], [], color=INK, **_ALL, label="all nodes")],
           words.title(settings[0]))
    caption(figure, _said(results, shown))
    return Drawn(figure, rows(results))
