"""What decides, susceptibility or influence: python susceptibility_or_influence.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, tornado
from simcore.figures.script import publish, results_of
from simcore.store import Store


def susceptibility_or_influence(store: Store) -> Drawn:
    """Draw the Sobol' indices of P(global): of density, of thresholds, and of who starts."""
    return tornado.drawn(results_of(
        store, "susceptibility_or_influence", "network.mean_degree", "model.threshold.mean", "model.threshold.sd",
        "seeding.top", fixed={"network.kind": "poisson", "model.name": "threshold"}))


if __name__ == "__main__":
    sys.exit(publish(susceptibility_or_influence))
