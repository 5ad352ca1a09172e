"""Nodes and edges as files tell them that have a record for each, gathered one after the other."""

from __future__ import annotations

import array
import itertools
import json
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.network.file_rows import Rows, both_ways, renumbered
from simcore.network.files import pieces, shown
from simcore.network.forms import NUMBER, form, run
from simcore.network.labels import typed_attributes
from simcore.network.names import Names
from simcore.network.plain_rows import Texts
from simcore.network.values import quantities, quantity, refused
from simcore.network.words import Coded, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.network.file_rows import Notes
    from simcore.network.files import Problems
    from simcore.network.formats import Request
    from simcore.network.forms import Form, Gap

MANY = 64  # records that follow one another in one form, so many that looking for more pays
SHORT = 2**16  # bytes of records, fewer of which are not worth the loading of kernels


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
        self._words, self._of_words = Words(), array.array("I")  # the ends of runs, and their numbers
        self._last = 0, 0, False  # the place of the last record, and whether it was mutual
        self._wait = self._waits = 1  # records before the next look at their form

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
            self._declare(names, [line], [column], {key: [value] for key, value in known.items()})
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
        """Take over the nodes or edges that follow the last one and have its form; return how many bytes they take.

        Parameters
        ----------
        ends : sequence of str
            The name of the gap for a node, or those for source and target of an edge.
        record : str
            The last one, from where the record before it ends.
        gaps : callable
            ``gaps(record, ends)`` returns its gaps, if they can be told; the numbers of a node are as JSON has them.
        ahead : callable
            Returns what follows it, or the beginning of that.
        """
        self._wait -= 1
        if self._wait:
            return 0
        known = gaps(record, ends)
        kept = list(self._roles) if len(ends) == 2 else [gap.name for gap in known or () if gap.name not in ends]
        found = None if known is None else form(record, known, (*ends, *kept), len(ends))
        taken = 0 if found is None else self._take_run(record, found, ahead(), kept)
        self._wait = self._waits = 1 if taken else min(2 * self._waits, 2**12)
        return taken

    def _take_run(self, record: str, found: Form, text: bytes, kept: Sequence[str]) -> int:
        """Take over what has a form, and of it what is kept besides the ends."""
        begun = record[: len(record) - len(record.lstrip(" \t\r\n,"))]
        placed = "\n" in begun or (not found.lines and text.isascii())  # it can be told where in its line each begins
        if not placed or len(text) < SHORT:
            return 0
        columns, ends = run(text, found)
        count = ends.size - 1
        if count < MANY:
            return 0
        line, column, _ = self._last
        lines, places = line + found.lines * np.arange(1, count + 1), np.full(count, column)
        if not found.lines:
            places += len(record) + ends[:-1]
        if found.filled == 2:
            return int(ends[-1]) if self._append(columns, lines, places) else 0
        names, *texts = (column.listed() for column in columns)
        kinds = found.kinds[np.argsort(found.slots)][1:]  # everything has a slot that stands in a node
        self._declare(names, lines.tolist(), places.tolist(), {
            key: json.loads(f"[{','.join(values)}]") if kind == NUMBER else values
            for key, values, kind in zip(kept, texts, kinds, strict=True)})
        return int(ends[-1])

    def _append(self, columns: Sequence[Any], lines: NDArray[np.int64], places: NDArray[np.int64]) -> bool:
        """Take over edges, if all numbers that are asked for are sound."""
        values = [numbers for role, texts in zip(self._roles.values(), columns[2:], strict=True)
                  if (numbers := quantities(role, texts)) is not None]
        if len(values) < len(self._roles):
            return False
        ends = [self._words.coded(texts).places for texts in columns[:2]]
        data, ends_of_words = self._words.texts.encoded
        self._of_words.extend(map(self._numbers.__getitem__,
                                  Texts(data, ends_of_words[len(self._of_words) :]).listed()))
        source, target = (np.array(self._of_words)[places] for places in ends)
        for known, more in ((self._sources, source), (self._targets, target), (self._lines, lines),
                            (self._columns, places)):
            known.frombytes(more.astype(np.uint32).tobytes())
        self._mutual += bytes([self._last[2]]) * lines.size
        for part, known_values in zip(values, self._values.values(), strict=True):
            known_values.frombytes(part.tobytes())
        return True

    def _declare(self, names: Sequence[str], lines: Sequence[int], columns: Sequence[int],
                 known: Mapping[str, Sequence[Any]]) -> None:
        """Take over nodes."""
        for name, line, column in zip(names, lines, columns, strict=True):
            if name in self._declared:
                self.wrong(line, column, f"node {shown(name)} stands on line {self._declared[name]} already")
            self._declared[name] = line
        numbers = [self._numbers[name] for name in names]
        for key, given in known.items():
            values = self._known.setdefault(key, [])
            values += [None] * (max(numbers) + 1 - len(values))
            for number, value in zip(numbers, given, strict=True):
                values[number] = value

    def rows(self, labels: Mapping[str, str] | None = None, *, complete: bool = True,
             own: Sequence[str] = ()) -> Rows:
        """Return everything as rows.

        Parameters
        ----------
        labels : mapping of str to str, optional
            The labels of nodes, if those are not their names.
        complete : bool
            Whether all nodes are declared: edges must not name any other then.
        own : sequence of str
            Names that nodes themselves have in this format, from which attributes are set apart.
        """
        source, target = (np.frombuffer(ends, np.uint32) for ends in (self._sources, self._targets))
        names = list(self._numbers)
        if complete:
            self._note_undeclared(names, source, target)
        if labels is not None:
            self._note_repeated(labels)
        self._problems.check()
        mutual = np.frombuffer(self._mutual, np.bool_)
        source, target, rows = both_ways(source, target, mutual, self._asked.direction)
        texts = Names.of(names if labels is None else [labels[name] for name in names])
        nodes = np.arange(len(names) if complete else 0)
        columns, groups = typed_attributes({_put_back(key, own): values + [None] * (len(names) - len(values))
                                            for key, values in self._known.items()})
        return Rows([Coded(texts, source)], [Coded(texts, target)],
                    {name: np.frombuffer(values)[rows] for name, values in self._values.items()},
                    lambda notes: self._note(renumbered(notes, rows)),
                    mutual=self.ties or bool(mutual.size and mutual.all()), nodes=[Coded(texts, nodes)],
                    complete=complete, columns=columns, groups=groups)

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


def set_apart(name: str, own: Sequence[str]) -> str:
    """Return the name of an attribute in a file: one underscore more where nothing else tells it from one of nodes."""
    return name + "_" if name.rstrip("_") in own else name


def _put_back(name: str, own: Sequence[str]) -> str:
    return name[:-1] if name.endswith("_") and name.rstrip("_") in own else name


def peek(asked: Request, _: Problems) -> None:
    """Look whether a file of records is there and can be read at all."""
    next(pieces(asked.path, asked.max_bytes), None)
