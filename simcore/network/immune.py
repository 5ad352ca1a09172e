"""Nodes that nobody can convince and that start nothing: no arc leads to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore.network.csr import from_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network


def immunised(network: Network, immune: NDArray[np.uint32]) -> tuple[Network, NDArray[np.bool_]]:
    """Return the network in which some nodes are immune, and which arcs are left, bool[m].

    Arcs into them are taken out, those out of them stay: in-degrees of others, by which thresholds are shares, and the
    luck of all other arcs are what they were.
    """
    out = np.zeros(network.n, np.bool_)
    out[immune] = True
    left = ~out[network.out_idx]
    ptr = np.concatenate([[0], np.cumsum(left)])[network.out_ptr]
    thinned = from_rows(ptr, network.out_idx[left], network.out_weight[left[:network.out_weight.size]],
                        scale=network.scale)
    return thinned._replace(immune=np.flatnonzero(out).astype(np.uint32)), left
