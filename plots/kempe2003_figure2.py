"""Kempe, Kleinberg & Tardos (2003), Figure 2: python kempe2003_figure2.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, means
from simcore.figures.script import publish, results_of
from simcore.store import Store


def kempe2003_figure2(store: Store) -> Drawn:
    """Draw how many adopt over the number of seeds, by who they are, under the weighted cascade."""
    return means.drawn(
        results_of(store, "kempe2003_weighted_cascade", "seeding.count", "seeding.kind",
                   fixed={"model.name": "independent-cascade"}), {"size": "adopters"})


if __name__ == "__main__":
    sys.exit(publish(kempe2003_figure2))
