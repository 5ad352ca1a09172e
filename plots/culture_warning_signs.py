"""Signs of a loss within a year, scored on culture_wanes: python culture_warning_signs.py RESULTS OUT.svg."""

import sys
from typing import Any

import numpy as np

from simcore.figures import Drawn, new_figure, style
from simcore.figures.script import publish, results_of, series_of
from simcore.figures.style import bars, caption
from simcore.intervals import Z
from simcore.store import Store

AHEAD, WINDOW, LOSS = 12, 12, 0.05
SIGNS = {"between": "variance between departments", "autocorrelation": "lag-1 autocorrelation",
         "heard": "share heard", "first_contact": "share settled at first contact"}


def area(score: np.ndarray, lost: np.ndarray) -> tuple[float, float]:
    """Return the area under the curve of a sign and its standard error (Hanley & McNeil 1982)."""
    ranks = np.unique(score, return_inverse=True)[1]
    order = np.bincount(ranks).cumsum() - (np.bincount(ranks) - 1) / 2
    yes, no = int(lost.sum()), int((~lost).sum())
    a = (order[ranks][lost].sum() - yes * (yes + 1) / 2) / (yes * no)
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    return a, float(np.sqrt((a * (1 - a) + (yes - 1) * (q1 - a * a) + (no - 1) * (q2 - a * a)) / (yes * no)))


def autocorrelation(x: np.ndarray) -> float:
    """Return the lag-1 autocorrelation of a window less its straight line; 0 where nothing is left."""
    t = np.arange(x.size)
    left = x - np.polyval(np.polyfit(t, x, 1), t)
    return float(left[1:] @ left[:-1] / (left @ left)) if left @ left > 0 else 0.0


def culture_warning_signs(store: Store) -> Drawn:
    """Score each sign, a year after the programme, as a predictor of losing .05 of commitment within the next year."""
    results = results_of(store, "culture_wanes", "model.susceptibility", "model.start")
    twins = {point["hash"] for point in store.manifest["points"] if point.get("is_twin")}
    now = int(results.scenario["programme"][0]["until"]) + WINDOW
    recent = slice(now - WINDOW + 1, now + 1)
    signs: dict[str, list[float]] = {name: [] for name in SIGNS}
    lost: list[bool] = []
    for point, runs in series_of(store, "mean", "between", "heard", "first_contact").items():
        for run in runs if point not in twins else ():
            signs["autocorrelation"].append(autocorrelation(run[recent, 0]))
            for k, name in enumerate(("between", "heard", "first_contact"), start=1):
                signs[name].append(float(np.nanmean(run[recent, k])))
            lost.append(bool(run[now + AHEAD, 0] < run[now, 0] - LOSS))
    outcome = np.array(lost)
    data: list[dict[str, Any]] = []
    for name, label in SIGNS.items():
        a, error = area(np.array(signs[name]), outcome)
        data.append({"sign": label, "area": a, "area_low": a - Z * error, "area_high": a + Z * error,
                     "losses": int(outcome.sum()), "runs": outcome.size})
    with style():
        figure = new_figure("single", 45.0)
        axes = figure.subplots()
        at = range(len(data))[::-1]
        axes.errorbar([row["area"] for row in data], list(at), xerr=bars(data, "area"), fmt="o", color="#0072b2")
        axes.axvline(0.5, color="#5f5f5f", linewidth=0.6)
        axes.set_yticks(list(at), [row["sign"] for row in data])
        axes.set(xlim=(0.0, 1.0), ylim=(-0.5, len(data) - 0.5), xlabel="area under the ROC curve")
        caption(figure, results.caption(results.entries, f"{int(outcome.sum())} of {outcome.size} runs lost {LOSS:g} "
                                        f"of commitment in the {AHEAD} periods after {now}. At .5 a sign tells "
                                        "nothing. Bars: 95 %."))
    return Drawn(figure, data)


if __name__ == "__main__":
    sys.exit(publish(culture_warning_signs))
