"""Written from the rule: who convinced whom, and the shape of the tree.

A node that adopts in step t was convinced by one who adopted in step t - 1: in an independent cascade one whose attempt
succeeded, under thresholds any that influences it, if all who adopted before are enough. Of several it is the one with
the smallest draw of PARENT = 67, named by (node, candidate, w).
"""

from itertools import combinations

from tests.naive.philox import attempt, bits64

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
