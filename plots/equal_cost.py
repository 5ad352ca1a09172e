"""More or better people to start, or people easier to convince, at equal cost: python equal_cost.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, iso_curves
from simcore.figures.script import publish, results_of
from simcore.store import Store


def equal_cost(store: Store) -> Drawn:
    """Draw P(global) over budget and mean threshold, and where they are worth the same, by whom the budget buys."""
    return iso_curves.drawn(results_of(store, "equal_cost", "seeding.budget", "model.threshold.mean", "seeding.kind",
                                       fixed={"model.name": "threshold"}))


if __name__ == "__main__":
    sys.exit(publish(equal_cost))
