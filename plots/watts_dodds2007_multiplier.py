"""Watts & Dodds (2007), doi:10.1086/518527: python watts_dodds2007_multiplier.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, multiplier
from simcore.figures.script import publish, results_of
from simcore.store import Store


def watts_dodds2007_multiplier(store: Store) -> Drawn:
    """Draw what influentials achieve relative to average people, and how many they reach, by mean degree."""
    return multiplier.beside_probability(
        results_of(store, "watts_dodds2007_influentials", "network.mean_degree", "seeding.kind",
                   may=["network.kind", "network.n"], fixed={"model.name": "threshold"}))


if __name__ == "__main__":
    sys.exit(publish(watts_dodds2007_multiplier))
