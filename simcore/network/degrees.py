"""Degree laws: tables of the distribution function in units of 2^-32, so that no library decides a degree."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U1, _U24 = np.uint64(1), np.uint64(24)


class DegreeTable(NamedTuple):
    """A law of degrees that kernels can draw from.

    Attributes
    ----------
    below : uint64[K]
        ``below[k]`` = round(2^32 P(degree <= k)); the last is 2^32.
    guide : uint64[256]
        The smallest degree possible for each value of the top eight of 32 random bits.
    """

    below: NDArray[np.uint64]
    guide: NDArray[np.uint64]

    def digest(self) -> str:
        """Return the SHA-256 of the table, for provenance."""
        return hashlib.sha256(self.below.astype("<u8").tobytes()).hexdigest()


def table(pmf: NDArray[np.float64]) -> DegreeTable:
    """Return the table of a probability mass function over the degrees 0, 1, 2, ..."""
    below = np.rint(np.cumsum(pmf) / pmf.sum() * 2.0**32).astype(np.uint64)
    below = below[: int(np.searchsorted(below, np.uint64(2**32))) + 1]
    below[-1] = np.uint64(2**32)
    guide = np.searchsorted(below, np.arange(256, dtype=np.uint64) << _U24, side="right")
    return DegreeTable(below, guide.astype(np.uint64))


@inline
def degree(law, bits):
    """Return the degree that 32 random bits stand for."""
    k = law.guide[bits >> _U24]
    while law.below[k] <= bits:
        k += _U1
    return k
