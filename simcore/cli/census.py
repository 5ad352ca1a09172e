"""Who would start it: ``census``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.cli.networks import read_as_asked
from simcore.cli.rules import PARAMETERS, add_rule, of_scenario, refuse_swept, scenario_asked, typed_parameters
from simcore.cli.talk import say
from simcore.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from simcore.scenario import Scenario

_POINTS = 100  # of a curve over transmission


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    census = command("census", _census)
    census.add_argument("what", metavar="NETWORK|SCENARIO", help=(
        "a network file, in any format of docs/scenarios.md; or a scenario, of which the first network and the rule "
        "are meant, or the organisation: what each seat is worth"))
    add_rule(census)
    census.add_argument("--samples", type=int, metavar="N", help="samples, where not exact (default: 1024)")
    census.add_argument("--seed", type=int, default=0, metavar="S", help="root seed (default: 0)")
    census.add_argument("--out", type=Path, metavar="FILE", help="write a row for each node: CSV")
    census.add_argument("--curve", type=Path, metavar="FILE", help=(
        "of independent-cascade on ties that go both ways: the curve over transmission, .01 to 1: CSV"))
    census.add_argument("--figure", type=Path, metavar="FILE",
                        help="draw sizes over degree, and the Lorenz curve: .svg, .pdf or .png")
    census.add_argument("--json", action="store_true", help="as JSON")


def _census(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from simcore.instruments import census, transmission_curve
    from simcore.instruments.every_node import GLOBAL

    parameters, share = typed_parameters(arguments), GLOBAL
    scenario = scenario_asked(arguments)
    if scenario is not None:
        if "organisation" in scenario.resolved():
            return _seats(arguments, scenario)
        model, said, networks, title = of_scenario(scenario, arguments.model, "census")
        loaded, parameters = networks[0], said | parameters
        share = scenario.summary.global_share
    else:
        arguments.path, model = Path(arguments.what), arguments.model or "threshold"
        attributes = [value["attribute"] for name, value in parameters.items()
                      if name == "transmission" and isinstance(value, dict) and "attribute" in value]
        loaded, title = read_as_asked(arguments, attributes), arguments.path.name
    samples = {} if arguments.samples is None else {"samples": arguments.samples}
    if arguments.curve is not None and model != "independent-cascade":
        raise UsageError(f"--curve is of independent-cascade (got --model {model})")
    if arguments.out is not None and arguments.figure is not None and (
            arguments.figure.with_suffix(".csv") == arguments.out):
        raise UsageError(f"--figure writes its data into {arguments.out}, so --out needs another name")
    with tqdm(unit="sample", disable=None if model != "threshold" else True, leave=False) as bar:
        found = census(loaded, model, seed=arguments.seed, progress=bar.update, global_share=share, **samples,
                       **parameters)
    print(json.dumps(found.as_dict(), indent=1, allow_nan=False) if arguments.json else found)
    if arguments.out is not None:
        say(f"census: {found.write(arguments.out)}")
    if arguments.curve is not None:
        _write(arguments.curve, transmission_curve(loaded, [k / _POINTS for k in range(1, _POINTS + 1)],
                                                   seed=arguments.seed, **samples).rows())
    if arguments.figure is not None:
        from simcore.figures import census as figure
        from simcore.figures import save

        drawn = figure.drawn(found, title)
        say(f"figure: {save(drawn.figure, arguments.figure, drawn.rows)}")
    return 0


def _seats(arguments: argparse.Namespace, scenario: Scenario) -> int:
    """Print what each seat of a scenario's organisation is worth."""
    from simcore import rng
    from simcore.instruments import seats
    from simcore.instruments.seats import PULLS
    from simcore.scenario import build
    from simcore.scenario.firms import Firm

    for name in ("model", *PARAMETERS, "samples", "curve", "figure"):
        if getattr(arguments, name) is not None:
            raise UsageError(f"--{name} is of networks; parameters of an organisation are set by --set model....=")
    refuse_swept(scenario, "census", ("organisation", *(f"model.{name}" for name in PULLS)))
    point = scenario.points[0]
    firm = build.build(point.network, rng.network_key(rng.root(scenario.seed), 0))
    assert isinstance(firm, Firm)
    found = seats(firm, point.params)
    print(json.dumps(found.as_dict(), indent=1, allow_nan=False) if arguments.json else found)
    if arguments.out is not None:
        say(f"census: {found.write(arguments.out)}")
    return 0


def _write(path: Path, rows: list[dict[str, float]]) -> None:
    from simcore.figures.style import as_csv

    try:
        path.write_bytes(as_csv(rows).encode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
    say(f"curve: {path}")
