"""Written from the rule, without sight of the kernel: opinions that remember where they started.

Friedkin & Johnsen 1990 (doi:10.1080/0022250X.1990.9990069). In every step each node's opinion becomes
susceptibility * (the mean of its in-neighbours' opinions before the step, by weight) + (1 - susceptibility) *
(its own at t = 0), unless that is within `tolerance` of what it is. Without in-neighbours it stays. Seeds start
from 1. Nothing is drawn. With susceptibility 1 it is DeGroot's model.
"""

from tests.naive.adoption import in_arcs
from tests.naive.opinions import moments, start, total


def simulate(arcs, n, opinion, susceptibility, tolerance, seeds, key, w, *, horizon):
    """Run synchronous steps; `arcs` are (source, target, weight), weight 1 where there is none."""
    incoming = in_arcs(arcs, n)
    first = start(opinion, seeds)
    x = list(first)
    series = [moments(x)]
    duration = 0
    for t in range(1, horizon + 1):
        before = list(x)
        for i in range(n):
            if incoming[i]:
                mean = total(weight * before[j] for j, weight in incoming[i]) / sum(weight for _, weight in incoming[i])
                new = susceptibility[i] * mean + (1 - susceptibility[i]) * first[i]
                if abs(new - before[i]) > tolerance:
                    x[i] = new
        if x != before:
            duration = t
        series.append(moments(x))
    mean, variance = series[-1]
    return {"size": sum(value >= 1 / 2 for value in x), "mean": mean, "variance": variance, "duration": duration,
            "series": series}
