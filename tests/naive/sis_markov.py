"""Written from the rule, without sight of the kernel: the SIS model in continuous time.

An infected node with k out-neighbours has events at the rate recovery + k * transmission. Each is its recovery
or a contact with one of the k, in proportion to rates; a contact infects who is susceptible. Events of a node
are counted through the replicate, over all its infections, and event m has draws of its own. Row t of the
trajectory is the state after all events up to time t; of events at equal times that of the lower node is first.
A contact that changes nothing counts for nothing but the next event.
"""

import math

from tests.naive.philox import CONTACT, MEET, below, bits64, c3, halves, occurs, waiting


def simulate(arcs, n, transmission, recovery, seeds, key, w, *, horizon):
    """Run one epidemic; `arcs` are (source, target, ...)."""
    out = [sorted(target for source, target, *_ in arcs if source == node) for node in range(n)]
    rate = [recovery + len(out[node]) * transmission for node in range(n)]
    infected = set(seeds)
    due = [math.inf] * n  # when the next event of each node is
    events = [0] * n  # how many it has had

    def wait(node, now):
        if rate[node] > 0:
            when, _ = halves(key, node, 0, w, c3(CONTACT, events[node]))
            due[node] = now + waiting(when) / rate[node]

    for node in seeds:
        wait(node, 0.0)
    series = [(n - len(infected), len(infected))]
    ever = set(seeds)
    peak = len(infected)
    duration = 0.0
    for t in range(1, horizon + 1):
        while due and min(due) <= t:
            now = min(due)
            node = due.index(now)
            m = events[node]
            events[node] += 1
            _, what = halves(key, node, 0, w, c3(CONTACT, m))
            if occurs(what, recovery / rate[node]):
                infected.remove(node)
                due[node] = math.inf
                duration = now
            else:
                target = out[node][below(bits64(key, node, 0, w, c3(MEET, m)), len(out[node]))]
                wait(node, now)
                if target not in infected:
                    infected.add(target)
                    wait(target, now)
                    duration = now
            ever |= infected
            peak = max(peak, len(infected))
        series.append((n - len(infected), len(infected)))
    return {"size": len(infected), "ever": len(ever), "duration": duration, "peak": peak, "series": series}
