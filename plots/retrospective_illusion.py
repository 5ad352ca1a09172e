"""Influencers found in successful cascades, and the next time: python retrospective_illusion.py RESULTS OUT.svg."""

import itertools
import sys

from matplotlib.lines import Line2D

from simcore.figures import Drawn, new_figure, style, words
from simcore.figures.script import publish, results_of
from simcore.figures.style import CYCLE, bars, caption, legend, scale
from simcore.instruments.retrospect import FOUND_BY, hindsight
from simcore.keeping import stored
from simcore.store import Store

PASSED = "model.transmission"
PEOPLE, AGAIN = 20, 100
GROUPS = {"apparent": "in the cascades that they were found by", "held_out": "the next time",
          "same_degree": "others with as many contacts", "everybody": "anybody"}
RULES = dict(zip(FOUND_BY, ("who started", "who convinced most people", "the first 1 % to adopt"), strict=True))


def retrospective_illusion(store: Store) -> Drawn:
    """Draw what those who started the largest cascades are worth when they start again, beside others."""
    results = results_of(store, "retrospective_illusion", PASSED, fixed={"model.name": "independent-cascade"})
    study, data = stored(store), []
    for (position, point), rule in itertools.product(enumerate(study.scenario.points), RULES):
        found = hindsight(study.network(position, 0), point.model.name, replicates=study.scenario.replicates,
                          people=min(PEOPLE, study.scenario.replicates), again=AGAIN, seed=study.scenario.seed,
                          horizon=point.horizon, found_by=rule, transmission=dict(point.setting)[PASSED])
        row = {PASSED: dict(point.setting)[PASSED], "found_by": rule}
        for name in GROUPS:
            mean = getattr(found, name)
            row |= {name: mean.value, f"{name}_low": mean.interval[0], f"{name}_high": mean.interval[1]}
        data.append(row)
    with style():
        figure = new_figure("double", 58)
        for (rule, title), axes in zip(RULES.items(), figure.subplots(1, len(RULES), sharey=True), strict=True):
            mine = [row for row in data if row["found_by"] == rule]
            for name, look in zip(GROUPS, CYCLE, strict=False):
                axes.errorbar([row[PASSED] for row in mine], [row[name] for row in mine], yerr=bars(mine, name),
                              **look.symbol, linestyle=look.dashes, elinewidth=0.8)
            scale(axes, "x", logarithmic=False)
            scale(axes, "y", logarithmic=True)
            axes.set(xlabel=words.label(PASSED), ylabel="people reached, on average")
            axes.set_title(title, fontsize=7)
            axes.label_outer()
        legend(figure, [Line2D([], [], **look.symbol, linestyle=look.dashes, label=label)
                        for label, look in zip(GROUPS.values(), CYCLE, strict=False)],
               f"{PEOPLE} people found in the largest cascades")
        caption(figure, results.caption(results.entries, f"Each starts {AGAIN} times again. Bars: 95 % over people."))
    return Drawn(figure, data)


if __name__ == "__main__":
    sys.exit(publish(retrospective_illusion))
