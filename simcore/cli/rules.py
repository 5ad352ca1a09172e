"""A rule on a network, or on the networks of a scenario: what ``census`` and ``verdict`` ask alike."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from simcore import catalogue
from simcore.cli.networks import add_reading
from simcore.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from simcore.network.loaded import Loaded
    from simcore.scenario import Scenario

PARAMETERS = {
    "threshold": "of threshold: a number, a column of the nodes, or a law as a TOML table",
    "absolute": "of threshold: true if it is a number of active people, not a share",
    "transmission": "of the other two: a number; of independent-cascade also weighted-cascade, a law, or an attribute",
    "recovery": "of sir: the probability of recovering in a step",
}
_NETWORKS = 20  # drawn of a scenario whose networks are random


def add_rule(command: argparse.ArgumentParser) -> None:
    """Declare the options that say how a network file is read, or a scenario changed, and which rule is meant."""
    add_reading(command)
    command.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                         help="of a scenario: replace a key, or a whole axis by one value; repeatable")
    command.add_argument("--model", metavar="MODEL", help="threshold (default), independent-cascade or sir")
    for name, text in PARAMETERS.items():
        command.add_argument(f"--{name}", metavar=name.upper(), help=text)


def typed_parameters(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the parameters of the rule that were typed."""
    return {name: _typed(name, text) for name in PARAMETERS if (text := getattr(arguments, name)) is not None}


def _typed(name: str, text: str) -> Any:
    """Return what was typed of a parameter: a number, TOML, one of its words, or else the name of an attribute."""
    from simcore.scenario.sets import value

    with contextlib.suppress(ValueError):
        return float(text)
    typed = value(text)
    if isinstance(typed, str) and not (name == "transmission" and typed == "weighted-cascade"):
        return {"attribute": typed}
    return typed


def scenario_asked(arguments: argparse.Namespace) -> Scenario | None:
    """Return the scenario that was asked for; None if it is a network, of which nothing can be set."""
    if arguments.what.endswith(".toml") or arguments.what in catalogue.scenarios():
        from simcore.scenario import load

        return load(catalogue.find(arguments.what), sets=arguments.set)
    if arguments.set:
        raise UsageError(f"--set is of scenarios (got the network {arguments.what})")
    return None


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
    number = 1 if build.is_fixed(point.network) else min(build.count(point.network) or _NETWORKS, _NETWORKS)
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
