"""Networks whose ties close triangles, and networks whose arcs are answered.

Growth: newcomers tie themselves by preferential attachment (see `simcore.network.preferential`), but for some
ties, which go to a neighbour of the node chosen last. A node's neighbours, in ascending order, are the older
nodes that it chose and the newcomers that chose it; the latter stand in rows of one pool, which move on to
twice the room when they are full. Rooms that rows have left are used again; all begin at even places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel, prefetch
from simcore.errors import NetworkError
from simcore.network import poisson
from simcore.network.csr import Network, from_parts
from simcore.network.preferential import grown, ties_made
from simcore.rng import Purpose, below, chance, occurs, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.network.rows import Arcs

_AT_HAND = 2**18  # ties that a core's own cache has room for
_SIZES = 34  # of rooms, each twice the one before
_AHEAD, _LAST = 8, 31  # newcomers between one step of fetching and the next; the last of four times as many
_LATE = 8  # newcomers that a newcomer waits for before it is entered in rows, which are then on their way from memory
_U0, _U1, _U2, _U32 = (np.uint64(x) for x in (0, 1, 2, 32))


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
    return np.int64(pool[2 * np.int64(rows[w, 0]) + rank])


@inline
def _end(key, newcomer, begin, attempt):
    """Draw an end of the ties before place ``begin``: half a mod 2 of the block (newcomer, a div 2, 0, TIE)."""
    x0, x1, x2, x3 = philox(key, np.uint64(newcomer), attempt >> _U1, _U0, tag(_U0, Purpose.NETWORK_TIE))
    return below(x2 | (x3 << _U32) if attempt & _U1 else x0 | (x1 << _U32), np.uint64(2 * begin))


@inline
def _at(end, ties, older):
    """Return the node at an end: the older one of its tie if it is odd."""
    tie = end >> _U1
    return np.int64(older[tie]) if end & _U1 else np.int64(np.uint64(ties) + tie // np.uint64(ties))


@kernel
def _preferred(key, newcomer, ties, older, begin, have, attempt):
    """Draw a node not chosen yet in proportion to degree; return it and the number of the next attempt."""
    while True:
        node = _at(_end(key, newcomer, begin, attempt), ties, older)
        attempt += _U1
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


@inline
def _room(size, pool, free):
    """Return where a room of 2^size places begins, in twos: one that a row has left, or a new one."""
    room = free[size]
    if room:
        free[size] = pool[2 * room]
    else:
        room = free[0]
        free[0] += 1 << (size - 1)
    return room


@inline
def _sort(older, begin, end):
    """Sort the nodes that a newcomer chose."""
    for a in range(begin, end):
        node = older[a]
        place = a
        while place > begin and older[place - 1] > node:
            older[place] = older[place - 1]
            place -= 1
        older[place] = node


@kernel
def _enter(ties, older, begin, end, rows, pool, free):
    """Enter newcomers, whose ties these are, in the rows of the nodes that they chose.

    ``free[size]`` is the last room of 2^size places that was left, in which stands the one before; 0 if there is
    none. ``free[0]`` is where the rooms never used begin.
    """
    for a in range(begin, end):
        newcomer, node = ties + a // ties, older[a]
        room, length = np.int64(rows[node, 0]), np.int64(rows[node, 1])
        if length == 0:
            room = _room(1, pool, free)
        elif length > 1 and length & (length - 1) == 0:  # the room is full
            size, left = 1, room
            while 1 << size < length:
                size += 1
            room = _room(size + 1, pool, free)
            for b in range(length):
                pool[2 * room + b] = pool[2 * left + b]
            pool[2 * left] = free[size]
            free[size] = left
        pool[2 * room + length] = newcomer
        rows[node, 0], rows[node, 1] = room, length + 1


@inline
def _fetch(key, newcomer, ties, older, begin, rows, pool, ends):
    """Fetch what the first draws of newcomers to come lead to, each thing once what leads to it is there.

    ``ends`` is a ring of their draws.
    """
    far, near, next_ = newcomer + 3 * _AHEAD, newcomer + 2 * _AHEAD, newcomer + _AHEAD
    x0, x1, x2, x3 = philox(key, np.uint64(far), _U0, _U0, tag(_U0, Purpose.NETWORK_TIE))
    made = np.uint64(begin + 3 * _AHEAD * ties)
    ends[far & _LAST, 0] = below(x0 | (x1 << _U32), _U2 * made)
    ends[far & _LAST, 1] = below(x2 | (x3 << _U32), _U2 * made)
    for attempt in range(2):
        prefetch(older, ends[far & _LAST, attempt] >> _U1)
        end = ends[near & _LAST, attempt]
        if end >> _U1 < np.uint64(begin):  # the tie is made already
            prefetch(rows, 2 * _at(end, ties, older))
        end = ends[next_ & _LAST, attempt]
        if end >> _U1 < np.uint64(begin):
            node = _at(end, ties, older)
            prefetch(pool, 2 * np.int64(rows[node, 0]))
            prefetch(older, (node - ties) * ties)


@inline
def _waits(node, older, entered, begin):
    """Return whether a newcomer that is not entered yet chose the node."""
    found = False
    for a in range(entered, begin):
        found |= older[a] == node
    return found


@kernel
def _grow(key, ties, probability, older, rows, pool, free, ends):
    """Draw the older ends of each newcomer's ties; those of the first stand there already.

    Newcomers are entered in rows late, but for those that chose a node whose neighbours are asked for.
    """
    free[0] = 1
    entered = 0
    for begin in range(ties, older.size, ties):
        newcomer, attempt = ties + begin // ties, _U0
        if older.size > _AT_HAND:
            _fetch(key, newcomer, ties, older, begin, rows, pool, ends)
        w, attempt = _preferred(key, newcomer, ties, older, begin, begin, attempt)
        prefetch(rows, 2 * w)
        older[begin] = w
        for have in range(begin + 1, begin + ties):
            if _waits(w, older, entered, begin):
                _enter(ties, older, entered, begin, rows, pool, free)
                entered = begin
            node = _closing(key, newcomer, w, ties, probability, older, begin, have, rows, pool)
            if node < 0:
                node, attempt = _preferred(key, newcomer, ties, older, begin, have, attempt)
                w = node
            prefetch(rows, 2 * node)
            older[have] = node
        _sort(older, begin, begin + ties)
        half, late = begin - _LATE // 2 * ties, begin - _LATE * ties
        for node in older[max(half, 0):max(half + ties, 0)]:
            prefetch(pool, 2 * np.int64(rows[node, 0]) + np.int64(rows[node, 1]))
        if late >= entered:
            _enter(ties, older, entered, late + ties, rows, pool, free)
            entered = late + ties


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
    if not 0.0 <= triads <= 1.0:
        raise NetworkError.because(f"a probability lies between 0 and 1 (got {triads})")
    made = ties_made(n, ties)
    older = np.empty(made, np.uint32)
    if ties:
        older[:ties] = np.arange(ties)
        pool = np.empty(4 * made + 2, np.uint32)  # rows of k move through rooms of 2, 4, 8, ... places, 4 k at most
        _grow(key, ties, np.uint64(chance(triads)), older, np.zeros((n, 2), np.uint32), pool,
              np.zeros(_SIZES, np.int64), np.zeros((_LAST + 1, 2), np.uint64))
        del pool
    return grown(n, ties, older)


@kernel
def _direct(key, mutual, lower, upper, tail, head):
    """List the arcs of ties; return how many there are.

    Half 0 of the block (lower, upper, 0, 0, MUTUAL) decides whether influence flows both ways, half 1 else which.
    """
    made = 0
    for a in range(lower.size):
        x0, x1, _, x3 = philox(key, np.uint64(lower[a]), np.uint64(upper[a]), _U0, tag(_U0, Purpose.NETWORK_MUTUAL))
        both, up = occurs(x0 | (x1 << _U32), mutual), x3 >> np.uint64(31) == _U0
        tail[made], head[made] = lower[a], upper[a]
        made += both | up
        tail[made], head[made] = upper[a], lower[a]
        made += both | (not up)
    return made


def _arcs(n: int, tied: float, mutual: float, key: np.uint64) -> Iterator[Arcs]:
    """Yield the arcs of a Poisson network of mean degree ``tied``, in parts."""
    for lower, upper in poisson.ties(n, tied, key):
        tail, head = np.empty((2, 2 * lower.size + 1), np.uint32)
        made = _direct(key, np.uint64(chance(mutual)), lower, upper, tail, head)
        yield tail[:made], head[:made]


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
    return from_parts(n, lambda: _arcs(n, tied, reciprocity / (2.0 - reciprocity), key), undirected=False).network
