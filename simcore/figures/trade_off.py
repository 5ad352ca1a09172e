"""What a budget and susceptible people are worth in terms of each other: equal commitment, equal cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D

from simcore.errors import UsageError
from simcore.figures import points, winners, words
from simcore.figures.results import evenly, of_results
from simcore.figures.style import FAINT, Drawn, caption, label_curves, legend, new_figure, noted, scale, styled
from simcore.figures.winners import SUSCEPTIBILITY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

MOST_PANELS, _FEWEST = 3, 3  # values that make a curve
_LINES = 5


def _budget(results: Results) -> str:
    return next((path for path in results.numeric if path.startswith("programme.")
                 and path.endswith((".budget", ".count")) and len(results.axes[path]) >= _FEWEST), "")


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    if _budget(results) and len(results.axes.get(SUSCEPTIBILITY, ())) >= _FEWEST:
        return ""
    return f"a budget and {SUSCEPTIBILITY} are not both swept over three values or more"


@of_results
def panels(results: Results) -> list[Line]:
    """Return what is drawn side by side: at most three of the remaining settings."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}")
    return evenly(results.lines(_budget(results), SUSCEPTIBILITY), MOST_PANELS)


@of_results
def rows(results: Results, panel: Line) -> Rows:
    """Return the data of a panel: the mean commitment left at each point."""
    budget = _budget(results)
    return [{**panel.setting, budget: entry["point"][budget], SUSCEPTIBILITY: entry["point"][SUSCEPTIBILITY],
             "commitment": float(winners.left(results, entry)[0].mean())} for entry in panel.entries]


@of_results
def price(results: Results) -> float:
    """Return what .1 of susceptibility costs where the whole ranges of both axes cost the same."""
    spent, susceptible = results.axes[_budget(results)], results.axes[SUSCEPTIBILITY]
    return float((max(spent) - min(spent)) / (max(susceptible) - min(susceptible)) / 10.0)


@styled
@of_results
def trade_off(results: Results, panel: Line | None = None, axes: Axes | None = None, *,
              per_tenth: float | None = None) -> Axes:
    """Draw curves of equal commitment left over budget and susceptibility; dashed: what costs the same.

    Parameters
    ----------
    results : Results
    panel : Line, optional
        Which of `panels`; the first by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.
    per_tenth : float, optional
        What .1 of susceptibility costs, in front-line months a period, which the model does not say; by default so much
        that the whole ranges of both axes cost the same.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If a budget and susceptibility are not both swept over three values or more.
    """
    panel = panel or panels(results)[0]
    axes, budget = axes or new_figure().subplots(), _budget(results)
    across, up = sorted(results.axes[budget]), sorted(results.axes[SUSCEPTIBILITY])
    cells = np.full((len(up), len(across)), np.nan)
    for row in rows(results, panel):
        cells[up.index(row[SUSCEPTIBILITY]), across.index(row[budget])] = row["commitment"]
    levels = np.arange(0.05, 1.0, 0.05)
    axes.contourf(across, up, np.ma.masked_invalid(cells), levels=np.arange(0.0, 1.01, 0.05), alpha=0.6, vmin=0, vmax=1)
    curves = axes.contour(across, up, np.ma.masked_invalid(cells), levels=levels, colors="black", linewidths=0.8)
    slope = 0.1 / (per_tenth or price(results))
    for cut in np.linspace(up[0], up[-1] + slope * (across[-1] - across[0]), _LINES + 2)[1:-1]:
        axes.plot(across, [cut - slope * (x - across[0]) for x in across], color="white", linewidth=1.0,
                  linestyle=(0, (4, 2)), zorder=3)
    axes.set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]), xlabel=winners.spending(budget),
             ylabel=words.label(SUSCEPTIBILITY))
    scale(axes, "x", logarithmic=False)
    scale(axes, "y", logarithmic=False)
    label_curves(axes, curves, digits=2)
    return noted(axes, _said(results, panel.entries, len(panel.entries), per_tenth, points.at(panel.setting)))


def _said(results: Results, entries: list[Any], number: int, per_tenth: float | None, which: str) -> list[str]:
    """Return the caption of planes of so many points each."""
    return results.caption(
        entries, f"Commitment: mean over replicates, {winners.when(results)}; curves are interpolated between "
        f"{number} points.", f"Equal cost where .1 of susceptibility costs {per_tenth or price(results):.3g} "
        "front-line months a period: a price of the reader's, not of the model.", which)


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw a plane for each remaining setting, with legend and caption."""
    shown = panels(results)
    figure, grid = points.side_by_side(len(shown), 70.0)
    for axes, panel in zip(grid, shown, strict=True):
        trade_off(results, panel, axes)
        axes.label_outer()
        axes.set_title(words.name(panel.setting), loc="left", fontsize=7)
    legend(figure, [Line2D([], [], color="black", linewidth=0.8, label="equal commitment left"),
                    Line2D([], [], color=FAINT, linewidth=1.0, linestyle=(0, (4, 2)), label="equal cost (white)")])
    entries = [entry for panel in shown for entry in panel.entries]
    caption(figure, _said(results, entries, len(shown[0].entries), None, points.left_out(results, entries)))
    return Drawn(figure, [row for panel in shown for row in rows(results, panel)])
