"""Watts (2002), Figure 1, doi:10.1073/pnas.082090499: python watts2002_figure1.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, heat_map
from simcore.figures.script import publish, results_of
from simcore.store import Store


def watts2002_figure1(store: Store) -> Drawn:
    """Draw the cascade window in the plane of threshold and mean degree, and its analytic boundary."""
    return heat_map.drawn(
        results_of(store, "watts2002_cascade_window", "network.mean_degree", "model.threshold",
                   fixed={"network.kind": "poisson", "model.name": "threshold"}))


if __name__ == "__main__":
    sys.exit(publish(watts2002_figure1))
