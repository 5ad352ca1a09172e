"""Whom a budget buys: employees, each at a cost, in some order, passing over whom the rest does not buy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore._jit import inline, kernel
from simcore.rng import Purpose, bits64, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.seeding.strategies import Budget

_ORDER = np.uint64(2**24 - 1)  # the sequence number of draws that put employees in order
_ROUNDING = 1e-9


@kernel
def _fill(key, part, w, out):
    for i in range(out.size):
        out[i] = bits64(key, np.uint64(i), part, w, tag(_ORDER, Purpose.SEED))


@inline
def _take(taken, row, filled, i):
    taken[i] = 1
    row[filled] = i
    return filled + 1


@kernel
def _buy(order, cost, budget, taken, row):
    """Fill ``row`` with whom the budget buys in this order; return how many they are."""
    filled, left = 0, budget
    for i in order:
        if cost[i] <= left + _ROUNDING:
            left -= cost[i]
            filled = _take(taken, row, filled, i)
    return filled


@kernel
def _buy_subtrees(order, whole, place, last, at, budget, taken, row):
    """Fill ``row`` with the people of the subtrees that the budget buys in this order; return how many they are."""
    filled, left = 0, budget
    for i in order:
        if not taken[i] and whole[i] <= left + _ROUNDING:
            left -= whole[i]
            for k in range(place[i], last[i] + 1):
                filled = _take(taken, row, filled, at[k])
    return filled


def costs(height: NDArray[np.int64], cost: float, ratio: float) -> NDArray[np.float64]:
    """Return what each employee costs a period, by the levels below."""
    out = np.full(height.size, cost)
    for h in range(1, int(height.max(initial=0)) + 1):
        out[height >= h] *= ratio
    return out


def bought(strategy: Budget, firm: Any, key: np.uint64, part: int, first: int,
           replicates: int) -> list[NDArray[np.uint32]]:
    """Return whom a budget buys in each of a block of replicates.

    Parameters
    ----------
    strategy : Budget
    firm : Firm
        Employees with informal ties, and their chart.
    key : uint64
    part : int
        Number of the programme.
    first, replicates : int

    Returns
    -------
    list of uint32[...]
        The people of each replicate.
    """
    chart, degree = firm.company.chart, firm.network.out_degree
    cost, n = costs(chart.height, strategy.cost, strategy.ratio), firm.network.n
    row = np.empty(n, np.uint32)

    def buy(order: NDArray[np.int64]) -> NDArray[np.uint32]:
        return row[:_buy(order, cost, strategy.budget, np.zeros(n, np.uint8), row)].copy()

    match strategy.by:
        case "executives":
            return [buy(np.argsort(chart.level, kind="stable"))] * replicates
        case "hubs":
            return [buy(np.argsort(-degree, kind="stable"))] * replicates
        case "hubs-per-cost":
            return [buy(np.argsort(-degree / cost, kind="stable"))] * replicates
        case "subtree":
            whole = cost.copy()
            for i in chart.upward[:-1]:
                whole[chart.manager[i]] += whole[i]
            size = _buy_subtrees(np.argsort(-whole, kind="stable"), whole, chart.place, chart.last,
                                 np.argsort(chart.place).astype(np.uint32), strategy.budget, np.zeros(n, np.uint8), row)
            return [row[:size].copy()] * replicates
    found, luck = [], np.empty(n, np.uint64)
    for w in range(first, first + replicates):
        _fill(key, np.uint64(part), np.uint64(w), luck)
        order = np.argsort(luck, kind="stable")
        if strategy.by == "front-line":
            order = order[np.argsort(firm.company.front[order] == 0, kind="stable")]
        found.append(buy(order))
    return found
