"""Text in lines of cells: whole lines in blocks, cells and where they stand, and every way they can be wrong.

Blocks of plain cells are parsed by kernels, all others by `Lines.rows`, which also explains what is wrong. A
kernel takes a block only where both would read the same: nobody can see which of them did.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from simcore.errors import NetworkError
from simcore.network.files import MIB, Problems, among, decoded, pieces, shown
from simcore.network.plain_rows import cells, number_of_lines, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from simcore.network.plain_rows import Cells, Numbers

_CELL = {separator: re.compile(rf' *+(?:"((?:[^"]|"")*+)" *|((?!")[^{separator}]*))({separator}|\Z)')
         for separator in ",;\t"}
SHORT = 2**16  # bytes of cells, fewer of which are not worth the loading of kernels
_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]")


class Block(NamedTuple):
    """Whole lines of a file, and the number of the first."""

    line: int
    text: bytes


def _blocks(path: Path, max_bytes: int) -> Iterator[Block]:
    line, rest = 1, b""
    for piece in pieces(path, max_bytes):
        end = piece.rfind(b"\n") + 1
        text, rest = (b"".join((rest, memoryview(piece)[:end])), piece[end:]) if end else (b"", rest + piece)
        block = Block(line, text)
        lines = number_of_lines(block.text)
        for number, length in ((line, block.text.find(b"\n")), (line + lines, len(rest))):
            if length > MIB:  # no other line of a piece can be as long
                raise NetworkError.because("the line is longer than 1 MiB", file=path, line=number)
        yield block
        line += lines
    if rest:
        yield Block(line, rest + b"\n")


def _split(line: str, separator: str) -> tuple[list[str], list[int]]:
    """Return the cells of a line, and the columns where they begin and where the line ends."""
    if not separator:
        found = list(re.finditer(r"\S+", line))
        return [cell[0] for cell in found], [*(cell.start() + 1 for cell in found), len(line) + 1]
    split, columns, at, end = list[str](), list[int](), 0, separator
    while end:
        match = _CELL[separator].match(line, at)
        if not match:
            opened = line.index('"', at)
            raise ValueError("this quote is not closed where its cell ends", opened + 1)
        quoted, plain, end = match.groups()
        split.append(plain.strip() if quoted is None else quoted.replace('""', '"'))
        columns.append(match.start(2) + 1 if quoted is None else match.start(1))
        at = match.end()
    return split, [*columns, len(line) + 1]


def _is_plain(text: bytes) -> bool:
    """Tell whether bytes are UTF-8 whose white space is that of ASCII."""
    if text.isascii():
        return True
    try:
        return not text.startswith(b"\xef\xbb\xbf") and not _WIDE_SPACE.search(text.decode())
    except UnicodeDecodeError:
        return False


class Row(NamedTuple):
    """The cells of a line, as many as there are."""

    line: int
    text: str
    cells: list[str]


class Lines:
    """Lines of cells that are separated by white space; those beginning with # or % are comments.

    Parameters
    ----------
    path : Path
        Packed by gzip if its name ends in ``.gz``.
    problems : Problems
        Where to note what is wrong.
    max_bytes : int
        Most bytes to read.
    """

    separator = ""

    def __init__(self, path: Path, problems: Problems, max_bytes: int) -> None:
        self.path, self._problems, self._max_bytes = path, problems, max_bytes
        self._loaded = False

    def blocks(self) -> Iterator[Block]:
        """Read the file, block by block, from the start."""
        return _blocks(self.path, self._max_bytes)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the lines that have cells, and their numbers, from the start."""
        return (line for block in self.blocks() for line in self.lines_of(block))

    def lines_of(self, block: Block) -> Iterator[tuple[int, str]]:
        """Yield the lines of a block that have cells, and their numbers."""
        text = decoded(self.path, block.text, block.line)
        number, begin = block.line, 0
        while (end := text.find("\n", begin)) >= 0:  # not split at once: only the first lines may be asked for
            line = text[begin:end]
            if line and not line.isspace() and not (not self.separator and line.lstrip()[0] in "#%"):
                yield number, line
            number, begin = number + 1, end + 1

    def rows(self, block: Block) -> Iterator[Row]:
        """Yield the rows of a block whose quotes are closed, note what is wrong with the others."""
        for number, line in self.lines_of(block):
            if not self.separator:
                yield Row(number, line, line.split())
            elif '"' not in line:
                yield Row(number, line, [cell.strip() for cell in line.split(self.separator)])
            else:
                try:
                    yield Row(number, line, _split(line, self.separator)[0])
                except ValueError as error:
                    message, column = error.args
                    self._problems.add(self.path, message, number, column)

    def column(self, row: Row, cell: int) -> int:
        """Return where a cell begins in its line."""
        return _split(row.text, self.separator)[1][cell]

    def wrong(self, row: Row, cell: int, message: str) -> None:
        """Note what is wrong with a cell."""
        self._problems.add(self.path, message, row.line, self.column(row, cell))

    def cells(self, block: Block, slots: Sequence[int]) -> Cells | None:
        """Copy cells, see `simcore.network.plain_rows.cells`; return nothing if any needs a closer look."""
        body = self._body(block)
        if body is None or (len(body) < SHORT and not self._loaded):
            return None
        self._loaded = True  # so that words of the last block, which may be short, join those of the others
        return cells(body, self.separator, slots)

    def _body(self, block: Block) -> bytes | None:
        """Return the rows of a block, if they are plain."""
        return block.text if _is_plain(block.text) else None


class Table(Lines):
    """A table of text, its lines all of one width: the first is read when it is opened, the others when asked for.

    Parameters
    ----------
    path, problems, max_bytes
        As of `Lines`.
    spaced : bool
        Whether white space separates the cells. Else the first line names the columns, and ``,`` ``;`` or tab
        separates them.

    Attributes
    ----------
    names : list of str
        Cells of the first line; empty if there is none.
    line : int
        Where it stands; lines that are blank or comments come before it.
    header : bool
        Whether it is no row.
    width : int
        How many cells a row has.
    """

    def __init__(self, path: Path, problems: Problems, max_bytes: int, *, spaced: bool = False) -> None:
        super().__init__(path, problems, max_bytes)
        self.line, text = next(self.lines(), (0, ""))
        if self.line and not spaced:
            unquoted = re.sub(r'"[^"]*"', "", text)
            self.separator = max(",;\t", key=unquoted.count)
        elif not spaced:
            raise NetworkError.because("the file is empty: its first line must name its columns", file=path)
        try:
            self.names, self._starts = _split(text, self.separator)
        except ValueError as error:
            message, column = error.args
            raise NetworkError.because(message, file=path, line=self.line, column=column) from None
        self.header, self.width = not spaced, len(self.names)

    def rows(self, block: Block) -> Iterator[Row]:
        """Yield the rows of a block that are whole, note what is wrong with the others."""
        for row in super().rows(block):
            if row.line == self.line and self.header:
                continue
            if len(row.cells) == self.width:
                yield row
            else:
                self.wrong(row, min(self.width, len(row.cells)),
                           f"{self.width} cells are expected, as on line {self.line} (got {len(row.cells)})")

    def columns(self, wanted: Sequence[str]) -> list[int]:
        """Return the places of columns, given their names."""
        problems, places = Problems(), dict[str, int]()
        for k, name in enumerate(self.names):
            if places.setdefault(name, k) != k and name:
                problems.add(self.path, f"column {shown(name)} stands twice", self.line, self._starts[k])
        for name in wanted:
            if name not in places:
                problems.add(self.path, f"there is no column {shown(name)}; columns are {among(name, self.names)}",
                             self.line, 1)
        problems.check()
        return [places[name] for name in wanted]

    def _body(self, block: Block) -> bytes | None:
        """Return the rows of a block, if they are plain."""
        header = max(0, self.line - block.line + 1) if self.header else 0
        body = block.text.split(b"\n", header)[-1]
        return body if _is_plain(body) else None

    def numbers(self, block: Block, source: int, target: int, weight: int | None) -> Numbers | None:
        """Parse a block of plain numbers; return nothing if any cell is something else."""
        body = self._body(block)
        return None if body is None else parse(body, self.separator, self.width, source, target, weight)

    def chosen(self, block: Block, places: Sequence[int]) -> Cells | None:
        """Copy the columns at these places of a block of plain cells, if every row has as many as it must."""
        slots = [-1] * (max(self.width, *places) + 1)  # without rows there is no width either
        for column, place in enumerate(places):
            slots[place] = column
        found = self.cells(block, slots)
        return found if found is not None and (found.counts == self.width).all() else None
