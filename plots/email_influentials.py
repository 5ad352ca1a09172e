"""Influentials against average people on a real network: python email_influentials.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, multiplier
from simcore.figures.script import publish, results_of
from simcore.store import Store


def email_influentials(store: Store) -> Drawn:
    """Draw what influentials achieve relative to average people, and how many they reach, by threshold."""
    return multiplier.beside_probability(
        results_of(store, "email_influentials", "model.threshold", "seeding.kind"))


if __name__ == "__main__":
    sys.exit(publish(email_influentials))
