"""M and M/D over the plane of mean degree and threshold: python multiplier_map.py RESULTS OUT.svg."""

import sys

import numpy as np

from simcore.figures import Drawn, new_figure, style, words
from simcore.figures.script import publish, results_of
from simcore.figures.style import caption
from simcore.store import Store

X, Y = "network.mean_degree", "model.threshold"


def multiplier_map(store: Store) -> Drawn:
    """Draw how much more often the influential start global cascades, and whether in proportion to whom they reach."""
    results = results_of(store, "multiplier_map", X, Y, "seeding.kind", fixed={"model.name": "threshold"})
    rows = [{X: entry["point"][X], Y: entry["point"][Y], "p_global_influential": entry["p_global"],
             **{name: found[name] for name in ("m", "m_interval", "d", "m_over_d", "m_over_d_interval")}}
            for entry in results.entries if (found := entry["multiplier"])]
    xs, ys = sorted(results.axes[X]), sorted(results.axes[Y])
    with style():
        figure = new_figure("double", 66)
        for axes, name, label, (low, high) in zip(
                figure.subplots(1, 2, sharey=True), ("m", "m_over_d"), ("M", "M / D"), ((1.0, 2.5), (0.5, 1.5)),
                strict=True):
            cells = np.full((len(ys), len(xs)), np.nan)
            for row in rows:
                if row[name] and row["p_global_influential"] >= 0.01:
                    cells[ys.index(row[Y]), xs.index(row[X])] = row[name]
            drawn = axes.pcolormesh(xs, ys, np.ma.masked_invalid(cells), shading="nearest", vmin=low, vmax=high,
                                    cmap="cividis" if name == "m" else "RdBu_r")
            axes.set_facecolor("#d9d9d9")
            axes.set(xlabel=words.label(X), ylabel=words.label(Y) if name == "m" else "")
            figure.colorbar(drawn, ax=axes, label=label, extend="both", pad=0.02)
        caption(figure, results.caption(results.entries, "M: ratio of P(global), D: of out-degrees, influential to",
                                        "random seeds. Grey: global cascades in less than 1 % of replicates.",
                                        "Red: more than in proportion. Intervals are in the data."))
    return Drawn(figure, rows)


if __name__ == "__main__":
    sys.exit(publish(multiplier_map))
