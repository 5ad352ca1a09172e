"""What the responsiveness index of a year tells of the two after: python culture_responsiveness.py RESULTS OUT.svg."""

import sys
from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from simcore.figures import Drawn, new_figure, style
from simcore.figures.script import publish, results_of, series_of
from simcore.figures.style import CYCLE, bars, caption, legend
from simcore.quantities import draws
from simcore.store import Store

YEAR, RESAMPLES = 12, 1000
PARTS = {"front": "front-line commitment", "first_contact": "settled at first contact",
         "heard_above": "heard above the front line"}
FUTURES = {"retention": "retention, a month", "revenue": "revenue, front-line months"}


def ranks(x: np.ndarray) -> np.ndarray:
    """Return ranks along the last axis, ties sharing theirs."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(x, axis=-1))


def correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Return Spearman's coefficient of two arrays of numbers."""
    return float(np.corrcoef(ranks(x.ravel()), ranks(y.ravel()))[0, 1])


def within(x: np.ndarray, y: np.ndarray) -> float:
    """Return Spearman's coefficient among the runs of one setting, pooled over the settings (rows)."""
    a, b = (ranks(z) - (z.shape[1] + 1) / 2 for z in (x, y))
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


def culture_responsiveness(store: Store) -> Drawn:
    """Draw how well the index without satisfaction, and each part of it, predicts retention and revenue."""
    results = results_of(store, "culture_responsiveness", "model.start", "model.feedback")
    runs = np.stack([*series_of(store, *PARTS, *FUTURES).values()])  # by point, replicate, time
    first, after = slice(1, YEAR + 1), slice(YEAR + 1, None)
    signs = dict(zip(PARTS, np.moveaxis(np.nanmean(runs[:, :, first, :len(PARTS)], axis=2), 2, 0), strict=True))
    signs = {"index": sum(signs.values(), np.zeros(runs.shape[:2])) * 100 / len(PARTS), **signs}
    futures = dict(zip(FUTURES, np.moveaxis(np.nanmean(runs[:, :, after, len(PARTS):], axis=2), 2, 0), strict=True))
    again = draws(0, runs.shape[1], RESAMPLES)  # settings share their luck, so replicates are taken again, not runs
    data: list[dict[str, Any]] = []
    for name, sign in signs.items():
        for future, value in futures.items():
            for among, measure in (("all runs", correlation), ("runs of one setting", within)):
                spread = np.std([measure(sign[:, taken], value[:, taken]) for taken in again])
                found = measure(sign, value)
                data.append({"sign": PARTS.get(name, "index"), "of": future, "among": among, "rho": found,
                             "rho_low": found - 1.96 * spread, "rho_high": found + 1.96 * spread, "runs": value.size})
    with style():
        figure = new_figure("double", 62.0)
        left, right = figure.subplots(1, 2)
        left.scatter(signs["index"], futures["retention"], s=3.0, linewidth=0, color=CYCLE[0].color)
        left.set(xlabel="responsiveness index, mean of the first year", ylabel=f"{FUTURES['retention']}, after")
        names = ["index", *PARTS.values()]
        for k, (future, look) in enumerate(zip(FUTURES, CYCLE, strict=False)):
            for j, among in enumerate(("all runs", "runs of one setting")):
                there = [row for row in data if row["of"] == future and row["among"] == among]
                at = [-names.index(row["sign"]) + 0.24 - 0.32 * j - 0.16 * k for row in there]
                right.errorbar([row["rho"] for row in there], at, xerr=bars(there, "rho"), color=look.color,
                               linestyle="none", marker=look.marker, elinewidth=0.8,
                               markerfacecolor="white" if j else look.color)
        right.axvline(0.0, color="#5f5f5f", linewidth=0.6)
        right.set_yticks([-k for k in range(len(names))], names)
        lowest = np.nanmin([row["rho_low"] for row in data], initial=-0.1)
        right.set(xlim=(lowest - 0.03, 1.0), xlabel="Spearman correlation with the two years after")
        legend(figure, [*(Line2D([], [], linestyle="none", marker=look.marker, color=look.color, label=future)
                          for future, look in zip(FUTURES, CYCLE, strict=False)),
                        Line2D([], [], linestyle="none", marker="o", color="#5f5f5f", label="among all runs"),
                        Line2D([], [], linestyle="none", marker="o", color="#5f5f5f", markerfacecolor="white",
                               label="among runs of one setting")])
        caption(figure, results.caption(results.entries, "The index leaves satisfaction out, on which leaving depends. "
                                        "Bars: 95 %, by taking replicates again."))
    return Drawn(figure, data)


if __name__ == "__main__":
    sys.exit(publish(culture_responsiveness))
