"""Commitment by level over time, with the twin, and customers by mood: what a company goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.figures import words
from simcore.figures.results import evenly
from simcore.figures.style import CYCLE, Drawn, caption, legend, new_figure, styled

if TYPE_CHECKING:
    from simcore.figures.results import Results, Rows

MOST = 4  # points, each a column of the figure
_GROUPS = ("executives", "middle", "front", "mean")
_MOODS = ("advocates", "passives", "detractors")
_COLORS = ("#009e73", "#d9d9d9", "#d55e00")


def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    if "organisation" not in results.scenario:
        return "it is of an organisation and its customers"
    return "" if results.store.manifest["observables"] else "no time step is recorded: [record] trajectories = true"


def _means(results: Results) -> dict[str, dict[str, Any]]:
    """Return the mean of what is drawn, over the replicates, for each point and time."""
    wanted = [*_GROUPS, "customers", "advocates", "detractors"]
    sums: dict[str, Any] = {}
    for table in results.store.tables("series"):
        names = table.column("point").to_pylist()
        t = table.column("t").to_numpy()
        columns = np.stack([table.column(name).to_numpy() for name in wanted], axis=1)
        hashes = np.array(names)
        for hash_ in dict.fromkeys(names):
            keep = hashes == hash_
            size = int(t[keep].max()) + 1
            total, number = sums.setdefault(hash_, (np.zeros((size, len(wanted))), np.zeros(size)))
            np.add.at(total, t[keep], columns[keep])
            np.add.at(number, t[keep], 1.0)
    return {hash_: dict(zip(wanted, (total / number[:, None]).T, strict=True))
            for hash_, (total, number) in sums.items()}


@styled
def drawn(results: Results) -> Drawn:
    """Draw commitment above customers, a column for each of at most four points."""
    known = {point["id"]: point for point in results.store.manifest["points"]}
    means, entries = _means(results), evenly(results.entries, MOST)
    figure = new_figure("double" if len(entries) > 1 else "single", 95.0)
    grid = figure.subplots(2, len(entries), squeeze=False, sharex=True, sharey="row")
    data: Rows = []
    for (above, below), entry in zip(grid.T, entries, strict=True):
        point = known[entry["id"]]
        found, twin = means[point["hash"]], means.get(point.get("twin", ""))
        t = np.arange(found["mean"].size)
        for look, group in zip(CYCLE, _GROUPS, strict=False):
            above.plot(t, found[group], color=look.color, linewidth=1.0, label=group)
            if twin is not None:
                above.plot(t, twin[group], color=look.color, linestyle=(0, (1.2, 1.2)), linewidth=0.8)
        passives = found["customers"] - found["advocates"] - found["detractors"]
        below.stackplot(t, found["advocates"], passives, found["detractors"], colors=_COLORS, labels=_MOODS)
        if twin is not None:
            below.plot(t, twin["customers"], color="black", linestyle=(0, (1.2, 1.2)), linewidth=0.8)
        setting = {path: entry["point"][path] for path in results.axes if path in entry["point"]}
        above.set_title(",\n".join(f"{words.label(path)} {words.shown(value)}" for path, value in setting.items()),
                        loc="left", fontsize=6)
        below.set_xlabel("period")
        data += [{**setting, "t": int(k), **{name: float(values[k]) for name, values in found.items()},
                  **({f"twin_{name}": float(values[k]) for name, values in twin.items()} if twin else {})} for k in t]
    grid[0, 0].set_ylabel("commitment")
    grid[0, 0].set_ylim(0.0, 1.0)
    grid[1, 0].set_ylabel("customers")
    legend(figure, [*grid[0, 0].get_legend_handles_labels()[0], *grid[1, 0].get_legend_handles_labels()[0]])
    caption(figure, results.caption(
        entries, "Dotted: the twin, to which nothing was done." * any("twin" in entry for entry in entries)))
    return Drawn(figure, data)
