"""How often a cascade becomes global, and how large it then is, over one swept number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

from matplotlib.lines import Line2D

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import MOST_LINES, WHOLE, evenly, of_results
from simcore.figures.style import CYCLE, INK, Drawn, bars, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows
    from simcore.figures.style import Look

Quantity = Literal["p_global", "share_given_global"]
LABELS: dict[Quantity, str] = {"p_global": "P(global cascade)",
                               "share_given_global": "share reached, if global"}


class Series(NamedTuple):
    """One setting: its points, and the rows of the data that are drawn of it."""

    line: Line
    simulated: Rows
    theory: Rows


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    return "" if results.longest else "no number is swept"


@of_results
def shown(results: Results) -> list[Series]:
    """Return what is drawn for each remaining setting: at most eight, evenly spread."""
    path = results.longest
    if path is None:
        raise UsageError(f"{results.store.folder}: {unsuited(results)}, so nothing can be drawn over it")
    out = []
    for line in evenly(results.lines(path), MOST_LINES):
        simulated = [{
            "source": "simulated", **line.setting, path: entry["point"][path], "n": entry["n"],
            "replicates": entry["replicates"], "p_global": entry["p_global"],
            "p_global_low": entry["p_global_interval"][0], "p_global_high": entry["p_global_interval"][1],
            "share_given_global": entry["share_given_global"]} for entry in line.entries]
        theory = [{"source": "theory", **line.setting, path: x, **said._asdict()}
                  for x, said in results.theory(path, line.setting)]
        out.append(Series(line, sorted(simulated, key=lambda row: row[path]), theory))
    return out


def _shared(path: str, series: list[Series]) -> bool:
    """Tell whether theory says the same of all lines, as it does of networks that differ in size alone."""
    names = (path, "p_global", "share_given_global")
    curves = [[[row[name] for name in names] for row in one.theory] for one in series]
    return len(curves) > 1 and bool(curves[0]) and all(curve == curves[0] for curve in curves)


@styled
@of_results
def over_axis(results: Results, of: Quantity = "p_global", axes: Axes | None = None,
              looks: Sequence[Look] = CYCLE) -> Axes:
    """Draw one quantity over the numeric axis with the most values, for each remaining setting.

    Symbols are simulated; lines are theory where it speaks, else they connect the symbols.

    Parameters
    ----------
    results : Results
    of : {"p_global", "share_given_global"}
        Probability of a global cascade, with its interval; or the mean share of nodes that one reaches.
    axes : Axes, optional
        Where to draw; those of a new figure by default.
    looks : sequence of Look
        How each remaining setting looks, in the order of the scenario.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If no number is swept.
    """
    series = shown(results)
    path = results.longest or ""
    axes = axes or new_figure().subplots()
    shared = _shared(path, series)
    for (line, simulated, theory), look in zip(series, looks, strict=False):
        seen = [row for row in simulated if row[of] is not None]
        axes.errorbar([row[path] for row in seen], [row[of] for row in seen], **look.symbol, elinewidth=0.8,
                      yerr=bars(seen, of) if of == "p_global" else None,
                      linestyle="none" if theory else look.dashes, zorder=3, label=words.name(line.setting))
        if theory and not (shared and simulated is not series[0].simulated):
            axes.plot([row[path] for row in theory],
                      [math.nan if row[of] is None else row[of] for row in theory],
                      color=INK if shared else look.color, linestyle="-" if shared else look.dashes, zorder=2,
                      label="theory" if shared else None)
    scale(axes, "x", logarithmic=results.is_logarithmic(path), whole=path in WHOLE)
    axes.set(xlabel=words.label(path), ylabel=LABELS[of], ylim=(-0.03, 1.03))
    return noted(axes, results.caption([entry for one in series for entry in one.line.entries], *notes(results, of)))


@of_results
def handles(results: Results) -> list[Line2D]:
    """Return what a legend shows: the settings and, where it is one curve for all of them, theory."""
    series = shown(results)
    shared = _shared(results.longest or "", series)
    found = points.handles((one.line.setting for one in series), dashed=not shared)
    return [*found, Line2D([], [], color=INK, label="theory")] if shared else found


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    return [row for one in shown(results) for row in (*one.simulated, *one.theory)]


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw probability and size side by side."""
    figure = new_figure("double", 58)
    left, right = figure.subplots(1, 2)
    over_axis(results, "p_global", left)
    over_axis(results, "share_given_global", right)
    series = shown(results)
    legend(figure, handles(results), words.title(series[0].line.setting))
    caption(figure, results.caption([entry for one in series for entry in one.line.entries], *notes(results)))
    return Drawn(figure, rows(results))


@of_results
def notes(results: Results, of: Quantity = "p_global") -> list[str]:
    """Return the sentences of the caption that explain symbols, bars and lines."""
    series = shown(results)
    number = len(results.lines(results.longest or ""))
    return [results.bars(entry for one in series for entry in one.line.entries) if of == "p_global" else
            "Means over the replicates that became global, without intervals.",
            "Symbols: simulated; lines: theory, infinite networks." * any(one.theory for one in series),
            f"{len(series)} of {number} settings are shown." if len(series) < number else ""]
