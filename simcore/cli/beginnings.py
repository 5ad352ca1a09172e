"""What one begins with: ``new``, ``warmup``, ``completion``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore import catalogue
from simcore.cli.talk import points, say
from simcore.errors import SimcoreError, UsageError, did_you_mean

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Iterator, Mapping

    from simcore.model import Model
    from simcore.plan import Block
    from simcore.study import Study

DIRECTIONS = ("source-influences-target", "target-influences-source", "both")


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    new = command("new", _new)
    new.add_argument("file", type=Path, metavar="FILE.toml", help="where to; a file that exists is left alone")
    new.add_argument("--force", action="store_true", help="replace a file that exists")
    new.add_argument("--model", metavar="NAME", help="how it spreads: see 'simcore models' (default: threshold)")
    new.add_argument("--network", metavar="FILE", help="a network's file, or 'poisson' (the default)")
    new.add_argument("--direction", choices=DIRECTIONS, help="who influences whom in the file (default: both)")
    new.add_argument("--source", metavar="COLUMN", help="column of the sources, where it is not called so")
    new.add_argument("--target", metavar="COLUMN", help="column of the targets, where it is not called so")
    new.add_argument("--weight", metavar="COLUMN", help="column of weights, if they count (default: they do not)")
    new.add_argument("--yes", action="store_true", help="ask nothing and take the defaults")

    warmup = command("warmup", _warmup)
    warmup.add_argument("scenario", nargs="*", help="TOML files or names of the catalogue (default: all of it)")

    completion = command("completion", _completion)
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))


def _new(arguments: argparse.Namespace) -> int:
    from simcore import models
    from simcore.scenario import load
    from simcore.scenario.network_checks import existing

    if arguments.file.is_dir():
        raise UsageError(f"{arguments.file}: is a folder; choose a name for the file in it")
    before = arguments.file.read_bytes() if arguments.file.exists() else None
    if before is not None and not arguments.force:
        raise UsageError(f"{arguments.file}: exists already; change it where it stands, choose another name, or "
                         "replace it: --force")
    asking = sys.stdin.isatty() and not arguments.yes

    def answer(question: str, default: str, choices: Collection[str] = ()) -> str:
        return _asked(question, default, choices) if asking else default

    model = models.find(arguments.model or answer("How does it spread? ('simcore models' says more)", "threshold",
                                                  models.names()))
    if model.name == "culture":  # it lives on layers of its own, which all have defaults
        layers, seeds = '[organisation]            # see docs/culture-odd.md\nkind = "hierarchy"\n', ""
    else:
        network = arguments.network or answer("On which network? A file's path, or poisson for random ones", "poisson")
        is_file = network != "poisson"
        direction = arguments.direction or (
            answer("Who influences whom in it?", "both", DIRECTIONS) if is_file else "both")
        if is_file and not arguments.direction and not asking:
            say("direction: 'both' is taken, so that each row is influence both ways; "
                f"where it has a direction, say --direction {DIRECTIONS[0]} or {DIRECTIONS[1]}")
        columns = {name: column for name in ("source", "target", "weight") if (column := getattr(arguments, name))}
        layers, seeds = _network(arguments.file, network, direction, columns), _seeding(model)
    text = _scenario(model, layers, seeds, answer)
    arguments.file.write_text(f"#:schema ./scenario.schema.json\n{text}", "utf-8")
    try:
        found = load(arguments.file).points
    except SimcoreError:
        arguments.file.unlink()
        if before is not None:
            arguments.file.write_bytes(before)
        raise
    schema = arguments.file.with_name("scenario.schema.json")  # by which editors complete and check
    if not schema.exists():
        schema.write_bytes((catalogue.folder("scenarios") / "scenario.schema.json").read_bytes())
    written, problems = f"{arguments.file}: written, {points(len(found))}", existing(found[0].network)
    for problem in problems:
        say(str(problem))
    if problems:
        say(f"{written}, but the network cannot be read so. Where columns have other names, say them below [network]: "
            f'source = "...", target = "...". Then: simcore check {arguments.file}. Or write it anew: the same command '
            "with --force --source ... --target ...")
    else:
        say(f"{written}. Change what you like, then: simcore run {arguments.file}")
    return 0


def _asked(question: str, default: str, choices: Collection[str]) -> str:
    """Ask until the answer is one of the choices, if there are any."""
    while True:
        print(f"{question} [{default}] ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip() or default
        if not choices or answer in choices:
            return answer
        say(f"  one of {', '.join(choices)}{did_you_mean(answer, choices)}")


def _network(file: Path, network: str, direction: str, columns: Mapping[str, str]) -> str:
    from simcore.scenario.write import to_toml

    if network == "poisson":
        section = ('kind = "poisson"          # ties at random; docs/scenarios.md has many other kinds\nn = 2_000\n'
                   "mean_degree = 4.0\ncount = 20                # networks, shared by the replicates\n")
    elif Path(network).is_file():
        others = " or ".join(other for other in DIRECTIONS if other != direction)
        section = (to_toml({"kind": "file", "path": os.path.relpath(network, file.parent), **columns})
                   + f'direction = "{direction}"      # or {others}\n')
    else:
        raise UsageError(f"there is no network file {network}")
    return f"[network]                 # who can influence whom\n{section}"


def _examples(model: Model) -> list[dict[str, Any]]:
    """Return the scenarios of the catalogue that have this model."""
    import tomllib

    found = [tomllib.loads(path.read_text("utf-8")) for path in catalogue.scenarios().values()]
    return [data for data in found if data["model"].get("name") == model.name]


def _seeding(model: Model) -> str:
    """Return who starts, as many as in the catalogue's first scenario of the model that says it and asks who starts."""
    from simcore.scenario.write import to_toml

    said = [data for data in _examples(model) if {"count", "share"} & data.get("seeding", {}).keys()]
    said.sort(key=lambda data: "seeding.kind" not in data.get("sweep", {}))
    first = said[0]["seeding"] if said else dict[str, Any]()
    seeding = {"kind": "random", **({key: first[key] for key in ("count", "share") if key in first} or {"count": 1})}
    return ("\n[seeding]                 # who starts: random, influential, top, given, ...\n" + to_toml(seeding)
            + ("\n[sweep]                   # what takes several values; every combination is a point\n"
               '"seeding.kind" = ["random", "influential"]\n' if seeding.get("count", 0) else ""))


def _scenario(model: Model, layers: str, seeds: str, answer: Callable[..., str]) -> str:
    """Return the text, with values for what the model needs from the catalogue's scenarios of it."""
    from simcore.parameters import described
    from simcore.scenario.write import inline, to_toml

    examples, lines = _examples(model), []
    for name, values, unit, default in described(model.Params):
        meaning = f"    # {values}{f' ({unit})' if unit else ''}\n"
        if default is not None:
            lines.append(f"# {name} = {inline(default)}{meaning}")
        else:
            given = [data["model"][name] for data in examples if name in data["model"]]
            given += [axis[len(axis) // 2] for data in examples
                      if isinstance(axis := data.get("sweep", {}).get(f"model.{name}"), list)]
            lines.append(f"{name} = {answer(f'{name}: {values}', inline(given[0] if given else 0.5))}{meaning}")
    return (f"# {model.title}. Lines that begin with # are what holds unless said otherwise.\n"
            + to_toml({"schema": 1, "title": f"What spreads by {model.name}?"})
            + "seed = 1                  # of all randomness: the same seed, the same results\n"
              f"replicates = 500          # of each point\n\n{layers}"
              f'\n[model]                   # how influence works; doi:{model.doi}\nname = "{model.name}"\n'
              f'{"".join(lines)}{seeds}')


def _warmup(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from simcore import engine
    from simcore.scenario import load
    from simcore.study import Study

    files = [catalogue.find(name) for name in arguments.scenario] or list(catalogue.scenarios().values())
    with tqdm(files, unit="scenario", disable=None) as bar:
        for file in bar:
            bar.set_postfix_str(file.stem)
            study = Study(load(file))
            for block in _kinds(study):
                point = study.scenario.points[block.point]
                study.run_block(block, trajectories=True)
                for algorithm in engine.able(point.model, study.scenario.outcomes):
                    study.run_block(block, trajectories=False, algorithm=algorithm.name)
    from simcore._jit import cache_folder

    say(f"compiled; the machine code is in {cache_folder()} (SIMCORE_CACHE moves it)")
    return 0


def _kinds(study: Study) -> Iterator[Block]:
    """Yield a replicate of each kind of network, seeding and parameters: others need the same kernels."""
    from simcore.plan import Block

    seen = set[Any]()
    for position, point in enumerate(study.scenario.points):
        kind = (point.network.kind, point.seeding.kind, tuple(map(type, point.params)))  # type: ignore[attr-defined]
        if kind not in seen:
            seen.add(kind)
            yield Block(position, 0, 0, 1)


def _completion(arguments: argparse.Namespace) -> int:
    from simcore.cli import parser

    try:
        import shtab
    except ImportError:
        raise UsageError("completion needs the package 'shtab': pip install simcore[completion]") from None
    print(shtab.complete(parser(), shell=arguments.shell))
    return 0
