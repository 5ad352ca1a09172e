"""A few more seeds at random (Akbarpour, Malladi & Saberi 2018): python few_more_seeds.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, over_axis
from simcore.figures.script import publish, results_of
from simcore.store import Store


def few_more_seeds(store: Store) -> Drawn:
    """Draw how often several seeds start a global cascade, by who they are."""
    return over_axis.drawn(
        results_of(store, "few_more_seeds", "seeding.count", "seeding.kind", may=["model.transmission"],
                   fixed={"network.kind": "configuration", "model.name": "independent-cascade"}))


if __name__ == "__main__":
    sys.exit(publish(few_more_seeds))
