"""Whom to seed by degree, when thresholds are fixed and seeds cost something: the best-connected, or those below them.

After Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.network import degree_laws
from simcore.theory.final_sizes import final_size

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

    FloatArray = npt.NDArray[np.float64]

__all__ = ["Targeting", "degree_targeting"]


EQUAL = 1e-6  # final sizes that differ by less are as good as each other


class Targeting(NamedTuple):
    """Seeds by degree.

    Attributes
    ----------
    highest : int
        Nobody of a higher degree is seeded; from there on downwards everybody is, as far as the budget goes.
    seed_share_by_degree : float64[K]
        Share of the nodes of each degree that starts active.
    final_size : float
        Share of nodes that is active in the end.
    """

    highest: int
    seed_share_by_degree: FloatArray
    final_size: float


def degree_targeting(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, budget: float,
                     cost_by_degree: npt.ArrayLike | None = None, directed: bool = False,
                     in_degree_law: npt.ArrayLike | None = None, most: int = 40) -> Targeting:
    """Return which degrees to seed, so that most nodes are active in the end.

    Seeds are all nodes from some degree downwards, as far as the budget goes; tried are `most` degrees to begin
    with. What each comes to is `final_size`, with the shares of seeds by degree (Gleeson & Cahalane 2007,
    https://doi.org/10.1103/PhysRevE.75.056103).

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    budget : float
        What may be spent, for each node of the network; at least 0.
    cost_by_degree : float64[K], optional
        What a seed of each degree costs, above 0; 1 by default.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        See `final_size`.
    most : int
        How many degrees to try, spread evenly over those that nodes have if these are more.

    Returns
    -------
    Targeting
        The best; the one from the higher degree among equals.

    Raises
    ------
    ValueError
        If an argument is no degree law, no threshold, no budget or no cost.
    """
    law = degree_laws.checked(degree_law)
    cost = np.ones(len(law)) if cost_by_degree is None else np.asarray(cost_by_degree, np.float64)
    if not budget >= 0.0:
        raise ValueError(f"budget must be at least 0 (got {budget!r})")
    if cost.shape != law.shape or not np.all(cost > 0.0):
        raise ValueError(f"cost_by_degree must have a number above 0 for each of the {len(law)} degrees "
                         f"(got {cost_by_degree!r})")
    degrees = np.flatnonzero(law)[::-1]
    tried = degrees[np.unique(np.linspace(0, degrees.size - 1, min(most, degrees.size)).astype(np.int64))]
    best = None
    for highest in tried:
        shares = _filled(law, cost, int(highest), budget)
        size = final_size(law, thresholds, seed_share=float(law @ shares), directed=directed,
                          in_degree_law=in_degree_law, seed_share_by_degree=shares)
        if best is None or size > best.final_size + EQUAL:
            best = Targeting(int(highest), shares, size)
    assert best is not None
    return best


def _filled(law: FloatArray, cost: FloatArray, highest: int, budget: float) -> FloatArray:
    """Return the share of seeds by degree if all from some degree downwards are taken while the budget lasts."""
    price = (law * cost)[highest::-1]
    before = np.cumsum(price) - price
    shares = np.zeros(len(law))
    paid = np.divide(budget - before, price, out=np.zeros(price.size), where=price > 0.0)
    shares[highest::-1] = np.clip(paid, 0.0, 1.0)
    return shares
