"""The formats of network files, what each of them can hold, and what can be asked of it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.errors import did_you_mean
from simcore.network.values import moment

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from simcore.network.values import Role

MAX_BYTES = 4 * 2**30
DIRECTIONS = {"source-influences-target": "the source tells the target, or is followed by it",
              "target-influences-source": "the source names, asks or follows the target",
              "both": "a tie has no direction"}


class Format(NamedTuple):
    """What a format can hold.

    Attributes
    ----------
    endings : tuple of str
        Of the names of its files.
    text : bool
        Whether it may be packed by gzip, its name then ending in ``.gz``.
    named : bool
        Whether columns or keys that one may choose hold the ends of arcs.
    weights, values : bool
        Whether arcs have weights; other numbers, by name.
    modes : bool
        Whether its nodes may be of two kinds; those that are only numbered are not.
    isolated, attributes : bool
        Whether it holds nodes without arcs; attributes of nodes.
    """

    endings: tuple[str, ...]
    text: bool = True
    named: bool = False
    weights: bool = True
    values: bool = False
    modes: bool = True
    isolated: bool = True
    attributes: bool = False


FORMATS = {
    "csv": Format((".csv", ".tsv"), named=True, values=True, isolated=False),
    "edges": Format((".txt", ".edges"), isolated=False),
    "adjacency": Format((".adj", ".adjlist"), weights=False),
    "parquet": Format((".parquet",), text=False, named=True, values=True, isolated=False),
    "npz": Format((".npz",), text=False, named=True, values=True, modes=False, attributes=True),
    "matrix-market": Format((".mtx",), modes=False),
    "graphml": Format((".graphml",), values=True, attributes=True),
    "gml": Format((".gml",), values=True, attributes=True),
    "pajek": Format((".net",)),
    "json": Format((".json",), named=True, values=True, attributes=True),
}


ENDINGS = ", ".join(ending for format in FORMATS.values() for ending in format.endings)


def of_name(path: Path) -> str | None:
    """Return the format that the name of a file tells."""
    packed = path.suffix.lower() == ".gz"
    ending = Path(path.name[:-3] if packed else path.name).suffix.lower()
    return next((kind for kind, format in FORMATS.items() if ending in format.endings and format.text >= packed), None)


class Request(NamedTuple):
    """What is asked of the files of a network, see `simcore.network.read.read`."""

    path: Path
    direction: str | None = None
    format: str | None = None
    source: str = "source"
    target: str = "target"
    weight: str | None = None
    nodes: Path | None = None
    node: str = "node"
    parallel: str = "merge"
    project: str | None = None
    time: str | None = None
    from_: float | str | None = None
    until: float | str | None = None
    attributes: tuple[str, ...] = ()
    max_bytes: int = MAX_BYTES

    @property
    def kind(self) -> str | None:
        """The format asked for, or else that of the file's name."""
        return self.format or of_name(self.path)

    @property
    def window(self) -> tuple[float, float]:
        """The first time whose rows count, and the first after it whose rows do not."""
        return _bound(self.from_, -math.inf), _bound(self.until, math.inf)

    @property
    def roles(self) -> dict[str, Role]:
        """What the numbers beside arcs are for, by the names of their columns."""
        time: Role = "date" if isinstance(self.until if self.from_ is None else self.from_, str) else "time"
        pairs: list[tuple[str | None, Role]] = [(self.weight, "weight"), (self.time, time),
                                                *((name, "attribute") for name in self.attributes)]
        return {name: role for name, role in pairs if name is not None}


def request(path: str | os.PathLike[str], *, nodes: str | os.PathLike[str] | None = None,
            attributes: Sequence[str] = (), **asked: Any) -> Request:
    """Return the arguments of `simcore.network.read.read` as a request."""
    return Request(Path(path), nodes=None if nodes is None else Path(nodes), attributes=tuple(attributes), **asked)


def wrong_words(asked: Request) -> Iterator[tuple[str, str]]:
    """Yield the key and the message of each word that is none of those possible."""
    if asked.direction not in DIRECTIONS:
        ways = "; ".join(f"'{name}' where {meaning}" for name, meaning in DIRECTIONS.items())
        yield "direction", (f"say which way influence flows along a row: {ways} (got {asked.direction!r})"
                            f"{did_you_mean(str(asked.direction), DIRECTIONS)}")
    if asked.kind not in FORMATS and not asked.path.is_dir():
        given = asked.format or asked.path.name
        yield "format", (f"choose one of {', '.join(FORMATS)}, or a name that ends in {ENDINGS} (got {given!r})"
                         f"{did_you_mean(given, FORMATS)}")
    if asked.parallel not in ("merge", "weights"):
        yield "parallel", f"choose 'merge' or 'weights' (got {asked.parallel!r})"
    if asked.project not in (None, "source", "target"):
        yield "project", f"choose 'source' or 'target', the column whose nodes stay (got {asked.project!r})"


def contradictions(asked: Request) -> Iterator[tuple[str, str]]:
    """Yield the key and the message of what makes no sense together."""
    yield from _of_format(asked)
    yield from _of_window(asked)
    columns = [("source", asked.source), ("target", asked.target), ("weight", asked.weight), ("time", asked.time),
               *(("attributes", name) for name in asked.attributes)]
    known = set[str | None]()
    for key, name in columns:
        if name in known - {None}:
            yield key, f"columns must differ (got {name!r} twice)"
        known.add(name)
    if asked.node != "node" and asked.nodes is None:
        yield "node", f"is a column of the file of nodes, so nodes must name that (got {asked.node!r})"
    if asked.project is None:
        return
    if asked.direction not in (None, "both"):
        yield "direction", f"who share something are tied both ways, so it must be 'both' (got {asked.direction!r})"
    for key, names in (("weight", asked.weight), ("attributes", ", ".join(asked.attributes))):
        if names:
            yield key, f"a tie of a projection is none of the rows, so it has no {key} (got {names!r})"


def _of_format(asked: Request) -> Iterator[tuple[str, str]]:
    """Yield what the format cannot hold."""
    kind = asked.kind
    if kind not in FORMATS:
        return
    format = FORMATS[kind]
    for key in ("source", "target"):
        if not format.named and getattr(asked, key) != key:
            yield key, f"a file of format '{kind}' has no columns with names (got {getattr(asked, key)!r})"
    if asked.weight is not None and not format.weights:
        yield "weight", f"a file of format '{kind}' has no weights (got {asked.weight!r})"
    for key, names in (("time", asked.time), ("attributes", ", ".join(asked.attributes))):
        if names and not format.values:
            yield key, f"a file of format '{kind}' has no numbers beside arcs but weights (got {names!r})"
    if asked.project is not None and not format.modes:
        yield "project", f"nodes of format '{kind}' are numbered, so they are of one kind (got {asked.project!r})"


def _of_window(asked: Request) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the window of times."""
    given = {key: end for key, end in (("from", asked.from_), ("until", asked.until)) if end is not None}
    if asked.time is not None and not given:
        yield "time", f"needs from or until: the window of times whose rows count (got {asked.time!r})"
    for key, end in given.items():
        if asked.time is None:
            yield key, f"is a time, so time must name their column (got {end!r})"
        if math.isnan(_bound(end, 0.0)):
            yield key, f"must be a number, or a date, as in '2026-12-31' or '2026-12-31 23:59:59' (got {end!r})"
    if len({isinstance(end, str) for end in given.values()}) > 1:
        kind = "date" if isinstance(asked.from_, str) else "number"
        yield "until", f"must be a {kind} as from is (got {asked.until!r})"
    elif asked.window[0] >= asked.window[1]:
        yield "until", f"must be after from = {asked.from_!r} (got {asked.until!r})"


def _bound(end: float | str | None, otherwise: float) -> float:
    """Return an end of a window as a number, NaN if it is none."""
    if isinstance(end, str):
        found = moment(end)
        return math.nan if found is None else found
    return otherwise if end is None else end
