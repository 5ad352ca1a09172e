"""Parts 6 and 7: customers leave, talk, join, and are won back."""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel
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
def is_detractor(p, public, j, t):
    """Tell whether a customer who is no advocate is a detractor."""
    return public.c[j] <= p.detractor_at or is_fresh(public.unsettled[j], t, p.memory)


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
    """Draw what each customer needs once a period: a loop without branches, several draws at a time."""
    for j in range(public.first.size):
        public.first[j], public.second[j] = halves(stream.key, np.uint64(j), _U0, stream.w, tag(t, Purpose.CUSTOMER))


@kernel
def leave(layers, p, state, stream, t):
    """Part 6."""
    public, network = state.public, layers.customers
    kept, there, gone = chance(p.exit_friction), 0, 0
    for j in range(public.c.size):
        if public.status[j] != CUSTOMER:
            continue
        there += 1
        away = 1.0 - public.c[j]
        near = p.contagion if is_fresh(public.near[j], t, p.memory) else 0.0
        if occurs(public.second[j], chance(min(1.0, (p.churn_floor + p.churn_slope * (away * away)) * (1.0 + near)))):
            if occurs(bits64(stream.key, np.uint64(j), _U1, stream.w, tag(t, Purpose.CUSTOMER)), kept):
                public.c[j] = 0.0
                public.angry[j] = 1
            else:
                public.status[j] = FORMER
                public.left[j] = t
                gone += 1
    if gone > 0:
        for j in range(public.c.size):
            if public.left[j] == t:
                for k in network.out_idx[network.out_ptr[j]:network.out_ptr[j + 1]]:
                    public.near[k] = t
    state.now[RETENTION] = 1.0 - gone / there if there > 0 else np.nan
    state.total[LEFT] += gone
    state.total[EXPOSED] += there


@kernel
def speak(p, public, t):
    """Say who speaks well and who badly."""
    for j in range(public.c.size):
        voice = SILENT
        if public.status[j] == CUSTOMER:
            if public.c[j] >= p.advocate_at:
                voice = GOOD
            elif is_detractor(p, public, j, t):
                voice = BAD
        elif public.status[j] == FORMER and public.angry[j] and is_fresh(public.left[j], t, p.memory):
            voice = BAD
        public.voice[j] = voice


@kernel
def _listen(layers, state, stream, voice, purpose, likely, into, t):
    """List who of those with this voice may be heard by whom, and draw as often as the list is full."""
    public, network, pairs = state.public, layers.customers, state.pairs
    number, n = _U0, public.c.size
    for k in range(n + 1):
        if k < n and public.voice[k] == voice:
            for j in network.out_idx[network.out_ptr[k]:network.out_ptr[k + 1]]:
                pairs[0, number], pairs[1, number] = k, j  # in any case: a branch now and then costs more
                number += np.uint64(public.status[j] == PROSPECT)
        if number >= PAIRS or k == n:
            for place in range(number):  # a loop without branches makes several draws at a time
                state.bits[place] = bits64(stream.key, pairs[0, place], pairs[1, place], stream.w, tag(t, purpose))
            for place in range(number):
                into[pairs[1, place]] += occurs(state.bits[place], likely)
            number = _U0


@kernel
def talk(layers, p, state, stream, t):
    """Part 7: word of mouth, advertising, and winning back."""
    public, likely, back, prospects = state.public, chance(p.advertising), chance(p.win_back), 0
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
    for j in range(public.c.size):
        public.remembered[j] += news[j]
        if public.status[j] == PROSPECT:
            prospects += 1
            good = public.good[j] + occurs(public.first[j], likely)
            if good >= 1 and good >= p.weight_of_bad * public.remembered[j]:
                join(p, public, j, p.first_impression)
        elif public.status[j] == FORMER and public.left[j] < t and occurs(public.second[j], back):
            public.status[j] = PROSPECT
            public.angry[j] = 0
    state.now[ADVERTISING] = p.advertising_cost * p.advertising * prospects
