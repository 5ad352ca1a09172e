"""What two improvements are worth in terms of each other: curves of equal P(global), and what costs the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import WHOLE, evenly, of_results
from simcore.figures.style import FAINT, Drawn, caption, label_curves, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

MOST_PANELS, _FEWEST, _LINES = 4, 3, 5
LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)
_HARDER = ("model.threshold", "model.contacts", "model.recovery")  # less of them is an improvement
_DASHES = (0, (4, 2))
_INTERVALS = "Intervals are in the data beside the figure."


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    long = [path for path in results.numeric if len(results.axes[path]) >= _FEWEST]
    return "" if len(long) > 1 and not results.is_drawn else "no two numbers are swept over three values or more"


def _plane(results: Results) -> tuple[str, str]:
    """Return the two longest numeric axes, as the scenario orders them."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}, so there are no curves to draw")
    two = sorted(results.numeric, key=lambda path: -len(results.axes[path]))[:2]
    x, y = sorted(two, key=results.numeric.index)
    return x, y


@of_results
def panels(results: Results) -> list[Line]:
    """Return what is drawn side by side: at most four of the remaining settings, evenly spread."""
    return evenly(results.lines(*_plane(results)), MOST_PANELS)


@of_results
def rows(results: Results, panel: Line) -> Rows:
    """Return the data of a panel."""
    x, y = _plane(results)
    return [{**panel.setting, x: entry["point"][x], y: entry["point"][y], "n": entry["n"],
             "replicates": entry["replicates"], "p_global": entry["p_global"],
             "p_global_low": entry["p_global_interval"][0], "p_global_high": entry["p_global_interval"][1]}
            for entry in panel.entries]


def _improves(path: str) -> bool:
    """Tell whether more of a number lets trends spread further."""
    return not path.startswith(_HARDER)


@styled
@of_results
def iso_curves(results: Results, panel: Line | None = None, axes: Axes | None = None, *, price: float = 1.0) -> Axes:
    """Draw curves of equal P(global) over the two longest numeric axes; dashed: what costs the same.

    Parameters
    ----------
    results : Results
    panel : Line, optional
        Which of `panels`; the first by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.
    price : float
        What the whole range of the upright axis costs, over what that of the other does. To improve a threshold is to
        lower it.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If no two numbers are swept over three values or more.
    """
    across, up = _plane(results)
    panel = panel or panels(results)[0]
    axes = axes or new_figure().subplots()
    xs, ys = sorted(results.axes[across]), sorted(results.axes[up])
    cells = np.full((len(ys), len(xs)), np.nan)
    for row in rows(results, panel):
        cells[ys.index(row[up]), xs.index(row[across])] = row["p_global"]
    shown = np.ma.masked_invalid(cells)
    axes.contourf(xs, ys, shown, levels=np.linspace(0.0, 1.0, 11), alpha=0.6, vmin=0, vmax=1)
    scale(axes, "x", logarithmic=results.is_logarithmic(across), whole=across in WHOLE)
    scale(axes, "y", logarithmic=results.is_logarithmic(up), whole=up in WHOLE)
    axes.set(xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]), xlabel=words.label(across), ylabel=words.label(up))
    if levels := [level for level in LEVELS if np.nanmin(cells) < level < np.nanmax(cells)]:
        label_curves(axes, axes.contour(xs, ys, shown, levels=levels, colors="black", linewidths=0.8), digits=1)
    parts = np.linspace(0.0, 1.0, 200)  # of the ranges, from the unimproved corner; a logarithmic axis bends the lines
    for spent in np.linspace(0.0, 1.0 + price, _LINES + 2)[1:-1]:
        left = (spent - parts) / price
        x, y = ((ends[0] + at * (ends[-1] - ends[0])) for ends, at in (
            (xs, parts if _improves(across) else 1.0 - parts), (ys, left if _improves(up) else 1.0 - left)))
        axes.plot(x, np.where((left >= 0.0) & (left <= 1.0), y, np.nan), color="white", linewidth=1.0,
                  linestyle=_DASHES, zorder=3)
    times = "as much as" if price == 1.0 else f"{price:.3g} times"
    return noted(axes, results.caption(
        panel.entries, points.at(panel.setting), "Lines: equal P(global); white: equal cost where the whole range of "
        f"the upright axis costs {times} that of the other. {_INTERVALS}"))


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw a plane for each remaining setting, with legend and caption."""
    shown = panels(results)
    figure, _ = points.in_pairs(results, shown, iso_curves)
    legend(figure, [Line2D([], [], color="black", linewidth=0.8, label="equal P(global)"),
                    Line2D([], [], color=FAINT, linewidth=1.0, linestyle=_DASHES, label="equal cost (white)")])
    caption(figure, results.caption([entry for panel in shown for entry in panel.entries],
                                    "Equal cost where the whole ranges of both axes cost the same: prices are the "
                                    f"reader's. {_INTERVALS}"))
    return Drawn(figure, [row for panel in shown for row in rows(results, panel)])
