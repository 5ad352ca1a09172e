"""Nodes and edges as files tell them that have a record for each, gathered one after the other."""

from __future__ import annotations

import array
import itertools
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.network.file_rows import Rows, both_ways, renumbered
from simcore.network.files import pieces, shown
from simcore.network.forms import form, run
from simcore.network.labels import Coded, encoded, from_arrow, typed_attributes
from simcore.network.values import quantities, quantity, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.network.file_rows import Notes
    from simcore.network.files import Problems
    from simcore.network.formats import Request
    from simcore.network.forms import Form, Gap

MANY = 64  # edges that follow one another in one form, so many that looking for more pays
SHORT = 2**16  # bytes of edges, fewer of which are not worth the import of pyarrow


class Records:
    """The nodes and edges of a file so far.

    Parameters
    ----------
    asked : Request
    problems : Problems
        Where to note what is wrong.

    Attributes
    ----------
    ties : bool
        Whether no edge has a direction.
    """

    ties = False

    def __init__(self, asked: Request, problems: Problems) -> None:
        self._asked, self._problems, self._roles = asked, problems, asked.roles
        self._numbers: dict[str, int] = defaultdict(itertools.count().__next__)
        self._declared = dict[str, int]()  # the line that declares each node
        self._known: dict[str, list[Any]] = {}
        self._sources, self._targets, self._lines, self._columns = (array.array("I") for _ in range(4))
        self._mutual = bytearray()
        self._values = {name: array.array("d") for name in asked.roles}
        self._runs = list[tuple[int, Any]]()  # the first edge of each, and the nodes: all sources, then all targets
        self._last = 0, 0, False  # the place of the last record, and whether it was mutual
        self._wait = self._waits = 1  # edges before the next look at their form

    def wrong(self, line: int, column: int | None, message: str) -> None:
        """Note what is wrong at a place."""
        self._problems.add(self._asked.path, message, line, column)

    def take(self, names: Sequence[str], line: int, column: int, known: Mapping[str, Any], *,
             mutual: bool = False) -> None:
        """Take over a node, which has one name, or an edge, which has two, and what is known of it.

        Parameters
        ----------
        names : sequence of str
            Empty where one is missing.
        line, column : int
            Where it stands.
        known : mapping of str to number or text
        mutual : bool
            Whether an edge among others that have a direction has none.
        """
        self._last = line, column, mutual
        if "" in names:
            self.wrong(line, column, f"this needs {'an id' if len(names) == 1 else 'a source and a target'}: text or a "
                       "whole number")
        elif len(names) == 1:
            self._declare(names[0], line, column, known)
        else:
            self._sources.append(self._numbers[names[0]])
            self._targets.append(self._numbers[names[1]])
            self._lines.append(line)
            self._columns.append(column)
            self._mutual.append(mutual)
            for name, role in self._roles.items():
                value = quantity(role, known[name]) if name in known else math.nan
                if math.isnan(value):
                    self.wrong(line, column, refused(role, known[name]) if name in known else
                               f"this edge has no {shown(name)}")
                self._values[name].append(value)

    def follow(self, ends: Sequence[str], record: str, gaps: Callable[[str, Sequence[str]], Sequence[Gap] | None],
               ahead: Callable[[], bytes]) -> int:
        """Take over the edges that follow the last one and have its form; return how many bytes they take.

        Parameters
        ----------
        ends : sequence of str
            The names of the gaps for source and target.
        record : str
            The last edge, from where the record before it ends.
        gaps : callable
            ``gaps(record, ends)`` returns its gaps, if they can be told.
        ahead : callable
            Returns what follows it, or the beginning of that.
        """
        self._wait -= 1
        if self._wait:
            return 0
        known = gaps(record, ends)
        found = None if known is None else form(record, known, (*ends, *self._roles))
        taken = 0 if found is None else self._take_run(record, found, ahead())
        self._wait = self._waits = 1 if taken else min(2 * self._waits, 2**12)
        return taken

    def _take_run(self, record: str, found: Form, text: bytes) -> int:
        """Take over what has a form."""
        begun = record[: len(record) - len(record.lstrip(" \t\r\n,"))]
        placed = "\n" in begun or (not found.lines and text.isascii())  # it can be told where in its line each begins
        if not placed or len(text) < SHORT:
            return 0
        import pyarrow as pa

        columns, ends = run(text, found)
        if ends.size <= MANY:
            return 0
        values = [numbers for role, texts in zip(self._roles.values(), columns[2:], strict=True)
                  if (numbers := quantities(role, texts)) is not None]
        if len(values) < len(self._roles):
            return 0
        count = ends.size - 1
        self._runs.append((len(self._sources), encoded(pa.concat_arrays(columns[:2]))))
        line, column, mutual = self._last
        lines = line + found.lines * np.arange(1, count + 1)
        places = np.full(count, column)
        if not found.lines:
            places += len(record) + ends[:-1]
        unknown = np.zeros(count)  # until all runs are there
        for known, more in ((self._sources, unknown), (self._targets, unknown), (self._lines, lines),
                            (self._columns, places)):
            known.frombytes(more.astype(np.uint32).tobytes())
        self._mutual += bytes([mutual]) * count
        for part, known_values in zip(values, self._values.values(), strict=True):
            known_values.frombytes(part.tobytes())
        return int(ends[-1])

    def _declare(self, name: str, line: int, column: int, known: Mapping[str, Any]) -> None:
        if name in self._declared:
            self.wrong(line, column, f"node {shown(name)} stands on line {self._declared[name]} already")
        self._declared[name] = line
        number = self._numbers[name]
        for key, value in known.items():
            values = self._known.setdefault(key, [])
            values += [None] * (number + 1 - len(values))
            values[number] = value

    def rows(self, labels: Mapping[str, str] | None = None, *, complete: bool = True) -> Rows:
        """Return everything as rows.

        Parameters
        ----------
        labels : mapping of str to str, optional
            The labels of nodes, if those are not their names.
        complete : bool
            Whether all nodes are declared: edges must not name any other then.
        """
        source, target = (np.frombuffer(ends, np.uint32) for ends in (self._sources, self._targets))
        self._number_runs(source, target)
        names = list(self._numbers)
        if complete:
            self._note_undeclared(names, source, target)
        if labels is not None:
            self._note_repeated(labels)
        self._problems.check()
        mutual = np.frombuffer(self._mutual, np.bool_)
        source, target, rows = both_ways(source, target, mutual, self._asked.direction)
        texts = names if labels is None else [labels[name] for name in names]
        nodes = np.arange(len(names) if complete else 0)
        columns, groups = typed_attributes({key: values + [None] * (len(names) - len(values))
                                            for key, values in self._known.items()})
        return Rows([Coded(texts, source)], [Coded(texts, target)],
                    {name: np.frombuffer(values)[rows] for name, values in self._values.items()},
                    lambda notes: self._note(renumbered(notes, rows)),
                    mutual=self.ties or bool(mutual.size and mutual.all()), nodes=[Coded(texts, nodes)],
                    complete=complete, columns=columns, groups=groups)

    def _number_runs(self, source: NDArray[np.uint32], target: NDArray[np.uint32]) -> None:
        """Give the nodes of runs their numbers."""
        parts: list[Any] = from_arrow([nodes for _, nodes in self._runs])
        words = parts[0].texts if parts else []  # those of all
        numbers = np.array([self._numbers[name] for name in words], np.uint32)
        for (first, _), part in zip(self._runs, parts, strict=True):
            for ends, places in zip((source, target), np.split(part.places, 2), strict=True):
                ends[first : first + places.size] = numbers[places]

    def _note(self, notes: Notes) -> None:
        """Note problems of edges where they stand."""
        for row, _, message in notes:
            self.wrong(self._lines[row], self._columns[row], message)

    def _note_repeated(self, labels: Mapping[str, str]) -> None:
        """Note labels of more than one node."""
        first = dict[str, int]()
        for name, label in labels.items():
            line = self._declared.get(name)
            if line is None:  # a node without an id, which is told already
                continue
            if label in first:
                self.wrong(line, None, f"label {shown(label)} stands on line {first[label]} already")
            first.setdefault(label, line)

    def _note_undeclared(self, names: list[str], source: NDArray[np.uint32], target: NDArray[np.uint32]) -> None:
        """Note nodes that are not declared at the first edge of each."""
        strange = np.array([name not in self._declared for name in names], np.bool_)
        for row in np.flatnonzero(strange[source] | strange[target]).tolist() if strange.any() else ():
            for node in (source[row], target[row]):
                if strange[node]:
                    strange[node] = False
                    self.wrong(self._lines[row], self._columns[row], f"there is no node {shown(names[node])}")


def peek(asked: Request, _: Problems) -> None:
    """Look whether a file of records is there and can be read at all."""
    next(pieces(asked.path, asked.max_bytes), None)
