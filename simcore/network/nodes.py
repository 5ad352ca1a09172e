"""Files of nodes: a label for each, and attributes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.network.files import shown
from simcore.network.labels import Columns, Groups, attributes
from simcore.network.names import Names
from simcore.network.text import Table
from simcore.network.words import Coded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from simcore.network.files import Problems
    from simcore.network.text import Block, Row


class Nodes(NamedTuple):
    """The nodes of a file, in its order.

    Attributes
    ----------
    labels : Coded
        All different.
    columns, groups
        Their attributes.
    missing : dict of str
        Where the first missing number of a column stands.
    table : Table
    place : int
        The column of the labels in it.
    """

    labels: Coded
    columns: Columns
    groups: Groups
    missing: dict[str, str]
    table: Table
    place: int

    def note(self, notes: Sequence[tuple[int, str]]) -> None:
        """Note what is wrong with the labels of nodes, given in their order."""
        wanted = dict(notes)
        for number, row in enumerate(_rows(self.table)) if wanted else ():
            if number in wanted:
                self.table.wrong(row, self.place, wanted[number])


def read_nodes(path: Path, node: str, problems: Problems, max_bytes: int) -> Nodes:
    """Read a file of nodes.

    Parameters
    ----------
    path : Path
        CSV with a header.
    node : str
        Its column of labels; the others are attributes.
    problems : Problems
        Learns of labels that are missing or repeated.
    max_bytes : int
        Most bytes to read.
    """
    table = Table(path, problems, max_bytes)
    (place,) = table.columns([node])
    cells: list[list[str]] = [[] for _ in table.names]
    for block in table.blocks():
        for column, more in zip(cells, _columns(table, block, place), strict=True):
            column += more
    labels = cells[place]
    if "" in labels or len(set(labels)) < len(labels):
        _explain(table, place)
    named = {name: column for name, column in zip(table.names, cells, strict=True) if name and name != node}
    columns, groups = attributes(named)
    coded = Coded(Names.of(labels), np.arange(len(labels)))
    return Nodes(coded, columns, groups, _missing(table, columns), table, place)


def _columns(table: Table, block: Block, place: int) -> Sequence[list[str]]:
    """Return the columns of a block."""
    found = table.cells(block, [0])
    if found is not None and (found.counts == table.width).all():
        cells = found.columns[0].listed()
        columns = [cells[k :: table.width] for k in range(table.width)]
        if "" not in columns[place]:
            return columns
    rows = [row.cells for row in table.rows(block)]
    return [[cells[k] for cells in rows] for k in range(table.width)]


def _rows(table: Table) -> Iterator[Row]:
    return (row for block in table.blocks() for row in table.rows(block))


def _explain(table: Table, place: int) -> None:
    """Note labels that are missing or repeated."""
    first = dict[str, int]()
    for row in _rows(table):
        label = row.cells[place]
        if not label:
            table.wrong(row, place, "the label is missing")
        elif first.setdefault(label, row.line) != row.line:
            table.wrong(row, place, f"node {shown(label)} stands on line {first[label]} already")


def _missing(table: Table, columns: Columns) -> dict[str, str]:
    """Return where the first missing number of each column stands."""
    first = {name: int(np.argmax(np.isnan(values))) for name, values in columns.items() if np.isnan(values).any()}
    rows = list(itertools.islice(_rows(table), max(first.values(), default=-1) + 1))
    return {name: f"{table.path}:{rows[k].line}:{table.column(rows[k], table.names.index(name))}"
            for name, k in first.items()}
