"""Do influentials matter here: ``verdict``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore import catalogue
from simcore.cli.census import PARAMETERS, typed
from simcore.cli.networks import add_reading, read_as_asked
from simcore.cli.talk import say
from simcore.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from simcore.network.loaded import Loaded
    from simcore.scenario import Scenario

NETWORKS = 20  # drawn of a scenario whose networks are random


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    verdict = command("verdict", _verdict)
    verdict.add_argument("what", metavar="NETWORK|SCENARIO", help=(
        "a network file, in any format of docs/scenarios.md; or a scenario, whose network and rule are meant"))
    add_reading(verdict)
    verdict.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                         help="of a scenario: replace a key, or a whole axis by one value; repeatable")
    verdict.add_argument("--model", metavar="MODEL", help="threshold (default), independent-cascade or sir")
    for name, text in PARAMETERS.items():
        verdict.add_argument(f"--{name}", metavar=name.upper(), help=text)
    verdict.add_argument("--cost", default="unit", metavar="COST", help=(
        "of a seed: unit (default), acquisition + cost for each of its k contacts as in 10+0.5k, or a column of the "
        "nodes"))
    verdict.add_argument("--top", type=float, default=0.1, metavar="Q",
                         help="share of people that is influential (0.1)")
    verdict.add_argument("--global-share", type=float, default=0.1, metavar="S",
                         help="share of all from which on a cascade is global (0.1)")
    verdict.add_argument("--samples", type=int, default=512, metavar="N", help="samples, where not exact (512)")
    verdict.add_argument("--seed", type=int, default=0, metavar="S", help="root seed (default: 0)")
    verdict.add_argument("--figure", type=Path, metavar="FILE", help="draw it: .svg, .pdf or .png")
    verdict.add_argument("--json", action="store_true", help="as JSON")


def _verdict(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from simcore.judgement import verdict

    typed_in = {name: typed(name, value) for name in PARAMETERS if (value := getattr(arguments, name)) is not None}
    model, parameters, networks, title = _asked(arguments)
    with tqdm(bar_format="{desc} [{elapsed}]", disable=None, mininterval=0.2, leave=False) as line:
        found = verdict(networks, model, cost=arguments.cost, top=arguments.top, global_share=arguments.global_share,
                        samples=arguments.samples, seed=arguments.seed, title=title,
                        progress=line.set_description_str, **parameters | typed_in)
    print(json.dumps(found.as_dict(), indent=1, allow_nan=False) if arguments.json else found)
    if arguments.figure is not None:
        from simcore.figures import save
        from simcore.figures import verdict as figure

        drawn = figure.drawn(found.as_dict())
        say(f"figure: {save(drawn.figure, arguments.figure, drawn.rows)}")
    return 0


def _asked(arguments: argparse.Namespace) -> tuple[str, dict[str, Any], list[Loaded], str]:
    """Return the model, its parameters, the networks, and what they are called."""
    if not (arguments.what.endswith(".toml") or arguments.what in catalogue.scenarios()):
        arguments.path = Path(arguments.what)
        if arguments.set:
            raise UsageError(f"--set is of scenarios (got the network {arguments.what})")
        return arguments.model or "threshold", {}, [read_as_asked(arguments)], "/".join(arguments.path.parts[-2:])
    from simcore.scenario import load

    return of_scenario(load(catalogue.find(arguments.what), sets=arguments.set), arguments.model, "verdict")


def refuse_swept(scenario: Scenario, what: str, paths: Sequence[str] = ("network", "model")) -> None:
    """Refuse a scenario in which a key of one of these tables, or of these, takes several values."""
    swept = [axis.path for axis in scenario.axes if f"{axis.path}.".startswith(tuple(f"{path}." for path in paths))]
    if swept:
        raise UsageError(f"{scenario.name}: a {what} is on one network and one rule, and {', '.join(swept)} "
                         f"{'is' if len(swept) == 1 else 'are'} swept; say which, as in --set {swept[0]}=...")


def of_scenario(scenario: Scenario, asked: str | None, what: str) -> tuple[str, dict[str, Any], list[Loaded], str]:
    """Return the model, its parameters, the networks of a scenario, and its title."""
    from simcore import rng
    from simcore.instruments.every_node import MODELS
    from simcore.scenario import build

    if "organisation" in scenario.resolved():
        raise UsageError(f"{scenario.name}: a {what} is on a [network], not on an [organisation]")
    refuse_swept(scenario, what)
    point = scenario.points[0]
    if any(each.immune for each in scenario.points):
        raise UsageError(f"{scenario.name}: in a {what} nobody is immune, and here [immune] says that some are")
    number = 1 if build.is_fixed(point.network) else min(build.count(point.network) or NETWORKS, NETWORKS)
    root = rng.root(scenario.seed)
    networks = [build.build(point.network, rng.network_key(root, g)) for g in range(number)]
    model = asked or point.model.name
    if model not in MODELS:
        raise UsageError(f"{scenario.name}: a {what} is given on {', '.join(MODELS)} (got {model}); --model says "
                         "which")
    if model != point.model.name:
        return model, {}, networks, scenario.title
    section = point.model_section
    parameters = section.model_dump(exclude={"name", "path", "redraw"}, by_alias=True, exclude_none=True)
    return model, {name: value for name, value in parameters.items()
                   if value != type(section).model_fields[name].default}, networks, scenario.title
