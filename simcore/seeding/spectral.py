"""PageRank and eigenvector centrality of influence: who influences those who are influential.

Influence flows along arcs, so a score passes from the influenced back to those who influence them: what is
known as the PageRank or the eigenvector centrality of the network with all arcs turned round. Sums are taken in
the order of arcs, so that every machine finds the same digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

_PRECISION = 2.0**-50  # of the largest score: when to stop
_SETTLED, _GROWN = 5000, 500  # rounds, at most


@kernel
def _settle(ptr, idx, weight, total, damping, rounds, precision, score, passed):
    """Solve score = 1 + damping * (what is passed back along arcs), node after node (Gauss and Seidel's way)."""
    largest = 1.0
    for _ in range(rounds):
        change = 0.0
        for i in range(score.size):
            value = 0.0
            for a in range(ptr[i], ptr[i + 1]):
                value += passed[idx[a]] * weight[a] if weight.size else passed[idx[a]]
            value = 1.0 + damping * value
            change = max(change, abs(value - score[i]))
            largest = max(largest, value)
            score[i] = value
            if total[i] > 0.0:
                passed[i] = value / total[i]
        if change <= precision * largest:
            break


def pagerank(network: Network, damping: float = 0.85) -> NDArray[np.float64]:
    """Return the PageRank of influence of each node.

    Everybody has a score of their own, and passes a share `damping` of their score back to those who
    influence them, in proportion to weights: y_i = 1 + d sum over j of w_ij y_j / (in-weight of j). Where
    nobody influences a node, PageRank would spread its score over all, which changes no proportion.

    Parameters
    ----------
    network : Network
    damping : float
        d, from 0 to below 1.

    Returns
    -------
    float64[n]
        PageRank up to a factor; at least 1.

    Notes
    -----
    Brin & Page (1998), doi:10.1016/S0169-7552(98)00110-X.
    """
    total = (network.in_total if network.weighted else network.in_degree).astype(np.float64)
    score = np.ones(network.n)
    passed = np.divide(1.0, total, out=np.zeros(network.n), where=total > 0)
    _settle(network.out_ptr, network.out_idx, network.out_weight, total, damping, _SETTLED, _PRECISION, score, passed)
    return score


@kernel
def _grow(ptr, idx, weight, rounds, precision, score, fresh):
    """Multiply the scores by the arcs, plus a quarter of their growth, so that they do not swing to and fro."""
    kept = 1.0
    for _ in range(rounds):
        largest = 0.0
        for i in range(score.size):
            value = kept * score[i]
            for a in range(ptr[i], ptr[i + 1]):
                value += score[idx[a]] * weight[a] if weight.size else score[idx[a]]
            fresh[i] = value
            largest = max(largest, value)
        change = 0.0
        for i in range(score.size):
            value = fresh[i] / largest
            change = max(change, abs(value - score[i]))
            score[i] = value
        if change <= precision:
            break
        kept = max(0.25 * (largest - kept), 0.5 * kept)


def eigenvector(network: Network) -> NDArray[np.float64]:
    """Return the eigenvector centrality of influence of each node: proportional to the sum over those it influences.

    Parameters
    ----------
    network : Network
        Weights count.

    Returns
    -------
    float64[n]
        1 for the largest. Power iteration from equal scores, 500 rounds at most: where no cluster stands out
        (lattices, very large small worlds), this compares the numbers of long walks from each node.

    Notes
    -----
    Bonacich (1987), doi:10.1086/228631.
    """
    score = np.ones(network.n)
    _grow(network.out_ptr, network.out_idx, network.out_weight, _GROWN, _PRECISION, score, np.empty(network.n))
    return score
