"""Written from the rule, without sight of the kernel: the SIR model in continuous time.

Kiss, Miller & Simon 2017 (doi:10.1007/978-3-319-50806-1). A node infected at time x recovers after an
exponential time of mean 1 / recovery. It makes contact with each out-neighbour after an exponential time of
mean 1 / transmission, one contact each, if it has not recovered by then, and so infects who is susceptible.
A rate of 0 is never. Row t of the trajectory is the state after all events up to time t, events at equal times
in the order of the nodes that they befall.
"""

import math

from tests.naive.philox import CONTACT, DURATION, bits64, c3, waiting


def after(rate, bits):
    return waiting(bits) / rate if rate > 0 else math.inf


def simulate(arcs, n, transmission, recovery, seeds, key, w, *, horizon):
    """Run one epidemic; `arcs` are (source, target, ...)."""
    state = ["S"] * n
    due = [math.inf] * n  # when each node's next event is, as far as is known: its infection, then its recovery

    def infect(node, now):
        state[node] = "I"
        due[node] = now + after(recovery, bits64(key, node, 0, w, c3(DURATION)))
        for source, target, *_ in arcs:
            if source == node and state[target] == "S":
                contact = now + after(transmission, bits64(key, node, target, w, c3(CONTACT)))
                if contact < due[node]:
                    due[target] = min(due[target], contact)

    for node in seeds:
        state[node] = "I"
    for node in seeds:
        infect(node, 0.0)
    series = [count(state)]
    peak = len(seeds)
    duration = 0.0
    for t in range(1, horizon + 1):
        while due and min(due) <= t:
            now = min(due)
            node = due.index(now)
            if state[node] == "S":
                infect(node, now)
            else:
                state[node] = "R"
                due[node] = math.inf
            duration = now
            peak = max(peak, state.count("I"))
        series.append(count(state))
    return {"size": n - state.count("S"), "duration": duration, "peak": peak, "series": series}


def count(state):
    return tuple(state.count(status) for status in "SIR")
