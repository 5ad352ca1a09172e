"""By broadcast or from one to the next: structural virality over the size of cascades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import evenly, of_results
from simcore.figures.style import CYCLE, FAINT, Drawn, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Results, Rows

MOST_DOTS = 1000  # of a point


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    recorded = "structural_virality" in results.store.manifest["columns"]
    return "" if recorded else '[record] outcomes has no "structural_virality"'


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure: at most 1,000 cascades of each of at most four points, of two nodes or more."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}")
    out = []
    for entry in points.few(results, points.MOST_PANELS):
        found = results.replicates(entry)
        out += [{**points.setting(results, entry), "n": entry["n"], "replicate": int(found["replicate"][k]),
                 "size": int(found["size"][k]), "structural_virality": float(found["structural_virality"][k])}
                for k in evenly(np.flatnonzero(found["structural_virality"] > 0).tolist(), MOST_DOTS)]
    return out


@styled
@of_results
def virality(results: Results, axes: Axes | None = None) -> Axes:
    """Draw the mean distance between two nodes of a cascade's tree over its size; lines: a star, a path.

    Goel, Anderson, Hofman & Watts (2016), doi:10.1287/mnsc.2015.2158.

    Parameters
    ----------
    results : Results
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If structural virality is not recorded.
    """
    axes = axes or new_figure().subplots()
    every = rows(results)
    for entry, look in zip(points.few(results, points.MOST_PANELS), CYCLE, strict=False):
        mine = [row for row in every if points.setting(results, entry) == {p: row[p] for p in results.axes}]
        axes.plot([row["size"] for row in mine], [row["structural_virality"] for row in mine], linestyle="none",
                  marker=look.marker, markersize=2.4, markeredgewidth=0, color=look.color, alpha=0.5,
                  label=words.name(points.setting(results, entry)), rasterized=len(every) > 2 * MOST_DOTS)
    sizes = np.geomspace(2, max([3, *(row["size"] for row in every)]), 60)
    most = max([3.0, *(row["structural_virality"] for row in every)])
    axes.plot(sizes, 2 * (sizes - 1) / sizes, color=FAINT, linewidth=0.8, label="star")
    path = sizes[(sizes + 1) / 3 <= 1.5 * most]
    axes.plot(path, (path + 1) / 3, color=FAINT, linewidth=0.8, linestyle="--", label="path")
    scale(axes, "x", logarithmic=True)
    scale(axes, "y", logarithmic=True)
    axes.set(xlabel="size of the cascade (nodes)", ylabel="structural virality")
    return noted(axes, _said(results))


def _said(results: Results) -> list[str]:
    shown = points.few(results, points.MOST_PANELS)
    return results.caption(shown, f"Cascades of two nodes or more, at most {MOST_DOTS:,} a point.",
                           points.left_out(results, shown))


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw structural virality over size, with legend and caption."""
    figure = new_figure("single", 64)
    virality(results, figure.subplots())
    shown = points.few(results, points.MOST_PANELS)
    handles = [Line2D([], [], color=look.color, marker=look.marker, markersize=3, linestyle="none",
                      label=words.name(points.setting(results, entry), titled=True))
               for entry, look in zip(shown, CYCLE, strict=False) if results.axes]
    legend(figure, [*handles, Line2D([], [], color=FAINT, linewidth=0.8, label="star"),
                    Line2D([], [], color=FAINT, linewidth=0.8, linestyle="--", label="path")],
           words.title(points.setting(results, shown[0])))
    caption(figure, _said(results))
    return Drawn(figure, rows(results))
