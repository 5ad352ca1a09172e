"""Means of outcomes over what is swept: what a run is about where hardly a cascade is now global and now not."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import MOST_LINES, PAID, WHOLE, evenly, of_results
from simcore.figures.style import CYCLE, Drawn, bars, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

MOST = 3  # side by side
_AFTER_OWN = ("size", "duration", "peak")


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    if not results.axes:
        return "nothing is swept"
    return "" if chosen(results) else "no outcome differs between points"


@of_results
def chosen(results: Results) -> list[str]:
    """Return the outcomes that are drawn: those of the model alone first, of all those that differ between points.

    What was paid is drawn where nothing else differs.
    """
    there = [name for name in (*results.own, *_AFTER_OWN) if name in results.scenario["record"]["outcomes"]]
    means = {name: {entry["outcomes"][name]["mean"] for entry in results.entries} - {None} for name in there}
    differ = [name for name in there if len(means[name]) > 1]
    return ([name for name in differ if name not in PAID] or differ)[:MOST]


@of_results
def along(results: Results) -> str:
    """Return what goes along the axis: the number with the most values, or the words with the most."""
    return results.longest or max(results.axes, key=lambda path: len(results.axes[path]))


def _lines(results: Results) -> list[Line]:
    return evenly(results.lines(along(results)), MOST_LINES)


def _rows(results: Results, line: Line, of: str) -> Rows:
    path, out = along(results), []
    for entry in line.entries:
        found: Mapping[str, Any] = entry["outcomes"][of]
        if found["mean"] is not None and entry["point"][path] is not None:
            low, high = found["interval"] or (None, None)
            out.append({**line.setting, path: entry["point"][path], "n": entry["n"], "replicates": entry["replicates"],
                        "outcome": of, "mean": found["mean"], "mean_low": low, "mean_high": high})
    order = [repr(value) for value in results.axes[path]]
    return sorted(out, key=lambda row: row[path] if results.longest else order.index(repr(row[path])))


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    return [row for of in chosen(results) for line in _lines(results) for row in _rows(results, line, of)]


@styled
@of_results
def outcomes(results: Results, of: str | None = None, axes: Axes | None = None) -> Axes:
    """Draw the mean of an outcome, with its 95 % interval, over what is swept, for at most eight remaining settings.

    Parameters
    ----------
    results : Results
    of : str, optional
        The outcome; the first that differs between points by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If nothing is swept, or no such outcome is recorded.
    """
    name = of or next(iter(chosen(results)), "")
    if not results.axes or name not in results.scenario["record"]["outcomes"]:
        raise UsageError(f"{results.store.folder}: {unsuited(results) or f'no outcome {name!r} is recorded'}")
    path, axes = along(results), axes or new_figure().subplots()
    places = {repr(value): k for k, value in enumerate(results.axes[path])}
    for line, look in zip(_lines(results), CYCLE, strict=False):
        data = _rows(results, line, name)
        axes.errorbar([row[path] if results.longest else places[repr(row[path])] for row in data],
                      [row["mean"] for row in data], bars(data, "mean"), **look.symbol,
                      linestyle=look.dashes if results.longest else "none", elinewidth=0.8,
                      label=words.name(line.setting))
    if results.longest:
        scale(axes, "x", logarithmic=results.is_logarithmic(path), whole=path in WHOLE)
    else:
        axes.set_xticks(range(len(places)), [words.shown(value) for value in results.axes[path]], rotation=20)
        axes.set_xlim(-0.5, len(places) - 0.5)
    axes.set(xlabel=words.label(path), ylabel=textwrap.fill(results.named(name), 24))
    return noted(axes, _said(results))


def _said(results: Results) -> list[str]:
    lines, number = _lines(results), len(results.lines(along(results)))
    return results.caption([entry for line in lines for entry in line.entries],
                           "Symbols: means over replicates; bars: 95 % intervals.",
                           f"{len(lines)} of {number} settings are shown." * (len(lines) < number))


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw up to three outcomes side by side, with legend and caption."""
    names = chosen(results)
    figure = new_figure("double" if len(names) > 1 else "single", 58)
    for name, axes in zip(names, figure.subplots(1, len(names), squeeze=False)[0], strict=True):
        outcomes(results, name, axes)
    lines = _lines(results)
    legend(figure, points.handles((line.setting for line in lines), dashed=bool(results.longest)),
           words.title(lines[0].setting))
    caption(figure, _said(results))
    return Drawn(figure, rows(results))
