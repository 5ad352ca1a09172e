"""Written from the rule, without sight of the kernel: the linear threshold model.

Kempe, Kleinberg & Tardos 2003 (doi:10.1145/956750.956769). In each replicate every node has a new threshold,
even between 0 and 1, and adopts once its threshold is below A / W: A is the weight of its in-neighbours that
had adopted before the step, W that of all. Where the weights themselves are to count, A is compared as it is:
in whole units of 1 / scale, W is one unit of the file, `scale`.
"""

from tests.naive.adoption import in_arcs, outcomes
from tests.naive.philox import THRESHOLD, bits64, c3, occurs


def simulate(arcs, n, weights, seeds, key, w, *, horizon, scale=1):
    """Run one cascade; `arcs` are (source, target, weight), weight 1 where there is none."""
    incoming = in_arcs(arcs, n)

    def adopts(node):
        active = sum(weight for source, weight in incoming[node] if source in adopted)
        total = scale if weights else sum(weight for _, weight in incoming[node])
        return active > 0 and occurs(bits64(key, node, 0, w, c3(THRESHOLD)), active / total)

    adopted = set(seeds)
    newcomers = [set(seeds)]
    for _ in range(horizon):
        newcomers.append({node for node in range(n) if node not in adopted and adopts(node)})
        adopted |= newcomers[-1]
    return outcomes(newcomers)
