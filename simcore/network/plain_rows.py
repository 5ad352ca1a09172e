"""The kernels that parse plain rows in a block of text; they leave any other to `text.Lines.rows`."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel, trailing_zeros

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.float64]]

_NEWLINE, _RETURN, _TAB, _SPACE, _TILDE, _QUOTE, _HASH, _PERCENT = b"\n\r\t ~\"#%"
_MINUS, _POINT, _ZERO, _NINE, _DELETE = b"-.09\x7f"
_BEYOND_ASCII = 128
_POWERS = np.array([float(10**k) for k in range(16)])
_U0, _U1, _U3, _U8, _U10, _U16, _U32, _U56, _U64, _U100, _U10000 = (
    np.uint64(x) for x in (0, 1, 3, 8, 10, 16, 32, 56, 64, 100, 10000))
_ZEROS, _FIFTH, _UPPER, _SIX = (np.uint64(0x0101010101010101 * x) for x in (_ZERO, 16, 240, 6))
_TWOS, _FOURS, _EIGHT = (np.uint64(x) for x in (0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0xFFFFFFFF))


class Texts(NamedTuple):
    """Texts as their bytes: what pyarrow would hold, whose import alone takes 40 MiB.

    Attributes
    ----------
    data : uint8[...]
        UTF-8, one text behind the other.
    ends : int32[k + 1] or int64[k + 1]
        Where the first begins, and where each ends.
    """

    data: NDArray[np.uint8]
    ends: NDArray[np.integer]

    @property
    def size(self) -> int:
        """How many there are."""
        return self.ends.size - 1

    def listed(self) -> list[str]:
        """Return them one by one."""
        ends = (self.ends - self.ends[0]).tolist()
        whole = self.data[self.ends[0] : self.ends[-1]].tobytes()
        if whole.isascii():
            text = whole.decode()
            return [text[begin:end] for begin, end in itertools.pairwise(ends)]
        return [whole[begin:end].decode("utf-8", "surrogatepass") for begin, end in itertools.pairwise(ends)]


class Cells(NamedTuple):
    """Cells of lines, column by column.

    Attributes
    ----------
    columns : list of Texts
    blank : list of bool
        Whether a column has an empty cell.
    counts : int32[rows]
        How many cells each line has.
    """

    columns: list[Texts]
    blank: list[bool]
    counts: NDArray[np.int32]


def cells(text: bytes, separator: str, slots: Sequence[int]) -> Cells | None:
    """Copy cells of whole lines of UTF-8, blanks around them left out.

    Parameters
    ----------
    text : bytes
        Lines, each with its line feed.
    separator : str
        Of the cells; empty for white space, where lines beginning with # or % are comments.
    slots : sequence of int
        The column that each cell of a line goes to, -1 for none; the last is that of all further cells.

    Returns
    -------
    Cells, or None
        Nothing if there are quotes between separators, or characters that are no text.
    """
    number, counts = max(slots) + 1, np.empty(number_of_lines(text), np.int32)
    most = len(text) // (1 if separator else 2)  # cells: a byte ends each, and without separators each has one itself
    most = most if slots[-1] >= 0 else counts.size  # a column has but one of a line
    data, ends = np.empty((number, len(text)), np.uint8), np.empty((number, most + 1), np.int32)
    filled, ends[:, 0] = np.zeros(number, np.int64), 0
    rows = _copy(np.frombuffer(text, np.uint8), ord(separator or " "), np.array(slots), data, ends, filled, counts)
    if rows < 0:
        return None
    columns = [Texts(data[k], ends[k, : size + 1]) for k, size in enumerate(filled)]
    blank = [bool((ends[k, 1 : size + 1] == ends[k, :size]).any()) for k, size in enumerate(filled)]
    return Cells(columns, blank, counts[:rows])


def integers(texts: Texts) -> NDArray[np.int64] | None:
    """Return the numbers that texts are; nothing if any is no plain integer."""
    out = np.empty(texts.size, np.int64)
    return out if _integers(texts.data, texts.ends, out) else None


def decimals(texts: Texts) -> NDArray[np.float64] | None:
    """Return the numbers that texts are; nothing if any is no plain decimal of at most 15 digits."""
    out = np.empty(texts.size)
    return out if _decimals(texts.data, texts.ends, out) else None


def parse(text: bytes, separator: str, width: int, source: int, target: int,
          weight: int | None) -> Numbers | None:
    """Parse whole lines whose labels are plain integers and whose weights are plain decimals.

    Parameters
    ----------
    text : bytes
        Lines, each with its line feed.
    separator : str
        Of the cells; empty for white space, where lines beginning with # or % are comments.
    width : int
        Number of cells of a line.
    source, target, weight : int
        Their places; no weight if that is None.

    Returns
    -------
    tuple of arrays, or None
        Sources, targets and weights of the rows; nothing if any cell needs a closer look, right or wrong.
    """
    most = len(text) // (width + 1)  # rows: what is not written to takes no memory
    ends, weights = np.empty((2, most), np.int64), np.empty(0 if weight is None else most)
    rows, wide = _parse(np.frombuffer(text, np.uint8), ord(separator or " "), width, source, target,
                        -1 if weight is None else weight, *ends, weights)
    own = np.int64 if wide else np.int32
    return None if rows < 0 else (ends[0, :rows].astype(own), ends[1, :rows].astype(own), weights[:rows].copy())


def number_of_lines(text: bytes) -> int:
    """Return how many line feeds there are: ``text.count`` takes five times as long."""
    return int(_count_newlines(np.frombuffer(text, np.uint8)))


def has_controls(text: bytes) -> bool:
    """Tell whether there is a control character but tab and line feed."""
    return bool(_has_controls(np.frombuffer(text, np.uint8)))


@kernel
def _count_newlines(text):
    lines = 0
    for byte in text:
        lines += int(byte == _NEWLINE)
    return lines


@kernel
def _has_controls(text):
    found = False
    for byte in text:
        found |= (byte < _SPACE) & (byte != _TAB) & (byte != _NEWLINE) | (byte == _DELETE)
    return found


@inline
def _eight(text, i):
    """Return eight bytes as a word, the first in its lowest bits: compiled, it is one load."""
    word = _U0
    for k in range(_U8):
        word |= np.uint64(text[i + k]) << (_U8 * k)
    return word


@inline
def _few_digits(text, i):
    """Read one to seven digits at once; return where they end and their value, or where they begin if not plain.

    How many they are costs no branch, which could not be foreseen. Neighbouring digits are joined, then neighbouring
    pairs of them, then those.
    """
    if i + _U8 > np.uint64(text.size):
        return i, 0
    word = _eight(text, i)
    others = ~word & _FIFTH  # all digits have this bit, no line end has it, nor any separator but the semicolon
    if others == _U0:
        return i, 0
    bits = trailing_zeros(others) & _U56
    if bits == _U0:
        return i, 0
    word = (word ^ _ZEROS) << (_U64 - bits)
    if (word | (word + _SIX)) & _UPPER or (text[i] == _ZERO and bits > _U8):
        return i, 0
    word = (word * _U10 + (word >> _U8)) & _TWOS
    word = (word * _U100 + (word >> _U16)) & _FOURS
    return i + (bits >> _U3), np.int64((word * _U10000 + (word >> _U32)) & _EIGHT)


@inline
def _two_numbers(text, i, separator):
    """Read a line of two short numbers and nothing else; return where the next begins, or this one if it is not such.

    Each place follows from the one before by digits alone: what else stands there is foreseen and not waited for.
    """
    middle, first = _few_digits(text, i)
    if middle == i or not (text[middle] == separator or (separator == _SPACE and text[middle] == _TAB)):
        return i, first, first
    end, second = _few_digits(text, middle + _U1)
    if end == middle + _U1 or text[end] != _NEWLINE:
        return i, first, second
    return end + _U1, first, second


@inline
def _digits(text, i):
    """Read digits around at most one point; return where they end, their value, number and decimals."""
    value, digits, decimals = 0, 0, -1
    while True:
        byte = int(text[i])
        if _ZERO <= byte <= _NINE:
            if digits < 18:
                value = 10 * value + byte - _ZERO
            digits += 1
            if decimals >= 0:
                decimals += 1
        elif byte == _POINT and decimals < 0:
            decimals = 0
        else:
            return i, value, digits, decimals
        i += _U1


@kernel
def _integers(text, ends, out):
    """Parse cells; return whether all are plain integers."""
    for k in range(out.size):
        minus = int(ends[k] < ends[k + 1] and text[ends[k]] == _MINUS)
        first = ends[k] + minus
        digits = ends[k + 1] - first
        if digits < 1 or digits > 18 or (text[first] == _ZERO and digits + minus > 1):
            return False
        out[k] = 0
        for a in range(first, ends[k + 1]):
            if text[a] < _ZERO or text[a] > _NINE:
                return False
            out[k] = 10 * out[k] + (np.int64(text[a]) - _ZERO)
        out[k] = -out[k] if minus else out[k]
    return True


@kernel
def _decimals(text, ends, out):
    """Parse cells; return whether all are plain decimals, whose quotients are exact as those of `_parse` are."""
    for k in range(out.size):
        minus = int(ends[k] < ends[k + 1] and text[ends[k]] == _MINUS)
        value, digits, decimals = 0, 0, -1
        for a in range(ends[k] + minus, ends[k + 1]):
            byte = int(text[a])
            if _ZERO <= byte <= _NINE:
                digits += 1
                decimals += int(decimals >= 0)
                if digits > 15:
                    return False
                value = 10 * value + byte - _ZERO
            elif byte == _POINT and decimals < 0:
                decimals = 0
            else:
                return False
        if digits == 0:
            return False
        number = value / _POWERS[max(decimals, 0)]
        out[k] = -number if minus else number
    return True


@inline
def _after(text, i, separator, whole_line):
    """Return where a cell or a line of ordinary text ends, or that of the text if a quote needs a closer look."""
    spaced = separator == _SPACE
    while _SPACE <= text[i] <= _TILDE or text[i] == _TAB or text[i] >= _BEYOND_ASCII:
        if not whole_line and (text[i] == separator or (spaced and text[i] == _TAB)):
            break
        if text[i] == _QUOTE and not spaced:
            return np.uint64(text.size)
        i += _U1
    return i


@inline
def _after_gap(text, i, separator):
    while separator == _SPACE and (text[i] == _SPACE or text[i] == _TAB):
        i += _U1
    return i


@inline
def _after_cell(text, i, separator):
    """Return where the next cell begins or the line ends, and whether there is a next cell."""
    end = i
    i = _after_gap(text, i, separator)
    if separator == _SPACE:
        return i, i > end and text[i] != _NEWLINE and text[i] != _RETURN
    return i + np.uint64(text[i] == separator), text[i] == separator


@kernel
def _parse(text, separator, width, source, target, weight, sources, targets, weights):
    """Parse rows; return their number, -1 if a label or weight is not plain, and whether a label takes 64 bits.

    Every loop ends at a line feed at the latest, and the last byte is one. Up to 15 digits and a power of ten
    are exact in a float64, so their quotient is rounded as the decimal itself would be.
    """
    spaced, two, swapped, wide = separator == _SPACE, width == 2 and weight < 0, source > target, False
    rows = i = _U0
    while i < np.uint64(text.size):
        if two:
            after, first, second = _two_numbers(text, i, separator)
            if after > i:
                sources[rows] = second if swapped else first
                targets[rows] = first if swapped else second
                rows += _U1
                i = after
                continue
        i = _after_gap(text, i, separator)
        if spaced and (text[i] == _HASH or text[i] == _PERCENT):
            i = _after(text, i, separator, True)
        elif text[i] != _NEWLINE and text[i] != _RETURN:
            cell, more = 0, True
            while more:
                if cell == source or cell == target:  # noqa: SIM109 (a tuple is slower once compiled)
                    end, value = _few_digits(text, i)
                    if end == i:
                        minus = np.uint64(text[i] == _MINUS)
                        end, value, digits, decimals = _digits(text, i + minus)
                        if digits < 1 or digits > 18 or decimals >= 0 or (text[i + minus] == _ZERO and end > i + _U1):
                            return -1, wide
                        value = -value if minus else value
                        wide |= (value + 2**31) >> 32 != 0
                    if cell == source:
                        sources[rows] = value
                    else:
                        targets[rows] = value
                elif cell == weight:
                    end, value, digits, decimals = _digits(text, i)
                    if value == 0 or digits > 15:
                        return -1, wide
                    weights[rows] = value / _POWERS[max(decimals, 0)]
                else:
                    end = _after(text, i, separator, False)
                    if end == np.uint64(text.size):
                        return -1, wide
                cell += 1
                i, more = _after_cell(text, end, separator)
            if cell != width:
                return -1, wide
            rows += _U1
        i += np.uint64(text[i] == _RETURN)
        if text[i] != _NEWLINE:
            return -1, wide
        i += _U1
    return np.int64(rows), wide


@kernel
def _copy(text, separator, slots, data, ends, filled, counts):
    """Copy cells; return the number of rows, or -1 if any cell needs a closer look."""
    spaced = separator == _SPACE
    rows = i = _U0
    while i < np.uint64(text.size):
        i = _after_gap(text, i, separator)
        if spaced and (text[i] == _HASH or text[i] == _PERCENT):
            i = _after(text, i, separator, True)
        elif text[i] != _NEWLINE and text[i] != _RETURN:
            cell, more = 0, True
            while more:
                begin, end = i, _after(text, i, separator, False)
                if end == np.uint64(text.size):
                    return -1
                i, more = _after_cell(text, end, separator)
                while end > begin and (text[end - _U1] == _SPACE or text[end - _U1] == _TAB):
                    end -= _U1
                while begin < end and (text[begin] == _SPACE or text[begin] == _TAB):
                    begin += _U1
                column = slots[min(cell, slots.size - 1)]
                if column >= 0:
                    place = np.uint64(ends[column, filled[column]])
                    for a in range(begin, end):
                        data[column, place + (a - begin)] = text[a]
                    filled[column] += 1
                    ends[column, filled[column]] = place + end - begin
                cell += 1
            counts[rows] = cell
            rows += _U1
        i += np.uint64(text[i] == _RETURN)
        if text[i] != _NEWLINE:
            return -1
        i += _U1
    return np.int64(rows)
