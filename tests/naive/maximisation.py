"""Written from the rule, without sight of the kernels: influence maximisation on small networks.

Kempe, Kleinberg & Tardos 2003 (doi:10.1145/956750.956769): influence reaches whom live arcs lead to. Independent
cascade: each arc is live with its probability. Linear threshold: node v has one live in-arc, that of u with
probability b(u, v), or none. A reverse-reachable set (Borgs et al. 2014) holds all from whom live arcs lead to a root.

Draws: docs/randomness.md, "Reverse-reachable sets" and "Worlds". `into` maps a node to the list of (source,
probability), sources ascending; for linear thresholds to the list of (source, whole weight).
"""

import itertools
import math

from tests.naive.philox import attempt, below, bits64, c3, halves, occurs, waiting

SEED_ROOT, SEED_REVERSE, SEED_WORLD = 28, 29, 30


def cascade_set(into, n, key, collection, s):
    """Return the s-th reverse-reachable set of independent cascades."""
    found = [below(bits64(key, s, 0, 0, c3(SEED_ROOT, collection)), n)]
    for i in found:
        for source in live_sources(into[i], key, i, s, collection):
            if source not in found:
                found.append(source)
    return set(found)


def live_sources(arcs, key, i, s, collection):
    def draw(d):
        return halves(key, i, d // 2, s, c3(SEED_REVERSE, collection))[d % 2]

    different = {p for _, p in arcs}
    if len(different) == 1 and (p := different.pop()) > 0:
        if p == 1:
            return [source for source, _ in arcs]
        found, place, d = [], 0, 0
        while True:
            place += min(len(arcs), math.floor(min(1e9, waiting(draw(d)) / -math.log1p(-p))))
            if place >= len(arcs):
                return found
            found.append(arcs[place][0])
            place, d = place + 1, d + 1
    return [source for d, (source, p) in enumerate(arcs) if occurs(draw(d), p)]


def walk_set(into, total, n, key, collection, s):
    """Return the s-th reverse-reachable set of linear thresholds; `total` is what the weights are shares of."""
    i = below(bits64(key, s, 0, 0, c3(SEED_ROOT, collection)), n)
    found = set()
    while i is not None and i not in found:
        found.add(i)
        i = picked(into[i], total[i], bits64(key, i, 0, s, c3(SEED_REVERSE, collection)))
    return found


def picked(arcs, total, bits):
    """Return the source of the live arc, if there is one."""
    if not arcs:
        return None
    wanted = below(bits, total)
    for source, weight in arcs:
        if wanted < weight:
            return source
        wanted -= weight
    return None


def greedy_cover(sets, n, count):
    """Return the nodes that a greedy cover chooses, and the least of its bounds."""
    nodes, bounds = [], []
    for _ in range(count + 1):
        left = [found for found in sets if not found & set(nodes)]
        gains = [-1 if i in nodes else sum(i in found for found in left) for i in range(n)]
        bounds.append(len(sets) - len(left) + sum(sorted(max(g, 0) for g in gains)[-count:] if count else []))
        if len(nodes) < count:
            nodes.append(gains.index(max(gains)))
    return nodes, min(bounds)


def reached(seeds, arcs):
    found = set(seeds)
    while more := {target for source, target in arcs if source in found} - found:
        found |= more
    return found


def attempt_world(probability, key, w):
    """Return the live arcs of replicate w of the independent cascade; `probability` is by (source, target)."""
    return [arc for arc, p in probability.items() if attempt(key, w, *arc, p)]


def choice_world(into, total, key, w):
    """Return the live arcs of world w of linear thresholds."""
    chosen = {j: picked(arcs, total[j], bits64(key, j, 0, w, c3(SEED_WORLD))) for j, arcs in into.items()}
    return [(i, j) for j, i in chosen.items() if i is not None]


def greedy(worlds, n, cost, budget):
    """Return the seeds that add most for their cost, one after the other, the least of equals first."""
    seeds, spent = [], 0

    def size(seeds):
        return sum(len(reached(seeds, arcs)) for arcs in worlds)

    while able := [i for i in range(n) if i not in seeds and cost[i] <= budget - spent]:
        best = max(able, key=lambda i: ((size([*seeds, i]) - size(seeds)) / cost[i], -i))
        seeds.append(best)
        spent += cost[best]
    return seeds


def cascade_spread(probability, seeds):
    """Return the exact spread of an independent cascade: every combination of live arcs."""
    total = 0.0
    for live in itertools.product([False, True], repeat=len(probability)):
        chance = math.prod(p if is_live else 1 - p for p, is_live in zip(probability.values(), live, strict=True))
        total += chance * len(reached(seeds, [arc for arc, is_live in zip(probability, live, strict=True) if is_live]))
    return total


def choice_spread(into, total, seeds):
    """Return the exact spread under linear thresholds: every combination of choices, that of no arc among them."""
    options = []
    for j, arcs in into.items():
        shares = [((i, j), weight / total[j]) for i, weight in arcs]
        options.append([*shares, (None, 1 - sum(share for _, share in shares))])
    return sum(math.prod(share for _, share in choice) * len(reached(seeds, [arc for arc, _ in choice if arc]))
               for choice in itertools.product(*options))


def best_spread(spread, n, count):
    """Return the largest spread of so many seeds."""
    return max(spread(seeds) for seeds in itertools.combinations(range(n), count))


def fixed_cascade(arcs, need, seeds):
    """Return who adopts under fixed thresholds; `arcs` are (source, target, weight)."""
    active = set(seeds) | {i for i, lacks in enumerate(need) if lacks <= 0}
    while True:
        more = {j for j in range(len(need)) if j not in active
                and sum(weight for source, target, weight in arcs if target == j and source in active) >= need[j]}
        if not more:
            return active
        active |= more
