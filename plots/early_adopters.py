"""Who adopts when (Watts & Dodds 2007): python early_adopters.py RESULTS OUT.svg."""

import sys

from simcore import figures
from simcore.figures.script import publish, results_of
from simcore.store import Store


def early_adopters(store: Store) -> figures.Drawn:
    """Draw the mean degree of those who adopt at each step."""
    return figures.early_adopters.drawn(
        results_of(store, "early_adopters", "network.mean_degree",
                   fixed={"network.kind": "poisson", "model.name": "threshold"}))


if __name__ == "__main__":
    sys.exit(publish(early_adopters))
