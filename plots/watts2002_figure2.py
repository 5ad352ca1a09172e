"""Watts (2002), Figure 2, doi:10.1073/pnas.082090499: python watts2002_figure2.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, over_axis, style
from simcore.figures.script import publish, results_of
from simcore.store import Store
from simcore.theory import cascade_window


def watts2002_figure2(store: Store) -> Drawn:
    """Draw how often cascades are global, and how large, over the mean degree, and where theory ends."""
    results = results_of(store, "watts2002_window_cut", "network.mean_degree", may=["network.n"],
                         fixed={"network.kind": "poisson", "model.name": "threshold"})
    drawn = over_axis.drawn(results)
    threshold = results.scenario["model"]["threshold"]
    known = isinstance(threshold, float) and results.predicted(results.entries[0]["point"])
    window = cascade_window(threshold) if known else None
    with style():
        for axes in drawn.figure.axes if window else ():
            axes.axvline(window[1], color="0.4", linewidth=0.6, linestyle=":", zorder=1)
            axes.annotate(f"z = {window[1]:.2f}", (window[1], 0.85), (3, 0), textcoords="offset points",
                          color="0.4", fontsize=7)
    return drawn


if __name__ == "__main__":
    sys.exit(publish(watts2002_figure2))
