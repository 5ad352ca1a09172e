"""Do influentials matter here: ``verdict``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.cli.networks import read_as_asked
from simcore.cli.rules import add_rule, of_scenario, scenario_asked, typed_parameters
from simcore.cli.talk import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from simcore.network.loaded import Loaded


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    verdict = command("verdict", _verdict)
    verdict.add_argument("what", metavar="NETWORK|SCENARIO", help=(
        "a network file, in any format of docs/scenarios.md; or a scenario, whose network and rule are meant"))
    add_rule(verdict)
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

    model, parameters, networks, title = _asked(arguments)
    with tqdm(bar_format="{desc} [{elapsed}]", disable=None, mininterval=0.2, leave=False) as line:
        found = verdict(networks, model, cost=arguments.cost, top=arguments.top, global_share=arguments.global_share,
                        samples=arguments.samples, seed=arguments.seed, title=title,
                        progress=line.set_description_str, **parameters | typed_parameters(arguments))
    print(json.dumps(found.as_dict(), indent=1, allow_nan=False) if arguments.json else found)
    if arguments.figure is not None:
        from simcore.figures import save
        from simcore.figures import verdict as figure

        drawn = figure.drawn(found.as_dict())
        say(f"figure: {save(drawn.figure, arguments.figure, drawn.rows)}")
    return 0


def _asked(arguments: argparse.Namespace) -> tuple[str, dict[str, Any], list[Loaded], str]:
    """Return the model, its parameters, the networks, and what they are called."""
    scenario = scenario_asked(arguments)
    if scenario is not None:
        return of_scenario(scenario, arguments.model, "verdict")
    arguments.path = Path(arguments.what)
    return arguments.model or "threshold", {}, [read_as_asked(arguments)], "/".join(arguments.path.parts[-2:])
