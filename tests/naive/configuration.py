"""Written from the rule, without sight of the kernel: the configuration model.

The stubs of all nodes are put in the order of random bits. The first meets the second, the third the fourth,
and so on; an odd one is left over. Ties of a node with itself are dropped, repeated ties count once.

Towards an assortativity: two ties are drawn, and of the three ways to join their four ends in two ties, the
one with the largest sum of products of degrees (the smallest, to lower the assortativity) is made. That goes
on until the assortativity is there, or past the value wanted.
"""

from fractions import Fraction

from tests.naive.influence import NETWORK_STUB, half
from tests.naive.philox import WORD, below, c3, philox
from tests.naive.rewiring import exchange

NETWORK_SORT = 13


def configuration(degrees, key):
    """Return the sorted ties (lower, upper), and the number of self-loops and of repeated ties."""
    stubs = [i for i, degree in enumerate(degrees) for _ in range(degree)]
    bits = [half(s, philox(key, s // 2, 0, 0, c3(NETWORK_STUB))) for s in range(len(stubs))]
    order = [stubs[s] for s in sorted(range(len(stubs)), key=bits.__getitem__)]
    made = [tuple(sorted(tie)) for tie in zip(order[::2], order[1::2], strict=False)]
    loops = [tie for tie in made if tie[0] == tie[1]]
    kept = set(made) - set(loops)
    return sorted(kept), len(loops), len(made) - len(loops) - len(kept)


def assortativity(arcs):
    """Return Pearson's correlation of the degrees at both ends of an arc, exactly; None if there is none."""
    degree = degrees_of(arcs)
    pairs = [(degree[i], degree[j]) for i, j in arcs]
    mean = Fraction(sum(x for x, _ in pairs), max(len(pairs), 1))
    variance = sum((x - mean) ** 2 for x, _ in pairs)
    return sum((x - mean) * (y - mean) for x, y in pairs) / variance if variance else None


def correlated(arcs, wanted, key, proposals):
    """Return the sorted arcs of the network led to the assortativity, None if that does not succeed.

    The arcs are sorted, both arcs of every tie.
    """
    arcs, degree = list(arcs), degrees_of(arcs)
    start = assortativity(arcs)
    if start is None:
        return None
    sign = 1 if wanted > start else -1
    for k in range(proposals):
        if sign * (assortativity(arcs) - Fraction(wanted)) >= 0:
            return sorted(arcs)
        words = philox(key, k % WORD, k // WORD, 0, c3(NETWORK_SORT))
        p, s = below(half(0, words), len(arcs)), below(half(1, words), len(arcs))
        (a, b), (c, d) = ((degree[i], degree[j]) for i, j in (arcs[p], arcs[s]))
        now, straight, crossed = sign * (a * b + c * d), sign * (a * d + c * b), sign * (a * c + d * b)
        if crossed > straight:
            s = arcs.index((arcs[s][1], arcs[s][0]))
        if max(straight, crossed) > now:
            exchange(arcs, True, p, s)
    return sorted(arcs) if sign * (assortativity(arcs) - Fraction(wanted)) >= 0 else None


def degrees_of(arcs):
    sources = [i for i, _ in arcs]
    return {i: sources.count(i) for i in sources}
