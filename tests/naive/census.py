"""Written from the rule: what every single node would set off, one cascade after the other."""

from tests.naive import threshold


def sizes(arcs, n, values, *, scale=1):
    """Return the final size of the cascade of each node under thresholds, see `tests.naive.threshold`."""
    return [threshold.simulate(arcs, n, values, [node], horizon=n + 1, scale=scale)["size"] for node in range(n)]


def durations(arcs, n, values, *, scale=1):
    """Return how many steps each takes."""
    return [threshold.simulate(arcs, n, values, [node], horizon=n + 1, scale=scale)["duration"] for node in range(n)]


def reached(arcs, n, node):
    """Return all that a node reaches along arcs, itself included."""
    found, new = {node}, [node]
    while new:
        here = new.pop()
        for source, target, *_ in arcs:
            if source == here and target not in found:
                found.add(target)
                new.append(target)
    return found
