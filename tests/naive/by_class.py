"""Written from the rule: who adopts when, how many of each class do, and what the classes are.

Adoption by class: at t = 0 every class has a row (t, class, new, in-degrees, out-degrees), at a later t every class in
which somebody adopts; new counts those who adopt at t, the others add up their degrees.

Tenths by degree: class 10 holds the tenth of the nodes with the largest degrees, class 9 the next, and so on; the
first k tenths have k n / 10 nodes, rounded (halves up), at least one; the network's key orders equal degrees.

Quantiles of numbers: cut at the smallest value that at least k / q of the nodes do not exceed, k = 1, ..., q - 1; a
value belongs to the class below a cut if it is equal to it.
"""

import math

from tests.naive.seeding import top_degree


def adoption_times(arcs, n, threshold, seeds, horizon):
    """Return when each node adopts under thresholds, for those who do; see `tests.naive.threshold`."""
    times = dict.fromkeys(seeds, 0)
    for t in range(1, horizon + 1):
        new = []
        for node in range(n):
            sources = [source for source, target, _ in arcs if target == node]
            active = sum(source in times for source in sources)
            enough = active > 0 and active >= threshold[node] * len(sources) - 1e-9
            if node not in times and (threshold[node] <= 0 or enough):
                new.append(node)
        times |= dict.fromkeys(new, t)
    return times


def rows(times, classes, in_degree, out_degree):
    """Return adoption by class, given when and in which class each node is."""
    found = []
    for t in range(max([0, *times.values()]) + 1):
        for label in range(max(classes) + 1):
            new = [node for node, when in times.items() if when == t and classes[node] == label]
            if new or t == 0:
                found.append([t, label, len(new), sum(in_degree[i] for i in new), sum(out_degree[i] for i in new)])
    return found


def tenths(degree, key):
    """Return the class of each node, 1 to 10."""
    n, classes = len(degree), {}
    for k in range(1, 11):
        for node in top_degree(degree, max(1, math.floor(k * n / 10 + 0.5)), key):
            classes.setdefault(node, 11 - k)
    return [classes[node] for node in range(n)]


def quantiles(values, q):
    """Return the class of each value, from 0, counting only classes that have a value."""
    n = len(values)
    cuts = {min(v for v in values if q * sum(u <= v for u in values) >= k * n) for k in range(1, q)}
    below = [sum(cut < v for cut in cuts) for v in values]
    return [sorted(set(below)).index(place) for place in below]
