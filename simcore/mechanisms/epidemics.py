"""Infection, perhaps again and again: who is infected, who moves on by chance, and what is counted."""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel
from simcore.rng import Purpose, attempt, bits64, chance, occurs, tag

# What models share in which nodes are infected, perhaps again and again: the tally counts those infected now, and
# ever, the last change, the most at once (as int64, or float64 where a change has a time), and perhaps those immune
# now. ``ever`` lists, and ``seen`` marks, those infected at any time.
NOW, EVER, CHANGED, MOST, IMMUNE = range(5)


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
def move_on(stream, t, purpose, probability, nodes, number, status, value, into, moved):
    """Let each of the first ``number`` nodes of a list move on to a status with this probability.

    Those who do are added to the list ``into``, unless that is empty. Return how many stay and the new number there.
    """
    stay = 0
    for i in nodes[:number]:
        if happens(stream, i, t, purpose, probability):
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
def transmits(stream, i, j, t, likely, once):
    """Tell whether a contact infects: one draw for each step, or that of the one attempt on the pair."""
    if once:
        return attempt(stream, np.uint64(i), np.uint64(j), likely)
    return occurs(bits64(stream.key, np.uint64(i), np.uint64(j), stream.w, tag(t, Purpose.TRANSMIT)), likely)


@inline
def infect(network, status, infected, transmission, stream, t, once, caught, number):
    """Let the infected infect the susceptible (status 0): status 1, added to the list of those caught.

    One draw for each contact; ``once``: there is only one along each arc. Return the number of contacts and the new
    number on the list.
    """
    contacts, likely = 0, chance(transmission)
    for i in infected:
        for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]:
            if status[j] == 0:
                contacts += 1
                if transmits(stream, i, j, t, likely, once):
                    status[j] = 1
                    caught[number] = j
                    number += 1
    return contacts, number


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
