"""Networks as numpy archives: arrays of sources and targets, nodes numbered from 0.

Other arrays are optional: ``n``, weights, ``labels``, and attributes under ``columns/`` and ``groups/``. No
array is read before its header was compared with the bytes that are there.
"""

from __future__ import annotations

import math
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib import format as npy

from simcore.errors import NetworkError, did_you_mean
from simcore.network.loaded import Columns, Direction, Groups, Loaded, assemble, numbered
from simcore.network.text import Problems, about, limit, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simcore.network.csr import Parallel

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


def check_npz(path: Path, source: str, target: str, weight: str | None, max_bytes: int) -> list[str]:
    """Return the names of the arrays to read, all of them there and what they must be."""
    problems = Problems()
    expected = dict.fromkeys((source, target), ("whole numbers in one dimension", "iu", 1))
    if weight is not None:
        expected[weight] = ("numbers in one dimension", "iuf", 1)
    most, excess = limit(path, max_bytes, packed=True)
    lengths = []
    with _opened(path) as archive:
        infos = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        for name in [name for name in expected if name not in infos]:
            problems.add(path, f"there is no array {shown(name)}; arrays are {', '.join(list(infos)[:20])}"
                         f"{did_you_mean(name, infos)}")
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
            elif name in (source, target, weight):
                lengths.append(shape[0])
    if len(set(lengths)) > 1:
        problems.add(path, f"the arrays of arcs must be of equal length (got {', '.join(map(str, lengths))})")
    problems.check()
    return names


def read_npz(path: Path, source: str, target: str, weight: str | None, *, direction: Direction,
             parallel: Parallel, max_bytes: int) -> Loaded:
    """Read a network from a numpy archive, see `simcore.network.read.read`."""
    names, problems = check_npz(path, source, target, weight, max_bytes), Problems()
    arrays = {}
    with _opened(path) as archive:
        for name in names:
            with archive.open(f"{name}.npy") as stream:
                arrays[name] = npy.read_array(stream, allow_pickle=False)
    tail, head = arrays[source], arrays[target]
    if "n" not in arrays and not tail.size:
        raise NetworkError.because("the file holds no arcs; without arcs it needs the array 'n'", file=path)
    n = int(arrays["n"]) if "n" in arrays else 1 + max(int(tail.max()), int(head.max()))
    if 8 * (n + 1) > max_bytes:
        raise NetworkError.because(f"{n} nodes need more than max_bytes = {max_bytes}", file=path)
    for name in (source, target):
        outside = arrays[name][(arrays[name] < 0) | (arrays[name] >= n)]
        if outside.size:
            problems.add(path, f"array {shown(name)}: nodes are numbered 0 to {n - 1} (got {outside[0]})")
    of_nodes = [name for name in names if name == "labels" or name.startswith(("columns/", "groups/"))]
    for name in of_nodes:
        if arrays[name].size != n:
            problems.add(path, f"array {shown(name)} must have a value for each of {n} nodes "
                         f"(got {arrays[name].size})")
    problems.check()
    labels, order = None, np.arange(n)
    if "labels" in arrays:
        labels, place = numbered([list(map(str, arrays["labels"].tolist()))])
        if len(labels) < n:
            raise NetworkError.because(f"array 'labels' must not repeat a label (got {len(labels)} different "
                                       f"ones for {n} nodes)", file=path)
        tail, head, order = place[tail], place[head], np.argsort(place)
    columns: Columns = {}
    groups: Groups = {}
    for name in of_nodes:
        kind, _, attribute = name.partition("/")
        if kind == "columns":
            columns[attribute] = arrays[name][order].astype(np.float64)
        elif kind == "groups":
            groups[attribute] = arrays[name][order].tolist()
    with about(path):
        return assemble(n, tail, head, None if weight is None else arrays[weight], direction=direction,
                        parallel=parallel, labels=labels, columns=columns, groups=groups)
