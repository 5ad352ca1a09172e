"""Written from the rule, without sight of the kernel: complex contagion.

Centola & Macy 2007 (doi:10.1086/521848). A node adopts, for good, in the step before which at least `contacts`
of its in-neighbours had adopted. With noise, one that has some such neighbours, but too few, adopts in the
step with probability `noise`, a new draw in every step.
"""

from tests.naive.adoption import in_arcs, outcomes
from tests.naive.philox import ADOPT, bits64, c3, occurs


def simulate(arcs, n, contacts, noise, seeds, key, w, *, horizon):
    """Run one cascade; `arcs` are (source, target, weight), and weights do not count."""
    incoming = in_arcs(arcs, n)

    def adopts(node, t):
        active = sum(source in adopted for source, _ in incoming[node])
        by_noise = active >= 1 and occurs(bits64(key, node, 0, w, c3(ADOPT, t)), noise)
        return active >= contacts or by_noise

    adopted = set(seeds)
    newcomers = [set(seeds)]
    for t in range(1, horizon + 1):
        newcomers.append({node for node in range(n) if node not in adopted and adopts(node, t)})
        adopted |= newcomers[-1]
    return outcomes(newcomers)
