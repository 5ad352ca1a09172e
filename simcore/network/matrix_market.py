"""Networks as matrices in the Matrix Market format: an arc from i to j where the element (i, j) is not 0.

SciPy's reader is not used: it crashes on a file that holds a NUL, and does not say where a value is wrong.
The format: Boisvert, Pozo & Remington (1996), doi:10.6028/NIST.IR.5935.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.errors import NetworkError, did_you_mean
from simcore.network.csr import NODE_LIMIT
from simcore.network.file_rows import Rows, both_ways, renumbered
from simcore.network.files import BYTES_OF_NODE, shown
from simcore.network.labels import Part, is_integer, size
from simcore.network.tables import Places, noting, read_arcs
from simcore.network.text import Row, Table
from simcore.network.values import refused, sound
from simcore.network.words import Coded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.files import Problems
    from simcore.network.formats import Request

_BANNER = "%%MatrixMarket matrix coordinate real general"
_WORDS = (["%%matrixmarket"], ["matrix"], ["coordinate"], ["real", "integer", "unsigned-integer", "double", "pattern"],
          ["general", "symmetric"])


class _Header(NamedTuple):
    """What the first lines say."""

    weighted: bool
    symmetric: bool
    n: int
    entries: int


def _opened(asked: Request, problems: Problems) -> tuple[Table, _Header]:
    """Return the entries as a table, the line of sizes its header, and what the first lines say."""
    table = Table(asked.path, problems, asked.max_bytes, spaced=True)
    first = next(table.blocks()).text.partition(b"\n")[0].decode("utf-8", "replace") if table.names else ""
    row = Row(1, first, first.split())
    if len(row.cells) != len(_WORDS):
        raise NetworkError.because(f"the first line must be like {_BANNER!r} (got {shown(first)})", file=table.path,
                                   line=1, column=1)
    for k, (word, choices) in enumerate(zip(row.cells, _WORDS, strict=True)):
        if word.lower() not in choices:
            table.wrong(row, k, f"must be {' or '.join(map(repr, choices))} (got {shown(word)})"
                        f"{did_you_mean(word.lower(), choices)}")
    problems.check()
    if len(table.names) != 3 or not all(re.fullmatch(r"\d{1,18}", cell, re.ASCII) for cell in table.names):
        raise NetworkError.because("the line of sizes holds three whole numbers: rows, columns, entries "
                                   f"(got {shown(' '.join(table.names))})", file=table.path, line=table.line, column=1)
    n, columns, entries = map(int, table.names)
    if n != columns:
        raise NetworkError.because(f"a network is a square matrix (got {n} rows and {columns} columns)",
                                   file=table.path, line=table.line, column=1)
    if n > NODE_LIMIT or BYTES_OF_NODE * n > asked.max_bytes:
        raise NetworkError.because(f"{n} nodes need more than max_bytes = {asked.max_bytes}", file=table.path,
                                   line=table.line, column=1)
    weighted = row.cells[3].lower() != "pattern"
    table.header, table.width = True, 3 if weighted else 2
    return table, _Header(weighted, row.cells[4].lower() == "symmetric", n, entries)


def read(asked: Request, problems: Problems) -> Rows:
    """Read the entries of a matrix, whose nodes are labelled 1 to n."""
    table, header = _opened(asked, problems)
    places = Places(0, 1, {"element": (2, "element")} if header.weighted else {})
    arcs = read_arcs(table, places)
    problems.check()
    note = functools.partial(noting, table, places)
    ends, count = (_within(arcs.sources, header.n), _within(arcs.targets, header.n)), sum(map(size, arcs.sources))
    if not all(end.all() for end in ends):
        _note_outside(table, header.n)
    elements = arcs.values.get("element", np.ones(count))
    if asked.weight is not None:
        light = np.flatnonzero(~sound("weight", elements) & (elements != 0))
        note([(int(row), 2, refused("weight", float(elements[row]))) for row in light])
    if count != header.entries:
        problems.add(table.path, f"{header.entries} entries are promised (got {count})", table.line, 1)
    problems.check()
    kept = np.flatnonzero(elements)
    sources, targets = ends if kept.size == count else [end[kept] for end in ends]
    sources, targets, rows = both_ways(sources, targets, header.symmetric & (sources != targets), asked.direction)
    return Rows([sources], [targets], {} if asked.weight is None else {asked.weight: elements[kept][rows]},
                lambda notes: note(renumbered(notes, kept[rows])), nodes=[np.arange(1, header.n + 1)], complete=True,
                left_out=count - kept.size)


def _within(parts: list[Part], n: int) -> NDArray[np.int64]:
    """Return the numbers of rows or columns, 0 in the place of what is none."""
    numbers = [np.array([int(text) if is_integer(text) else 0 for text in part.texts], np.int64)[part.places]
               if isinstance(part, Coded) else part for part in parts]
    whole = np.concatenate([np.empty(0, np.int64), *numbers])
    whole[(whole < 1) | (whole > n)] = 0
    return whole


def _note_outside(table: Table, n: int) -> None:
    """Note every row and column that the matrix does not have."""
    for row in (row for block in table.blocks() for row in table.rows(block)):
        for k, cell in enumerate(row.cells[:2]):
            if not is_integer(cell) or not 1 <= int(cell) <= n:
                table.wrong(row, k, f"rows and columns are numbered 1 to {n} (got {shown(cell)})")


def peek(asked: Request, problems: Problems) -> None:
    """Look at the first lines of a matrix."""
    _opened(asked, problems)
