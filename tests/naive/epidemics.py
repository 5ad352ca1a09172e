"""What the twins of epidemics in discrete time share: a start, contacts, chances, and outcomes from a history.

The history is one list of statuses for t = 0, 1, ..., horizon: "S", "E", "I" or "R" for each node.
"""

from tests.naive.philox import TRANSMIT, bits64, c3, occurs


def start(n, seeds):
    return ["I" if node in seeds else "S" for node in range(n)]


def happens(purpose, node, t, probability, key, w):
    return occurs(bits64(key, node, 0, w, c3(purpose, t)), probability)


def caught(arcs, before, transmission, t, key, w):
    """Return the susceptible nodes that one of the contacts of step t infects."""
    return {
        target
        for source, target, *_ in arcs
        if before[source] == "I" and before[target] == "S"
        and occurs(bits64(key, source, target, w, c3(TRANSMIT, t)), transmission)
    }


def ever(history):
    """Return the number of nodes infected at any time."""
    return sum(any(state[node] == "I" for state in history) for node in range(len(history[0])))


def outcomes(history, columns):
    """Return duration, peak, and the trajectory: counts of the statuses named in `columns`."""
    return {
        "duration": max((t for t in range(1, len(history)) if history[t] != history[t - 1]), default=0),
        "peak": max(state.count("I") for state in history),
        "series": [tuple(state.count(status) for status in columns) for state in history],
    }
