"""How large cascades become: the share of replicates that reach at least each size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.lines import Line2D

from simcore.figures import points, words
from simcore.figures.results import MOST_LINES, evenly, of_results
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

MOST_STEPS = 500  # of a line: beyond, sizes are thinned evenly on the logarithmic scale
_NOTE = "Sizes include seeds; steps are without intervals."


@of_results
def unsuited(results: Results) -> str:  # noqa: ARG001 - all results have sizes
    """Return why there is no such figure of these results; nothing if there is."""
    return ""


class _Choice(NamedTuple):
    lines: list[Line]
    values: list[Any]  # along the longest axis, the same in all lines; none where no number is swept

    def look(self, which: int, entry: Mapping[str, Any], path: str | None) -> tuple[str, Any]:
        """Return colour and dashes: colours tell values apart, and dashes the lines if there are several."""
        place = self.values.index(entry["point"][path]) if path else which
        return CYCLE[place].color, CYCLE[which if len(self.lines) > 1 else place].dashes


def _choice(results: Results) -> _Choice:
    """Return what is shown: at most eight points, evenly spread."""
    path = results.longest
    if path is None:
        return _Choice(evenly(results.lines(), MOST_LINES), [])
    lines = evenly(results.lines(path), MOST_LINES // 2)
    done = [entry["point"][path] for entry in results.entries]
    values = evenly([value for value in results.axes[path] if value in done], MOST_LINES // len(lines))
    return _Choice([line._replace(entries=[entry for entry in line.entries if entry["point"][path] in values])
                    for line in lines], values)


def _steps(results: Results, entry: dict[str, Any]) -> Rows:
    share = results.replicates(entry)["share"]
    reached, counts = np.unique(np.round(share * entry["n"]), return_counts=True)
    at_least = counts[::-1].cumsum()[::-1] / counts.sum()
    keep = np.arange(reached.size)
    if reached.size > MOST_STEPS:
        wanted = np.geomspace(max(1.0, reached[0]), reached[-1], MOST_STEPS)
        keep = np.unique(np.searchsorted(reached, wanted).clip(max=reached.size - 1))
    setting = {path: entry["point"][path] for path in results.axes}
    return [{**setting, "n": entry["n"], "replicates": entry["replicates"], "size": int(reached[k]),
             "share_at_least": float(at_least[k])} for k in keep]


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    entries = [entry for line in _choice(results).lines for entry in line.entries]
    return [row for entry in entries for row in _steps(results, entry)]


@styled
@of_results
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
    choice = _choice(results)
    for which, line in enumerate(choice.lines):
        for entry in line.entries:
            color, dashes = choice.look(which, entry, results.longest)
            seen = [row for row in _steps(results, entry) if row["size"] > 0]
            if seen:  # P(S >= s) holds from the size before up to s: a step to the left
                axes.step([1, *(row["size"] for row in seen)],
                          [seen[0]["share_at_least"], *(row["share_at_least"] for row in seen)],
                          where="pre", color=color, linestyle=dashes, label=words.name(points.setting(results, entry)))
    nodes = {entry["n"] for line in choice.lines for entry in line.entries}
    if len(nodes) == 1:
        axes.axvline(results.scenario["summary"]["global_share"] * nodes.pop(), color=FAINT, linewidth=0.6,
                     linestyle=":", zorder=1)
    scale(axes, "x", logarithmic=True)
    scale(axes, "y", logarithmic=True)
    axes.set_ylim(top=1.2)
    axes.set(xlabel="size of the cascade s (nodes)", ylabel="P(size ≥ s)")
    return noted(axes, _said(results))


def _said(results: Results) -> list[str]:
    entries = [entry for line in _choice(results).lines for entry in line.entries] or results.entries
    same = len({entry["n"] for entry in entries}) == 1
    return results.caption(entries, f"Dotted: that size. {_NOTE}" if same else _NOTE,
                           points.left_out(results, entries))


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw the sizes of cascades, with legend and caption."""
    figure = new_figure("single", 60)
    sizes(results, figure.subplots())
    lines, values = _choice(results)
    path, settings = results.longest, lines[0].setting
    several = len(lines) > 1
    handles = [Line2D([], [], color=look.color, linestyle="-" if several else look.dashes,
                      label=words.name({path or "": value}, titled=not several))
               for value, look in zip(values, CYCLE, strict=False)]
    if several:
        handles += [Line2D([], [], color=INK if values else look.color, linestyle=look.dashes,
                           label=words.name(line.setting, titled=not values))
                    for line, look in zip(lines, CYCLE, strict=False)]
    legend(figure, handles, words.title({**({path: None} if path else {}), **settings}))
    caption(figure, _said(results))
    return Drawn(figure, rows(results))
