"""Results folders: ``summary``, ``plot``, ``report``, ``replay``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.cli.talk import reading

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from simcore.store import Store


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    summary = command("summary", _summary)
    summary.add_argument("folder", type=Path, metavar="DIR")
    summary.add_argument("--json", action="store_true", help="as JSON")

    plot = command("plot", _plot)
    plot.add_argument("folder", type=Path, metavar="DIR")
    plot.add_argument("--out", type=Path, metavar="DIR", help="where to (default: DIR/figures)")
    plot.add_argument("--figure", action="append", metavar="NAME", help="only this figure; repeatable")
    plot.add_argument("--format", choices=("svg", "pdf", "png"), default="svg")

    report = command("report", _report)
    report.add_argument("folder", type=Path, metavar="DIR")
    report.add_argument("--out", type=Path, metavar="FILE.html", help="where to (default: DIR/report.html)")

    replay = command("replay", _replay)
    replay.add_argument("folder", type=Path, metavar="DIR")
    replay.add_argument("--point", required=True, metavar="ID", help="first digits of the point's hash")
    replay.add_argument("--replicate", required=True, type=int, metavar="R")
    replay.add_argument("--allow-code", action="store_true", help="allow the scenario's [model] path to be run")
    replay.add_argument("--json", action="store_true", help="as JSON")


def print_summary(store: Store) -> dict[str, Any]:
    """Print the summary of a results folder as a table and return it."""
    from simcore.overview import table
    from simcore.summary import summarise

    with reading(store):
        summary = summarise(store)
    print(summary["scenario"])
    print(table(summary))
    if not summary["complete"]:
        print("not complete: the run was stopped; run it again with --resume")
    print(f"digest {summary['digest']}")
    return summary


def print_json(store: Store) -> None:
    """Print the summary of a results folder as JSON."""
    from simcore.summary import as_json

    parts = as_json(store)
    with reading(store):
        print(next(parts), end="")  # by then all is read
    for part in parts:
        print(part, end="")
    print()


def _summary(arguments: argparse.Namespace) -> int:
    from simcore.store import Store

    store = Store(arguments.folder)
    if arguments.json:
        print_json(store)
    else:
        print_summary(store)
    return 0


def _plot(arguments: argparse.Namespace) -> int:
    from simcore.figures import draw
    from simcore.store import Store

    store = Store(arguments.folder)
    with reading(store):
        paths = draw(store, arguments.out or arguments.folder / "figures", names=arguments.figure,
                     kind=arguments.format)
    for path in paths:
        print(path)
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from simcore.report import report
    from simcore.store import Store

    store = Store(arguments.folder)
    with reading(store):
        path = report(store, arguments.out or arguments.folder / "report.html")
    print(path)
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    from simcore.keeping import stored
    from simcore.store import Store

    study = stored(Store(arguments.folder), allow_code=arguments.allow_code)
    outcomes = study.replay(arguments.point, arguments.replicate)
    position = study.position(arguments.point)
    model = study.scenario.points[position].model
    duration = len(outcomes.trajectory[0])
    rows = outcomes.trajectory[0].tolist()
    while duration > 1 and rows[duration - 1] == rows[duration - 2]:  # the last row repeats up to the horizon
        duration -= 1
    values = {name: column[0].item() for name, column in outcomes.columns.items()}
    if arguments.json:
        print(json.dumps({"point": study.hashes[position], "setting": dict(study.scenario.points[position].setting),
                          "replicate": arguments.replicate, "outcomes": values, "observables": list(model.observables),
                          "trajectory": rows[:duration],
                          "by_class": outcomes.adoption and outcomes.adoption.as_dicts()}, indent=1))
        return 0
    for name, value in values.items():
        print(f"{name:>16}  {value:g}")
    print("\n" + "  ".join(name.rjust(12) for name in ("t", *model.observables)))
    for t, row in enumerate(rows[:duration]):
        print("  ".join(f"{value:12g}" for value in (t, *row)))
    return 0
