"""Network files: ``network``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.cli.talk import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from simcore.network.loaded import Loaded

# the arguments of `simcore.network.read.read` that are asked for, each as an option of its own
READING = {
    "direction": "source-influences-target, target-influences-source or both: which way influence flows along a row",
    "format": "where the name of the file does not tell: see docs/scenarios.md for the ten there are",
    "source": "column (array) of the sources (default: source)",
    "target": "column (array) of the targets (default: target)",
    "weight": "column (array) of weights; without it, none are read",
    "nodes": "CSV file of all nodes, isolated ones too, and of their attributes",
    "node": "its column of labels (default: node)",
    "parallel": "merge or weights: whether rows that repeat a tie count once, or are counted into its weight",
    "project": "source or target: of people and what they belong to, the column whose nodes stay",
    "time": "column of times; with from and until, rows in that window are counted into weights",
    "from": "first time of the window: a number or a date",
    "until": "time that the window ends before",
    "attributes": "columns of numbers that become attributes of the arcs, with commas between them",
}


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    network = command("network", _network)
    network.add_argument("path", type=Path, metavar="PATH", help="the file, in any format of docs/scenarios.md")
    add_reading(network)
    network.add_argument("--figure", type=Path, metavar="FILE", help="draw the degrees: .svg, .pdf or .png")
    network.add_argument("--json", action="store_true", help="as JSON")


def add_reading(command: argparse.ArgumentParser) -> None:
    """Declare the options that say how a network file is read."""
    for name, text in READING.items():
        command.add_argument(f"--{name}", metavar=name.upper(), help=text,
                             type=_number_or_date if name in ("from", "until") else
                             _listed if name == "attributes" else str)


def read_as_asked(arguments: argparse.Namespace, attributes: Sequence[str] = ()) -> Loaded:
    """Read the network file of a command line, and these attributes of its arcs, besides those that it asks for."""
    from simcore.network.read import read

    asked: dict[str, Any] = {f"{name}_" if name == "from" else name: value for name in READING
                             if (value := getattr(arguments, name)) is not None}
    asked["attributes"] = list(dict.fromkeys([*asked.get("attributes", ()), *attributes]))
    return read(arguments.path, **asked)


def _number_or_date(text: str) -> float | str:
    """Return an end of a window as the reader takes it."""
    try:
        return float(text)
    except ValueError:
        return text


def _listed(text: str) -> list[str]:
    """Return the names in a list."""
    return text.split(",")


def _network(arguments: argparse.Namespace) -> int:
    from simcore.network.describe import describe

    loaded = read_as_asked(arguments)
    description = describe(loaded)
    if arguments.figure is not None:
        from simcore.figures import degrees, save

        figure, rows = degrees.drawn(loaded.network, arguments.path.name)
        say(f"figure: {save(figure, arguments.figure, rows)}")
    print(json.dumps(description.as_dict(), indent=1, allow_nan=False) if arguments.json else description)
    return 0
