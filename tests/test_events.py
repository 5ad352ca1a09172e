"""The calendar of events against a plain dictionary: always the earliest, and of equal times the lower node."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore._jit import kernel
from simcore.mechanisms import events
from simcore.network.csr import from_arcs
from simcore.rng import HORIZON_LIMIT

NODES = 8


@kernel
def schedule(calendar, i, x):
    events.schedule(calendar, i, x)


@kernel
def following(calendar, t):
    return events.following(calendar, t)


def empty(rate, nodes=NODES):
    return events.calendar(from_arcs(nodes, [], []).network, rate)


class Agenda(dict):
    """What the calendar should be: the time of each node's event."""

    def following(self, t):
        i = min(self, key=lambda node: (self[node], node), default=None)
        return None if i is None or self[i] > t else (i, self.pop(i))


waits = st.one_of(st.sampled_from([0.0, 1 / 1024, 0.5, 1.0, 4.0]), st.floats(0, 2), st.floats(0, 10))


@given(st.lists(st.tuples(st.integers(0, NODES - 1), waits), max_size=20), st.data(),
       st.sampled_from([1.0, 1e-9, 1e-3, 0.1]))
@settings(max_examples=200, deadline=None)
def test_the_calendar_keeps_the_order(wishes, data, rate):
    """Now and then something happens, and what is wished for next is that long after; time goes on a unit at a time."""
    calendar, agenda, now, t = empty(rate), Agenda(), 0.0, 1
    wishes = list(wishes)
    while wishes or agenda:
        if wishes and (not agenda or data.draw(st.booleans())):
            i, wait = wishes.pop()
            if now + wait < agenda.get(i, math.inf):
                agenda[i] = now + wait
                schedule(calendar, np.uint32(i), now + wait)
        else:
            expected, found = agenda.following(t), following(calendar, t)
            if expected is None:
                assert found == events.NONE
                t += 1
            else:
                now = calendar.now[0]
                assert (found, now) == expected
        assert calendar.clock[events.AHEAD] == len(agenda)
    assert following(calendar, t) == events.NONE
    assert np.all(np.isinf(calendar.time))


@given(st.lists(st.tuples(st.integers(0, NODES - 1), waits), max_size=20), st.integers(0, 5))
@settings(max_examples=50, deadline=None)
def test_a_cleared_calendar_is_as_good_as_new(wishes, t):
    calendar, other = empty(1.0), empty(1.0)
    for i, wait in wishes:
        if wait < calendar.time[i]:
            schedule(calendar, np.uint32(i), wait)
    following(calendar, t)
    events.clear(calendar)
    for field in ("time", "first", "clock", "now"):
        assert getattr(calendar, field).tolist() == getattr(other, field).tolist()


def test_what_lies_beyond_all_horizons_never_happens():
    calendar = empty(1.0)
    for x in (math.inf, HORIZON_LIMIT * 1.5):
        schedule(calendar, np.uint32(3), x)
        assert calendar.clock[events.AHEAD] == 0
    schedule(calendar, np.uint32(3), float(HORIZON_LIMIT))
    assert calendar.clock[events.AHEAD] == 1


@pytest.mark.parametrize("rate", [0.0, 1e-300, 1.0, 1e300])
def test_slots_are_powers_of_two(rate):
    assert math.frexp(empty(rate).pace)[0] == 0.5
