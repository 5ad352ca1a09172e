"""Dodds & Watts (2004), three classes of contagion: python dodds_watts2004.py RESULTS OUT.svg."""

import sys

import numpy as np
from matplotlib.lines import Line2D
from scipy import stats

from simcore.figures import Drawn, means, points, style, words
from simcore.figures.script import publish, results_of
from simcore.figures.style import FAINT, INK, caption, legend
from simcore.store import Store
from simcore.theory import contagion_class, exposure_chances, steady_states

EXPOSURE, THRESHOLD, BEGINNING = "model.exposure", "model.threshold", "seeding.share"
THEORY = {f"theory, {name}": {"color": color, "marker": marker, "markersize": 1.6, "markeredgewidth": width,
                              "linestyle": "none"}
          for name, color, marker, width in (("stable", INK, ".", 0.0), ("unstable", FAINT, "x", 0.4))}


def dodds_watts2004(store: Store) -> Drawn:
    """Draw prevalence in the long run over exposure, for each threshold and beginning, with theory's steady states."""
    results = results_of(store, "dodds_watts2004_contagion", EXPOSURE, THRESHOLD, BEGINNING,
                         fixed={"model.name": "generalised-contagion"})
    declared = results.scenario["model"]
    variance = np.log(1 + (declared["dose_sd"] / declared["dose"]) ** 2)  # of the logarithm
    doses = stats.lognorm(np.sqrt(variance), scale=declared["dose"] * np.exp(-variance / 2))
    thresholds, data = results.axes[THRESHOLD], []
    with style():
        figure, panels = points.side_by_side(len(thresholds), 60.0)
        for axes, threshold in zip(panels, thresholds, strict=True):
            lines = [line for line in results.lines(EXPOSURE) if line.setting[THRESHOLD] == threshold]
            means.means(results, "share", lines, axes, joined=False)
            data += [row for each in means.rows(results, "share", lines) for row in each]
            chances = exposure_chances(doses, threshold, declared["memory"])
            states = [{"source": f"theory, {'stable' if stable else 'unstable'}", THRESHOLD: threshold,
                       EXPOSURE: float(exposure), "share": float(share)}
                      for exposure in np.linspace(0.01, max(results.axes[EXPOSURE]), 160)
                      for share, stable in zip(*steady_states(chances, float(exposure)), strict=True)]
            for name, look in THEORY.items():
                mine = [row for row in states if row["source"] == name]
                axes.plot([row[EXPOSURE] for row in mine], [row["share"] for row in mine], zorder=1, **look)
            data += states
            axes.set(ylim=(-0.03, 1.03), ylabel="share infected in the long run")
            axes.set_title(f"threshold {threshold:g}: class {contagion_class(chances).name}", fontsize=7)
            axes.label_outer()
        settings = [{BEGINNING: share} for share in results.axes[BEGINNING]]
        known = [Line2D([], [], label=name, **look) for name, look in THEORY.items()]
        legend(figure, [*points.handles(settings, dashed=False), *known], words.title(settings[0]))
        caption(figure, results.caption(results.entries, "Bars: 95 % intervals of means."))
    return Drawn(figure, data)


if __name__ == "__main__":
    sys.exit(publish(dodds_watts2004))
