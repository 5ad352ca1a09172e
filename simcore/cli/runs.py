"""Scenarios: ``run``, ``check``, ``show``."""

from __future__ import annotations

import contextlib
import json
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from simcore import catalogue
from simcore.cli.folders import print_summary
from simcore.cli.talk import say
from simcore.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from simcore.scenario.points import Scenario


class Terminated(Exception):  # noqa: N818 - a signal, no error
    """SIGTERM arrived."""


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
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

    from simcore.engine import able
    from simcore.machine import available_cores
    from simcore.runner import refuse_too_large, run
    from simcore.study import Study

    folder = arguments.out or Path("results", scenario.name)
    workers = arguments.workers or available_cores()
    refuse_too_large(scenario, workers)
    if arguments.algorithm is not None:
        for point in scenario.points:
            able(point.model, scenario.outcomes, arguments.algorithm, every_step=scenario.record.every_step)
    study = Study(scenario)
    store = study.open(folder, resume=arguments.resume)
    missing = store.missing()
    total = sum(plan["boundaries"][-1] for plan in store.plans())
    left = sum(chunk.stop - chunk.first for chunk in missing)
    for network in study.manifest()["networks"].values():
        ways = "" if network["directed"] else " (both ways)"
        say(f"network: {network['nodes']} nodes, {network['arcs']} arcs{ways}; {network['self_loops']} self-loops "
            f"dropped, {network['merged']} rows merged, {network['isolated']} nodes isolated")
    say(f"{scenario.title}: {len(scenario.points)} points, {total} replicates in all"
        + (f", {total - left} of them done" if left < total else "") + f"; {workers} workers; into {folder}")
    began = time.perf_counter()
    try:
        with _termination(), tqdm(total=total, initial=total - left, unit="rep", unit_scale=True, disable=None,
                                  mininterval=0.2, smoothing=0.05) as bar:
            run(study, store, workers=workers, algorithm=arguments.algorithm, progress=bar.update)
    except (KeyboardInterrupt, Terminated) as stopped:
        done = len(store.chunks()) - len(store.missing())
        say(f"\nsimcore: {'interrupted' if isinstance(stopped, KeyboardInterrupt) else 'terminated'}; {done} of "
            f"{len(store.chunks())} chunks are kept in {folder}; the same command with --resume goes on from there")
        raise
    say(f"done in {time.perf_counter() - began:.1f} s ("
        + ", ".join(f"{name}: {number} replicates" for name, number in sorted(store.algorithms().items())) + ")")
    summary = print_summary(store, as_json=arguments.json)
    if not arguments.no_figures:
        from simcore.figures import draw

        for path in draw(store, folder / "figures", summary=summary):
            say(f"figure: {path}")
    return 0


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
