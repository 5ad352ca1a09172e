"""Written from the rule, without sight of the kernel: a parameter that is a law (randomness.md).

Each node has its own value of the model's k-th parameter, k = 0, 1, ..., 15. `w` is 0, or the replicate
where the scenario says `redraw = "replicate"`.

Uniform: low + (high - low) * unit(bits).
Normal, cut to [low, high]: Marsaglia's polar method. Attempt a = 0, 1, ... takes U and V in [-1, 1) from
the two halves of one block; it is accepted if 0 < q = U^2 + V^2 < 1 and mean + sd (U sqrt(-2 log(q) / q))
is in [low, high]. The logarithm here is `math.log`, so normal values agree with those of
`simcore.rng.log` to about 1e-12 only.
"""

import math

from tests.naive.philox import PARAMETER, WORD, bits64, c3, philox, unit


def uniform(low, high, n, key, w, k):
    return [low + (high - low) * unit(bits64(key, node, 0, w, c3(PARAMETER + k))) for node in range(n)]


def normal(mean, sd, low, high, n, key, w, k):
    return [one_normal(mean, sd, low, high, node, key, w, k) for node in range(n)]


def one_normal(mean, sd, low, high, node, key, w, k):
    a = 0
    while True:
        x0, x1, x2, x3 = philox(key, node, 0, w, c3(PARAMETER + k, a))
        u = 2 * unit(x0 + WORD * x1) - 1
        v = 2 * unit(x2 + WORD * x3) - 1
        q = u * u + v * v
        if 0 < q < 1:
            value = mean + sd * (u * math.sqrt(-2 * math.log(q) / q))
            if low <= value <= high:
                return value
        a += 1
