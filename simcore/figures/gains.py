"""What a seed is worth as there are more of them: adopters for each seed, or unit of cost, over what is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.errors import UsageError
from simcore.figures import points, words
from simcore.figures.results import MOST_LINES, evenly, of_results
from simcore.figures.style import CYCLE, FAINT, Drawn, bars, caption, legend, new_figure, noted, scale, styled
from simcore.intervals import clustering, mean_half

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Line, Results, Rows

BUDGETS = ("seeding.budget", "seeding.count", "seeding.share")


def _path(results: Results) -> str:
    return next((path for path in BUDGETS if path in results.numeric), "")


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    return "" if _path(results) else f"none of {', '.join(BUDGETS)} is swept"


def _lines(results: Results) -> list[Line]:
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}, so there is no budget")
    return evenly(results.lines(_path(results)), MOST_LINES)


def _rows(results: Results, line: Line) -> Rows:
    path, out = _path(results), []
    for entry in sorted(line.entries, key=lambda entry: float(entry["point"][path])):
        seeds = entry["point"][path] * (entry["n"] if path.endswith("share") else 1)
        if seeds <= 0:
            continue
        found = results.replicates(entry)
        gain = found["size"] / seeds
        half = mean_half(gain, clustering(found))
        out.append({**points.setting(results, entry), "n": entry["n"], "replicates": entry["replicates"],
                    "seeds": seeds, "gain": float(gain.mean()),
                    "gain_low": max(0.0, float(gain.mean()) - half), "gain_high": float(gain.mean()) + half})
    return out


@styled
@of_results
def gains(results: Results, axes: Axes | None = None) -> Axes:
    """Draw adopters for each seed over the number of seeds, or for a unit of the budget over that, both logarithmic.

    Dotted: all adopt, or one for each.

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
        If neither number nor share nor budget of seeds is swept.
    """
    axes = axes or new_figure().subplots()
    every = [_rows(results, line) for line in _lines(results)]
    for line, found, look in zip(_lines(results), every, CYCLE, strict=False):
        axes.errorbar([row["seeds"] for row in found], [row["gain"] for row in found], yerr=bars(found, "gain"),
                      **look.symbol, linestyle=look.dashes, zorder=3, label=words.name(line.setting))
    seeds = sorted({row["seeds"] for found in every for row in found})
    for n in {row["n"] for found in every for row in found}:
        axes.plot(seeds, [n / number for number in seeds], color=FAINT, linewidth=0.6, linestyle=":", zorder=1)
    axes.axhline(1.0, color=FAINT, linewidth=0.6, linestyle=":", zorder=1)
    scale(axes, "x", logarithmic=seeds[-1] >= 20 * seeds[0])
    scale(axes, "y", logarithmic=True)
    paid = _path(results).endswith("budget")
    axes.set(xlabel="budget" if paid else "number of seeds",
             ylabel=f"adopters for each {'unit of cost' if paid else 'seed'}")
    return noted(axes, _said(results))


def _said(results: Results) -> list[str]:
    return results.caption([entry for line in _lines(results) for entry in line.entries],
                           "Bars: 95 %, clustered by network.", "Dotted: all nodes adopt, or one for each.")


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw what a seed is worth, with legend and caption."""
    figure = new_figure("single", 64)
    gains(results, figure.subplots())
    lines = _lines(results)
    legend(figure, points.handles(line.setting for line in lines), words.title(lines[0].setting))
    caption(figure, _said(results))
    return Drawn(figure, [row for line in lines for row in _rows(results, line)])
