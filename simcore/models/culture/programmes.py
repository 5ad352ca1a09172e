"""Parts 1 and 5: seats that programmes hold, pay that is withdrawn, and hires."""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel
from simcore.mechanisms.draws import draw
from simcore.models.culture import levers
from simcore.models.culture.state import PROGRAMMES
from simcore.rng import Purpose, below, chance, halves, occurs, tag, unit

_TABLE = np.uint64(4096)
_U0, _U1, _U2 = (np.uint64(x) for x in range(3))
_SQRT3 = float(np.sqrt(3.0))


@inline
def is_paid(p, people, i):
    """Tell whether an employee's pay depends on customers, where there is such pay."""
    return occurs(people.paid[i], chance(p.coverage))


@kernel
def hold(layers, rules, p, state, t):
    """Release seats and hold those of the programmes in force; withdraw pay; count costs."""
    people, height, cost = state.people, layers.chart.height, 0.0
    for i in range(people.x.size):
        people.held[i] = 0
    for k in range(rules.first.size):
        if rules.first[k] <= t < rules.until[k]:
            for i in state.seat[state.seat_ptr[k]:state.seat_ptr[k + 1]]:
                people.held[i] = 1
                cost += rules.cost[k, height[i]]
    for i in range(people.x.size):
        if people.held[i]:
            people.x[i] = 1.0
        elif people.bought[i] > 0.0 and not (p.incentive > 0.0 and is_paid(p, people, i)):
            people.x[i] = max(0.0, people.x[i] - people.bought[i] / 2.0)
            people.bought[i] = 0.0
    state.now[PROGRAMMES] = cost


@kernel
def _draw(stream, i, u, t):
    return halves(stream.key, np.uint64(i), u, stream.w, tag(t, Purpose.START))


@inline
def enter(rules, k, p, people, stream, i, t):
    """Let somebody take a post: susceptibility and resentment; return the bits of commitment."""
    first, second = _draw(stream, i, _U0, t)
    people.s[i] = rules.quantiles[k, below(second, _TABLE)]
    resents, paid = _draw(stream, i, _U1, t)
    people.resents[i] = occurs(resents, chance(p.pushback))
    people.bought[i] = 0.0
    if t == 0:
        people.paid[i] = paid
    return first


@inline
def is_committed(stream, i, t, probability):
    """Draw whether somebody is committed from the first, under rule threshold."""
    bits, _ = _draw(stream, i, _U2, t)
    return occurs(bits, chance(probability))


@kernel
def staff(layers, rules, p, people, stream):
    """Fill all posts at the start."""
    for i in range(people.x.size):
        bits = enter(rules, 0, p, people, stream, i, 0)
        value = rules.start[min(layers.chart.level[i], rules.start.size - 1)]
        if p.start_spread > 0.0:
            low, high = value - p.start_spread, value + p.start_spread
            value = low + (high - low) * unit(bits)
        if p.rule == levers.THRESHOLD:
            value = 1.0 if is_committed(stream, i, 0, value) else 0.0
        people.x[i] = value


@kernel
def turn_over(layers, rules, k, p, people, stream, t):
    """Part 5: employees leave, and others take their posts."""
    department, sums, x = layers.chart.department, people.department_sum, people.x
    if p.turnover == 0.0 and p.misfit == 0.0:
        return
    if p.misfit > 0.0:
        for d in range(sums.size):
            sums[d] = 0.0
        for i in range(x.size):
            sums[0] += x[i]
            if department[i] > 0:
                sums[department[i]] += x[i]
    draw(stream, people.leaving, x.size, t, Purpose.TURNOVER)
    mean = p.hire_mean + p.selectivity * (1.0 - p.hire_mean)
    half = min(min(p.hire_sd * _SQRT3, mean), 1.0 - mean)
    likely = chance(p.turnover)
    for i in range(x.size):
        if p.misfit > 0.0:
            own = sums[department[i]] / layers.departments[department[i]]
            likely = chance(min(1.0, p.turnover + p.misfit * abs(x[i] - own)))
        if occurs(people.leaving.first[i], likely) and not people.held[i]:
            bits = enter(rules, k, p, people, stream, i, t)
            if p.rule == levers.THRESHOLD:
                x[i] = 1.0 if is_committed(stream, i, t, p.hire_mean) else 0.0
            else:
                x[i] = (mean - half) + 2.0 * half * unit(bits)
