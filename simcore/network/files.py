"""The bytes and the text of files, never more than may be read, and what is wrong in them."""

from __future__ import annotations

import gzip
import itertools
import re
import stat
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from simcore.errors import NetworkError, Problem, did_you_mean
from simcore.network.plain_rows import has_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MIB = 2**20
_PIECE = 2**18  # bytes read at once
BYTES_OF_NODE = 32  # that a node takes at least while a network is made
_LISTED = 20  # problems shown of one reading
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Problems:
    """What is wrong in the files of one reading: the first problems, and how many there are."""

    def __init__(self) -> None:
        self._listed: list[Problem] = []
        self._count = 0
        self._raised: NetworkError | None = None

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
            if error is not self._raised:
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
            self._raised = NetworkError(self.all())
            raise self._raised


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


def among(name: str, known: Iterable[str]) -> str:
    """Return the first of the names that are known, and which of them may be meant."""
    some = [other[:40] for other in itertools.islice(known, _LISTED)]
    return f"{', '.join(some) or 'none'}{did_you_mean(name, some)}"


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
    if packed and (most := max(200 * status.st_size, 64 * MIB)) < max_bytes:
        size = status.st_size
        return most, f"its {size} bytes unpack to more than {most}: if they are meant to, unpack it first"
    return max_bytes, f"the file holds more than max_bytes = {max_bytes}"


def _unreadable(path: Path, error: Exception) -> NetworkError:
    reason = getattr(error, "strerror", None) or error
    return NetworkError.because(f"the file cannot be read: {reason}", file=path)


def pieces(path: Path, max_bytes: int) -> Iterator[bytes]:
    """Read a file piece by piece, unpacked if its name ends in ``.gz``."""
    packed = path.suffix.lower() == ".gz"
    left, excess = limit(path, max_bytes, packed=packed)
    try:
        with gzip.open(path) if packed else path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise NetworkError.because(excess, file=path)
                yield piece
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise NetworkError.because(f"this is not a whole gzip file: {error}", file=path) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def decoded(path: Path, data: bytes, line: int = 1) -> str:
    """Return bytes that begin on a line of a file as text, its line ends those of Unix."""
    try:
        text = data.decode("utf-8-sig" if line == 1 else "utf-8")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
        raise _no_text(path, line, before, "this is not UTF-8: save the file as plain text, encoded as UTF-8") from None
    if not has_controls(data):
        return text
    text = text.replace("\r\n", "\n")
    if control := _CONTROL.search(text):
        wrong = ("lines end in \\n or \\r\\n, never in \\r alone: save the file anew" if control[0] == "\r" else
                 f"a control character is no text (got {shown(control[0])})")
        raise _no_text(path, line, text[: control.start()], wrong)
    return text


def _no_text(path: Path, line: int, before: str, message: str) -> NetworkError:
    down, right = _place(before, len(before))
    return NetworkError.because(message, file=path, line=line - 1 + down, column=right)


def _place(text: str, at: int) -> tuple[int, int]:
    """Return line and column of a character of a text."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


class Scanner:
    """A text that is read from one end to the other.

    Attributes
    ----------
    text : str
    at : int
        Where the rest begins.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.text, self.at = decoded(path, b"".join(pieces(path, max_bytes))), 0
        self._path, self._line, self._begin, self._counted = path, 1, 0, 0

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column of a character beyond the last one that was asked for."""
        if lines := self.text.count("\n", self._counted, at):
            self._line, self._begin = self._line + lines, self.text.rindex("\n", 0, at) + 1
        self._counted = at
        return self._line, at - self._begin + 1

    def ahead(self) -> bytes:
        """Return what comes next, as much as one looks at at once."""
        return self.text[self.at : self.at + 2 * _PIECE].encode()

    def skip(self, size: int) -> None:
        """Pass this many bytes."""
        self.at += len(self.ahead()[:size].decode()) if size else 0

    def refuse(self, message: str, at: int) -> NoReturn:
        """Refuse the file for what stands at a place."""
        line, column = _place(self.text, at)
        raise NetworkError.because(message, file=self._path, line=line, column=column)

    def expected(self, what: str, at: int) -> NoReturn:
        """Refuse the file for what does not stand at a place."""
        line, _, _ = self.text[at : at + 50].partition("\n")
        self.refuse(f"{what} is expected (got {shown(line)})", at)
