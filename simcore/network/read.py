"""Read networks from files of any format that `simcore.network.formats` knows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

from simcore.errors import NetworkError, Problem
from simcore.network import adjacency, gml, graphml, matrix_market, node_link, npz, pajek, parquet, tables
from simcore.network.files import Problems
from simcore.network.formats import MAX_BYTES, Request, contradictions, request, wrong_words
from simcore.network.join import joined
from simcore.network.nodes import read_nodes
from simcore.network.text import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.network.csr import Parallel
    from simcore.network.loaded import Direction, Loaded

Format = Literal["csv", "edges", "adjacency", "parquet", "npz", "matrix-market", "graphml", "gml", "pajek", "json"]

_READERS: dict[str, Any] = {
    "csv": tables, "edges": tables, "adjacency": adjacency, "parquet": parquet, "npz": npz,
    "matrix-market": matrix_market, "graphml": graphml, "gml": gml, "pajek": pajek, "json": node_link}


def read(path: str | os.PathLike[str], *, direction: Direction | None = None, format: Format | None = None,
         source: str = "source", target: str = "target", weight: str | None = None,
         nodes: str | os.PathLike[str] | None = None, node: str = "node", parallel: Parallel = "merge",
         project: Literal["source", "target"] | None = None, time: str | None = None,
         from_: float | str | None = None, until: float | str | None = None, attributes: Sequence[str] = (),
         max_bytes: int = MAX_BYTES) -> Loaded:
    """Read a network from a file.

    Parameters
    ----------
    path : path
        CSV with a header (``.csv``, ``.tsv``; cells are separated by the one of ``,``, ``;`` and tab that its header
        has most of), a list of edges (``.txt``, ``.edges``: source, target and perhaps weight between white space,
        comments after # or %), lists of neighbours (``.adj``, ``.adjlist``), Parquet (``.parquet``), a numpy archive
        (``.npz``), Matrix Market (``.mtx``), GraphML (``.graphml``), GML (``.gml``), Pajek (``.net``) or node-link
        JSON (``.json``). Text may be packed (``.gz``); a row is a line, also where its cells are quoted.
    direction : {"source-influences-target", "target-influences-source", "both"}
        Which way influence flows along a row. There is no default: every data set has its own.
    format : str, optional
        "csv", "edges", "adjacency", "parquet", "npz", "matrix-market", "graphml", "gml", "pajek" or "json", where the
        name of the file does not tell.
    source, target : str
        Columns (arrays, keys) of the ends. Labels are any text; numbers from 0 in a numpy archive without labels.
    weight : str, optional
        Column (array, key) of weights, above 0 and below 2^62; any name where a format has but one. Weights of rows
        that repeat a tie are added. Without it, no weights are read.
    nodes : path, optional
        CSV file of all nodes, isolated ones too; its other columns become attributes. A format that names its nodes
        itself must name the same.
    node : str
        Its column of labels.
    parallel : {"merge", "weights"}
        Whether rows without weights that repeat a tie count once, or are counted into its weight.
    project : {"source", "target"}, optional
        The column whose nodes stay, if rows are memberships of one kind of nodes in another: two nodes are tied if
        they share a membership; ``parallel="weights"`` counts how many they share.
    time : str, optional
        Column of times: numbers, or dates as ISO 8601 has them. Rows outside the window are dropped, their nodes stay.
    from_, until : float or str, optional
        The window: the first time in it, and the first after it; one of them may be left out.
    attributes : sequence of str
        Columns of numbers that become attributes of the arcs. Rows of the same tie must agree.
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
    if not isinstance(path, str | os.PathLike):
        raise NetworkError.because(f"a network is read from a path (got {type(path).__name__})")
    asked = request(path, direction=direction, format=format, source=source, target=target, weight=weight, nodes=nodes,
                    node=node, parallel=parallel, project=project, time=time, from_=from_, until=until,
                    attributes=attributes, max_bytes=max_bytes)
    _refuse(asked)
    problems, listed = Problems(), None
    if asked.nodes is not None:
        with problems.gathered():
            listed = read_nodes(asked.nodes, node, problems, max_bytes)
    with problems.gathered():
        rows = _reader(asked).read(asked, problems)
    problems.check()
    return joined(asked, rows, listed, problems)


def _refuse(asked: Request) -> None:
    """Refuse a request that makes no sense, whatever the files hold."""
    for found in (wrong_words(asked), contradictions(asked)):
        if problems := [Problem(str(asked.path), None, None, key, message) for key, message in found]:
            raise NetworkError(problems)


def _reader(asked: Request) -> Any:
    """Return the module with ``read`` and ``peek``; a folder, which has no format, is refused by any."""
    return _READERS.get(asked.kind or "", tables)


def peek(path: str | os.PathLike[str], **asked: Any) -> list[Problem]:
    """Look at the existence, header and columns of the files that `read` would read, and at nothing else.

    Parameters are those of `read`; the direction may be missing.

    Returns
    -------
    list of Problem
        Empty if all is well so far.
    """
    problems = Problems()
    wanted = request(path, **{"direction": "both"} | asked)
    with problems.gathered():
        _refuse(wanted)
        _reader(wanted).peek(wanted, problems)
    if wanted.nodes is not None:
        with problems.gathered():
            Table(wanted.nodes, problems, wanted.max_bytes).columns([wanted.node])
    return problems.all()
