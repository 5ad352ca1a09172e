"""Written from the rule, without sight of the kernel: the dissemination of culture.

Axelrod 1997 (doi:10.1177/0022002797041002001). Every node has a culture: one of `traits` traits in each of several
features, drawn at the start; seeds have trait 0 in all. In each pick a random node meets a random in-neighbour.
With a probability that is the share of features in which they agree, the node takes the other's trait in one of
those in which they do not. A region is a connected piece of the network, arcs going both ways, of one culture.
"""

from tests.naive.philox import MEET, START, below, c3, halves
from tests.naive.picks import in_neighbours, pick


def simulate(arcs, n, features, traits, seeds, key, w, *, horizon):
    """Run n picks a step; `arcs` are (source, target, ...)."""
    around = in_neighbours(arcs, n)
    culture = [[0] * features if i in seeds else
               [below(halves(key, i, f // 2, w, c3(START))[f % 2], traits) for f in range(features)]
               for i in range(n)]

    def observe():
        return active(arcs, culture), len(regions(arcs, culture))

    series = [observe()]
    duration = 0
    for t in range(1, horizon + 1):
        for k in range(n):
            i, bits = pick(n, k, t, key, w)
            if not around[i]:
                continue
            j = around[i][below(bits, len(around[i]))]
            different = [f for f in range(features) if culture[i][f] != culture[j][f]]
            whether, which = halves(key, k, 1, w, c3(MEET, t))
            if different and below(whether, features) < features - len(different):
                f = different[below(which, len(different))]
                culture[i][f] = culture[j][f]
                duration = t
        series.append(observe())
    found = regions(arcs, culture)
    return {"size": max((len(region) for region in found), default=0), "regions": len(found), "duration": duration,
            "series": series}


def active(arcs, culture):
    """Return the number of arcs between cultures that agree in some features, but not in all."""
    found = 0
    for i, j, *_ in arcs:
        agree = [a == b for a, b in zip(culture[i], culture[j], strict=True)]
        found += any(agree) and not all(agree)
    return found


def regions(arcs, culture):
    """Return the regions, sets of nodes: all nodes apart at first, put together along each arc within a culture."""
    region = [{i} for i in range(len(culture))]
    for i, j, *_ in arcs:
        if culture[i] == culture[j] and region[i] is not region[j]:
            region[i] |= region[j]
            for node in region[j]:
                region[node] = region[i]
    return list({id(nodes): nodes for nodes in region}.values())
