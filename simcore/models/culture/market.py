"""Parts 6 and 7: customers leave, talk, join, and are won back."""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel, prefetch
from simcore.mechanisms.arcs import LARGE, list_arcs, prefetch_lines, prefetch_target
from simcore.mechanisms.draws import draw
from simcore.mechanisms.marks import list_marks
from simcore.models.culture.state import (
    ADVERTISING,
    ADVOCATES,
    CUSTOMER,
    CUSTOMERS,
    DETRACTORS,
    EXPOSED,
    FORMER,
    FORMERS,
    LEFT,
    NEVER,
    PAIRS,
    PROSPECT,
    PROSPECTS,
    RETENTION,
    SOON,
)
from simcore.rng import Purpose, bits64, chance, exp, halves, occurs, tag, waiting

_U0, _U1, _U33 = np.uint64(0), np.uint64(1), np.uint64(33)
_SOME = 128  # customers whose satisfaction is asked for while the months of others are drawn
_ROUNDING = 2.0**-20  # more than sums in another order, and the bits of a draw that are left out, can make of a hazard


@inline
def oldest(t, memory):
    """Return the first period that is remembered in period t: as narrow as what it is compared with, for vectors."""
    return np.int32(t - memory)


@inline
def join(p, public, j, satisfaction):
    """Let somebody become a customer."""
    public.status[j] = CUSTOMER
    public.c[j] = satisfaction
    public.since[j] = NEVER
    public.angry[j] = 0


@kernel
def open_market(p, state, stream):
    """Say who is a customer at the start, and what each is worth."""
    public, likely = state.public, chance(p.customers_at_start)
    for j in range(public.c.size):
        is_there, rank = halves(stream.key, np.uint64(j), _U0, stream.w, tag(0, Purpose.CUSTOMER))
        public.rank[j] = rank
        if j < public.v.size:
            public.v[j] = p.value if p.tail == 0.0 else p.value * (p.tail - 1.0) / p.tail * exp(waiting(rank) / p.tail)
        public.status[j], public.c[j] = PROSPECT, 0.0
        public.near[j] = public.since[j] = NEVER
        public.angry[j] = public.good[j] = state.remembered[j] = 0
        public.audience[j] = 1
        for slot in range(state.news.shape[0]):
            state.news[slot, j] = 0
        if occurs(is_there, likely):
            join(p, public, j, p.first_impression)


@inline
def _hazard(floor, slope, away, raised):
    """Return how probably a customer leaves, surely from 1 on: so far from satisfaction, raised if one near left."""
    return (floor + slope * (away * away)) * raised


@kernel
def draw_month(p, state, stream, t):
    """Draw what may befall each customer, prospect or former customer in this period, and keep a bit of each.

    Customers with a contact are marked, and those who are tempted: who leave if a neighbour left, and if they are
    disappointed before. Those few are drawn again when that is known. Marked are also the prospects whom advertising
    reaches, and who is won back. Return how many customers there are.
    """
    public, draws, there, prospects, large = state.public, state.draws, 0, 0, state.public.c.size >= LARGE
    contacts, told, back = chance(p.contact_rate), chance(p.advertising), chance(p.win_back)
    floor, slope, raised, at_worst = p.churn_floor, p.churn_slope, 1.0 + p.contagion, 1.0 - p.learning
    for begin in range(0, public.c.size, _SOME):
        end = begin + _SOME
        status, reached, satisfied = public.status[begin:end], public.told[begin:end], public.c[begin:end]
        seek, doubt, moves = public.marks.of[begin:end], public.bad.of[begin:end], public.moves.of[begin:end]
        prefetch_lines(public.c, end + _SOME, end + 2 * _SOME, large)
        for k in range(status.size):
            draws.node[k], draws.other[k] = begin + k, 0
        draw(stream, draws, status.size, t, Purpose.CUSTOMER)
        for k in range(status.size):  # without a branch, as all loops that mark: so it is made of vectors
            first, second, is_customer = draws.first[k], draws.second[k], status[k] == CUSTOMER
            is_prospect, is_told = status[k] == PROSPECT, occurs(first, told)
            hazard = _hazard(floor, slope, 1.0 - satisfied[k] * at_worst, raised)
            there += is_customer
            prospects += is_prospect
            seek[k] = is_customer & occurs(first, contacts)
            doubt[k] = is_customer & (np.int32(second >> _U33) * 2.0**-31 <= hazard + _ROUNDING)
            reached[k] = is_told
            moves[k] = (is_prospect & is_told) | ((status[k] == FORMER) & occurs(second, back))
    state.now[ADVERTISING] = p.advertising_cost * p.advertising * prospects
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
            raised = 1.0 + (p.contagion if public.near[j] >= since else 0.0)
            hazard = _hazard(p.churn_floor, p.churn_slope, 1.0 - public.c[j], raised)
            public.bad.listed[tired] = j
            tired += np.uint64(occurs(draws.second[k], chance(hazard)))
    return tired


@kernel
def leave(layers, p, state, stream, there, t):
    """Part 6, of so many customers."""
    public, network = state.public, layers.customers
    kept, gone = chance(p.exit_friction), 0
    tired = public.bad.listed[:_list_tired(p, state, stream, t)]
    for k, j in enumerate(tired):
        prefetch(network.out_ptr, tired[min(k + 2 * SOON, tired.size - 1)])
        prefetch(network.out_idx, network.out_ptr[tired[min(k + SOON, tired.size - 1)]])
        if occurs(bits64(stream.key, np.uint64(j), _U1, stream.w, tag(t, Purpose.CUSTOMER)), kept):
            public.c[j] = 0.0
            public.angry[j] = 1
        else:
            public.status[j] = FORMER
            public.since[j] = t
            gone += 1
            for neighbour in network.out_idx[network.out_ptr[j]:network.out_ptr[j + 1]]:
                public.near[neighbour] = t
    state.now[RETENTION] = 1.0 - gone / there if there > 0 else np.nan
    state.total[LEFT] += gone
    state.total[EXPOSED] += there


@kernel
def speak(p, public, now, t):
    """Mark who speaks well and who badly, if there may be somebody to listen, and count who is in what mood."""
    advocate_at, detractor_at, since = p.advocate_at, p.detractor_at, oldest(t, p.memory)
    customers = former = advocates = detractors = 0
    for begin in range(0, public.c.size, PAIRS):
        end = begin + PAIRS
        status, satisfied, noted = public.status[begin:end], public.c[begin:end], public.since[begin:end]
        angry, audience = public.angry[begin:end], public.audience[begin:end]
        good, bad = public.marks.of[begin:end], public.bad.of[begin:end]
        prefetch_lines(public.c, end, end + PAIRS, public.c.size >= LARGE)
        prefetch_lines(public.since, end, end + PAIRS, public.c.size >= LARGE)
        for k in range(status.size):
            is_customer, is_former = status[k] == CUSTOMER, status[k] == FORMER
            c, recent = satisfied[k], noted[k] >= since
            advocate = is_customer & (c >= advocate_at)
            detractor = is_customer & ((c <= detractor_at) | recent) & (not advocate)
            good[k] = advocate & audience[k]
            bad[k] = (detractor | (is_former & (angry[k] > 0) & recent)) & audience[k]
            customers += is_customer
            former += is_former
            advocates += advocate
            detractors += detractor
    now[PROSPECTS], now[CUSTOMERS], now[FORMERS] = public.c.size - customers - former, customers, former
    now[ADVOCATES], now[DETRACTORS] = advocates, detractors


@kernel
def _listen(layers, state, stream, voices, purpose, likely, into, t):
    """Draw who of those marked is heard by whom."""
    public, draws, idx = state.public, state.draws, layers.customers.out_idx
    place, speakers, large = _U0, list_marks(voices), public.c.size >= LARGE
    while place < speakers:
        begin = place
        place, arcs = list_arcs(layers.customers.out_ptr, idx, voices.listed, place, speakers, large, state.arcs,
                                state.sources)
        for j in voices.listed[begin:place]:
            public.audience[j] = 0
        number = _U0
        for a in range(arcs):  # without a branch: who is a prospect is anybody's guess
            prefetch_target(idx, public.status, state.arcs, np.uint64(a), arcs, large)
            j = idx[state.arcs[a]]
            draws.node[number], draws.other[number] = state.sources[a], j
            number += np.uint64(public.status[j] == PROSPECT)
        draw(stream, draws, number, t, purpose)
        heard = _U0
        for j in draws.node[:number]:
            public.audience[j] = 1
        for item in range(number):  # most hear nothing: what they have heard need not be fetched
            state.sources[heard] = draws.other[item]
            heard += np.uint64(occurs(draws.first[item], likely))
        for j in state.sources[:heard]:
            into[j] += 1
            public.moves.of[j] = 1


@inline
def _forget(remembered, news):
    """Forget the bad news of a period."""
    for j in range(remembered.size):
        remembered[j] -= news[j]
        news[j] = 0


@inline
def _move(network, p, state, news):
    """Let those prospects join who have heard enough, and former customers become prospects."""
    public, now, joined, returned = state.public, state.now, 0, 0
    for j in public.moves.listed[:list_marks(public.moves)]:
        if public.status[j] == FORMER:
            public.status[j] = PROSPECT
            public.angry[j] = 0
            returned += 1
            for neighbour in network.out_idx[network.out_ptr[j]:network.out_ptr[j + 1]]:
                public.audience[neighbour] = 1
            continue
        state.remembered[j] += news[j]
        good = public.good[j] + public.told[j]
        public.good[j] = 0
        if good >= 1 and good >= p.weight_of_bad * state.remembered[j]:
            join(p, public, j, p.first_impression)
            joined += 1
    now[PROSPECTS] += returned - joined
    now[CUSTOMERS] += joined
    now[FORMERS] -= returned
    if p.first_impression >= p.advocate_at:
        now[ADVOCATES] += joined
    elif p.first_impression <= p.detractor_at:
        now[DETRACTORS] += joined


@kernel
def talk(layers, p, state, stream, t):
    """Part 7: word of mouth, advertising, and winning back."""
    public, news = state.public, state.news[t % state.news.shape[0]]
    _forget(state.remembered, news)
    speak(p, public, state.now, t)
    if p.positive > 0.0:
        _listen(layers, state, stream, public.marks, Purpose.TRANSMIT, chance(p.positive), public.good, t)
    if p.negative > 0.0:
        _listen(layers, state, stream, public.bad, Purpose.COMPLAIN, chance(p.negative), news, t)
    _move(layers.customers, p, state, news)
