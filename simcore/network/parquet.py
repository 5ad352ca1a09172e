"""Networks as Parquet files: a row for each arc, columns of labels and of numbers."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import NetworkError
from simcore.network.file_rows import Rows
from simcore.network.files import Problems, among, limit, shown
from simcore.network.growing import Ends, Numbers
from simcore.network.labels import Part, narrow
from simcore.network.plain_rows import Texts
from simcore.network.values import quantities, quantity, refused, sound
from simcore.network.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simcore.network.file_rows import Notes
    from simcore.network.formats import Request
    from simcore.network.values import Role

_AT_ONCE = 2**14  # rows, and bytes of a file
_LARGEST = 10**18  # labels of more digits are text, as they are in a file of text


@contextmanager
def _opened(asked: Request) -> Iterator[Any]:
    """Open a file that has the columns asked for, and no more rows than may be read."""
    from pyarrow import parquet

    most, excess = limit(asked.path, asked.max_bytes, packed=True)
    try:
        with parquet.ParquetFile(asked.path, page_checksum_verification=True, buffer_size=_AT_ONCE,
                                 pre_buffer=False) as file:
            _check(asked, file.schema_arrow)
            if 8 * (2 + len(asked.roles)) * file.metadata.num_rows > most:
                raise NetworkError.because(excess, file=asked.path)
            yield file
    except NetworkError:
        raise
    except Exception as error:  # damaged bytes make pyarrow raise several kinds
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise NetworkError.because(f"this is not a whole Parquet file: {reason}", file=asked.path) from None


def _check(asked: Request, schema: Any) -> None:
    """Refuse a file without the columns that are asked for, or with columns of other types."""
    import pyarrow as pa

    problems = Problems()
    for name in (asked.source, asked.target, *asked.roles):
        if schema.names.count(name) != 1:
            problems.add(asked.path, f"column {shown(name)} stands twice" if name in schema.names else
                         f"there is no column {shown(name)}; columns are {among(name, schema.names)}")
        elif name not in asked.roles:
            type_ = schema.field(name).type
            plain = type_.value_type if pa.types.is_dictionary(type_) else type_
            if not (pa.types.is_integer(plain) or _is_text(plain)):
                problems.add(asked.path, f"column {shown(name)} must be whole numbers or text (got {type_})")
    problems.check()


def _is_text(type_: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(type_) or types.is_large_string(type_) or types.is_string_view(type_))


def read(asked: Request, problems: Problems) -> Rows:
    """Read the rows of a Parquet file."""
    sources, targets, words = Ends(), Ends(), Words()
    values = {name: Numbers() for name in asked.roles}
    note = functools.partial(_note, asked, problems)
    notes = list[tuple[int, int, str]]()
    with _opened(asked) as file:
        for column, (name, ends) in enumerate([(asked.source, sources), (asked.target, targets)]):
            for begin, given in _parts(file, name):
                notes += [(begin + int(k), column, "the label is missing") for k in np.flatnonzero(_blank(given))]
                ends.add(_labels(given, words))
        for column, (name, role) in enumerate(asked.roles.items(), 2):
            for begin, given in _parts(file, name):
                part = _numbers(role, given)
                values[name].add(part)
                notes += [(begin + int(k), column, refused(role, given[int(k)].as_py()))
                          for k in np.flatnonzero(np.isnan(part))]
        note(sorted(notes, key=lambda found: (found[0] // _AT_ONCE, found[1])))
        problems.check()
    return Rows(sources.all(), targets.all(), {name: column.all() for name, column in values.items()}, note)


def _parts(file: Any, name: str) -> Iterator[tuple[int, Any]]:
    """Yield parts of a column and the rows where they begin; of all columns at once the file would take more memory."""
    import pyarrow as pa

    begin = 0
    for batch in file.iter_batches(_AT_ONCE, columns=[name], use_threads=False):
        yield begin, _plain(batch.column(0))
        begin += batch.num_rows
        pa.default_memory_pool().release_unused()
    pa.default_memory_pool().release_unused()  # what the reader itself took


def _plain(column: Any) -> Any:
    """Return a column without the dictionary that it may come with."""
    return column.dictionary_decode() if hasattr(column, "dictionary_decode") else column


def _blank(labels: Any) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    missing: NDArray[np.bool_] = labels.is_null().to_numpy(zero_copy_only=False)
    if _is_text(labels.type):
        missing = missing | pc.fill_null(pc.equal(labels, ""), True).to_numpy(zero_copy_only=False)
    return missing


def _texts(column: Any) -> Texts:
    """Return a column as texts, empty ones for those that are missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = column.cast(pa.string())
    text.validate(full=True)  # that it is UTF-8
    if text.null_count:
        text = pc.fill_null(text, "")
    _, ends, data = text.buffers()
    return Texts(np.frombuffer(data or b"", np.uint8), np.frombuffer(ends, np.int32)[text.offset :][: len(text) + 1])


def _labels(column: Any, words: Words) -> Part:
    """Return labels as integers, or as words."""
    if not _is_text(column.type):
        numbers = column.to_numpy(zero_copy_only=False)
        if not column.null_count and max(abs(int(numbers.min(initial=0))), int(numbers.max(initial=0))) < _LARGEST:
            return narrow(np.array(numbers, np.int64))  # a copy, so that pyarrow's blocks can go
    return words.coded(_texts(column))


def _numbers(role: Role, column: Any) -> NDArray[np.float64]:
    """Return the numbers of a column, NaN where one is not what it must be."""
    import pyarrow as pa

    kind, numbers = pa.types, None
    if _is_text(column.type):
        numbers = quantities(role, _texts(column))
        return np.array([quantity(role, text) for text in column.to_pylist()]) if numbers is None else numbers
    dated = kind.is_date(column.type) or kind.is_timestamp(column.type)
    if dated and role == "date":
        column = column.cast(pa.timestamp("us", getattr(column.type, "tz", None))).cast(pa.int64())
    elif dated or role == "date" or not (kind.is_integer(column.type) or kind.is_floating(column.type)
                                         or kind.is_decimal(column.type)):
        return np.full(len(column), np.nan)
    values = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.where(sound(role, values), values, np.nan)


def _note(asked: Request, problems: Problems, notes: Notes) -> None:
    """Note problems of rows by their numbers."""
    names = [asked.source, asked.target, *asked.roles]
    for row, column, message in notes:
        problems.add(asked.path, f"row {row + 1}, column {shown(names[column])}: {message}")


def peek(asked: Request, _: Problems) -> None:
    """Look at the columns of a Parquet file."""
    with _opened(asked):
        pass
