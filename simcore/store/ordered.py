"""What is done in a results folder as arrays, in (point hash, replicate) order, and the digest of it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import StoreError
from simcore.store.columns import numbers, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from simcore.store.folder import Store
    from simcore.store.plans import Chunk

KEYS = ("point", "replicate", "network")
_PIECE = 2**18  # rows that are looked at at once


def columns(store: Store) -> dict[str, NDArray[Any]]:
    """Return the keys and every outcome of what is done.

    Parameters
    ----------
    store : Store

    Returns
    -------
    dict of array[R]
        ``point`` is the position of the point in the manifest, whose points are in the order of their hashes.

    Raises
    ------
    StoreError
        If a file is damaged, or a row stands twice.
    """
    files, names = store.files(), [*KEYS, *store.manifest["columns"]]
    keys = _gathered(store, ("point", "replicate"), files)
    order = _order(store.folder, keys["point"], keys["replicate"])
    found = keys | _gathered(store, [name for name in names if name not in keys], files)
    return found if order is None else {name: found[name][order] for name in names}


def digest(store: Store) -> str:
    """Return SHA-256 of every outcome: for each column in name order its name, its type and its values.

    Parameters
    ----------
    store : Store

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    StoreError
        If a file is damaged, or a row stands twice.
    """
    files = store.files()
    keys = _gathered(store, ("point", "replicate"), files)
    order = _order(store.folder, keys.pop("point"), keys.pop("replicate"))
    found = hashlib.sha256()
    for name in sorted(store.manifest["columns"]):
        values = _gathered(store, [name], files)[name]
        if order is not None:
            values = values[order]
        if values.dtype.kind == "f":
            values = np.where(np.isnan(values), np.nan, values) + 0.0
        found.update(f"{name} {values.dtype.name} ".encode())
        found.update(values.astype(values.dtype.newbyteorder("<"), copy=False).data)
    return found.hexdigest()


def _gathered(store: Store, names: Iterable[str], files: Sequence[Chunk]) -> dict[str, NDArray[Any]]:
    """Return columns of what is done, in the order of the files, each of which is read and let go."""
    rows = sum(chunk.stop - chunk.first for chunk in files)
    types = dict.fromkeys(KEYS, "int64") | store.manifest["columns"]
    found = {name: np.empty(rows, types[name]) for name in names}
    place = {hash_: k for k, hash_ in enumerate(sorted(point["hash"] for point in store.manifest["points"]))}
    begin = 0
    for chunk in files if found else ():
        table, end = store.read_file(chunk, "chunks", list(found)), begin + chunk.stop - chunk.first
        for name, values in found.items():
            column = whole(table.column(name))
            here = _positions(column, place, store.path(chunk)) if name == "point" else numbers(column)
            if here.dtype != values.dtype:
                raise StoreError(f"{store.path(chunk)}: its column '{name}' is of another type than the manifest says")
            values[begin:end] = here
        begin = end
    return found


def _positions(column: pa.Array, place: dict[str, int], path: Path) -> NDArray[np.int64]:
    try:
        known = np.array([place[hash_] for hash_ in column.dictionary.to_pylist()], np.int64)
    except KeyError as error:
        raise StoreError(f"{path}: holds a point that is not of this folder") from error
    positions: NDArray[np.int64] = known[numbers(column.indices)]
    return positions


def _order(folder: Path, point: NDArray[np.int64], replicate: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return what puts rows into (point, replicate) order; None if they are."""
    if not point.size:
        return None
    each = int(replicate.max()) + 1
    pieces = (slice(begin, begin + _PIECE + 1) for begin in range(0, point.size, _PIECE))
    if all((np.diff(point[piece] * each + replicate[piece]) > 0).all() for piece in pieces):
        return None
    row = point * each + replicate
    order: NDArray[np.int64] = np.argsort(row, kind="stable")
    if (np.diff(row[order]) == 0).any():
        raise StoreError(f"{folder}: holds a replicate twice")
    return order
