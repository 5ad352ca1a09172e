"""Rossman & Fisher (2021), hubs and advertising: python rossman_fisher2021.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, means
from simcore.figures.script import publish, results_of
from simcore.store import Store


def rossman_fisher2021(store: Store) -> Drawn:
    """Draw how many have adopted in the end over the strength of advertising, by who starts."""
    results = results_of(store, "rossman_fisher2021_advertising", "model.advertising", "seeding.kind",
                         fixed={"model.name": "bass"})
    return means.drawn(results, {"share": f"share after {results.scenario['horizon']} steps"})


if __name__ == "__main__":
    sys.exit(publish(rossman_fisher2021))
