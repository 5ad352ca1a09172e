"""Written from the rule, without sight of the kernel: the voter model.

Holley & Liggett 1975 (doi:10.1214/aop/1176996306). In each pick a random node takes the opinion of a random
in-neighbour. Opinions are 1 (seeds) and 0.
"""

from tests.naive.philox import below
from tests.naive.picks import discordant, in_neighbours, pick


def simulate(arcs, n, seeds, key, w, *, horizon):
    """Run n picks a step; `arcs` are (source, target, ...)."""
    around = in_neighbours(arcs, n)
    opinion = [int(node in seeds) for node in range(n)]
    series = [(sum(opinion), discordant(arcs, opinion))]
    duration = 0
    for t in range(1, horizon + 1):
        for k in range(n):
            i, bits = pick(n, k, t, key, w)
            if around[i]:
                j = around[i][below(bits, len(around[i]))]
                if opinion[i] != opinion[j]:
                    opinion[i] = opinion[j]
                    duration = t
        series.append((sum(opinion), discordant(arcs, opinion)))
    return {"size": sum(opinion), "duration": duration, "series": series}
