"""Written from the rule, without sight of the kernel: preferential attachment.

Node m makes a tie to each of the nodes 0 ... m - 1. Each later node makes m ties: it draws from the list of
all ends of all ties so far (the newer end of a tie stands before its older end) until it has m different
nodes, and enters its ties in the list in ascending order of these.
"""

from tests.naive.philox import NETWORK_TIE, WORD, below, c3, philox


def ties(n, m, key):
    """Return the sorted list of ties (lower, upper)."""
    made = [(older, m) for older in range(m)]
    for newcomer in range(m + 1, n if m else 0):
        ends = [end for older, newer in made for end in (newer, older)]
        chosen = set()
        attempt = 0
        while len(chosen) < m:
            x0, x1, x2, x3 = philox(key, newcomer, attempt // 2, 0, c3(NETWORK_TIE))
            chosen.add(ends[below(x0 + WORD * x1 if attempt % 2 == 0 else x2 + WORD * x3, len(ends))])
            attempt += 1
        made += [(older, newcomer) for older in sorted(chosen)]
    return sorted(made)
