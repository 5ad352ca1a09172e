"""Written from the rule, without sight of the kernel: the network of groups.

The first grouping cuts the nodes 0 ... n - 1 into groups of ``size``, the last perhaps smaller; each further
one cuts them likewise after they were put in the order of random bits, of number where bits are equal. Two
members of a group are tied with a probability; who share several groups have a chance in each. Two who share
none are tied if a Poisson network ties them, one whose pairs have the probability
outside / (n - 1 - memberships (size - 1)).
"""

from tests.naive import poisson
from tests.naive.philox import WORD, c3, occurs, philox

NETWORK_GROUP = 7
NETWORK_PAIR = 8


def half(number, block):
    return block[0] + WORD * block[1] if number % 2 == 0 else block[2] + WORD * block[3]


def ties(n, size, inside, outside, memberships, key):
    """Return the sorted list of ties (lower, upper)."""
    found, together = set(), set()
    for grouping in range(memberships):
        order = list(range(n))
        if grouping > 0:
            order.sort(key=lambda i: half(i, philox(key, i // 2, grouping, 0, c3(NETWORK_GROUP))))
        for begin in range(0, n, size):
            group = order[begin : begin + size]
            for i in group:
                for j in group:
                    if i < j:
                        together.add((i, j))
                        if occurs(half(j, philox(key, i, j // 2, 0, c3(NETWORK_PAIR, grouping))), inside):
                            found.add((i, j))
    if outside > 0:
        p = outside / (n - 1 - memberships * (size - 1))
        found.update(tie for tie in poisson.ties(n, p * (n - 1), key) if tie not in together)
    return sorted(found)
