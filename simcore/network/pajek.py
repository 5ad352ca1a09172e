"""Networks as Pajek keeps them: vertices with labels, then arcs and edges, as pairs or as lists.

Arcs go one way, edges both; what has no weight has 1. Coordinates, colours and times are passed over. The reader of
networkx takes 43 times the size of the file, and passes over what it does not understand. The format: Batagelj and
Mrvar, Pajek, reference manual, http://mrvar.fdv.uni-lj.si/pajek/.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import numpy as np

from simcore.errors import NetworkError, did_you_mean
from simcore.network.adjacency import unrolled
from simcore.network.file_rows import Rows, both_ways, placed, renumbered
from simcore.network.files import BYTES_OF_NODE, shown
from simcore.network.names import Names
from simcore.network.plain_rows import Texts, integers
from simcore.network.records import peek as peek
from simcore.network.text import Block, Lines, Row
from simcore.network.values import quantities, quantity, refused
from simcore.network.words import Coded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simcore.network.file_rows import Notes
    from simcore.network.files import Problems
    from simcore.network.formats import Request

    _Ends = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.float64]]

_HEAD = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]*\*.*$", re.MULTILINE)
_VERTEX = re.compile(r'\s*(\d{1,10})(?:\s+(?:"([^"]*)"|([^"\s]\S*))(?:\s.*)?|\s*)', re.ASCII)
_LISTS = ("*arcslist", "*edgeslist")
_ARCS = ("*arcs", "*edges", *_LISTS)
_SECTIONS = ("*network", "*vertices", *_ARCS)


class _Section(NamedTuple):
    """Consecutive lines of a section, and the line that begins it."""

    name: str
    head: Row
    body: Block


class _Arcs(NamedTuple):
    """Some arcs or edges, their ends numbered from 0."""

    source: NDArray[np.integer]
    target: NDArray[np.integer]
    weight: NDArray[np.float64]
    mutual: NDArray[np.bool_]


_NO_ARCS = _Arcs(np.empty(0, np.uint32), np.empty(0, np.uint32), np.empty(0), np.empty(0, np.bool_))


def _sections(lines: Lines) -> Iterator[_Section]:
    """Yield the sections of a file, piece by piece; what comes before the first has no name."""
    head = Row(1, "", [""])
    for block in lines.blocks():
        begin, line = 0, block.line
        for match in _HEAD.finditer(block.text):
            yield _Section(head.cells[0].lower(), head, Block(line, block.text[begin : match.start()]))
            line += block.text.count(b"\n", begin, match.start())
            head = next(lines.rows(Block(line, match[0] + b"\n")))
            begin, line = match.end() + 1, line + 1
        yield _Section(head.cells[0].lower(), head, Block(line, block.text[begin:]))


class _Reader:
    """The network so far."""

    def __init__(self, asked: Request, problems: Problems) -> None:
        self.asked, self.problems = asked, problems
        self.lines = Lines(asked.path, problems, asked.max_bytes)
        self.labels = list[str]()
        self.arcs = list[_Arcs]()
        self._vertices: Row | None = None  # the line that tells how many there are
        self._first = dict[str, int]()  # the line of each label

    @property
    def numbered(self) -> bool:
        """Whether it is known how many vertices there are."""
        return self._vertices is not None

    def take(self, section: _Section) -> None:
        """Take over some lines."""
        if section.name == "*vertices":
            if self._vertices is None:
                self._begin(section.head)
            elif self._vertices != section.head:
                self.refuse(section.head, 0, "a second network is not read")
            self._take_vertices(section.body)
        elif section.name not in _SECTIONS:
            row = section.head if section.name else next(self.lines.rows(section.body), None)
            if row is not None:
                self.refuse(row, 0, f"a section is expected: {', '.join(_SECTIONS)} (got {shown(row.cells[0])})"
                            f"{did_you_mean(section.name, _SECTIONS)}")
        elif section.name != "*network":
            if self._vertices is None:
                self.refuse(section.head, 0, f"*Vertices must stand above {section.head.cells[0]}")
            self._take_arcs(section)

    def refuse(self, row: Row, cell: int, message: str) -> NoReturn:
        """End the reading for what stands in a cell."""
        self.lines.wrong(row, cell, message)
        self.problems.check()
        raise AssertionError

    def _begin(self, head: Row) -> None:
        """Take the line that tells how many vertices there are."""
        self._vertices = head
        if len(head.cells) < 2 or not re.fullmatch(r"\d{1,10}", head.cells[1], re.ASCII):
            self.refuse(head, 1, "the number of vertices is expected")
        n = int(head.cells[1])
        if BYTES_OF_NODE * n > self.asked.max_bytes:
            self.refuse(head, 1, f"{n} nodes need more than max_bytes = {self.asked.max_bytes}")
        self.labels = list(map(str, range(1, n + 1)))

    def _take_vertices(self, body: Block) -> None:
        for line, text in self.lines.lines_of(body):
            found = _VERTEX.fullmatch(text)
            number = int(found[1]) if found else 0
            if found is None or not 1 <= number <= len(self.labels):
                self.problems.add(self.asked.path, f"a vertex is a number from 1 to {len(self.labels)}, and a label in "
                                  f"quotes (got {shown(text)})", line, 1)
                continue
            label = found[2] or found[3]
            if label and self._first.setdefault(label, line) != line:
                self.problems.add(self.asked.path, f"label {shown(label)} stands on line {self._first[label]} already",
                                  line, 1)
            self.labels[number - 1] = label or found[1]

    def _take_arcs(self, section: _Section) -> None:
        self._first.clear()  # all vertices stand above
        plain = self._plain_lists if section.name in _LISTS else self._plain_pairs
        source, target, weight = plain(section.body) or self._closely(section)
        self.arcs.append(_Arcs(source, target, weight if self.asked.weight else _NO_ARCS.weight,
                               np.full(source.size, section.name.startswith("*edges"))))

    def _plain_lists(self, body: Block) -> _Ends | None:
        """Return the arcs of lists of plain cells."""
        found = self.lines.cells(body, [0])
        words = None if found is None else self._nodes(found.columns[0])
        if found is None or words is None:
            return None
        source, target, _ = unrolled(words, found.counts)
        return source, target, np.ones(source.size)

    def _plain_pairs(self, body: Block) -> _Ends | None:
        """Return the arcs of pairs of plain cells."""
        found = self.lines.cells(body, [0, 1, -1] if self.asked.weight is None else [0, 1, 2, -1])
        if found is None or (found.counts < 2).any():
            return None
        (source, target), weight = map(self._nodes, found.columns[:2]), np.ones(found.counts.size)
        for texts in found.columns[2:]:
            given = quantities("weight", texts)
            if given is None:
                return None
            weight[found.counts > 2] = given
        return None if source is None or target is None else (source, target, weight)

    def _nodes(self, texts: Texts) -> NDArray[np.uint32] | None:
        """Return vertices as nodes; nothing if any needs a closer look."""
        found = integers(texts)
        if found is None:
            return None
        nodes = found - 1
        sound = nodes.min(initial=0) >= 0 and nodes.max(initial=-1) < len(self.labels)
        return nodes.astype(np.uint32) if sound else None

    def _closely(self, section: _Section) -> _Ends:
        """Return arcs cell by cell, after noting what is wrong with them."""
        arcs = list[tuple[int, int, float]]()
        for row, tail, head in _cells(self.lines, section):
            weight = 1.0
            if section.name not in _LISTS and self.asked.weight is not None and len(row.cells) > 2:
                weight = quantity("weight", row.cells[2])
                if math.isnan(weight):
                    self.lines.wrong(row, 2, refused("weight", row.cells[2]))
            arcs.append((self._node(row, tail), self._node(row, head), weight))
        whole = np.array(arcs, np.float64).reshape(-1, 3)
        return whole[:, 0].astype(np.uint32), whole[:, 1].astype(np.uint32), whole[:, 2]

    def _node(self, row: Row, cell: int) -> int:
        text = row.cells[cell] if cell < len(row.cells) else ""
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= len(self.labels)):
            self.lines.wrong(row, min(cell, len(row.cells)), f"a vertex from 1 to {len(self.labels)} is expected "
                             f"(got {shown(text)})")
            return 0
        return int(text) - 1


def _cells(lines: Lines, section: _Section) -> Iterator[tuple[Row, int, int]]:
    """Yield the line of each arc, and which of its cells are the ends."""
    for row in lines.rows(section.body):
        for head in range(1, len(row.cells)) if section.name in _LISTS else (1,):
            yield row, 0, head


def _note(lines: Lines, notes: Notes) -> None:
    """Note problems of arcs where they stand."""
    arcs = (place for section in _sections(lines) if section.name in _ARCS for place in _cells(lines, section))
    for (row, *ends), column, message in placed(arcs, notes):
        lines.wrong(row, ends[column], message)


def read(asked: Request, problems: Problems) -> Rows:
    """Read the vertices, arcs and edges of a Pajek file."""
    reader = _Reader(asked, problems)
    for section in _sections(reader.lines):
        reader.take(section)
    if not reader.numbered:
        raise NetworkError.because("there is no line *Vertices in this file", file=asked.path)
    problems.check()
    labels, lines = reader.labels, reader.lines
    if len(set(labels)) < len(labels):
        (label, times), = Counter(labels).most_common(1)
        raise NetworkError.because("a vertex without a label is called by its number, but here that is the label of "
                                   f"another (got {shown(label)} {times} times)", file=asked.path)
    columns = list(zip(_NO_ARCS, *reader.arcs, strict=True))
    reader.arcs.clear()
    source, target, weight, mutual = (np.concatenate(columns.pop(0)) for _ in _NO_ARCS)  # one after the other
    source, target, rows = both_ways(source, target, mutual, asked.direction)
    texts = Names.of(labels)
    return Rows([Coded(texts, source)], [Coded(texts, target)],
                {} if asked.weight is None else {asked.weight: weight if rows.size == weight.size else weight[rows]},
                lambda notes: _note(lines, renumbered(notes, rows)),
                mutual=bool(mutual.size and mutual.all()), nodes=[Coded(texts, np.arange(len(labels)))], complete=True)
