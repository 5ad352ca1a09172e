"""Who acts when nodes act one by one: n picks a step, each an even draw of the n nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel
from simcore.rng import Purpose, below, halves, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 512  # picks drawn at a time, which takes a third off the time of the voter model


def room() -> NDArray[np.uint64]:
    """Return an array that `draw` fills."""
    return np.empty((2, BLOCK), np.uint64)


@kernel
def draw(stream, t, first, n, picks):
    """Draw the next `BLOCK` of the n picks of a step, or what is left of them; return their number.

    ``picks[0]`` is the nodes that act, ``picks[1]`` bits for each to spend, the other half of its draw.
    """
    number = min(n - first, BLOCK)
    for k in range(number):
        who, picks[1, k] = halves(stream.key, np.uint64(first + k), np.uint64(0), stream.w, tag(t, Purpose.MEET))
        picks[0, k] = below(who, np.uint64(n))
    return number


@inline
def partner(network, i, bits):
    """Return an even draw of the nodes that influence a node, or that node if there are none."""
    heard = network.in_idx[network.in_ptr[i]:network.in_ptr[i + np.uint64(1)]]
    return np.uint64(heard[below(bits, np.uint64(heard.size))]) if heard.size else i
