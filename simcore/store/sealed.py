"""Files that are written whole or not at all, and that tell whether every byte is as it was written.

A sealed JSON file begins with the SHA-256 of the rest of it; a sealed Parquet file holds that of its other bytes just
before its footer, where readers of Parquet, who go by the offsets in the footer, never look.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import uuid
from typing import TYPE_CHECKING, Any

from simcore.errors import ResourceError, RunError, SimcoreError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_OPENING, _CLOSING = b'{"seal": "', b'",\n'
_MARK = b"simcore:sha256:"
_SIZE = hashlib.sha256().digest_size
_OLD_SEAL = b"simcore.content"
MAX_BYTES = 2**32  # of a file: as much as is ever read into memory at once


def write(path: Path, content: bytes | bytearray, *, exclusive: bool = False) -> None:
    """Write a file whole or not at all; ``exclusive``: fail where it exists already.

    Raises
    ------
    FileExistsError
        If it exists, and that is exclusive.
    ResourceError
        If there is no space left.
    RunError
        If it cannot be written for another reason.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with told(path.parent):
            path.parent.mkdir(exist_ok=True)
            with temporary.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            if exclusive:
                _link(temporary, path, content)
            else:
                temporary.replace(path)
            _sync(path.parent)
    except (OSError, SimcoreError):
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """Tell what to do where a folder cannot be written into; a file that exists already is nobody's mistake."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise ResourceError(f"{folder}: no space is left; what was finished is kept, so free some space "
                                "and resume") from error
        raise RunError(f"{folder}: cannot be written into ({error.strerror}); what was finished is kept, so see to "
                       "that and resume") from error


def _link(temporary: Path, path: Path, content: bytes | bytearray) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # this file system has no hard links
        with path.open("xb") as stream:
            stream.write(content)
    temporary.unlink()


def _sync(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system can sync a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def to_json(content: Mapping[str, Any]) -> bytearray:
    """Return sealed JSON, a line for each key, and for each of a list of tables."""
    start = len(_OPENING) + 2 * _SIZE + len(_CLOSING)
    made = bytearray(start)
    for key, value in content.items():
        made += b",\n" * (len(made) > start) + json.dumps(key).encode() + b": "
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for place, element in enumerate(value):
                made += (b",\n " if place else b"[\n ") + json.dumps(element).encode()
            made += b"\n]"
        else:
            made += json.dumps(value, indent=1 if isinstance(value, dict) else None).encode()
    made += b"\n}\n"
    made[:start] = _seal(made)
    return made


def _seal(content: bytes | bytearray) -> bytes:
    """Return what sealed JSON has to begin with."""
    start = len(_OPENING) + 2 * _SIZE + len(_CLOSING)
    return _OPENING + hashlib.sha256(memoryview(content)[start:]).hexdigest().encode() + _CLOSING


def read_json(path: Path) -> tuple[dict[str, Any], bool]:
    """Return what is in a JSON file without its seal, and whether it has one, as it has since format 2.

    Raises
    ------
    StoreError
        If it cannot be read, or is not as it was written.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise StoreError(f"{path}: is larger than {MAX_BYTES} bytes")
        content = path.read_bytes()
        sealed, seal = content.startswith(_OPENING), _seal(content)
        whole = (content[len(_OPENING):len(seal)] == seal[len(_OPENING):]) == sealed  # a seal may have lost its name
        text = content.decode()
        del content  # of many points both are large
        found = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(f"{path}: cannot be read as JSON ({error})") from error
    if not isinstance(found, dict) or not whole:
        raise StoreError(f"{path}: is not as it was written")
    return {key: value for key, value in found.items() if key != "seal" or not sealed}, sealed


def to_parquet(table: pa.Table) -> bytes:
    """Return sealed Parquet."""
    import pyarrow as pa  # costs a third of a second, which only runs pay
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    # chunks are small: zstd would save a fifth of their size, and take three times as long to write and read
    pq.write_table(table, sink, compression="snappy", write_page_checksum=True)
    content: bytes = sink.getvalue().to_pybytes()
    footer = _footer(content)
    return content[:footer] + _MARK + hashlib.sha256(content).digest() + content[footer:]


def _footer(content: bytes) -> int:
    """Return where the footer of a Parquet file begins; below 0 if it cannot be one."""
    return len(content) - 8 - int.from_bytes(content[-8:-4], "little")


def read_parquet(path: Path, *, rows: int | None = None, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the table in a Parquet file.

    Parameters
    ----------
    path : Path
    rows : int, optional
        How many it must have.
    columns : sequence of str, optional
        Only these.

    Raises
    ------
    StoreError
        If it is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        content = path.read_bytes()
        footer = _footer(content)
        mark = footer - _SIZE - len(_MARK)
        sealed = mark > 0 and content[mark:footer - _SIZE] == _MARK
        if sealed:
            digest = hashlib.sha256(memoryview(content)[:mark])
            digest.update(memoryview(content)[footer:])
            if digest.digest() != content[footer - _SIZE:footer]:
                raise StoreError("its content is not what was written")
        file = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
        if rows is not None and file.metadata.num_rows != rows:
            raise StoreError(f"it has {file.metadata.num_rows} rows instead of {rows}")
        if 8 * file.metadata.num_rows * file.metadata.num_columns > MAX_BYTES:
            raise StoreError(f"it claims {file.metadata.num_rows} rows, more than fit into {MAX_BYTES} bytes")
        table = file.read(columns if sealed else None, use_threads=False)  # a pool may abort the process as it ends
        if not sealed and (table.schema.metadata or {}).get(_OLD_SEAL) != _content_hash(table):
            raise StoreError("its content is not what was written")
        return table if columns is None else table.select(columns)
    except (KeyError, OSError, ValueError, StoreError, pa.ArrowException) as error:
        raise StoreError(f"{path}: damaged ({error}); --resume computes it again") from error


def _content_hash(table: pa.Table) -> bytes:
    """Return the SHA-256 of names and values, as hex, which files of format 1 carry in their metadata."""
    import pyarrow as pa

    digest = hashlib.sha256()
    for name, column in zip(table.column_names, table.columns, strict=True):
        flat = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        digest.update(f"{name} {flat.type} {len(flat)} {flat.null_count} ".encode())
        for buffer in pa.concat_arrays(flat.chunks).buffers()[1:] if flat.num_chunks else ():
            digest.update(buffer)
    return digest.hexdigest().encode()
