"""Written from the rule: who convinced whom, and the shape of the tree.

A node that adopts in step t was convinced by one who adopted in step t - 1: in an independent cascade one whose attempt
succeeded, under thresholds any that influences it, if all who adopted before are enough. Of several it is the one with
the smallest draw of PARENT = 67, named by (node, candidate, w).

Where infections go on, it is one infected before step t, and not recovered before it, whose contact in step t infects;
in continuous time it is whoever first met the node.
"""

import math
from itertools import combinations

from tests.naive.philox import CONTACT, DURATION, RECOVER, TRANSMIT, attempt, bits64, c3, occurs, waiting

PARENT = 67


def parents(arcs, times, key, w, *, need=None, probability=None):
    """Return the parent of each adopter, None for a root; `times` says when each adopted."""
    found = {}
    for node, t in times.items():
        into = [(source, weight) for source, target, weight in arcs if target == node]
        candidates = [source for source, _ in into if times.get(source) == t - 1]
        if probability is not None:
            candidates = [source for source in candidates if attempt(key, w, source, node, probability[source, node])]
        elif not 0 < need[node] <= sum(weight for source, weight in into if source in times and times[source] < t):
            candidates = []
        found[node] = min(candidates, key=lambda source, node=node: bits64(key, node, source, w, PARENT), default=None)
    return found


def contacts(arcs, times, key, w, transmission, recovery):
    """Return the parent of each adopter of SI (recovery 0) or SIR."""
    found = {}
    for node, t in times.items():
        candidates = []
        for source, target, *_ in arcs:
            if target != node or times.get(source, t) >= t:
                continue
            luck = (attempt(key, w, source, node, transmission) if recovery == 1 else
                    occurs(bits64(key, source, node, w, c3(TRANSMIT, t)), transmission))
            if luck:
                before = range(times[source] + 1, t)
                if not any(occurs(bits64(key, source, 0, w, c3(RECOVER, s)), recovery) for s in before):
                    candidates.append(source)
        found[node] = min(candidates, key=lambda source, node=node: bits64(key, node, source, w, PARENT), default=None)
    return found


def meetings(arcs, seeds, adopters, key, w, transmission, recovery):
    """Return the parent of each of these adopters of SIR in continuous time."""
    infected, parent = dict.fromkeys(seeds, 0.0), dict.fromkeys(seeds)
    while True:
        offers = []
        for source, target, *_ in arcs:
            if source in infected and target not in infected and transmission > 0:
                met = infected[source] + waiting(bits64(key, source, target, w, c3(CONTACT))) / transmission
                ill = waiting(bits64(key, source, 0, w, c3(DURATION))) / recovery if recovery > 0 else math.inf
                if met < infected[source] + ill:
                    offers.append((met, source, target))
        if not offers:
            return {node: parent[node] for node in adopters}
        met, source, target = min(offers)
        infected[target], parent[target] = met, source


def shape(parent):
    """Return generations, breadth and the mean distance of two nodes of the same tree, from paths to the root."""
    def line(node):
        return [node] if parent[node] is None else [node, *line(parent[node])]
    lines = {node: line(node) for node in parent}
    depths = [len(path) - 1 for path in lines.values()]
    distances = []
    for one, other in combinations(parent, 2):
        common = [node for node in lines[one] if node in lines[other]]
        if common:
            distances.append(lines[one].index(common[0]) + lines[other].index(common[0]))
    return {"generations": max(depths, default=0), "breadth": max((depths.count(d) for d in depths), default=0),
            "structural_virality": sum(distances) / len(distances) if distances else 0.0}
