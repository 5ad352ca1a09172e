"""What was measured, for people: a table with the losing cases first, the machine, the comparison with a baseline."""

from __future__ import annotations

import importlib.metadata
import math
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore import __version__
from simcore.machine import available_cores, available_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WORSE = 1.10  # a ratio that fell by this factor at least, whatever the noise, is a regression


def machine() -> dict[str, Any]:
    """Return what the times depend on besides the code; nothing that names the machine."""
    memory = available_memory()
    return {"cpu": _cpu(), "cores": available_cores(), "free_gib": memory and round(memory / 2**30, 1),
            "system": platform.system(), "python": platform.python_version(), "simcore": __version__,
            **{package: importlib.metadata.version(package) for package in ("numba", "numpy")}}


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")),
                platform.processor() or platform.machine())


def loses(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is to our disadvantage: a faster peer, or a bar that was not reached."""
    return missed(row) or (not row["limit"] and row["ratio"] < 1.0)


def missed(row: Mapping[str, Any]) -> bool:
    """Tell whether a bar was not reached."""
    seconds, room = row["at_most_seconds"] or math.inf, row["at_most_bytes"] or math.inf
    return (row["at_least"] or 0.0) > row["ratio"] or row["ours_seconds"] > seconds or row["ours_peak_bytes"] > room


def ordered(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the losing rows, then the others; each in the order of the cases."""
    return sorted(rows, key=lambda row: not loses(row))


def table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a readable report, losing cases first."""
    cells = [("case", "peer", "an item: ours", "theirs", "ns/arc: ours", "theirs", "times ours", "95 %", "at least",
              "limit", "MiB", "equal", "by")]
    for row in ordered(rows):
        low, high = row["ratio_interval"]
        least, seconds, room = row["at_least"], row["at_most_seconds"], row["at_most_bytes"]
        bars = ([f"{least:.3g}"] if least else []) + ([readable(seconds)] if seconds else []) + (
            [f"{room / 2**20:.0f} MiB"] if room else [])
        cells.append((
            row["case"], " ".join([row["peer"], *row["versions"].values()]), readable(row["ours_seconds"]),
            readable(row["peer_seconds"]), _figure(row["ours_ns_per_arc"]), _figure(row["peer_ns_per_arc"]),
            f"{row['ratio']:,.3g}", f"{low:,.3g}-{high:,.3g}",
            ", ".join(bars) + (" MISSED" if missed(row) else ""),
            "" if row["limit_ratio"] is None else f"{row['limit_ratio']:.2f}",
            f"{row['ours_peak_bytes'] / 2**20:.0f}", row["equal"], row["algorithm"]))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        yield "  ".join(cell.ljust(width) if k in (0, 1, 8, 11, 12) else cell.rjust(width)
                        for k, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()


def regressions(rows: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return in what these results are worse than a baseline: each a sentence.

    A ratio is worse if even the best of its interval is below the worst of the baseline's by more than 10 %; work is
    exact, and must be equal as long as the case is of the same size.
    """
    known, found = {(row["case"], row["peer"]): row for row in before}, []
    for row in rows:
        old = known.get((row["case"], row["peer"]))
        if old is None:
            continue
        name = f"{row['case']}, {row['peer']}"
        worse = old["ratio_interval"][0] / row["ratio_interval"][1]
        if worse > WORSE:
            found.append(f"{name}: ours is slower by a factor of {worse:.2f} at least: times ours {row['ratio']:.4g}, "
                         f"baseline {old['ratio']:.4g}")
        same = all(row[key] == old[key] for key in ("n", "arcs", "replicates", "networks", "outcomes"))
        if same and row["work"] != old["work"]:
            found.append(f"{name}: the work is another: {row['work']}, baseline {old['work']}")
    return found


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.3g}"


def readable(seconds: float) -> str:
    """Return seconds in their unit."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1.0:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
