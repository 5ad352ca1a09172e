"""The problems of a document: each mistake once, in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.errors import Problem, ScenarioError
from simcore.scenario.toml import dotted

if TYPE_CHECKING:
    from simcore.scenario.toml import Document, KeyPath


class Problems:
    """What was found wrong with a document so far.

    Parameters
    ----------
    document : Document

    Attributes
    ----------
    typed : set of key paths
        What the command line gave: it has no place in the file.
    excused : set of key paths
        Keys that are missing only because of another mistake, which is told.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.typed: set[KeyPath] = set()
        self.excused: set[KeyPath] = set()
        self._found: dict[tuple[KeyPath, KeyPath], Problem] = {}

    def add(self, path: KeyPath, message: str, at: KeyPath | None = None) -> None:
        """Note what is wrong with a key; the first thing if there are several.

        Parameters
        ----------
        path : key path
            Of the key.
        message : str
        at : key path, optional
            Where its value stands, if it is swept.
        """
        at = path if at is None else at
        file, (line, column) = self.document.file, self.document.locate(at)
        if self.is_typed(at):
            file, line, column = "--set", None, None
        self._found.setdefault((at, path), Problem(file, line, column, _key(path), message))

    def has(self, at: KeyPath) -> bool:
        """Return whether something is wrong with the value that stands here."""
        return any(place == at for place, _ in self._found)

    def add_argument(self, message: str) -> None:
        """Note a ``--set`` that cannot be read."""
        self._found.setdefault((("--set",), (message,)), Problem("--set", None, None, "", message))

    def add_elsewhere(self, problem: Problem) -> None:
        """Note what is wrong with a file that the document names."""
        self._found.setdefault(((problem.file,), (str(problem),)), problem)

    def is_typed(self, path: KeyPath) -> bool:
        """Return whether the command line gave the value at this path."""
        return any(path[:end] in self.typed for end in range(1, len(path) + 1))

    def check(self) -> None:
        """Raise a `ScenarioError` if there is a problem.

        They are in the order of lines; then come those of other files, and those without a line.
        """
        if self._found:
            raise ScenarioError(sorted(self._found.values(), key=lambda p: (
                p.line is None, p.file != self.document.file, p.line or 0, p.column or 0)))


def _key(path: KeyPath) -> str:
    """Return a path as a key with dots; the place in the file tells which element of a list it is."""
    return dotted(tuple(part for part in path if isinstance(part, str)))
