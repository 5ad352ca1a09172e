"""Results on disk: a manifest that is written once, plans, and write-once chunks that anyone can read.

    manifest.json                   scenario, points, columns, provenance
    plan-<first>-<stop>.json        replicates first .. stop - 1: the chunks they are cut into
    chunks/<plan>-<rows>.parquet    one row per (point, replicate)
    series/<plan>-<rows>.parquet    one row per (point, replicate, t), where trajectories are recorded
    classes/<plan>-<rows>.parquet   one row per (point, replicate, t, class), where adoption by class is

There are no locks: a chunk's name and content are functions of the plan, so whoever writes it writes the same.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import json
import os
import uuid
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.errors import ResourceError, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

FORMAT = 1
KEYS = ("point", "replicate", "network")
PARTS = ("chunks", "series", "classes")
ALGORITHMS = b"simcore.algorithms"  # key of a chunk's metadata: how many replicates each ran
_SEAL = b"simcore.content"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _seal(manifest: Mapping[str, Any]) -> str:
    """Return the hash of a manifest's content, which the manifest carries."""
    content = {key: value for key, value in manifest.items() if key != "seal"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Chunk(NamedTuple):
    """A contiguous range of the rows of one plan."""

    plan: str
    first: int
    stop: int

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return f"{self.plan}-{self.first:012d}-{self.stop:012d}"


def _write(path: Path, content: bytes, *, exclusive: bool = False) -> None:
    """Write a file whole or not at all; ``exclusive``: fail where it exists already."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if exclusive:
            try:
                os.link(temporary, path)
            except FileExistsError:
                raise
            except OSError:  # this file system has no hard links
                with path.open("xb") as stream:
                    stream.write(content)
            temporary.unlink()
        else:
            temporary.replace(path)
        with contextlib.suppress(OSError):  # not every file system can sync a folder
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise ResourceError(f"{path.parent}: no space is left; what was finished is kept, so free some space "
                                "and resume") from error
        raise


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: cannot be read as JSON ({error})") from error


def _content_hash(table: pa.Table) -> bytes:
    """Return the SHA-256 of names and values, as hex: page checksums do not cover a file's own metadata."""
    import pyarrow as pa

    digest = hashlib.sha256()
    for name, column in zip(table.column_names, table.columns, strict=True):
        flat = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        digest.update(f"{name} {flat.type} {len(flat)} {flat.null_count} ".encode())
        for buffer in pa.concat_arrays(flat.chunks).buffers()[1:] if flat.num_chunks else ():
            digest.update(buffer)
    return digest.hexdigest().encode()


def _numbers(values: NDArray[Any]) -> pa.Array:
    import pyarrow as pa

    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), values.size,
                                 [None, pa.py_buffer(np.ascontiguousarray(values))])


def _values(array: pa.Array) -> NDArray[Any]:
    flat = np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype())
    return flat[array.offset:array.offset + len(array)]


def _whole(column: pa.ChunkedArray) -> pa.Array:
    import pyarrow as pa

    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


def words(different: Sequence[str], places: NDArray[Any]) -> pa.Array:
    """Return ``different[places]`` as a dictionary-encoded column."""
    import pyarrow as pa

    encoded = [word.encode() for word in different]
    starts = np.concatenate([[0], np.cumsum([len(word) for word in encoded])]).astype(np.int32)
    texts = pa.Array.from_buffers(pa.string(), len(encoded),
                                  [None, pa.py_buffer(starts), pa.py_buffer(b"".join(encoded))])
    return pa.DictionaryArray.from_arrays(_numbers(places.astype(np.int32)), texts)


def to_table(columns: Mapping[str, Any]) -> pa.Table:
    """Return numpy arrays as a table; from their memory, since pyarrow would import pandas to look at them."""
    import pyarrow as pa

    return pa.table({name: _numbers(values) if isinstance(values, np.ndarray) else values
                     for name, values in columns.items()})


class Store:
    """A results folder.

    Parameters
    ----------
    folder : path
        Must hold a manifest; see `Store.create`.

    Raises
    ------
    StoreError
        If there is no manifest, or it is damaged or of a newer format.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        path = self.folder / "manifest.json"
        if not path.is_file():
            raise StoreError(f"{self.folder}: this is no results folder (it has no manifest.json)")
        self.manifest: dict[str, Any] = _read_json(path)
        if not isinstance(self.manifest, dict) or self.manifest.get("seal") != _seal(self.manifest):
            raise StoreError(f"{path}: is not as it was written; put it back, or run again into another folder")
        if self.manifest.get("format") != FORMAT:
            raise StoreError(f"{path}: format {self.manifest.get('format')!r} is not one that this version of "
                             f"simcore reads ({FORMAT})")

    @classmethod
    def create(cls, folder: Path | str, manifest: Mapping[str, Any]) -> Store:
        """Create a results folder, or open the one that somebody else created a moment ago."""
        folder = Path(folder)
        try:
            for part in PARTS:
                (folder / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: this folder cannot be made ({error.strerror}); choose another --out") from None
        content = {"format": FORMAT, **manifest}
        with contextlib.suppress(FileExistsError):
            _write(folder / "manifest.json", json.dumps(content | {"seal": _seal(content)}, indent=1).encode(),
                   exclusive=True)
        return cls(folder)

    def add_plan(self, first: int, stop: int, boundaries: list[int]) -> None:
        """Record how the rows of replicates first .. stop - 1 are cut into chunks."""
        with contextlib.suppress(FileExistsError):
            _write(self.folder / f"plan-{first:012d}-{stop:012d}.json",
                   json.dumps({"first": first, "stop": stop, "boundaries": boundaries}).encode(), exclusive=True)

    def plans(self) -> list[dict[str, Any]]:
        """Return the plans in the order of their replicates, the longest where two began alike."""
        found = [_read_json(path) | {"name": path.stem.removeprefix("plan-")}
                 for path in sorted(self.folder.glob("plan-*.json"))]
        plans: list[dict[str, Any]] = []
        for plan in found:
            if not {"first", "stop", "boundaries"} <= set(plan):
                raise StoreError(f"{self.folder}: plan-{plan['name']}.json is not as it was written")
            if plan["first"] != (plans[-1]["stop"] if plans else 0):
                raise StoreError(f"{self.folder}: the plan of replicates {plan['first']} to {plan['stop']} does not "
                                 "follow the one before it")
            plans.append(plan)
        return plans

    def chunks(self) -> list[Chunk]:
        """Return all chunks of all plans, done or not."""
        return [Chunk(plan["name"], first, stop) for plan in self.plans()
                for first, stop in itertools.pairwise(plan["boundaries"])]

    def path(self, chunk: Chunk, part: str = "chunks") -> Path:
        """Return where a chunk is or will be."""
        return self.folder / part / f"{chunk.name}.parquet"

    def missing(self) -> list[Chunk]:
        """Return the chunks that are still to be computed."""
        done = {path.stem for path in (self.folder / "chunks").glob("*.parquet")}
        return [chunk for chunk in self.chunks() if chunk.name not in done]

    def write(self, chunk: Chunk, table: pa.Table, series: pa.Table | None = None,
              classes: pa.Table | None = None) -> None:
        """Store a computed chunk; its outcomes last, since they mark it as done."""
        import pyarrow as pa  # costs a third of a second, which only runs pay
        import pyarrow.parquet as pq

        for part, content in (("series", series), ("classes", classes), ("chunks", table)):
            if content is not None:
                sink = pa.BufferOutputStream()
                sealed = content.replace_schema_metadata(
                    {**(content.schema.metadata or {}), _SEAL: _content_hash(content)})
                pq.write_table(sealed, sink, compression="zstd", write_page_checksum=True)
                _write(self.path(chunk, part), sink.getvalue().to_pybytes())

    def read(self, part: str = "chunks") -> pa.Table:
        """Return everything that is done, in the order of the plans.

        Raises
        ------
        StoreError
            If a file is damaged; the message names it.
        """
        import pyarrow as pa

        tables = list(self.tables(part))
        return pa.concat_tables(tables).unify_dictionaries() if tables else pa.table({})

    def tables(self, part: str) -> Iterator[pa.Table]:
        """Yield what is done, chunk by chunk; errors are those of `read`."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        for chunk in self.chunks():
            path = self.path(chunk, part)
            if path.is_file():
                try:
                    table = pq.ParquetFile(path, page_checksum_verification=True).read()
                    if (table.schema.metadata or {}).get(_SEAL) != _content_hash(table):
                        raise StoreError("its content is not what was written")
                except (OSError, ValueError, StoreError, pa.ArrowException) as error:
                    raise StoreError(f"{path}: damaged ({error}); delete it and resume") from error
                yield table

    def algorithms(self) -> dict[str, int]:
        """Return how many replicates of what is done each algorithm ran."""
        import pyarrow.parquet as pq

        ran = Counter[str]()
        for path in (self.folder / "chunks").glob("*.parquet"):
            ran.update(json.loads((pq.read_schema(path).metadata or {}).get(ALGORITHMS, b"{}")))
        return dict(ran)

    def columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return what is done as arrays in (point hash, replicate) order: the keys and every outcome.

        ``point`` is the position of the point in the manifest, whose points are in the order of their hashes.
        """
        table = self.read()
        hashes = sorted(point["hash"] for point in self.manifest["points"])
        if not table.num_rows:
            types = {"int64": np.int64, "float64": np.float64}
            return {key: np.empty(0, np.int64) for key in KEYS} | {
                name: np.empty(0, types[kind]) for name, kind in self.manifest["columns"].items()}
        place = {hash_: position for position, hash_ in enumerate(hashes)}
        encoded = _whole(table.column("point"))
        known = np.array([place[hash_] for hash_ in encoded.dictionary.to_pylist()])
        out = {"point": known[_values(encoded.indices)]}
        out |= {name: _values(_whole(table.column(name))) for name in table.column_names if name != "point"}
        order = np.lexsort((out["replicate"], out["point"]))
        return {name: values[order] for name, values in out.items()}

    def digest(self) -> str:
        """Return the identity of the result: SHA-256 of every outcome in (point hash, replicate) order.

        Chunks, order, workers, algorithm, versions and timings are not in it. NaN and -0.0 are made canonical.
        """
        columns = self.columns()
        digest = hashlib.sha256()
        for name in sorted(self.manifest["columns"]):
            values = columns[name]
            if values.dtype.kind == "f":
                values = np.where(np.isnan(values), np.nan, values) + 0.0
            digest.update(f"{name} {values.dtype.name} ".encode())
            digest.update(values.astype(values.dtype.newbyteorder("<")).tobytes())
        return digest.hexdigest()
