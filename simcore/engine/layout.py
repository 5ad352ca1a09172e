"""A threshold-like network as lanes walk it: from the hub outward, and counters that overflow where a need is met.

The hub is the best connected of the nodes that need least; from it, those who need no more are numbered breadth first.
What spreads against the numbers then reaches the hub in one pass over the nodes, and what spreads with them leaves it
in one.

A node that needs c of its neighbours has the fewest binary digits that count to c - 1: none if any one suffices. They
begin at 2^digits - c, so that the neighbour who is decisive makes them overflow.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore._jit import kernel
from simcore.engine.bits import rows
from simcore.machine import available_cores, available_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.model import Model
    from simcore.network.csr import Network

_MOST = 2.0**32
_U1 = np.uint64(1)


@functools.cache  # so that the choice does not change in the middle of a run
def budget() -> float:
    """Return how many bytes the lanes of a worker may take: its share of half of what is free, 4 GiB at most."""
    free = available_memory()
    return _MOST if free is None else min(_MOST, free / (2 * available_cores()))


class Layout(NamedTuple):
    """The nodes in another order, places, with their arcs and counters.

    Attributes
    ----------
    place : uint32[n]
        Of each node.
    ptr : int64[n + 1]
        Where the arcs of each place begin.
    several : int64[n]
        Where those begin among them whose targets need several neighbours.
    idx : uint32[m + 1]
        Places of the targets, and room for a candidate.
    digit_ptr : int64[n + 1]
        Where the digits of each place begin, the lowest first.
    digits : uint64[..., WORDS]
        What they are at first.
    eager : uint32[...]
        Places of those that adopt by themselves.
    """

    place: NDArray[np.uint32]
    ptr: NDArray[np.int64]
    several: NDArray[np.int64]
    idx: NDArray[np.uint32]
    digit_ptr: NDArray[np.int64]
    digits: NDArray[np.uint64]
    eager: NDArray[np.uint32]


@kernel
def _number(ptr, idx, need, least, hub, order, place):
    """Fill in the nodes in the order of their places, and the places in the order of the nodes."""
    nobody, found, walked = np.uint32(2**32 - 1), 0, 0
    for i in range(place.size):
        place[i] = nobody
    for k in range(-1, place.size):
        root = hub if k < 0 else k
        if place[root] == nobody:
            place[root] = found
            order[found] = root
            found += 1
        while walked < found:
            i = order[walked]
            walked += 1
            for j in idx[ptr[i]:ptr[np.uint64(i) + _U1]]:
                if place[j] == nobody and need[j] == least:
                    place[j] = found
                    order[found] = j
                    found += 1


@kernel
def _arrange(ptr, idx, order, place, digit_ptr, own_ptr, several, own_idx):
    """Put the arcs into the order of their sources' places, those whose targets need several after the others."""
    number = np.uint64(0)
    for k in range(order.size):
        i = np.uint64(order[k])
        own_ptr[k] = number
        for counting in range(2):
            several[k] = number
            for j in idx[ptr[i]:ptr[i + _U1]]:
                to = np.uint64(place[j])
                own_idx[number] = to  # in any case: a branch that is taken now and then costs more
                number += np.uint64((digit_ptr[to + _U1] > digit_ptr[to]) == counting)
    own_ptr[order.size] = number


@kernel
def _begin(need, digit_ptr, digits):
    """Fill in the digits of 2^digits - need, alike in all lanes."""
    for k in range(need.size):
        number = digit_ptr[k + 1] - digit_ptr[k]
        first = (1 << number) - need[k]
        for p in range(number):
            for word in range(digits.shape[1]):
                digits[digit_ptr[k] + p, word] = np.uint64(2**64 - 1) if (first >> p) & 1 else np.uint64(0)


def layout(model: Model, layers: Any, params: Any) -> Layout:
    """Return the network of a model whose reduction is `needs`, laid out for the needs that it says."""
    network: Network = layers.network
    need = np.empty(network.n, np.int64)
    model.needs(layers, params, need)
    eager = np.flatnonzero(need == 0)
    need = np.clip(need, 1, network.in_degree + 1)
    least = need.min()
    hub = np.argmax(np.where(need == least, network.out_degree, -1))
    order, place = np.empty((2, network.n), np.uint32)
    _number(network.out_ptr, network.out_idx, need, least, hub, order, place)
    need = need[order]
    digit_ptr = np.concatenate([[0], np.cumsum(np.ceil(np.log2(need)).astype(np.int64))])
    digits = rows(digit_ptr[-1])
    _begin(need, digit_ptr, digits)
    ptr, several = np.empty(network.n + 1, np.int64), np.empty(network.n, np.int64)
    idx = np.empty(network.arcs + 1, np.uint32)
    _arrange(network.out_ptr, network.out_idx, order, place, digit_ptr, ptr, several, idx)
    return Layout(place, ptr, several, idx, digit_ptr, digits, place[eager])


def room(network: Network) -> float:
    """Return about how many bytes a layout and the counters take, at most."""
    return 4.0 * network.arcs + 64.0 * network.n * (4.0 + 2.0 * math.log2(1.0 + network.arcs / network.n))
