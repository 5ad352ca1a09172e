"""Watts & Peretti (2007), big seed marketing: python watts_peretti2007_big_seed.py RESULTS OUT.svg."""

import sys

import numpy as np
from matplotlib.lines import Line2D

from simcore.figures import Drawn, new_figure, style
from simcore.figures.script import publish, results_of
from simcore.figures.style import CYCLE, INK, bars, caption, legend, scale
from simcore.store import Store

COUNT, PASSED, WHO = "seeding.count", "model.transmission", "seeding.kind"


def watts_peretti2007_big_seed(store: Store) -> Drawn:
    """Draw how many people each seed comes to, itself included, by what each of them passes on."""
    results = results_of(store, "watts_peretti2007_big_seed", COUNT, PASSED, WHO,
                         fixed={"network.kind": "influence", "model.name": "independent-cascade"})
    z, rows = results.scenario["network"]["mean_degree"], []
    for entry in results.entries:
        size, count = entry["outcomes"]["size"], entry["point"][COUNT]
        rows.append({"source": "simulated", WHO: entry["point"][WHO], COUNT: count,
                     "reproduction": z * entry["point"][PASSED], "each": size["mean"] / count,
                     "each_low": size["interval"][0] / count, "each_high": size["interval"][1] / count})
    rows.sort(key=lambda row: row["reproduction"])
    looks = dict(zip(dict.fromkeys((row[WHO], row[COUNT]) for row in rows), CYCLE, strict=False))
    with style():
        figure = new_figure("single", 62)
        axes = figure.subplots()
        for (who, count), look in looks.items():
            seen = [row for row in rows if (row[WHO], row[COUNT]) == (who, count)]
            axes.errorbar([row["reproduction"] for row in seen], [row["each"] for row in seen], **look.symbol,
                          yerr=bars(seen, "each"), linestyle=look.dashes if who != "random" else "none")
        known = np.linspace(0.0, 0.92, 100)
        axes.plot(known, 1.0 / (1.0 - known), color=INK)
        rows += [{"source": "theory", "reproduction": float(r), "each": float(1 / (1 - r))} for r in known]
        scale(axes, "y", logarithmic=True)
        axes.set(xlabel="reproduction number R", ylabel="people for each seed", xlim=(0, 1))
        legend(figure, [*(Line2D([], [], **look.symbol, linestyle="none", label=f"{count:,} {who}")
                          for (who, count), look in looks.items()), Line2D([], [], color=INK, label="1 / (1 - R)")])
        caption(figure, results.caption(results.entries, "Bars: 95 %."))
    return Drawn(figure, rows)


if __name__ == "__main__":
    sys.exit(publish(watts_peretti2007_big_seed))
