"""Written from the rule, without sight of the kernel: two trends that compete for the same nodes.

After Bharathi, Kempe & Salek 2007 (doi:10.1007/978-3-540-77105-0_31). Each trend spreads as an independent
cascade: a node that took it up in step t has, in step t + 1, one attempt on each out-neighbour that has none,
successful with the arc's probability for this trend. A node reached by both in one step takes either, an even
draw; nobody changes later. Of the seeds, the first, third, ... in the list start with the first trend, the
others with its rival. The luck of an attempt belongs to the unordered pair.
"""

from tests.naive.philox import TIE, attempt, below, bits64, c3


def simulate(arcs, n, transmission, rival, seeds, key, w, *, horizon):
    """Run one race; `transmission` and `rival` map (source, target) to a probability."""
    probability = [transmission, rival]
    trend = {node: place % 2 for place, node in enumerate(seeds)}
    new = set(seeds)
    history = [dict(trend)]
    for _ in range(horizon):
        offers = {}
        for source, target, *_ in arcs:
            if source in new and target not in trend:
                which = trend[source]
                if attempt(key, w, source, target, probability[which][source, target]):
                    offers.setdefault(target, set()).add(which)
        for node, offered in offers.items():
            trend[node] = below(bits64(key, node, 0, w, c3(TIE)), 2) if offered == {0, 1} else min(offered)
        new = set(offers)
        history.append(dict(trend))
    series = [tuple(list(taken.values()).count(which) for which in (0, 1)) for taken in history]
    return {
        "size": series[-1][0],
        "rival": series[-1][1],
        "duration": max((t for t in range(1, horizon + 1) if history[t] != history[t - 1]), default=0),
        "series": series,
    }
