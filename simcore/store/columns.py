"""Between numpy arrays and Arrow columns, from the same memory: pyarrow would import pandas to look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray


def _column(values: NDArray[Any]) -> pa.Array:
    import pyarrow as pa

    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), values.size,
                                 [None, pa.py_buffer(np.ascontiguousarray(values))])


def numbers(array: pa.Array) -> NDArray[Any]:
    """Return the numbers of a column without missing ones."""
    flat = np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype())
    return flat[array.offset:array.offset + len(array)]


def whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece."""
    import pyarrow as pa

    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


def positions(column: pa.Array, place: Mapping[str, int], path: Path) -> NDArray[np.int64]:
    """Return the places of the points of a column, of a file of this path.

    Parameters
    ----------
    column : DictionaryArray
        R hashes of points.
    place : mapping of str to int
    path : Path

    Returns
    -------
    int64[R]

    Raises
    ------
    StoreError
        If one of them has no place.
    """
    try:
        known = np.array([place[hash_] for hash_ in column.dictionary.to_pylist()], np.int64)
    except KeyError as error:
        raise StoreError(f"{path}: holds a point that is not of this folder") from error
    return np.asarray(known[numbers(column.indices)])


def words(different: Sequence[str], places: NDArray[Any]) -> pa.Array:
    """Return ``different[places]`` as a dictionary-encoded column.

    Parameters
    ----------
    different : sequence of str
    places : int[R]

    Returns
    -------
    DictionaryArray
        Of R texts.
    """
    import pyarrow as pa

    encoded = [word.encode() for word in different]
    starts = np.concatenate([[0], np.cumsum([len(word) for word in encoded])]).astype(np.int32)
    texts = pa.Array.from_buffers(pa.string(), len(encoded),
                                  [None, pa.py_buffer(starts), pa.py_buffer(b"".join(encoded))])
    return pa.DictionaryArray.from_arrays(_column(places.astype(np.int32)), texts)


def to_table(columns: Mapping[str, Any]) -> pa.Table:
    """Return numpy arrays as a table.

    Parameters
    ----------
    columns : mapping of str to array[R]
        Of numpy, or of Arrow already.

    Returns
    -------
    Table
    """
    import pyarrow as pa

    return pa.table({name: _column(values) if isinstance(values, np.ndarray) else values
                     for name, values in columns.items()})
