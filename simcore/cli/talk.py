"""Data on stdout, talk on stderr."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from simcore.errors import Problem, ProblemsError, SimcoreError, near

if TYPE_CHECKING:
    import argparse

EXIT_INTERRUPTED, EXIT_TERMINATED = 130, 143


class Terminated(Exception):  # noqa: N818 - a signal, no error
    """SIGTERM arrived."""


def say(message: str) -> None:
    """Tell the person at the terminal something that is no data."""
    print(message, file=sys.stderr)


def points(number: int) -> str:
    """Return how many points there are, in words."""
    return "1 point" if number == 1 else f"{number} points"


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
            return EXIT_TERMINATED
        case KeyboardInterrupt():
            return EXIT_INTERRUPTED
        case BrokenPipeError():  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case OSError():
            say(f"simcore: {error}")
            return 1
    raise error
