"""A summary as a table for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from simcore.definitions import lines as definition_lines
from simcore.scenario.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FEW = 2  # axes whose points may all differ in one at most without being moved one at a time
_OF_COMPANIES = {"mean": "commitment", "customers": "customers"}
_Columns: TypeAlias = "list[tuple[str, list[str]]]"  # two may have one name


def table(summary: Mapping[str, Any]) -> str:
    """Return a summary as a table for reading.

    Parameters
    ----------
    summary : mapping
        See `simcore.summary.summarise`.
    """
    points = summary["points"]
    setting_head, settings = _settings([entry["point"] for entry in points])
    is_company = all(name in entry["outcomes"] for entry in points for name in _OF_COMPANIES)
    columns, notes = (_of_companies if is_company else _of_cascades)(points)
    head = ["point", *setting_head, "replicates", *(name for name, _ in columns)]
    rows = [[entry["id"], *setting, str(entry["replicates"]) if entry["replicates"] == entry["planned"] else
             f"{entry['replicates']} of {entry['planned']}", *cells]
            for entry, setting, cells in zip(
                points, settings, zip(*(cells for _, cells in columns), strict=True), strict=True)]
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*lines, "", *notes, *definition_lines(summary["definitions"])])


def _settings(points: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list[str]]]:
    """Return the columns that say what a point is: its axes, or the one that it moves away from the first point."""
    paths = list(dict.fromkeys(path for point in points for path in point))
    short = {path: path.partition(".")[2] if "." in path and sum(
        other.endswith(path.partition(".")[2]) for other in paths) == 1 else path for path in paths}
    moved = [[path for path in paths if point.get(path) != points[0].get(path)] for point in points]
    if len(paths) > _FEW and max(map(len, moved)) == 1:
        return ["moved", "to"], [[short[path[0]], _shown(point.get(path[0]))] if path else ["-", "-"]
                                 for path, point in zip(moved, points, strict=True)]
    return list(short.values()), [[_shown(point.get(path)) for path in paths] for point in points]


def _of_companies(points: Sequence[Mapping[str, Any]]) -> tuple[_Columns, list[str]]:
    """Return what companies came to, and against their twins where they have them."""
    columns: _Columns = []
    for name, word in _OF_COMPANIES.items():
        columns += _estimates(word, [entry["outcomes"][name] if entry["outcomes"] else None for entry in points], name)
    notes = ["commitment: mean at the end; customers at the end; intervals: 95 %"]
    if any("twin" in entry for entry in points):
        against = [entry.get("twin", {}) for entry in points]
        kept = any((twin.get("gain_at_after") or {}).get("mean") is not None for twin in against)
        columns += _estimates("gain", [twin.get("gain_at_after" if kept else "gain") for twin in against], "mean")
        columns += _estimates("more customers", [twin.get("customers") for twin in against], "customers")
        notes.append(f"gain: commitment {'a while after the programmes' if kept else 'at the end'} less that of the "
                     "twin, to which nothing was done under the same luck; so are customers")
    return columns, notes


def _estimates(word: str, found: Sequence[Mapping[str, Any] | None], name: str) -> _Columns:
    digits = 4 if name == "mean" else 1
    cells = [(None, None) if one is None or one["mean"] is None else (one["mean"], one["interval"]) for one in found]
    return [(word, [_shown(mean, digits) for mean, _ in cells]),
            ("95 % interval", ["-" if not interval else f"{interval[0]:.{digits}f} - {interval[1]:.{digits}f}"
                               for _, interval in cells])]


def _of_cascades(points: Sequence[Mapping[str, Any]]) -> tuple[_Columns, list[str]]:
    """Return how often cascades are global, and how large those are, with theory and multipliers where there are."""
    columns = [("P(global)", [_shown(entry["p_global"], 4) for entry in points]),
               ("95 % interval", ["" if entry["p_global_interval"] is None else
                                  "{:.4f} - {:.4f}".format(*entry["p_global_interval"]) for entry in points])]
    predicted = [entry["theory"] for entry in points]
    has_theory = any(theory["p_global"] is not None for theory in predicted)
    if has_theory:
        columns.append(("theory", [_shown(theory["p_global"], 4) for theory in predicted]))
    columns.append(("size if global", [_shown(entry["share_given_global"], 4) for entry in points]))
    if has_theory:
        columns.append(("theory", [_shown(theory["share_given_global"], 4) for theory in predicted]))
    methods = sorted({entry["interval_method"] for entry in points if entry["replicates"]})
    notes = [f"P(global): share of replicates whose cascade is global; interval: {method}" for method in methods]
    if any(entry["multiplier"] for entry in points):
        found = [entry["multiplier"] or {"m": None, "d": None} for entry in points]
        columns += [(name.upper(), [_shown(one[name], 2) for one in found]) for name in ("m", "d")]
    return columns, notes


def _shown(value: Any, digits: int | None = None) -> str:
    if value is None:
        return "-"
    if digits is not None:
        return f"{value:.{digits}f}"
    return f"{value:g}" if isinstance(value, float) else value if isinstance(value, str) else shown(value)
