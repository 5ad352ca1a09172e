"""A step of a threshold model from the other end of the arcs: those who are left look at who has just adopted.

Late in a global cascade many have just adopted and few are left. Pushing along the arcs of the many then writes to
nodes all over memory, most of whom have adopted long ago. Pulling along the arcs of the few reads a bit of each
neighbour, and all these bits take an eighth of a byte a node; what is written lies in the order of memory, and so do
those who adopt. Both ways take the same off what those need who are left, and let the same adopt. Beamer, Asanovic &
Patterson (2012), doi:10.1109/SC.2012.50.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore._jit import inline, kernel, prefetch
from simcore.mechanisms.arcs import AHEAD, list_arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

FAR = 2**20  # nodes from which what they need no longer fits into a core's own caches, a byte each
_U0, _U1, _U6, _U63 = (np.uint64(x) for x in (0, 1, 6, 63))
_BLOCK = 4096  # nodes: what they need is to stay in the nearest cache
_APART = 251  # nodes between two of a sample: a prime, lest they be alike on a lattice


def room_for_sources(network: Network, arcs: NDArray[Any]) -> NDArray[np.uint32]:
    """Return room for the sources of listed arcs; none if the network is not `FAR`, symmetric and unweighted."""
    return np.empty(arcs.size if network.n >= FAR and network.symmetric and not network.weighted else 0, np.uint32)


@inline
def pull_if_fewer(network, state, place, last, size):
    """Pull a step if that takes less time than to push it.

    Return the place in ``adopted`` up to which influence is spent, ``last`` if it was pulled, and how many adopted.
    """
    if pulling_pays(network, state, place, last):
        return last, _pull(network, state, place, last, size)
    return place, size


@inline
def pulling_pays(network, state, place, last):
    """Tell whether those left hear few arcs beside those that leave nodes ``adopted[place:last]``: in a sample of both.

    Never where ``sources`` have no room, see `room_for_sources`.
    """
    ptr, left, new, rest = network.out_ptr, state.left, 0, 0
    if state.sources.size == 0 or np.uint64(16) * (last - place) < np.uint64(left.size):
        return False
    for i in state.adopted[place:last:_APART]:
        new += ptr[i + _U1] - ptr[i]
    for i in range(0, left.size, _APART):
        if left[i] > 0:
            rest += ptr[i + 1] - ptr[i]
    return 8 * new > 4 * rest + left.size // _APART  # as long as each way takes, passing over all nodes included


@kernel
def _pull(network, state, place, last, size):
    """Let those adopt whose needs nodes ``adopted[place:last]`` meet, in ascending order; return how many have now."""
    ptr, idx, left, adopted, arcs, bits = (network.out_ptr, network.out_idx, state.left, state.adopted, state.arcs,
                                           state.bits)
    for i in adopted[place:last]:
        bits[i >> _U6] |= _U1 << (np.uint64(i) & _U63)
    for block in range(0, left.size, _BLOCK):
        at = begin = end = size  # those who are left stand where those who adopt will
        for i in range(block, min(block + _BLOCK, left.size)):
            adopted[end] = i
            end += np.uint64(left[i] > 0)
        while at < end:
            at, number = list_arcs(ptr, idx, adopted, at, end, True, arcs, state.sources)
            for k in range(number):
                if k + AHEAD < number:
                    prefetch(bits, np.uint64(idx[arcs[k + AHEAD]]) >> _U6)
                i = np.uint64(idx[arcs[k]])
                left[state.sources[k]] -= np.int64((bits[i >> _U6] >> (i & _U63)) & _U1)
        for k in range(begin, end):
            j = adopted[k]
            adopted[size] = j
            size += np.uint64(left[j] <= 0)
    bits[:] = _U0
    return size
