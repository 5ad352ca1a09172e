"""Parts 2 and 3: what customers experience, and who hears of it."""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel, prefetch
from simcore.mechanisms.draws import draw
from simcore.mechanisms.marks import list_marks
from simcore.models.culture.state import (
    AT_ONCE,
    COMPENSATION,
    CONCESSIONS,
    CUSTOMER,
    ENCOUNTERS,
    ESCALATED,
    FORMER,
    HEARD_ABOVE,
    PAIRS,
    SOON,
    SURVEYS,
    TIME,
    UNSETTLED,
)
from simcore.network.company import NOBODY
from simcore.rng import Purpose, below, chance, halves, occurs, tag

_U0, _U1, _U2, _U3, _U4, _U5 = (np.uint64(x) for x in range(6))
_ITEMS = 5  # of an encounter, which most need
_TOGETHER = PAIRS // _ITEMS  # encounters


@kernel
def _draw(stream, j, u, t):
    return halves(stream.key, np.uint64(j), u, stream.w, tag(t, Purpose.ENCOUNTER))


@kernel
def _ask(stream, j, u, t):
    return halves(stream.key, np.uint64(j), u, stream.w, tag(t, Purpose.ANSWER))


@inline
def succeeds(p, people, i, bits):
    """Tell whether an employee does well: the more committed, the more probably."""
    return occurs(bits, chance(p.quality_floor + (1.0 - p.quality_floor) * people.x[i]))


@inline
def _reached(p, public, j, bits):
    if p.priority > 0.0:
        if occurs(public.rank[j], chance(p.priority)):
            return True
        return occurs(bits, chance((p.reachability - p.priority) / (1.0 - p.priority)))
    return occurs(bits, chance(p.reachability))


@inline
def _hear(people, i, experience):
    people.heard[i] += 1
    people.heard_sum[i] += experience


@inline
def _settled_at_once(layers, p, state, stream, i, j, needs_colleague, item, t):
    people, may, does = state.people, state.draws.first[item + 2], state.draws.second[item + 2]
    if not (occurs(may, chance(p.empowerment)) and succeeds(p, people, i, does)):
        return False
    if not needs_colleague:
        return True
    low, number = layers.outside_ptr[i], layers.outside_ptr[i + 1] - layers.outside_ptr[i]
    if number == 0:
        return False
    which, well = _draw(stream, j, _U2, t)
    return succeeds(p, people, layers.outside_idx[low + np.int64(below(which, np.uint64(number)))], well)


@inline
def _after_steps(p, steps):
    experience = 1.0
    for _ in range(steps):
        experience *= p.patience
    return experience


@inline
def _at_step(draws, stream, j, item, h, t):
    """Return what manager h steps above the server needs."""
    if h == 1:
        return draws.first[item + 4], draws.second[item + 4]
    return _draw(stream, j, _U4 + np.uint64(h), t)


@inline
def _climb(layers, p, state, stream, i, j, item, t):
    """Take an issue up the line; return the last manager who handled it, their step, and whether it was settled."""
    manager, h, last = np.uint32(layers.chart.manager[i]), 0, np.uint32(i)
    while manager != NOBODY:
        h += 1
        last = manager
        settles, _ = _at_step(state.draws, stream, j, item, h, t)
        if succeeds(p, state.people, manager, settles):
            return last, h, True
        manager = np.uint32(layers.chart.manager[manager])
    return last, h, False


@inline
def _report(layers, p, state, stream, i, j, item, handled, experience, t):
    """Let people hear of an encounter with server i that managers handled up to step ``handled``."""
    people = state.people
    likely = chance(p.feedback)
    people.happened[i] += 1
    known = occurs(state.draws.second[item + 3], likely)
    if known:
        _hear(people, i, experience)
    known |= handled > 0
    manager, h = np.uint32(layers.chart.manager[i]), 0
    while manager != NOBODY and known:
        h += 1
        if h > handled:
            _, bits = _at_step(state.draws, stream, j, item, h, t)
            known = occurs(bits, likely)
        if known:
            if h == 1:
                state.now[HEARD_ABOVE] += 1.0
            _hear(people, manager, experience)
            manager = np.uint32(layers.chart.manager[manager])


@inline
def _encounter(layers, p, state, stream, j, item, t):
    """Return what customer j experiences, whose draws begin with this item of the list."""
    people, now, draws = state.people, state.now, state.draws
    which, reached = draws.first[item], draws.second[item]
    if not _reached(p, state.public, j, reached):
        return 0.0
    low = layers.server_ptr[j]
    i = np.uint32(layers.server_idx[low + np.int64(below(which, np.uint64(layers.server_ptr[j + 1] - low)))])
    now[ENCOUNTERS] += 1.0
    issue, bits = draws.first[item + 1], draws.second[item + 1]
    handled = 0
    if not occurs(issue, chance(p.issue_rate)):
        experience = 1.0 if succeeds(p, people, i, bits) else 0.0
    elif _settled_at_once(layers, p, state, stream, i, j, occurs(bits, chance(p.handoff)), item, t):
        experience = 1.0
        now[AT_ONCE] += 1.0
        now[CONCESSIONS] += p.concession * (2.0 - people.x[i])
    else:
        _, handled, settled = _climb(layers, p, state, stream, i, j, item, t)
        if settled:
            now[ESCALATED] += 1.0
            experience = _after_steps(p, handled + p.red_tape)
            if p.guarantee and handled + p.red_tape > p.guarantee_steps:
                experience = max(experience, p.compensation)
                now[COMPENSATION] += p.compensation
        else:
            now[UNSETTLED] += 1.0
            experience = p.apology
            state.public.since[j] = t
    _report(layers, p, state, stream, i, j, item, handled, experience, t)
    return experience


@kernel
def serve(layers, p, state, stream, t):
    """Part 2, and who hears of encounters: nobody's commitment changes meanwhile."""
    public, draws = state.public, state.draws
    seek = public.marks.listed[:list_marks(public.marks)]
    for begin in range(0, seek.size, _TOGETHER):
        some = seek[begin:begin + _TOGETHER]
        for k in range(some.size):
            for item, u in enumerate((_U0, _U1, _U3, _U4, _U5)):
                draws.node[_ITEMS * k + item], draws.other[_ITEMS * k + item] = some[k], u
        draw(stream, draws, _ITEMS * some.size, t, Purpose.ENCOUNTER)
        for k, j in enumerate(some):
            ahead = seek[min(begin + k + _TOGETHER, seek.size - 1)]
            prefetch(public.c, ahead)
            prefetch(layers.server_ptr, ahead)
            prefetch(layers.server_idx, layers.server_ptr[some[min(k + SOON, some.size - 1)]])
            experience = _encounter(layers, p, state, stream, j, _ITEMS * k, t)
            public.c[j] += p.learning * (experience - public.c[j])
    if p.growth > 0.0:
        for j in range(public.c.size):
            if public.status[j] == CUSTOMER:
                public.v[j] *= 1.0 + p.growth * (public.c[j] - 0.5)


@inline
def _answer(layers, p, state, stream, j, use, likely, t):
    """Let a customer, or one who left, be asked."""
    asked, which = _ask(stream, j, use, t)
    if not occurs(asked, likely):
        return
    low = layers.server_ptr[j]
    i = layers.server_idx[low + np.int64(below(which, np.uint64(layers.server_ptr[j + 1] - low)))]
    state.people.happened[i] += 1
    state.now[SURVEYS] += p.survey_cost
    manager = np.uint32(layers.chart.manager[i])
    while manager != NOBODY:
        if layers.chart.level[manager] <= p.executive_levels:
            _hear(state.people, manager, state.public.c[j])
        manager = np.uint32(layers.chart.manager[manager])


@kernel
def ask(layers, p, state, stream, t):
    """Part 3, surveys and exit interviews."""
    public, survey, interview = state.public, chance(p.survey), chance(p.exit_interview)
    if survey == _U0 and interview == _U0:
        return
    for j in range(public.c.size):
        if public.status[j] == CUSTOMER:
            if survey > _U0:
                _answer(layers, p, state, stream, j, _U0, survey, t)
        elif public.status[j] == FORMER and public.since[j] == t - 1 and interview > _U0:
            _answer(layers, p, state, stream, j, _U1, interview, t)


@kernel
def visit(layers, p, state, stream, t):
    """Part 3, managers who meet a customer of those served below them."""
    people, public, chart = state.people, state.public, layers.chart
    if p.executive_time == 0.0:
        return
    for place in range(people.served.size):
        number = 0
        for j in layers.served_idx[layers.served_ptr[place]:layers.served_ptr[place + 1]]:
            number += public.status[j] == CUSTOMER
        people.served[place] = number
    for i in range(people.x.size):
        if chart.level[i] > p.executive_levels or layers.front[i]:
            continue
        meets, which = halves(stream.key, np.uint64(i), _U0, stream.w, tag(t, Purpose.VISIT))
        number = 0
        for place in range(chart.place[i] + 1, chart.last[i] + 1):
            number += people.served[place]
        if number == 0 or not occurs(meets, chance(p.executive_time)):
            continue
        left, place = np.int64(below(which, np.uint64(number))), chart.place[i] + 1
        while left >= people.served[place]:
            left -= people.served[place]
            place += 1
        for j in layers.served_idx[layers.served_ptr[place]:layers.served_ptr[place + 1]]:
            if public.status[j] == CUSTOMER:
                if left == 0:
                    people.seen[i] = 1
                    people.heard_sum[i] += public.c[j]
                left -= 1
        state.now[TIME] += p.executive_cost


@kernel
def gather(layers, people):
    """Count what happened below as having happened to every manager above."""
    for i in layers.chart.upward:
        manager = layers.chart.manager[i]
        if manager != NOBODY:
            people.happened[manager] += people.happened[i]
