"""Many texts held as their bytes, and put in order: Python's own would take 56 bytes more each."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

from simcore._jit import inline, kernel
from simcore.network.plain_rows import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_AT_ONCE = 2**12
_U8 = np.uint64(8)


class Names(Sequence[str]):
    """Texts, each of which is a str while it is asked for.

    Attributes
    ----------
    encoded : Texts
    """

    def __init__(self, encoded: Texts) -> None:
        self.encoded = encoded

    @classmethod
    def of(cls, texts: Sequence[str]) -> Names:
        """Return texts as their bytes."""
        whole = "".join(texts)
        sizes = map(len, texts if whole.isascii() else (text.encode("utf-8", "surrogatepass") for text in texts))
        ends = np.zeros(len(texts) + 1, np.int64)
        np.cumsum(np.fromiter(sizes, np.int64, len(texts)), out=ends[1:])
        return cls(Texts(np.array(memoryview(whole.encode("utf-8", "surrogatepass")), np.uint8), ends))

    def __len__(self) -> int:
        return self.encoded.size

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> list[str]: ...

    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[k] for k in range(len(self))[at]]
        k = range(len(self))[at]
        return Texts(self.encoded.data, self.encoded.ends[k : k + 2]).listed()[0]

    def __iter__(self) -> Iterator[str]:
        for k in range(0, len(self), _AT_ONCE):
            yield from Texts(self.encoded.data, self.encoded.ends[k : k + _AT_ONCE + 1]).listed()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(map(operator.eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))

    def order(self) -> NDArray[np.uint32]:
        """Return the places of the texts in the order of their code points, which is that of their bytes."""
        data, ends = self.encoded
        heads, order = np.empty(len(self), np.uint64), np.arange(len(self), dtype=np.uint32)
        _heads(data, ends, heads)
        _sort(data, ends, heads, order, np.empty_like(order))
        return order

    def taken(self, places: NDArray[np.integer]) -> Names:
        """Return the texts at these places."""
        data, ends = self.encoded
        taken = np.zeros(places.size + 1, np.int64)
        np.cumsum((ends[1:] - ends[:-1])[places], out=taken[1:])
        room = np.empty(taken[-1], np.uint8)
        _take(data, ends, places, taken, room)
        return Names(Texts(room, taken))


@kernel
def _heads(data, ends, heads):
    """Read the first eight bytes of each text as a number that is ordered as they are, zeros for those that lack."""
    for k in range(heads.size):
        head = np.uint64(0)
        for a in range(ends[k], min(ends[k] + 8, ends[k + 1])):
            head |= np.uint64(data[a]) << (_U8 * np.uint64(7 - (a - ends[k])))
        heads[k] = head


@inline
def _precedes(data, ends, heads, one, other):
    if heads[one] != heads[other]:
        return heads[one] < heads[other]
    first, second = ends[one], ends[other]
    size, others = ends[one + 1] - first, ends[other + 1] - second
    k = 8
    while k < size and k < others and data[first + k] == data[second + k]:
        k += 1
    return data[first + k] < data[second + k] if k < size and k < others else size < others


@kernel
def _sort(data, ends, heads, order, spare):
    """Sort places by merging runs of twice the length each time; what is in order already is left as it is."""
    width = 1
    while width < order.size:
        for begin in range(0, order.size - width, 2 * width):
            middle, end = begin + width, min(begin + 2 * width, order.size)
            if _precedes(data, ends, heads, np.int64(order[middle]), np.int64(order[middle - 1])):
                for k in range(width):
                    spare[k] = order[begin + k]
                a, b, at = 0, middle, begin
                while a < width:
                    if b < end and _precedes(data, ends, heads, np.int64(order[b]), np.int64(spare[a])):
                        order[at] = order[b]
                        b += 1
                    else:
                        order[at] = spare[a]
                        a += 1
                    at += 1
        width *= 2


@kernel
def _take(data, ends, places, taken, room):
    for k in range(places.size):
        begin = ends[np.int64(places[k])]
        for a in range(taken[k], taken[k + 1]):
            room[a] = data[begin + (a - taken[k])]
