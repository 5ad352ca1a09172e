"""Whom to pay for starting (Bakshy, Hofman, Mason & Watts 2011): python budgeted_seeding.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, means, points, style
from simcore.figures.script import publish, results_of
from simcore.figures.style import FAINT, caption, legend, scale
from simcore.store import Store

BUDGET, WHO, CONTACT = "seeding.budget", "seeding.kind", "seeding.cost.contact"


def budgeted_seeding(store: Store) -> Drawn:
    """Draw how many adopt over the budget, by whom it buys, for each price of a contact."""
    results = results_of(store, "budgeted_seeding", BUDGET, WHO, CONTACT)
    data = []
    with style():
        figure, panels = points.side_by_side(len(results.axes[CONTACT]), 62.0)
        for axes, price in zip(panels, results.axes[CONTACT], strict=True):
            lines = [line for line in results.lines(BUDGET) if line.setting[CONTACT] == price]
            means.means(results, "size", lines, axes)
            found = means.rows(results, "size", lines)
            data += [row for each in found for row in each]
            budgets = sorted(results.axes[BUDGET])
            axes.plot(budgets, budgets, color=FAINT, linewidth=0.6, linestyle=":", zorder=1)
            scale(axes, "y", logarithmic=True)
            axes.set(xlabel="budget", ylabel="adopters")
            axes.set_title(f"each contact costs {price:g}", fontsize=7)
            axes.label_outer()
        legend(figure, points.handles({WHO: who} for who in results.axes[WHO]), "who starts")
        acquisition = results.scenario["seeding"]["cost"]["acquisition"]
        caption(figure, results.caption(
            results.entries, f"A seed costs {acquisition:g}, and what is said for each of its contacts.",
            "Dotted: as many adopters as the budget. Bars: 95 % intervals of means."))
    return Drawn(figure, data)


if __name__ == "__main__":
    sys.exit(publish(budgeted_seeding))
