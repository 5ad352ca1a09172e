"""Tables of text: whole lines in blocks, cells and where they stand, and every way a file can be wrong.

Rows whose labels are plain integers are parsed by a kernel, all others by `Table.rows`, which also explains what
is wrong. The kernel takes a block only where both would read the same, so which of them read it cannot be seen.
"""

from __future__ import annotations

import gzip
import re
import stat
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.errors import NetworkError, Problem, did_you_mean
from simcore.network.plain_rows import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from simcore.network.plain_rows import Numbers

_MIB = 2**20
_LISTED = 20  # problems shown of one reading
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_CELL = {separator: re.compile(rf' *(?:"((?:[^"]|"")*+)" *|((?!")[^{separator}]*))({separator}|\Z)')
         for separator in ",;\t"}


class Problems:
    """What is wrong in the files of one reading: the first problems, and how many there are."""

    def __init__(self) -> None:
        self._listed: list[Problem] = []
        self._count = 0

    def add(self, file: object, message: str, line: int | None = None, column: int | None = None) -> None:
        """Note a problem."""
        self._count += 1
        if self._count <= _LISTED:
            self._listed.append(Problem(str(file), line, column, "", message))

    @contextmanager
    def gathered(self, file: object) -> Iterator[None]:
        """Note the problems that end the reading of a file, so that the next file is looked at too."""
        try:
            yield
        except NetworkError as error:
            self._count += len(error.problems)
            self._listed += [problem._replace(file=problem.file or str(file)) for problem in error.problems]

    def all(self) -> list[Problem]:
        """Return what is to be told."""
        hidden = self._count - len(self._listed)
        more = [Problem("", None, None, "", f"and {hidden} more problem{'s' * (hidden > 1)}")] if hidden else []
        return self._listed + more

    def check(self) -> None:
        """Raise a `NetworkError` if there is a problem."""
        if self._count:
            raise NetworkError(self.all())


def shown(text: object) -> str:
    """Return a value as messages show it: quoted, and cut where it is long."""
    return repr(text if len(str(text)) <= 40 else f"{str(text)[:40]}...")


def size(path: Path) -> int:
    """Return the size of an ordinary file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise NetworkError.because("there is no such file", file=path) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not an ordinary file"
        raise NetworkError.because(f"the file cannot be read: it is {kind}", file=path)
    return status.st_size


def limit(path: Path, max_bytes: int, *, packed: bool) -> tuple[int, str]:
    """Return how many bytes may be read of a file, and what is wrong with one that holds more."""
    stored = size(path)
    ratio = max(200 * stored, 64 * _MIB)
    if stored > max_bytes:
        raise NetworkError.because(f"the file is larger than max_bytes = {max_bytes}", file=path)
    if packed and ratio < max_bytes:
        return ratio, f"{stored} bytes unpack to more than {ratio}: if they are meant to, unpack the file first"
    return max_bytes, f"the file holds more than max_bytes = {max_bytes}"


def _unreadable(path: Path, error: Exception) -> NetworkError:
    reason = getattr(error, "strerror", None) or error
    return NetworkError.because(f"the file cannot be read: {reason}", file=path)


class Block(NamedTuple):
    """Whole lines of a file, and the number of the first."""

    line: int
    text: bytes


def _pieces(path: Path, max_bytes: int) -> Iterator[bytes]:
    packed = path.suffix == ".gz"
    left, excess = limit(path, max_bytes, packed=packed)
    try:
        with gzip.open(path) if packed else path.open("rb") as stream:
            while piece := stream.read(_MIB):
                left -= len(piece)
                if left < 0:
                    raise NetworkError.because(excess, file=path)
                yield piece
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise NetworkError.because(f"this is not a whole gzip file: {error}", file=path) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _blocks(path: Path, max_bytes: int) -> Iterator[Block]:
    line, rest = 1, b""
    for piece in _pieces(path, max_bytes):
        whole, newline, rest = (rest + piece).rpartition(b"\n")
        block = Block(line, whole + newline)
        ends = np.flatnonzero(np.frombuffer(block.text, np.uint8) == ord("\n"))
        long = np.flatnonzero(np.append(np.diff(ends, prepend=-1), len(rest) + 1) > _MIB + 1)
        if long.size:
            raise NetworkError.because("the line is longer than 1 MiB", file=path, line=line + int(long[0]))
        yield block
        line += ends.size
    if rest:
        yield Block(line, rest + b"\n")


def _cells(line: str, separator: str) -> tuple[list[str], list[int]]:
    """Return the cells of a line, and the columns where they begin and where the line ends."""
    if not separator:
        found = list(re.finditer(r"\S+", line))
        return [cell[0] for cell in found], [*(cell.start() + 1 for cell in found), len(line) + 1]
    cells, columns, at, end = [], [], 0, separator
    while end:
        match = _CELL[separator].match(line, at)
        columns.append(len(line) - len(line[at:].lstrip(" ")) + 1)
        if not match:
            raise ValueError("this quote is not closed where its cell ends", columns[-1])
        quoted, plain, end = match.groups()
        cells.append(plain.strip() if quoted is None else quoted.replace('""', '"'))
        at = match.end()
    return cells, [*columns, len(line) + 1]


class Row(NamedTuple):
    """The cells of a line, as many as there must be."""

    line: int
    text: str
    cells: list[str]


class Table:
    """A table of text: its first line is read when it is opened, the others when they are asked for.

    Parameters
    ----------
    path : Path
        Packed by gzip if its name ends in ``.gz``.
    spaced : bool
        Whether white space separates the cells and lines beginning with # or % are comments; there is no header
        then. Else the first line names the columns, and ``,`` ``;`` or tab separates the cells.
    problems : Problems
        Where to note what is wrong.
    max_bytes : int
        Most bytes to read.

    Attributes
    ----------
    names : list of str
        Cells of the first line; empty if there is none.
    """

    def __init__(self, path: Path, *, spaced: bool, problems: Problems, max_bytes: int) -> None:
        self.path, self.names, self._line, self._text = path, list[str](), 0, ""
        self._spaced, self._separator, self._problems, self._max_bytes = spaced, "", problems, max_bytes
        self._line, self._text = next((line for block in self.blocks() for line in self._lines(block)), (0, ""))
        if not spaced:
            unquoted = re.sub(r'"[^"]*"', "", self._text)
            self._separator = max(",;\t", key=unquoted.count)
        if not self._line:
            return
        try:
            self.names, _ = _cells(self._text, self._separator)
        except ValueError as error:
            message, column = error.args
            raise NetworkError.because(message, file=path, line=self._line, column=column) from None

    def blocks(self) -> Iterator[Block]:
        """Read the file, block by block, from the start."""
        return _blocks(self.path, self._max_bytes)

    def _lines(self, block: Block) -> Iterator[tuple[int, str]]:
        try:
            text = block.text.decode("utf-8-sig" if block.line == 1 else "utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            before, wrong = error.object[: error.start].decode(), "this is not UTF-8: save the file as plain text"
        else:
            control = _CONTROL.search(text)
            if not control:
                for number, line in enumerate(text.split("\n")[:-1], block.line):
                    start = line.lstrip()[:1]
                    if start and not (self._spaced and start in "#%"):
                        yield number, line
                return
            before, wrong = text[: control.start()], f"a control character is no text (got {shown(control[0])})"
        line, column = block.line + before.count("\n"), len(before) - before.rfind("\n")
        raise NetworkError.because(wrong, file=self.path, line=line, column=column)

    def rows(self, block: Block) -> Iterator[Row]:
        """Yield the rows of a block that are whole, note what is wrong with the others."""
        for number, line in self._lines(block):
            if number == self._line and not self._spaced:
                continue
            if self._spaced:
                cells = line.split()
            elif '"' not in line:
                cells = [cell.strip() for cell in line.split(self._separator)]
            else:
                try:
                    cells, _ = _cells(line, self._separator)
                except ValueError as error:
                    message, column = error.args
                    self._problems.add(self.path, message, number, column)
                    continue
            if len(cells) == len(self.names):
                yield Row(number, line, cells)
            else:
                _, columns = _cells(line, self._separator)
                self._problems.add(self.path, f"{len(self.names)} cells are expected, as on line {self._line} "
                                   f"(got {len(cells)})", number, columns[min(len(self.names), len(cells))])

    def wrong(self, row: Row, cell: int, message: str) -> None:
        """Note what is wrong with a cell."""
        _, columns = _cells(row.text, self._separator)
        self._problems.add(self.path, message, row.line, columns[cell])

    def columns(self, wanted: Sequence[str]) -> list[int]:
        """Return the places of columns, given their names."""
        _, starts = _cells(self._text, self._separator)
        known = ", ".join(name[:40] for name in self.names[:20]) + ", ..." * (len(self.names) > 20)
        found = [Problem(str(self.path), self._line, starts[place], "", f"column {shown(name)} stands twice")
                 for place, name in enumerate(self.names) if name and name in self.names[:place]]
        found += [Problem(str(self.path), self._line, 1, "", f"there is no column {shown(name)}; columns are "
                          f"{known}{did_you_mean(name, self.names)}") for name in wanted if name not in self.names]
        if found:
            raise NetworkError(found)
        return [self.names.index(name) for name in wanted]

    def numbers(self, block: Block, source: int, target: int, weight: int | None) -> Numbers | None:
        """Parse a block of plain numbers; return nothing if any cell is something else."""
        header = 0 if self._spaced else max(0, self._line - block.line + 1)
        return parse(block.text.split(b"\n", header)[-1], self._separator, len(self.names), source, target, weight)
