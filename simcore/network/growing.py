"""Columns that grow while a file is read: parts of them, joined at last, would take their memory twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.network.words import Coded, grown

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from simcore.network.labels import Part


class Numbers:
    """Numbers of one type.

    Parameters
    ----------
    dtype : data type
    """

    def __init__(self, dtype: DTypeLike = np.float64) -> None:
        self._room, self._used = np.empty(2**12, dtype), 0

    def add(self, part: NDArray[Any]) -> None:
        """Put numbers behind the others."""
        end = self._used + part.size
        if end > self._room.size:
            self._room = grown(self._room, self._used, max(end, 4 * self._room.size))
        self._room[self._used : end] = part
        self._used = end

    def all(self) -> NDArray[Any]:
        """Return all numbers so far."""
        return self._room[: self._used]


class Ends:
    """Labels, of which those that follow one another in one type become one part."""

    def __init__(self) -> None:
        self._runs = list[tuple[Any, Numbers]]()
        self._last: tuple[Any, Any] | None = None

    def add(self, part: Part) -> None:
        """Put labels behind the others."""
        texts, values = part if isinstance(part, Coded) else (None, part)
        if self._last != (id(texts), values.dtype):
            self._last = id(texts), values.dtype
            self._runs.append((texts, Numbers(values.dtype)))
        self._runs[-1][1].add(values)

    def all(self) -> list[Part]:
        """Return all labels so far."""
        return [found.all() if texts is None else Coded(texts, found.all()) for texts, found in self._runs]
