"""Watts & Dodds (2007), doi:10.1086/518527: python watts_dodds2007_groups.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, multiplier
from simcore.figures.script import publish, results_of
from simcore.store import Store


def watts_dodds2007_groups(store: Store) -> Drawn:
    """Draw M and D on networks of groups."""
    return multiplier.beside_probability(
        results_of(store, "watts_dodds2007_groups", "network.inside", "seeding.kind", may=["seeding.count"],
                   fixed={"network.kind": "groups", "model.name": "threshold"}))


if __name__ == "__main__":
    sys.exit(publish(watts_dodds2007_groups))
