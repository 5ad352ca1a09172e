"""How far down the chief reaches, level by level: python culture_from_the_top.py RESULTS OUT.svg."""

import sys
from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from simcore.figures import Drawn, new_figure, style, words
from simcore.figures.script import publish, results_of, series_of
from simcore.figures.style import CYCLE, bars, caption, legend, scale
from simcore.intervals import Z
from simcore.store import Store

VISIBILITY, TIME, PEERS = "model.visibility", "model.executive_time", "model.peers"
GROUPS = {"executives_free": "executives but the chief", "middle_free": "middle managers",
          "front_free": "front line"}
LAST = 24  # periods that are averaged


def culture_from_the_top(store: Store) -> Drawn:
    """Draw by how much each group is more committed than in the twin without the chief's example."""
    results = results_of(store, "culture_from_the_top", VISIBILITY, TIME, PEERS)
    twins = {point["id"]: (point["hash"], point["twin"]) for point in store.manifest["points"] if "twin" in point}
    found = {hash_: np.nanmean(runs[:, -LAST:], axis=1)
             for hash_, runs in series_of(store, "executives", "executives_free", "middle_free", "front_free").items()}
    data: list[dict[str, Any]] = []
    for entry in results.entries:
        mine, other = (found[hash_] for hash_ in twins[entry["id"]])
        for k, group in enumerate(GROUPS, start=1):
            gains = mine[:, k] - other[:, k]
            reach = Z * gains.std(ddof=1) / np.sqrt(gains.size)
            data.append({**entry["point"], "group": group, "gain": float(gains.mean()),
                         "gain_low": float(gains.mean() - reach), "gain_high": float(gains.mean() + reach)})
    panels = [(time, peers) for time in results.axes[TIME] for peers in results.axes[PEERS]]
    with style():
        figure = new_figure("double", 58.0)
        for axes, (time, peers) in zip(figure.subplots(1, len(panels), sharey=True), panels, strict=True):
            for group, look in zip(GROUPS, CYCLE, strict=False):
                there = [row for row in data if (row[TIME], row[PEERS], row["group"]) == (time, peers, group)]
                axes.errorbar([row[VISIBILITY] for row in there], [row["gain"] for row in there], bars(there, "gain"),
                              **look.symbol, linestyle=look.dashes, elinewidth=0.8)
            axes.axhline(0.0, color="#5f5f5f", linewidth=0.6)
            axes.set_title(f"{words.label(TIME)} {time:g}, {words.label(PEERS)} {peers:g}", loc="left", fontsize=7)
            scale(axes, "x", logarithmic=False)
            axes.set(xlabel=words.label(VISIBILITY))
            axes.label_outer()
        figure.axes[0].set_ylabel("commitment more than the twin")
        legend(figure, [Line2D([], [], **look.symbol, linestyle=look.dashes, label=label)
                        for label, look in zip(GROUPS.values(), CYCLE, strict=False)])
        caption(figure, results.caption(results.entries, f"Means of the last {LAST} periods of those whose seats are "
                                        "not held. Bars: 95 %, paired under the same luck."))
    return Drawn(figure, data)


if __name__ == "__main__":
    sys.exit(publish(culture_from_the_top))
