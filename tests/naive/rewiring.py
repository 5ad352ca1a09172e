"""Written from the rule, without sight of the kernel: null models of a given network.

Exchanged: the arcs of the network (an undirected tie is two, one from either end) stand in a list, in order.
A proposal draws two places of the list, a -> b and c -> d, and makes them a -> d and c -> b; of an undirected
network, the arcs back b -> a and d -> c become b -> c and d -> a, each in its place. Nothing happens if that
would make a node its own neighbour or repeat an arc.

Redrawn: each tie in turn moves with a probability. The source of an arc stays; of an undirected tie, a coin
says which end does. The other end becomes any node that the one which stays is not tied to, with the same
chance. A node that is tied to all others keeps its ties.
"""

from tests.naive.influence import half
from tests.naive.philox import WORD, below, c3, chance, philox

NETWORK_SWAP = 11
NETWORK_REDRAW = 12


def shuffled(arcs, undirected, proposals, key):
    """Return the sorted arcs after the proposals, given sorted arcs (source, target)."""
    arcs = list(arcs)
    for k in range(proposals if arcs else 0):
        words = philox(key, k % WORD, k // WORD, 0, c3(NETWORK_SWAP))
        exchange(arcs, undirected, below(half(0, words), len(arcs)), below(half(1, words), len(arcs)))
    return sorted(arcs)


def exchange(arcs, undirected, p, s):
    """Exchange the targets of the arcs in two places, if that is possible; say whether it was."""
    (a, b), (c, d) = arcs[p], arcs[s]
    if a == d or c == b or (a, d) in arcs or (c, b) in arcs:
        return False
    if undirected:
        q, t = arcs.index((b, a)), arcs.index((d, c))
        arcs[q], arcs[t] = (b, c), (d, a)
    arcs[p], arcs[s] = (a, d), (c, b)
    return True


def rewired(n, arcs, undirected, share, key):
    """Return the sorted arcs after each tie has had its turn."""
    ties = []
    for i, j in arcs:
        if not undirected:
            ties.append((i, j))
        elif i < j:
            j_stays = below(half(1, philox(key, i, j, 0, c3(NETWORK_REDRAW))), 2)
            ties.append((j, i) if j_stays else (i, j))
    now = set(arcs)
    for stays, old in sorted(ties):
        pair = tuple(sorted((stays, old))) if undirected else (stays, old)
        free = [j for j in range(n) if j != stays and (stays, j) not in now]
        if half(0, philox(key, *pair, 0, c3(NETWORK_REDRAW))) < chance(share) and free:
            new = new_end(n, stays, pair, free, key)
            now.remove((stays, old))
            now.add((stays, new))
            if undirected:
                now.remove((old, stays))
                now.add((new, stays))
    return sorted(now)


def new_end(n, stays, pair, free, key):
    others = [j for j in range(n) if j != stays]
    attempt = 1
    while True:
        end = others[below(half(0, philox(key, *pair, 0, c3(NETWORK_REDRAW, attempt))), n - 1)]
        if end in free:
            return end
        attempt += 1
