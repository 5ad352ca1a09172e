"""Who is missed most, hubs, anybody or the easily influenced: python immune_people.py RESULTS OUT.svg."""

import sys

from simcore.figures import Drawn, means, points, style, words
from simcore.figures.over_axis import LABELS
from simcore.figures.script import publish, results_of
from simcore.figures.style import INK, caption, legend
from simcore.store import Store

DEGREE, WHO, SHARE = "network.mean_degree", "immune.kind", "immune.share"


def immune_people(store: Store) -> Drawn:
    """Draw how often cascades are still global as more people are immune, by who they are, for each mean degree."""
    results = results_of(store, "immune_people", SHARE, WHO, DEGREE, fixed={"model.name": "threshold"})
    data = []
    with style():
        figure, panels = points.side_by_side(len(results.axes[DEGREE]), 58.0)
        for axes, degree in zip(panels, results.axes[DEGREE], strict=True):
            lines = [line for line in results.lines(SHARE) if line.setting[DEGREE] == degree]
            means.means(results, "p_global", lines, axes)
            data += [row for each in means.rows(results, "p_global", lines) for row in each]
            for line in lines:
                said = [{"source": "theory", **line.setting, SHARE: x, "p_global": expected.p_global}
                        for x, expected in results.theory(SHARE, line.setting) if line.setting[WHO] == "random"]
                axes.plot([row[SHARE] for row in said], [row["p_global"] for row in said], color=INK, linewidth=0.8)
                data += said
            axes.set(ylim=(-0.03, 1.03), xlabel="share of people immune", ylabel=LABELS["p_global"])
            axes.set_title(words.name({DEGREE: degree}), fontsize=7)
            axes.label_outer()
        legend(figure, points.handles({WHO: who} for who in results.axes[WHO]), "immune")
        caption(figure, results.caption(results.entries, results.bars(results.entries),
                                         "Black: theory for random people, infinite networks."))
    return Drawn(figure, data)


if __name__ == "__main__":
    sys.exit(publish(immune_people))
