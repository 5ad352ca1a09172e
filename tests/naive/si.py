"""Written from the rule, without sight of the kernel: the SI model.

In every step each infected node infects each susceptible out-neighbour with probability `transmission`, one
draw per contact; nobody recovers. Who is infected in a step infects from the next step on.
"""

from tests.naive.adoption import outcomes
from tests.naive.epidemics import caught, start


def simulate(arcs, n, transmission, seeds, key, w, *, horizon):
    """Run one epidemic; `arcs` are (source, target, ...)."""
    state = start(n, seeds)
    newcomers = [set(seeds)]
    for t in range(1, horizon + 1):
        new = caught(arcs, state, transmission, t, key, w)
        state = ["I" if node in new else state[node] for node in range(n)]
        newcomers.append(new)
    return outcomes(newcomers)
