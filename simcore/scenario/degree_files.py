"""Degrees of nodes in a column of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.errors import NetworkError
from simcore.network import files, text
from simcore.scenario.forms import MAX_NODES

if TYPE_CHECKING:
    from pathlib import Path

_MAX_BYTES = 2**30


def read_degrees(path: Path, column: str) -> list[int]:
    """Read how many neighbours each node has.

    Parameters
    ----------
    path : Path
        A table, see `simcore.network.read`; a node in each row.
    column : str
        Of the table.

    Returns
    -------
    list of int
        In the order of rows.

    Raises
    ------
    NetworkError
        If it is not such a file.
    """
    problems = files.Problems()
    table = text.Table(path, problems, _MAX_BYTES)
    place, = table.columns([column])
    degrees = []
    for row in (row for block in table.blocks() for row in table.rows(block)):
        cell = row.cells[place]
        if cell.isascii() and cell.isdecimal() and len(cell) < 11 and int(cell) < MAX_NODES:
            degrees.append(int(cell))
        else:
            table.wrong(row, place, f"a degree is a whole number of at least 0 (got {files.shown(cell)})")
    problems.check()
    if not degrees:
        raise NetworkError.because("the file holds no degrees", file=path)
    return degrees
