"""Networks as lists of neighbours: each line a node, and the nodes that its arcs go to."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.network.file_rows import Rows, placed
from simcore.network.growing import Ends
from simcore.network.labels import Part, coded, narrow
from simcore.network.plain_rows import integers
from simcore.network.records import peek as peek
from simcore.network.text import Lines
from simcore.network.words import Coded, Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.file_rows import Notes
    from simcore.network.files import Problems
    from simcore.network.formats import Request


class Lists(NamedTuple):
    """The ends of the arcs of lists of neighbours, and the nodes whose list is empty."""

    sources: NDArray[np.integer]
    targets: NDArray[np.integer]
    alone: NDArray[np.integer]


def unrolled(words: NDArray[np.integer], counts: NDArray[np.integer]) -> Lists:
    """Return the arcs of lists, given the words of all their lines and how many each line has."""
    first = np.cumsum(counts) - counts
    return Lists(np.repeat(words[first], counts - 1), np.delete(words, first), words[first[counts == 1]])


def read(asked: Request, problems: Problems) -> Rows:
    """Read lists of neighbours."""
    lines = Lines(asked.path, problems, asked.max_bytes)
    sources, targets, alone, words = Ends(), Ends(), Ends(), Words()
    for block in lines.blocks():
        found = lines.cells(block, [0])
        if found is not None:
            plain, counts = integers(found.columns[0]), found.counts
            part: Part = words.coded(found.columns[0]) if plain is None else narrow(plain)
        else:
            rows = [row.cells for row in lines.rows(block)]
            part, counts = coded([cell for row in rows for cell in row]), np.array([len(row) for row in rows], np.int32)
        lists = unrolled(part.places if isinstance(part, Coded) else part, counts)
        for column, ends in zip((sources, targets, alone), lists, strict=True):
            column.add(part._replace(places=ends) if isinstance(part, Coded) else ends)
    return Rows(sources.all(), targets.all(), {}, functools.partial(_note, lines), nodes=alone.all())


def _note(lines: Lines, notes: Notes) -> None:
    """Note problems of arcs where they stand."""
    arcs = ((row, cell) for block in lines.blocks() for row in lines.rows(block) for cell in range(1, len(row.cells)))
    for (row, cell), column, message in placed(arcs, notes):
        lines.wrong(row, column * cell, message)
