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
from simcore.network.labels import Coded, typed_attributes
from simcore.network.values import quantity, refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.network.file_rows import Notes
    from simcore.network.files import Problems
    from simcore.network.formats import Request


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

    def _note(self, notes: Notes) -> None:
        """Note problems of edges where they stand."""
        for row, _, message in notes:
            self.wrong(self._lines[row], self._columns[row], message)

    def _note_repeated(self, labels: Mapping[str, str]) -> None:
        """Note labels of more than one node."""
        first = dict[str, int]()
        for name, label in labels.items():
            line = self._declared[name]
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
