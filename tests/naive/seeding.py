"""Written from the rule, without sight of the kernel: who is seeded (docs/randomness.md, "Seeds").

Candidates a = 0, 1, 2, ... are drawn from a group; one that is chosen already is skipped, until there are
`count` seeds. The group is all nodes in ascending order (random), the top share q in rank order
(influential), or the rest in rank order (ordinary). Rank is by degree, largest first; equals by a draw,
smaller first; then by node. The top share holds max(1, floor(q n + 0.5)) nodes. `top_degree` draws
nothing but ties: the first `count` by rank.
"""

import math

from tests.naive.philox import SEED, SEED_TIE, below, bits64, c3


def random_seeds(n, count, key, w):
    return draw(list(range(n)), count, key, w)


def top_degree(degree, count, key):
    return ranked(degree, key)[:count]


def influential(degree, q, count, key, w):
    return draw(ranked(degree, key)[: top_size(degree, q)], count, key, w)


def ordinary(degree, q, count, key, w):
    return draw(ranked(degree, key)[top_size(degree, q) :], count, key, w)


def ranked(degree, key):
    """Return all nodes, the one of the largest degree first."""
    return sorted(
        range(len(degree)), key=lambda node: (-degree[node], bits64(key, node, 0, 0, c3(SEED_TIE)), node)
    )


def top_size(degree, q):
    return max(1, math.floor(q * len(degree) + 0.5))


def draw(group, count, key, w):
    if count > len(group):
        raise ValueError(f"{count} seeds from a group of {len(group)}")
    chosen = []
    a = 0
    while len(chosen) < count:
        node = group[below(bits64(key, a, 0, w, c3(SEED)), len(group))]
        if node not in chosen:
            chosen.append(node)
        a += 1
    return chosen
