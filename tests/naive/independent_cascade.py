"""Written from the rule, without sight of the kernel: the independent cascade.

Kempe, Kleinberg, Tardos 2003 (doi:10.1145/956750.956769).

A node that became active in step t has, in step t + 1, one attempt on each out-neighbour that is not
active yet; the attempt along the arc (u, v) succeeds with probability p(u, v). Seeds are active at t = 0;
steps are t = 1, 2, ..., horizon; the first one in which nobody becomes active is the last.

The luck of an attempt belongs to the unordered pair {u, v} and the replicate w (docs/randomness.md). Only
one of the directions can ever be tried: whoever tries is active already.

Advertising activates nodes besides; these make their attempts in the next step as all others do.
"""

from tests.naive.advertising import won
from tests.naive.philox import attempt


def simulate(arcs, n, probability, seeds, key, w, *, horizon, advertising=0.0):
    """Run one cascade; `arcs` are (source, target, ...), `probability` maps (source, target) to p."""
    out = [[] for _ in range(n)]
    for source, target, *_ in arcs:
        out[source].append(target)

    active = set(seeds)
    new = set(seeds)
    series = [(len(active), len(new))]
    duration = 0
    peak = 0
    for t in range(1, horizon + 1):
        trying, new = new, set()
        for source in trying:
            for target in out[source]:
                if target not in active and attempt(key, w, source, target, probability[source, target]):
                    new.add(target)
        new |= {node for node in range(n) if node not in active and won(node, t, advertising, key, w)}
        active |= new
        series.append((len(active), len(new)))
        if new:
            duration = t
        elif advertising == 0:
            break
        peak = max(peak, len(new))
    while len(series) < horizon + 1:
        series.append(series[-1])
    return {"size": len(active), "duration": duration, "peak": peak, "series": series}
