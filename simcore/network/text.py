"""Tables of text: whole lines in blocks, cells and where they stand, and every way a file can be wrong.

Rows whose labels are plain integers are parsed by a kernel, all others by `Table.rows`, which also explains
what is wrong. The kernel takes a block only where both would read the same: nobody can see which of them did.
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
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_CELL = {separator: re.compile(rf' *+(?:"((?:[^"]|"")*+)" *|((?!")[^{separator}]*))({separator}|\Z)')
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
    def gathered(self) -> Iterator[None]:
        """Note the problems that end the reading of a file, so that the next file is looked at too."""
        try:
            yield
        except NetworkError as error:
            self._count += len(error.problems)
            self._listed.extend(error.problems)

    def all(self) -> list[Problem]:
        """Return what is to be told."""
        more = self._count - len(self._listed)
        told = f"and {more} more problem{'s' * (more > 1)}"
        return self._listed + [Problem("", None, None, "", told)] * (more > 0)

    def check(self) -> None:
        """Raise a `NetworkError` if there is a problem."""
        if self._count:
            raise NetworkError(self.all())


@contextmanager
def about(file: object) -> Iterator[None]:
    """Name the file in problems that do not know it."""
    try:
        yield
    except NetworkError as error:
        named = [problem._replace(file=problem.file or str(file)) for problem in error.problems]
        raise NetworkError(named) from None


def shown(text: object) -> str:
    """Return a value as messages show it: quoted, and cut where it is long."""
    return repr(text if len(str(text)) <= 40 else f"{str(text)[:40]}...")


def limit(path: Path, max_bytes: int, *, packed: bool) -> tuple[int, str]:
    """Return how many bytes may be read of an ordinary file, and what is wrong with one that holds more."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise NetworkError.because("there is no such file", file=path) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not an ordinary file"
        raise NetworkError.because(f"the file cannot be read: it is {kind}", file=path)
    if status.st_size > max_bytes:
        raise NetworkError.because(f"the file is larger than max_bytes = {max_bytes}", file=path)
    if packed and (most := max(200 * status.st_size, 64 * _MIB)) < max_bytes:
        size = status.st_size
        return most, f"its {size} bytes unpack to more than {most}: if they are meant to, unpack it first"
    return max_bytes, f"the file holds more than max_bytes = {max_bytes}"


def _unreadable(path: Path, error: Exception) -> NetworkError:
    reason = getattr(error, "strerror", None) or error
    return NetworkError.because(f"the file cannot be read: {reason}", file=path)


class Block(NamedTuple):
    """Whole lines of a file, and the number of the first."""

    line: int
    text: bytes


def _pieces(path: Path, max_bytes: int) -> Iterator[bytes]:
    packed = path.suffix.lower() == ".gz"
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
        lengths = np.append(np.diff(ends, prepend=-1) - 1, len(rest))
        if lengths.max() > _MIB:
            long = line + int(np.argmax(lengths > _MIB))
            raise NetworkError.because("the line is longer than 1 MiB", file=path, line=long)
        yield block
        line += ends.size
    if rest:
        yield Block(line, rest + b"\n")


def _cells(line: str, separator: str) -> tuple[list[str], list[int]]:
    """Return the cells of a line, and the columns where they begin and where the line ends."""
    if not separator:
        found = list(re.finditer(r"\S+", line))
        return [cell[0] for cell in found], [*(cell.start() + 1 for cell in found), len(line) + 1]
    cells, columns, at, end = list[str](), list[int](), 0, separator
    while end:
        match = _CELL[separator].match(line, at)
        if not match:
            opened = line.index('"', at)
            raise ValueError("this quote is not closed where its cell ends", opened + 1)
        quoted, plain, end = match.groups()
        cells.append(plain.strip() if quoted is None else quoted.replace('""', '"'))
        columns.append(match.start(2) + 1 if quoted is None else match.start(1))
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
    problems : Problems
        Where to note what is wrong.
    max_bytes : int
        Most bytes to read.
    spaced : bool
        Whether white space separates the cells and lines beginning with # or % are comments; there is no
        header then. Else the first line names the columns, and ``,`` ``;`` or tab separates the cells.

    Attributes
    ----------
    names : list of str
        Cells of the first line; empty if there is none.
    line : int
        Where it stands; lines that are blank or comments come before it.
    """

    def __init__(self, path: Path, problems: Problems, max_bytes: int, *, spaced: bool = False) -> None:
        self.path, self.spaced, self._problems, self._max_bytes = path, spaced, problems, max_bytes
        self._separator = ""
        self.line, text = next(self.lines(), (0, ""))
        if self.line and not spaced:
            unquoted = re.sub(r'"[^"]*"', "", text)
            self._separator = max(",;\t", key=unquoted.count)
        elif not spaced:
            raise NetworkError.because("the file is empty: its first line must name its columns", file=path)
        try:
            self.names, self._starts = _cells(text, self._separator)
        except ValueError as error:
            message, column = error.args
            raise NetworkError.because(message, file=path, line=self.line, column=column) from None

    def blocks(self) -> Iterator[Block]:
        """Read the file, block by block, from the start."""
        return _blocks(self.path, self._max_bytes)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the lines that have cells, and their numbers, from the start."""
        return (line for block in self.blocks() for line in self._lines(block))

    def _lines(self, block: Block) -> Iterator[tuple[int, str]]:
        """Yield the lines that have cells, and their numbers."""
        try:
            text = block.text.decode("utf-8-sig" if block.line == 1 else "utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode()
            raise self._no_text(block, before, "this is not UTF-8: save the file as plain text") from None
        if control := _CONTROL.search(text):
            raise self._no_text(block, text[: control.start()],
                                f"a control character is no text (got {shown(control[0])})")
        for number, line in enumerate(text.split("\n")[:-1], block.line):
            if line and not line.isspace() and not (self.spaced and line.lstrip()[0] in "#%"):
                yield number, line

    def _no_text(self, block: Block, before: str, message: str) -> NetworkError:
        return NetworkError.because(message, file=self.path, line=block.line + before.count("\n"),
                                    column=len(before) - before.rfind("\n"))

    def rows(self, block: Block) -> Iterator[Row]:
        """Yield the rows of a block that are whole, note what is wrong with the others."""
        width = len(self.names)
        for number, line in self._lines(block):
            if number == self.line and not self.spaced:
                continue
            if self.spaced:
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
            row = Row(number, line, cells)
            if len(cells) == width:
                yield row
            else:
                self.wrong(row, min(width, len(cells)),
                           f"{width} cells are expected, as on line {self.line} (got {len(cells)})")

    def wrong(self, row: Row, cell: int, message: str) -> None:
        """Note what is wrong with a cell."""
        self._problems.add(self.path, message, row.line, self.column(row, cell))

    def column(self, row: Row, cell: int) -> int:
        """Return the column of its line at which a cell begins."""
        return _cells(row.text, self._separator)[1][cell]

    def columns(self, wanted: Sequence[str]) -> list[int]:
        """Return the places of columns, given their names."""
        problems, places = Problems(), dict[str, int]()
        for k, name in enumerate(self.names):
            if places.setdefault(name, k) != k and name:
                problems.add(self.path, f"column {shown(name)} stands twice", self.line, self._starts[k])
        for name in wanted:
            if name not in places:
                some = [known[:40] for known in self.names[:_LISTED]]
                problems.add(self.path, f"there is no column {shown(name)}; columns are {', '.join(some)}"
                             f"{did_you_mean(name, some)}", self.line, 1)
        problems.check()
        return [places[name] for name in wanted]

    def numbers(self, block: Block, source: int, target: int, weight: int | None) -> Numbers | None:
        """Parse a block of plain numbers; return nothing if any cell is something else."""
        header = 0 if self.spaced else max(0, self.line - block.line + 1)
        text = block.text.split(b"\n", header)[-1]
        return parse(text, self._separator, len(self.names), source, target, weight)
