"""How many adopt over the budget, by strategy: whom it pays to seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from simcore.figures import words
from simcore.figures.style import CYCLE, Drawn, bars, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from simcore.figures.results import Rows


def _by_strategy(rows: Rows) -> dict[str, Rows]:
    """Return the rows of each strategy, that which reaches most in the end first."""
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row["strategy"], []).append(row)
    return dict(sorted(found.items(), key=lambda item: -item[1][-1]["adoption"]))


@styled
def spread(found: Mapping[str, Any], axes: Axes | None = None) -> Axes:
    """Draw the number of adopters over the budget, a line for each strategy.

    Parameters
    ----------
    found : mapping
        What `simcore.influence` found, with several budgets (``steps=9``), as ``as_dict()`` tells it.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes
    """
    axes = axes or new_figure().subplots()
    for k, (name, of_strategy) in enumerate(_by_strategy(found["curve"]).items()):
        look = CYCLE[k % len(CYCLE)]
        axes.errorbar([row["budget"] for row in of_strategy], [row["adoption"] for row in of_strategy],
                      yerr=bars(of_strategy, "adoption"), **look.symbol, linestyle=look.dashes,
                      label=words.printable(name))
    scale(axes, "x", logarithmic=False)
    scale(axes, "y", logarithmic=False)
    axes.set_xlim(left=0.0)
    axes.set_ylim(bottom=0.0)
    axes.set(xlabel="budget", ylabel="expected adopters")
    return noted(axes, _said(found))


def _said(found: Mapping[str, Any]) -> list[str]:
    cost = "one each" if found["cost"] == "unit" else words.printable(found["cost"])
    return [f"n = {found['nodes']:,}; {found['arcs']:,} arcs; {found['model']}; cost of a seed: {cost}.",
            f"Means of {found['replicates']:,} independent simulations, bars: 95 %."]


@styled
def drawn(found: Mapping[str, Any], title: str) -> Drawn:
    """Draw adopters over budgets, with legend and caption."""
    figure = new_figure("single", 68)
    spread(found, figure.subplots())
    legend(figure, [Line2D([], [], **look.symbol, linestyle=look.dashes, label=words.printable(name))
                    for name, look in zip(_by_strategy(found["curve"]), CYCLE * 3, strict=False)])
    caption(figure, [words.sentence(title), *_said(found)])
    return Drawn(figure, found["curve"])
