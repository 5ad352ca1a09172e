"""M and M/D over the plane of mean degree and threshold: python multiplier_map.py RESULTS OUT.svg."""

import itertools
import sys

import numpy as np

from simcore.figures import Drawn, new_figure, style, words
from simcore.figures.script import publish, results_of
from simcore.figures.style import caption, scale
from simcore.store import Store
from simcore.theory import cascade_window

X, Y, KIND = "network.mean_degree", "model.threshold", "network.kind"
LEAST = 0.01  # a probability of global cascades below which there is no ratio
PANELS = (("m", "M", (1.0, 2.5), "cividis"), ("m_over_d", "M / D", (0.5, 1.5), "RdBu_r"))
DIRECTED = {"poisson": "ties both ways", "influence": "directed"}


def multiplier_map(store: Store) -> Drawn:
    """Draw how much more often the influential start global cascades, and whether in proportion to whom they reach."""
    results = results_of(store, "multiplier_map", X, Y, "seeding.kind", may=[KIND], fixed={"model.name": "threshold"})
    kinds = results.axes.get(KIND, [results.scenario["network"]["kind"]])
    rows = [{KIND: entry["point"].get(KIND, kinds[0]), X: entry["point"][X], Y: entry["point"][Y],
             "p_global_influential": entry["p_global"],
             **{name: found[name] for name in ("m", "m_interval", "d", "m_over_d", "m_over_d_interval")}}
            for entry in results.entries if (found := entry["multiplier"])]
    xs, ys = sorted(results.axes[X]), sorted(results.axes[Y])
    edges = [ys[0], *((a + b) / 2 for a, b in itertools.pairwise(ys)), ys[-1]]
    with style():
        figure = new_figure("double", 60.0 * len(kinds))
        grid = figure.subplots(len(kinds), len(PANELS), sharex=True, sharey=True, squeeze=False)
        for kind, line in zip(kinds, grid, strict=True):
            known = kind in DIRECTED and not {"degree", "out_degree"} & {*results.scenario["network"]}
            windows = {y: cascade_window(y, directed=kind == "influence") for y in ys if known}
            upper = [(y, window[1]) for y, window in windows.items() if window]
            for axes, (name, label, (low, high), colours) in zip(line, PANELS, strict=True):
                cells = np.full((len(ys), len(xs)), np.nan)
                for row in rows:
                    if row[KIND] == kind and row[name] and row["p_global_influential"] >= LEAST:
                        cells[ys.index(row[Y]), xs.index(row[X])] = row[name]
                drawn = axes.pcolormesh(xs, ys, np.ma.masked_invalid(cells), shading="nearest", vmin=low, vmax=high,
                                        cmap=colours)
                for y, edge in upper:
                    begin, end = edges[ys.index(y)], edges[ys.index(y) + 1]
                    if edge <= xs[-1] + 0.5:
                        axes.plot([edge, edge], [begin, end], color="black", linewidth=1.2, linestyle="--")
                axes.set_facecolor("#d9d9d9")
                axes.set(xlabel=words.label(X), ylabel=words.label(Y), xlim=(xs[0] - 0.5, xs[-1] + 0.5))
                axes.set_title(DIRECTED.get(kind, kind), loc="left", fontsize=7)
                scale(axes, "x", logarithmic=False)
                axes.label_outer()
                figure.colorbar(drawn, ax=axes, label=label, extend="both", pad=0.02)
        caption(figure, results.caption(results.entries, "M: ratio of P(global), D: of out-degrees, influential to",
                                        "random seeds. Grey: global cascades in less than 1 % of replicates.",
                                        "Red: more than in proportion. Dashed: the upper edge of the window, infinite",
                                        "networks. Intervals are in the data."))
    return Drawn(figure, rows)


if __name__ == "__main__":
    sys.exit(publish(multiplier_map))
