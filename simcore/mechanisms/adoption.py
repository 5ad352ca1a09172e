"""Adoption once and for all: the list of adopters, what they undo and count, and who is won from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore._jit import inline, kernel, trailing_zeros
from simcore.mechanisms.arcs import LARGE, longest
from simcore.mechanisms.values import copy
from simcore.rng import HORIZON_LIMIT, Purpose, bits64, log, tag, waiting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

# What models share in which every node adopts at most once. ``adopted`` lists nodes in order of adoption;
# ``tally`` counts: those whose influence is spent, all adopters, the last change, the largest step.
SPENT, SIZE, DURATION, PEAK = range(4)
_U0, _U1, _U6, _U63 = (np.uint64(x) for x in (0, 1, 6, 63))
_MOST = 127  # int8


@inline
def begin(tally, adopted, values, seeds, value):
    """Start from the seeds: first in the list, each with this value, and counted."""
    for place, i in enumerate(seeds):
        adopted[place] = i
        values[i] = value
    tally[SPENT], tally[SIZE], tally[DURATION], tally[PEAK] = 0, seeds.size, 0, 0


@inline
def adopt(left, adopted, size, j):
    """Let a node adopt; return the number of adopters."""
    left[j] = -1
    adopted[size] = j
    return size + np.uint64(1)


@inline
def restore(network, adopted, size, fresh, values):
    """Undo a replicate in which only adopters and their neighbours changed; everything, if they were many."""
    if 8 * size > values.size:
        copy(fresh, values)
    else:
        for i in adopted[:size]:
            values[i] = fresh[i]
            for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]:
                values[j] = fresh[j]


@inline
def close_step(tally, spent, size, t):
    """Count a finished step in; return how many nodes it activated."""
    new = size - spent
    tally[SPENT] = spent
    tally[SIZE] = size
    if new > 0:
        tally[DURATION] = t
        tally[PEAK] = max(tally[PEAK], new)
    return new


def no_bits(network: Network) -> NDArray[np.uint64]:
    """Return a bit for each node of a `LARGE` network, none set; for others nothing, which `close_in_order` knows."""
    return np.zeros(network.n // 64 + 1 if network.n >= LARGE else 0, np.uint64)


@inline
def close_in_order(state, spent, size, t):
    """Do as `close_step`, and put those whom the step activated into ascending order, if they are many.

    The next step then walks along their arcs in the order of memory: beyond the caches a third off a cascade.
    """
    many = state.bits.size > 0 and size - spent > np.uint64(state.bits.size)
    if many and not _in_order(state.adopted[spent:size]):
        _put_in_order(state.adopted, spent, size, state.bits)
    return close_step(state.tally, spent, size, t)


@inline
def _in_order(nodes):
    k = 1
    while k < nodes.size and nodes[k - 1] < nodes[k]:
        k += 1
    return k >= nodes.size


@inline
def _put_in_order(adopted, begin, end, bits):
    for i in adopted[begin:end]:
        bits[i >> _U6] |= _U1 << (np.uint64(i) & _U63)
    place = begin
    for k in range(bits.size):
        left = bits[k]
        while left > _U0:
            adopted[place] = np.uint64(64 * k) + trailing_zeros(left)
            place += _U1
            left &= left - _U1
        bits[k] = _U0


_NEVER = np.uint32(2**32 - 1)
_CERTAIN = 1e3  # a hazard that no waiting time of 64 bits withstands for a step


def outside(network: Network, any_: int) -> NDArray[np.uint32]:
    """Return room for the step in which each node adopts from outside the network, uint32[n] if any does."""
    return np.full(network.n if any_ else 0, _NEVER)


def eager_and_others(network: Network, need: NDArray[Any]) -> tuple[NDArray[np.uint32], NDArray[Any]]:
    """Return who needs nobody, and what the others need, at least 1.

    In a byte each if nobody is influenced by more than a byte counts and the network is `LARGE`: 35 % off a cascade
    on 10^8 arcs.
    """
    eager = np.flatnonzero(need == 0).astype(np.uint32)
    need[eager] = 1
    if network.n < LARGE or network.weighted or longest(network.in_ptr) >= _MOST:
        return eager, need
    return eager, np.minimum(need, _MOST, out=need).astype(np.int8)


@inline
def adopt_outside(when, t, left, adopted, size):
    """Let those adopt whose step this is and who have something left; return the number of adopters."""
    for i in range(when.size):
        if when[i] == t and left[i] > 0:
            size = adopt(left, adopted, size, i)
    return size


@inline
def left_outside(network, advertising, when, size):
    """Return how many nodes advertising may still win."""
    return np.uint64(max(0, when.size - network.immune.size - np.int64(size)) if advertising > 0.0 else 0)


@kernel
def need_contacts(layers, params, out):  # noqa: ARG001 - the signature of `Model.needs`
    """Fill in the number of contacts that every node needs alike."""
    for i in range(out.size):
        out[i] = params.contacts


def unaided(params: Any, weighted: bool) -> bool:  # noqa: ARG001 - the signature of `Model.reduces`
    """Tell whether advertising wins nobody."""
    return bool(params.advertising == 0.0)


@kernel
def draw_outside(network, stream, advertising, eager, when):
    """Draw the step in which each node adopts by advertising, a hazard per step; the eager adopt in the first.

    The immune never do.
    """
    hazard = -log(1.0 - advertising) if advertising < 1.0 else _CERTAIN
    for i in range(when.size if advertising > 0.0 else 0):
        patience = waiting(bits64(stream.key, np.uint64(i), np.uint64(0), stream.w, tag(0, Purpose.OUTSIDE)))
        when[i] = _NEVER
        if patience <= hazard * HORIZON_LIMIT:
            t = np.ceil(patience / hazard)
            while t * hazard < patience:  # the quotient was rounded
                t += 1.0
            while (t - 1.0) * hazard >= patience and t > 1.0:
                t -= 1.0
            when[i] = max(t, 1.0)
    for i in eager:
        when[i] = 1
    for i in network.immune[:when.size]:
        when[i] = _NEVER


@kernel
def observe_adoption(state, row):
    """Fill (adopted, new)."""
    row[0] = state.tally[SIZE]
    row[1] = state.tally[SIZE] - state.tally[SPENT]


@kernel
def conclude_adoption(state, row):
    """Fill (size, duration, peak)."""
    row[0], row[1], row[2] = state.tally[SIZE], state.tally[DURATION], state.tally[PEAK]
