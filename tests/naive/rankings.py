"""Written from the definitions, without sight of the kernels: what ranks nodes.

A network is its number of nodes n and its arcs (source, target, weight), influence flowing from source to
target. Scores are exact fractions, or what the definition makes of them.
"""

from fractions import Fraction


def influenced(n, arcs):
    """Return whom each node influences."""
    out = [set() for _ in range(n)]
    for source, target, _ in arcs:
        out[source].add(target)
    return out


def influencing(n, arcs):
    """Return by whom each node is influenced."""
    return influenced(n, [(target, source, weight) for source, target, weight in arcs])


def tied(n, arcs):
    """Return to whom each node is tied, whichever way arcs point."""
    return [a | b for a, b in zip(influenced(n, arcs), influencing(n, arcs), strict=True)]


def distances(out, source):
    """Return the number of steps to each node that can be reached."""
    steps, front = {source: 0}, [source]
    while front:
        front = [j for i in front for j in sorted(out[i]) if j not in steps and steps.setdefault(j, steps[i] + 1)]
    return steps


def core_numbers(n, arcs):
    """The k-core is what is left when nodes with fewer than k ties are taken away until there are none."""
    core = [0] * n
    for k in range(1, n):
        left = set(range(n))
        ties = tied(n, arcs)
        while few := {i for i in left if len(ties[i] & left) < k}:
            left -= few
        for i in left:
            core[i] = k
    return core


def closeness(n, arcs, pivots):
    """The share of the other pivots that a node reaches, over the mean number of steps to them."""
    scores = []
    for i in range(n):
        steps = distances(influenced(n, arcs), i)
        others = [pivot for pivot in pivots if pivot != i]
        reached = [steps[pivot] for pivot in others if pivot in steps]
        scores.append(Fraction(len(reached), len(others)) / Fraction(sum(reached), len(reached)) if reached else 0)
    return scores


def shortest_paths(out, source, target):
    """Return every shortest path, as a list of nodes."""
    steps = distances(out, source)
    if target not in steps:
        return []
    paths = [[source]]
    for length in range(1, steps[target] + 1):
        paths = [[*path, j] for path in paths for j in out[path[-1]] if steps[j] == length]
    return [path for path in paths if path[-1] == target]


def betweenness(n, arcs):
    """The share of the shortest paths between two others on which a node lies, summed over ordered pairs."""
    scores = [Fraction(0)] * n
    for source in range(n):
        for target in range(n):
            if source != target:
                paths = shortest_paths(influenced(n, arcs), source, target)
                for path in paths:
                    for i in path[1:-1]:
                        scores[i] += Fraction(1, len(paths))
    return scores


def sampled_betweenness(n, arcs, pivots, symmetric):
    """Paths from the pivots, and to them if arcs have a direction: each counts by how far along a node lies."""
    scores = [Fraction(0)] * n
    for out in [influenced(n, arcs)] if symmetric else [influenced(n, arcs), influencing(n, arcs)]:
        for pivot in pivots:
            for other in range(n):
                paths = shortest_paths(out, pivot, other) if pivot != other else []
                for path in paths:
                    for steps, i in enumerate(path[1:-1], 1):
                        scores[i] += Fraction(1, len(paths)) * Fraction(steps, len(path) - 1)
    return scores


def pagerank(n, arcs, damping):
    """Everybody has 1, and passes a share of their score to those who influence them, by weight."""
    total = [sum(weight for _, target, weight in arcs if target == j) for j in range(n)]
    score = [1.0] * n
    for _ in range(3000):
        score = [1.0 + damping * sum(weight * score[j] / total[j] for source, j, weight in arcs if source == i)
                 for i in range(n)]
    return score


def elected(n, count, key_of, score):
    """Choose one after the other the node with the largest score given those chosen before."""
    chosen = []
    for _ in range(count):
        left = [i for i in range(n) if i not in chosen]
        chosen.append(min(left, key=lambda i: (-score(i, chosen), key_of(i), i)))
    return chosen


def degree_discount(n, arcs, p, count, key_of):
    out, into = influenced(n, arcs), influencing(n, arcs)

    def score(i, seeds):
        d, s, t = len(out[i]), len(out[i] & set(seeds)), len(into[i] & set(seeds))
        return d - s - t - (d - s) * t * p

    return elected(n, count, key_of, score)


def voterank(n, arcs, count, key_of):
    out, into = influenced(n, arcs), influencing(n, arcs)

    def ability(j, seeds):
        if j in seeds:
            return Fraction(0)
        return max(Fraction(0), 1 - len(into[j] & set(seeds)) * Fraction(n, len(arcs)))

    def score(i, seeds):
        return sum(ability(j, seeds) for j in out[i])

    return elected(n, count, key_of, score)


def collective_influence(n, arcs, radius, count, key_of):
    def score(i, seeds):
        ties = [set() if j in seeds else others - set(seeds) for j, others in enumerate(tied(n, arcs))]
        shell = [j for j, steps in distances(ties, i).items() if steps == radius]
        return (len(ties[i]) - 1) * sum(len(ties[j]) - 1 for j in shell)

    return elected(n, count, key_of, score)


def modularity(ties, groups):
    """Return modularity times the square of the number of ends of ties."""
    ends = sum(map(len, ties))
    of = {i: g for g, group in enumerate(groups) for i in group}
    inside = sum(of[i] == of[j] for i, others in enumerate(ties) for j in others)
    return ends * inside - sum(sum(len(ties[i]) for i in group) ** 2 for group in groups)


def communities(n, arcs):
    """The method of Louvain: parts, at first single nodes, move to the community where modularity is largest.

    Parts stand in a queue, by number; one that moves calls those tied to it that are in other communities and not in
    the queue, by number. A community bears the number of the part that it began with; the least wins if several are
    best, but none beats where a part is without being better. When nobody moves, communities become parts, numbered
    in the order of their first nodes.
    """
    ties, parts = tied(n, arcs), [{i} for i in range(n)]
    while True:
        home = list(range(len(parts)))
        near = [[b for b, other in enumerate(parts) if b != a and any(ties[i] & other for i in part)]
                for a, part in enumerate(parts)]

        def worth(a, community, home=home, parts=parts):
            moved = [community if b == a else g for b, g in enumerate(home)]
            return modularity(ties, [set().union(*(part for part, g in zip(parts, moved, strict=True) if g == c))
                                     for c in set(moved)])

        queue, moves = list(range(len(parts))), 0
        while queue:
            a = queue.pop(0)
            best = max(sorted({home[b] for b in near[a]}), key=lambda c: worth(a, c), default=home[a])
            if worth(a, best) > worth(a, home[a]):
                home[a] = best
                moves += 1
                queue += [b for b in near[a] if home[b] != best and b not in queue]
        if not moves:
            return [next(g for g, part in enumerate(parts) if i in part) for i in range(n)]
        merged = [set().union(*(part for part, g in zip(parts, home, strict=True) if g == c)) for c in set(home)]
        parts = sorted(merged, key=min)
