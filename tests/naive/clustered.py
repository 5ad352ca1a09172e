"""Written from the rule, without sight of the kernel: growth with triangles, and arcs that are answered.

Node m makes a tie to each of the nodes 0 ... m - 1. Each later node makes m ties, the first to the end of a
random tie. Before each further one luck decides: with the probability given, it goes to a random neighbour
of the node last found at the end of a random tie, though not to one it is tied to. Otherwise, and if there
is no such neighbour, it goes to the end of a random tie again, though not to one it is tied to.

Answered arcs: each tie of a Poisson network becomes two arcs or one; if one, either with the same chance.
"""

from tests.naive import poisson
from tests.naive.influence import half
from tests.naive.philox import NETWORK_TIE, below, c3, chance, philox

NETWORK_TRIAD = 14
NETWORK_MUTUAL = 15


def holme_kim(n, m, triads, key):
    """Return the sorted list of ties (lower, upper)."""
    made = [(older, m) for older in range(m)]
    for newcomer in range(m + 1, n if m else 0):
        ends = [end for older, newer in made for end in (newer, older)]
        chosen, attempt, last = [], 0, None
        while len(chosen) < m:
            node = neighbour(made, last, newcomer, chosen, triads, key) if chosen else None
            while node is None:
                words = philox(key, newcomer, attempt // 2, 0, c3(NETWORK_TIE))
                end = ends[below(half(attempt, words), len(ends))]
                attempt += 1
                if end not in chosen:
                    node = last = end
            chosen.append(node)
        made += [(older, newcomer) for older in sorted(chosen)]
    return sorted(made)


def neighbour(made, last, newcomer, chosen, triads, key):
    """Return the neighbour that the next tie goes to, if luck wants it and there is one."""
    around = sorted({i + j - last for i, j in made if last in (i, j)})
    words = philox(key, newcomer, len(chosen), 0, c3(NETWORK_TRIAD))
    if half(0, words) >= chance(triads) or set(around) <= set(chosen):
        return None
    attempt = 0
    while True:
        words = philox(key, newcomer, len(chosen), 0, c3(NETWORK_TRIAD, attempt))
        node = around[below(half(1, words), len(around))]
        if node not in chosen:
            return node
        attempt += 1


def reciprocal(n, mean_degree, reciprocity, key):
    """Return the sorted list of arcs (source, target)."""
    arcs = []
    for i, j in poisson.ties(n, mean_degree * (2 - reciprocity), key):
        words = philox(key, i, j, 0, c3(NETWORK_MUTUAL))
        both = half(0, words) < chance(reciprocity / (2 - reciprocity))
        back = below(half(1, words), 2)
        arcs += [(i, j)] * (both or not back) + [(j, i)] * (both or back)
    return sorted(arcs)
