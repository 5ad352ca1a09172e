"""Results as one file for other programs: CSV or Parquet, the swept parameters as columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from simcore.errors import StoreError, UsageError
from simcore.store import sealed, understood
from simcore.summary import swept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from simcore.store import Store

Of = Literal["outcomes", "series", "classes"]
_PARTS = {"outcomes": "chunks", "series": "series", "classes": "classes"}
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # with which spreadsheets take text for something to compute


def tidy(store: Store, of: Of = "outcomes", *, for_spreadsheets: bool = False) -> Iterator[pa.Table]:
    """Yield what is done, file by file in the order of the plans, the swept parameters as columns.

    Raises
    ------
    UsageError
        If that was not recorded.
    StoreError
        If a file is damaged.
    """
    import pyarrow as pa

    if _PARTS[of] not in store.parts:
        raise UsageError(f"{store.folder}: no {of} are recorded; [record] says what is")
    points = {point["hash"]: point for point in store.manifest["points"]}
    with understood():
        columns = {"point": [point["id"] for point in points.values()]} | {
            path: cells(point["point"].get(path) for point in points.values()) for path in swept(store.manifest)}
        shown = {name: pa.array([_plain(value) if for_spreadsheets else value for value in values])
                 for name, values in columns.items()}
    place = {hash_: k for k, hash_ in enumerate(points)}
    for table in store.tables(_PARTS[of]):
        point = table.column("point").combine_chunks()
        point = point.chunk(0) if isinstance(point, pa.ChunkedArray) else point
        if not place.keys() >= set(point.dictionary.to_pylist()):
            raise StoreError(f"{store.folder}: holds a point that is not of this folder")
        places = pa.array([place[hash_] for hash_ in point.dictionary.to_pylist()]).take(point.indices)
        rest = {name: table.column(name) for name in table.column_names if name != "point"}
        if for_spreadsheets and "class" in rest:
            labels = rest["class"].combine_chunks()
            rest["class"] = pa.array([_plain(label) for label in labels.to_pylist()])
        yield pa.table({name: values.take(places) for name, values in shown.items()} | rest)


def cells(values: Iterable[Any]) -> list[Any]:
    """Return values of an axis as a column of one type: tables and lists as JSON, numbers beside words as words.

    Parameters
    ----------
    values : iterable

    Returns
    -------
    list
    """
    column = [json.dumps(value) if isinstance(value, dict | list) else value for value in values]
    if len({isinstance(value, str) for value in column if value is not None}) < 2:
        return column
    return [None if value is None else str(value) for value in column]


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value


def export(store: Store, path: Path, of: Of = "outcomes") -> int:
    """Write what is done into one file, CSV or Parquet by its ending, and return the number of rows.

    Raises
    ------
    UsageError
        If its ending is neither, or it cannot be written.
    """
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    if path.suffix not in (".csv", ".parquet"):
        raise UsageError(f"{path}: a name that ends in .csv or .parquet is needed")
    rows, writer = 0, None
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with sealed.told(path.parent):
            for table in tidy(store, of, for_spreadsheets=path.suffix == ".csv"):
                if writer is None:
                    kind = pa.csv.CSVWriter if path.suffix == ".csv" else pa.parquet.ParquetWriter
                    writer = kind(str(temporary), table.schema)
                writer.write_table(table)
                rows += table.num_rows
            if writer is None:
                raise UsageError(f"{store.folder}: nothing is done yet")
            writer.close()
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return rows
