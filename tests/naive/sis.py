"""Written from the rule, without sight of the kernel: the SIS model in discrete time.

In step t every node infected before it infects each out-neighbour that was susceptible before it with
probability `transmission`, one draw per contact, and recovers with probability `recovery`: it is susceptible
again, but it cannot be infected in the step in which it recovers.
"""

from tests.naive.epidemics import caught, ever, happens, outcomes, start
from tests.naive.philox import RECOVER


def simulate(arcs, n, transmission, recovery, seeds, key, w, *, horizon):
    """Run one epidemic; `arcs` are (source, target, ...)."""
    history = [start(n, seeds)]
    for t in range(1, horizon + 1):
        before = history[-1]
        after = list(before)
        for node in caught(arcs, before, transmission, t, key, w):
            after[node] = "I"
        for node in range(n):
            if before[node] == "I" and happens(RECOVER, node, t, recovery, key, w):
                after[node] = "S"
        history.append(after)
    return {"size": history[-1].count("I"), "ever": ever(history), **outcomes(history, "SI")}
