"""M/D by who counts as influential: python multiplier_top.py RESULTS OUT.svg."""

import sys

from matplotlib.lines import Line2D

from simcore.figures import Drawn, new_figure, style, words
from simcore.figures.script import publish, results_of
from simcore.figures.style import CYCLE, INK, bars, caption, legend, scale
from simcore.store import Store

X, TOP, KIND, LAWS = "network.mean_degree", "seeding.top", "network.kind", ("network.degree", "network.out_degree")
LEAST = 0.01  # a probability of global cascades below which there is no ratio
TIES = {"configuration": "ties both ways", "influence": "directed"}


def multiplier_top(store: Store) -> Drawn:
    """Draw whether the best-connected start global cascades in proportion to whom they reach, by how few they are."""
    results = results_of(store, "multiplier_top", X, TOP, KIND, *LAWS, "seeding.kind",
                         fixed={"model.name": "threshold"})
    rows = []
    for entry in results.entries:
        found, point = entry["multiplier"], entry["point"]
        if found and found["m_over_d_interval"] and entry["p_global"] >= LEAST:
            low, high = found["m_over_d_interval"]
            rows.append({KIND: point[KIND], "law": words.shown(point[LAWS[0]] or point[LAWS[1]]), TOP: point[TOP],
                         X: point[X], "m": found["m"], "d": found["d"], "m_over_d": found["m_over_d"],
                         "m_over_d_low": low, "m_over_d_high": high})
    kinds, laws, tops = (list(dict.fromkeys(row[name] for row in rows)) for name in (KIND, "law", TOP))
    with style():
        figure = new_figure("double", 52.0 * len(kinds))
        grid = figure.subplots(len(kinds), len(laws), sharex=True, sharey=True, squeeze=False)
        for kind, line in zip(kinds, grid, strict=True):
            for law, axes in zip(laws, line, strict=True):
                for top, look in zip(tops, CYCLE, strict=False):
                    mine = [row for row in rows if (row[KIND], row["law"], row[TOP]) == (kind, law, top)]
                    axes.errorbar([row[X] for row in mine], [row["m_over_d"] for row in mine],
                                  yerr=bars(mine, "m_over_d"), **look.symbol, linestyle=look.dashes, elinewidth=0.8)
                axes.axhline(1.0, color=INK, linewidth=0.5, zorder=1)
                scale(axes, "x", logarithmic=False)
                axes.set(xlabel=words.label(X), ylabel="M / D", ylim=(0, 2))
                axes.set_title(f"{TIES[kind]}, {law.partition(' ')[0]} degrees", loc="left", fontsize=7)
                axes.label_outer()
        legend(figure, [Line2D([], [], **look.symbol, linestyle=look.dashes, label=f"{100 * top:g} %")
                        for top, look in zip(tops, CYCLE, strict=False)], "who counts: the best-connected")
        caption(figure, results.caption(results.entries, "M: ratio of P(global), D: of out-degrees, influential to",
                                        "random seeds. Bars: 95 %, paired by network; some leave the frame. Only where",
                                        "global cascades are not rarer than 1 in 100."))
    return Drawn(figure, rows)


if __name__ == "__main__":
    sys.exit(publish(multiplier_top))
