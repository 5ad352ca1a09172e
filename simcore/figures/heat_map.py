"""How often a cascade becomes global over the plane of two swept numbers, and where theory draws the line."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, Stroke

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import WHOLE, Line, evenly, of_results
from simcore.figures.style import Drawn, caption, legend, new_figure, noted, scale, styled
from simcore.theory import cascade_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simcore.figures.results import Results, Rows

THRESHOLD, DEGREE = "model.threshold", "network.mean_degree"
MOST_PANELS, MOST_STEPS, MOST_CELLS = 4, 40, 10_000  # cells: beyond, they are drawn as pixels
_DASHES = (0, (3, 3))
_INTERVALS = "Intervals are in the data beside the figure."
_HALO = [Stroke(linewidth=2.4, foreground="black"), Normal()]
_window = functools.cache(cascade_window)


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    return "" if len(results.numeric) > 1 else "fewer than two numbers are swept"


def _plane(results: Results) -> tuple[str, str]:
    """Return the two longest numeric axes, as the scenario orders them."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}, so there is no plane to draw")
    two = sorted(results.numeric, key=lambda path: -len(results.axes[path]))[:2]
    x, y = sorted(two, key=results.numeric.index)
    return x, y


@of_results
def panels(results: Results) -> list[Line]:
    """Return what is drawn side by side: at most four of the remaining settings, evenly spread."""
    return evenly(results.lines(*_plane(results)), MOST_PANELS)


def _boundary(results: Results, panel: Line) -> list[list[dict[str, Any]]]:
    """Return the lower and upper edge of the cascade window: a step wherever one neighbour more is needed."""
    plane = _plane(results)
    network = results.scenario.get("network", {}) | {path.removeprefix("network."): value for path, value
                                                     in panel.setting.items() if path.startswith("network.")}
    if (set(plane) != {THRESHOLD, DEGREE} or results.predicted(panel.entries[0]["point"]) is None
            or network["kind"] not in ("poisson", "influence") or network.get("in_degree", "poisson") != "poisson"):
        return []
    ends = _edges(sorted(results.axes[THRESHOLD]), logarithmic=results.is_logarithmic(THRESHOLD))
    low, high = max(float(ends[0]), 1e-3), min(float(ends[-1]), 1.0)
    jumps = evenly([1 / k for k in range(int(1 / low), 0, -1) if low < 1 / k < high], MOST_STEPS)
    edges: list[list[dict[str, Any]]] = [[], []]
    for begin, end in zip([low, *jumps], [*jumps, high], strict=True):
        window = _window((begin + end) / 2, directed=network["kind"] == "influence")
        if window is None:  # there is none for those harder to convince either: close it
            edges[1] += [{**row, "source": edges[1][-1]["source"]} for row in edges[0][-1:]]
            break
        for edge, which, at in zip(edges, ("lower", "upper"), window, strict=True):
            edge += [{"source": f"theory, {which} edge", **panel.setting, THRESHOLD: threshold, DEGREE: at}
                     for threshold in (begin, end)]
    return edges


def _simulated(results: Results, panel: Line) -> Rows:
    x, y = _plane(results)
    return [{"source": "simulated", **panel.setting, x: entry["point"][x], y: entry["point"][y],
             "n": entry["n"], "replicates": entry["replicates"], "p_global": entry["p_global"],
             "p_global_low": entry["p_global_interval"][0], "p_global_high": entry["p_global_interval"][1]}
            for entry in panel.entries]


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    return [row for panel in panels(results)
            for part in (_simulated(results, panel), *_boundary(results, panel)) for row in part]


@styled
@of_results
def heat_map(results: Results, panel: Line | None = None, axes: Axes | None = None) -> Axes:
    """Draw P(global) over the plane of the two longest numeric axes.

    With the edges of the cascade window where theory speaks, and the contour at one half. Its scale is
    ``axes.figure.colorbar(axes.collections[0])``.

    Parameters
    ----------
    results : Results
    panel : Line, optional
        Which of `panels`; the first by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If fewer than two numbers are swept.
    """
    across, up = _plane(results)
    panel = panel or panels(results)[0]
    axes = axes or new_figure("single", 85).subplots()
    xs, ys = sorted(results.axes[across]), sorted(results.axes[up])
    cells = np.full((len(ys), len(xs)), np.nan)
    for row in _simulated(results, panel):
        cells[ys.index(row[up]), xs.index(row[across])] = row["p_global"]
    log_x, log_y = results.is_logarithmic(across), results.is_logarithmic(up)
    x_edges, y_edges = _edges(xs, logarithmic=log_x), _edges(ys, logarithmic=log_y)
    axes.set_facecolor("#d9d9d9")  # where there is nothing yet
    axes.pcolormesh(x_edges, y_edges, np.ma.masked_invalid(cells), vmin=0, vmax=1, edgecolors="face",
                    linewidth=0.2, rasterized=cells.size > MOST_CELLS)
    if min(cells.shape) > 1 and np.nanmin(cells) < 0.5 < np.nanmax(cells):
        for color, dashes in (("white", "-"), ("black", _DASHES)):  # together they are seen on every ground
            axes.contour(xs, ys, np.ma.masked_invalid(cells), levels=[0.5], colors=color, linewidths=1.0,
                         linestyles=[dashes])
    for edge, name in zip(_boundary(results, panel), ("window edge, theory", None), strict=False):
        axes.plot([row[across] for row in edge], [row[up] for row in edge], color="white", linewidth=1.2,
                  path_effects=_HALO, label=name)
    axes.set(xlabel=words.label(across), ylabel=words.label(up), xlim=x_edges[[0, -1]], ylim=y_edges[[0, -1]])
    scale(axes, "x", logarithmic=log_x, whole=across in WHOLE)
    scale(axes, "y", logarithmic=log_y, whole=up in WHOLE)
    return noted(axes, results.caption(
        panel.entries, points.at(panel.setting), "Colours: P(global); dashes: P = 0.5, simulated.",
        "White: window edge, theory." * bool(_boundary(results, panel)), _INTERVALS))


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw a panel for each remaining setting, with scale, legend and caption."""
    shown = panels(results)
    figure, grid = points.in_pairs(results, shown, heat_map)
    figure.colorbar(grid[0, 0].collections[0], ax=list(grid.flat), label="P(global cascade)", aspect=30,
                    pad=0.02)
    handles = [Line2D([], [], color="black", linewidth=1.0, linestyle=_DASHES, label="P = 0.5, simulated")]
    if any(_boundary(results, panel) for panel in shown):
        handles.append(Line2D([], [], color="white", linewidth=1.2, path_effects=_HALO,
                              label="window edge, theory"))
    legend(figure, handles)
    entries = [entry for panel in shown for entry in panel.entries]
    number = len(results.lines(*_plane(results)))
    caption(figure, results.caption(
        entries, _INTERVALS,
        f"{len(shown)} of {number} settings are shown." if len(shown) < number else ""))
    return Drawn(figure, rows(results))


def _edges(values: Sequence[float], *, logarithmic: bool) -> NDArray[np.float64]:
    """Return the borders of the cells around ascending values: halfway to the next."""
    centres = np.log(values) if logarithmic else np.asarray(values, np.float64)
    half = np.diff(centres) / 2
    edges = np.concatenate([[centres[0] - half[0]], centres[:-1] + half, [centres[-1] + half[-1]]])
    return np.exp(edges) if logarithmic else edges
