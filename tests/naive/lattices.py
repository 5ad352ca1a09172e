"""Written from the rule, without sight of the kernel: lattices, some of their ties rewired.

Node r columns + c stands in row r and column c. Its neighbourhood of radius R holds the steps (down, right),
each between -R and R, but for the one that leads nowhere; if it is a diamond, those only whose numbers
without signs add up to R or less. On a torus a step over an edge leads to the opposite one; on a bounded
lattice it leads to nobody.

A node owns the ties along the steps that lead to a later row, or to a later column of its own row. Step by
step in ascending order, every node in turn rewires its tie with probability p: to another node, any one that
it is not tied to with the same chance. A node that is tied to all others leaves its tie alone.
"""

from tests.naive.philox import WORD, below, c3, chance, philox

NETWORK_REWIRE = 3


def forward(radius, diamond):
    square = range(-radius, radius + 1)
    return [(down, right) for down in square for right in square
            if (down > 0 or (down == 0 and right > 0)) and (not diamond or abs(down) + abs(right) <= radius)]


def ties(rows, columns, steps, bounded, rewiring, key):
    """Return the sorted list of ties (lower, upper)."""
    n = rows * columns
    owned = {}
    for lap, (down, right) in enumerate(steps):
        for i in range(n):
            row, column = i // columns + down, i % columns + right
            if not bounded or (row in range(rows) and column in range(columns)):
                owned[lap, i] = row % rows * columns + column % columns
    now = {frozenset((i, end)) for (_, i), end in owned.items()}
    for lap, i in sorted(owned):
        x0, x1, _, _ = philox(key, i, lap, 0, c3(NETWORK_REWIRE))
        free = [j for j in range(n) if j != i and frozenset((i, j)) not in now]
        if x0 + WORD * x1 < chance(rewiring) and free:
            now.remove(frozenset((i, owned[lap, i])))
            now.add(frozenset((i, new_end(n, i, lap, free, key))))
    return sorted(tuple(sorted(tie)) for tie in now)


def new_end(n, i, lap, free, key):
    attempt = 0
    while True:
        _, _, x2, x3 = philox(key, i, lap, 0, c3(NETWORK_REWIRE, attempt))
        end = (i + 1 + below(x2 + WORD * x3, n - 1)) % n
        if end in free:
            return end
        attempt += 1
