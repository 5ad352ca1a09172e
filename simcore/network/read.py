"""Read networks from files: CSV, lists of edges as SNAP keeps them, numpy archives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from simcore.errors import NetworkError, Problem, did_you_mean
from simcore.network.loaded import Direction, Labels, Loaded, all_integers, assemble, attributes, number, numbered
from simcore.network.npz import check_npz, read_npz
from simcore.network.text import Problems, Row, Table, shown

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from simcore.network.csr import Parallel

Format = Literal["csv", "edges", "npz"]

MAX_BYTES = 4 * 2**30
_FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "edges", ".edges": "edges", ".npz": "npz"}
_DIRECTIONS = {"source-influences-target": "the source tells the target, or is followed by it",
               "target-influences-source": "the source names, asks or follows the target",
               "both": "a tie has no direction"}


def _format(path: Path, direction: str | None, format: str | None, parallel: str, nodes: object) -> str:
    """Return the format of a file after a look at what was asked for."""
    found = []

    def need(key: str, value: str | None, choices: list[str], message: str) -> None:
        if value not in choices:
            found.append(Problem(str(path), None, None, key,
                                 f"{message} (got {value!r}){did_you_mean(str(value), choices)}"))

    ways = "; ".join(f"'{name}' where {meaning}" for name, meaning in _DIRECTIONS.items())
    need("direction", direction, list(_DIRECTIONS), f"say which way influence flows: {ways}")
    need("parallel", parallel, ["merge", "weights"], "rows that repeat a tie can 'merge' or count as its 'weights'")
    kind = format or _FORMATS.get(Path(path.name.removesuffix(".gz")).suffix)
    need("format", kind, [*_FORMATS.values()], "formats are csv, edges and npz; names that tell them end in "
         f"{', '.join(_FORMATS)}")
    if kind == "npz" and nodes is not None:
        found.append(Problem(str(path), None, None, "nodes", "an npz file holds its nodes itself: in the arrays n, "
                             "labels, columns/... and groups/..."))
    if found:
        raise NetworkError(found)
    return str(kind)


def _places(table: Table, source: str, target: str, weight: str | None) -> tuple[int, int, int | None]:
    wanted = [source, target] if weight is None else [source, target, weight]
    if not table.spaced:
        places = table.columns(wanted)
    elif table.names and len(table.names) < len(wanted):
        raise NetworkError.because(f"a line holds {', '.join(wanted)} (got {len(table.names)} cells)",
                                   file=table.path, line=table.line, column=1)
    else:
        places = list(range(len(wanted)))
    return places[0], places[1], places[2] if weight is not None else None


def _sound(table: Table, row: Row, source: int, target: int, weight: int | None) -> bool:
    """Note what is wrong with the cells of a row, and tell whether nothing is."""
    wrong = [(place, "the label is missing") for place in (source, target) if not row.cells[place]]
    if weight is not None and not 0 < (number(row.cells[weight]) or 0) < np.inf:
        wrong.append((weight, f"a weight is a finite number above 0 (got {shown(row.cells[weight])})"))
    for place, message in wrong:
        table.wrong(row, place, message)
    return not wrong


class _Arcs(NamedTuple):
    """The ends and weights of arcs, a part for each block of the file."""

    sources: list[Labels]
    targets: list[Labels]
    weights: list[NDArray[np.float64]]


def _arcs(table: Table, source: int, target: int, weight: int | None) -> _Arcs:
    arcs = _Arcs([], [], [])
    for block in table.blocks():
        parsed: tuple[Labels, Labels, NDArray[np.float64]] | None = table.numbers(block, source, target, weight)
        if parsed is None:
            rows = [row for row in table.rows(block) if _sound(table, row, source, target, weight)]
            weights = np.array([float(row.cells[weight]) for row in rows] if weight is not None else [])
            parsed = [row.cells[source] for row in rows], [row.cells[target] for row in rows], weights
        arcs.sources.append(parsed[0])
        arcs.targets.append(parsed[1])
        arcs.weights.append(parsed[2])
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


def _looks_like_header(arcs: _Arcs) -> bool:
    """Tell whether the first line of a list of edges is the only one whose labels are no integers."""
    ends = [*arcs.sources, *arcs.targets]
    first = len(arcs.sources)
    return sum(map(len, ends)) > 2 and all_integers(
        [part[1:] if k in (0, first) else part for k, part in enumerate(ends)])


def read(path: str | os.PathLike[str], *, direction: Direction | None = None, format: Format | None = None,
         source: str = "source", target: str = "target", weight: str | None = None,
         nodes: str | os.PathLike[str] | None = None, node: str = "node", parallel: Parallel = "merge",
         max_bytes: int = MAX_BYTES) -> Loaded:
    """Read a network from a file.

    Parameters
    ----------
    path : path
        A CSV file with a header (``.csv``, ``.tsv``; the separator is the one of ``,`` ``;`` tab that the header
        has most), a list of edges (``.txt``, ``.edges``: source, target and perhaps weight between white space,
        comments after # or %), both also packed (``.gz``), or a numpy archive (``.npz``). A row is a line.
    direction : {"source-influences-target", "target-influences-source", "both"}
        Which way influence flows along a row. There is no default: every data set has its own.
    format : {"csv", "edges", "npz"}, optional
        Where the name of the file does not tell.
    source, target : str
        Columns (arrays) of the ends. Labels are any text; numbers from 0 in a numpy archive.
    weight : str, optional
        Column (array) of weights, finite and above 0; the third in a list of edges. Without it, none are read.
    nodes : path, optional
        CSV file of all nodes, isolated ones too; its other columns become attributes. Without it the file
        must hold an arc.
    node : str
        Its column of labels.
    parallel : {"merge", "weights"}
        Whether rows that repeat a tie count once, or are counted into its weight.
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
    kind = _format(path, direction, format, parallel, source, target, weight, nodes)
    assert direction is not None
    if kind == "npz":
        return read_npz(path, source, target, weight, direction=direction, parallel=parallel, max_bytes=max_bytes)
    labels_of_nodes: list[str] = []
    cells: dict[str, list[str]] = {}
    if nodes is not None:
        with problems.gathered(nodes):
            labels_of_nodes, cells = _listed(Table(Path(nodes), problems, max_bytes), node)
    with problems.gathered(path):
        table = Table(path, problems, max_bytes, spaced=kind == "edges")
        places = _places(table, source, target, weight)
        arcs = _arcs(table, *places)
    problems.check()
    labels, ids = numbered([*arcs.sources, *arcs.targets, labels_of_nodes])
    rows = (ids.size - len(labels_of_nodes)) // 2
    if not rows and nodes is None:
        raise NetworkError.because("the file holds no arcs; a network without arcs needs a file of its nodes",
                                   file=path)
    ...


def peek(path: str | os.PathLike[str], *, direction: Direction | None = None, format: Format | None = None,
         source: str = "source", target: str = "target", weight: str | None = None,
         nodes: str | os.PathLike[str] | None = None, node: str = "node", parallel: Parallel = "merge",
         max_bytes: int = MAX_BYTES) -> list[Problem]:
    """Look at the existence, header and columns of the files that `read` would read, and at nothing else.

    Parameters are those of `read`.

    Returns
    -------
    list of Problem
        Empty if all is well so far.
    """
    problems = Problems()
    with problems.gathered(path):
        kind = _format(Path(path), direction, format, parallel, source, target, weight, nodes)
        if kind == "npz":
            check_npz(Path(path), source, target, weight, max_bytes)
        else:
            _places(Table(Path(path), problems, max_bytes, spaced=kind == "edges"), source, target, weight)
    if nodes is not None:
        with problems.gathered(nodes):
            Table(Path(nodes), problems, max_bytes).columns([node])
    return problems.all()
