"""Written from the rule, without sight of the kernel: block models.

Every node throws darts: it chooses a block, then a node in it; it is tied to all nodes it hit, and to all
that hit it. How many darts it throws is Poisson, and their mean number for any one target is half of
-ln(1 - p), p the probability that the two are tied.

Degree-corrected: a dart comes from any node of the thrower's block, and hits any node of the block aimed at,
in proportion to weights; the mean number thrown at a block is half the mean degree towards it.
"""

import math
from itertools import accumulate

from tests.naive.influence import half
from tests.naive.philox import NETWORK_COUNT, NETWORK_TIE, WORD, below, c3, philox
from tests.naive.poisson import count_of, poisson_table

NETWORK_WEIGHT = 21


def blocks(sizes, probability, key):
    """Return the sorted ties (lower, upper)."""
    flow = [[-math.log1p(-p) * size for p, size in zip(row, sizes, strict=True)] for row in probability]
    hit = {tuple(sorted(dart)) for dart in darts(sizes, flow, None, key)}
    return sorted((i, j) for i, j in hit if i != j)


def degree_corrected(sizes, mean_degrees, weights, key):
    """Return the sorted ties (lower, upper), and the number of self-loops and of repeated ties."""
    made = [tuple(sorted(dart)) for dart in darts(sizes, mean_degrees, weights, key)]
    loops = [tie for tie in made if tie[0] == tie[1]]
    kept = set(made) - set(loops)
    return sorted(kept), len(loops), len(made) - len(loops) - len(kept)


def weights(sizes, tables, key):
    """Return the weight of every node, drawn from the table of its block, in units of 2^-32."""
    blocks = [block for block, size in enumerate(sizes) for _ in range(size)]
    return [count_of(philox(key, i // 4, 0, 0, c3(NETWORK_WEIGHT))[i % 4], tables[block])
            for i, block in enumerate(blocks)]


def darts(sizes, flow, weights, key):
    """Return (thrower, target) of every dart."""
    members, n = [], 0
    for size in sizes:
        members.append(list(range(n, n + size)))
        n += size
    thrown = []
    for r, nodes in enumerate(members):
        number = poisson_table(sum(flow[r]) / 2)
        for i in nodes:
            for t in range(count_of(philox(key, i // 4, 0, 0, c3(NETWORK_COUNT))[i % 4], number)):
                words = philox(key, i, t, 0, c3(NETWORK_TIE))
                aim = [round(WORD * (total / sum(flow[r]))) for total in accumulate(flow[r])]
                block = count_of(words[0], aim)
                if weights is None:
                    thrown.append((i, members[block][below(half(1, words), sizes[block])]))
                else:
                    source = pick(nodes, weights, half(0, philox(key, i, t, 0, c3(NETWORK_TIE, 1))))
                    thrown.append((source, pick(members[block], weights, half(1, words))))
    return thrown


def pick(nodes, weights, bits):
    """Return one of the nodes, in proportion to weight."""
    totals = list(accumulate(weights[i] for i in nodes))
    shares = [round(total / totals[-1] * 2**53) for total in totals]
    return nodes[count_of(bits // 2**11, shares)]
