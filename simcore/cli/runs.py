"""Scenarios: ``run``, ``check``, ``show``."""

from __future__ import annotations

import contextlib
import importlib
import json
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from simcore import catalogue
from simcore.cli.folders import print_json, print_summary
from simcore.cli.talk import Terminated, points, say
from simcore.errors import RunError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from simcore.runner import Shard
    from simcore.scenario.points import Scenario
    from simcore.store import Store
    from simcore.study import Study

MOST_SHOWN = 1000  # points of a table that a run ends with
_MOST_VALUES = 12  # of an axis


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    def scenario(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("scenario", help="a TOML file, or the name of a scenario of the catalogue")
        sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                         help="replace a key of the scenario, or a whole axis by one value; repeatable")
        sub.add_argument("--allow-code", action="store_true", help="allow [model] path to run a Python file")

    run = command("run", _run)
    scenario(run)
    run.add_argument("--out", type=Path, metavar="DIR", help="results folder (default: results/<scenario>)")
    run.add_argument("--replicates", type=int, metavar="N", help="replicates of each point; more extend a finished run")
    run.add_argument("--seed", type=int, metavar="S", help="root seed")
    run.add_argument("--workers", type=int, metavar="W", help="chunks computed at once (default: one a core)")
    run.add_argument("--shard", metavar="I/N", help="only this of N equal parts, into the folder that all share "
                     "(default: that of the task of a SLURM job array)")
    run.add_argument("--cluster", metavar="ADDRESS", help="run on the Dask cluster of this scheduler, as "
                     "tcp://host:8786, instead of threads (extra: dask)")
    run.add_argument("--resume", action="store_true", help="go on with a results folder that exists; damaged files are "
                     "made again")
    run.add_argument("--retry-failed", action="store_true", help="also try again what failed before")
    run.add_argument("--algorithm", metavar="NAME", help="force an algorithm instead of the cheapest that serves")
    run.add_argument("--no-figures", action="store_true", help="draw no figures at the end")
    run.add_argument("--json", action="store_true", help="print the summary as JSON")

    check = command("check", _check)
    scenario(check)
    check.add_argument("--json", action="store_true", help="print the problems as JSON")

    show = command("show", _show)
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
    store, shard, failed = _computed(arguments)
    _show_results(arguments, store, shard)
    if failed is not None:
        raise failed
    return 0


def _computed(arguments: argparse.Namespace) -> tuple[Store, Shard, RunError | None]:
    """Return the results folder with all that could be computed, of which shard, and what failed of it."""
    extra = [f"{key}={value}" for key in ("replicates", "seed") if (value := getattr(arguments, key)) is not None]
    if arguments.workers is not None and arguments.workers < 1:
        raise UsageError(f"--workers must be at least 1 (got {arguments.workers})")
    scenario = _load(arguments, extra)
    from simcore.citations import cite
    from simcore.cluster import connected
    from simcore.engine import able
    from simcore.keeping import estimated, open_folder
    from simcore.machine import available_cores
    from simcore.preflight import refuse_too_large
    from simcore.runner import Shard
    from simcore.stopping import go_on
    from simcore.study import Study

    shard = Shard.of_job() if arguments.shard is None else Shard.parse(arguments.shard)
    folder = arguments.out or Path("results", scenario.name)
    workers = arguments.workers or available_cores()
    refuse_too_large(scenario, workers, folder)
    if arguments.algorithm is not None:
        for point in scenario.points:
            able(point.model, scenario.outcomes, arguments.algorithm, every_step=scenario.record.every_step)
    study = Study(scenario)
    with connected(arguments.cluster) as executor:
        store = open_folder(study, folder, resume=arguments.resume or arguments.retry_failed or shard.of > 1,
                            cite=[str(work) for work in cite(scenario)])
        for network in store.manifest["networks"].values():
            ways = "" if network["directed"] else " (both ways)"
            say(f"network: {network['nodes']} nodes, {network['arcs']} arcs{ways}; {network['self_loops']} self-loops "
                f"dropped, {network['merged']} rows merged, {network['isolated']} nodes isolated"
                + (f"; {network['strangers']} accounts outside the chart dropped" if "strangers" in network else ""))
        for estimate in estimated(study):
            say(estimate)
        failed, going = None, True
        while going and failed is None:
            failed = _compute(arguments, study, store, shard, executor, workers)
            going = go_on(study, store)
    return store, shard, failed  # the study is let go: of many points it is large


def _compute(arguments: argparse.Namespace, study: Study, store: Store, shard: Shard, executor: Executor | None,
             workers: int) -> RunError | None:
    """Compute what is to be done, and return what failed of it."""
    from tqdm import tqdm

    from simcore.runner import left, run

    todo = left(store, shard, retry_failed=arguments.retry_failed)
    share = shard.share(store.chunks())
    total, undone = (sum(chunk.stop - chunk.first for chunk in some) for some in (share, todo.missing + todo.failed))
    done = total - undone
    if todo.failed:
        say(f"chunks that failed before: {len(todo.failed)}; --retry-failed tries them again")
    if todo.damaged:
        say(f"{len(todo.damaged)} damaged files are made again")
    if shard.of > 1:
        say(f"shard {shard}, {len(share)} of {len(store.chunks())} chunks; --shard 1/1 runs all")
    say(f"{study.scenario.title}: {points(len(study.scenario.points))}, {total} replicates in all"
        + (f", {done} of them done" if done else "") + "; "
        + (f"{workers} workers" if executor is None else f"on {arguments.cluster}") + f"; into {store.folder}")
    began, failed, importing = time.perf_counter(), None, threading.Thread(
        target=importlib.import_module, args=["simcore.figures"])

    def stored(rows: int) -> None:
        bar.update(rows)
        if not arguments.no_figures and importing.ident is None:  # while kernels compute, which need Python seldom,
            importing.start()  # and once processes are forked, which would inherit its locks

    try:
        with _termination(), tqdm(total=total, initial=done, unit="rep", unit_scale=True, disable=None,
                                  mininterval=0.2, smoothing=0.05) as bar:
            run(study, store, workers=workers, algorithm=arguments.algorithm, executor=executor, todo=todo,
                progress=stored)
    except (KeyboardInterrupt, Terminated) as stopped:
        kept = len(store.chunks()) - len(store.missing())
        raise type(stopped)(f"{kept} of {len(store.chunks())} chunks are kept in {store.folder}; the same command "
                            "with --resume goes on from there") from None
    except RunError as error:
        failed = error
    by = ", ".join(f"{name}: {number} replicates" for name, number in sorted(store.algorithms().items()))
    say(f"done in {time.perf_counter() - began:.1f} s ({by or 'nothing yet'})")
    return failed


def _show_results(arguments: argparse.Namespace, store: Store, shard: Shard) -> None:
    """Print the summary and draw the figures, of all shards together and if somebody may read them all."""
    missing = len(store.missing())
    if shard.of > 1 and missing:
        say(f"{missing} chunks are still missing, of other shards; simcore status {store.folder} says how far they are")
        return
    is_large, summary = len(store.manifest["points"]) > MOST_SHOWN, None
    if arguments.json:
        print_json(store)
    elif is_large:
        print(f"{len(store.manifest['points'])} points: see simcore summary {store.folder}, or simcore export\n"
              f"digest {store.digest()}")
    else:
        summary = print_summary(store)
    if is_large:
        return
    sys.stdout.flush()  # what follows comes on the other stream, and should stand below it in a log as well
    if not arguments.no_figures:
        from simcore.figures import draw

        for path in draw(store, store.folder / "figures", summary=summary):
            say(f"figure: {path}")
    say(f"next: simcore report {store.folder} (all of it as one page), or simcore compare, replay, export")


def _check(arguments: argparse.Namespace) -> int:
    scenario = _load(arguments)
    from simcore.errors import ScenarioError
    from simcore.machine import available_cores
    from simcore.preflight import need, refuse_too_large, suggestions
    from simcore.scenario.network_checks import existing
    from simcore.scenario.schema import canonical

    different = {id(point.network): point.network for point in scenario.points}.values()
    networks = {canonical(network.model_dump()): network for network in different}
    problems = dict.fromkeys(problem for network in networks.values() for problem in existing(network))
    if problems:
        raise ScenarioError(problems)
    workers = available_cores()
    if not arguments.json:
        print(f"{scenario.file}: valid; {points(len(scenario.points))} of {scenario.replicates} replicates, on "
              f"{need(scenario, workers)}")
        for suggestion in suggestions(scenario):
            print(f"you may want: {suggestion}")
    refuse_too_large(scenario, workers, Path("results", scenario.name))
    if arguments.json:
        print(json.dumps({"valid": True, "problems": []}, indent=1))
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
    print(f"{points(len(scenario.points))} x {scenario.replicates} replicates, seed {scenario.seed}")
    for axis in scenario.axes:
        values = [shown(value) for value in axis.values]
        if len(values) > _MOST_VALUES:
            values[_MOST_VALUES - 2:-1] = ["..."]
        many = f" ({len(axis.values)} values)" if len(values) < len(axis.values) else ""
        drawn = axis.span and (f"drawn from {shown(axis.span.from_)} to {shown(axis.span.to)}"
                               + ", evenly in its logarithm" * (axis.span.scale == "log")
                               + ", whole numbers" * axis.span.whole)
        when = " and ".join(f"{path} = {shown(value)}" for path, value in (axis.when or {}).items())
        print(f"  {axis.path}: {drawn or ', '.join(values) + many}" + f", where {when}" * bool(when))
    return 0
