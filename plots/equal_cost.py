"""More or better people to start, or people easier to convince, at equal cost: python equal_cost.py RESULTS OUT.svg."""

import sys

import numpy as np
from matplotlib.lines import Line2D

from simcore.figures import Drawn, points, style, words
from simcore.figures.script import publish, results_of
from simcore.figures.style import INK, caption, legend, scale
from simcore.store import Store

BUDGET, EASE, WHO = "seeding.budget", "model.threshold.mean", "seeding.kind"
LEVELS = (0.1, 0.5, 0.9)
DASHES = (":", "-", "--")


def equal_cost(store: Store) -> Drawn:
    """Draw P(global) over budget and mean threshold, and curves along which it is the same, by whom is bought."""
    results = results_of(store, "equal_cost", BUDGET, EASE, WHO, fixed={"model.name": "threshold"})
    across, up, data = sorted(results.axes[BUDGET]), sorted(results.axes[EASE]), []
    with style():
        figure, panels = points.side_by_side(len(results.axes[WHO]), 66.0)
        for axes, who in zip(panels, results.axes[WHO], strict=True):
            cells = np.full((len(up), len(across)), np.nan)
            for entry in results.entries:
                at = entry["point"]
                if at[WHO] == who:
                    cells[up.index(at[EASE]), across.index(at[BUDGET])] = entry["p_global"]
                    low, high = entry["p_global_interval"]
                    data.append({WHO: who, BUDGET: at[BUDGET], EASE: at[EASE], "p_global": entry["p_global"],
                                 "p_global_low": low, "p_global_high": high,
                                 "seeds": entry["outcomes"]["seeds"]["mean"],
                                 "seed_cost": entry["outcomes"]["seed_cost"]["mean"]})
            shown = axes.pcolormesh(across, up, np.ma.masked_invalid(cells), shading="nearest", vmin=0, vmax=1)
            axes.contour(across, up, np.ma.masked_invalid(cells), levels=LEVELS, colors="white", linewidths=1.0,
                         linestyles=DASHES)
            scale(axes, "x", logarithmic=True)
            axes.set(xlabel="budget", ylabel=words.label(EASE))
            axes.set_title(words.shown(who), fontsize=7)
            axes.label_outer()
        figure.colorbar(shown, ax=panels, label="P(global cascade)", pad=0.02)
        legend(figure, [Line2D([], [], color=INK, linewidth=1.0, linestyle=dashes, label=f"P = {level:g} (white)")
                        for level, dashes in zip(LEVELS, DASHES, strict=True)])
        cost = results.scenario["seeding"]["cost"]
        caption(figure, results.caption(
            results.entries, f"A seed costs {cost['acquisition']:g} + {cost['contact']:g} for each contact.",
            "Along a curve, a budget and a threshold are worth the same. Intervals are in the data."))
    return Drawn(figure, data)


if __name__ == "__main__":
    sys.exit(publish(equal_cost))
