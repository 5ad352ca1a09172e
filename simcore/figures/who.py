"""Whoever starts: the distribution of shares for each kind of seeds (or other word), and paired differences."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import MOST_LINES, evenly, of_results
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, caption, new_figure, noted, styled
from simcore.intervals import mean_half

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

MOST_DOTS = 200
_GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples spread evenly: dots stand beside one another without any chance


@of_results
def path_of(results: Results) -> str:
    """Return the axis of words with the most values; that of seeds, if there are several."""
    named = [path for path in results.axes if path not in results.numeric and len(results.axes[path]) > 1]
    return max(named, key=lambda path: (path.startswith("seeding"), len(results.axes[path])), default="")


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    return "" if path_of(results) else "nothing but numbers is swept"


def _lines(results: Results) -> list[Line]:
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}, so there are no kinds to tell apart")
    lines = [line._replace(entries=line.entries[:MOST_LINES]) for line in results.lines(path_of(results))]
    return evenly(lines, min(points.MOST_PANELS, max(1, MOST_LINES // len(lines[0].entries))))  # each kind has a name


def _rows(results: Results, line: Line) -> Rows:
    """Return the mean of each kind, and its difference from the first in the replicates that both have."""
    out: Rows = []
    first: dict[str, np.ndarray[Any, Any]] = {}
    for entry in line.entries:
        found = results.replicates(entry)
        first = first or found
        _, mine, theirs = np.intersect1d(found["replicate"], first["replicate"], return_indices=True)
        difference = found["share"][mine] - first["share"][theirs]
        networks = found["network"][mine]
        clusters = networks if np.unique(networks).size > 1 else np.arange(networks.size)
        half = mean_half(difference, clusters)
        known = math.isfinite(half) and found is not first
        out.append({**points.setting(results, entry), "n": entry["n"], "replicates": entry["replicates"],
                    "share": float(found["share"].mean()),
                    "difference": float(difference.mean()) if found is not first else None,
                    "difference_low": float(difference.mean() - half) if known else None,
                    "difference_high": float(difference.mean() + half) if known else None})
    return out


@styled
@of_results
def who(results: Results, line: Line | None = None, axes: Axes | None = None) -> Axes:
    """Draw the share of the nodes reached for each kind: its law as a violin, replicates as dots, the mean as a bar.

    Below each kind but the first stands how much its mean differs from that of the first, paired by replicate.

    Parameters
    ----------
    results : Results
    line : Line, optional
        Points that differ in kind only; those of the first remaining setting by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If no words are swept.
    """
    line = line or _lines(results)[0]
    axes = axes or new_figure().subplots()
    labels = []
    for place, (entry, row) in enumerate(zip(line.entries, _rows(results, line), strict=True)):
        share, look = results.replicates(entry)["share"], CYCLE[place]
        if np.ptp(share) > 0:
            bodies: Any = axes.violinplot(share, [place], widths=0.85, showextrema=False, bw_method=0.06)["bodies"]
            for body in bodies:
                body.set(facecolor=look.color, alpha=0.35, edgecolor="none")
        dots = np.array(evenly(share.tolist(), MOST_DOTS))
        jitter = 0.5 * ((np.arange(dots.size) * _GOLDEN) % 1.0 - 0.5)
        axes.plot(place + jitter, dots, linestyle="none", marker=look.marker, markersize=1.4, color=look.color,
                  markeredgewidth=0, rasterized=dots.size > 1000)
        axes.hlines(row["share"], place - 0.4, place + 0.4, color=INK, linewidth=1.2, zorder=4)
        name = words.printable(words.shown(entry["point"][path_of(results)]), 16)
        half = 0.0 if row["difference_low"] is None else row["difference_high"] - row["difference"]
        digits = min(4, max(2, -math.floor(math.log10(half)))) if half else 2
        labels.append(name if row["difference"] is None else f"{name}\n{row['difference']:+.{digits}f}"
                      + f"\n± {half:.{digits}f}" * (row["difference_low"] is not None))
    axes.axhline(results.scenario["summary"]["global_share"], color=FAINT, linewidth=0.6, linestyle=":", zorder=1)
    axes.set_xticks(range(len(labels)), labels)
    axes.set(ylabel=f"share of {results.counts}", ylim=(-0.03, 1.03), xlim=(-0.6, len(labels) - 0.4))
    return noted(axes, _said(results, line.entries, points.at(line.setting)))


def _said(results: Results, shown: list[Any], which: str) -> list[str]:
    return results.caption(shown, "Dotted: that share. Bars: means; below, differences from the first, paired by "
                           "replicate, ± 95 %.", which)


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw the kinds for each remaining setting, with caption."""
    lines = _lines(results)
    wide = len(lines) * len(lines[0].entries) > 4
    figure = new_figure("double" if wide else "single", 62)
    panels = figure.subplots(1, len(lines), squeeze=False, sharey=True)[0]
    for axes, line in zip(panels, lines, strict=True):
        who(results, line, axes)
        title = ", ".join(f"{words.label(path)} = {words.shown(value)}" for path, value in line.setting.items())
        axes.set_title(textwrap.fill(words.printable(title), (110 if wide else 50) // len(lines)), fontsize=7)
        if axes is not panels[0]:
            axes.set_ylabel("")
    shown = [entry for line in lines for entry in line.entries]
    caption(figure, _said(results, shown, points.left_out(results, shown)))
    return Drawn(figure, [row for line in lines for row in _rows(results, line)])
