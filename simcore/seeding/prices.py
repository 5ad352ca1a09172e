"""What seeds cost, and whom a budget buys: the next of an order who can be paid with what is left."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.loaded import Loaded
    from simcore.seeding.strategies import Price

_ROUNDING = 1.0 + 1e-12  # three of .1 are paid with .3


def costs(loaded: Loaded, price: Price) -> NDArray[np.float64]:
    """Return what each node costs as a seed.

    Parameters
    ----------
    loaded : Loaded
    price : Price

    Returns
    -------
    float64[n]
    """
    if price.attribute is not None:
        return loaded.columns[price.attribute]
    return price.acquisition + price.contact * loaded.network.out_degree.astype(np.float64)


def candidates(cost: NDArray[np.float64], budget: float) -> int:
    """Return how many nodes are drawn, one after the other, to spend a budget: all but surely more than it buys."""
    mean = float(cost.mean()) if cost.size else 0.0
    if mean == 0.0 or budget * _ROUNDING >= cost.sum():
        return cost.size
    expected = budget / mean
    if np.all(cost == cost[0]):
        return int(expected * _ROUNDING)
    return min(cost.size, math.ceil(expected + 10.0 * math.sqrt(expected) + 10.0))


def affordable(ranked: NDArray[np.uint32], cost: NDArray[np.float64], budget: float) -> NDArray[np.uint32]:
    """Return those of a ranking who can be paid with what is left after those before them."""
    left, cheapest, chosen = budget * _ROUNDING, float(cost.min(initial=math.inf)), list[int]()
    for i in ranked.tolist():
        if left < cheapest:
            break
        if cost[i] <= left:
            left -= float(cost[i])
            chosen.append(i)
    return np.array(chosen, np.uint32)


def keep_affordable(nodes: NDArray[np.uint32], begin: NDArray[np.int64], end: NDArray[np.int64],
                    cost: NDArray[np.float64], budget: float) -> None:
    """Keep, in the order of each replicate, those who can be paid with what is left; ``end`` moves back.

    Replicates do not share their places in ``nodes``.
    """
    _keep(nodes, begin, end, cost, budget * _ROUNDING)


@kernel
def _keep(nodes, begin, end, cost, budget):
    for r in range(begin.size):
        left, kept = budget, begin[r]
        for place in range(begin[r], end[r]):
            i = nodes[place]
            if cost[i] <= left:
                left -= cost[i]
                nodes[kept] = i
                kept += 1
        end[r] = kept


@kernel
def _add_up(nodes, begin, end, cost, out):
    for r in range(begin.size):
        out[r] = 0.0
        for i in nodes[begin[r]:end[r]]:
            out[r] += cost[i]


def spent(nodes: NDArray[np.uint32], begin: NDArray[np.int64], end: NDArray[np.int64],
          cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the seeds of each replicate cost together.

    Parameters
    ----------
    nodes : uint32[...]
    begin, end : int64[R]
        As in `Seeds`.
    cost : float64[n]

    Returns
    -------
    float64[R]
    """
    out = np.empty(begin.size)
    _add_up(nodes, begin, end, cost, out)
    return out
