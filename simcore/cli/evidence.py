"""Whether it is right, and whose work it rests on: ``verify``, ``cite``."""

from __future__ import annotations

import contextlib
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.cli.talk import say
from simcore.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    verify = command("verify", _verify)
    verify.add_argument("names", nargs="*", metavar="NAME", help=(
        "a scenario with expectations, the number of a target, 'theory' or 'networks' (default: all that is quick)"))
    verify.add_argument("--all", action="store_true", help="everything, which takes minutes")
    verify.add_argument("--allow-code", action="store_true", help="allow [model] path to run a Python file")
    verify.add_argument("--out", type=Path, metavar="DIR", help="keep the results here, and go on with what is there")
    verify.add_argument("--workers", type=int, metavar="W", help="threads (default: all cores)")
    verify.add_argument("--figure", type=Path, metavar="DIR", help="draw theory against simulation")
    verify.add_argument("--page", type=Path, metavar="FILE", help="put the table into this Markdown page")
    verify.add_argument("--json", action="store_true", help="as JSON")

    cite = command("cite", _cite)
    cite.add_argument("scenario", help="a TOML file, or the name of a scenario of the catalogue")
    cite.add_argument("--allow-code", action="store_true", help="allow [model] path to run a Python file")
    cite.add_argument("--json", action="store_true", help="as JSON")


def _verify(arguments: argparse.Namespace) -> int:
    if arguments.workers is not None and arguments.workers < 1:
        raise UsageError(f"--workers must be at least 1 (got {arguments.workers})")
    if arguments.all and arguments.names:
        raise UsageError(f"--all verifies everything, so it takes no names (got {', '.join(arguments.names)})")
    import tempfile

    from tqdm import tqdm

    from simcore.machine import available_cores
    from simcore.verify import above_mark, on_page, sources, table, verify

    if arguments.page is not None:
        above_mark(arguments.page)  # before the minutes that it takes
    chosen = sources(arguments.names, every=arguments.all, allow_code=arguments.allow_code)
    with contextlib.ExitStack() as stack:
        folder = arguments.out or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="simcore-verify-")))
        bar = stack.enter_context(tqdm(total=sum(source.work for source in chosen), unit="rep", unit_scale=True,
                                       disable=None, mininterval=0.2))
        verdicts = verify(chosen, folder, workers=arguments.workers or available_cores(), progress=bar.update)
    print(json.dumps([verdict.as_dict() for verdict in verdicts], indent=1, allow_nan=False) if arguments.json
          else table(verdicts))
    if arguments.page is not None:
        on_page(arguments.page, verdicts)
    if arguments.figure is not None:
        from simcore.figures import verification

        for path in verification.draw(verdicts, arguments.figure):
            say(f"figure: {path}")
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def _cite(arguments: argparse.Namespace) -> int:
    from simcore import catalogue
    from simcore.citations import cite
    from simcore.scenario import load

    works = cite(load(catalogue.find(arguments.scenario), allow_code=arguments.allow_code))
    if arguments.json:
        print(json.dumps([work._asdict() for work in works], indent=1))
        return 0
    for of, group in itertools.groupby(works, key=lambda work: work.of):
        print("\n    ".join([f"{of}:", *map(str, group)]))
    return 0
