"""Communities: groups of nodes with more ties among them than their degrees would make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.network.csr import from_arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

_U1 = np.uint64(1)


@kernel
def _move(ptr, idx, weight, degree, whole, label, mass, towards, met, queue, waiting):
    """Move nodes to the community in which each raises modularity most, until none moves; return how many did.

    Nodes stand in a queue, ``waiting`` there; a node that moves calls those tied to it that are elsewhere.
    ``degree`` counts the ends of ties at a node, ``mass`` those in a community, ``whole`` all; ``towards`` is zero.
    All numbers are whole, so no gain is lost in rounding. The least community wins among equals.
    """
    n = queue.size
    moves, at, end = 0, 0, n
    while at < end:
        i = queue[at % n]
        at += 1
        waiting[i] = 0
        number, own = 0, label[i]
        for a in range(ptr[i], ptr[i + _U1]):
            c = label[idx[a]]
            if not towards[c]:
                met[number] = c
                number += 1
            towards[c] += weight[a] if weight.size else 1
        mass[own] -= degree[i]
        best, gain = own, whole * towards[own] - degree[i] * mass[own]
        for c in met[:number]:
            other = whole * towards[c] - degree[i] * mass[c]
            if other > gain or (other == gain and c < best and best != own):
                best, gain = c, other
        mass[best] += degree[i]
        for c in met[:number]:
            towards[c] = 0
        if best == own:
            continue
        label[i] = best
        moves += 1
        for j in idx[ptr[i]:ptr[i + _U1]]:
            if label[j] != best and not waiting[j]:
                waiting[j] = 1
                queue[end % n] = j
                end += 1
    return moves


def communities(network: Network) -> NDArray[np.int64]:
    """Return the community of each node, int64[n], numbered from 0 in the order of their first nodes.

    The method of Louvain: nodes move, in the order of their numbers, to the neighbouring community that raises
    modularity most, and are asked again when one tied to them has moved; then communities become nodes, and so on
    until nothing moves.

    Parameters
    ----------
    network : Network
        Symmetric. Weights do not count.

    Notes
    -----
    Blondel, Guillaume, Lambiotte & Lefebvre (2008), doi:10.1088/1742-5468/2008/10/P10008; the queue: Traag, Waltman
    & van Eck (2019), doi:10.1038/s41598-019-41695-z.
    """
    found, degree, whole = np.arange(network.n), network.out_degree, network.arcs
    weight = np.empty(0, np.int64)
    while True:
        n = degree.size
        label = np.arange(n)
        if not _move(network.out_ptr, network.out_idx, weight, degree, whole, label, degree.copy(),
                     np.zeros(n, np.int64), np.empty(n, np.int64), np.arange(n, dtype=np.uint32), np.ones(n, np.uint8)):
            return found
        _, first, label = np.unique(label, return_index=True, return_inverse=True)
        label = np.argsort(np.argsort(first))[label]
        found = label[found]
        arcs = weight if weight.size else np.ones(network.arcs, np.int64)
        sources = np.repeat(label, network.out_degree)
        network = from_arcs(first.size, sources, label[network.out_idx], arcs).network
        weight = network.out_weight
        degree = np.bincount(label, degree).astype(np.int64)
