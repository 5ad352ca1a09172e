"""Written from the rule, without sight of the kernel: the small world of Watts and Strogatz.

n nodes in a ring, each tied to its k nearest. In lap j = 1 ... k / 2 every node in turn rewires its tie to
the j-th node clockwise with probability p: to another node, any one that it is not tied to with the same
chance. A node that is tied to all others leaves its tie alone.
"""

from tests.naive.philox import WORD, c3, chance, philox

NETWORK_REWIRE = 3


def ties(n, neighbours, rewiring, key):
    """Return the sorted list of ties (lower, upper)."""
    now = {frozenset((i, (i + lap) % n)) for i in range(n) for lap in range(1, neighbours // 2 + 1)}
    for lap in range(1, neighbours // 2 + 1):
        for i in range(n):
            x0, x1, _, _ = philox(key, i, lap - 1, 0, c3(NETWORK_REWIRE))
            free = [j for j in range(n) if j != i and frozenset((i, j)) not in now]
            if x0 + WORD * x1 < chance(rewiring) and free:
                now.remove(frozenset((i, (i + lap) % n)))  # still there: only its owner i rewires it
                now.add(frozenset((i, new_end(n, i, lap, free, key))))
    return sorted(tuple(sorted(tie)) for tie in now)


def new_end(n, i, lap, free, key):
    attempt = 0
    while True:
        _, _, x2, x3 = philox(key, i, lap - 1, 0, c3(NETWORK_REWIRE, attempt))
        end = (i + 1 + (x2 + WORD * x3) * (n - 1) // WORD**2) % n
        if end in free:
            return end
        attempt += 1
