"""Whether the infected come in waves, how large and how far apart, where runs are recorded over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore.figures import over_time, words
from simcore.figures.results import evenly

if TYPE_CHECKING:
    from simcore.figures import Results

_MOST = 6  # points told of
_LEAST = 40  # steps in which waves can be told from chance


def waves(results: Results) -> list[str]:
    """Return how far the infected go up and down in the second half of the runs that last, and in what period.

    Parameters
    ----------
    results : Results

    Returns
    -------
    list of str
        A sentence for each of at most six points; none where nothing is recorded, or most runs die out.
    """
    if over_time.unsuited(results) or over_time.observable(results) != "infected":
        return []
    told = []
    for entry in evenly(results.entries, _MOST):
        runs = over_time.courses(results, entry).runs
        late = runs[runs[:, -1] > 0, runs.shape[1] // 2 :] / entry["n"]
        if 2 * len(late) < len(runs) or late.shape[1] < _LEAST or runs.shape[1] <= results.scenario["horizon"]:
            continue  # most die out
        swings, mean = late - late.mean(axis=1, keepdims=True), late.mean()
        power = (np.abs(np.fft.rfft(swings, axis=1)) ** 2).mean(axis=0)
        strongest = int(power[1:].argmax()) + 1
        if power[strongest]:
            where = words.name({path: value for path, value in entry["point"].items() if value is not None})
            by_chance = (mean * (1.0 - mean) / entry["n"]) ** 0.5
            told.append(f"In the second half of time {100 * mean:.3g} % of the nodes are infected"
                        f"{f' ({where})' * bool(where)}, up and down by {100 * swings.std(axis=1).mean():.2g} % "
                        f"(standard deviation in a run; {100 * by_chance:.2g} % if each were so on its own), most "
                        f"strongly every {late.shape[1] / strongest:.2g} steps: "
                        f"{100 * power[strongest] / power[1:].sum():.2g} % of the variance.")
    return told
