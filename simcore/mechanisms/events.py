"""A calendar of events in continuous time: which node is next, and when.

A node has one event ahead at most. Time is cut into slots, as a calendar into days; an event is written under its slot
in a list, and only those of the slot that is at hand are kept in order, in a heap. So an event costs about the same
whether few are ahead or a million. Brown (1988), Calendar queues, doi:10.1145/63039.63045.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.rng import HORIZON_LIMIT, Purpose, bits64, philox, tag, waiting

if TYPE_CHECKING:
    from simcore.network.csr import Network

NONE = np.uint32(2**32 - 1)  # no node
SLOT, HELD, AHEAD = range(3)  # of the clock: the slot at hand, events of the heap, all events
_SLOTS = 1024  # in the time that things take
_YEAR = 4096  # slots until a list is used again
_U1, _U32 = np.uint64(1), np.uint64(32)


class Calendar(NamedTuple):
    """What kernels see of it; make one by `calendar`."""

    pace: float  # slots per unit of time, a power of two, so that the slot of a time is exact
    time: np.ndarray  # float64[n]: of each node's event; infinite without one
    link: np.ndarray  # uint32[n]: the next node of its list, or its own place in the heap
    back: np.ndarray  # uint32[n]: the node before in its list
    first: np.ndarray  # uint32[_YEAR]: of each list
    heap: np.ndarray  # uint32[n]: nodes of the slot at hand, the earliest first
    clock: np.ndarray  # int64[3]
    now: np.ndarray  # float64[1]: time of the last event, 0 before the first
    met: np.ndarray  # uint32[...]: nodes that one node may meet
    wait: np.ndarray  # float64[...]: for how long it does not


def calendar(network: Network, rate: float) -> Calendar:
    """Return an empty calendar of the nodes of a network.

    ``rate`` is about how often things happen, per unit of time; only speed depends on it.
    """
    n, most = network.n, int(network.out_degree.max(initial=0))
    pace = 2.0 ** math.frexp(min(max(rate, 2.0**-30), 2.0**20) * _SLOTS)[1]
    return Calendar(pace, np.full(n, np.inf), np.empty(n, np.uint32), np.empty(n, np.uint32), np.full(_YEAR, NONE),
                    np.empty(n, np.uint32), np.zeros(3, np.int64), np.zeros(1), np.empty(most + 1, np.uint32),
                    np.empty(most))


@inline
def _slot(calendar, x):
    """Return the slot of a time: s if that is in (s - 1, s] / pace, and 0 is in the first."""
    return max(1, np.int64(np.ceil(x * calendar.pace)))


@inline
def _list(slot):
    return np.uint64(slot) & np.uint64(_YEAR - 1)


@inline
def _before(time, i, j):
    return time[i] < time[j] or (time[i] == time[j] and i < j)


@inline
def _put(calendar, place, i):
    calendar.heap[place] = i
    calendar.link[i] = place


@inline
def _rise(calendar, place, i):
    """Put a node into the heap, at this place or above."""
    place = np.uint64(place)
    while place > 0:
        above = calendar.heap[(place - _U1) >> _U1]
        if _before(calendar.time, above, i):
            break
        _put(calendar, place, above)
        place = (place - _U1) >> _U1
    _put(calendar, place, i)


@inline
def _sink(calendar, size, i):
    """Put a node into the heap of this size in place of the first."""
    place, child = np.uint64(0), _U1
    while child < size:
        if child + _U1 < size and _before(calendar.time, calendar.heap[child + _U1], calendar.heap[child]):
            child += _U1
        if _before(calendar.time, i, calendar.heap[child]):
            break
        _put(calendar, place, calendar.heap[child])
        place = child
        child = (place << _U1) + _U1
    _put(calendar, place, i)


@inline
def _strike(calendar, i, slot):
    """Take a node off the list of its slot."""
    before, after = calendar.back[i], calendar.link[i]
    if before == NONE:
        calendar.first[_list(slot)] = after
    else:
        calendar.link[before] = after
    if after != NONE:
        calendar.back[after] = before


@inline
def after(calendar, bits, rate):
    """Return the time after an exponential wait from now, drawn at this rate per unit of time; infinite if it is 0."""
    return calendar.now[0] + waiting(bits) / rate if rate > 0.0 else np.inf


@inline
def schedule(calendar, i, x):
    """Give a node an event at time x, not before now; it has none, or a later one, which this replaces."""
    time, clock = calendar.time, calendar.clock
    if time[i] < np.inf:
        slot = _slot(calendar, time[i])
        if slot <= clock[SLOT]:
            time[i] = x
            _rise(calendar, calendar.link[i], i)
            return
        _strike(calendar, i, slot)
    elif x <= HORIZON_LIMIT:  # later is never
        clock[AHEAD] += 1
    else:
        return
    time[i] = x
    slot = _slot(calendar, x)
    if slot <= clock[SLOT]:
        _rise(calendar, clock[HELD], i)
        clock[HELD] += 1
    else:
        after = calendar.first[_list(slot)]
        calendar.first[_list(slot)] = i
        calendar.link[i], calendar.back[i] = after, NONE
        if after != NONE:
            calendar.back[after] = i


@inline
def following(calendar, t):
    """Go on to the next event until time t; return its node, which then has none ahead, or `NONE`.

    Of equal times that of the lower node is first. ``t`` is a whole number and does not fall from call to call.
    """
    time, clock = calendar.time, calendar.clock
    while clock[HELD] == 0:
        if clock[AHEAD] == 0 or clock[SLOT] >= t * calendar.pace:
            return NONE
        clock[SLOT] += 1
        i = calendar.first[_list(clock[SLOT])]
        while i != NONE:
            after = calendar.link[i]
            if _slot(calendar, time[i]) == clock[SLOT]:  # not of a later year
                _strike(calendar, i, clock[SLOT])
                _rise(calendar, clock[HELD], i)
                clock[HELD] += 1
            i = after
    i = calendar.heap[0]
    if time[i] > t:
        return NONE
    calendar.now[0] = time[i]
    clock[HELD] -= 1
    clock[AHEAD] -= 1
    _sink(calendar, np.uint64(clock[HELD]), calendar.heap[clock[HELD]])
    time[i] = np.inf
    return i


@kernel
def clear(calendar):
    """Forget all events."""
    clock = calendar.clock
    if clock[AHEAD] > 0:
        for i in calendar.heap[:clock[HELD]]:
            calendar.time[i] = np.inf
        for k in range(_YEAR):
            i = calendar.first[k]
            while i != NONE:
                calendar.time[i] = np.inf
                i = calendar.link[i]
            calendar.first[k] = NONE
    clock[SLOT] = clock[HELD] = clock[AHEAD] = 0
    calendar.now[0] = 0.0


@inline
def turn(calendar, stream, i, number, rate):
    """Schedule the next of a node's own events, numbered from 0, at this rate; return 64 bits to say what it is."""
    x0, x1, x2, x3 = philox(stream.key, i, np.uint64(0), stream.w, tag(number, Purpose.CONTACT))
    schedule(calendar, i, after(calendar, x0 | (x1 << _U32), rate))
    return x2 | (x3 << _U32)


@inline
def meet(calendar, network, status, stream, i, rate, until):
    """Schedule when node i first meets each susceptible (status 0) node it influences, if that is before ``until``.

    It meets each after an exponential time from now, at this rate; a node that others meet before keeps that event.
    """
    met, wait, number = calendar.met, calendar.wait, np.uint64(0)
    for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(rate > 0.0)]]:
        met[number] = j
        number += np.uint64(status[j] == 0)
    for k in range(number):  # a loop without branches makes several draws at a time
        wait[k] = waiting(bits64(stream.key, i, np.uint64(met[k]), stream.w, tag(0, Purpose.CONTACT))) / rate
    for k in range(number):
        x = calendar.now[0] + wait[k]
        if x < until and x < calendar.time[met[k]]:
            schedule(calendar, met[k], x)
