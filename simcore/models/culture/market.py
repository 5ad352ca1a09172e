"""Parts 6 and 7: customers leave, talk, join, and are won back."""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel
from simcore.mechanisms.draws import draw
from simcore.mechanisms.marks import list_marks
from simcore.models.culture.state import (
    ADVERTISING,
    BAD,
    CUSTOMER,
    EXPOSED,
    FORMER,
    GOOD,
    LEFT,
    NEVER,
    PAIRS,
    PROSPECT,
    RETENTION,
    SILENT,
)
from simcore.rng import Purpose, bits64, chance, exp, halves, occurs, tag, waiting

_U0, _U1 = np.uint64(0), np.uint64(1)


@inline
def is_fresh(period, t, memory):
    """Tell whether an event of a period is remembered in period t."""
    return t - period <= memory


@inline
def join(p, public, j, satisfaction):
    """Let somebody become a customer."""
    public.status[j] = CUSTOMER
    public.c[j] = satisfaction
    public.unsettled[j] = NEVER
    public.angry[j] = 0


@kernel
def open_market(p, public, stream):
    """Say who is a customer at the start, and what each is worth."""
    likely = chance(p.customers_at_start)
    for j in range(public.c.size):
        is_there, rank = halves(stream.key, np.uint64(j), _U0, stream.w, tag(0, Purpose.CUSTOMER))
        public.rank[j] = rank
        public.v[j] = p.value if p.tail == 0.0 else p.value * (p.tail - 1.0) / p.tail * exp(waiting(rank) / p.tail)
        public.status[j], public.c[j] = PROSPECT, 0.0
        public.left[j] = public.near[j] = public.unsettled[j] = NEVER
        public.angry[j] = public.remembered[j] = 0
        for slot in range(public.news.shape[0]):
            public.news[slot, j] = 0
        if occurs(is_there, likely):
            join(p, public, j, p.first_impression)


@kernel
def draw_month(public, stream, t):
    """Draw what each customer needs once a period."""
    draw(stream, public.month, public.c.size, t, Purpose.CUSTOMER)


@inline
def _mark_tired(p, public, t):
    """Mark the customers who would leave; return how many customers there are.

    Like the other loops that mark it has no branch, and reads the levers before: so it is made of vectors.
    """
    floor, slope, contagion, memory, there = p.churn_floor, p.churn_slope, p.contagion, p.memory, 0
    for j in range(public.c.size):
        away = 1.0 - public.c[j]
        near = contagion if is_fresh(public.near[j], t, memory) else 0.0
        hazard = chance(min(1.0, (floor + slope * (away * away)) * (1.0 + near)))
        is_customer = public.status[j] == CUSTOMER
        there += is_customer
        public.marks.of[j] = is_customer & occurs(public.month.second[j], hazard)
    return there


@kernel
def leave(layers, p, state, stream, t):
    """Part 6."""
    public, network = state.public, layers.customers
    kept, there, gone = chance(p.exit_friction), _mark_tired(p, public, t), 0
    for j in public.marks.listed[:list_marks(public.marks)]:
        if occurs(bits64(stream.key, np.uint64(j), _U1, stream.w, tag(t, Purpose.CUSTOMER)), kept):
            public.c[j] = 0.0
            public.angry[j] = 1
        else:
            public.status[j] = FORMER
            public.left[j] = t
            gone += 1
            for k in network.out_idx[network.out_ptr[j]:network.out_ptr[j + 1]]:
                public.near[k] = t
    state.now[RETENTION] = 1.0 - gone / there if there > 0 else np.nan
    state.total[LEFT] += gone
    state.total[EXPOSED] += there


@kernel
def speak(p, public, t):
    """Say who speaks well and who badly."""
    advocate_at, detractor_at, memory = p.advocate_at, p.detractor_at, p.memory
    for j in range(public.c.size):
        status, c = public.status[j], public.c[j]
        good = (status == CUSTOMER) & (c >= advocate_at)
        bad = (c <= detractor_at) | is_fresh(public.unsettled[j], t, memory)
        angry = (status == FORMER) & (public.angry[j] > 0) & is_fresh(public.left[j], t, memory)
        public.voice[j] = GOOD if good else BAD if ((status == CUSTOMER) & bad) | angry else SILENT


@kernel
def _listen(layers, state, stream, voice, purpose, likely, into, t):
    """List who of those with this voice may be heard by whom, and draw as often as the list is full."""
    public, network, draws, listed = state.public, layers.customers, state.draws, state.public.marks.listed
    number, speakers = _U0, _U0
    for j in range(public.c.size):  # in any case: a branch now and then costs more
        listed[speakers] = j
        speakers += np.uint64(public.voice[j] == voice)
    for place in range(speakers):
        k = listed[place]
        for j in network.out_idx[network.out_ptr[k]:network.out_ptr[k + 1]]:
            draws.node[number], draws.other[number] = k, j
            number += np.uint64(public.status[j] == PROSPECT)
        if number >= PAIRS or place + 1 == speakers:
            draw(stream, draws, number, t, purpose)
            for item in range(number):
                into[draws.other[item]] += occurs(draws.first[item], likely)
            number = _U0


@inline
def _mark_moved(p, public, news, t):
    """Mark the prospects who join and the former who are won back; return how many prospects there were."""
    likely, back, weight, prospects = chance(p.advertising), chance(p.win_back), p.weight_of_bad, 0
    for j in range(public.c.size):
        public.remembered[j] += news[j]
        good = public.good[j] + occurs(public.month.first[j], likely)
        joins = (good >= 1) & (good >= weight * public.remembered[j])
        returns = (public.left[j] < t) & occurs(public.month.second[j], back)
        is_prospect, is_former = public.status[j] == PROSPECT, public.status[j] == FORMER
        prospects += is_prospect
        public.marks.of[j] = (is_prospect & joins) | (is_former & returns)
    return prospects


@kernel
def talk(layers, p, state, stream, t):
    """Part 7: word of mouth, advertising, and winning back."""
    public = state.public
    news = public.news[t % public.news.shape[0]]
    for j in range(public.c.size):
        public.remembered[j] -= news[j]
        news[j] = 0
        public.good[j] = 0
    speak(p, public, t)
    if p.positive > 0.0:
        _listen(layers, state, stream, GOOD, Purpose.TRANSMIT, chance(p.positive), public.good, t)
    if p.negative > 0.0:
        _listen(layers, state, stream, BAD, Purpose.COMPLAIN, chance(p.negative), news, t)
    prospects = _mark_moved(p, public, news, t)
    for j in public.marks.listed[:list_marks(public.marks)]:
        if public.status[j] == PROSPECT:
            join(p, public, j, p.first_impression)
        else:
            public.status[j] = PROSPECT
            public.angry[j] = 0
    state.now[ADVERTISING] = p.advertising_cost * p.advertising * prospects
