"""Everything simcore raises on purpose: the whole tree, one sentence each."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Problem(NamedTuple):
    """One thing that is wrong in a file, and where it stands (line and column from 1)."""

    file: str
    line: int | None
    column: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (near(self.file), self.line, self.column) if part is not None)
        return ": ".join(part for part in (place, self.key, self.message) if part)


def near(path: str) -> str:
    """Return a path as one types it: from the working directory, if that contains it."""
    try:
        return path.removeprefix(f"{os.getcwd()}{os.sep}")  # noqa: PTH109 - pathlib takes long to import
    except OSError:  # there is none any more
        return path


class SimcoreError(Exception):
    """Anything that simcore refuses or fails to do."""

    exit_code = 1


class UsageError(SimcoreError):
    """The command line or a call asks for something that does not exist."""

    exit_code = 2


class ProblemsError(SimcoreError):
    """A file is wrong; every problem found in it is listed."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ScenarioError(ProblemsError):
    """A scenario does not say something that can be run."""


class NetworkError(ProblemsError):
    """A network cannot be read, built or used as asked."""

    @classmethod
    def because(cls, message: str, *, file: object = "", line: int | None = None,
                column: int | None = None, key: str = "") -> NetworkError:
        """Build the error for a single problem."""
        return cls([Problem(str(file), line, column, key, message)])


class ModelError(SimcoreError):
    """A model's file does not fulfil the contract of `simcore.model.Model`."""

    exit_code = 2


class RunError(SimcoreError):
    """Some of the work failed; what succeeded is stored."""


class StoreError(SimcoreError):
    """A results folder is damaged, or belongs to another scenario."""

    exit_code = 3


class ResourceError(SimcoreError):
    """Memory or disk does not suffice for what was asked."""

    exit_code = 4


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ``", did you mean 'x'?"`` for the nearest choice, or nothing."""
    import difflib  # costs every start of the command line, which rarely needs it

    near = difflib.get_close_matches(word, list(choices), n=1)
    return f", did you mean '{near[0]}'?" if near else ""


@contextlib.contextmanager
def needing(package: str, asked: str, extra: str = "") -> Iterator[None]:
    """Say which extra to install, of the package's name by default, where an import within finds none."""
    try:
        yield
    except ImportError:
        raise UsageError(f"{asked} needs the package {package}; install simcore[{extra or package}]") from None
