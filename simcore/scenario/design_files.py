"""The points of a sweep as the rows of a table: CSV or Parquet, its columns named as axes are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.errors import NetworkError, ScenarioError
from simcore.network import files, text
from simcore.scenario import toml

if TYPE_CHECKING:
    from pathlib import Path

_MAX_BYTES = 2**28
_MAX_ROWS = 1_000_000


def read_table(path: Path) -> dict[str, list[Any]]:
    """Read a table of points.

    Parameters
    ----------
    path : Path
        Parquet if its name ends so, else CSV, whose cells are TOML, or else text.

    Returns
    -------
    dict of str to list
        The values of each column, in the order of rows.

    Raises
    ------
    NetworkError
        If it is no such table, each mistake at its line and column.
    """
    columns = _parquet(path) if path.suffix.lower() in (".parquet", ".pq") else _csv(path)
    if not columns or not next(iter(columns.values())):
        raise NetworkError.because("the file lists no points", file=path)
    return columns


def _csv(path: Path) -> dict[str, list[Any]]:
    problems = files.Problems()
    table = text.Table(path, problems, _MAX_BYTES)
    table.columns(table.names)
    columns: dict[str, list[Any]] = {name: [] for name in table.names}
    for row in (row for block in table.blocks() for row in table.rows(block)):
        for place, (column, cell) in enumerate(zip(columns.values(), row.cells, strict=True)):
            if cell:
                column.append(_value(cell))
            else:
                table.wrong(row, place, "every point needs a value of every axis")
    problems.check()
    return columns


def _value(cell: str) -> Any:
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            pass
    try:
        data = toml.parse(f"v = {cell}").data
    except ScenarioError:
        return cell
    return data["v"] if len(data) == 1 else cell


def _parquet(path: Path) -> dict[str, list[Any]]:
    from pyarrow import parquet

    files.limit(path, _MAX_BYTES, packed=False)
    try:
        with parquet.ParquetFile(path, page_checksum_verification=True) as file:
            if file.metadata.num_rows > _MAX_ROWS:
                raise NetworkError.because(f"the file lists {file.metadata.num_rows} points; at most {_MAX_ROWS} are "
                                           "possible", file=path)
            columns: dict[str, list[Any]] = file.read().to_pydict()
    except NetworkError:
        raise
    except Exception as error:  # damaged bytes make pyarrow raise several kinds
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise NetworkError.because(f"this is not a whole Parquet file: {reason}", file=path) from None
    for name, values in columns.items():
        if None in values:
            raise NetworkError.because(f"every point needs a value of every axis, row {values.index(None) + 1} has no "
                                       f"{files.shown(name)}", file=path)
    return columns
