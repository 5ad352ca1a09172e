"""Written from the rule, without sight of the kernel: the threshold model.

Watts 2002 (doi:10.1073/pnas.082090499), but all nodes decide at once, looking at the state before the step.

A node adopts, for good, once the share of its in-neighbours (of its in-weight) that has adopted is at
least its threshold; with `absolute`, once that many neighbours (that much weight) have. Seeds have adopted
at t = 0; steps are t = 1, 2, ..., horizon; the first one in which nobody adopts is the last.

Pinned: at least one in-neighbour must have adopted, and a shortfall of 1e-9 is forgiven, so the integer
need is max(1, ceil(threshold * in-degree - 1e-9)). A node with a threshold of 0 or less adopts by itself
in the first step. Where weights are whole numbers of units of 1 / scale, the forgiven shortfall, and an
absolute threshold, are in these units too: 1e-9 * scale and threshold * scale.

Advertising wins nodes besides, whatever their threshold.
"""

from tests.naive.advertising import won


def simulate(arcs, n, threshold, seeds, key=0, w=0, *, absolute=False, horizon, scale=1, advertising=0.0):
    """Run one cascade; `arcs` are (source, target, weight), weight 1 where there is none."""
    incoming = [[] for _ in range(n)]
    for source, target, weight in arcs:
        incoming[target].append((source, weight))

    def adopts(node):
        if threshold[node] <= 0:
            return True
        active = sum(weight for source, weight in incoming[node] if source in adopted)
        total = sum(weight for _, weight in incoming[node])
        # for integers, the same as active >= max(1, ceil(...)); right for fractions too
        return active > 0 and active >= threshold[node] * (scale if absolute else total) - 1e-9 * scale

    adopted = set(seeds)
    series = [(len(adopted), len(adopted))]
    duration = 0
    peak = 0
    for t in range(1, horizon + 1):
        outside = {node for node in range(n) if won(node, t, advertising, key, w)}
        new = {node for node in range(n) if node not in adopted and (adopts(node) or node in outside)}
        adopted |= new
        series.append((len(adopted), len(new)))
        if new:
            duration = t
        elif advertising == 0:
            break
        peak = max(peak, len(new))
    while len(series) < horizon + 1:
        series.append(series[-1])
    return {"size": len(adopted), "duration": duration, "peak": peak, "series": series}
