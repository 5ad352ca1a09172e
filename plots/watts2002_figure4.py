"""Watts (2002), Figure 4, doi:10.1073/pnas.082090499: python watts2002_figure4.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, over_axis
from simcore.figures.script import publish, results_of
from simcore.store import Store


def watts2002_figure4(store: Store) -> Drawn:
    """Draw how thresholds and degrees that differ widen and narrow the window."""
    return over_axis.drawn(
        results_of(store, "watts2002_heterogeneity", "network.mean_degree", may=["network.degree", "model.threshold"],
                   fixed={"network.kind": "configuration", "model.name": "threshold"}))


if __name__ == "__main__":
    sys.exit(publish(watts2002_figure4))
