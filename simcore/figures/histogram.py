"""Nothing or nearly everybody: how many replicates reach which share of the nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.figures import points
from simcore.figures.results import of_results
from simcore.figures.sizes import unsuited as unsuited
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, caption, new_figure, noted, styled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from simcore.figures.results import Results, Rows

BINS = 25  # so that a global cascade, a tenth of the nodes unless said otherwise, may begin inside one


@of_results
def counted(results: Results, entry: Mapping[str, Any]) -> Rows:
    """Return the share of the replicates of a point in each bin."""
    edges = np.linspace(0.0, 1.0, BINS + 1)
    counts, _ = np.histogram(results.replicates(entry)["share"], edges)
    return [{**points.setting(results, entry), "n": entry["n"], "replicates": entry["replicates"],
             "from": float(a), "to": float(b), "of_replicates": float(count / counts.sum())}
            for a, b, count in zip(edges, edges[1:], counts, strict=False)]


@styled
@of_results
def histogram(results: Results, entry: Mapping[str, Any] | None = None, axes: Axes | None = None) -> Axes:
    """Draw the share of replicates over the share of the nodes that they reach, P(global) written beside it.

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
    """
    entry = entry or results.entries[0]
    axes = axes or new_figure().subplots()
    bins = counted(results, entry)
    axes.bar([row["from"] for row in bins], [row["of_replicates"] for row in bins], 1 / BINS, align="edge",
             color=CYCLE[0].color, edgecolor="white", linewidth=0.4)
    axes.axvline(results.scenario["summary"]["global_share"], color=FAINT, linewidth=0.8, linestyle=":")
    low, high = entry["p_global_interval"]
    axes.annotate(f"P(global) = {entry['p_global']:.3f}\n{low:.3f} to {high:.3f}", (0.55, 0.97), color=INK,
                  xycoords="axes fraction", ha="center", va="top", fontsize=7)
    axes.set(xlabel=f"share of {results.counts}", ylabel="share of replicates", xlim=(0.0, 1.0), ylim=(0.0, 1.19))
    axes.set_yticks([0.0, 0.5, 1.0])
    return noted(axes, _said(results, [entry], points.at(points.setting(results, entry))))


def _said(results: Results, shown: Sequence[Mapping[str, Any]], which: str) -> list[str]:
    return results.caption(shown, "Dotted: that share.", results.bars(shown).replace("Bars are i", "I"), which)


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw the histograms of at most four points, with caption."""
    shown = points.few(results, points.MOST_PANELS)
    figure, panels = points.side_by_side(len(shown), 48.0)
    for axes, entry in zip(panels, shown, strict=True):
        histogram(results, entry, axes)
        axes.set_title(points.title(results, entry), fontsize=7)
        axes.label_outer()
    caption(figure, _said(results, shown, points.left_out(results, shown)))
    return Drawn(figure, [row for entry in shown for row in counted(results, entry)])
