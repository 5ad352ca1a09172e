"""How fast it is: ``bench``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.cli.talk import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

SUITES = ("hot-loop", "models", "networks", "start-up", "scale", "all")


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    bench = command("bench", _bench)
    bench.add_argument("--suite", choices=SUITES, default="all", help="which cases (default: all)")
    bench.add_argument("--case", action="append", default=[], metavar="NAME", help="only this case; repeatable")
    bench.add_argument("--peers", action="store_true", help="let others take part, if installed (extra 'peers')")
    bench.add_argument("--quick", action="store_true", help="5 rounds instead of 15")
    bench.add_argument("--baseline", type=Path, metavar="FILE",
                       help="fail if anything is slower, or works more, than in this report (of --json)")
    bench.add_argument("--figure", type=Path, metavar="FILE", help="draw the ratios: .svg, .pdf or .png")
    bench.add_argument("--json", action="store_true", help="as JSON")


def _bench(arguments: argparse.Namespace) -> int:
    from simcore import bench

    if arguments.baseline is not None:
        bench.regressions({"cases": []}, arguments.baseline)  # a wrong file is told of before minutes are spent
    report = bench.run(arguments.suite, arguments.case, peers=arguments.peers, quick=arguments.quick,
                       say=lambda name: say(f"measuring {name} ..."))
    print(json.dumps(report, indent=1, allow_nan=False) if arguments.json else bench.table(report))
    if arguments.figure is not None:
        from simcore.figures import benchmarks
        from simcore.figures.style import save

        figure, rows = benchmarks.drawn(report)
        save(figure, arguments.figure, rows)
        say(f"figure: {arguments.figure}")
    if arguments.baseline is None:
        return 0
    worse = bench.regressions(report, arguments.baseline)
    for sentence in worse:
        say(f"simcore: {sentence}")
    return 1 if worse else 0
