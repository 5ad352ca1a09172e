"""The one-shot attempts along the arcs that leave a list of nodes: drawn eight at a time, in vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import WORDS, each_word, inline, load_lanes, store_lanes
from simcore.mechanisms.arcs import LARGE, list_arcs, prefetch_target, room_for_arcs
from simcore.mechanisms.values import of
from simcore.rng import CERTAIN, Purpose, philox, tag, undecided

if TYPE_CHECKING:
    from simcore.network.csr import Network

_U1, _U2, _U3, _U5, _U31, _U60 = (np.uint64(x) for x in (1, 2, 3, 5, 31, 60))
_LOW = np.uint64(2**32 - 1)


class Attempts(NamedTuple):
    """Room for the attempts of a list of arcs; make one by `room_for_attempts`."""

    arcs: np.ndarray  # uint64[k]
    sources: np.ndarray  # uint32[k]
    lower: np.ndarray  # uint64[k]: the lower node of each pair
    upper: np.ndarray  # uint64[k]
    drawn: np.ndarray  # uint64[k]: the first four digits, the highest the most significant
    rows: np.ndarray  # uint64[..., WORDS]: all of the last three
    targets: np.ndarray  # uint32[k]: of those that are tried, then of those that succeed


def room_for_attempts(network: Network) -> Attempts:
    """Return room for a thousand attempts, or those of any one node."""
    arcs = room_for_arcs(network)
    rows = np.zeros((-(-arcs.size // WORDS) * 3, WORDS), np.uint64)
    lower, upper, drawn = rows.reshape(3, -1)
    sources, targets = np.empty((2, arcs.size), np.uint32)
    return Attempts(arcs, sources, lower, upper, drawn, rows, targets)


@inline
def succeed(stream, network, chances, left, adopted, place, last, room):
    """List the targets of the attempts of nodes ``adopted[place:last]`` that succeed, while there is room.

    Only those are tried who have something ``left``. Return the next place and the number of targets, some twice.
    """
    ptr, idx, large, tried, found = network.out_ptr, network.out_idx, left.size >= LARGE, np.uint64(0), np.uint64(0)
    place, number = list_arcs(ptr, idx, adopted, place, last, large, room.arcs, room.sources)
    for k in range(number):  # without a branch: whether a target is left is anybody's guess
        prefetch_target(idx, left, room.arcs, k, number, large)
        a = room.arcs[k]
        i, j = np.uint64(room.sources[k]), np.uint64(idx[a])
        room.arcs[tried], room.targets[tried], room.lower[tried], room.upper[tried] = a, j, min(i, j), max(i, j)
        tried += np.uint64(left[j] > 0)
    _draw(stream, room, tried)
    for k in range(tried):
        chance = of(chances, room.arcs[k])
        drawn, wanted = room.drawn[k], chance >> _U60
        succeeds = drawn < wanted
        if drawn == wanted:
            succeeds = chance == CERTAIN or undecided(stream.key, room.lower[k], room.upper[k], stream.w >> _U5,
                                                      stream.w & _U31, chance)
        room.targets[found] = room.targets[k]
        found += np.uint64(succeeds)
    return place, found


@inline
def _draw(stream, room, number):
    """Fill in the first digits of so many attempts, see `simcore.rng.attempt`."""
    block, last = each_word(stream.w >> _U5), each_word(tag(0, Purpose.ATTEMPT) & _LOW)
    lane, apart = stream.w & _U31, np.uint64(room.rows.shape[0] // 3)
    for row in range(np.uint64((number + np.uint64(WORDS - 1)) // np.uint64(WORDS))):
        k = np.uint64(row)
        lower, upper = load_lanes(room.rows, k), load_lanes(room.rows, k + apart)
        x0, x1, x2, x3 = philox(stream.key, lower, upper, block, last)
        x0, x1, x2, x3 = (x0 >> lane) & _U1, (x1 >> lane) & _U1, (x2 >> lane) & _U1, (x3 >> lane) & _U1
        store_lanes(room.rows, k + apart + apart, (x0 << _U3) | (x1 << _U2) | (x2 << _U1) | x3)
