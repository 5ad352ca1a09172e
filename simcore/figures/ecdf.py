"""How far cascades reach: the share of replicates that reach at most each share of the nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.figures import points, words
from simcore.figures.results import of_results
from simcore.figures.sizes import unsuited as unsuited
from simcore.figures.style import CYCLE, FAINT, Drawn, caption, legend, new_figure, noted, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Results, Rows

MOST_STEPS = 500


def _steps(results: Results, entry: dict[str, Any]) -> Rows:
    share = np.sort(results.replicates(entry)["share"])
    reached, last = np.unique(share[::-1], return_index=True)
    at_most = 1.0 - last / share.size
    keep = np.unique(np.linspace(0, reached.size - 1, MOST_STEPS).astype(int))
    return [{**points.setting(results, entry), "n": entry["n"], "replicates": entry["replicates"],
             "share": float(reached[k]), "at_most": float(at_most[k])} for k in keep]


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    return [row for entry in points.few(results) for row in _steps(results, entry)]


@styled
@of_results
def ecdf(results: Results, axes: Axes | None = None) -> Axes:
    """Draw P(share of the nodes reached <= x) over x, for at most eight points; dotted: where global begins.

    Parameters
    ----------
    results : Results
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes
    """
    axes = axes or new_figure().subplots()
    for entry, look in zip(points.few(results), CYCLE, strict=False):
        steps = _steps(results, entry)
        axes.step([0.0, *(row["share"] for row in steps), 1.0], [0.0, *(row["at_most"] for row in steps), 1.0],
                  where="post", color=look.color, linestyle=look.dashes,
                  label=words.name(points.setting(results, entry)))
    axes.axvline(results.scenario["summary"]["global_share"], color=FAINT, linewidth=0.6, linestyle=":", zorder=1)
    axes.set(xlabel=f"share of {results.counts} x", ylabel="P(share ≤ x)", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    return noted(axes, _said(results))


def _said(results: Results) -> list[str]:
    shown = points.few(results)
    return results.caption(shown, "Dotted: that share. Steps are without intervals.", points.left_out(results, shown))


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw the distributions of shares, with legend and caption."""
    figure = new_figure("single", 60)
    ecdf(results, figure.subplots())
    shown = points.few(results)
    legend(figure, points.handles(points.settings(results, shown), marked=False),
           words.title(points.setting(results, shown[0])))
    caption(figure, _said(results))
    return Drawn(figure, rows(results))
