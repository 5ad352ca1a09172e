"""M/D beyond the cascade window of finite networks: python finite_size_halo.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, multiplier
from simcore.figures.script import publish, results_of
from simcore.store import Store
from simcore.theory import cascade_window


def finite_size_halo(store: Store) -> Drawn:
    """Draw whether the influential do more than in proportion, by mean degree and number of people."""
    results = results_of(store, "finite_size_halo", "network.mean_degree", "seeding.kind", may=["network.n"],
                         fixed={"network.kind": "poisson", "model.name": "threshold"})
    window = cascade_window(results.scenario["model"]["threshold"])
    return multiplier.drawn_relative(results, window[1] if window else None)


if __name__ == "__main__":
    sys.exit(publish(finite_size_halo))
