"""Kempe, Kleinberg & Tardos (2003), Figure 1: python kempe2003_figure1.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, means
from simcore.figures.script import publish, results_of
from simcore.store import Store


def kempe2003_figure1(store: Store) -> Drawn:
    """Draw how many adopt over the number of seeds, by who they are, under linear thresholds."""
    return means.drawn(
        results_of(store, "kempe2003_linear_threshold", "seeding.count", "seeding.kind", may=["seeding.model"],
                   fixed={"model.name": "linear-threshold"}), {"size": "adopters"})


if __name__ == "__main__":
    sys.exit(publish(kempe2003_figure1))
