"""Networks without chance: complete, star, path and ring."""

from __future__ import annotations

import numpy as np

from simcore.network.csr import Network, from_arcs, from_rows


def complete(n: int) -> Network:
    """Build the network in which every two nodes are tied.

    Parameters
    ----------
    n : int
        Number of nodes.

    Returns
    -------
    Network
        Symmetric, unweighted.
    """
    others = np.arange(max(n - 1, 0), dtype=np.uint32)
    rows = others + (others >= np.arange(n)[:, None])
    return from_rows(np.arange(n + 1) * others.size, rows.ravel(), symmetric=True)


def star(n: int) -> Network:
    """Build the network in which all other nodes are tied to node 0, the hub.

    Parameters
    ----------
    n : int
        Number of nodes.

    Returns
    -------
    Network
        Symmetric, unweighted.
    """
    leaves = np.arange(1, n)
    return from_arcs(n, np.zeros_like(leaves), leaves, undirected=True).network


def path(n: int) -> Network:
    """Build the network in which each node is tied to the next.

    Parameters
    ----------
    n : int
        Number of nodes.

    Returns
    -------
    Network
        Symmetric, unweighted.
    """
    return from_arcs(n, np.arange(n - 1), np.arange(1, n), undirected=True).network


def ring(n: int) -> Network:
    """Build the network in which each node is tied to the next, and the last to the first.

    Parameters
    ----------
    n : int
        Number of nodes; two are tied once, one not at all.

    Returns
    -------
    Network
        Symmetric, unweighted.
    """
    nodes = np.arange(n)
    return from_arcs(n, nodes, np.roll(nodes, -1), undirected=True).network
