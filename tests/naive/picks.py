"""What the twins of asynchronous models share: who is picked, and whom it may turn to.

A step is n picks, one after the other; each takes one of all n nodes and has further luck, another 64 bits.
"""

from tests.naive.philox import MEET, below, c3, halves


def pick(n, k, t, key, w):
    """Return the node of pick k of step t, and the bits that it has besides."""
    who, more = halves(key, k, 0, w, c3(MEET, t))
    return below(who, n), more


def in_neighbours(arcs, n):
    """Return the in-neighbours of each node, in ascending order."""
    around = [[] for _ in range(n)]
    for source, target, *_ in sorted(arcs):
        around[target].append(source)
    return around


def discordant(arcs, opinion):
    """Return the number of arcs between nodes of different opinions."""
    return sum(opinion[source] != opinion[target] for source, target, *_ in arcs)
