"""How the distribution of shares moves as a number does: a ridge for each of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.histogram import BINS, counted
from simcore.figures.over_axis import unsuited as unsuited
from simcore.figures.results import evenly, of_results
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, caption, new_figure, noted, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

MOST_RIDGES, HEIGHT = 12, 0.85


def _lines(results: Results) -> list[Line]:
    """Return the points of each remaining setting, in the order of the number that is swept; at most four settings."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}, so there are no ridges")
    path = results.longest or ""
    return [line._replace(entries=evenly(sorted(line.entries, key=lambda entry: float(entry["point"][path])),
                                         MOST_RIDGES))
            for line in evenly(results.lines(path), points.MOST_PANELS)]


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    return [row for line in _lines(results) for entry in line.entries for row in counted(results, entry)]


@styled
@of_results
def ridge(results: Results, line: Line | None = None, axes: Axes | None = None) -> Axes:
    """Draw, for each value of the number with the most values, how many replicates reach which share of the nodes.

    Each ridge is as high as its own peak allows; what is compared is where replicates end.

    Parameters
    ----------
    results : Results
    line : Line, optional
        Points that differ in that number only; those of the first setting by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If no number is swept.
    """
    line = line or _lines(results)[0]
    axes = axes or new_figure().subplots()
    for place, entry in enumerate(line.entries):
        bins = counted(results, entry)
        height = np.array([row["of_replicates"] for row in bins])
        height = place + HEIGHT * height / height.max()
        edges = [*(row["from"] for row in bins), 1.0]
        axes.fill_between(edges, [*height, height[-1]], place, step="post", color=CYCLE[0].color, alpha=0.55,
                          linewidth=0)
        axes.step(edges, [*height, height[-1]], where="post", color=INK, linewidth=0.6)
    axes.axvline(results.scenario["summary"]["global_share"], color=FAINT, linewidth=0.6, linestyle=":", zorder=1)
    path = results.longest or ""
    axes.set_yticks(range(len(line.entries)), [words.shown(entry["point"][path]) for entry in line.entries])
    axes.set(xlabel=f"share of {results.counts}", ylabel=words.label(path), xlim=(0.0, 1.0), ylim=(-0.1, None))
    return noted(axes, _said(results, line.entries, points.at(line.setting)))


def _said(results: Results, shown: list[Any], which: str) -> list[str]:
    return results.caption(shown, "Dotted: that share.", f"A bin is {100 / BINS:g} % of the nodes; each ridge is "
                           "scaled to its highest.", which)


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw ridges for each remaining setting, with caption."""
    lines = _lines(results)
    most = max(len(line.entries) for line in lines)
    figure = new_figure("double" if len(lines) > 2 else "single", 30 + 5 * most)
    panels = figure.subplots(1, len(lines), squeeze=False)[0]
    for axes, line in zip(panels, lines, strict=True):
        ridge(results, line, axes)
        axes.set_title(words.printable(words.name(line.setting, titled=True), 40), fontsize=7)
        if axes is not panels[0]:
            axes.set_ylabel("")
    shown = [entry for line in lines for entry in line.entries]
    caption(figure, _said(results, shown, points.left_out(results, shown)))
    return Drawn(figure, rows(results))
