"""Written from the rule, without sight of the kernel: the SEIR model in discrete time.

In step t every node infectious before it infects each out-neighbour that was susceptible before it with
probability `transmission`, one draw per contact; who is infected is exposed. A node exposed before the step
becomes infectious with probability `progression`; one infectious before the step recovers, for good, with
probability `recovery`. Seeds are infectious. "I" is infectious.
"""

from tests.naive.epidemics import caught, happens, outcomes, start
from tests.naive.philox import PROGRESS, RECOVER


def simulate(arcs, n, transmission, progression, recovery, seeds, key, w, *, horizon):
    """Run one epidemic; `arcs` are (source, target, ...)."""
    history = [start(n, seeds)]
    for t in range(1, horizon + 1):
        before = history[-1]
        after = list(before)
        for node in caught(arcs, before, transmission, t, key, w):
            after[node] = "E"
        for node in range(n):
            if before[node] == "E" and happens(PROGRESS, node, t, progression, key, w):
                after[node] = "I"
            if before[node] == "I" and happens(RECOVER, node, t, recovery, key, w):
                after[node] = "R"
        history.append(after)
    return {"size": n - history[-1].count("S"), **outcomes(history, "SEIR")}
