"""What the twins of models share in which nodes adopt once and for all: outcomes from who adopted when."""

from itertools import accumulate


def outcomes(newcomers):
    """Return the outcomes and the trajectory; `newcomers[t]` is the set that adopted in step t, [0] the seeds."""
    adopted = list(accumulate(len(new) for new in newcomers))
    return {
        "size": adopted[-1],
        "duration": max((t for t, new in enumerate(newcomers) if new), default=0),
        "peak": max((len(new) for new in newcomers[1:]), default=0),
        "series": [(total, len(new)) for total, new in zip(adopted, newcomers, strict=True)],
    }


def in_arcs(arcs, n):
    """Return the (source, weight) that lead to each node."""
    incoming = [[] for _ in range(n)]
    for source, target, weight in sorted(arcs):
        incoming[target].append((source, weight))
    return incoming
