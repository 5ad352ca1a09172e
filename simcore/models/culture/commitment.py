"""Part 4: commitment spreads down the line, among peers, by what is heard, and by pay; and decays."""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel
from simcore.models.culture import levers
from simcore.models.culture.programmes import is_paid
from simcore.models.culture.state import CUSTOMER, HEARD
from simcore.network.company import NOBODY
from simcore.rng import Purpose, bits64, chance, occurs, tag

_U0 = np.uint64(0)


@kernel
def satisfy(layers, people, public):
    """Sum up the satisfaction of the customers that each employee and those below serve."""
    chart, ptr = layers.chart, layers.served_ptr
    for i in range(people.x.size):
        total, number = 0.0, 0
        for j in layers.served_idx[ptr[chart.place[i]]:ptr[chart.place[i] + 1]]:
            if public.status[j] == CUSTOMER:
                total += public.c[j]
                number += 1
        people.sum_below[i], people.number_below[i] = total, number
    for i in chart.upward:
        manager = chart.manager[i]
        if manager != NOBODY:
            people.sum_below[manager] += people.sum_below[i]
            people.number_below[manager] += people.number_below[i]


@inline
def _aim(p, people, i):
    """Return what an employee is paid to be; NaN where nothing is paid."""
    if p.incentive == 0.0 or not is_paid(p, people, i):
        return np.nan
    if people.resents[i]:
        return 0.0
    if p.pay_on == levers.ALWAYS:
        return 1.0
    return people.sum_below[i] / people.number_below[i] if people.number_below[i] > 0 else np.nan


@inline
def _news(people, i):
    """Return the share that an employee heard of what happened, and its mean experience."""
    number = people.heard[i] + people.seen[i]
    share = people.heard[i] / max(people.happened[i], 1)  # nobody heard of what did not happen: no branch that
    mean = people.heard_sum[i] / max(number, 1)  # chance takes
    if people.seen[i]:
        share = max(share, 0.5)
    return share, mean


@inline
def _mean_peer(informal, x, i):
    total = 0.0
    low, high = informal.out_ptr[i], informal.out_ptr[i + 1]
    for k in informal.out_idx[low:high]:
        total += x[k]
    return total / (high - low)


@inline
def conform(mean, k):
    """Return how strong the pull of a mean is: beyond k = 1 a majority defends itself."""
    if k == 1:
        return mean
    for_, against = mean, 1.0 - mean
    for _ in range(k - 1):
        for_ *= mean
        against *= 1.0 - mean
    return for_ / (for_ + against)


@inline
def _line(layers, p, people, i):
    """Return the manager of somebody, and how visible; nobody is above the chief."""
    manager = np.uint32(layers.chart.manager[i])
    visible = p.visibility
    if manager != NOBODY and people.seen[manager]:
        visible = 1.0
    return manager, visible


@inline
def _enculturate(layers, p, people, i, share, mean):
    """Return the commitment of somebody after a period."""
    x, informal = people.x[i], layers.informal
    line = peer = pay = 0.0
    manager, visible = _line(layers, p, people, i)
    if manager != NOBODY:
        line = p.manager * visible * (people.x[manager] - x)
    if informal.out_ptr[i + 1] > informal.out_ptr[i]:
        peer = p.peers * (conform(_mean_peer(informal, people.x, i), p.conformity) - x)
    news = p.hearing * share * (mean * (1.0 - x) - p.sting * (1.0 - mean) * x)
    aim = _aim(p, people, i)
    if not np.isnan(aim):
        pay = p.incentive * (aim - x)
        people.bought[i] += people.s[i] * pay
    after = x + people.s[i] * (line + peer + news + pay) - p.decay * x
    return min(1.0, max(0.0, after))


@inline
def _adopts(layers, p, people, i, share, mean):
    """Tell whether somebody who is not committed becomes so, under rule threshold."""
    informal, needed = layers.informal, 1.0 - people.s[i]
    ties = informal.out_ptr[i + 1] - informal.out_ptr[i]
    if p.line == 0.0 and p.hearing == 0.0 and p.incentive == 0.0:
        if needed <= 0.0:
            return True
        committed = 0.0
        for k in informal.out_idx[informal.out_ptr[i]:informal.out_ptr[i + 1]]:
            committed += people.x[k]
        return ties > 0 and committed >= max(1.0, np.ceil(needed * ties - 1e-9))
    manager, visible = _line(layers, p, people, i)
    if manager == NOBODY and ties == 0:
        return False
    if ties == 0:
        influence = visible * people.x[manager]
    elif manager == NOBODY:
        influence = _mean_peer(informal, people.x, i)
    else:
        influence = p.line * visible * people.x[manager] + (1.0 - p.line) * _mean_peer(informal, people.x, i)
    aim = _aim(p, people, i)
    pay = 0.0 if np.isnan(aim) else p.incentive * aim
    return influence + p.hearing * share * mean + pay >= needed - 1e-9


@kernel
def commit(layers, p, state, stream, t):
    """Part 4."""
    people, total = state.people, 0.0
    if p.incentive > 0.0 and p.pay_on == levers.SUCCESS:
        satisfy(layers, people, state.public)
    for i in range(people.x.size):
        share, mean = _news(people, i)
        total += share
        if people.held[i]:
            people.after[i] = people.x[i]
        elif p.rule == levers.ENCULTURATION:
            people.after[i] = _enculturate(layers, p, people, i, share, mean)
        elif people.x[i] == 1.0:
            relapses = occurs(bits64(stream.key, np.uint64(i), _U0, stream.w, tag(t, Purpose.RECOVER)),
                              chance(p.decay))
            people.after[i] = 0.0 if relapses else 1.0
        else:
            people.after[i] = 1.0 if _adopts(layers, p, people, i, share, mean) else 0.0
    for i in range(people.x.size):
        people.x[i] = people.after[i]
    state.now[HEARD] = total / people.x.size
