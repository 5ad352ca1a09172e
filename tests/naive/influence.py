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


def influence(n, out_law, in_law, key, correlation=0.0):
    """Return the sorted list of arcs (source, target), and the number of self-loops and of repeated arcs.

    A law is (share, table of the first round(share n) nodes, table of the others), in units of 2^-32.
    """
    out_stubs = stubs(n, out_law, key, NETWORK_COUNT)
    if in_law is None:
        arcs = [(i, below(half(t, philox(key, i, t // 2, 0, c3(NETWORK_TIE))), n))
                for i in range(n) for t in range(out_stubs.count(i))]
    else:
        in_stubs = stubs(n, in_law, key, NETWORK_IN_COUNT)
        if correlation:
            in_stubs = followed(n, out_law, in_law, out_stubs, in_stubs, key, correlation)
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


def followed(n, out_law, in_law, out_stubs, in_stubs, key, correlation):
    """Return the owner of every in-stub, once some nodes have in-degrees that follow their out-degrees."""
    owners = []
    for i in range(n):
        degree = in_stubs.count(i)
        words = philox(key, i, 0, 0, c3(NETWORK_FOLLOW))
        if occurs(half(0, words), abs(correlation)):
            last, first = (round_of(out_law, out_stubs.count(i) - back) for back in (0, 1))
            place = first + below(half(1, words), last - first)
            degree = count_of(WORD - 1 - place if correlation < 0 else place, whole(in_law))
        owners += [i] * degree
    return owners


def whole(law):
    """Return the table of a random node's degree, given those of two classes, as a mixture of their chances."""
    share, *tables = law
    if tables[0] == tables[1]:
        return tables[0]
    raise NotImplementedError  # a mixture needs the chances themselves


def round_of(law, degree):
    table = whole(law)
    return 0 if degree < 0 else table[min(degree, len(table) - 1)]


def half(number, words):
    """Return the first or second half of a block as 64 bits, by whether the number is even or odd."""
    x0, x1, x2, x3 = words
    return x0 + WORD * x1 if number % 2 == 0 else x2 + WORD * x3
