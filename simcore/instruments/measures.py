"""What the influential are worth: multipliers against direct ratios, shares of global cascades, exchange rates.

`docs/measures.md` holds the definitions.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.errors import UsageError
from simcore.seeding import Ranking, order, top_size

if TYPE_CHECKING:
    from simcore.instruments.every_node import Census


class Influentials(NamedTuple):
    """The best-connected against everybody, on one network, each node weighing the same.

    Attributes
    ----------
    number : int
        The influential: the first by out-degree, equals in the order of the network's key.
    p_global, p_influential, p_ordinary : float
        How likely a random node, an influential one, any other is to start a global cascade.
    m, m_size : float
        The multiplier: influential over random, by P(global) and by mean size; NaN if random ones start none.
    d : float
        The direct ratio: of mean out-degrees.
    m_over_d : float
        By P(global): above 1, the influential start more than in proportion to whom they influence.
    m_over_cost : float
        M over the ratio of mean costs: what a unit of cost buys.
    share_ordinary : float
        The share of global cascades that ordinary people start, everybody starting as often; NaN if there are none.
    """

    number: int
    p_global: float
    p_influential: float
    p_ordinary: float
    m: float
    m_size: float
    d: float
    m_over_d: float
    m_over_cost: float
    share_ordinary: float


def influentials(census: Census, *, top: float = 0.1, acquisition: float = 0.0, contact: float = 1.0) -> Influentials:
    """Compare the best-connected with everybody by what a census says of them.

    Parameters
    ----------
    census : Census
        Whose ``global_share`` says what is global.
    top : float
        The share of nodes that is influential.
    acquisition, contact : float
        The cost of a seed: so much, and so much for each that it influences (Bakshy et al. 2011,
        doi:10.1145/1935826.1935845).

    Returns
    -------
    Influentials

    Raises
    ------
    UsageError
        If the network has no nodes.

    Notes
    -----
    Watts & Dodds (2007), doi:10.1086/518527. Exact where the census is; networks are what is left to chance.
    """
    degree = census.network.out_degree.astype(np.float64)
    if not degree.size:
        raise UsageError("there are no nodes")
    first = order(census.loaded, Ranking(), census.key, top_size(degree.size, top))
    influential = np.zeros(degree.size, np.bool_)
    influential[first] = True
    p, cost = census.p_global, acquisition + contact * degree
    m, m_size, d = (_over(values[influential].mean(), values.mean()) for values in (p, census.size, degree))
    return Influentials(
        first.size, float(p.mean()), float(p[influential].mean()),
        float(p[~influential].mean()) if first.size < degree.size else math.nan, m, m_size, d, _over(m, d),
        _over(m, _over(cost[influential].mean(), cost.mean())), _over(p[~influential].sum(), p.sum()))


def _over(above: float, below: float) -> float:
    return float(above / below) if below > 0 else math.nan


def exchange_rate(p_hub: float, p_random: float) -> float:
    """Return how many random seeds fail as seldom as one hub: log(1 - p_hub) / log(1 - p_random).

    Seeds are taken to succeed independently, which is a lower bound on what several do under thresholds. NaN where one
    of the two never or always succeeds.

    Parameters
    ----------
    p_hub, p_random : float
        Probability that a hub, and that a random seed, starts a global cascade.

    Returns
    -------
    float
    """
    if not (0.0 < p_hub < 1.0 and 0.0 < p_random < 1.0):
        return math.nan
    return math.log1p(-p_hub) / math.log1p(-p_random)
