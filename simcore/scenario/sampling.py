"""Samples of the unit cube, one side for each axis of a design: a number is a function of seed, axis and row.

More rows keep the earlier ones (but for Latin hypercubes, which divide the sides anew), one more axis keeps the values
on the others (but for its own dimension of a Sobol' sequence, which depends on the order of the axes).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from simcore import rng

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

DIGITS = 30  # binary digits of a coordinate of a Sobol' sequence
_VALUE, _ORDER, _COIN, _SCRAMBLE = 0, 1, 2, 16  # what a draw is for, third word of the counter


def random(samples: int, axes: Sequence[str], seed: int, levels: int) -> NDArray[np.float64]:  # noqa: ARG001
    """Return rows that lie anywhere, independently, float64[samples, axes]."""
    return np.stack([_draws(seed, axis, np.arange(samples), _VALUE) for axis in axes], axis=1)


def latin_hypercube(samples: int, axes: Sequence[str], seed: int, levels: int) -> NDArray[np.float64]:
    """Return rows of which one lies in each of equal parts of every side (doi:10.2307/1268522)."""
    rows = np.arange(samples)
    order = [np.argsort(np.argsort(_draws(seed, axis, rows, _ORDER), kind="stable"), kind="stable") for axis in axes]
    return (np.stack(order, axis=1) + random(samples, axes, seed, levels)) / samples


def sobol(samples: int, axes: Sequence[str], seed: int, levels: int) -> NDArray[np.float64]:  # noqa: ARG001
    """Return the first rows, a power of two, of a Sobol' sequence under Owen's nested scrambling.

    Directions are Joe and Kuo's, from `scipy.stats.qmc`; a digit is flipped by a draw that is a function of the digits
    before it (doi:10.1007/978-1-4612-2552-2_19).
    """
    return _sequence(samples, [(axis, 0) for axis in axes], seed)


def saltelli(samples: int, axes: Sequence[str], seed: int, levels: int) -> NDArray[np.float64]:  # noqa: ARG001
    """Return blocks of axes + 2 rows: a of A, then a with each coordinate in turn from B, then b of B.

    A and B are the halves of a Sobol' sequence of twice as many dimensions (doi:10.1016/j.cpc.2009.09.018).
    """
    number = len(axes)
    both = _sequence(samples, [(axis, half) for half in (0, 1) for axis in axes], seed)
    a, b = both[:, None, :number], both[:, None, number:]
    mixed = np.where(np.eye(number, dtype=bool), b, a)
    return np.concatenate([a, mixed, b], axis=1).reshape(-1, number)


def morris(samples: int, axes: Sequence[str], seed: int, levels: int) -> NDArray[np.float64]:
    """Return walks of axes + 1 rows on a grid: in each step one coordinate moves by half the levels.

    Where a walk starts, and in which order coordinates move, is drawn evenly (doi:10.2307/1269043).
    """
    rows, number = np.arange(samples), len(axes)
    low, coin, order = (np.stack([_draws(seed, axis, rows, what) for axis in axes], axis=1)
                        for what in (_VALUE, _COIN, _ORDER))
    rank = np.argsort(np.argsort(order, axis=1, kind="stable"), axis=1, kind="stable")
    moved = rank[:, None, :] < np.arange(number + 1)[None, :, None]
    high = moved != (coin < 0.5)[:, None, :]
    half = levels // 2
    at = np.floor(low * half)[:, None, :] + half * high
    return np.asarray(at.reshape(-1, number) / (levels - 1))


SAMPLERS: dict[str, Callable[[int, Sequence[str], int, int], NDArray[np.float64]]] = {
    "random": random, "latin-hypercube": latin_hypercube, "sobol": sobol, "saltelli": saltelli, "morris": morris}


def rows(design: str, samples: int, axes: int) -> int:
    """Return the number of rows that a design of so many samples has."""
    return samples * {"saltelli": axes + 2, "morris": axes + 1}.get(design, 1)


def _draws(seed: int, axis: str, first: NDArray[np.int64], what: int) -> NDArray[np.float64]:
    """Return even draws in [0, 1) for an axis, by row or prefix."""
    word = np.array([int.from_bytes(hashlib.sha256(axis.encode()).digest()[:4], "little")])
    out = np.empty(first.size)
    rng.fill_uniform(np.uint64(rng.root(seed)), np.uint64(what), np.uint64(rng.Purpose.DESIGN), first, word, out)
    return out


def _sequence(samples: int, dimensions: Sequence[tuple[str, int]], seed: int) -> NDArray[np.float64]:
    from scipy.stats import qmc

    plain = qmc.Sobol(len(dimensions), scramble=False, bits=DIGITS).random(samples)
    digits = (plain * 2.0**DIGITS).astype(np.int64)
    return np.stack([(_scrambled(digits[:, k], seed, axis, half) + 0.5) / 2.0**DIGITS
                     for k, (axis, half) in enumerate(dimensions)], axis=1)


def _scrambled(digits: NDArray[np.int64], seed: int, axis: str, half: int) -> NDArray[np.int64]:
    out = np.zeros_like(digits)
    for k in range(DIGITS):
        prefix, place = digits >> (DIGITS - k), DIGITS - 1 - k
        flip = _draws(seed, axis, prefix, _SCRAMBLE + 2 * k + half) < 0.5
        out |= (((digits >> place) & 1) ^ flip) << place
    return out
