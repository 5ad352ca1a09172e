"""One quantity over one swept number: what the scripts of published figures draw of sizes, times and chances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import MOST_LINES, WHOLE, evenly, of_results
from simcore.figures.style import CYCLE, Drawn, bars, caption, legend, new_figure, noted, scale, styled
from simcore.quantities import P_GLOBAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

_BARS = "Bars: 95 % intervals of means."


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    return "" if results.longest else "no number is swept"


@of_results
def rows(results: Results, of: str, lines: Sequence[Line]) -> list[Rows]:
    """Return the data of each line: P(global) or the mean of an outcome, and its interval."""
    path = results.longest
    if path is None:
        raise UsageError(f"{results.store.folder}: {unsuited(results)}, so nothing can be drawn over it")
    out = []
    for line in lines:
        found: Rows = []
        for entry in line.entries:
            mean, (low, high) = ((entry[P_GLOBAL], entry["p_global_interval"]) if of == P_GLOBAL else
                                 (entry["outcomes"][of][name] for name in ("mean", "interval")))
            found.append({**line.setting, path: entry["point"][path], "n": entry["n"],
                          "replicates": entry["replicates"], of: mean, f"{of}_low": low, f"{of}_high": high})
        out.append(sorted(found, key=lambda row: float(row[path])))
    return out


@styled
@of_results
def means(results: Results, of: str, lines: Sequence[Line], axes: Axes | None = None, *,
          joined: bool = True) -> Axes:
    """Draw P(global) or the mean of an outcome over the numeric axis with the most values.

    Parameters
    ----------
    results : Results
    of : str
        "p_global", or the outcome.
    lines : sequence of Line
        Of `results.lines`; the first eight have looks of their own.
    axes : Axes, optional
        Where to draw; those of a new figure by default.
    joined : bool
        Whether lines lead from symbol to symbol.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If no number is swept.
    """
    every, path = rows(results, of, lines), results.longest or ""
    axes = axes or new_figure().subplots()
    for line, found, look in zip(lines, every, CYCLE, strict=False):
        axes.errorbar([row[path] for row in found], [row[of] for row in found], yerr=bars(found, of), **look.symbol,
                      linestyle=look.dashes if joined else "none", elinewidth=0.8, label=words.name(line.setting))
    scale(axes, "x", logarithmic=results.is_logarithmic(path), whole=path in WHOLE)
    scale(axes, "y", logarithmic=False)
    axes.set(xlabel=words.label(path), ylabel=of.replace("_", " "))
    shown = [entry for line in lines for entry in line.entries]
    return noted(axes, results.caption(shown, results.bars(shown) if of == P_GLOBAL else _BARS))


@styled
@of_results
def drawn(results: Results, labels: dict[str, str]) -> Drawn:
    """Draw the means of some outcomes side by side, each under its label, with legend and caption."""
    lines = evenly(results.lines(results.longest or ""), MOST_LINES)
    figure = new_figure("double" if len(labels) > 1 else "single", 60)
    for axes, (of, label) in zip(figure.subplots(1, len(labels), squeeze=False)[0], labels.items(), strict=True):
        means(results, of, lines, axes)
        axes.set(ylabel=label, ylim=(0, None))
    legend(figure, points.handles(line.setting for line in lines), words.title(lines[0].setting))
    shown = [entry for line in lines for entry in line.entries]
    caption(figure, results.caption(shown, _BARS))
    return Drawn(figure, [row for of in labels for each in rows(results, of, lines) for row in each])
