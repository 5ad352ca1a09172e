"""Networks as numpy archives: arrays of sources and targets, nodes numbered from 0.

Other arrays are optional: ``n``, numbers beside arcs, ``labels``, and attributes under ``columns/`` and ``groups/``.
No array is read before its header was compared with the bytes that are there.
"""

from __future__ import annotations

import functools
import math
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy

from simcore.errors import NetworkError
from simcore.network.csr import NODE_LIMIT
from simcore.network.file_rows import Rows
from simcore.network.files import BYTES_OF_NODE, Problems, among, limit, shown
from simcore.network.names import Names
from simcore.network.values import refused, sound
from simcore.network.words import Coded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from simcore.network.file_rows import Notes
    from simcore.network.formats import Request
    from simcore.network.labels import Part
    from simcore.network.values import Role

_OPTIONAL = {"n": ("a whole number", "iu", 0), "labels": ("whole numbers or text in one dimension", "iuU", 1),
             "columns/": ("numbers in one dimension", "iuf", 1), "groups/": ("text in one dimension", "U", 1)}


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except NetworkError:
        raise
    except Exception as error:  # zipfile, its decompressors and numpy raise a dozen kinds on damaged bytes
        reason = str(error) or type(error).__name__
        raise NetworkError.because(f"this is not a whole numpy archive: {reason}", file=path) from None


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[tuple[int, ...], np.dtype, int]:
    """Return shape, type and the bytes that they claim, the header's included."""
    with archive.open(info) as stream:
        version = npy.read_magic(stream)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(stream)
        return shape, dtype, stream.tell() + math.prod(shape) * dtype.itemsize


def _checked(asked: Request) -> list[str]:
    """Return the names of the arrays to read, all of them there and what they must be."""
    problems, path = Problems(), asked.path
    expected = dict.fromkeys((asked.source, asked.target), ("whole numbers in one dimension", "iu", 1))
    for name, role in asked.roles.items():
        what, kinds = ("dates", "M") if role == "date" else ("numbers", "iuf")
        expected[name] = (f"{what} in one dimension", kinds, 1)
    of_rows = list(expected)
    most, excess = limit(path, asked.max_bytes, packed=True)
    lengths = []
    with _opened(path) as archive:
        infos = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        for name in [name for name in expected if name not in infos]:
            problems.add(path, f"there is no array {shown(name)}; arrays are {among(name, infos)}")
        for name in infos:
            if rule := _OPTIONAL.get(name) or _OPTIONAL.get(name[: name.find("/") + 1]):
                expected.setdefault(name, rule)
        names = [name for name in expected if name in infos]
        if sum(infos[name].file_size for name in names) > most:
            problems.add(path, excess)
        for name in names:
            words, kinds, dimensions = expected[name]
            shape, dtype, claimed = _header(archive, infos[name])
            if dtype.hasobject:
                problems.add(path, f"array {shown(name)} holds pickled objects, which are never read")
            elif dtype.kind not in kinds or len(shape) != dimensions:
                problems.add(path, f"array {shown(name)} must be {words} (got {dtype}, shape {shape})")
            elif claimed != infos[name].file_size:
                problems.add(path, f"array {shown(name)} claims {claimed} bytes, but there are "
                             f"{infos[name].file_size}")
            elif name in of_rows:
                lengths.append(shape[0])
    if len(set(lengths)) > 1:
        problems.add(path, f"the arrays of arcs must be of equal length (got {', '.join(map(str, lengths))})")
    problems.check()
    return names


def read(asked: Request, problems: Problems) -> Rows:
    """Read the arrays of a numpy archive."""
    path, names = asked.path, _checked(asked)
    with _opened(path) as archive:
        arrays = {name: _array(archive, name) for name in names}
    tail, head = arrays[asked.source], arrays[asked.target]
    if "n" not in arrays and not tail.size:
        raise NetworkError.because("the file holds no arcs; without arcs it needs the array 'n'", file=path)
    n = int(arrays["n"]) if "n" in arrays else 1 + max(int(tail.max()), int(head.max()))
    if BYTES_OF_NODE * n > asked.max_bytes:
        raise NetworkError.because(f"{n} nodes need more than max_bytes = {asked.max_bytes}", file=path)
    if not 0 <= n <= NODE_LIMIT:
        raise NetworkError.because(f"a network has 0 to {NODE_LIMIT} nodes (got {n})", file=path)
    for name in (asked.source, asked.target):
        outside = arrays[name][(arrays[name] < 0) | (arrays[name] >= n)]
        if outside.size:
            problems.add(path, f"array {shown(name)}: nodes are numbered 0 to {n - 1} (got {outside[0]})")
    of_nodes = [name for name in names if name == "labels" or name.startswith(("columns/", "groups/"))]
    for name in of_nodes:
        if arrays[name].size != n:
            problems.add(path, f"array {shown(name)} must have a value for each of {n} nodes "
                         f"(got {arrays[name].size})")
    note = functools.partial(_note, asked, problems)
    values = {}
    for column, (name, role) in enumerate(asked.roles.items(), 2):
        values[name] = _numbers(role, arrays[name])
        note([(int(k), column, refused(role, str(arrays[name][k]))) for k in np.flatnonzero(np.isnan(values[name]))])
    problems.check()
    columns = {name.removeprefix("columns/"): arrays[name].astype(np.float64) for name in of_nodes
               if name.startswith("columns/")}
    groups = {name.removeprefix("groups/"): arrays[name].tolist() for name in of_nodes if name.startswith("groups/")}
    sources, targets, nodes = (_labelled(ids, arrays.get("labels")) for ids in (tail, head, np.arange(n)))
    if isinstance(nodes, Coded) and (different := len(set(nodes.texts))) < n:
        raise NetworkError.because(f"array 'labels' must not repeat a label (got {different} different ones for {n} "
                                   "nodes)", file=path)
    return Rows([sources], [targets], values, note, nodes=[nodes], complete=True, columns=columns, groups=groups)


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(f"{name}.npy") as stream:
        array: NDArray[Any] = npy.read_array(stream, allow_pickle=False)
        return array


def _labelled(ids: NDArray[np.integer], labels: NDArray[Any] | None) -> Part:
    """Return nodes by their labels; their numbers, where they have none."""
    return ids.astype(np.int64, copy=False) if labels is None else Coded(Names.of(list(map(str, labels.tolist()))), ids)


def _numbers(role: Role, array: NDArray[Any]) -> NDArray[np.float64]:
    """Return the numbers of an array, NaN where one is not what it must be."""
    values = array.astype(np.float64)
    if role == "date":
        values = np.where(np.isnat(array), np.nan, array.astype("datetime64[us]").astype(np.float64))
    return np.where(sound(role, values), values, np.nan)


def _note(asked: Request, problems: Problems, notes: Notes) -> None:
    """Note problems of rows by their numbers."""
    names = [asked.source, asked.target, *asked.roles]
    for row, column, message in notes:
        problems.add(asked.path, f"row {row + 1}, array {shown(names[column])}: {message}")


def peek(asked: Request, _: Problems) -> None:
    """Look at the headers of the arrays."""
    _checked(asked)
