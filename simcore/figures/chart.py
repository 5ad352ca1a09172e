"""The organisation chart coloured by commitment, its customers around it: one replicate at chosen periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PatchCollection
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, Wedge

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import evenly, of_results
from simcore.figures.style import Drawn, caption, legend, new_figure, noted, styled
from simcore.keeping import stored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simcore.figures.results import Results, Rows
    from simcore.network.company import Company

MOST_PEOPLE, MOST_CUSTOMERS = 800, 3000  # beyond, the top levels, and some of the customers
MOST_POINTS, PERIODS = 3, 4  # rows and columns of the small multiples
_NORM, _CMAP = Normalize(0.0, 1.0), colormaps["viridis"]
_FORMER, _PROSPECT = -3.0, -1.0
_GAP, _BAND = 0.35, 2.0  # in rings: between the front line and the customers, and how far these reach
_APART = 1.5  # points of arc: whoever has less is not parted from others by a line
_PALE, _GREY = "#d0d0d0", "#808080"


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    return "" if "organisation" in results.scenario else "it is of an organisation and its customers"


def shown(company: Company) -> NDArray[np.int64]:
    """Return who is drawn: everybody, or the levels from the top that have at most 800 people together."""
    level = company.chart.level
    sizes = np.cumsum(np.bincount(level))
    deepest = max(0, int(np.searchsorted(sizes, MOST_PEOPLE, side="right")) - 1)
    return np.flatnonzero(level <= deepest)


def _spans(company: Company) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return between which directions each employee is, in degrees: as wide as the tree's leaves at or below it."""
    chart = company.chart
    leaf = np.zeros(chart.level.size + 1)
    leaf[1 + chart.place[chart.height == 0]] = 1.0
    before = np.cumsum(leaf)  # leaves at earlier places of the depth-first order
    begin, end = 90.0 - 360.0 * before[chart.place] / before[-1], 90.0 - 360.0 * before[chart.last + 1] / before[-1]
    return end, begin


def _around(company: Company, rings: int) -> NDArray[np.float64]:
    """Return where each customer is: outwards of its server, the first of whom stands next to the chart."""
    low, high = _spans(company)
    server = company.server_idx[company.server_ptr[:-1]].astype(np.int64)
    order = np.argsort(server, kind="stable")
    rank = np.empty(server.size)
    rank[order] = np.arange(server.size) - np.searchsorted(server[order], server[order])
    distance = rings + _GAP + rank * min(0.3, _BAND / (1.0 + rank.max(initial=0.0)))
    angle = np.radians((low + high) / 2)[server]
    return np.asarray(distance[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))


@styled
@of_results
def chart(results: Results, entry: Mapping[str, Any] | None = None, period: int | None = None,
          axes: Axes | None = None) -> Axes:
    """Draw `portrait` of replicate 0 of one point, in one period.

    Parameters
    ----------
    results : Results
    entry : mapping, optional
        One of its `entries`; the first by default.
    period : int, optional
        The last by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If it is of no organisation, or there is no such period.
    """
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}")
    entry = entry or results.entries[0]
    company, states = stored(results.store).portray(entry["id"], 0)
    axes = portrait(company, _at(results, states, len(states) - 1 if period is None else period), axes)
    return noted(axes, results.caption([entry], *_said(company), points.at(points.setting(results, entry))))


def _at(results: Results, states: NDArray[np.float64], period: int) -> NDArray[np.float64]:
    if not 0 <= period < len(states):
        raise UsageError(f"{results.store.folder}: periods go to {len(states) - 1} (got {period})")
    return np.asarray(states[period])


def _said(company: Company) -> list[str]:
    people, everybody = shown(company).size, company.chart.level.size
    some = f"The top {people:,} of {everybody:,} people." * (people < everybody)
    return ["Colours are those of one replicate.",
            "In the middle the chief, a ring for each level; customers stand outwards of who serves them.", some]


@styled
def portrait(company: Company, state: NDArray[np.float64], axes: Axes | None = None) -> Axes:
    """Draw the chief in the middle, reports outside their manager, by commitment; around them customers, by mood.

    Parameters
    ----------
    company : Company
        Of more than 800 people the top levels are drawn, of more than 3,000 customers so many.
    state : float64[N + n]
        Of one period, see `simcore.study.Study.portray`.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes
    """
    axes = axes or new_figure("single", 85).subplots()
    people, level = shown(company), company.chart.level
    low, high = _spans(company)
    rings, crowd = int(level[people].max()) + 1, np.bincount(level)
    colors = _CMAP(_NORM(state[people]))
    across = axes.get_window_extent().width * 72 / axes.figure.dpi
    ring = level[people]
    few = np.pi * (ring + 0.5) / (rings + _GAP + _BAND) * across / crowd[ring] >= _APART
    axes.add_collection(PatchCollection(
        [Wedge((0.0, 0.0), level[i] + 1.0, low[i], high[i], width=1.0) for i in people], facecolors=colors,
        edgecolors=np.where(few[:, None], 1.0, colors), linewidths=np.where(few, 0.4, 0.2)))
    for radius in range(1, rings):
        axes.add_patch(Circle((0.0, 0.0), radius, fill=False, edgecolor="white", linewidth=0.4))
    mood = state[level.size:]
    some = np.array(evenly(range(mood.size), MOST_CUSTOMERS), np.int64)
    mood, (x, y) = mood[some], _around(company, rings)[some].T
    size = (across / 90.0) ** 2
    for value, color in ((_PROSPECT, _PALE), (_FORMER, _GREY)):
        axes.scatter(x[mood == value], y[mood == value], s=0.4 * size, c=color, linewidth=0, zorder=2)
    there = mood >= 0.0
    axes.scatter(x[there], y[there], s=size, c=mood[there], cmap=_CMAP, norm=_NORM, linewidth=0, zorder=3)
    axes.autoscale_view()
    axes.set(xticks=[], yticks=[], aspect="equal")
    axes.spines[:].set_visible(False)
    return axes


def _chosen(results: Results, periods: Sequence[int] | None) -> list[int]:
    last = int(results.scenario["horizon"])
    return sorted(set(periods or [round(last * k / (PERIODS - 1)) for k in range(PERIODS)]))


def _row(setting: Mapping[str, Any], company: Company, state: NDArray[np.float64], t: int) -> Rows:
    level, employees = company.chart.level, company.chart.level.size
    mood = state[employees:]
    there = {**setting, "t": t, "replicate": 0}
    return [{**there, "who": "employee", "number": int(i), "level": int(level[i]), "value": float(state[i])}
            for i in shown(company)] + [
        {**there, "who": ("customer" if c >= 0.0 else "prospect" if c == _PROSPECT else "former"), "number": j,
         "level": None, "value": float(c) if c >= 0.0 else None} for j, c in enumerate(mood)]


@styled
@of_results
def drawn(results: Results, periods: Sequence[int] | None = None) -> Drawn:
    """Draw replicate 0 at some periods, four by default, a row of charts for each of at most three points."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}")
    study, times = stored(results.store), _chosen(results, periods)
    entries = evenly(results.entries, MOST_POINTS)
    if len(entries) == len(times) == 1:
        figure = new_figure("double", 165.0)
    else:
        figure = new_figure("double", 172.0 / len(times) * len(entries) + 8)
    grid = figure.subplots(len(entries), len(times), squeeze=False)
    data: Rows = []
    for line, entry in zip(grid, entries, strict=True):
        company, states = study.portray(entry["id"], 0)
        setting = {path: entry["point"][path] for path in results.axes if path in entry["point"]}
        for axes, t in zip(line, times, strict=True):
            portrait(company, _at(results, states, t), axes)
            employees = company.chart.level.size
            axes.set_xlabel(f"commitment {states[t, :employees].mean():.2f}, "
                            f"{int((states[t, employees:] >= 0.0).sum()):,} customers", fontsize=6)
            data += _row(setting, company, states[t], t)
        line[0].set_ylabel(",\n".join(f"{words.label(path)} {words.shown(value)}" for path, value in setting.items()),
                           fontsize=6)
    for axes, t in zip(grid[0], times, strict=True):
        axes.set_title(f"period {t}")
    figure.colorbar(ScalarMappable(_NORM, _CMAP), ax=list(grid.flat), label="commitment; satisfaction", shrink=0.8,
                    aspect=30, pad=0.01)
    legend(figure, [
        Patch(facecolor=_CMAP(0.7), label="employee"),
        *(Line2D([], [], linestyle="", marker="o", color=color, markeredgewidth=0, markersize=size, label=name)
          for color, size, name in ((_CMAP(0.7), 4.0, "customer"), (_PALE, 2.5, "prospect"), (_GREY, 2.5, "former")))])
    caption(figure, results.caption(entries, *_said(company)))
    return Drawn(figure, data)
