"""The parts of a chunk, a file for each: which columns it has, and whether a file is one that simcore wrote."""

from __future__ import annotations

import json
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import StoreError
from simcore.store.columns import numbers, whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

PARTS = ("chunks", "series", "classes")
ALGORITHMS = b"simcore.algorithms"  # in the metadata of a chunk: how many replicates each ran
IDENTITY = b"simcore.identity"  # what it belongs to
_OF_CLASSES = ("nodes", "in_degree", "out_degree", "new", "new_in_degree", "new_out_degree")
_WORD = "dictionary<values=string, indices=int32, ordered=0>"


def types(part: str, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return which columns a part has, and of which types.

    Parameters
    ----------
    part : {"chunks", "series", "classes"}
    manifest : mapping
        Of the folder.

    Returns
    -------
    dict of str to str
        The name of an Arrow type for the name of each column.
    """
    found = {"point": _WORD, "replicate": "int64", "t" if part == "series" else "network": "int64"}
    if part == "classes":
        return found | {"t": "int64", "class": _WORD} | dict.fromkeys(_OF_CLASSES, "int64")
    if part == "series":
        return found | dict.fromkeys(manifest["observables"], "double")
    return found | {name: kind.replace("float64", "double") for name, kind in manifest["columns"].items()}


def refuse_foreign(table: pa.Table, part: str, wanted: Mapping[str, str], path: Path) -> None:
    """Refuse what simcore did not write, whatever its hash.

    Parameters
    ----------
    table : Table
    part : {"chunks", "series", "classes"}
    wanted : mapping of str to str
        Columns that it must have, and their `types`.
    path : Path
        Of the file that it was read from.

    Raises
    ------
    StoreError
        If a column or all rows are missing, or it does not say which algorithms ran.
    """
    for name, kind in wanted.items():
        if (table.column_names.count(name) != 1 or str(table.schema.field(name).type) != kind
                or table.column(name).null_count or (kind == _WORD and not _is_text(table.column(name)))
                or (name == "share" and not _is_finite(table.column(name)))):
            raise StoreError(f"{path}: its column '{name}' is none that simcore wrote")
    if part == "chunks":
        ran(table, path)
    elif not table.num_rows:
        raise StoreError(f"{path}: has no rows, and is none that simcore wrote")


def ran(table: pa.Table, path: Path) -> dict[str, int]:
    """Return how many replicates of a chunk each algorithm ran.

    Parameters
    ----------
    table : Table
        Of its outcomes.
    path : Path
        Of the file that it was read from.

    Returns
    -------
    dict of str to int

    Raises
    ------
    StoreError
        If it does not say.
    """
    try:
        found = json.loads((table.schema.metadata or {}).get(ALGORITHMS, b"{}"))
        return {str(name): operator.index(number) for name, number in found.items()}
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        raise StoreError(f"{path}: does not say which algorithms ran ({error})") from error


def _is_text(column: pa.ChunkedArray) -> bool:
    import pyarrow as pa

    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_finite(column: pa.ChunkedArray) -> bool:
    return bool(np.isfinite(numbers(whole(column))).all())
