"""Written from the rule, without sight of the kernel: bounded confidence in pairs.

Deffuant, Neau, Amblard & Weisbuch 2000 (doi:10.1142/S0219525900000078). In each pick a random node meets a random
in-neighbour. If their opinions differ by less than `confidence`, and by more than `tolerance`, both go a part
`rate` of the way towards the other; on a directed network only the node picked does. Seeds start from 1.
"""

from tests.naive.opinions import clusters, moments, start
from tests.naive.philox import below
from tests.naive.picks import in_neighbours, pick


def simulate(arcs, n, opinion, confidence, rate, tolerance, seeds, key, w, *, horizon, directed=False):
    """Run n picks a step; `arcs` are (source, target, ...), `directed` unless they are undirected ties."""
    around = in_neighbours(arcs, n)
    x = start(opinion, seeds)
    series = [moments(x)]
    duration = 0
    for t in range(1, horizon + 1):
        for k in range(n):
            i, bits = pick(n, k, t, key, w)
            if around[i]:
                j = around[i][below(bits, len(around[i]))]
                if tolerance < abs(x[i] - x[j]) < confidence:
                    towards_j, towards_i = rate * (x[j] - x[i]), rate * (x[i] - x[j])
                    x[i] += towards_j
                    if not directed:
                        x[j] += towards_i
                    duration = t
        series.append(moments(x))
    runs = clusters(x, tolerance)
    return {"size": max(runs, default=0), "clusters": len(runs), "duration": duration, "series": series}
