"""Greedy seeds under fixed thresholds, where nothing is left to chance and nothing is guaranteed.

What a seed adds may grow with the others, so that spread is not submodular: the greedy method has no guarantee, and
lazy evaluation would not even find its seeds. All candidates are asked again each time, by setting off the cascade
that each would add and undoing it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import inline, kernel
from simcore.maximisation.worlds import Greedy

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simcore.network.csr import Network

CANDIDATES = 10_000  # nodes that are asked of a larger network: those that influence most for their cost
_U1 = np.uint64(1)
_ADOPTED = 2**62  # more than any node can lack


@inline
def _spread(network, left, adopted, size):
    """Let all adopt that these adopters make adopt; return how many there are."""
    place = 0
    weighted = network.out_weight.size > 0
    while place < size:
        i = np.uint64(adopted[place])
        place += 1
        for a in range(network.out_ptr[i], network.out_ptr[i + _U1]):
            j = network.out_idx[a]
            before = left[j]
            left[j] -= network.out_weight[a] if weighted else 1
            if before > 0 and left[j] <= 0:
                adopted[size] = j
                size += 1
    return size


@kernel
def _take(network, left, adopted, nodes):
    """Let nodes adopt, and all whom they make adopt; return how many are new."""
    size = 0
    for i in nodes:
        if left[i] > 0:
            left[i] -= _ADOPTED
            adopted[size] = i
            size += 1
    return _spread(network, left, adopted, size)


@kernel
def _fill_gains(network, left, adopted, candidates, gains):
    weighted = network.out_weight.size > 0
    for k in range(candidates.size):
        gains[k] = 0
        i = candidates[k]
        if left[i] > 0:
            left[i] -= _ADOPTED
            adopted[0] = i
            gains[k] = _spread(network, left, adopted, 1)
            for u in adopted[:gains[k]]:
                for a in range(network.out_ptr[u], network.out_ptr[u + _U1]):
                    left[network.out_idx[a]] += network.out_weight[a] if weighted else 1
            left[i] += _ADOPTED


def greedy(network: Network, need: NDArray[np.int64], cost: NDArray[np.float64], budget: float, *,
           progress: Callable[[int], object] = lambda _: None) -> Greedy:
    """Choose the seed that adds most for its cost again and again, as long as one can be paid and anybody is left.

    Parameters
    ----------
    network : Network
    need : int64[n]
        Active in-weight at which each node adopts; a node that needs none adopts by itself.
    cost : float64[n]
        Of each node, above 0.
    budget : float
    progress : callable, optional
        Told the number of evaluations.

    Returns
    -------
    Greedy
        Among seeds that add as much for their cost, the one that influences most comes first. There is no bound
        but the number of nodes.
    """
    left, adopted = need.copy(), np.empty(network.n, np.uint32)
    eager = np.flatnonzero(need <= 0).astype(np.uint32)
    left[eager] = 1
    total, spent, evaluations, seeds = int(_take(network, left, adopted, eager)), 0.0, 0, list[int]()
    asked = np.argsort(-(network.out_degree / cost), kind="stable")[:CANDIDATES].astype(np.uint32)
    price, gains = cost[asked], np.empty(asked.size, np.int64)
    while True:
        able = (left[asked] > 0) & (price <= budget - spent)
        if not able.any():
            return Greedy(np.array(seeds, np.uint32), float(total), float(network.n), evaluations)
        for first in range(0, asked.size, 256):
            part = slice(first, first + 256)
            _fill_gains(network, left, adopted, asked[part], gains[part])
            progress(evaluations + min(first + 256, asked.size))
        evaluations += asked.size
        best = int(np.argmax(np.where(able, gains / price, -1.0)))
        total += int(_take(network, left, adopted, asked[best:best + 1]))
        spent += float(price[best])
        seeds.append(int(asked[best]))
