"""Networks whose ties close triangles, and networks whose arcs are answered.

Growth: newcomers tie themselves by preferential attachment (see `simcore.network.preferential`), but for some
ties, which go to a neighbour of the node chosen last. A node's neighbours, in ascending order, are the older
nodes that it chose and the newcomers that chose it; the latter stand in rows of one pool, which move on to
twice the room when they are full.
"""

from __future__ import annotations

import numpy as np

from simcore._jit import inline, kernel
from simcore.errors import NetworkError
from simcore.network.csr import Network, from_rows
from simcore.network.poisson import poisson
from simcore.network.preferential import _fill_rows
from simcore.rng import Purpose, below, chance, occurs, philox, tag

_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))


@inline
def _chosen(node, older, begin, end):
    for a in range(begin, end):  # noqa: SIM110 -- numba has no any
        if older[a] == node:
            return True
    return False


@inline
def _neighbours(w, ties, rows):
    """Return how many nodes are tied to w so far."""
    return np.int64(rows[w, 1]) + (ties if w >= ties else 0)


@inline
def _neighbour(w, rank, ties, older, rows, pool):
    """Return the neighbour of w at a place in ascending order."""
    if w >= ties:
        if rank < ties:
            return np.int64(older[(w - ties) * ties + rank])
        rank -= ties
    return np.int64(pool[rows[w, 0] + rank])


@kernel
def _preferred(key, newcomer, ties, older, begin, have, attempt):
    """Draw a node not chosen yet in proportion to degree; return it and the number of the next attempt.

    Attempt a takes half a mod 2 of the block (newcomer, a div 2, 0, TIE).
    """
    each = np.uint64(ties)
    while True:
        x0, x1, x2, x3 = philox(key, np.uint64(newcomer), attempt >> _U1, _U0, tag(_U0, Purpose.NETWORK_TIE))
        end = below(x2 | (x3 << _U32) if attempt & _U1 else x0 | (x1 << _U32), np.uint64(2 * begin))
        attempt += _U1
        tie = end >> _U1
        node = np.int64(older[tie]) if end & _U1 else np.int64(each + tie // each)
        if not _chosen(node, older, begin, have):
            return node, attempt


@kernel
def _closing(key, newcomer, w, ties, probability, older, begin, have, rows, pool):
    """Draw whether the next tie goes to a neighbour of w, and to which; return it, or -1.

    For tie j, half 0 of the block (newcomer, j, 0, 0, TRIAD) decides; attempt a = 0, 1, ... takes half 1 of
    the block (newcomer, j, 0, a, TRIAD).
    """
    j, attempt, count = np.uint64(have - begin), _U0, _neighbours(w, ties, rows)
    x0, x1, x2, x3 = philox(key, np.uint64(newcomer), j, _U0, tag(attempt, Purpose.NETWORK_TRIAD))
    if not occurs(x0 | (x1 << _U32), probability):
        return np.int64(-1)
    if count < ties:  # else they cannot all be chosen, w being chosen itself
        free = 0
        for place in range(count):
            free += not _chosen(_neighbour(w, place, ties, older, rows, pool), older, begin, have)
        if free == 0:
            return np.int64(-1)
    while True:
        rank = np.int64(below(x2 | (x3 << _U32), np.uint64(count)))
        node = _neighbour(w, rank, ties, older, rows, pool)
        if not _chosen(node, older, begin, have):
            return node
        attempt += _U1
        _, _, x2, x3 = philox(key, np.uint64(newcomer), j, _U0, tag(attempt, Purpose.NETWORK_TRIAD))


@kernel
def _enter(newcomer, older, begin, end, rows, pool, used):
    """Sort the nodes that a newcomer chose and enter it in their rows; return the places used of the pool."""
    for a in range(begin, end):
        node = older[a]
        place = a
        while place > begin and older[place - 1] > node:
            older[place] = older[place - 1]
            place -= 1
        older[place] = node
        first, length = rows[node, 0], rows[node, 1]
        if length & (length - 1) == 0:  # the row is full: it has room for a power of two
            rows[node, 0] = used
            for b in range(length):
                pool[used + b] = pool[first + b]
            used += max(2 * length, 1)
        pool[rows[node, 0] + length] = newcomer
        rows[node, 1] += 1
    return used


@kernel
def _grow(key, ties, probability, older, rows, pool):
    """Draw the older ends of each newcomer's ties; those of the first stand there already."""
    used = _enter(ties, older, 0, ties, rows, pool, 0)
    for begin in range(ties, older.size, ties):
        newcomer, attempt = ties + begin // ties, _U0
        w, attempt = _preferred(key, newcomer, ties, older, begin, begin, attempt)
        older[begin] = w
        for have in range(begin + 1, begin + ties):
            node = _closing(key, newcomer, w, ties, probability, older, begin, have, rows, pool)
            if node < 0:
                node, attempt = _preferred(key, newcomer, ties, older, begin, have, attempt)
                w = node
            older[have] = node
        used = _enter(newcomer, older, begin, begin + ties, rows, pool, used)


def holme_kim(n: int, ties: int, triads: float, key: np.uint64) -> Network:
    """Build a network grown by preferential attachment and the closing of triangles.

    Each newcomer makes a first tie in proportion to degree. Each further tie, with probability ``triads``,
    goes to an even draw of the neighbours of the node that was last chosen in proportion to degree, the
    newcomer's own neighbours left out; otherwise, or if no one is left, to a node in proportion to degree
    again. Without triads it is `simcore.network.preferential.barabasi_albert`, tie by tie.

    Parameters
    ----------
    n : int
        Number of nodes.
    ties : int
        Number of ties that each newcomer makes, below n; the first one ties itself to all before it.
    triads : float
        Probability that a tie of a newcomer, other than its first, closes a triangle.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

    Returns
    -------
    Network
        Symmetric, unweighted.

    Raises
    ------
    NetworkError
        If an argument is out of its range, or there are 2^31 ties or more in all.

    References
    ----------
    Holme & Kim (2002), doi:10.1103/PhysRevE.65.026107.
    """
    if not 0 <= ties < max(n, 1):
        raise NetworkError.because(f"a newcomer makes fewer ties than there are nodes (got {ties} of {n})")
    if not 0.0 <= triads <= 1.0:
        raise NetworkError.because(f"a probability lies between 0 and 1 (got {triads})")
    made = (n - ties) * ties
    if made >= 2**31:  # an even draw is of 2^32 ends at most
        raise NetworkError.because(f"preferential attachment makes fewer than 2^31 ties (got {made})")
    older = np.empty(made, np.uint32)
    ptr = np.zeros(n + 1, np.int64)
    if ties:
        older[:ties] = np.arange(ties)
        # a row of k newcomers has moved through rooms of 1, 2, 4, ... places, fewer than 4 k together
        pool = np.empty(4 * made, np.uint32)
        _grow(key, ties, np.uint64(chance(triads)), older, np.zeros((n, 2), np.int64), pool)
        ptr[1:] = np.bincount(older, minlength=n)
        ptr[ties + 1 :] += ties
        np.cumsum(ptr, out=ptr)
    idx = np.empty(ptr[-1], np.uint32)
    if ties:
        _fill_rows(ties, older, ptr[:-1].copy(), idx)
    return from_rows(ptr, idx, symmetric=True)


@inline
def _flows(key, mutual, i, j):
    """Return whether influence flows from i to j, given that the two are tied.

    Half 0 of the block (lower, upper, 0, 0, MUTUAL) decides whether it flows both ways, half 1 else which.
    """
    x0, x1, _, x3 = philox(key, min(i, j), max(i, j), _U0, tag(_U0, Purpose.NETWORK_MUTUAL))
    return occurs(x0 | (x1 << _U32), mutual) or (x3 >> np.uint64(31) == _U1) == (i > j)


@kernel
def _direct(key, mutual, ptr, idx):
    """Leave the arcs along which influence flows, in place; return how many."""
    left = begin = np.int64(0)
    for i in range(ptr.size - 1):
        end = ptr[i + 1]
        for j in idx[begin:end]:
            if _flows(key, mutual, np.uint64(i), np.uint64(j)):
                idx[left] = j
                left += 1
        ptr[i + 1] = left
        begin = end
    return left


def reciprocal(n: int, mean_degree: float, reciprocity: float, key: np.uint64) -> Network:
    """Build a directed Poisson network in which a share of the arcs is answered.

    Each pair, independently, has both arcs with probability r p, either one with probability (1 - r) p each,
    p = z / (n - 1), z the mean degree and r the reciprocity. Pairs with arcs are ties of a Poisson network
    of mean degree z (2 - r), and of these a share r / (2 - r) has both arcs.

    Parameters
    ----------
    n : int
        Number of nodes.
    mean_degree : float
        Mean number of nodes that a node influences, at least 0; times 2 - reciprocity, below n - 1.
    reciprocity : float
        Probability that an arc has an arc back, from 0 to 1; `mean_degree` / (n - 1) if arcs are independent.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

    Returns
    -------
    Network
        Directed (also if all arcs are answered), unweighted.

    Raises
    ------
    NetworkError
        If an argument is out of its range.

    References
    ----------
    Holland & Leinhardt (1981), doi:10.1080/01621459.1981.10477598; reciprocity: Newman, Forrest & Balthrop
    (2002), doi:10.1103/PhysRevE.66.035101.
    """
    if not 0.0 <= reciprocity <= 1.0:
        raise NetworkError.because(f"a reciprocity lies between 0 and 1 (got {reciprocity})")
    tied = mean_degree * (2.0 - reciprocity)
    if not (0.0 <= tied < n - 1 or tied == 0.0):
        raise NetworkError.because("mean degree times (2 - reciprocity) is at least 0 and below the number "
                                   f"of other nodes (got {tied} of {n - 1})")
    ptr, idx, *_ = poisson(n, tied, key)
    left = _direct(key, np.uint64(chance(reciprocity / (2.0 - reciprocity))), ptr, idx)
    return from_rows(ptr, idx[:left].copy())
