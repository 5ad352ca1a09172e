"""What decides, in a results folder: ``sensitivity``, ``compare``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.cli.talk import reading, say
from simcore.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    sensitivity = command("sensitivity", _sensitivity)
    sensitivity.add_argument("folder", type=Path, metavar="DIR", help="results of a 'saltelli' or 'morris' design")
    sensitivity.add_argument("--of", default="p_global", metavar="QUANTITY",
                             help="p_global, or an outcome, of which the mean is taken (default: p_global)")
    sensitivity.add_argument("--figure", type=Path, metavar="FILE", help="draw a tornado figure: .svg, .pdf or .png")
    sensitivity.add_argument("--salib", type=Path, metavar="FILE", help="write design and values as SALib takes them")
    sensitivity.add_argument("--json", action="store_true", help="as JSON")

    compare = command("compare", _compare)
    compare.add_argument("folder", type=Path, metavar="DIR")
    compare.add_argument("--by", required=True, metavar="AXIS", help="whose values are compared with the first of them")
    compare.add_argument("--of", default="p_global", metavar="QUANTITY",
                         help="p_global, or an outcome, of which the mean is taken (default: p_global)")
    compare.add_argument("--figure", type=Path, metavar="FILE", help="draw the differences: .svg, .pdf or .png")
    compare.add_argument("--json", action="store_true", help="as JSON")


def _sensitivity(arguments: argparse.Namespace) -> int:
    from simcore.sensitivity import salib, sensitivity, table
    from simcore.store import Store

    store = Store(arguments.folder)
    with reading(store):
        found = sensitivity(store, arguments.of)
    print(json.dumps(found, indent=1, allow_nan=False) if arguments.json else f"{found['scenario']}\n{table(found)}")
    if arguments.salib is not None:
        try:
            arguments.salib.write_text(json.dumps(salib(store, arguments.of)))
        except OSError as error:
            raise UsageError(f"{arguments.salib}: cannot be written ({error.strerror})") from None
        say(f"for SALib: {arguments.salib}")
    if arguments.figure is not None:
        from simcore.figures import save, tornado

        figure, rows = tornado.of(found)
        say(f"figure: {save(figure, arguments.figure, rows)}")
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    from simcore.comparison import compare, table
    from simcore.store import Store

    store = Store(arguments.folder)
    with reading(store):
        found = compare(store, arguments.by, arguments.of)
    print(json.dumps(found, indent=1, allow_nan=False) if arguments.json else f"{found['scenario']}\n{table(found)}")
    if arguments.figure is not None:
        from simcore.figures import differences, save

        figure, rows = differences.of(found)
        say(f"figure: {save(figure, arguments.figure, rows)}")
    return 0
