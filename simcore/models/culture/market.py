"""Parts 6 and 7: customers leave, talk, join, and are won back."""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel, prefetch
from simcore.mechanisms.arcs import LARGE, list_arcs
from simcore.mechanisms.draws import draw
from simcore.mechanisms.marks import list_marks
from simcore.models.culture.state import (
    ADVERTISING,
    CUSTOMER,
    EXPOSED,
    FORMER,
    LEFT,
    NEVER,
    PAIRS,
    PROSPECT,
    RETENTION,
    TOLD,
    WON_BACK,
)
from simcore.rng import Purpose, bits64, chance, exp, halves, occurs, tag, waiting

_U0, _U1 = np.uint64(0), np.uint64(1)


@inline
def oldest(t, memory):
    """Return the first period that is remembered in period t: as narrow as what it is compared with, for vectors."""
    return np.int32(t - memory)


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
        public.angry[j] = public.remembered[j] = public.good[j] = 0
        for slot in range(public.news.shape[0]):
            public.news[slot, j] = 0
        if occurs(is_there, likely):
            join(p, public, j, p.first_impression)


@inline
def _hazard(p, away, near):
    """Return how probably a customer leaves: so far away from satisfaction, with a neighbour who left or without."""
    return chance(min(1.0, (p.churn_floor + p.churn_slope * (away * away)) * (1.0 + (p.contagion if near else 0.0))))


@kernel
def draw_month(p, state, stream, t):
    """Draw what may befall each customer, prospect or former customer in this period, and keep a bit of each.

    Customers with a contact are marked, and those who are tempted: who leave if they have the most reasons to. Those
    few are drawn again when the reasons are known. Return how many customers there are.
    """
    public, draws, there = state.public, state.draws, 0
    contacts, told, back = chance(p.contact_rate), chance(p.advertising), chance(p.win_back)
    tempted = _hazard(p, 1.0, True)
    for begin in range(0, public.c.size, PAIRS):
        status, month = public.status[begin:begin + PAIRS], public.month[begin:begin + PAIRS]
        seek, doubt = public.marks.of[begin:begin + PAIRS], public.bad.of[begin:begin + PAIRS]
        for k in range(month.size):
            draws.node[k], draws.other[k] = begin + k, 0
        draw(stream, draws, month.size, t, Purpose.CUSTOMER)
        for k in range(month.size):  # without a branch, as all loops that mark: so it is made of vectors
            first, second, is_customer = draws.first[k], draws.second[k], status[k] == CUSTOMER
            there += is_customer
            seek[k] = is_customer & occurs(first, contacts)
            doubt[k] = is_customer & occurs(second, tempted)
            month[k] = TOLD * occurs(first, told) | WON_BACK * occurs(second, back)
    return there


@inline
def _list_tired(p, state, stream, t):
    """List who of the tempted leave; return how many they are."""
    public, draws, tired, since = state.public, state.draws, _U0, oldest(t, p.memory)
    tempted = list_marks(public.bad)
    for begin in range(0, tempted, PAIRS):
        some = public.bad.listed[begin:min(begin + PAIRS, tempted)]
        for k in range(some.size):
            prefetch(public.c, some[k])
            prefetch(public.near, some[k])
            draws.node[k], draws.other[k] = some[k], 0
        draw(stream, draws, some.size, t, Purpose.CUSTOMER)
        for k, j in enumerate(some):
            hazard = _hazard(p, 1.0 - public.c[j], public.near[j] >= since)
            public.bad.listed[tired] = j
            tired += np.uint64(occurs(draws.second[k], hazard))
    return tired


@kernel
def leave(layers, p, state, stream, there, t):
    """Part 6, of so many customers."""
    public, network = state.public, layers.customers
    kept, gone = chance(p.exit_friction), 0
    for j in public.bad.listed[:_list_tired(p, state, stream, t)]:
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
    """Mark who speaks well and who badly."""
    advocate_at, detractor_at, since = p.advocate_at, p.detractor_at, oldest(t, p.memory)
    for j in range(public.c.size):
        status, c = public.status[j], public.c[j]
        good = (status == CUSTOMER) & (c >= advocate_at)
        bad = (c <= detractor_at) | (public.unsettled[j] >= since)
        angry = (status == FORMER) & (public.angry[j] > 0) & (public.left[j] >= since)
        public.marks.of[j] = good
        public.bad.of[j] = (not good) & (((status == CUSTOMER) & bad) | angry)


@kernel
def _listen(layers, state, stream, voices, purpose, likely, into, t):
    """Draw who of those marked is heard by whom."""
    public, draws, idx = state.public, state.draws, layers.customers.out_idx
    place, speakers, large = _U0, list_marks(voices), public.c.size >= LARGE
    while place < speakers:
        place, arcs = list_arcs(layers.customers.out_ptr, idx, voices.listed, place, speakers, large, state.arcs,
                                state.sources)
        number = _U0
        for a in range(arcs):  # without a branch: who is a prospect is anybody's guess
            j = idx[state.arcs[a]]
            draws.node[number], draws.other[number] = state.sources[a], j
            number += np.uint64(public.status[j] == PROSPECT)
        draw(stream, draws, number, t, purpose)
        heard = _U0
        for item in range(number):  # most hear nothing: what they have heard need not be fetched
            state.sources[heard] = draws.other[item]
            heard += np.uint64(occurs(draws.first[item], likely))
        for j in state.sources[:heard]:
            into[j] += 1


@inline
def _mark_moved(p, public, news, forgotten, t):
    """Mark the prospects who join and the former who are won back, and forget; return how many prospects there were."""
    weight, prospects, now = p.weight_of_bad, 0, np.int32(t)  # sums of 32 bits have 64 in numba: half as many a vector
    for j in range(public.c.size):
        month, remembered = public.month[j], np.int32(public.remembered[j] + news[j])
        good = np.int32(public.good[j] + (month & TOLD > 0))
        joins = (good >= 1) & (good >= weight * remembered)
        returns = (public.left[j] < now) & (month & WON_BACK > 0)
        is_prospect, is_former = public.status[j] == PROSPECT, public.status[j] == FORMER
        prospects += is_prospect
        public.marks.of[j] = (is_prospect & joins) | (is_former & returns)
        public.remembered[j] = remembered - forgotten[j]
        public.good[j] = forgotten[j] = 0
    return prospects


@kernel
def talk(layers, p, state, stream, t):
    """Part 7: word of mouth, advertising, and winning back."""
    public, rows = state.public, state.public.news.shape[0]
    news, forgotten = public.news[t % rows], public.news[(t + 1) % rows]
    speak(p, public, t)
    if p.positive > 0.0:
        _listen(layers, state, stream, public.marks, Purpose.TRANSMIT, chance(p.positive), public.good, t)
    if p.negative > 0.0:
        _listen(layers, state, stream, public.bad, Purpose.COMPLAIN, chance(p.negative), news, t)
    prospects = _mark_moved(p, public, news, forgotten, t)
    for j in public.marks.listed[:list_marks(public.marks)]:
        if public.status[j] == PROSPECT:
            join(p, public, j, p.first_impression)
        else:
            public.status[j] = PROSPECT
            public.angry[j] = 0
    state.now[ADVERTISING] = p.advertising_cost * p.advertising * prospects
