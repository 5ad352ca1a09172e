"""Infection, perhaps again and again: who is infected, who moves on by chance, and what is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel
from simcore.mechanisms.arcs import room_for_arcs
from simcore.mechanisms.draws import Draws, draw, room_for_draws
from simcore.rng import Purpose, attempt, bits64, chance, occurs, tag

if TYPE_CHECKING:
    from simcore.network.csr import Network

# What models share in which nodes are infected, perhaps again and again: the tally counts those infected now, and
# ever, the last change, the most at once (as int64, or float64 where a change has a time), and perhaps those immune
# now. ``ever`` lists, and ``seen`` marks, those infected at any time.
NOW, EVER, CHANGED, MOST, IMMUNE = range(5)


def room_for_contacts(network: Network) -> Draws:
    """Return room for a thousand draws, or those of all contacts of any one node."""
    return room_for_draws(room_for_arcs(network).size)


@inline
def outbreak(tally, status, seen, infected, ever, seeds):
    """Start from the seeds: undo what the last replicate touched, and infect them (status 1)."""
    for i in ever[:np.int64(tally[EVER])]:
        status[i] = seen[i] = 0
    for place, i in enumerate(seeds):
        status[i] = seen[i] = 1
        infected[place] = ever[place] = i
    tally[NOW], tally[EVER], tally[CHANGED], tally[MOST] = seeds.size, seeds.size, 0, seeds.size


@inline
def note(ever, seen, tally, i):
    """Count a node in that is infected, unless it was before; ``ever`` has room for one more than all."""
    ever[np.int64(tally[EVER])] = i
    tally[EVER] += not seen[i]
    seen[i] += not seen[i]


@inline
def close_outbreak(tally, now, changed, t):
    """Count a finished step in."""
    tally[NOW] = now
    tally[MOST] = max(tally[MOST], now)
    tally[CHANGED] = t if changed else tally[CHANGED]


@inline
def happens(stream, i, t, purpose, probability):
    """Tell whether what has this probability for a node in a step happens."""
    return occurs(bits64(stream.key, np.uint64(i), np.uint64(0), stream.w, tag(t, purpose)), chance(probability))


@inline
def move_on(stream, t, purpose, probability, nodes, number, status, value, into, moved, draws):
    """Let each of the first ``number`` nodes of a list move on to a status with this probability.

    Those who do are added to the list ``into``, unless that is empty. Return how many stay and the new number there.
    """
    stay, likely = 0, chance(probability)
    for first in range(0, number, draws.node.size):
        some = min(draws.node.size, number - first)
        for k in range(some):
            draws.node[k], draws.other[k] = nodes[first + k], 0
        draw(stream, draws, some, t, purpose)
        for k in range(some):
            i = draws.node[k]
            if occurs(draws.first[k], likely):
                status[i] = value
                if into.size:
                    into[moved] = i
                moved += 1
            else:
                nodes[stay] = i
                stay += 1
    return stay, moved


@inline
def append(nodes, number, more):
    """Add nodes to a list; return the new number there."""
    for i in more:
        nodes[number] = i
        number += 1
    return number


@inline
def _list_contacts(network, status, infected, place, draws, spreading, spread):
    """List the contacts of the infected from a place on with the susceptible, while there is room.

    Return the next place, the number of contacts, and the new number of those who have any.
    """
    number = np.uint64(0)
    while place < infected.size:
        i, before = np.uint64(infected[place]), number
        row = network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]
        if np.int64(number) + row.size > draws.node.size:
            break
        for j in row:
            draws.node[number], draws.other[number] = i, j
            number += np.uint64(status[j] == 0)
        if spreading.size:
            spreading[spread] = i
        spread += number > before
        place += 1
    return place, np.int64(number), spread


@inline
def infect(network, status, infected, transmission, stream, t, once, draws, spreading, caught, number):
    """Let the infected infect the susceptible (status 0): status 1, added to the list of those caught.

    One draw for each contact; ``once``: there is only one along each arc. Who has contacts is put into the list
    ``spreading``, unless that is empty; the list of those caught has room for one more than all. Return how many have
    contacts, and the new number of those caught.
    """
    place, spread, likely = 0, 0, chance(transmission)
    while place < infected.size:
        place, contacts, spread = _list_contacts(network, status, infected, place, draws, spreading, spread)
        if not once:
            draw(stream, draws, contacts, t, Purpose.TRANSMIT)
        for k in range(contacts):
            j = draws.other[k]
            new = status[j] == 0 and (attempt(stream, draws.node[k], j, likely) if once else
                                      occurs(draws.first[k], likely))
            caught[number] = j
            status[j] |= new
            number += new
    return spread, number


RECURRENT = {"size": int, "ever": int, "duration": int, "peak": int}  # outcomes where nodes are infected again
AT_END = "nodes infected at the end"  # are counted there


@kernel
def observe_sir(state, row):
    """Fill (susceptible, infected, recovered) where nobody is infected twice."""
    now, ever = state.tally[NOW], state.tally[EVER]
    row[0], row[1], row[2] = state.status.size - ever, now, ever - now


@kernel
def observe_sirs(state, row):
    """Fill (susceptible, infected, recovered) where the recovered are susceptible again."""
    now, immune = state.tally[NOW], state.tally[IMMUNE]
    row[0], row[1], row[2] = state.status.size - now - immune, now, immune


@kernel
def observe_recurrent(state, row):
    """Fill (susceptible, infected)."""
    row[0], row[1] = state.status.size - state.tally[NOW], state.tally[NOW]


@kernel
def conclude_recurrent(state, row):
    """Fill (size, ever, duration, peak): infected at the end, and at any time."""
    row[0], row[1], row[2], row[3] = state.tally[NOW], state.tally[EVER], state.tally[CHANGED], state.tally[MOST]
