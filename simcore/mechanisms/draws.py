"""Random blocks for all nodes or pairs of a list: drawn eight at a time, in vectors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simcore._jit import WORDS, each_word, inline, load_lanes, store_lanes
from simcore.rng import philox, tag

_U2, _U3, _U32, _LOW = (np.uint64(x) for x in (2, 3, 32, 2**32 - 1))


class Draws(NamedTuple):
    """A list of nodes or pairs, and a block for each; make one by `room_for_draws`."""

    node: np.ndarray  # uint64[k]: the first word of the counter
    other: np.ndarray  # uint64[k]: the second
    first: np.ndarray  # uint64[k]: the first half of the block
    second: np.ndarray  # uint64[k]
    rows: np.ndarray  # uint64[4 k / WORDS, WORDS]: all of them


def room_for_draws(number: int) -> Draws:
    """Return room for at least so many draws, which are of (0, 0), (1, 0), ... as long as nothing else is listed."""
    rows = np.zeros((4 * -(-number // WORDS), WORDS), np.uint64)
    node, other, first, second = rows.reshape(4, -1)
    node[:] = np.arange(node.size)
    return Draws(node, other, first, second, rows)


@inline
def draw(stream, draws, number, time, purpose):
    """Fill in both halves of the block (node, other, w, time) of the first items, see `simcore.rng.halves`."""
    rows, w, last = draws.rows, each_word(stream.w), each_word(tag(time, purpose) & _LOW)
    part = np.uint64(rows.shape[0] // 4)
    for row in range((np.uint64(number) + np.uint64(WORDS - 1)) // np.uint64(WORDS)):
        k = np.uint64(row)
        x0, x1, x2, x3 = philox(stream.key, load_lanes(rows, k), load_lanes(rows, k + part), w, last)
        store_lanes(rows, k + _U2 * part, x0 | (x1 << _U32))
        store_lanes(rows, k + _U3 * part, x2 | (x3 << _U32))
