"""Written from the rule, without sight of the kernel: the directed influence network.

Node i has an out-degree, drawn from its table with word i mod 4 of the block (i div 4). Without a law of
in-degrees each of its arcs goes to any of the n nodes with the same chance. With one, nodes have in-stubs
too; stubs of nobody make up the number if they are fewer than the out-stubs. They are put in the order of
random bits, and the out-stubs, in the order of their nodes, meet them in turn. What meets nobody is no arc.

With a correlation, luck has some nodes take the in-degree that stands where their out-degree does: were all out-degrees
of 2^32 nodes put in order, and so all in-degrees, nodes of the same place would have both. A node's place is drawn
among those of its out-degree. Below 0, in-degrees stand in the reverse order.
"""

from tests.naive.philox import NETWORK_COUNT, NETWORK_TIE, below, c3, occurs, philox
from tests.naive.poisson import WORD, count_of

NETWORK_STUB = 4
NETWORK_IN_COUNT = 5
NETWORK_FOLLOW = 19


def influence(n, out_law, in_law, key, following=None):
    """Return the sorted list of arcs (source, target), and the number of self-loops and of repeated arcs.

    A law is (share, table of the first round(share n) nodes, table of the others), in units of 2^-32; ``following`` is
    the correlation and the tables of the out-degrees and in-degrees of all nodes.
    """
    out_stubs = stubs(n, out_law, key, NETWORK_COUNT)
    if in_law is None:
        arcs = [(i, below(half(t, philox(key, i, t // 2, 0, c3(NETWORK_TIE))), n))
                for i in range(n) for t in range(out_stubs.count(i))]
    else:
        in_stubs = stubs(n, in_law, key, NETWORK_IN_COUNT)
        if following:
            in_stubs = followed(n, out_stubs, in_stubs, key, *following)
        in_stubs += [None] * (len(out_stubs) - len(in_stubs))
        bits = [half(s, philox(key, s // 2, 0, 0, c3(NETWORK_STUB))) for s in range(len(in_stubs))]
        partners = [in_stubs[s] for s in sorted(range(len(in_stubs)), key=bits.__getitem__)]
        arcs = [(i, j) for i, j in zip(out_stubs, partners, strict=False) if j is not None]
    loops = [arc for arc in arcs if arc[0] == arc[1]]
    kept = set(arcs) - set(loops)
    return sorted(kept), len(loops), len(arcs) - len(loops) - len(kept)


def stubs(n, law, key, purpose):
    """Return the owner of every stub."""
    share, first, rest = law
    owners = []
    for i in range(n):
        table = first if i < round(share * n) else rest
        owners += [i] * count_of(philox(key, i // 4, 0, 0, c3(purpose))[i % 4], table)
    return owners


def followed(n, out_stubs, in_stubs, key, correlation, of_out, of_in):
    """Return the owner of every in-stub, once some nodes have in-degrees that follow their out-degrees."""
    owners = []
    for i in range(n):
        degree = in_stubs.count(i)
        words = philox(key, i, 0, 0, c3(NETWORK_FOLLOW))
        if occurs(half(0, words), abs(correlation)):
            out_degree = min(out_stubs.count(i), len(of_out) - 1)
            first = of_out[out_degree - 1] if out_degree else 0
            place = first + below(half(1, words), of_out[out_degree] - first)
            degree = count_of(WORD - 1 - place if correlation < 0 else place, of_in)
        owners += [i] * degree
    return owners


def half(number, words):
    """Return the first or second half of a block as 64 bits, by whether the number is even or odd."""
    x0, x1, x2, x3 = words
    return x0 + WORD * x1 if number % 2 == 0 else x2 + WORD * x3
