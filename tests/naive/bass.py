"""Written from the rule, without sight of the kernel: the Bass model on a network.

Bass 1969 (doi:10.1287/mnsc.15.5.215), by agents as in Fibich & Gibori 2010 (doi:10.1287/opre.1100.0818). A step
lasts `dt`. A node adopts at the rate innovation + imitation * (the share of its in-weight that had adopted
before the step). To do so, each node has a patience, an exponential draw of mean 1, and in each step its
impatience grows by rate * dt; it adopts in the step in which this reaches its patience. Advertising wins nodes
besides.
"""

from tests.naive.adoption import in_arcs, outcomes
from tests.naive.advertising import won
from tests.naive.philox import ADOPT, bits64, c3, waiting


def simulate(arcs, n, innovation, imitation, dt, seeds, key, w, *, horizon, advertising=0.0):
    """Run one diffusion; `arcs` are (source, target, weight), weight 1 where there is none."""
    incoming = in_arcs(arcs, n)
    patience = [waiting(bits64(key, node, 0, w, c3(ADOPT))) for node in range(n)]
    impatience = [0.0] * n

    adopted = set(seeds)
    newcomers = [set(seeds)]
    for t in range(1, horizon + 1):
        new = set()
        for node in set(range(n)) - adopted:
            active = sum(weight for source, weight in incoming[node] if source in adopted)
            total = sum(weight for _, weight in incoming[node])
            share = active / total if total else 0.0
            impatience[node] += (innovation + imitation * share) * dt
            if impatience[node] >= patience[node] or won(node, t, advertising, key, w):
                new.add(node)
        adopted |= new
        newcomers.append(new)
    return outcomes(newcomers)
