"""Goel, Anderson, Hofman & Watts (2016), structural virality: python goel2016_virality.py RESULTS OUT.svg."""

import sys

import numpy as np

from simcore.figures import Drawn, new_figure, style
from simcore.figures.script import publish, results_of
from simcore.figures.style import CYCLE, FAINT, caption, scale
from simcore.instruments.concentration import spearman
from simcore.store import Store

LARGE = 100  # from so many adopters on, they ask how cascades are built


def goel2016_virality(store: Store) -> Drawn:
    """Draw structural virality over the size of large cascades, and how it goes with size at each transmission."""
    results = results_of(store, "goel2016_virality", "model.transmission",
                         fixed={"network.kind": "configuration", "model.name": "independent-cascade"})
    places = {point["hash"]: point["point"]["model.transmission"] for point in results.store.manifest["points"]}
    columns, hashes, rows = results.columns, sorted(places), []
    with style():
        figure = new_figure("double", 62)
        left, right = figure.subplots(1, 2)
        for look, position in zip(CYCLE, sorted(range(len(hashes)), key=lambda k: places[hashes[k]]), strict=False):
            here = (columns["point"] == position) & (columns["size"] >= LARGE)
            size, virality = columns["size"][here], columns["structural_virality"][here]
            if not size.size:
                continue
            left.plot(size, virality, marker=look.marker, color=look.color, linestyle="none", markersize=1.8,
                      label=f"{places[hashes[position]]:g}")
            along = spearman(size, virality)
            low, middle, high = np.quantile(virality, [0.1, 0.5, 0.9])
            rows.append({"transmission": places[hashes[position]], "large_cascades": size.size,
                         "virality_low": low, "virality": middle, "virality_high": high, "spearman": along})
            right.vlines(places[hashes[position]], low, high, color=FAINT, linewidth=0.8)
            right.plot([places[hashes[position]]], [middle], **look.symbol)
        scale(left, "x", logarithmic=True)
        left.set(xlabel="cascade size", ylabel="structural virality")
        if left.lines:
            left.legend(title="transmission", markerscale=2)
        right.set(xlabel="transmission", ylabel="structural virality", ylim=(0, None))
        caption(figure, results.caption(
            results.entries, f"Cascades of at least {LARGE} people. Right: median, and 10 %",
            "to 90 % of them. A star has a virality of 2."))
    return Drawn(figure, rows)


if __name__ == "__main__":
    sys.exit(publish(goel2016_virality))
