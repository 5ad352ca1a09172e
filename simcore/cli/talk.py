"""Data on stdout, talk on stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcore.errors import ProblemsError


def say(message: str) -> None:
    """Tell the person at the terminal something that is no data."""
    print(message, file=sys.stderr)


def say_problems(error: ProblemsError, *, as_json: bool) -> None:
    """Tell every problem in its place; as JSON, which is data."""
    if as_json:
        print(json.dumps({"valid": False, "problems": [problem._asdict() for problem in error.problems]}, indent=1))
        return
    number = len(error.problems)
    files = {problem.file for problem in error.problems}
    for problem in error.problems:
        say(str(problem))
    if number > 1:
        say(f"{number} problems in {', '.join(sorted(files))}")
