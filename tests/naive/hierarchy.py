"""Written from the rule, without sight of the kernel: the organisation of Dodds, Watts and Sabel.

Every node of level l has spans[l] children; nodes are numbered level by level, the children of an earlier
node first. Cross ties are drawn one by one from the pairs not yet tied, in proportion to
exp(-D / lambda) exp(-x / zeta): D levels lie between the top and the lowest common ancestor of i and j, these
stand d_i and d_j levels below it, and x = sqrt(d_i^2 + d_j^2 - 2). A node and its manager are tied from the
start, and in teams siblings are.

A candidate is drawn in two steps: the class of pairs that have D, min d, and max d in common, by the weight
of a pair times the number of pairs in the class; and one of its pairs. A pair that is taken is passed over; a
class is left out once all its pairs are taken. Where a scale is 0 only the pairs of least D (of least x; of
least D + x) count, of those classes that are not left out.
"""

import math

from tests.naive.philox import NETWORK_TIE, WORD, below, c3, philox
from tests.naive.poisson import count_of

NETWORK_CLASS = 6


def paths(spans):
    """Return the way from the top to each node: the child taken on each level."""
    level, found = [()], [()]
    for span in spans:
        level = [(*path, child) for path in level for child in range(span)]
        found += level
    return found


def class_of(a, b):
    """Return D, min d and max d of two paths."""
    depth = 0
    while depth < min(len(a), len(b)) and a[depth] == b[depth]:
        depth += 1
    return (depth, *sorted((len(a) - depth, len(b) - depth)))


def classes(spans, teams):
    """Return the pairs (lower, upper) of each class that are not tied from the start."""
    nodes, found = paths(spans), {}
    for j, b in enumerate(nodes):
        for i, a in enumerate(nodes[:j]):
            depth, near, far = class_of(a, b)
            if (near, far) != (0, 1) and not (teams and (near, far) == (1, 1)):
                found.setdefault((depth, far, near), []).append((i, j))
    return found


def distance(near, far):
    return math.sqrt(near**2 + far**2 - 2)


def energy(name, lambda_, zeta):
    """Return what goes first, and the minus logarithm of the weight."""
    depth, far, near = name
    before = (depth if lambda_ == 0 else 0) + (distance(near, far) if zeta == 0 else 0)
    return before, (depth / lambda_ if lambda_ else 0) + (distance(near, far) / zeta if zeta else 0)


def ties(spans, cross_ties, lambda_, zeta, teams, line, key):
    """Return the sorted list of ties (lower, upper)."""
    nodes, pairs = paths(spans), classes(spans, teams)
    made, attempt = [], 0
    while len(made) < cross_ties:
        name = draw_class(pairs, [c for c in sorted(pairs, key=order) if not set(pairs[c]) <= set(made)],
                          lambda_, zeta, philox(key, attempt, 0, 0, c3(NETWORK_CLASS))[0])
        tie = draw_pair(nodes, name, philox(key, attempt, 0, 0, c3(NETWORK_TIE)))
        if tie not in made:
            made.append(tie)
        attempt += 1
    known = [(i, j) for j, b in enumerate(nodes) for i, a in enumerate(nodes[:j])
             if (line and a == b[:-1]) or (teams and a[:-1] == b[:-1] and len(a) == len(b))]
    return sorted(made + known)


def order(name):
    depth, far, near = name
    return depth, depth + far, near


def draw_class(pairs, left, lambda_, zeta, word):
    first = min(energy(name, lambda_, zeta)[0] for name in left)
    left = [name for name in left if energy(name, lambda_, zeta)[0] == first]
    least = min(energy(name, lambda_, zeta)[1] for name in left)
    weights = [math.exp(least - energy(name, lambda_, zeta)[1]) * len(pairs[name]) for name in left]
    table = [round(WORD * (math.fsum(weights[: k + 1]) / math.fsum(weights))) for k in range(len(left))]
    return left[count_of(word, table)]


def draw_pair(nodes, name, block):
    """Draw the nearer end among all nodes of its level, the farther among those that make the class."""
    depth, far, near = name
    level = [i for i, path in enumerate(nodes) if len(path) == depth + near]
    i = level[below(block[0] + WORD * block[1], len(level))]
    others = [j for j, path in enumerate(nodes)
              if len(path) == depth + far and class_of(nodes[i], path) == (depth, near, far)]
    j = others[below(block[2] + WORD * block[3], len(others))]
    return min(i, j), max(i, j)
