"""Marks for nodes, eight of which are looked at together: most lists of nodes are short."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simcore._jit import inline


class Marks(NamedTuple):
    """A mark for each node, and room for the list of those who have one; make them by `no_marks`."""

    of: np.ndarray  # uint8[n, at least]: 0 or 1
    eights: np.ndarray  # uint64[...]: the same memory
    listed: np.ndarray  # uint32[n + 1, at least]


def no_marks(n: int) -> Marks:
    """Return marks for n nodes, none set."""
    of = np.zeros(-(-n // 8) * 8, np.uint8)
    return Marks(of, of.view(np.uint64), np.empty(of.size + 1, np.uint32))


@inline
def list_marks(marks):
    """List who is marked, in ascending order, and clear the marks; return how many there are."""
    number = np.uint64(0)
    for eight in range(marks.eights.size):
        if marks.eights[eight]:
            for k in range(8):
                marks.listed[number] = 8 * eight + k
                number += np.uint64(marks.of[8 * eight + k])
            marks.eights[eight] = 0
    return number
