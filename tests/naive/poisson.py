"""Written from the rule, without sight of the kernel: the Poisson network.

Each pair of the n nodes is tied with probability p = z / (n - 1), independently.

Row i of the pairs has the partners i + 1 ... n - 1. Fold f = 0 ... ceil(n / 2) - 1 joins rows f and
n - 1 - f, which have n - 1 slots together: first those of row f, then those of row n - 1 - f. A fold
receives a Poisson number of ties, of mean -ln(1 - p) (n - 1), each in a slot drawn at random; so a slot
receives none with probability 1 - p, and parallel ties count once. The middle row of an odd n is its own
partner: there, slots beyond row f are dropped.
"""

import math

from tests.naive.philox import NETWORK_COUNT, NETWORK_TIE, WORD, below, c3, philox


def ties(n, mean_degree, key):
    """Return the sorted list of ties (lower, upper) of the network with this key."""
    if n < 2:
        return []
    p = mean_degree / (n - 1)
    table = poisson_table(-math.log1p(-p) * (n - 1))
    found = set()
    for f in range((n + 1) // 2):
        for t in range(count_of(philox(key, f // 4, 0, 0, c3(NETWORK_COUNT))[f % 4], table)):
            x0, x1, x2, x3 = philox(key, f, t // 2, 0, c3(NETWORK_TIE))
            slot = below(x0 + WORD * x1 if t % 2 == 0 else x2 + WORD * x3, n - 1)
            of_row_f = n - 1 - f
            if slot < of_row_f:
                found.add((f, f + 1 + slot))
            elif f != n - 1 - f:
                found.add((n - 1 - f, n - f + slot - of_row_f))
    return sorted(found)


def poisson_table(mean):
    """Return round(2^32 P(count <= k)) for k = 0, 1, ..., for a mean small enough that exp(-mean) > 0."""
    pmf = [math.exp(-mean)]
    while len(pmf) <= mean or pmf[-1] > 1e-30:
        pmf.append(pmf[-1] * mean / len(pmf))
    total = math.fsum(pmf)
    return [round(WORD * (math.fsum(pmf[: k + 1]) / total)) for k in range(len(pmf))]


def count_of(u, table):
    """Return the smallest k with u < table[k]."""
    k = 0
    while u >= table[k]:
        k += 1
    return k
