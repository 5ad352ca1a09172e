"""TOML 1.0 with the place of every key, so that a mistake is shown where it stands."""

from __future__ import annotations

import bisect
import itertools
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import numpy as np

from simcore.errors import Problem, ScenarioError

KeyPath = tuple[str | int, ...]

# The time and memory of tomllib grow with the square of a dotted key, and its stack with the depth.
_MAX_BYTES, _MAX_LINE, _MAX_DEPTH = 256 * 1024, 2048, 32

# What can be given under a path, in the words of the messages, and what it may meet there.
_VALUE, _SECTION, _LIST = "a value", "a [section]", "a [[section]]"
_DOTTED, _IMPLIED = "the start of a dotted key", "the start of a [section]"
_MAY_MEET = {_VALUE: (), _SECTION: (_IMPLIED,), _LIST: (_LIST,), _DOTTED: (_IMPLIED, _DOTTED),
             _IMPLIED: (_IMPLIED, _DOTTED, _SECTION, _LIST)}

_ONLY_1_1 = "this is TOML 1.1; simcore reads TOML 1.0: "
_PLAIN_TEXT = "save the file as plain text, encoded as UTF-8"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LONG_LINE = re.compile(rf"(?m)^.{{{_MAX_LINE}}}(?=.)")
_GAP = re.compile(r"(?:[ \t\n]++|#.*)*+")
_LINE_BREAK = re.compile(r"[\n#]")
_BARE = re.compile(r"(?a)[\w-]+")
_SCALAR = re.compile(r"(?a)\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]+|[^\s=\[\]{},#\"']+")
_LINE_STRING = r"\"(?!\"\")(?:[^\"\\\n]|\\.)*+\"|'(?!'')[^'\n]*+'"
_STRING = (_LINE_STRING + r"|(?s:\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+\"{3,5}"
           r"|'''(?:[^']|'(?!''))*+'{3,5})")
_ESCAPE = re.compile(r"\\(?:[btnfr\"\\]|[ \t]*\n|u(?i:(?!d[89a-f])[0-9a-f]{4})"
                     r"|U(?i:(?!0000d[89a-f])00(?:0[0-9a-f]|10)[0-9a-f]{4})|(?P<wrong>.))")


def plain(value: Any) -> Any:
    """Return a copy of data as a file would have them: numpy's numbers and arrays as Python's, paths as text."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    return str(value) if isinstance(value, Path) else value


class Document(NamedTuple):
    """What a TOML file says, and where it says it (line and column from 1)."""

    data: dict[str, Any]
    positions: dict[KeyPath, tuple[int, int]]
    file: str

    def locate(self, path: KeyPath) -> tuple[int, int] | tuple[None, None]:
        """Return the place of a path, or else of the nearest table or array around it."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, (None, None))


def dotted(path: KeyPath) -> str:
    """Write a path as a dotted key."""
    return ".".join(part if _BARE.fullmatch(part) else repr(part) for part in map(str, path))


def read(path: Path | str) -> Document:
    """Read a TOML file."""
    try:
        mode = Path(path).stat().st_mode
        if not stat.S_ISREG(mode):
            raise OSError(0, "it is a folder" if stat.S_ISDIR(mode) else "it is not an ordinary file")
        with Path(path).open("rb") as stream:
            content = stream.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        _refuse(str(path), "there is no such file")
    except (OSError, ValueError) as error:
        _refuse(str(path), f"the file cannot be read: {getattr(error, 'strerror', None) or error}")
    return _document(content, str(path))


def parse(text: str, file: str = "<text>") -> Document:
    """Read TOML from a text."""
    return _document(text.encode(errors="surrogatepass"), file)


def _refuse(file: str, message: str, line: int | None = None, column: int | None = None,
            path: KeyPath = ()) -> NoReturn:
    raise ScenarioError([Problem(file, line, column, dotted(path), message)]) from None


def _document(content: bytes, file: str) -> Document:
    if len(content) > _MAX_BYTES:
        _refuse(file, f"the file is larger than {_MAX_BYTES // 1024} KiB: keep data in files of their own")
    try:
        scan = _Scanner(content.decode("utf-8-sig").replace("\r\n", "\n"), file)
    except UnicodeDecodeError as error:
        scan = _Scanner(error.object[:error.start].decode().replace("\r\n", "\n"), file)
        scan.fail(f"this is not UTF-8: {_PLAIN_TEXT}", len(scan.text))
    scan.document()
    try:
        data = tomllib.loads(scan.text)
    except ValueError as error:
        # Nothing is known to come here: the scanner refuses first, in the same words under every Python.
        place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        line, column = map(int, place.groups()) if place else scan.place(len(scan.text.rstrip("\n")))
        _refuse(file, "this is not TOML 1.0: " + re.sub(r" \(at .*\)$", "", str(error)), line, column)
    return Document(data, {path: scan.place(at) for path, (_, at) in scan.known.items()}, file)


class _Scanner:
    """Find where every key path of a TOML 1.0 text stands, or the first thing that is wrong with it."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file, self.at = text, file, 0
        self.starts = [0, *(line.end() for line in re.finditer("\n", text))]
        self.known: dict[KeyPath, tuple[str, int]] = {}
        self.latest: dict[KeyPath, int] = {}  # of each [[section]], the index of its last element

    def place(self, at: int) -> tuple[int, int]:
        line = bisect.bisect(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def fail(self, message: str, at: int, path: KeyPath = ()) -> NoReturn:
        _refuse(self.file, message, *self.place(at), path)

    def expected(self, what: str) -> NoReturn:
        at, word = self.at, self.take(r"(?!#)(?:[\w.+-]+|.)")
        end = "the end of the line" if self.here() else "the end of the file"
        self.fail(f"expected {what}, found {repr(word[:40]) if word else end}", at)

    def here(self) -> str:
        return self.text[self.at:self.at + 1]

    def take(self, pattern: str | re.Pattern[str]) -> str:
        """Pass what matches here, and return it."""
        match = re.compile(pattern).match(self.text, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""

    def mark(self, path: KeyPath, at: int, kind: str) -> KeyPath:
        """Note where a path is given, and return the path under which its keys stand."""
        if len(path) > _MAX_DEPTH:
            self.fail(f"this is nested too deeply: at most {_MAX_DEPTH} levels are allowed", at)
        seen, first = self.known.get(path, (None, 0))
        if seen and seen not in _MAY_MEET[kind]:
            line, column = self.place(first)
            mend = "put all its keys there" if kind in (_DOTTED, _IMPLIED) else "keep only one of the two"
            self.fail(f"already given as {seen} at line {line}, column {column}: {mend}", at, path)
        if not seen or seen == _IMPLIED != kind:
            self.known[path] = kind, at
        if kind == _LIST:
            self.latest[path] = self.latest.get(path, -1) + 1
            self.known[*path, self.latest[path]] = kind, at
        return (*path, self.latest[path]) if path in self.latest else path

    def document(self) -> None:
        if control := _CONTROL.search(self.text):
            self.fail(f"U+{ord(control[0]):04X} is no character of a text: {_PLAIN_TEXT}", control.start())
        if long := _LONG_LINE.search(self.text):
            self.fail(f"this line has more than {_MAX_LINE} characters: break it up", long.end())
        section: KeyPath = ()
        self.take(_GAP)
        while self.here():
            if opening := self.take(r"\[\[?"):
                section = self.key((), _SECTION if opening == "[" else _LIST, "]" * len(opening))
            else:
                self.value(self.key(section, _VALUE, "="))
            self.take("[ \t]*(?:#.*)?")
            if self.here() not in ("", "\n"):
                self.expected("the end of the line")
            self.take(_GAP)

    def key(self, path: KeyPath, kind: str, end: str) -> KeyPath:
        """Pass a key with all its dots and what ends it, and return the path that it leads to."""
        while True:
            self.take("[ \t]*")
            at = self.at
            if self.here() in ("'", '"'):
                name = tomllib.loads(f"k={self.string(_LINE_STRING)}")["k"]
            elif not (name := self.take(r"[^\s.=\[\]{},:#\"']+")):
                self.expected("a key")
            elif not _BARE.fullmatch(name):
                self.fail(f"the key {name[:40]!r} needs quotes: only A-Z, a-z, 0-9, _ and - go without", at)
            self.take("[ \t]*")
            if not self.take(r"\."):
                break
            path = self.mark((*path, name), at, _DOTTED if kind == _VALUE else _IMPLIED)
        if not self.take(re.escape(end)):
            self.expected(f"{end} after the key")
        return self.mark((*path, name), at, kind)

    def value(self, path: KeyPath) -> None:
        self.take("[ \t]*")
        start, first = self.at, self.here()
        if first in ("'", '"'):
            self.string(_STRING)
        elif first in ("[", "{"):
            self.items(path, *(("array", "]") if first == "[" else ("table", "}")))
        elif not (word := self.take(_SCALAR)):
            self.expected("a value")
        elif re.match(r"(?a)(?:.+[Tt ])?\d\d:\d\d(?!:)", word):
            self.fail(_ONLY_1_1 + "give the time with seconds, as in 12:30:00", start)
        else:
            try:
                value = tomllib.loads(f"k={word}")["k"]
            except ValueError:
                self.fail(f"{word[:40]!r} is not a value: text stands in quotes, logical values are true and "
                          "false, numbers look like 10, 0.5 or 1e-3, dates like 2026-12-31", start)
            if isinstance(value, int) and value.bit_length() > 64:
                self.fail("this number does not fit into 64 bits", start)

    def string(self, pattern: str | re.Pattern[str]) -> str:
        start = self.at
        if not (string := self.take(pattern)):
            quote = self.take("\"\"\"|'''|.")
            self.fail(f"this string is not closed: its closing {quote} is missing", start)
        for escape in _ESCAPE.finditer(string) if string[0] == '"' else ():
            if wrong := escape["wrong"]:
                mend = (_ONLY_1_1 + r"write \\ for \, \u001b for \e, \u0041 for \x41" if wrong in "ex" else
                        rf"a backslash before {wrong!r} means nothing: write \\ for a backslash, "
                        "or put the text in 'single quotes'")
                self.fail(mend, start + escape.start())
        return string

    def items(self, path: KeyPath, what: str, close: str) -> None:
        """Pass an array or an inline table."""
        opening = self.at
        self.at += 1
        for index in itertools.count():
            gap = self.at
            self.take(_GAP)
            comma = self.take(",") if index else ""
            self.take(_GAP)
            if close == "}" and (broken := _LINE_BREAK.search(self.text, gap, self.at)):
                self.fail(_ONLY_1_1 + "close { with } on the same line", broken.start())
            if not self.here():
                self.fail(f"this {what} is not closed: its closing {close} is missing", opening)
            if close == "}" == self.here() and comma:
                self.fail(_ONLY_1_1 + "remove the comma before }", self.at)
            if self.take(re.escape(close)):
                return
            if index and not comma:
                self.expected(f"a comma or {close} in the {what} of line {self.place(opening)[0]}")
            if close == "}":
                self.value(self.key(path, _VALUE, "="))
            else:
                self.value(self.mark((*path, index), self.at, _VALUE))
