"""Whom to seed under a budget: ``influence``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.cli.networks import add_reading, read_as_asked
from simcore.cli.talk import say
from simcore.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from simcore.campaign import Influence

STEPS = 8  # budgets of a figure


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    influence = command("influence", _influence)
    influence.add_argument("path", type=Path, metavar="NETWORK", help="a network file, see simcore network")
    influence.add_argument("--model", default="independent-cascade",
                           help="independent-cascade (default), linear-threshold or threshold")
    influence.add_argument("--transmission", metavar="P", help="a probability, or weighted-cascade: 1 / in-degree")
    influence.add_argument("--threshold", metavar="PHI", help="share of those who influence a node that must adopt")
    influence.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                           help="another parameter of the model, as a scenario gives it; repeatable")
    influence.add_argument("--budget", type=float, required=True, metavar="B", help="what all seeds may cost together")
    influence.add_argument("--cost", default="unit", metavar="COST", help=(
        "of a seed: unit (default), acquisition + cost for each of its k contacts as in 10+0.5k, or a column of the "
        "nodes"))
    influence.add_argument("--strategy", action="append", metavar="NAME", help=(
        "opim-c, imm, celf, greedy, degree-targeting, out-degree, pagerank, ..., random; repeatable (default: the "
        "usual)"))
    influence.add_argument("--epsilon", type=float, default=0.05, metavar="E",
                           help="how much less than 1 - 1/e is to be certified (default: 0.05)")
    influence.add_argument("--delta", type=float, metavar="D", help="with which probability it may fail (default: 1/n)")
    influence.add_argument("--worlds", type=int, default=1024, metavar="W",
                           help="fixed worlds in which celf simulates (default: 1024)")
    influence.add_argument("--replicates", type=int, default=10_000, metavar="N",
                           help="independent simulations of each strategy's seeds (default: 10000)")
    influence.add_argument("--seed", type=int, default=0, metavar="S", help="root seed (default: 0)")
    add_reading(influence)
    influence.add_argument("--out", type=Path, metavar="FILE", help="write the seeds as CSV: strategy, rank, node")
    influence.add_argument("--figure", type=Path, metavar="FILE", help="draw adopters over budgets: .svg, .pdf or .png")
    influence.add_argument("--json", action="store_true", help="as JSON")


def _parameters(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the parameters of the model, as far as they are given."""
    from simcore.scenario.sets import value

    given = {name: getattr(arguments, name) for name in ("transmission", "threshold")}
    parameters = {name: value(text) for name, text in given.items() if text is not None}
    for text in arguments.set:
        key, equals, typed = (part.strip() for part in text.partition("="))
        if not (key and equals):
            raise UsageError(f"--set takes key=value (got '{text}')")
        parameters[key] = value(typed)
    return parameters


def _influence(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from simcore.campaign import influence

    parameters = _parameters(arguments)
    loaded = read_as_asked(arguments)
    with tqdm(bar_format="{desc} [{elapsed}]", disable=None, mininterval=0.2, leave=False) as line:
        found = influence(
            loaded, arguments.model, budget=arguments.budget, cost=arguments.cost, strategies=arguments.strategy,
            epsilon=arguments.epsilon, delta=arguments.delta, worlds=arguments.worlds,
            replicates=arguments.replicates, seed=arguments.seed, steps=STEPS if arguments.figure else 0,
            progress=line.set_description_str, **parameters)
    if arguments.out is not None:
        _write(found, arguments.out)
    if arguments.figure is not None:
        from simcore.figures import save, spread

        figure, rows = spread.drawn(found.as_dict(), arguments.path.name)
        say(f"figure: {save(figure, arguments.figure, rows)}")
    print(json.dumps(found.as_dict(), indent=1, allow_nan=False) if arguments.json else found)
    return 0


def _write(found: Influence, path: Path) -> None:
    """Write the seeds of every strategy that names its seeds."""
    import csv

    try:
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, ("strategy", "rank", "node"), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found.seeds())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
    say(f"seeds: {path}")
