"""Written from the rule, without sight of the kernel: bounded confidence, all at once.

Hegselmann & Krause 2002 (JASSS 5(3):2). In every step each node takes the mean of the opinions before the step that
lie within `confidence` of its own, of those of its in-neighbours and its own; it stays where it is if that is
within `tolerance`. Seeds start from 1. Nothing is drawn.
"""

from tests.naive.opinions import clusters, moments, start, total
from tests.naive.picks import in_neighbours


def simulate(arcs, n, opinion, confidence, tolerance, seeds, key, w, *, horizon):
    """Run synchronous steps; `arcs` are (source, target, ...)."""
    around = in_neighbours(arcs, n)
    x = start(opinion, seeds)
    series = [moments(x)]
    duration = 0
    for t in range(1, horizon + 1):
        before = list(x)
        for i in range(n):
            near = [before[i]] + [before[j] for j in around[i] if abs(before[j] - before[i]) <= confidence]
            mean = total(near) / len(near)
            if abs(mean - before[i]) > tolerance:
                x[i] = mean
        if x != before:
            duration = t
        series.append(moments(x))
    runs = clusters(x, tolerance)
    return {"size": max(runs, default=0), "clusters": len(runs), "duration": duration, "series": series}
