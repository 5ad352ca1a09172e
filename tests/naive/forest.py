"""Written from the rule, without sight of the kernel: the forest of communities.

Community c has the nodes c size to (c + 1) size - 1. Inside one, every node throws a Poisson number of darts at its
members, itself among them; two of which either hit the other are tied. The number's mean makes that happen with
probability mean degree / (size - 1).

The first communities are the roots. The others queue up below: the next `span` of them belong to the first community,
the next to the second, and so on. One and the one above it draw pairs, a member of each, until enough are different.
"""

import math

from tests.naive.influence import half
from tests.naive.philox import NETWORK_COUNT, NETWORK_TIE, below, c3, philox
from tests.naive.poisson import count_of, poisson_table

NETWORK_BRIDGE = 20


def ties(communities, size, mean_degree, bridges, trees, span, key):
    """Return the sorted ties (lower, upper)."""
    found = set()
    p = mean_degree / (size - 1) if mean_degree else 0.0
    number = poisson_table(-math.log1p(-p) * size / 2)
    for i in range(communities * size):
        members = range(i // size * size, (i // size + 1) * size)
        for t in range(count_of(philox(key, i // 4, 0, 0, c3(NETWORK_COUNT))[i % 4], number)):
            target = members[below(half(1, philox(key, i, t, 0, c3(NETWORK_TIE))), size)]
            if target != i:
                found.add((min(i, target), max(i, target)))
    for c, above in branches(communities, trees, span):
        pairs, attempt = set(), 0
        while len(pairs) < bridges:
            words = philox(key, c, attempt, 0, c3(NETWORK_BRIDGE))
            pairs.add((above * size + below(half(0, words), size), c * size + below(half(1, words), size)))
            attempt += 1
        found |= pairs
    return sorted(found)


def branches(communities, trees, span):
    """Return (community, the one above it) for all but the roots."""
    places = [above for above in range(communities) for _ in range(span)]
    return list(zip(range(trees, communities), places, strict=False))
