"""Data on stdout, talk on stderr."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import TYPE_CHECKING

from simcore.errors import Problem, ProblemsError, SimcoreError, near

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from simcore.store import Store

EXIT_INTERRUPTED, EXIT_TERMINATED = 130, 143
PATIENCE = 1.0  # seconds until somebody is told that a command is at work
_TOGETHER = "what was put together is whole; the same command goes on from there"
_LEFT = {"run": "what was computed is kept; the same command with --resume goes on from there", "merge": _TOGETHER,
         "compact": _TOGETHER, "gc": "no run needs what was deleted"}  # when a command was interrupted


class Terminated(Exception):  # noqa: N818 - a signal, no error
    """SIGTERM arrived."""


def say(message: str) -> None:
    """Tell the person at the terminal something that is no data."""
    print(message, file=sys.stderr)


def points(number: int) -> str:
    """Return how many points there are, in words."""
    return "1 point" if number == 1 else f"{number} points"


@contextlib.contextmanager
def reading(*stores: Store) -> Iterator[None]:
    """Tell on a terminal how many replicates were read of results folders, if that takes its time."""
    from tqdm import tqdm

    with tqdm(desc="reading", unit="rep", unit_scale=True, disable=None, delay=PATIENCE, mininterval=0.2,
              leave=False) as bar:
        for store in stores:
            store.progress = bar.update
        yield


def say_problems(error: ProblemsError, *, as_json: bool) -> None:
    """Tell every problem in its place; as JSON, which is data."""
    if as_json:
        print(json.dumps({"valid": False, "problems": [problem._asdict() for problem in error.problems]}, indent=1))
        return
    number = len(error.problems)
    files = {near(problem.file) for problem in error.problems}
    for problem in error.problems:
        say(str(problem))
    if number > 1:
        say(f"{number} problems in {', '.join(sorted(files))}")


def told(error: BaseException, arguments: argparse.Namespace) -> int:
    """Tell what went wrong, if it is nothing of our own making, and return the exit code."""
    as_json = getattr(arguments, "json", False) and arguments.command == "check"
    match error:
        case ProblemsError():
            say_problems(error, as_json=as_json)
            return error.exit_code
        case SimcoreError():
            if as_json:
                say_problems(ProblemsError([Problem(arguments.scenario, None, None, "", str(error))]), as_json=True)
            else:
                say(f"simcore: {error}")
            return error.exit_code
        case Terminated():
            say(f"\nsimcore: terminated; {error}")
            return EXIT_TERMINATED
        case KeyboardInterrupt():
            say(f"\nsimcore: interrupted; {str(error) or _LEFT.get(arguments.command, 'nothing stored was changed')}")
            return EXIT_INTERRUPTED
        case BrokenPipeError():  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case OSError():
            say(f"simcore: {error}")
            return 1
    raise error
