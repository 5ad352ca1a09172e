"""Looking after results folders: how far they are, whether they are whole, what differs, fewer and fresher files."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import shutil
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.errors import StoreError, UsageError
from simcore.store import ordered, sealed
from simcore.store.beginning import create
from simcore.store.inputs import kept_file, kept_network
from simcore.store.parts import ALGORITHMS, PARTS
from simcore.store.plans import Chunk, read_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from simcore.store.folder import Failure, Store

    _Rows = dict[str, NDArray[Any]]

COMPACT_ROWS = 2**20  # of a file that several chunks are put together into
_RECENT = 600.0  # seconds over which the rate is taken
_BRIEF = 1.0  # and less tells nothing: chunks of several workers land together
STALE = 86400.0  # seconds after which a temporary file is nobody's


class Status(NamedTuple):
    """How far a results folder is; rows are replicates of points."""

    chunks: int
    done: int
    failed: int
    missing: int  # without those that failed
    rows: int
    rows_done: int
    rate: float | None  # rows in a second, lately; None where nothing tells
    seconds_left: float | None
    failures: tuple[Failure, ...]


def status(store: Store) -> Status:
    """Return how far a results folder is, also while it grows; nothing but names and times of files is read."""
    chunks, failures = store.chunks(), store.failures()
    missing = store.missing()
    rows, left = (sum(chunk.stop - chunk.first for chunk in some) for some in (chunks, missing))
    stored = sorted((store.path(chunk).stat().st_mtime, chunk.stop - chunk.first) for chunk in store.files())
    lately = [one for one in stored if stored[-1][0] - one[0] <= _RECENT]
    span = lately[-1][0] - lately[0][0] if lately else 0.0
    rate = sum(number for _, number in lately[1:]) / span if span >= _BRIEF else None
    return Status(len(chunks), len(chunks) - len(missing), len(failures), len(missing) - len(failures), rows,
                  rows - left, rate, left / rate if rate else (0.0 if rows and not left else None), tuple(failures))


class Finding(NamedTuple):
    """A file in a results folder that is not as it was written."""

    path: str
    what: str


def fsck(store: Store) -> list[Finding]:
    """Read every file of a results folder and return what is damaged; ``--resume`` makes it again."""
    found: list[Finding] = []

    def check(path: Path, read: Callable[[], object]) -> None:
        try:
            read()
        except StoreError as error:
            found.append(Finding(str(path), str(error)))
    for path in sorted(store.folder.glob("plan-*.json")):
        check(path, functools.partial(read_plan, path))
    for path in sorted(store.folder.glob("failed/*.json")):
        check(path, functools.partial(sealed.read_json, path))
    kept = store.manifest.get("inputs", {"networks": {}, "files": {}})
    for digest in sorted(set(kept["networks"].values())):
        check(store.folder / "networks" / digest, functools.partial(kept_network, store.folder, digest))
    for name in sorted(set(kept["files"].values())):
        check(store.folder / "inputs" / name, functools.partial(kept_file, store.folder, name))
    if not any("plan-" in finding.path for finding in found):
        for chunk in store.files():
            for part in store.parts:
                check(store.path(chunk, part), functools.partial(store.read_file, chunk, part))
    if not found:
        check(store.folder, store.digest)  # which finds rows that stand twice
    return found


def merge(folders: Sequence[Store], out: Path) -> Store:
    """Put together what was computed of one scenario in several folders.

    Parameters
    ----------
    folders : sequence of Store
    out : path
        A results folder of the same scenario, or a new one.

    Raises
    ------
    StoreError
        If they are not of one scenario, cut into the same chunks; or if a file is damaged, once all others are there.
    """
    target = create(out, {key: value for key, value in folders[0].manifest.items() if key != "format"})
    damaged = []
    for store in [target, *folders]:
        if store.manifest["identity"] != target.manifest["identity"]:
            raise StoreError(f"{store.folder}: is of another scenario than {target.folder}")
        for plan in store.plans():
            target.add_plan(plan["first"], plan["stop"], plan["boundaries"], plan.get("points"))
            if plan not in target.plans():
                raise StoreError(f"{store.folder}: its replicates are cut into other chunks than those of "
                                 f"{target.folder}; resume there instead")
    for store in folders:
        for place in ("networks", "inputs"):
            if (store.folder / place).is_dir():
                shutil.copytree(store.folder / place, target.folder / place, dirs_exist_ok=True,
                                ignore=shutil.ignore_patterns("*.tmp"))
        there = set(target.files())
        for chunk in store.files():
            wrong = store.damage(chunk)
            damaged += wrong
            if not wrong and chunk not in there:
                for part in store.parts:
                    sealed.write(target.path(chunk, part), store.path(chunk, part).read_bytes())
        for failure in store.failures():
            target.fail(failure.chunk, failure.error, failure.traceback)
    if damaged:
        raise StoreError(f"{len(damaged)} damaged files were left out, all others are merged: {damaged[0]}")
    return target


def compact(store: Store) -> tuple[int, int]:
    """Put finished chunks together into few files, and return how many there were and are.

    Which ones is a function of the plan, so that whoever does it does the same. The small files go once the large one
    is safe on disk; readers never see rows twice.
    """
    import pyarrow as pa

    before = store.files()
    long = len(store.parts) > 1
    most = max(COMPACT_ROWS // (store.manifest["scenario"]["horizon"] + 1), 1) if long else COMPACT_ROWS
    missing = set(store.missing())
    for plan in store.plans():
        for group in _groups(plan, most):
            large = Chunk(plan["name"], group[0].first, group[-1].stop)
            small = [chunk for chunk in before if chunk.plan == large.plan
                     and large.first <= chunk.first and chunk.stop <= large.stop]
            if len(small) < 2 or missing & set(group):
                continue
            ran = Counter[str]()
            for chunk in small:
                ran.update(store.ran(chunk))
            for part in store.parts:
                table = pa.concat_tables([store.read_file(chunk, part).replace_schema_metadata(None)
                                          for chunk in small])
                store.write_part(large, part, table.unify_dictionaries().combine_chunks().replace_schema_metadata(
                    {ALGORITHMS: json.dumps(ran)} if part == "chunks" else None))
            for chunk in small:
                store.discard(chunk)
    return len(before), len(store.files())


def _groups(plan: Mapping[str, Any], most: int) -> Iterator[list[Chunk]]:
    group: list[Chunk] = []
    for first, stop in itertools.pairwise(plan["boundaries"]):
        if group and stop - group[0].first > most:
            yield group
            group = []
        group.append(Chunk(plan["name"], first, stop))
    if group:
        yield group


class Difference(NamedTuple):
    """Where two results folders differ first, in the order of points, replicates and columns."""

    point: str
    setting: Mapping[str, Any]
    replicate: int
    column: str
    values: tuple[float | None, float | None]  # None: not there


def diff(one: Store, other: Store) -> Difference | None:
    """Return where two results folders first have different values; None if nowhere, on the points that both have.

    Raises
    ------
    UsageError
        If they have no point, or no outcome, in common.
    """
    known = [{point["hash"] for point in store.manifest["points"]} for store in (one, other)]
    common = {hash_: k for k, hash_ in enumerate(sorted(known[0] & known[1]))}
    names = sorted(set(one.manifest["columns"]) & set(other.manifest["columns"]))
    if not common or not names:
        raise UsageError(f"{one.folder} and {other.folder} have no {'outcome' if common else 'point'} in common")
    for a, b in _alongside(_rows(one, names, common), _rows(other, names, common)):
        size = min(a["point"].size, b["point"].size)  # 0 once one has ended
        same = np.logical_and.reduce([_same(a[name][:size], b[name][:size]) for name in ("point", "replicate", *names)])
        if size and same.all():
            continue
        row = int(same.argmin()) if size else 0
        keys = [(int(side["point"][row]), int(side["replicate"][row])) if side["point"].size else None
                for side in (a, b)]
        first = min(key for key in keys if key is not None)
        point = next(point for point in one.manifest["points"] if common.get(point["hash"]) == first[0])
        if keys[0] != keys[1]:
            only = [float(first[1]) if key == first else None for key in keys]
            return Difference(point["id"], point["point"], first[1], "replicate", (only[0], only[1]))
        column = next(name for name in names if not _same(a[name][row:row + 1], b[name][row:row + 1])[0])
        return Difference(point["id"], point["point"], first[1], column,
                          (a[column][row].item(), b[column][row].item()))
    return None


def _alongside(one: Iterator[_Rows], other: Iterator[_Rows]) -> Iterator[tuple[_Rows, _Rows]]:
    """Yield as many rows of both at a time; of the one that is longer what is left, beside none."""
    a, b = next(one, None), next(other, None)
    while a is not None and b is not None:
        size = min(a["point"].size, b["point"].size)
        yield _cut(a, slice(size)), _cut(b, slice(size))
        a, b = (_cut(rows, slice(size, None)) if rows["point"].size > size else next(side, None)
                for rows, side in ((a, one), (b, other)))
    if a is not None:
        yield a, _cut(a, slice(0))
    if b is not None:
        yield _cut(b, slice(0)), b


def _cut(rows: _Rows, where: slice) -> _Rows:
    return {name: values[where] for name, values in rows.items()}


def _rows(store: Store, names: Sequence[str], place: Mapping[str, int]) -> Iterator[_Rows]:
    """Yield the rows of the points that have a place, which stands for each."""
    places = np.array([place.get(hash_, -1) for hash_ in sorted(point["hash"] for point in store.manifest["points"])])
    for piece in ordered.pieces(store, names):
        point = places[piece["point"]]
        rows = piece | {"point": point}
        if (wanted := point >= 0).any():
            yield rows if wanted.all() else {name: values[wanted] for name, values in rows.items()}


def _same(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (one == other) | ((one != one) & (other != other))
    return same


def gc(store: Store, *, older_than: float = STALE) -> list[Path]:
    """Delete what no run needs any more, and return it: what was left half written, replaced or set aside.

    Parameters
    ----------
    store : Store
    older_than : float
        Seconds; what is younger may belong to a run that is going on.
    """
    files = {chunk.name for chunk in store.files()}
    failed = {failure.chunk.name for failure in store.failures()}
    done = [path for part in PARTS for path in store.folder.glob(f"{part}/*.parquet") if path.stem not in files]
    done += [path for path in store.folder.glob("failed/*.json") if path.stem not in failed]
    done += [*store.folder.glob("*.damaged"), *store.folder.glob(".*.tmp"), *store.folder.glob("*/.*.tmp")]
    gone = []
    for path in done:
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime >= older_than:
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
                gone.append(path)
    return gone
