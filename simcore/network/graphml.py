"""Networks as GraphML: the nodes and edges of one graph, and what keys say of them.

Read as a stream by expat: the tree and the graph that networkx builds take 24 times the size of the file. A
document type, which entities need, is refused; ports and what other name spaces add are passed over. The
format: Brandes et al. (2002), doi:10.1007/3-540-45848-4_59.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.parsers import expat

from simcore.errors import NetworkError
from simcore.network.files import among, pieces, shown
from simcore.network.forms import TEXT, Gap
from simcore.network.records import Records
from simcore.network.records import peek as peek

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.network.file_rows import Rows
    from simcore.network.files import Problems
    from simcore.network.formats import Request

_STEP = 2**12  # bytes, after which to look whether edges have one form
_EDGE = re.compile(r"\s*<edge(?=[\s/>])")
_ATTRIBUTE = re.compile(r'\s+([\w:.-]+)="([^"<&]*)"')
_DATA = re.compile(r'\s*<data\s+key="([^"<&]*)"\s*>([^<&]*)</data\s*>')
_END = re.compile(r"\s*/>|\s*</edge\s*>")
_LOGICAL = {"true": True, "1": True, "false": False, "0": False}


def _plain(data: bytes, at: int) -> bytes:
    """Return what stands beyond a place, if no encoding could make it another text."""
    return data[at:] if data.isascii() else b""


class _Key(NamedTuple):
    """What a ``<key>`` declares."""

    owners: tuple[str, ...]
    name: str
    logical: bool


class _Owner(NamedTuple):
    """The node or edge that is open."""

    kind: str
    attributes: dict[str, str]
    line: int
    column: int
    known: dict[str, Any]


class _Reader:
    """What expat has passed so far."""

    def __init__(self, asked: Request, problems: Problems) -> None:
        self.records = Records(asked, problems)
        self._path, self._wanted = asked.path, list(asked.roles)
        self._keys: dict[str, _Key] = {}
        self._defaults: dict[str, dict[str, Any]] = {"node": {}, "edge": {}}
        self._elements = self._graphs = 0
        self._directed = True
        self._owner: _Owner | None = None
        self._key: _Key | None = None
        self._text = ""
        self._passed = self._ahead = 0  # bytes that expat has seen; of these, before the data that is gone through
        self._ends = -1, -1  # where in that data the last edge but one ends, and the last
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, data: bytes) -> None:
        """Go through more of the file, at once over edges that have the form of the last.

        To expat those are blanks, so that it still knows its line and column.
        """
        at, self._ends = 0, (-1, -1)
        while at < len(data):
            self._ahead = self._passed - at
            end = data.find(b">", at if self._owner else at + _STEP) + 1 or len(data)
            self.parse(data[at:end])
            at = end
            before, last = (data.find(b">", place) + 1 if data.startswith(b"</", place) else place
                            for place in self._ends)
            if before >= 0 and last == at:
                size = self.records.follow(("source", "target"), data[before:at].decode("latin-1"), self._gaps,
                                           functools.partial(_plain, data, at))
                _, _, rest = data[at : at + size].rpartition(b"\n")
                self.parse(b"\n" * data.count(b"\n", at, at + size) + b" " * len(rest))
                at += size
                self._ends = before, at

    def parse(self, data: bytes, *, final: bool = False) -> None:
        """Let expat see more of the file."""
        self._passed += len(data)
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            raise NetworkError.because(f"this is not well-formed XML: {expat.ErrorString(error.code)}", file=self._path,
                                       line=error.lineno, column=error.offset + 1) from None
        except (LookupError, ValueError):
            if self._elements:
                raise
            raise NetworkError.because("its encoding is none that is read: save the file as UTF-8", file=self._path,
                                       line=1, column=1) from None

    def _gaps(self, record: str, _: Sequence[str]) -> list[Gap] | None:
        """Return where texts stand in an edge; nothing if it holds more."""
        begun, gaps = _EDGE.match(record), []
        at = begun.end() if begun else len(record)
        while found := _ATTRIBUTE.match(record, at):
            at = found.end()
            if found[1] != "directed":
                gaps.append(Gap(found[1], *found.span(2), TEXT))
        at += record.startswith(">", at)
        while found := _DATA.match(record, at):
            at, key = found.end(), self._keys[found[1]]
            if key.logical or "edge" not in key.owners:
                return None
            gaps.append(Gap(key.name, *found.span(2), TEXT))
        return gaps if _END.fullmatch(record, at) else None

    def _refuse(self, message: str) -> None:
        raise NetworkError.because(message, file=self._path, line=self._parser.CurrentLineNumber,
                                   column=self._parser.CurrentColumnNumber + 1)

    def _doctype(self, *_: object) -> None:
        self._refuse("a document type is not read, nor are the entities that it may declare: remove <!DOCTYPE ...>")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if name in ("node", "edge"):
            if name == "edge" and self._wanted:
                self._check_wanted()
            self._owner = _Owner(name, attributes, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1,
                                 dict(self._defaults[name]))
        elif name in ("data", "default"):
            if name == "data":
                self._key = self._keys.get(attributes.get("key", ""))
                if self._key is None and self._owner is not None:
                    self._refuse(f"there is no key {shown(attributes.get('key', ''))} above")
            self._text, self._parser.CharacterDataHandler = "", self._characters
        elif self._elements == 1 and name != "graphml":
            self._refuse(f"the outermost element must be <graphml> (got <{name[:40]}>)")
        elif name == "key":
            self._declare(attributes)
        elif name == "graph":
            self._begin(attributes)
        elif name == "hyperedge":
            self._refuse("an edge of more than two nodes is not read")
        else:
            self._key = None  # data that is made of elements is neither a number nor text

    def _declare(self, attributes: dict[str, str]) -> None:
        """Note a key; one without a name, as editors use them, says nothing of a network."""
        owner, name = attributes.get("for", "all"), attributes.get("attr.name")
        owners = () if name is None else ("node", "edge") if owner == "all" else (owner,)
        self._key = _Key(owners, name or "", attributes.get("attr.type") == "boolean")
        self._keys[attributes.get("id", "")] = self._key

    def _begin(self, attributes: dict[str, str]) -> None:
        """Begin the graph, below its keys."""
        self._graphs += 1
        if self._graphs > 1:
            self._refuse("a second graph, or one within a node, is not read")
        default = attributes.get("edgedefault", "")
        if default not in ("directed", "undirected"):
            self._refuse(f"edgedefault must be 'directed' or 'undirected' (got {shown(default)})")
        self._directed = default == "directed"

    def _check_wanted(self) -> None:
        """Refuse the first edge if it cannot have what is asked for."""
        known = [key.name for key in self._keys.values() if "edge" in key.owners]
        for name in self._wanted:
            if name not in known:
                self._refuse(f"there is no key {shown(name)} of edges; keys are {among(name, known)}")
        self._wanted.clear()

    def _characters(self, text: str) -> None:
        self._text += text

    def _end(self, name: str) -> None:
        if name in ("data", "default"):
            self._parser.CharacterDataHandler = None
            if self._key is not None:
                value = _LOGICAL.get(self._text.strip().lower(), self._text) if self._key.logical else self._text
                if name == "data" and self._owner is not None and self._owner.kind in self._key.owners:
                    self._owner.known[self._key.name] = value
                elif name == "default":
                    self._defaults |= {kind: self._defaults[kind] | {self._key.name: value}
                                       for kind in self._key.owners if kind in self._defaults}
            self._key = None
        elif name in ("node", "edge") and self._owner is not None:
            self._close(self._owner)
            if self._owner.kind == "edge":
                self._ends = self._ends[1], self._parser.CurrentByteIndex - self._ahead
            self._owner = None

    def _close(self, owner: _Owner) -> None:
        """Take over a node or an edge."""
        kind, attributes, line, column, known = owner
        names = [attributes.get(key, "") for key in (("id",) if kind == "node" else ("source", "target"))]
        directed = {"true": True, "false": False}.get(attributes.get("directed", ""), self._directed)
        self.records.take(names, line, column, known, mutual=not directed)


def read(asked: Request, problems: Problems) -> Rows:
    """Read the graph of a GraphML file."""
    reader = _Reader(asked, problems)
    for piece in pieces(asked.path, asked.max_bytes):
        reader.read(piece)
    reader.parse(b"", final=True)
    return reader.records.rows()
