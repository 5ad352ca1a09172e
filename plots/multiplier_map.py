"""M and M/D over the plane of mean degree and threshold: python multiplier_map.py RESULTS OUT.svg."""

import itertools
import sys
from typing import Any

import numpy as np

from simcore.figures import Drawn, new_figure, style, words
from simcore.figures.script import publish, results_of
from simcore.figures.style import caption, scale
from simcore.network import degree_laws
from simcore.store import Store
from simcore.theory import cascade_window

X, Y, KIND = "network.mean_degree", "model.threshold", "network.kind"
LAWS = {"configuration": "network.degree", "influence": "network.out_degree"}
LEAST = 0.01  # a probability of global cascades below which there is no ratio
PANELS = (("m", "M", (1.0, None), "cividis"), ("m_over_d", "M / D", (0.5, 1.5), "RdBu_r"))
TIES = {"poisson": "ties both ways", "configuration": "ties both ways", "influence": "directed"}
FAMILIES = {"poisson": degree_laws.poisson, "geometric": degree_laws.geometric}


def upper_edge(kind: str, law: Any, threshold: float) -> float | None:
    """Return where the window ends in infinite networks; None if there is none. Out-degrees do not matter to it."""
    if kind == "influence":
        window = cascade_window(threshold, directed=True)
    elif isinstance(law, dict):
        window = cascade_window(threshold, family=lambda z: degree_laws.power_law(law["exponent"], z, law["cutoff"]),
                                between=(0.05, law["cutoff"] / 4))
    else:
        window = cascade_window(threshold, family=FAMILIES[law])
    return window[1] if window else None


def multiplier_map(store: Store) -> Drawn:
    """Draw how much more often the influential start global cascades, and whether in proportion to whom they reach."""
    results = results_of(store, "multiplier_map", X, Y, "seeding.kind", may=[KIND, *LAWS.values()],
                         fixed={"model.name": "threshold"})
    rows = []
    for entry in results.entries:
        if found := entry["multiplier"]:
            settings = {f"network.{key}": value for key, value in results.scenario["network"].items()} | {
                path: value for path, value in entry["point"].items() if value is not None}
            rows.append({KIND: settings[KIND], "law": settings.get(LAWS.get(settings[KIND], ""), "poisson"),
                         X: settings[X], Y: settings[Y], "p_global_influential": entry["p_global"],
                         **{name: found[name] for name in ("m", "m_interval", "d", "m_over_d", "m_over_d_interval")}})
    kinds = list(dict.fromkeys((row[KIND], words.shown(row["law"])) for row in rows))
    laws = {words.shown(row["law"]): row["law"] for row in rows}
    xs, ys = sorted(results.axes[X]), sorted(results.axes[Y])
    edges = [ys[0], *((a + b) / 2 for a, b in itertools.pairwise(ys)), ys[-1]]
    with style():
        figure = new_figure("double", 60.0 * len(kinds) if len(kinds) < 3 else 45.0 * len(kinds))
        grid = figure.subplots(len(kinds), len(PANELS), sharex=True, sharey=True, squeeze=False)
        for (kind, law), line in zip(kinds, grid, strict=True):
            upper = {y: upper_edge(kind, laws[law], y) for y in ys if kind in TIES}
            for axes, (name, label, (low, high), colours) in zip(line, PANELS, strict=True):
                cells = np.full((len(ys), len(xs)), np.nan)
                for row in rows:
                    if (row[KIND], words.shown(row["law"])) == (kind, law) and row[name] and (
                            row["p_global_influential"] >= LEAST):
                        cells[ys.index(row[Y]), xs.index(row[X])] = row[name]
                drawn = axes.pcolormesh(xs, ys, np.ma.masked_invalid(cells), shading="nearest", vmin=low,
                                        vmax=high or (2.5 if [*laws] == ["poisson"] else 8.0), cmap=colours)
                for y, edge in upper.items():
                    begin, end = edges[ys.index(y)], edges[ys.index(y) + 1]
                    if edge is not None and edge <= xs[-1] + 0.5:
                        axes.plot([edge, edge], [begin, end], color="black", linewidth=1.2, linestyle="--")
                axes.set_facecolor("#d9d9d9")
                axes.set(xlabel=words.label(X), ylabel=words.label(Y), xlim=(xs[0] - 0.5, xs[-1] + 0.5))
                axes.set_title(f"{TIES.get(kind, kind)}, {law.partition(' ')[0]} degrees", loc="left", fontsize=7)
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
