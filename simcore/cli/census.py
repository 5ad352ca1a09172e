"""Who would start it: ``census``."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.cli.networks import add_reading, read_as_asked
from simcore.cli.talk import say
from simcore.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

PARAMETERS = {
    "threshold": "of threshold: a number, a column of the nodes, or a law as a TOML table",
    "absolute": "of threshold: true if it is a number of active people, not a share",
    "transmission": "of the other two: a number; of independent-cascade also weighted-cascade, a law, or an attribute",
    "recovery": "of sir: the probability of recovering in a step",
}
_POINTS = 100  # of a curve over transmission


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    census = command("census", _census)
    census.add_argument("path", type=Path, metavar="NETWORK", help="the file, in any format of docs/scenarios.md")
    add_reading(census)
    census.add_argument("--model", default="threshold", metavar="MODEL",
                        help="threshold (default), independent-cascade or sir")
    for name, text in PARAMETERS.items():
        census.add_argument(f"--{name}", metavar=name.upper(), help=text)
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

    parameters = {name: typed(name, value) for name in PARAMETERS if (value := getattr(arguments, name)) is not None}
    attributes = [value["attribute"] for name, value in parameters.items()
                  if name == "transmission" and isinstance(value, dict) and "attribute" in value]
    loaded = read_as_asked(arguments, attributes)
    samples = {} if arguments.samples is None else {"samples": arguments.samples}
    if arguments.curve is not None and arguments.model != "independent-cascade":
        raise UsageError(f"--curve is of independent-cascade (got --model {arguments.model})")
    if arguments.out is not None and arguments.figure is not None and (
            arguments.figure.with_suffix(".csv") == arguments.out):
        raise UsageError(f"--figure writes its data into {arguments.out}, so --out needs another name")
    with tqdm(unit="sample", disable=None if arguments.model != "threshold" else True, leave=False) as bar:
        found = census(loaded, arguments.model, seed=arguments.seed, progress=bar.update, **samples, **parameters)
    print(json.dumps(found.as_dict(), indent=1, allow_nan=False) if arguments.json else found)
    if arguments.out is not None:
        say(f"census: {found.write(arguments.out)}")
    if arguments.curve is not None:
        _write(arguments.curve, transmission_curve(loaded, [k / _POINTS for k in range(1, _POINTS + 1)],
                                                   seed=arguments.seed, **samples).rows())
    if arguments.figure is not None:
        from simcore.figures import census as figure
        from simcore.figures import save

        drawn = figure.drawn(found, arguments.path.name)
        say(f"figure: {save(drawn.figure, arguments.figure, drawn.rows)}")
    return 0


def typed(name: str, text: str) -> Any:
    """Return what was typed of a parameter: a number, TOML, one of its words, or else the name of an attribute."""
    from simcore.scenario.sets import value

    with contextlib.suppress(ValueError):
        return float(text)
    typed = value(text)
    if isinstance(typed, str) and not (name == "transmission" and typed == "weighted-cascade"):
        return {"attribute": typed}
    return typed


def _write(path: Path, rows: list[dict[str, float]]) -> None:
    from simcore.figures.style import as_csv

    try:
        path.write_bytes(as_csv(rows).encode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
    say(f"curve: {path}")
