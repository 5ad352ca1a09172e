"""The command line: data on stdout, talk on stderr; every sub-command imports what it needs when it runs."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from simcore import __version__, catalogue
from simcore.errors import Problem, ProblemsError, SimcoreError, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.scenario.points import Scenario
    from simcore.store import Store

EXIT_USAGE, EXIT_INTERRUPTED, EXIT_TERMINATED = 2, 130, 143


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help(sys.stderr)
        return EXIT_USAGE
    try:
        return int(arguments.run(arguments) or 0)
    except ProblemsError as error:
        _say_problems(error, as_json=getattr(arguments, "json", False) and arguments.command == "check")
        return error.exit_code
    except SimcoreError as error:
        if getattr(arguments, "json", False) and arguments.command == "check":
            _say_problems(ProblemsError([Problem(arguments.scenario, None, None, "", str(error))]), as_json=True)
        else:
            _say(f"simcore: {error}")
        return error.exit_code
    except Terminated:
        return EXIT_TERMINATED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        _say(f"simcore: {error}")
        return 1


class Terminated(Exception):  # noqa: N818 - a signal, no error
    """SIGTERM arrived."""


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _say_problems(error: ProblemsError, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"valid": False, "problems": [problem._asdict() for problem in error.problems]}, indent=1))
        return
    number = len(error.problems)
    files = {problem.file for problem in error.problems}
    for problem in error.problems:
        _say(str(problem))
    if number > 1:
        _say(f"{number} problems in {', '.join(sorted(files))}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simcore", description="Simulate how trends spread over networks: scenarios in, distributions out.",
        epilog="Start with: simcore run quickstart")
    parser.add_argument("--version", action="version", version=f"simcore {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        sub.set_defaults(run=run)
        return sub

    def scenario(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("scenario", help="a TOML file, or the name of a scenario of the catalogue")
        sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                         help="replace a key of the scenario, or a whole axis by one value; repeatable")
        sub.add_argument("--allow-code", action="store_true", help="allow [model] path to run a Python file")

    run = command("run", _run, "run a scenario, or go on with it, and summarise it")
    scenario(run)
    run.add_argument("--out", type=Path, metavar="DIR", help="results folder (default: results/<scenario>)")
    run.add_argument("--replicates", type=int, metavar="N", help="replicates of each point; more extend a finished run")
    run.add_argument("--seed", type=int, metavar="S", help="root seed")
    run.add_argument("--workers", type=int, metavar="W", help="threads (default: all cores)")
    run.add_argument("--resume", action="store_true", help="go on with a results folder that exists")
    run.add_argument("--algorithm", metavar="NAME", help="force an algorithm instead of the cheapest that serves")
    run.add_argument("--no-figures", action="store_true", help="draw no figures at the end")
    run.add_argument("--json", action="store_true", help="print the summary as JSON")

    check = command("check", _check, "check a scenario without running it")
    scenario(check)
    check.add_argument("--json", action="store_true", help="print the problems as JSON")

    show = command("show", _show, "show a scenario and its points")
    scenario(show)
    show.add_argument("--resolved", action="store_true", help="print the scenario with every default spelt out")
    show.add_argument("--json", action="store_true", help="as JSON")

    summary = command("summary", _summary, "summarise a results folder")
    summary.add_argument("folder", type=Path, metavar="DIR")
    summary.add_argument("--json", action="store_true", help="as JSON")

    plot = command("plot", _plot, "draw the figures of a results folder")
    plot.add_argument("folder", type=Path, metavar="DIR")
    plot.add_argument("--out", type=Path, metavar="DIR", help="where to (default: DIR/figures)")
    plot.add_argument("--figure", action="append", metavar="NAME", help="only this figure; repeatable")
    plot.add_argument("--format", choices=("svg", "pdf", "png"), default="svg")

    replay = command("replay", _replay, "run one replicate again, alone, with its trajectory")
    replay.add_argument("folder", type=Path, metavar="DIR")
    replay.add_argument("--point", required=True, metavar="ID", help="first digits of the point's hash")
    replay.add_argument("--replicate", required=True, type=int, metavar="R")
    replay.add_argument("--allow-code", action="store_true", help="allow the scenario's [model] path to be run")
    replay.add_argument("--json", action="store_true", help="as JSON")

    for name, function, text in (("models", _models, "list the models"),
                                 ("scenarios", _scenarios, "list the scenarios of the catalogue")):
        command(name, function, text).add_argument("--json", action="store_true", help="as JSON")
    command("schema", _schema, "print the JSON Schema of a scenario file, for editors")
    return parser


def _load(arguments: argparse.Namespace, extra: Sequence[str] = ()) -> Scenario:
    from simcore.scenario import load

    return load(catalogue.find(arguments.scenario), sets=[*arguments.set, *extra], allow_code=arguments.allow_code)


@contextlib.contextmanager
def _termination() -> Iterator[None]:
    """Turn SIGTERM into an exception, so that a run ends as it does on Ctrl-C."""
    def raise_terminated(_signal: int, _frame: object) -> NoReturn:
        raise Terminated
    before = signal.signal(signal.SIGTERM, raise_terminated)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(arguments: argparse.Namespace) -> int:
    extra = [f"{key}={value}" for key in ("replicates", "seed") if (value := getattr(arguments, key)) is not None]
    if arguments.workers is not None and arguments.workers < 1:
        raise UsageError(f"--workers must be at least 1 (got {arguments.workers})")
    scenario = _load(arguments, extra)
    from tqdm import tqdm

    from simcore.engine import select
    from simcore.machine import available_cores
    from simcore.runner import refuse_too_large, run
    from simcore.study import Study

    folder = arguments.out or Path("results", scenario.name)
    workers = arguments.workers or available_cores()
    refuse_too_large(scenario, workers)
    if arguments.algorithm is not None:
        for point in scenario.points:
            select(point.model, scenario.outcomes, trajectories=scenario.record.trajectories, n=1, arcs=1, replicates=1,
                   name=arguments.algorithm)
    study = Study(scenario)
    store = study.open(folder, resume=arguments.resume)
    missing = store.missing()
    total = sum(plan["boundaries"][-1] for plan in store.plans())
    left = sum(chunk.stop - chunk.first for chunk in missing)
    for network in study.manifest()["networks"].values():
        ways = "" if network["directed"] else " (both ways)"
        _say(f"network: {network['nodes']} nodes, {network['arcs']} arcs{ways}; {network['self_loops']} self-loops "
             f"dropped, {network['merged']} rows merged, {network['isolated']} nodes isolated")
    _say(f"{scenario.title}: {len(scenario.points)} points, {total} replicates in all"
         + (f", {total - left} of them done" if left < total else "") + f"; {workers} workers; into {folder}")
    began = time.perf_counter()
    try:
        with _termination(), tqdm(total=total, initial=total - left, unit="rep", unit_scale=True, disable=None,
                                  mininterval=0.2, smoothing=0.05) as bar:
            run(study, store, workers=workers, algorithm=arguments.algorithm, progress=bar.update)
    except (KeyboardInterrupt, Terminated) as stopped:
        done = len(store.chunks()) - len(store.missing())
        _say(f"\nsimcore: {'interrupted' if isinstance(stopped, KeyboardInterrupt) else 'terminated'}; {done} of "
             f"{len(store.chunks())} chunks are kept in {folder}; the same command with --resume goes on from there")
        raise
    _say(f"done in {time.perf_counter() - began:.1f} s")
    summary = _print_summary(store, as_json=arguments.json)
    if not arguments.no_figures:
        from simcore.figures import draw

        for path in draw(store, folder / "figures", summary=summary):
            _say(f"figure: {path}")
    return 0


def _print_summary(store: Store, *, as_json: bool) -> dict[str, Any]:
    from simcore.summary import summarise, table

    summary = summarise(store)
    if as_json:
        print(json.dumps(summary, indent=1, allow_nan=False))
        return summary
    print(summary["scenario"])
    print(table(summary))
    if not summary["complete"]:
        print("not complete: the run was stopped; run it again with --resume")
    print(f"digest {summary['digest']}")
    return summary


def _check(arguments: argparse.Namespace) -> int:
    scenario = _load(arguments)
    from simcore.errors import ScenarioError
    from simcore.scenario.checks import existing
    from simcore.scenario.schema import canonical

    networks = {canonical(point.network.model_dump()): point.network for point in scenario.points}
    problems = dict.fromkeys(problem for network in networks.values() for problem in existing(network))
    if problems:
        raise ScenarioError(problems)
    if arguments.json:
        print(json.dumps({"valid": True, "problems": []}, indent=1))
    else:
        print(f"{scenario.file}: valid; {len(scenario.points)} points of {scenario.replicates} replicates")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    scenario = _load(arguments)
    if arguments.json:
        print(json.dumps(scenario.resolved(), indent=1))
        return 0
    if arguments.resolved:
        from simcore.scenario.write import to_toml

        print(to_toml(scenario.resolved()), end="")
        return 0
    from simcore.scenario.wording import shown

    print(f"{scenario.title}\n" + (f"doi:{scenario.doi}\n" if scenario.doi else "")
          + (f"{scenario.description}\n" if scenario.description else ""))
    print(f"{len(scenario.points)} points x {scenario.replicates} replicates, seed {scenario.seed}")
    for axis in scenario.axes:
        values = ", ".join(shown(value) for value in axis.values)
        print(f"  {axis.path}: {values}")
    return 0


def _summary(arguments: argparse.Namespace) -> int:
    from simcore.store import Store

    _print_summary(Store(arguments.folder), as_json=arguments.json)
    return 0


def _plot(arguments: argparse.Namespace) -> int:
    from simcore.figures import draw
    from simcore.store import Store

    for path in draw(Store(arguments.folder), arguments.out or arguments.folder / "figures", names=arguments.figure,
                     kind=arguments.format):
        print(path)
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    from simcore.scenario import from_manifest
    from simcore.store import Store
    from simcore.study import Study

    store = Store(arguments.folder)
    study = Study(from_manifest(store.manifest, allow_code=arguments.allow_code))
    if study.identity() != store.manifest["identity"]:
        raise StoreError(f"{arguments.folder}: the network's file, or the code of the model, is no longer what these "
                         "results were made from")
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
                          "trajectory": rows[:duration]}, indent=1))
        return 0
    for name, value in values.items():
        print(f"{name:>16}  {value:g}")
    print("\n" + "  ".join(name.rjust(12) for name in ("t", *model.observables)))
    for t, row in enumerate(rows[:duration]):
        print("  ".join(f"{value:12g}" for value in (t, *row)))
    return 0


def _models(arguments: argparse.Namespace) -> int:
    from simcore.models import catalogue as models

    found = sorted(models().values(), key=lambda model: model.name)
    if arguments.json:
        print(json.dumps([{"name": m.name, "title": m.title, "doi": m.doi, "parameters": list(m.Params._fields),  # type: ignore[attr-defined]
                           "observables": list(m.observables), "outcomes": list(m.outcomes)} for m in found], indent=1))
        return 0
    for model in found:
        print(f"{model.name:22}{model.title} (doi:{model.doi})\n{'':22}parameters: {', '.join(model.Params._fields)}")  # type: ignore[attr-defined]
    return 0


def _scenarios(arguments: argparse.Namespace) -> int:
    import tomllib

    found = {name: tomllib.loads(path.read_text("utf-8")) for name, path in catalogue.scenarios().items()}
    if arguments.json:
        print(json.dumps([{"name": name, "title": data["title"], "doi": data.get("doi")}
                          for name, data in found.items()], indent=1))
        return 0
    for name, data in found.items():
        print(f"{name:32}{data['title']}")
    return 0


def _schema(_arguments: argparse.Namespace) -> int:
    from simcore.models import catalogue as models
    from simcore.scenario.schema import json_schema

    print(json.dumps(json_schema(models()), indent=1))
    return 0
