"""Who wins, over the plane of budget and susceptibility: whose programme leaves most commitment behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Patch, Rectangle

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import evenly, of_results
from simcore.figures.style import CYCLE, INK, Drawn, caption, legend, new_figure, noted, styled
from simcore.intervals import clustering, mean_half

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simcore.figures.results import Line, Results, Rows

SUSCEPTIBILITY = "model.susceptibility"
MOST_PANELS = 4


def _ends(results: Results, *names: str) -> str:
    return next((path for path in results.axes if path.startswith("programme.") and path.endswith(names)), "")


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    if not _ends(results, ".who.by", ".who.kind"):
        return "who starts is not swept"
    if not _ends(results, ".budget", ".count") or SUSCEPTIBILITY not in results.numeric:
        return f"a budget and {SUSCEPTIBILITY} are not both swept"
    return ""


def _axes(results: Results) -> tuple[str, str]:
    """Return which axis says who starts, and which the budget."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}")
    return _ends(results, ".who.by", ".who.kind"), _ends(results, ".budget", ".count")


def spending(path: str) -> str:
    """Return what a budget stands for, with its unit."""
    return "budget, front-line months" if path.endswith(".budget") else words.label(path)


@of_results
def panels(results: Results) -> list[Line]:
    """Return what is drawn side by side: at most four of the remaining settings."""
    return evenly(results.lines(*_axes(results), SUSCEPTIBILITY), MOST_PANELS)


@of_results
def when(results: Results) -> str:
    """Return when `left` is of."""
    if any(entry["outcomes"].get("at_after", {}).get("mean") is None for entry in results.entries):
        return "at the end"
    after = words.span(entry["point"].get("model.after") or results.scenario["model"]["after"]
                       for entry in results.entries)
    return f"{after} periods after the last programme"


@of_results
def left(results: Results, entry: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the commitment a while after the programmes, or else at the end, and what replicates cluster by."""
    found = results.replicates(entry)
    name = "at_after" if "at_after" in found and np.isfinite(found["at_after"]).all() else "mean"
    order = np.argsort(found["replicate"])
    return found[name][order], clustering({key: column[order] for key, column in found.items()})


@of_results
def rows(results: Results, panel: Line) -> Rows:
    """Return the data of a panel: a row for each cell, with the lead of the first over the next who differs, paired."""
    who, budget = _axes(results)
    cells: dict[tuple[Any, Any], list[Any]] = {}
    for entry in panel.entries:
        cells.setdefault((entry["point"][budget], entry["point"][SUSCEPTIBILITY]), []).append(entry)
    out = []
    for (spent, susceptible), entries in cells.items():
        found = {entry["point"][who]: left(results, entry) for entry in entries}
        first, *others = sorted(found, key=lambda name: -float(found[name][0].mean()))
        others = [name for name in others if not np.array_equal(found[name][0], found[first][0])]  # the same people
        row = {**panel.setting, budget: spent, SUSCEPTIBILITY: susceptible, "first": first,
               "commitment": float(found[first][0].mean()), "second": None, "lead": None, "lead_low": None}
        if others:
            number = min(found[first][0].size, found[others[0]][0].size)
            lead = found[first][0][:number] - found[others[0]][0][:number]
            half = mean_half(lead, found[first][1][:number])
            row |= {"second": others[0], "lead": float(lead.mean()), "lead_low": float(lead.mean()) - half}
        out.append(row)
    return out


@styled
@of_results
def winners(results: Results, panel: Line | None = None, axes: Axes | None = None) -> Axes:
    """Draw whose programme leaves most commitment behind, by budget and susceptibility; hatched: no clear lead.

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
        If who starts, a budget and susceptibility are not all swept.
    """
    who, budget = _axes(results)
    axes = axes or new_figure().subplots()
    across, up = sorted(results.axes[budget]), sorted(results.axes[SUSCEPTIBILITY])
    looks = dict(zip(results.axes[who], CYCLE, strict=False))
    panel = panel or panels(results)[0]
    for row in rows(results, panel):
        x, y = across.index(row[budget]), up.index(row[SUSCEPTIBILITY])
        unsure = row["lead_low"] is None or row["lead_low"] <= 0.0
        axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1.0, 1.0, facecolor=looks[row["first"]].color, alpha=0.55,
                                 edgecolor="white", linewidth=0.8, hatch="////" if unsure else None))
        axes.text(x, y, f"{row['commitment']:.2f}".removeprefix("0"), ha="center", va="center", fontsize=7, color=INK,
                  bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 1.2})
    for value, look in looks.items():
        axes.fill([], [], facecolor=look.color, alpha=0.55, label=words.shown(value))
    axes.set(xlim=(-0.5, len(across) - 0.5), ylim=(-0.5, len(up) - 0.5), xlabel=spending(budget),
             ylabel=words.label(SUSCEPTIBILITY))
    axes.set_xticks(range(len(across)), [words.shown(value) for value in across])
    axes.set_yticks(range(len(up)), [words.shown(value) for value in up])
    return noted(axes, _said(results, panel.entries, points.at(panel.setting)))


def _said(results: Results, entries: list[Any], which: str) -> list[str]:
    return results.caption(
        entries, f"Numbers: mean commitment that the best leave, {when(results)}.",
        "Hatched: the 95 % interval of the paired lead over the next contains zero, or all take the same people. "
        "Of two who do, the first gives the colour.", which)


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw a map for each remaining setting, with legend and caption."""
    shown = panels(results)
    figure, grid = points.side_by_side(len(shown), 62.0)
    for axes, panel in zip(grid, shown, strict=True):
        winners(results, panel, axes)
        axes.label_outer()
        axes.set_title(",\n".join(f"{words.label(path)} {words.shown(value)}" for path, value in panel.setting.items()),
                       loc="left", fontsize=6)
    who, _ = _axes(results)
    legend(figure, [*(Patch(facecolor=look.color, alpha=0.55, label=words.shown(value))
                      for value, look in zip(results.axes[who], CYCLE, strict=False)),
                    Patch(facecolor="white", edgecolor=INK, hatch="////", linewidth=0.4, label="no clear lead")])
    entries = [entry for panel in shown for entry in panel.entries]
    caption(figure, _said(results, entries, points.left_out(results, entries)))
    return Drawn(figure, [row for panel in shown for row in rows(results, panel)])
