"""Written from the rule: live arcs, and whom each node reaches along them.

The attempt along an arc (u, v) succeeds in replicate w as it does in the model: `tests.naive.philox.attempt`.

SIR: a node stays infected for k steps, k = 1 + floor(log(1 - U) / log(1 - recovery)) with U of PERIOD, so that
P(k) = (1 - recovery)^(k - 1) recovery; it then infects along each arc with 1 - (1 - transmission)^k.
"""

import math

from tests.naive.census import reached
from tests.naive.philox import attempt


def cascades(arcs, n, probability, key, w):
    """Return how many each node reaches; `probability` maps (source, target) to p."""
    live = [(u, v) for u, v, *_ in arcs if attempt(key, w, u, v, probability[u, v])]
    return [len(reached(live, n, node)) for node in range(n)]


def expected_epidemic(arcs, n, transmission, recovery, seed):
    """Return the expected number ever infected from one seed, by all courses that SIR can take (small networks)."""
    def course(infected, recovered, chance):
        if not infected:
            return chance * len(recovered)
        if chance < 1e-9:
            return chance * (len(infected) + len(recovered))
        total = 0.0
        tried = sorted({v for u, v, *_ in arcs if u in infected and v not in infected and v not in recovered})
        risks = [1.0 - math.prod(1.0 - transmission for u, v, *_ in arcs if u in infected and v == node)
                 for node in tried]
        for new, p in _subsets(tried, risks):
            for healed, q in _subsets(sorted(infected), [recovery] * len(infected)):
                if p * q > 0.0 and (new or healed):
                    total += course((infected - healed) | new, recovered | healed, chance * p * q / (1.0 - _idle(
                        risks, recovery, len(infected))))
        return total
    return course(frozenset([seed]), frozenset(), 1.0)


def _idle(risks, recovery, infected):
    """Return how likely nothing happens in a step: it changes nothing, so it is left out."""
    return math.prod(1.0 - risk for risk in risks) * (1.0 - recovery)**infected


def _subsets(members, chances):
    """Yield every set of those to whom it happens, and its probability."""
    if not members:
        yield frozenset(), 1.0
        return
    for rest, p in _subsets(members[1:], chances[1:]):
        yield rest, p * (1.0 - chances[0])
        yield rest | {members[0]}, p * chances[0]
