"""Measure everything and publish it: python3 -m benchmarks.publish [--quick | REPORT].

Writes `benchmarks/results/latest.json`, `docs/images/speed.svg` with its data, and the table of the README, the losing
cases first. From a REPORT of ``simcore bench --json`` it draws and writes alone.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .report import missed, ordered, readable

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[1]
REPORT, FIGURE, README = "benchmarks/results/latest.json", "docs/images/speed.svg", "README.md"
_BEGIN, _END = "<!-- speed: made by benchmarks/publish.py -->", "<!-- end of speed -->"
_BEFORE = "\n## What is in it\n"


def section(report: Mapping[str, Any]) -> str:
    """Return what the README says of a report: figure, machine, and a table with a row for each case and peer."""
    machine, lines = report["machine"], ["| case | ours | peer | theirs | times ours [95 %] | at least |",
                                         "|---|--:|---|--:|--:|--:|"]
    for row in ordered(report["cases"]):
        low, high = row["ratio_interval"]
        bar = f"{row['at_least']:.3g}" if row["at_least"] else ""
        bar = bar or (readable(row["at_most_seconds"]) if row["at_most_seconds"] else "")
        lines.append(f"| `{row['case']}` | {readable(row['ours_seconds'])} | {row['peer']} | "
                     f"{readable(row['peer_seconds'])} | {row['ratio']:,.3g} [{low:,.3g}, {high:,.3g}] | "
                     f"{bar}{' missed' if missed(row) else ''} |")
    told = (f"An item (a replicate, network, file or run) on {machine['cpu']}, {machine['cores']} cores; simcore "
            f"{machine['simcore']}, Python {machine['python']}, numba {machine['numba']}. `gather` and `copy` are the "
            "machine's own limits. Cases that lose or miss what was to be reached stand first. What each case is, and "
            "how it is measured: [benchmarks/README.md](benchmarks/README.md); all figures: "
            f"[{Path(REPORT).name}]({REPORT}).")
    picture = f"![Times of others over ours, case by case, with 95 % intervals]({FIGURE})"
    return "\n".join([_BEGIN, "## How fast", "", picture, "", told, "", *lines, _END])


def published(readme: str, report: Mapping[str, Any]) -> str:
    """Return the text of a README with the section of a report, in place of an older one if it has one."""
    if _BEGIN in readme:
        before, _, rest = readme.partition(_BEGIN)
        return before + section(report) + rest.partition(_END)[2]
    before, heading, rest = readme.partition(_BEFORE)
    return f"{before}\n{section(report)}\n{heading}{rest}"


def publish(report: Mapping[str, Any], root: Path = ROOT) -> None:
    """Write a report, its figure and its table below a folder."""
    from simcore.figures import benchmarks
    from simcore.figures.style import save

    for name in (REPORT, FIGURE):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / REPORT).write_text(json.dumps(report, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    figure, rows = benchmarks.drawn(report)
    save(figure, root / FIGURE, rows)
    readme = root / README
    readme.write_text(published(readme.read_text("utf-8"), report), encoding="utf-8")


if __name__ == "__main__":
    from . import suites

    given = [word for word in sys.argv[1:] if not word.startswith("--")]
    publish(json.loads(Path(given[0]).read_text("utf-8")) if given else suites.run(
        suites.cases(), peers=True, quick="--quick" in sys.argv, say=lambda name: print(name, file=sys.stderr)))
