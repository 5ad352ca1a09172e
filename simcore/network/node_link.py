"""Networks as JSON of nodes and links, as networkx, D3 and others write it.

``{"directed": false, "nodes": [{"id": "a"}, ...], "links": [{"source": "a", "target": "b"}, ...]}``, where the list of
links may be called ``edges``. It is read element by element: as objects they would take 19 times the file's size.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

from simcore.errors import NetworkError
from simcore.network.files import Scanner
from simcore.network.forms import NUMBER, TEXT, WHOLE, Gap
from simcore.network.records import Records
from simcore.network.records import peek as peek

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from simcore.network.file_rows import Rows
    from simcore.network.files import Problems
    from simcore.network.formats import Request

OWN = ("id",)
_BLANKS = re.compile(r"[ \t\n\r]*")
_MEMBER = re.compile(r'[\s,{]*"([^"\\]*)"\s*:\s*(?:"([^"\\]*)"|(-?[0-9][^\s,}]*)|(true|false)|null)')
_COMMA = re.compile(r"[ \t\n\r]*([,\]])[ \t\n\r]*")


class _Scanner(Scanner):
    """A text of JSON."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        super().__init__(path, max_bytes)
        self._decoder = json.JSONDecoder(parse_constant=self._constant)

    def _constant(self, name: str) -> NoReturn:
        self.refuse(f"{name} is no JSON: leave out what is missing", self.text.index(name, self.at))

    def next(self) -> str:
        """Return the character that comes next, without passing it."""
        self.at = _BLANKS.match(self.text, self.at).end()  # type: ignore[union-attr]
        return self.text[self.at : self.at + 1]

    def take(self, what: str) -> str:
        """Pass one of these characters and return it."""
        if not (here := self.next()) or here not in what:
            self.expected(" or ".join(what), self.at)
        self.at += 1
        return here

    def value(self) -> Any:
        """Return the value that begins here."""
        try:
            value, self.at = self._decoder.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            self.refuse(f"this is not JSON: {error.msg}", error.pos)
        except RecursionError:
            self.refuse("brackets are nested too deeply", self.at)
        except ValueError:
            self.refuse("a number has too many digits", self.at)
        return value

    def members(self) -> Iterator[tuple[str, int]]:
        """Yield the keys of an object; whoever takes one reads its value."""
        self.take("{")
        if self.next() == "}":
            self.take("}")
            return
        more = ","
        while more == ",":
            if self.next() != '"':
                self.expected("a key in quotes", self.at)
            at = self.at
            key = self.value()
            self.take(":")
            self.next()
            yield key, at
            more = self.take(",}")

    def elements(self) -> Iterator[tuple[int, Any]]:
        """Yield the elements of a list and where they stand."""
        self.take("[")
        if self.next() == "]":
            self.take("]")
            return
        more = ","
        while more == ",":
            yield self.at, self.value()
            match = _COMMA.match(self.text, self.at)
            if match is None:
                self.next()
                self.expected(", or ]", self.at)
            self.at, more = match.end(), match[1]


def read(asked: Request, problems: Problems) -> Rows:
    """Read the nodes and links of a JSON file."""
    scanner, records = _Scanner(asked.path, asked.max_bytes), Records(asked, problems)
    lists = set[str]()
    for key, at in scanner.members():
        what = "nodes" if key == "nodes" else "links" if key in ("links", "edges") else ""
        if what in lists:
            scanner.refuse(f"there is a list of {what} already", at)
        if what:
            lists.add(what)
            _take(scanner, records, ("id",) if what == "nodes" else (asked.source, asked.target))
        else:
            value = scanner.value()
            records.ties = value is False if key == "directed" else records.ties
    if scanner.next():
        scanner.expected("the end of the file", scanner.at)
    if "links" not in lists:
        raise NetworkError.because("there is no list 'links' or 'edges' in this file", file=asked.path)
    return records.rows(complete="nodes" in lists, own=OWN)


def _take(scanner: _Scanner, records: Records, keys: tuple[str, ...]) -> None:
    """Take over a list of nodes, which have one key for their names, or of links, which have two."""
    before = scanner.at
    for at, element in scanner.elements():
        if not isinstance(element, dict):
            scanner.expected("an object", at)
        names = [element.pop(key, "") for key in keys]
        known = {key: value for key, value in element.items() if isinstance(value, str | int | float)}
        records.take([name if isinstance(name, str) else str(name) if type(name) is int else "" for name in names],
                     *scanner.place(at), known)
        scanner.skip(records.follow(keys, scanner.text[before : scanner.at], _gaps, scanner.ahead))
        before = scanner.at


def _gaps(record: str, ends: Sequence[str]) -> list[Gap] | None:
    """Return where texts and numbers stand; nothing if there are lists or objects, a key twice, or truth in a node."""
    gaps, at, known = list[Gap](), 0, set[str]()
    while (found := _MEMBER.match(record, at)) and found[1] not in known and (len(ends) == 2 or not found[4]):
        at = found.end()
        known.add(found[1])
        for group, kind in ((2, TEXT), (3, WHOLE if found[1] in ends else NUMBER)):
            if found[group] is not None:
                gaps.append(Gap(found[1], *found.span(group), kind))
    return gaps if record[at:].strip() == "}" else None
