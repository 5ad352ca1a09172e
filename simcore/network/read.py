"""Read networks from files: CSV, lists of edges as SNAP keeps them, numpy archives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

import numpy as np

from simcore.errors import NetworkError, Problem, did_you_mean
from simcore.network.loaded import (
    Direction,
    Labels,
    Loaded,
    all_integers,
    assemble,
    attributes,
    number,
    numbered,
)
from simcore.network.npz import check_npz, read_npz
from simcore.network.text import Problems, Row, Table, about, shown

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from simcore.network.csr import Parallel

Format = Literal["csv", "edges", "npz"]

MAX_BYTES = 4 * 2**30
_FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "edges", ".edges": "edges", ".npz": "npz"}
_DIRECTIONS = {"source-influences-target": "the source tells the target, or is followed by it",
               "target-influences-source": "the source names, asks or follows the target",
               "both": "a tie has no direction"}


def _asked(path: Path, direction: str | None, format: str | None, parallel: str, columns: list[str],
           nodes: object) -> tuple[Direction, str]:
    """Return direction and format after a look at all that was asked for."""
    problems = []

    def wrong(key: str, value: object, message: str, choices: Iterable[str] = ()) -> None:
        got = f"{message} (got {shown(value)}){did_you_mean(str(value), choices)}"
        problems.append(Problem(str(path), None, None, key, got))

    kind = format or _FORMATS.get(Path(path.name.lower().removesuffix(".gz")).suffix)
    if direction not in _DIRECTIONS:
        ways = "; ".join(f"'{name}' where {meaning}" for name, meaning in _DIRECTIONS.items())
        wrong("direction", direction, f"say which way influence flows along a row: {ways}", _DIRECTIONS)
    if kind not in _FORMATS.values() and not path.is_dir():
        names = ", ".join(_FORMATS)
        wrong("format", format or path.name, f"choose 'csv', 'edges' or 'npz', or a name that ends in {names}",
              _FORMATS.values())
    if parallel not in ("merge", "weights"):
        wrong("parallel", parallel, "choose 'merge' or 'weights'", ("merge", "weights"))
    if len(set(columns)) < len(columns):
        wrong("columns", columns, "source, target and weight must differ")
    if kind == "npz" and nodes is not None:
        wrong("nodes", nodes, "a numpy archive holds its nodes itself")
    if problems:
        raise NetworkError(problems)
    return cast("Direction", direction), str(kind)


def _columns(source: str, target: str, weight: str | None) -> list[str]:
    return [source, target] if weight is None else [source, target, weight]


def _places(table: Table, source: str, target: str, weight: str | None) -> tuple[int, int, int | None]:
    wanted = _columns(source, target, weight)
    if not table.spaced:
        places = table.columns(wanted)
    elif table.names and len(table.names) < len(wanted):
        raise NetworkError.because(f"{len(wanted)} cells are expected: "
                                   f"{', '.join(('source', 'target', 'weight')[: len(wanted)])} "
                                   f"(got {len(table.names)})", file=table.path, line=table.line, column=1)
    else:
        places = list(range(len(wanted)))
    return places[0], places[1], places[2] if weight is not None else None


def _sound(table: Table, row: Row, source: int, target: int, weight: int | None) -> bool:
    """Note what is wrong with the cells of a row, and tell whether nothing is."""
    cells = row.cells
    heavy = weight is None or 0 < (number(cells[weight]) or 0) < np.inf
    if cells[source] and cells[target] and heavy:
        return True
    for place in (source, target):
        if not cells[place]:
            table.wrong(row, place, "the label is missing")
    if weight is not None and not heavy:
        table.wrong(row, weight, f"a weight is a finite number above 0 (got {shown(cells[weight])})")
    return False


class _Arcs(NamedTuple):
    """The ends and weights of arcs, a part for each block of the file."""

    sources: list[Labels]
    targets: list[Labels]
    weights: list[NDArray[np.float64]]


def _arcs(table: Table, source: int, target: int, weight: int | None) -> _Arcs:
    arcs = _Arcs([], [], [np.empty(0)])
    for block in table.blocks():
        part: tuple[Labels, Labels, NDArray[np.float64]] | None = table.numbers(block, source, target, weight)
        if part is None:
            rows = [row.cells for row in table.rows(block) if _sound(table, row, source, target, weight)]
            weights = [] if weight is None else [float(cells[weight]) for cells in rows]
            part = [cells[source] for cells in rows], [cells[target] for cells in rows], np.array(weights)
        if len(part[0]):
            arcs.sources.append(part[0])
            arcs.targets.append(part[1])
            arcs.weights.append(part[2])
    return arcs


def _listed(table: Table, node: str) -> tuple[list[str], dict[str, list[str]]]:
    """Read a nodes file: its labels, and its other columns."""
    (place,), first, rows = table.columns([node]), dict[str, int](), list[list[str]]()
    for block in table.blocks():
        for row in table.rows(block):
            label = row.cells[place]
            if not label:
                table.wrong(row, place, "the label is missing")
            elif first.setdefault(label, row.line) != row.line:
                table.wrong(row, place, f"node {shown(label)} stands on line {first[label]} already")
            rows.append(row.cells)
    cells = {name: [row[k] for row in rows] for k, name in enumerate(table.names) if name}
    return cells.pop(node), cells


def _strangers(table: Table, places: tuple[int, int], known: set[str], nodes: object) -> None:
    """Note each end of an arc that the nodes file does not list, where it stands first."""
    for block in table.blocks():
        for row in table.rows(block):
            for place in places:
                if row.cells[place] not in known:
                    known.add(row.cells[place])
                    table.wrong(row, place, f"node {shown(row.cells[place])} is not in {nodes}")


def _has_header(arcs: _Arcs) -> bool:
    """Tell whether the first line of a list of edges is the only one whose labels are no integers."""
    (sources, *more), (targets, *others) = arcs.sources, arcs.targets
    first = [[str(sources[0])], [str(targets[0])]]
    rest = [sources[1:], *more, targets[1:], *others]
    return any(map(len, rest)) and all_integers(rest) and not any(all_integers([end]) for end in first)


def read(path: str | os.PathLike[str], *, direction: Direction | None = None, format: Format | None = None,
         source: str = "source", target: str = "target", weight: str | None = None,
         nodes: str | os.PathLike[str] | None = None, node: str = "node", parallel: Parallel = "merge",
         max_bytes: int = MAX_BYTES) -> Loaded:
    """Read a network from a file.

    Parameters
    ----------
    path : path
        A CSV file with a header (``.csv``, ``.tsv``; cells are separated by the one of ``,``, ``;`` and tab
        that its header has most of), a list of edges (``.txt``, ``.edges``: source, target and perhaps weight
        between white space, comments after # or %), or a numpy archive (``.npz``). Text may be packed
        (``.gz``); a row is a line, also where its cells are quoted.
    direction : {"source-influences-target", "target-influences-source", "both"}
        Which way influence flows along a row. There is no default: every data set has its own.
    format : {"csv", "edges", "npz"}, optional
        Where the name of the file does not tell.
    source, target : str
        Columns (arrays) of the ends. Labels are any text; numbers from 0 in a numpy archive.
    weight : str, optional
        Column (array) of weights, finite and above 0; the third in a list of edges. Weights of rows that repeat
        a tie are added. Without a column, no weights are read.
    nodes : path, optional
        CSV file of all nodes, isolated ones too; its other columns become attributes. Without it the file
        must hold an arc.
    node : str
        Its column of labels.
    parallel : {"merge", "weights"}
        Whether rows without weights that repeat a tie count once, or are counted into its weight.
    max_bytes : int
        Most bytes to read of each file, unpacked.

    Returns
    -------
    Loaded
        The network, its labels and attributes, and what was dropped.

    Raises
    ------
    NetworkError
        If anything is wrong: every problem with its place, 20 at most.
    """
    path, problems = Path(path), Problems()
    direction, kind = _asked(path, direction, format, parallel, _columns(source, target, weight), nodes)
    if kind == "npz":
        return read_npz(path, source, target, weight, direction=direction, parallel=parallel,
                        max_bytes=max_bytes)
    listed, cells = list[str](), dict[str, list[str]]()
    if nodes is not None:
        with problems.gathered():
            listed, cells = _listed(Table(Path(nodes), problems, max_bytes), node)
    with problems.gathered():
        table = Table(path, problems, max_bytes, spaced=kind == "edges")
        places = _places(table, source, target, weight)
        arcs = _arcs(table, *places)
    problems.check()
    labels, ids = numbered([*arcs.sources, *arcs.targets, listed])
    rows = (ids.size - len(listed)) // 2
    if nodes is not None:
        if len(labels) > len(listed):
            _strangers(table, places[:2], set(listed), nodes)
    elif not rows:
        problems.add(path, "the file holds no arcs; a network without arcs needs a file of its nodes")
    elif table.spaced and _has_header(arcs):
        problems.add(path, "the labels of all other lines are integers: a header must begin with #",
                     table.line, 1)
    problems.check()
    order = np.argsort(ids[2 * rows:])
    columns, groups = attributes({name: [texts[k] for k in order] for name, texts in cells.items()})
    with about(path):
        return assemble(len(labels), ids[:rows], ids[rows : 2 * rows],
                        None if weight is None else np.concatenate(arcs.weights), direction=direction,
                        parallel=parallel, labels=labels, columns=columns, groups=groups)


def peek(path: str | os.PathLike[str], *, format: Format | None = None, source: str = "source",
         target: str = "target", weight: str | None = None, nodes: str | os.PathLike[str] | None = None,
         node: str = "node", max_bytes: int = MAX_BYTES) -> list[Problem]:
    """Look at the existence, header and columns of the files that `read` would read, and at nothing else.

    Parameters are those of `read`.

    Returns
    -------
    list of Problem
        Empty if all is well so far.
    """
    problems = Problems()
    with problems.gathered():
        _, kind = _asked(Path(path), "both", format, "merge", _columns(source, target, weight), nodes)
        if kind == "npz":
            check_npz(Path(path), source, target, weight, max_bytes)
        else:
            _places(Table(Path(path), problems, max_bytes, spaced=kind == "edges"), source, target, weight)
    if nodes is not None:
        with problems.gathered():
            Table(Path(nodes), problems, max_bytes).columns([node])
    return problems.all()
