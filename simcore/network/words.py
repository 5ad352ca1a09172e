"""The different texts among many, each by its number."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.network.names import Names
from simcore.network.plain_rows import Texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BASIS, _PRIME, _GOLDEN, _LOW, _1, _32 = (np.uint64(x) for x in (2166136261, 16777619, 2654435769, 2**32 - 1, 1, 32))


class Coded(NamedTuple):
    """Labels that are text, by their places in a list of different texts."""

    texts: Names
    places: NDArray[np.integer]


class Words:
    """A list of different texts that grows, in the order in which they come first.

    A dictionary for each block of a file, as pyarrow makes them, would take several times the memory of all words.

    Attributes
    ----------
    texts : Names
    """

    def __init__(self) -> None:
        self._data, self._ends = np.empty(2**12, np.uint8), np.zeros(2**8, np.int64)  # of all words in turn
        self.texts = Names(Texts(self._data, self._ends[:1]))
        self._table = np.zeros(2**9, np.uint32)  # numbers of words, from 1, at the place of their hash or behind

    def coded(self, texts: Texts) -> Coded:
        """Return texts as labels."""
        places, done, words = np.empty(texts.size, np.uint32), 0, len(self.texts)
        while done < texts.size:
            done, words = _number(*texts, done, words, self._data, self._ends, self._table, places)
            if done < texts.size:
                self._grow(words, int(texts.ends[done + 1] - texts.ends[done]))
        self.texts.encoded = Texts(self._data, self._ends[: words + 1])
        return Coded(self.texts, places)

    def _grow(self, words: int, size: int) -> None:
        """Make room for one more word, of this many bytes, and for many others."""
        if 2 * (words + 2) > self._ends.size:
            self._ends = grown(self._ends, words + 1, 2 * self._ends.size)
            self._table = np.zeros(2 * self._table.size, np.uint32)
            _place(self._data, self._ends, words, self._table)
        if (needed := int(self._ends[words]) + size) > self._data.size:
            self._data = grown(self._data, int(self._ends[words]), max(needed, 2 * self._data.size))
        self.texts.encoded = Texts(self._data, self._ends[: words + 1])  # so that what was outgrown goes at once


def grown(array: NDArray[Any], used: int, size: int) -> NDArray[Any]:
    """Return an array of this size that begins alike.

    It is mapped: what is not written to takes no memory, and what is outgrown goes back at once and leaves no hole.
    """
    room: NDArray[Any] = np.frombuffer(mmap.mmap(-1, size * array.itemsize), array.dtype)
    room[:used] = array[:used]
    return room


@inline
def _hash(text, begin, end, table):
    """Return the place of a text in a table (Fowler, Noll & Vo's hash of 32 bits, spread as Fibonacci's)."""
    value = _BASIS
    for k in range(begin, end):
        value = ((value ^ np.uint64(text[k])) * _PRIME) & _LOW
    return (((value * _GOLDEN) & _LOW) * np.uint64(table.size)) >> _32


@kernel
def _number(text, starts, done, words, data, ends, table, places):
    """Give texts their numbers; return how many are done, and how many words there are: fewer for want of room."""
    last = np.uint64(table.size) - _1
    for row in range(done, places.size):
        begin, end = np.int64(starts[row]), np.int64(starts[row + 1])
        size = end - begin
        if words + 2 > ends.size or ends[words] + size > data.size:
            return row, words
        at = _hash(text, begin, end, table)
        while table[at] > 0:
            word = np.int64(table[at]) - 1
            first = ends[word]
            k = size if ends[word + 1] - first != size else 0
            while k < size and data[first + k] == text[begin + k]:
                k += 1
            if k == size and ends[word + 1] - first == size:
                break
            at = (at + _1) & last
        if table[at] == 0:
            for k in range(size):
                data[ends[words] + k] = text[begin + k]
            ends[words + 1] = ends[words] + size
            words += 1
            table[at] = words
        places[row] = table[at] - 1
    return places.size, words


@kernel
def _place(data, ends, words, table):
    """Put words into an empty table."""
    last = np.uint64(table.size) - _1
    for word in range(words):
        at = _hash(data, ends[word], ends[word + 1], table)
        while table[at] > 0:
            at = (at + _1) & last
        table[at] = word + 1
