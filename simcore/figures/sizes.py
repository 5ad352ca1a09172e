"""How large cascades become: the share of replicates that reach at least each size."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D

from simcore.figures import words
from simcore.figures.results import MOST_LINES, evenly
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, caption, legend, new_figure, scale, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

MOST_STEPS = 500  # of a line: beyond, sizes are thinned evenly on the logarithmic scale

_NO_BAND = "Steps are without intervals."


def unsuited(results: Results) -> str:  # noqa: ARG001 - all results have sizes
    """Return why there is no such figure of these results; nothing if there is."""
    return ""


def _chosen(results: Results) -> list[Line]:
    """Return the points to show: each setting, with values evenly spread along the longest axis."""
    if results.longest is None:
        return [line._replace(entries=line.entries[:1]) for line in evenly(results.lines(), MOST_LINES)]
    lines = evenly(results.lines(results.longest), MOST_LINES)
    values = evenly(results.axes[results.longest], MOST_LINES // len(lines))
    return [line._replace(entries=[entry for entry in line.entries if entry["point"][results.longest] in values])
            for line in lines]


def _steps(results: Results, entry: dict[str, Any]) -> Rows:
    hashes = sorted((point["hash"], point["id"]) for point in results.store.manifest["points"])
    position = [name for _, name in hashes].index(entry["id"])
    begin, end = np.searchsorted(results.columns["point"], [position, position + 1])
    reached, counts = np.unique(np.round(results.columns["share"][begin:end] * entry["n"]), return_counts=True)
    at_least = counts[::-1].cumsum()[::-1] / counts.sum()
    keep = np.arange(reached.size)
    if reached.size > MOST_STEPS:
        keep = np.unique(np.searchsorted(reached, np.geomspace(max(1.0, reached[0]), reached[-1], MOST_STEPS)))
    setting = {path: value for path, value in entry["point"].items() if path in results.axes}
    return [{**setting, "n": entry["n"], "replicates": entry["replicates"], "size": int(reached[k]),
             "share_at_least": float(at_least[k])} for k in keep]


def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    return [row for line in _chosen(results) for entry in line.entries for row in _steps(results, entry)]


@styled
def sizes(results: Results, axes: Axes | None = None) -> Axes:
    """Draw P(size of the cascade >= s) over s, both logarithmic, for at most eight points.

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
    lines = _chosen(results)
    for which, line in enumerate(lines):
        for place, entry in enumerate(line.entries):
            seen = [row for row in _steps(results, entry) if row["size"] > 0]
            color, dashes = _look(results, which, place)
            # P(S >= s) holds from the size before up to s: a step to the left
            axes.step([1, *(row["size"] for row in seen)], [seen[0]["share_at_least"] if seen else math.nan,
                      *(row["share_at_least"] for row in seen)], where="pre", color=color, linestyle=dashes)
    nodes = {entry["n"] for line in lines for entry in line.entries}
    if len(nodes) == 1:
        axes.axvline(math.ceil(results.scenario["summary"]["global_share"] * nodes.pop()), color=FAINT, linewidth=0.6,
                     linestyle=":", zorder=1)
    scale(axes, "x", logarithmic=True)
    scale(axes, "y", logarithmic=True)
    axes.set(xlabel="size of the cascade s (nodes, seeds included)", ylabel="P(size ≥ s)")
    return axes


def _look(results: Results, which: int, place: int) -> tuple[str, Any]:
    """Return colour and dashes: colours tell values along the longest axis apart, dashes the other settings."""
    if results.longest is None:
        return CYCLE[which].color, CYCLE[which].dashes
    return CYCLE[place].color, CYCLE[which].dashes


@styled
def drawn(results: Results) -> Drawn:
    """Draw the sizes of cascades, with legend and caption."""
    figure = new_figure("single", 60)
    lines = _chosen(results)
    sizes(results, figure.subplots())
    handles = []
    if results.longest is not None:
        values = evenly(results.axes[results.longest], MOST_LINES // len(lines))
        handles = [Line2D([], [], color=look.color, label=words.name({results.longest: value}))
                   for value, look in zip(values, CYCLE, strict=False)]
    if lines[0].setting:
        handles += [Line2D([], [], color=INK if results.longest else look.color, linestyle=look.dashes,
                           label=words.name(line.setting)) for line, look in zip(lines, CYCLE, strict=False)]
    along = {results.longest: None} if results.longest else {}
    legend(figure, handles, words.title({**along, **lines[0].setting}))
    entries = [entry for line in lines for entry in line.entries]
    same = len({entry["n"] for entry in entries}) == 1
    caption(figure, results.caption(
        entries, f"Dotted: that size. {_NO_BAND}" if same else _NO_BAND,
        f"{len(entries)} of {len(results.entries)} points are shown." if len(entries) < len(results.entries) else ""))
    return Drawn(figure, rows(results))
