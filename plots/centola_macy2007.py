"""Centola & Macy (2007), long ties and complex contagions: python centola_macy2007.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, means
from simcore.figures.script import publish, results_of
from simcore.store import Store


def centola_macy2007(store: Store) -> Drawn:
    """Draw how far a contagion goes, and for how long it goes on, as ties are rewired, by the contacts it takes."""
    return means.drawn(
        results_of(store, "centola_macy2007_rewiring", "network.rewiring", "model.contacts",
                   fixed={"network.kind": "moore-lattice", "model.name": "complex-contagion"}),
        {"share": "share reached", "duration": "steps until nobody adopts"})


if __name__ == "__main__":
    sys.exit(publish(centola_macy2007))
