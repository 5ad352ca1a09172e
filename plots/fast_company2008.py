"""Who started it, with 4, 10 and 40 times the reach: python fast_company2008.py RESULTS OUT.svg."""

import math
import sys

import numpy as np
from matplotlib.lines import Line2D

from simcore.figures import Drawn, new_figure, style
from simcore.figures.script import publish, results_of
from simcore.figures.style import CYCLE, INK, caption, legend
from simcore.network import degree_laws
from simcore.store import Store
from simcore.theory import triggering

FACTOR, DEGREE, WHO = "network.out_degree.factor", "network.mean_degree", "seeding.kind"
SHARE = 0.1
LEAST = 0.01  # a probability of global cascades below which nobody is said to start them


def share(ordinary: float, influential: float) -> float:
    """Return the share of global cascades that ordinary people start."""
    started = (1 - SHARE) * ordinary, SHARE * influential
    return started[0] / sum(started) if sum(started) >= LEAST else math.nan


def theory(degree: float, factor: float, threshold: float, *, scaled: bool) -> float:
    """Return the same in infinite networks by the degree of ordinary people; `scaled`: of all that they hear, too."""
    _, first, rest = laws = degree_laws.two_class(degree * (1 - SHARE + SHARE * factor), SHARE, factor)
    heard = None
    if scaled:  # the in-degree has the law of the person's own class, whatever the out-degree
        mixed = np.maximum(laws.mixture, 1e-300)
        influencer = (SHARE * first / mixed)[:, None]
        heard = influencer * first + (1 - influencer) * rest
    u = triggering(laws.mixture, threshold, directed=True, in_degree_law=heard).u
    chance = 1.0 - u ** np.arange(laws.mixture.size)
    return share(float(rest @ chance), float(first @ chance))


def fast_company2008(store: Store) -> Drawn:
    """Draw the share of global cascades that ordinary people start, under three readings of the same story."""
    results = results_of(store, "fast_company2008", FACTOR, DEGREE, WHO,
                         fixed={"network.kind": "influence", "model.name": "threshold"})
    threshold, rows = results.scenario["model"]["threshold"], []
    by = {(entry["point"][FACTOR], entry["point"][DEGREE], entry["point"][WHO]): entry for entry in results.entries}
    with style():
        figure = new_figure("double", 62)
        panels = figure.subplots(1, 3, sharey=True)
        for factor, look in zip(sorted(results.axes[FACTOR]), CYCLE, strict=False):
            per = 1 - SHARE + SHARE * factor
            for z in sorted(results.axes[DEGREE]):
                pair = [by.get((factor, z, who)) for who in ("ordinary", "influential")]
                if not all(pair):
                    continue
                (low_o, high_o), (low_i, high_i) = (each["p_global_interval"] for each in pair)
                rows.append({"source": "simulated", "factor": factor, "mean_degree": z, "ordinary_degree": z / per,
                             "p_ordinary": pair[0]["p_global"], "p_influential": pair[1]["p_global"],
                             "share_ordinary": share(pair[0]["p_global"], pair[1]["p_global"]),
                             "low": share(low_o, high_i), "high": share(high_o, low_i)})
            seen = [row for row in rows if row["factor"] == factor and row["share_ordinary"] == row["share_ordinary"]]
            for axes, x in zip(panels, ("mean_degree", "ordinary_degree"), strict=False):
                axes.errorbar([row[x] for row in seen], [row["share_ordinary"] for row in seen], **look.symbol,
                              linestyle="none", elinewidth=0.8, yerr=[
                                  [row["share_ordinary"] - row["low"] for row in seen],
                                  [row["high"] - row["share_ordinary"] for row in seen]])
            for axes, per_x, scaled in zip(panels, (per, 1.0, 1.0), (False, False, True), strict=True):
                xs = np.linspace(0.1, 8.0, 160)
                ys = [theory(x / per_x, factor, threshold, scaled=scaled) for x in xs]
                axes.plot(xs, ys, color=look.color, linestyle=look.dashes)
                rows += [{"source": "theory", "reading": axes is panels[2], "factor": factor,
                          "mean_degree" if axes is panels[0] else "ordinary_degree": float(x), "share_ordinary": y}
                         for x, y in zip(xs, ys, strict=True)]
        for axes, label in zip(panels, ("mean degree z", "degree of ordinary people", "the same, in-degree scaled too"),
                               strict=True):
            axes.axhline(0.5, color=INK, linewidth=0.5)
            axes.set(xlabel=label, xlim=(0, 8), ylim=(0, 1))
        panels[0].set_ylabel("share started by ordinary people")
        legend(figure, [Line2D([], [], **look.symbol, linestyle=look.dashes, label=f"{factor:g} times")
                        for factor, look in zip(sorted(results.axes[FACTOR]), CYCLE, strict=False)], "reach")
        caption(figure, results.caption(
            results.entries, "Share of global cascades, everybody starting as often. Lines: theory, infinite networks,",
            "by class; symbols: simulated, by rank of out-degree, bars from both 95 % intervals. Blank: outside the",
            "window. Right: influencers are also influenced by as many times more people; theory only."))
    return Drawn(figure, rows)


if __name__ == "__main__":
    sys.exit(publish(fast_company2008))
