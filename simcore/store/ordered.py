"""What is done in a results folder as arrays, in (point hash, replicate) order, and the digest of it."""

from __future__ import annotations

import hashlib
import itertools
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import StoreError
from simcore.store.columns import numbers, positions, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.store.folder import Store
    from simcore.store.plans import Chunk

KEYS = ("point", "replicate", "network")
_PIECE = 2**18  # rows that are looked at at once
_HELD = 2**22  # values that are held at once, to be put in order or digested
_MOST = 2**62  # rows of all points, so that their numbers fit into an int64


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
    found = _gathered(store, names, files)
    places = _places(store, files, lambda: [found])
    return found if places is None else {name: _placed(found.pop(name), places) for name in names}


def pieces(store: Store, outcomes: Sequence[str] | None = None) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield the rows in order, some at once.

    Files are read one by one where they stand in order, else several times, for some of the rows each.

    Parameters
    ----------
    store : Store
    outcomes : sequence of str, optional
        Those wanted beside the keys; all by default.

    Yields
    ------
    dict of array[R]
        As `columns` has them.

    Raises
    ------
    StoreError
        As for `columns`.
    """
    files, names = store.files(), [*KEYS, *(store.manifest["columns"] if outcomes is None else outcomes)]
    places = _places(store, files, lambda: _pieces(store, KEYS[:2], files))
    yield from _pieces(store, names, files) if places is None else _in_places(store, names, files, places)


def by_point(store: Store, outcomes: Sequence[str] | None = None) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield the rows of each point in turn, also of one that has none; otherwise as `pieces` does.

    Parameters
    ----------
    store : Store
    outcomes : sequence of str, optional

    Yields
    ------
    dict of array[R]
    """
    types = dict.fromkeys(KEYS, "int64") | store.manifest["columns"]
    names = [*KEYS, *(store.manifest["columns"] if outcomes is None else outcomes)]
    empty = {name: np.empty(0, types[name]) for name in names}
    after = 0
    for point, parts in itertools.groupby(_stretches(pieces(store, outcomes)), key=operator.itemgetter(0)):
        yield from itertools.repeat(empty, point - after)
        found = [rows for _, rows in parts]  # several where files end amid the point
        yield found[0] if len(found) == 1 else {name: np.concatenate([rows[name] for rows in found]) for name in names}
        after = point + 1
    yield from itertools.repeat(empty, len(store.manifest["points"]) - after)


def _stretches(some: Iterable[dict[str, NDArray[Any]]]) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]:
    """Yield points and the rows of each, those of one piece at a time."""
    for piece in some:
        point = piece["point"]
        edges = [0, *(np.flatnonzero(np.diff(point)) + 1).tolist(), point.size]
        for begin, end in itertools.pairwise(edges):
            yield int(point[begin]), {name: values[begin:end] for name, values in piece.items()}


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
    files, found = store.files(), hashlib.sha256()
    kinds = sorted(store.manifest["columns"].items())
    if (len(KEYS) + len(kinds)) * sum(chunk.stop - chunk.first for chunk in files) <= _HELD:
        read = columns(store)  # each file once, not once for each column
        for name, kind in kinds:
            found.update(f"{name} {kind} ".encode())
            _add(found, read[name])
        return found.hexdigest()
    places = _places(store, files, lambda: _pieces(store, KEYS[:2], files))
    for name, kind in kinds:
        found.update(f"{name} {kind} ".encode())
        if places is None:
            for piece in _pieces(store, [name], files):
                _add(found, piece[name])
        else:
            _add(found, _gathered(store, [name], files, places)[name])
    return found.hexdigest()


def _add(found: hashlib._Hash, values: NDArray[Any]) -> None:
    for begin in range(0, values.size, _PIECE):
        piece = values[begin:begin + _PIECE]
        same = np.where(np.isnan(piece), np.nan, piece) + 0.0 if piece.dtype.kind == "f" else piece
        found.update(same.astype(same.dtype.newbyteorder("<"), copy=False).data)


def _pieces(store: Store, names: Sequence[str], files: Sequence[Chunk]) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield columns of what is done, file by file, each of which is read and let go."""
    types = dict.fromkeys(KEYS, "int64") | store.manifest["columns"]
    hashes = sorted(point["hash"] for point in store.manifest["points"] if "point" in names)
    place = {hash_: k for k, hash_ in enumerate(hashes)}
    for chunk in files:
        table, found = store.read_file(chunk, "chunks", names), {}
        for name in names:
            column = whole(table.column(name))
            found[name] = positions(column, place, store.path(chunk)) if name == "point" else numbers(column)
            if found[name].dtype != types[name]:
                raise StoreError(f"{store.path(chunk)}: its column '{name}' is of another type than the manifest says")
        yield found


def _gathered(store: Store, names: Sequence[str], files: Sequence[Chunk],
              places: NDArray[np.uint32] | None = None) -> dict[str, NDArray[Any]]:
    """Return columns of what is done, in the order of the files, or each row in its place."""
    rows = sum(chunk.stop - chunk.first for chunk in files)
    types = dict.fromkeys(KEYS, "int64") | store.manifest["columns"]
    found = {name: np.empty(rows, types[name]) for name in names}
    begin = 0
    for chunk, piece in zip(files, _pieces(store, names, files), strict=True):
        end = begin + chunk.stop - chunk.first
        for name, values in piece.items():
            found[name][slice(begin, end) if places is None else places[begin:end]] = values
        begin = end
    return found


def _in_places(store: Store, names: Sequence[str], files: Sequence[Chunk],
               places: NDArray[np.unsignedinteger[Any]]) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield columns with each row in its place, some places at once, for which the files are read that have any."""
    types = dict.fromkeys(KEYS, "int64") | store.manifest["columns"]
    ends = list(itertools.accumulate(chunk.stop - chunk.first for chunk in files))
    of_files = [places[begin:end] for begin, end in itertools.pairwise([0, *ends])]
    most = max(_HELD // len(names), 1)
    for low in range(0, places.size, most):
        high = min(low + most, places.size)
        here = [(place >= low) & (place < high) for place in of_files]
        which = [k for k, mask in enumerate(here) if mask.any()]
        found = {name: np.empty(high - low, types[name]) for name in names}
        for k, piece in zip(which, _pieces(store, names, [files[k] for k in which]), strict=True):
            for name, values in piece.items():
                found[name][of_files[k][here[k]] - low] = values[here[k]]
        yield found


def _places(store: Store, files: Sequence[Chunk],
            keys: Callable[[], Iterable[Mapping[str, NDArray[Any]]]]) -> NDArray[np.unsignedinteger[Any]] | None:
    """Return where the rows of files stand in (point, replicate) order; None if they are in it."""
    each = max((plan["stop"] for plan in store.plans()), default=0)
    if len(store.manifest["points"]) * each > _MOST:
        raise StoreError(f"{store.folder}: claims to hold more replicates than can be counted")

    def numbers() -> Iterator[NDArray[np.int64]]:
        return (number for piece in keys() for number in _numbers(store, piece, each))
    if _ascend(numbers()):
        return None
    rows = sum(chunk.stop - chunk.first for chunk in files)
    ordered = _filled(np.empty(rows, np.int64), numbers())
    ordered.sort()
    if not _ascend(ordered[begin:begin + _PIECE] for begin in range(0, rows, _PIECE)):
        raise StoreError(f"{store.folder}: holds a replicate twice")
    places = np.empty(rows, np.uint32 if rows < 2**32 else np.uint64)  # one array of 8 bytes a row is enough to hold
    if ordered[-1] - ordered[0] == rows - 1:  # none is missing in between
        return _filled(places, (number - ordered[0] for number in numbers()))
    return _filled(places, (np.searchsorted(ordered, number) for number in numbers()))


def _filled(array: NDArray[Any], parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
    begin = 0
    for piece in parts:
        array[begin:begin + piece.size] = piece
        begin += piece.size
    return array


def _placed(values: NDArray[Any], places: NDArray[Any]) -> NDArray[Any]:
    found = np.empty_like(values)
    found[places] = values
    return found


def _numbers(store: Store, keys: Mapping[str, NDArray[Any]], each: int) -> Iterator[NDArray[np.int64]]:
    """Yield the numbers of rows among all that a folder can have, some at once."""
    for begin in range(0, keys["point"].size, _PIECE):
        point, replicate = (keys[name][begin:begin + _PIECE] for name in ("point", "replicate"))
        if replicate.min() < 0 or replicate.max() >= each:
            raise StoreError(f"{store.folder}: holds a replicate that no plan is of")
        yield point * each + replicate


def _ascend(parts: Iterable[NDArray[np.int64]]) -> bool:
    """Tell whether numbers that come in pieces ascend."""
    last = -1
    for piece in parts:
        if piece[0] <= last or (np.diff(piece) <= 0).any():
            return False
        last = piece[-1]
    return True
