"""How much more the influential achieve than others, against how many more people they reach."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from simcore.errors import UsageError
from simcore.figures import over_axis, points, words
from simcore.figures.over_axis import Series
from simcore.figures.results import MOST_LINES, WHOLE, evenly, of_results
from simcore.figures.style import CYCLE, INK, Drawn, Look, bars, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

WHO = "seeding.kind"
_WHO = (Look("", "o", "-"), Look("", "o", (0, (5, 1.5)), filled=True), Look("", "o", (0, (1.2, 1.2))),
        Look("", "o", (0, (5, 1.5, 1.2, 1.5)), filled=True))
_LEAST = 0.005  # a probability below which a ratio is not drawn
_DIRECT: dict[str, Any] = {"markersize": 2.2, "linestyle": (0, (1, 3)), "linewidth": 0.7}


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    if not {"random", "influential"} <= set(results.axes.get(WHO, ())):
        return "random and influential seeds are not compared"
    return "" if results.longest else "no number is swept"


def _lines(results: Results, path: str) -> list[Line]:
    """Return the lines that random seeds alone do not make up: they know nothing of who counts as influential."""
    lines = results.lines(path, WHO)
    return [line for line in lines if any(entry["point"][WHO] != "random" for entry in line.entries)] or lines


def _series(results: Results) -> list[Series]:
    why, path = unsuited(results), results.longest
    if why or path is None:
        raise UsageError(f"{results.store.folder}: {why}, so there is no multiplier to draw")
    points, out = {entry["id"]: entry["point"] for entry in results.entries}, []
    for line in evenly(_lines(results, path), MOST_LINES):
        simulated: Rows = []
        random = {**line.setting, WHO: "random"}
        for entry in line.entries:
            if found := entry["multiplier"]:
                random = points[found["against"]]
                low, high = found["m_interval"] or (None, None)
                simulated.append({
                    "source": "simulated", **line.setting, path: entry["point"][path], "n": entry["n"],
                    "replicates": entry["replicates"], "m": found["m"], "m_low": low, "m_high": high,
                    "d": found["d"]})
        theory: Rows = []
        for x, said in results.theory(path, {**line.setting, WHO: "influential"}):
            against = results.predicted({**random, path: x})
            if against is not None and against.p_global > 0:
                theory.append({"source": "theory", **line.setting, path: x,
                               "m": said.p_global / against.p_global})
        out.append(Series(line, sorted(simulated, key=lambda row: row[path]), theory))
    return out


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    return [row for one in _series(results) for row in (*one.simulated, *one.theory)]


@styled
@of_results
def multiplier(results: Results, axes: Axes | None = None) -> Axes:
    """Draw M and D over the numeric axis with the most values, for each remaining setting.

    M is P(global) from influential seeds over P(global) from random ones, D the ratio of their out-degrees:
    where M < D, influentials achieve less than in proportion to those they reach.

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
    axes.axhline(1.0, color=INK, linewidth=0.5, zorder=1)
    for (line, simulated, theory), look in zip(series, CYCLE, strict=False):
        seen = [row for row in simulated if row["m"]]
        axes.errorbar([row[path] for row in seen], [row["m"] for row in seen], yerr=bars(seen, "m"),
                      **look.symbol, elinewidth=0.8, linestyle="none" if theory else look.dashes, zorder=3,
                      label=", ".join(filter(None, ["M", words.name(line.setting)])))
        axes.plot([row[path] for row in theory], [row["m"] for row in theory], color=look.color,
                  linestyle=look.dashes, zorder=2)
        reach = [row for row in simulated if row["d"]]
        axes.plot([row[path] for row in reach], [row["d"] for row in reach], color=look.color,
                  marker=look.marker, **_DIRECT, zorder=2,
                  label=", ".join(filter(None, ["D", words.name(line.setting)])))
    scale(axes, "x", logarithmic=results.is_logarithmic(path), whole=path in WHOLE)
    scale(axes, "y", logarithmic=True)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5)))
    axes.yaxis.set_minor_locator(NullLocator())
    low, high = _frame(series)
    axes.set(xlabel=words.label(path), ylabel="ratio to random seeds", ylim=(low, high))
    return noted(axes, results.caption([entry for one in series for entry in one.line.entries], *notes(results)))


def _frame(series: list[Series]) -> tuple[float, float]:
    """Return between what M and D lie; intervals may be wider."""
    values = [row[name] for one in series for row in one.simulated for name in ("m", "d") if row[name]]
    return min([0.8, *(0.8 * value for value in values)]), max([2.0, *(1.2 * value for value in values)])


@of_results
def groups(results: Results) -> list[Line2D]:
    """Return what a legend shows of the settings."""
    return points.handles(one.line.setting for one in _series(results))


def ratios(color: str = INK) -> list[Line2D]:
    """Return what a legend shows of M and D."""
    look = CYCLE[0]._replace(color=color)
    return [Line2D([], [], **look.symbol, linestyle="none", label="M: global cascades"),
            Line2D([], [], color=color, marker=look.marker, **_DIRECT, label="D: people influenced")]


@of_results
def notes(results: Results) -> list[str]:
    """Return the sentences of the caption that explain M, D, bars and lines."""
    series = _series(results)
    number = len(_lines(results, results.longest or ""))
    wide = any((row["m_high"] or 0) > _frame(series)[1] for one in series for row in one.simulated)
    networks = max(entry["networks"] for one in series for entry in one.line.entries)
    return ["M: ratio of P(global), D: of out-degrees.",
            f"Bars of M: 95 %, paired by {'network' if networks > 1 else 'replicate'}.",
            "Some bars leave the frame." if wide else "",
            "Lines without symbols: theory, infinite networks." if any(one.theory for one in series) else "",
            f"{len(series)} of {number} settings are shown." if len(series) < number else ""]


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw M and D, with legend and caption."""
    figure = new_figure("single", 60)
    multiplier(results, figure.subplots())
    series, settings = _series(results), groups(results)
    legend(figure, [*settings, *ratios(INK if settings else CYCLE[0].color)],
           words.title(series[0].line.setting))
    caption(figure, results.caption([entry for one in series for entry in one.line.entries], *notes(results)))
    return Drawn(figure, rows(results))


@styled
@of_results
def beside_probability(results: Results) -> Drawn:
    """Draw P(global) by who starts on the left, M and D on the right, in the same colours."""
    series, settings = _series(results), groups(results)
    figure = new_figure("double", 66)
    left, right = figure.subplots(1, 2)
    colors = [line.setting for line in results.lines(results.longest or "", WHO)]
    by_who = dict(zip(results.axes[WHO], itertools.cycle(_WHO), strict=False))
    looks = []
    for one in over_axis.shown(results):
        setting = dict(one.line.setting)
        who = by_who[setting.pop(WHO)]
        looks.append(CYCLE[colors.index(setting) % len(CYCLE)]._replace(dashes=who.dashes, filled=who.filled))
    over_axis.over_axis(results, "p_global", left, looks)
    multiplier(results, right)
    plain = INK if settings else CYCLE[0].color
    whose = [Line2D([], [], **look._replace(color=plain).symbol, linestyle=look.dashes,
                    label=f"{words.shown(who)} seeds")
             for who, look in by_who.items()]
    for axes, handles in ((left, whose), (right, ratios(plain))):
        axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.01), ncols=3, handlelength=2.4)
    legend(figure, settings, words.title(series[0].line.setting))
    entries = [entry for one in series for entry in one.line.entries]
    caption(figure, results.caption(entries, results.bars(entries), *notes(results)))
    return Drawn(figure, [*over_axis.rows(results), *rows(results)])


@styled
@of_results
def relative(results: Results, axes: Axes | None = None, *, window: float | None = None) -> Axes:
    """Draw M/D over the numeric axis with the most values: above 1, the influential do more than in proportion.

    Parameters
    ----------
    results : Results
    axes : Axes, optional
        Where to draw; those of a new figure by default.
    window : float, optional
        Where a cascade window ends, marked.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If random and influential seeds are not compared, or no number is swept.
    """
    series, path, top = _relative(results), results.longest or "", 1.2
    axes = axes or new_figure("single", 62).subplots()
    for (line, seen, _), look in zip(series, CYCLE, strict=False):
        axes.errorbar([row[path] for row in seen], [row["m_over_d"] for row in seen], yerr=bars(seen, "m_over_d"),
                      **look.symbol, elinewidth=0.8, linestyle=look.dashes, label=words.name(line.setting))
        top = max([top, *(1.2 * row["m_over_d"] for row in seen)])
    axes.axhline(1.0, color=INK, linewidth=0.5, zorder=1)
    if window is not None:
        axes.axvline(window, color=INK, linewidth=0.6, linestyle=":", zorder=1)
    scale(axes, "x", logarithmic=results.is_logarithmic(path), whole=path in WHOLE)
    axes.set(xlabel=words.label(path), ylabel="M / D", ylim=(0, top))
    return noted(axes, _of_relative(results, series, window))


@styled
@of_results
def drawn_relative(results: Results, window: float | None = None) -> Drawn:
    """Draw M/D, with legend and caption."""
    series, figure = _relative(results), new_figure("single", 62)
    relative(results, figure.subplots(), window=window)
    legend(figure, points.handles(one.line.setting for one in series), words.title(series[0].line.setting))
    caption(figure, _of_relative(results, series, window))
    return Drawn(figure, [row for one in series for row in one.simulated])


def _relative(results: Results) -> list[Series]:
    """Return M/D wherever global cascades are not too rare."""
    why, path = unsuited(results), results.longest
    if why or path is None:
        raise UsageError(f"{results.store.folder}: {why}, so there is no multiplier to draw")
    out = []
    for line in evenly(_lines(results, path), MOST_LINES):
        seen: Rows = []
        for entry in line.entries:
            found = entry["multiplier"]
            if found and found["m_over_d"] and found["m_over_d_interval"] and entry["p_global"] >= _LEAST:
                low, high = found["m_over_d_interval"]
                seen.append({**line.setting, path: entry["point"][path], "n": entry["n"], "m": found["m"],
                             "d": found["d"], "m_over_d": found["m_over_d"], "m_over_d_low": low,
                             "m_over_d_high": high})
        out.append(Series(line, seen, []))
    return out


def _of_relative(results: Results, series: list[Series], window: float | None) -> list[str]:
    return results.caption(
        [entry for one in series for entry in one.line.entries], "M: ratio of P(global), D: of out-degrees.",
        "Bars: 95 %, paired by network.", "Only where global cascades are not rarer than 1 in 200.",
        "Dotted: end of the window, infinite networks." if window else "")
