"""How much more the influential achieve than others, against how many more people they reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from simcore.errors import UsageError
from simcore.figures import words
from simcore.figures.results import MOST_LINES, evenly
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, caption, legend, new_figure, scale, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

WHO = "seeding.kind"


class _Series(NamedTuple):
    line: Line
    simulated: Rows
    theory: Rows


def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    if not {"random", "influential"} <= set(results.axes.get(WHO, ())):
        return "random and influential seeds are not compared"
    return "" if results.longest else "no number is swept"


def _series(results: Results) -> list[_Series]:
    why, path = unsuited(results), results.longest
    if why or path is None:
        raise UsageError(f"{results.store.folder}: {why}, so there is no multiplier to draw")
    out = []
    for line in evenly(results.lines(path, WHO), MOST_LINES):
        simulated = [{
            "source": "simulated", **line.setting, path: entry["point"][path], "n": entry["n"],
            "replicates": entry["replicates"], "m": found["m"], "m_low": (found["m_interval"] or [None, None])[0],
            "m_high": (found["m_interval"] or [None, None])[1], "d": found["d"]}
            for entry in line.entries if (found := entry["multiplier"])]
        theory: Rows = []
        for x, said in results.theory(path, {**line.setting, WHO: "influential"}):
            against = results.predicted({**line.setting, WHO: "random", path: x})
            if against is not None and against.p_global > 0:
                theory.append({"source": "theory", **line.setting, path: x, "m": said.p_global / against.p_global})
        out.append(_Series(line, sorted(simulated, key=lambda row: row[path]), theory))
    return out


def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    return [row for one in _series(results) for row in (*one.simulated, *one.theory)]


@styled
def multiplier(results: Results, axes: Axes | None = None) -> Axes:
    """Draw M and D over the numeric axis with the most values, for each remaining setting.

    M is P(global) from influential seeds over P(global) from random ones, D the ratio of their out-degrees: where
    M < D, influentials achieve less than in proportion to those they reach.

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
        If random and influential seeds are not compared, or no number is swept.
    """
    series = _series(results)
    path = results.longest or ""
    axes = axes or new_figure().subplots()
    highest = 2.0
    axes.axhline(1.0, color=FAINT, linewidth=0.6, zorder=1)
    for (_, simulated, theory), look in zip(series, CYCLE, strict=False):
        seen = [row for row in simulated if row["m"]]
        bars = [[row["m"] - (row["m_low"] or row["m"]) for row in seen],
                [(row["m_high"] or row["m"]) - row["m"] for row in seen]]
        axes.errorbar([row[path] for row in seen], [row["m"] for row in seen], yerr=bars, color=look.color,
                      marker=look.marker, markerfacecolor="white", elinewidth=0.8, zorder=3,
                      linestyle="none" if theory else look.dashes)
        axes.plot([row[path] for row in theory], [row["m"] for row in theory], color=look.color, linestyle=look.dashes,
                  zorder=2)
        reach = [row for row in simulated if row["d"]]
        axes.plot([row[path] for row in reach], [row["d"] for row in reach], color=look.color, marker=look.marker,
                  markersize=2.2, linestyle=(0, (1, 3)), linewidth=0.7, zorder=2)
        highest = max([highest, *(row["m"] for row in seen), *(row["d"] for row in reach)])
    scale(axes, "x", logarithmic=results.is_logarithmic(path))
    scale(axes, "y", logarithmic=True)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set(xlabel=words.label(path), ylabel="ratio, influential to random seeds", ylim=(0.8, 1.2 * highest))
    return axes


def handles(results: Results) -> list[Line2D]:
    """Return what a legend shows: the settings, and what M and D look like."""
    found = [Line2D([], [], color=look.color, marker=look.marker, markerfacecolor="white", linestyle=look.dashes,
                    label=words.name(one.line.setting))
             for one, look in zip(_series(results), CYCLE, strict=False) if one.line.setting]
    plain = {"color": INK if found else CYCLE[0].color, "marker": "o"}
    return [*found, Line2D([], [], **plain, markerfacecolor="white", linestyle="none", label="M, P(global)"),
            Line2D([], [], **plain, markersize=2.2, linestyle=(0, (1, 3)), linewidth=0.7, label="D, out-degree")]


def notes(results: Results) -> list[str]:
    """Return the sentences of the caption that explain symbols, bars and lines."""
    series = _series(results)
    number = len(results.lines(results.longest or "", WHO))
    return ["Bars: 95 %, linearised, paired by network.",
            "Lines are M in theory for infinite networks." if any(one.theory for one in series) else "",
            f"{len(series)} of {number} settings are shown." if len(series) < number else ""]


@styled
def drawn(results: Results) -> Drawn:
    """Draw M and D, with legend and caption."""
    figure = new_figure("single", 80)
    multiplier(results, figure.subplots())
    series = _series(results)
    legend(figure, handles(results), words.title(series[0].line.setting))
    caption(figure, results.caption([entry for one in series for entry in one.line.entries], *notes(results)))
    return Drawn(figure, rows(results))
