"""Who reaches whom where ties go both ways and all are as likely to be live: components, 64 samples at a time.

A word says in which of 64 samples a tie is live, or a node joined to the *hub*, the node of most ties: a few sweeps
over all ties find most of what the hub reaches in all samples at once. Of the other ties that are live, few where
most nodes are joined, each sample makes components one after the other; nothing depends on how far the sweeps came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import WORDS, each_word, kernel, load_lanes, store_lanes, trailing_zeros
from simcore.engine.bits import rows
from simcore.engine.links import draw
from simcore.network.describe import root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simcore.network.csr import Network

_U0, _U1, _U2 = np.uint64(0), np.uint64(1), np.uint64(2)
ALL, LOW = np.uint64(2**64 - 1), np.uint64(2**32 - 1)
BLOCK = 64  # samples at a time
_SWEEPS = 10


class Ties(NamedTuple):
    """The ties of a symmetric network, each once; make them by `list_ties`."""

    lower: NDArray[np.uint32]  # [k]
    upper: NDArray[np.uint32]  # [k]
    rows: NDArray[np.uint64]  # [2, r, WORDS]: both again, and zeros up to whole blocks


@kernel
def _list_ties(ptr, idx, lower, upper):
    number = 0
    for i in range(ptr.size - 1):
        for j in idx[ptr[i]:ptr[i + 1]]:
            if j > i:
                lower[number], upper[number] = i, j
                number += 1


def list_ties(network: Network) -> Ties:
    """Return the ties of a symmetric network."""
    lower, upper = ends = np.empty((2, network.arcs // 2), np.uint32)
    _list_ties(network.out_ptr, network.out_idx, lower, upper)
    again = rows(2 * -(-lower.size // BLOCK) * BLOCK // WORDS).reshape(2, -1, WORDS)
    again.reshape(2, -1)[:, :lower.size] = ends
    return Ties(lower, upper, again)


@kernel
def draw_ties(key, ties, chance, block, live):
    """Draw in which samples of a block each tie is live: uint64[r, WORDS], eight ties at a time."""
    even, odd = each_word(_U2 * np.uint64(block)), each_word(_U2 * np.uint64(block) + _U1)
    lower, upper = ties.rows[0], ties.rows[1]
    for row in range(live.shape[0]):
        k = np.uint64(row)
        store_lanes(live, k, draw(key, load_lanes(lower, k), load_lanes(upper, k), even, odd, chance))


@kernel
def sweep(ties, live, inside):
    """Mark who is joined to those marked, in which samples, as far as a few sweeps over all ties tell."""
    for number in range(_SWEEPS):
        more = _U0
        for position in range(ties.lower.size):
            k = np.uint64(ties.lower.size - 1 - position if number & 1 else position)
            i, j = np.uint64(ties.lower[k]), np.uint64(ties.upper[k])
            one, other = inside[i], inside[j]
            joined = live[k] & (one ^ other)
            inside[i], inside[j] = one | joined, other | joined
            more |= joined
        if not more:
            break


@kernel
def transpose(words):
    """Exchange rows and columns of each 64 words."""
    for first in range(0, words.size, BLOCK):
        width, mask = 32, LOW
        while width:
            shift = np.uint64(width)
            for start in range(first, first + BLOCK, 2 * width):
                for k in range(start, start + width):
                    differ = ((words[k] >> shift) ^ words[k + width]) & mask
                    words[k] ^= differ << shift
                    words[k + width] ^= differ
            width >>= 1
            mask ^= mask << np.uint64(width)


@kernel
def _leave(ties, inside, live):
    """Leave of the live ties those that do not join two who are joined to the hub."""
    for k in range(ties.lower.size):
        live[k] ^= live[k] & inside[ties.lower[k]] & inside[ties.upper[k]]
    for k in range(ties.lower.size, live.size):
        live[k] = 0


@kernel
def _join(ties, live, inside, lane, hub, parent, size):
    """Fill ``parent`` with who stands for each node's component, and ``size`` with its nodes, at who stands for it."""
    number = _U0
    for first in range(0, parent.size, BLOCK):
        word = inside[first + lane]
        for k in range(BLOCK):  # without a branch, and so in vectors
            i, joined = np.uint64(first + k), (word >> np.uint64(k)) & _U1
            parent[i] = i ^ ((i ^ hub) & (ALL * joined))
            number += joined
    for k in range(size.size):
        size[k] = 1
    size[hub] = number
    for first in range(0, live.size, BLOCK):
        word = live[first + lane]
        while word:
            k = np.uint64(first) + trailing_zeros(word)
            word &= word - _U1
            one, other = root(parent, np.uint64(ties.lower[k])) ^ hub, root(parent, np.uint64(ties.upper[k])) ^ hub
            i, j = min(one, other) ^ hub, max(one, other) ^ hub  # the hub comes before all others
            size[i] += size[j] * (i != j)
            parent[j] = i
    for first in range(0, live.size, BLOCK):
        word = live[first + lane]
        while word:
            k = np.uint64(first) + trailing_zeros(word)
            word &= word - _U1
            parent[ties.lower[k]] = root(parent, np.uint64(ties.lower[k]))
            parent[ties.upper[k]] = root(parent, np.uint64(ties.upper[k]))


def hub_of(network: Network) -> np.uint64:
    """Return the node of most ties."""
    return np.uint64(network.out_degree.argmax() if network.n else 0)


def components(network: Network, chance: np.uint64, key: np.uint64,
               samples: range) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.uint32]]]:
    """Yield, for each sample, who stands for each node's component, and how many nodes it has there.

    Parameters
    ----------
    network : Network
        Symmetric.
    chance : uint64
        That a tie is live, see `simcore.rng.chance`.
    key : uint64
        The network's key.
    samples : range
        Which, step 1. The arrays that are yielded are used again.

    Yields
    ------
    parent, size : uint32[n]
    """
    ties, hub, room = list_ties(network), hub_of(network), (network.n // BLOCK + 1) * BLOCK
    drawn, inside, (parent, size) = rows(ties.rows.shape[1]), np.empty(room, np.uint64), np.empty((2, room), np.uint32)
    live, block = drawn.reshape(-1), -1
    for w in samples:
        if w // BLOCK != block:
            block = w // BLOCK
            draw_ties(key, ties, chance, block, drawn)
            inside[:] = 0
            inside[hub] = ALL
            sweep(ties, live, inside)
            _leave(ties, inside, live)
            transpose(live)
            transpose(inside)
        _join(ties, live, inside, w % BLOCK, hub, parent, size)
        yield parent[:network.n], size
