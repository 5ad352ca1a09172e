"""How many adopt over the budget, by strategy: whom it pays to seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from simcore.figures import words
from simcore.figures.style import CYCLE, Drawn, bars, caption, legend, new_figure, scale, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Rows


def _by_strategy(rows: Rows) -> dict[str, Rows]:
    """Return the rows of each strategy, that which reaches most in the end first."""
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row["strategy"], []).append(row)
    return dict(sorted(found.items(), key=lambda item: -item[1][-1]["adoption"]))


@styled
def spread(rows: Rows, axes: Axes | None = None) -> Axes:
    """Draw the number of adopters over the budget, a line for each strategy.

    Parameters
    ----------
    rows : list of dict
        ``strategy, budget, adoption, adoption_low, adoption_high``, budgets ascending.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes
    """
    axes = axes or new_figure().subplots()
    for k, (name, of_strategy) in enumerate(_by_strategy(rows).items()):
        look = CYCLE[k % len(CYCLE)]
        axes.errorbar([row["budget"] for row in of_strategy], [row["adoption"] for row in of_strategy],
                      yerr=bars(of_strategy, "adoption"), **look.symbol, linestyle=look.dashes,
                      label=words.printable(name))
    scale(axes, "x", logarithmic=False)
    scale(axes, "y", logarithmic=False)
    axes.set_xlim(left=0.0)
    axes.set_ylim(bottom=0.0)
    axes.set(xlabel="budget", ylabel="expected adopters")
    return axes


@styled
def drawn(rows: Rows, title: str, cost: str) -> Drawn:
    """Draw adopters over budgets, with legend and caption."""
    figure = new_figure("single", 68)
    spread(rows, figure.subplots())
    legend(figure, [Line2D([], [], **look.symbol, linestyle=look.dashes, label=words.printable(name))
                    for name, look in zip(_by_strategy(rows), CYCLE * 3, strict=False)])
    what = "one each" if cost == "unit" else cost
    caption(figure, [f"{words.printable(title)}; cost of a seed: {words.printable(what)}.",
                     "Means of independent simulations, 95 % intervals."])
    return Drawn(figure, rows)
