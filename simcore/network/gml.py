"""Networks as GML: the nodes and edges of one graph, and the numbers and texts that they hold.

Nodes are called by their labels if all have one, else by their ids. What is nested in a node or an edge is
passed over. The reader of networkx takes 27 times the size of the file, and does not say where an edge is wrong.
The format: Himsolt (1997), GML: a portable graph file format, University of Passau.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from simcore.errors import NetworkError
from simcore.network.files import Scanner
from simcore.network.forms import NUMBER, TEXT, Gap
from simcore.network.records import Records
from simcore.network.records import peek as peek

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.network.file_rows import Rows
    from simcore.network.files import Problems
    from simcore.network.formats import Request

OWN = "id", "label"  # what GML calls a node by
_DEEPEST = 50
_TOKEN = re.compile(r"""(?P<gap>(?:\s++|\#[^\n]*+)*+)(?:
    (?P<key>[A-Za-z]\w*+) | (?P<number>[+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?|[+-]INF)
    | "(?P<text>[^"]*+)" | (?P<open>\[) | (?P<close>\]) | (?P<end>\Z) | (?P<other>.))""", re.ASCII | re.VERBOSE)
_EDGE = re.compile(r"\s*edge\s*\[", re.ASCII)
_PAIR = re.compile(r'\s+([A-Za-z]\w*+)\s+(?:"([^"&]*+)"|([-0-9][-+.0-9eE]*+))', re.ASCII)


class _Scanner(Scanner):
    """A text of keys and values."""

    def token(self) -> tuple[str, str, int]:
        """Return what comes next: its kind, what it says, and where it stands."""
        match = _TOKEN.match(self.text, self.at)
        assert match is not None
        self.at, kind = match.end(), str(match.lastgroup)
        return kind, match[kind], match.end("gap")

    def keys(self, opened: int | None) -> Iterator[tuple[str, int]]:
        """Yield keys and where they stand, up to the bracket that closes; whoever takes one reads its value."""
        kind, key, at = self.token()
        while kind == "key":
            yield key, at
            kind, key, at = self.token()
        if kind == "end" and opened is not None:
            self.refuse("this bracket is not closed", opened)
        if kind != ("end" if opened is None else "close"):
            self.expected("a key", at)

    def value(self, depth: int) -> Any:
        """Return a number or a text as text, and what stands in brackets as a dict."""
        kind, value, at = self.token()
        if kind == "open":
            if depth > _DEEPEST:
                self.refuse(f"brackets are nested more than {_DEEPEST} deep", at)
            return {key: self.value(depth + 1) for key, _ in self.keys(at)}
        if kind == "text":
            return html.unescape(value) if "&" in value else value
        if kind != "number" and value not in ("INF", "NAN"):
            self.expected("a number, text in quotes or [", at)
        return value

    def brackets(self, key: str) -> int:
        """Pass the opening bracket after a key; return where it stands."""
        kind, _, at = self.token()
        if kind != "open":
            self.expected(f"[ after {key}", at)
        return at


def read(asked: Request, problems: Problems) -> Rows:
    """Read the graph of a GML file."""
    scanner, rows = _Scanner(asked.path, asked.max_bytes), None
    for key, at in scanner.keys(None):
        if key != "graph":
            scanner.value(1)
        elif rows is None:
            rows = _graph(scanner, Records(asked, problems))
        else:
            scanner.refuse("a second graph is not read", at)
    if rows is None:
        raise NetworkError.because("there is no graph [ ... ] in this file", file=asked.path)
    return rows


def _graph(scanner: _Scanner, records: Records) -> Rows:
    """Read what stands in the brackets of the graph."""
    labels = dict[str, str]()  # by id
    nodes = 0
    records.ties = True
    before = scanner.at
    for key, at in scanner.keys(scanner.brackets("graph")):
        if key not in ("node", "edge"):
            value = scanner.value(2)
            records.ties = value != "1" if key == "directed" else records.ties
            before = scanner.at
            continue
        line, column = scanner.place(at)
        given = {name: scanner.value(3) for name, _ in scanner.keys(scanner.brackets(key))}
        known = {name: value for name, value in given.items() if isinstance(value, str)}
        ends = [known.pop(name, "") for name in (("id",) if key == "node" else ("source", "target"))]
        if key == "node":
            nodes += 1
            if label := known.pop("label", ""):
                labels[ends[0]] = label
        records.take(ends, line, column, known)
        if key == "edge":
            scanner.skip(records.follow(("source", "target"), scanner.text[before : scanner.at], _gaps, scanner.ahead))
        before = scanner.at
    return records.rows(labels if len(labels) == nodes else None, own=OWN)


def _gaps(record: str, _: Sequence[str]) -> list[Gap] | None:
    """Return where texts and numbers stand in an edge; nothing if it holds more."""
    begun, gaps = _EDGE.match(record), []
    at = begun.end() if begun else len(record)
    while found := _PAIR.match(record, at):
        at = found.end()
        group, kind = (2, TEXT) if found[3] is None else (3, NUMBER)
        gaps.append(Gap(found[1], *found.span(group), kind))
    return gaps if record[at:].strip() == "]" else None
