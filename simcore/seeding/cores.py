"""The k-core of every node: how deep it lies where people are tied to people who are tied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.network.csr import row_starts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

_U1 = np.uint64(1)


@kernel
def _peel(ptr, idx, start, nodes, place, core):
    """Take nodes away, the fewest ties left first; ``core`` holds degrees and becomes core numbers.

    ``nodes`` is sorted by ``core`` throughout: those of degree d begin at ``start[d]``, node i is at ``place[i]``.
    """
    for at in range(nodes.size):
        i = np.uint64(nodes[at])
        for j in idx[ptr[i]:ptr[i + _U1]]:
            if core[j] > core[i]:
                first = start[core[j]]
                other = nodes[first]
                nodes[place[j]], place[other] = other, place[j]
                nodes[first], place[j] = j, first
                start[core[j]] += 1
                core[j] -= 1


def core_numbers(network: Network) -> NDArray[np.int64]:
    """Return the largest k of each node, int64[n], such that it is in the k-core of a symmetric network.

    The k-core is what is left when all nodes with fewer than k ties are taken away until there are none; the
    method is that of Batagelj & Zaversnik (2003), arXiv:cs/0310049.
    """
    core = network.out_degree
    nodes = np.argsort(core, kind="stable").astype(np.uint32)
    place = np.empty(network.n, np.int64)
    place[nodes] = np.arange(network.n)
    start = row_starts(core.astype(np.uint32), int(core.max(initial=0)) + 1)
    _peel(network.out_ptr, network.out_idx, start, nodes, place, core)
    return core
