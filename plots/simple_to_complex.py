"""From simple to complex contagions: python simple_to_complex.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, over_axis
from simcore.figures.script import publish, results_of
from simcore.store import Store


def simple_to_complex(store: Store) -> Drawn:
    """Draw how often ten seeds start a global cascade, by who they are and how many contacts it takes."""
    return over_axis.drawn(
        results_of(store, "simple_to_complex", "network.rewiring", "seeding.kind", may=["model.contacts"],
                   fixed={"network.kind": "watts-strogatz", "model.name": "complex-contagion"}))


if __name__ == "__main__":
    sys.exit(publish(simple_to_complex))
