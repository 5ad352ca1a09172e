"""Written from the rule, without sight of the kernel: the random geometric network.

Each node lies at a random place of a square whose side is 2^31 units. Two nodes are tied if they are at most
R apart, the smallest whole number of units for which the expected number of neighbours is the mean degree.
The chance of another node to be within r sides is pi r^2 on the torus, and on the square, where a part of the
disc may lie outside, r^2 (pi - 8 r / 3 + r^2 / 2).
"""

import math
from fractions import Fraction

from tests.naive.philox import c3, philox

NETWORK_PLACE = 9
SIDE = 2**31


def radius(n, mean_degree, torus):
    """Return R, found digit by digit."""
    found = 0
    for digit in reversed(range(31)):
        r = Fraction(found + 2**digit - 1, SIDE)
        chance = Fraction(math.pi) * r**2 if torus else r**2 * (Fraction(math.pi) - 8 * r / 3 + r**2 / 2)
        if (n - 1) * chance < Fraction(mean_degree):
            found += 2**digit
    return found


def ties(n, mean_degree, torus, key):
    """Return the sorted list of ties (lower, upper)."""
    if n < 2:
        return []
    reach = radius(n, mean_degree, torus)
    places = []
    for i in range(n):
        block = philox(key, i // 2, 0, 0, c3(NETWORK_PLACE))
        places.append((block[i % 2 * 2] // 2, block[i % 2 * 2 + 1] // 2))
    found = []
    for j in range(n):
        for i in range(j):
            apart = [abs(places[i][axis] - places[j][axis]) for axis in (0, 1)]
            if torus:
                apart = [min(length, SIDE - length) for length in apart]
            if apart[0] ** 2 + apart[1] ** 2 <= reach**2:
                found.append((i, j))
    return sorted(found)
