"""Were there enough replicates: the estimate of P(global), and its interval, as they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.figures import points, words
from simcore.figures.sizes import unsuited as unsuited
from simcore.figures.style import CYCLE, Drawn, caption, legend, new_figure, scale, styled
from simcore.intervals import proportion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from simcore.figures.results import Results, Rows

FIRST, TIMES = 10, 40  # the least number of replicates, and how many numbers are tried


def _course(results: Results, entry: Mapping[str, Any]) -> Rows:
    found = results.replicates(entry)
    hits, networks = found["share"] >= results.scenario["summary"]["global_share"], found["network"]
    out = []
    for number in np.unique(np.geomspace(min(FIRST, hits.size), hits.size, TIMES).round().astype(int)):
        p, (low, high), _ = proportion(hits[:number], networks[:number])
        out.append({**points.setting(results, entry), "n": entry["n"], "replicates": int(number), "p_global": p,
                    "p_global_low": low, "p_global_high": high})
    return out


def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    return [row for entry in points.few(results, points.MOST_PANELS) for row in _course(results, entry)]


@styled
def convergence(results: Results, axes: Axes | None = None) -> Axes:
    """Draw the estimate of P(global) over the number of replicates, with its 95 % band, for at most four points.

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
    for entry, look in zip(points.few(results, points.MOST_PANELS), CYCLE, strict=False):
        course = _course(results, entry)
        number = [row["replicates"] for row in course]
        axes.plot(number, [row["p_global"] for row in course], color=look.color, linestyle=look.dashes)
        axes.fill_between(number, [row["p_global_low"] for row in course], [row["p_global_high"] for row in course],
                          color=look.color, alpha=0.2, linewidth=0)
    scale(axes, "x", logarithmic=True)
    axes.set(xlabel="replicates", ylabel="P(global cascade)", ylim=(-0.03, 1.03))
    return axes


@styled
def drawn(results: Results) -> Drawn:
    """Draw estimates as they came in, with legend and caption."""
    figure = new_figure("single", 60)
    convergence(results, figure.subplots())
    shown = points.few(results, points.MOST_PANELS)
    legend(figure, points.handles(points.settings(results, shown), marked=False),
           words.title(points.setting(results, shown[0])))
    caption(figure, results.caption(shown, results.bars(shown).replace("Bars", "Bands"),
                                    points.left_out(results, shown)))
    return Drawn(figure, rows(results))
