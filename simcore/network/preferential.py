"""Preferential attachment: newcomers tie themselves to nodes in proportion to the ties these have.

Ties stand in the order in which they were made, ``ties`` for each newcomer, so the newer end of tie t is node
``ties + t // ties`` and only the older end is stored. A random end of a random tie is a node drawn in
proportion to degree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.errors import NetworkError
from simcore.network.csr import Network, from_rows
from simcore.network.rows import count
from simcore.rng import Purpose, below, philox, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U0, _U1, _U32 = (np.uint64(x) for x in (0, 1, 32))


@kernel
def _grow(key, ties, older):
    """Draw the older ends of each newcomer's ties, ascending; those of the first stand there already.

    Attempt a = 0, 1, ... takes half a mod 2 of the block (newcomer, a div 2, 0, TIE); repeats are skipped.
    """
    each = np.uint64(ties)
    for begin in range(ties, older.size, ties):
        newcomer, ends = np.uint64(ties + begin // ties), np.uint64(2 * begin)
        x2 = x3 = attempt = _U0
        have = begin
        while have < begin + ties:
            if attempt & _U1:
                bits = x2 | (x3 << _U32)
            else:
                x0, x1, x2, x3 = philox(key, newcomer, attempt >> _U1, _U0, tag(_U0, Purpose.NETWORK_TIE))
                bits = x0 | (x1 << _U32)
            attempt += _U1
            end = below(bits, ends)
            tie = end >> _U1
            node = np.uint64(older[tie]) if end & _U1 else each + tie // each
            place = have
            while place > begin and older[place - 1] > node:
                place -= 1
            if place > begin and older[place - 1] == node:
                continue
            for a in range(have, place, -1):
                older[a] = older[a - 1]
            older[place] = node
            have += 1


@kernel
def _fill_rows(ties, older, ptr, idx):
    """Write both arcs of every tie, the last first; ``ptr`` goes down from the end of each row to its beginning.

    So rows come out sorted, own ties standing before those of later nodes.
    """
    for newer in range(ptr.size - 2, ties - 1, -1):
        begin = (newer - ties) * ties
        for t in range(begin + ties - 1, begin - 1, -1):
            ptr[older[t]] -= 1
            idx[ptr[older[t]]] = newer
            ptr[newer] -= 1
            idx[ptr[newer]] = older[t]


def ties_made(n: int, ties: int) -> int:
    """Return how many ties newcomers make in all, or refuse what is too many."""
    if not 0 <= ties < max(n, 1):
        raise NetworkError.because(f"a newcomer makes fewer ties than there are nodes (got {ties} of {n})")
    made = (n - ties) * ties
    if made >= 2**31:  # an even draw is of 2^32 ends at most
        raise NetworkError.because(f"preferential attachment makes fewer than 2^31 ties (got {made})")
    return made


def grown(n: int, ties: int, older: NDArray[np.uint32]) -> Network:
    """Return the network in which newcomers are tied to these nodes, sorted for each."""
    ptr = np.zeros(n + 1, np.int64)
    if ties:
        count(older, ptr)
        ptr[ties:-1] += ties
    np.cumsum(ptr, out=ptr)
    idx = np.empty(ptr[-1], np.uint32)
    if ties:
        _fill_rows(ties, older, ptr, idx)
    return from_rows(ptr, idx, symmetric=True)


def barabasi_albert(n: int, ties: int, key: np.uint64) -> Network:
    """Build a network grown by preferential attachment.

    The first newcomer, node ``ties``, ties itself to the nodes before it (a star); each later one to ``ties``
    distinct nodes before it, drawn in proportion to degree.

    Parameters
    ----------
    n : int
        Number of nodes.
    ties : int
        Number of ties that each newcomer makes, below n.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

    Returns
    -------
    Network
        Symmetric, unweighted.

    Raises
    ------
    NetworkError
        If ``ties`` is out of its range, or there are 2^31 ties or more in all.

    References
    ----------
    Barabasi & Albert (1999), doi:10.1126/science.286.5439.509.
    """
    older = np.empty(ties_made(n, ties), np.uint32)
    if ties:
        older[:ties] = np.arange(ties)
        _grow(key, ties, older)
    return grown(n, ties, older)
