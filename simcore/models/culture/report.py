"""What is reported of a period, and what a replicate comes to."""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel
from simcore.mechanisms.arcs import LARGE, prefetch_lines
from simcore.models.culture import state as s
from simcore.models.culture.programmes import is_paid


@inline
def _share(above, below):
    return above / below if below > 0 else np.nan


@inline
def _add(sums, group, x):
    """Return the sums of three groups with x added to one: adding 0 changes none."""
    return (sums[0] + (x if group == 0 else 0.0), sums[1] + (x if group == 1 else 0.0),
            sums[2] + (x if group == 2 else 0.0))


@kernel
def _means(layers, p, state):
    """Report mean commitment, also of executives, middle managers and the front line, with and without held seats."""
    people, now, highest = state.people, state.now, p.executive_levels
    total = committed = 0.0
    sums = numbers = sums_free = numbers_free = (0.0, 0.0, 0.0)
    for i in range(people.x.size):
        x, group = people.x[i], 2 if layers.front[i] else 0 if layers.chart.level[i] <= highest else 1
        free = 0.0 if people.held[i] else 1.0
        total += x
        committed += x >= 0.5
        sums, numbers = _add(sums, group, x), _add(numbers, group, 1.0)
        sums_free, numbers_free = _add(sums_free, group, x * free), _add(numbers_free, group, free)
    mean, variance = total / people.x.size, 0.0
    for x in people.x:
        variance += (x - mean) * (x - mean)
    now[s.MEAN], now[s.VARIANCE], now[s.COMMITTED] = mean, variance / people.x.size, committed / people.x.size
    for group in range(3):
        now[s.EXECUTIVES + group] = _share(sums[group], numbers[group])
        now[s.EXECUTIVES + 3 + group] = _share(sums_free[group], numbers_free[group])


@kernel
def _parts(layers, state):
    """Report the share committed of levels and departments, and the variance between departments."""
    people, now, department = state.people, state.now, layers.chart.department
    for level in range(s.LEVELS):
        committed = 0
        for i in range(people.x.size):
            committed += (state.levels[i] == level) & (people.x[i] >= 0.5)
        now[s.LEVEL + level] = _share(committed, state.level_sizes[level])
    for d in range(s.DEPARTMENTS):
        now[s.DEPARTMENT + d] = 0.0 if d + 1 < layers.departments.size else np.nan
    for d in range(people.department_sum.size):
        people.department_sum[d] = 0.0
    for i in range(people.x.size):
        d = department[i]
        people.department_sum[d] += people.x[i]
        if 0 < d <= s.DEPARTMENTS:
            now[s.DEPARTMENT + d - 1] += people.x[i] >= 0.5
    number, mean, variance = people.department_sum.size - 1, 0.0, 0.0
    for d in range(1, number + 1):
        if d <= s.DEPARTMENTS:
            now[s.DEPARTMENT + d - 1] /= layers.departments[d]
        people.department_sum[d] /= layers.departments[d]
        mean += people.department_sum[d]
    mean = _share(mean, number)
    for d in range(1, number + 1):
        variance += (people.department_sum[d] - mean) * (people.department_sum[d] - mean)
    now[s.BETWEEN] = _share(variance, number)


@kernel
def _customers(public, now):
    """Report what customers bring, and their satisfaction: who is in what mood has been counted."""
    total = revenue = 0.0
    own, large = np.int64(public.v.size > 1), public.c.size >= LARGE
    for begin in range(0, public.c.size, s.PAIRS):
        end = begin + s.PAIRS
        status, satisfied = public.status[begin:end], public.c[begin:end]
        prefetch_lines(public.c, end, end + s.PAIRS, large)
        for k in range(status.size):  # without a branch: adding 0 changes no sum
            is_customer, c, v = status[k] == s.CUSTOMER, satisfied[k], public.v[(begin + k) * own]
            total += c if is_customer else 0.0
            revenue += v if is_customer else 0.0
    now[s.SATISFACTION] = _share(total, now[s.CUSTOMERS])
    now[s.PROMOTERS] = _share(now[s.ADVOCATES] - now[s.DETRACTORS], now[s.CUSTOMERS])
    now[s.REVENUE] = revenue


@kernel
def report(layers, p, state, t):
    """Fill in the observables of a period, but for what its parts have counted."""
    people, now = state.people, state.now
    _means(layers, p, state)
    _parts(layers, state)
    _customers(state.public, now)
    now[s.FIRST_CONTACT] = _share(now[s.AT_ONCE], now[s.AT_ONCE] + now[s.ESCALATED] + now[s.UNSETTLED])
    now[s.HEARD_ABOVE] = _share(now[s.HEARD_ABOVE], now[s.ENCOUNTERS])
    now[s.RESPONSIVENESS] = 100.0 * ((now[s.FRONT] + now[s.FIRST_CONTACT] + now[s.HEARD_ABOVE] + now[s.SATISFACTION])
                                     / 4.0)
    paid = 0
    if p.incentive > 0.0 and t > 0:
        for i in range(people.x.size):
            paid += is_paid(p, people, i)
    now[s.PAY] = p.pay_cost * paid
    if t == 0:
        now[s.PROGRAMMES] = 0.0
        now[s.RETENTION] = np.nan


@kernel
def account(rules, p, state, t):
    """Add a period to what a replicate comes to."""
    now, total = state.now, state.total
    cost = 0.0
    for kind in range(s.PROGRAMMES, s.PAY + 1):
        cost += now[kind]
    total[s.CUSTOMER_PERIODS] += now[s.CUSTOMERS]
    total[s.SUM_REVENUE] += now[s.REVENUE]
    total[s.PROGRAMME_COST] += now[s.PROGRAMMES]
    total[s.COST] += cost
    total[s.DISCOUNT] /= 1.0 + p.discount
    total[s.NPV] += (now[s.REVENUE] - cost) * total[s.DISCOUNT]


@inline
def note(rules, state, t):
    """Note the mean commitment at the marks, and since when it has been above a half."""
    for mark in range(2):
        if rules.marks[mark] == t:
            state.noted[mark] = state.now[s.MEAN]
    if state.now[s.MEAN] < 0.5:
        state.tipping[0] = -1
    elif state.tipping[0] < 0:
        state.tipping[0] = t


@kernel
def observe(state, row):
    """Fill in the observables."""
    for k in range(row.size):
        row[k] = state.now[k]


@kernel
def portray(state, row):
    """Fill in the commitment of each employee, then the satisfaction of each customer; below 0 of who is none."""
    people, public = state.people, state.public
    for i in range(people.x.size):
        row[i] = people.x[i]
    for j in range(public.c.size):
        row[people.x.size + j] = public.c[j] if public.status[j] == s.CUSTOMER else -1.0 - public.status[j]


OUTCOMES = {"size": int, "mean": float, "at_until": float, "at_after": float, "tipping": int, "customers": int,
            "satisfaction": float, "promoters": float, "first_contact": float, "heard_above": float,
            "responsiveness": float, "retention": float, "customer_periods": int, "revenue": float,
            "programme_cost": float, "cost": float, "npv": float}


@kernel
def conclude(state, row):
    """Fill in the outcomes."""
    now, total = state.now, state.total
    size = 0
    for x in state.people.x:
        size += x >= 0.5
    row[0], row[1], row[2], row[3], row[4] = size, now[s.MEAN], state.noted[0], state.noted[1], state.tipping[0]
    row[5], row[6], row[7] = now[s.CUSTOMERS], now[s.SATISFACTION], now[s.PROMOTERS]
    row[8], row[9], row[10] = now[s.FIRST_CONTACT], now[s.HEARD_ABOVE], now[s.RESPONSIVENESS]
    row[11] = 1.0 - total[s.LEFT] / total[s.EXPOSED] if total[s.EXPOSED] > 0 else np.nan
    row[12], row[13], row[14] = total[s.CUSTOMER_PERIODS], total[s.SUM_REVENUE], total[s.PROGRAMME_COST]
    row[15], row[16] = total[s.COST], total[s.NPV]
