"""Watts (2002), Figure 3, doi:10.1073/pnas.082090499: python watts2002_figure3.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, sizes
from simcore.figures.script import publish, results_of
from simcore.store import Store


def watts2002_figure3(store: Store) -> Drawn:
    """Draw how large cascades become at the two edges of the window."""
    return sizes.drawn(
        results_of(store, "watts2002_cascade_sizes", "network.mean_degree", may=["network.n"],
                   fixed={"network.kind": "poisson", "model.name": "threshold"}))


if __name__ == "__main__":
    sys.exit(publish(watts2002_figure3))
