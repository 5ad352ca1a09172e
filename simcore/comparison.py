"""Differences between points that share their luck: paired by replicate, and so more certain than each point is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import UsageError, did_you_mean
from simcore.intervals import Z, student
from simcore.quantities import P_GLOBAL, crossed, nodes
from simcore.scenario.axes import alike
from simcore.scenario.wording import shown
from simcore.summary import in_file_order, swept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simcore.quantities import Crossed
    from simcore.store import Store



def compare(store: Store, by: str, of: str, data: Crossed | None = None) -> dict[str, Any]:
    """Compare the values of an axis with the first of them, at each setting of the others and over all settings.

    Replicates that share an index share their luck, so each makes one difference. Intervals of means are Student's,
    with networks as units where replicates share them. Those of p_global at one setting are Bonett and Price's
    (doi:10.3102/1076998611411915), at the effective number of replicates: they hold where hardly any replicate differs.

    Parameters
    ----------
    store : Store
    by : str
        The axis.
    of : str
        ``"p_global"`` or the mean of an outcome.
    data : Crossed, optional
        This quantity of this store, where it is known already: to know it, every file is read.

    Returns
    -------
    dict
        ``scenario, nodes, by, of, against, replicates, independent_points, pairs, overall``; see `docs/sweeps.md`.

    Raises
    ------
    UsageError
        If nothing is compared, or there is no such axis or quantity.
    """
    axes = swept(store.manifest)
    if by not in axes:
        raise UsageError(f"{store.folder}: '{by}' is not swept; axes are {', '.join(axes) or 'none'}"
                         f"{did_you_mean(by, axes)}")
    data = data or crossed(store, of)
    deviations = data.deviations()
    position = {hash_: k for k, hash_ in enumerate(sorted(point["hash"] for point in store.manifest["points"]))}
    points = [(position[point["hash"]], dict(point["point"])) for point in in_file_order(store.manifest)]
    first = axes[by][0]
    pairs: list[dict[str, Any]] = []
    found: dict[str, list[tuple[int, int]]] = {}
    for a, b, setting, value in _pairs(points, by, first):
        found.setdefault(alike(value), []).append((a, b))
        pairs.append({"setting": setting, "value": value, **_difference(data, deviations, [(a, b)], of)})
    if not pairs:
        raise UsageError(f"{store.folder}: no two points differ in '{by}' alone, which has the values "
                         f"{shown(axes[by])}; compare points of a grid")
    overall = [{"value": value, "settings": len(found[alike(value)]),
                **_difference(data, deviations, found[alike(value)], of)} for value in axes[by][1:]
               if alike(value) in found]
    scenario = store.manifest["scenario"]
    return {"scenario": scenario["title"], "nodes": nodes(store), "by": by, "of": of, "against": first,
            "replicates": int(data.clusters.size), "independent_points": scenario["independent_points"], "pairs": pairs,
            "overall": overall}


def _pairs(points: list[tuple[int, dict[str, Any]]], by: str,
           first: Any) -> list[tuple[int, int, dict[str, Any], Any]]:
    """Return (point, point it is compared with, what both have in common, value) of all that differ in one axis alone.

    An axis that depends on this one may be set in only one of them.
    """
    base = [(k, setting) for k, setting in points if by in setting and alike(setting[by]) == alike(first)]
    shared = {path for _, setting in base for path in setting} - {by}

    def key(setting: Mapping[str, Any]) -> str:
        return alike({path: value for path, value in setting.items() if path in shared})

    against = {key(setting): k for k, setting in base}
    return [(k, against[key(setting)], {path: value for path, value in setting.items() if path != by}, setting[by])
            for k, setting in points
            if by in setting and alike(setting[by]) != alike(first) and key(setting) in against]


def _difference(data: Crossed, deviations: NDArray[np.float64], pairs: list[tuple[int, int]],
                of: str) -> dict[str, Any]:
    """Return the mean difference over pairs of points, its interval, and how much pairing helps."""
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    weights = np.zeros(len(data.values))
    np.add.at(weights, a, 1 / len(pairs))
    np.add.at(weights, b, -1 / len(pairs))
    differences = weights @ data.values
    value = float(differences.mean())
    paired = float(((weights @ deviations) ** 2).sum())
    apart = float((weights**2 @ deviations**2).sum())  # as many replicates, but each point with luck of its own
    if of == P_GLOBAL and len(pairs) == 1:
        low, high = _of_proportions(differences, paired, int(data.clusters.max()) + 1)
    else:
        reach = float(student(int(data.clusters.max()))) * math.sqrt(paired) if data.clusters.max() else math.nan
        low, high = value - reach, value + reach
    return {"mean": float(data.means[a].mean()), "mean_against": float(data.means[b].mean()), "difference": value,
            "interval": [low, high] if math.isfinite(low) else None,
            "variance_reduction": apart / paired if paired > 0 else None}


def _of_proportions(differences: NDArray[np.float64], paired: float, clusters: int) -> tuple[float, float]:
    """Return Bonett and Price's interval of a difference of paired proportions, at the effective number of pairs."""
    number = differences.size
    up, down = float((differences > 0).sum()), float((differences < 0).sum())
    plain = float(differences.var()) / number
    effective = number if clusters == number else min(plain / paired * number, number) if paired > 0 else clusters
    p, q = ((count * effective / number + 1) / (effective + 2) for count in (up, down))
    known = clusters == number or not paired > 0  # how far pairs are from independent
    reach = (Z if known else float(student(clusters - 1))) * math.sqrt((p + q - (p - q) ** 2) / (effective + 2))
    return p - q - reach, p - q + reach


def table(found: Mapping[str, Any]) -> str:
    """Return differences as a table for reading."""
    paths = list(dict.fromkeys(path for pair in found["pairs"] for path in pair["setting"]))
    head = [*paths, found["by"], found["of"], "against", "difference", "95 % interval", "variance / paired"]
    rows = [[*("-" if path not in entry.get("setting", {}) else _cell(entry["setting"][path]) for path in paths),
             _cell(entry["value"]), f"{entry['mean']:.4f}", f"{entry['mean_against']:.4f}",
             f"{entry['difference']:+.4f}",
             "-" if entry["interval"] is None else "{:+.4f} to {:+.4f}".format(*entry["interval"]),
             "-" if entry["variance_reduction"] is None else f"{entry['variance_reduction']:.2f}"]
            for entry in [*found["pairs"], *found["overall"] * (len(found["pairs"]) > len(found["overall"]))]]
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    lines.insert(1, "  ".join("-" * width for width in widths))
    luck = "points do not share their luck" if found["independent_points"] else "points share their luck"
    paired = f"against: {found['by']} = {_cell(found['against'])}; {found['replicates']} replicates; {luck}"
    return "\n".join([*lines, "", paired,
                      "variance / paired: variance of the difference if points did not, over that of the paired one"])


def _cell(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else value if isinstance(value, str) else shown(value)
