"""What arrays hold for a node or an arc."""

from __future__ import annotations

import numpy as np

from simcore._jit import inline
from simcore.rng import CERTAIN, chance


@inline
def in_weight(network, i):
    """Return the in-weight of a node, in fixed point; its in-degree if arcs have no weights."""
    return network.in_total[i] if network.in_total.size else network.in_ptr[i + 1] - network.in_ptr[i]


@inline
def of(values, k):
    """Return the k-th value, or the one that all share."""
    return values[np.uint64(k) if values.size > 1 else np.uint64(0)]


@inline
def scaled(probability, factor):
    """Return a `chance` times a factor, cut to [0, 1]."""
    if factor == 1.0:
        return probability
    share = 1.0 if probability == CERTAIN else np.float64(probability) * 2.0**-64
    return np.uint64(chance(min(1.0, max(0.0, factor * share))))


@inline
def copy(source, target):
    """Copy an array: kernels cannot assign slices, which may allocate."""
    for i in range(source.size):
        target[i] = source[i]
