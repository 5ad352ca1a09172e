"""How many seeds it takes: the share from which on they set off a global cascade.

Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103; Singh, Sreenivasan, Szymanski & Korniss
(2013), https://doi.org/10.1038/srep02330.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from simcore.network import degree_laws
from simcore.theory.cascade_conditions import heard_by, hearing
from simcore.theory.responses import responses, smallest_fixed_point, tipped
from simcore.theory.threshold_laws import as_threshold_law

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

    FloatArray = npt.NDArray[np.float64]

__all__ = ["CriticalSeeds", "critical_seed_share"]

Order = Literal["random", "top-degree"]


class CriticalSeeds(NamedTuple):
    """Where the final size jumps as more and more nodes start.

    Attributes
    ----------
    seed_share : float
        Share of seeds at the jump; 0 where any share will do, negative where nodes that adopt by themselves
        are more than enough.
    below, above : float
        Final size on either side of the jump, seeds included; of no meaning where the share is negative.
    """

    seed_share: float
    below: float
    above: float


def critical_seed_share(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *,
                        seeding: Order = "random", directed: bool = False,
                        in_degree_law: npt.ArrayLike | None = None) -> CriticalSeeds | None:
    """Return the share of seeds at which the final size jumps.

    The smallest fixed point of `final_size` merges with the next one and is gone. Each q is a fixed point for
    one share of seeds, s(q), and the jump is where s(q) has a maximum that it exceeds further on only.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    seeding : {"random", "top-degree"}
        Whether seeds are any nodes or those of highest degree (out-degree in a directed network), ties split
        at random.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        Probability of each in-degree in a directed network, or of each for nodes of every out-degree; Poisson
        with the mean of `degree_law` by default.

    Returns
    -------
    CriticalSeeds or None
        The jump, the widest if there are several; None where the final size grows without one.

    Raises
    ------
    ValueError
        If an argument is no degree law, no threshold or no way of seeding, or in- and out-degrees differ in
        their mean.
    """
    from scipy.optimize import minimize_scalar

    if seeding not in get_args(Order):
        raise ValueError(f"seeding must be one of {', '.join(get_args(Order))} (got {seeding!r})")
    law, needs = degree_laws.checked(degree_law), as_threshold_law(thresholds)
    share_at = _share_at(law, needs, seeding, directed, in_degree_law)
    grid = np.concatenate([[0.0], np.geomspace(1e-9, 0.1, 300), np.linspace(0.1, 1.0 - 1e-6, 500)[1:]])
    share = np.array([share_at(q) for q in grid])
    below_record = np.append(share < np.maximum.accumulate(share), False)
    jumps = []
    for top in np.flatnonzero(~below_record[:-1] & below_record[1:]):
        q = 0.0
        if top:
            q = float(minimize_scalar(lambda x: -share_at(x), bounds=(grid[top - 1], grid[top + 1]), method="bounded",
                                      options={"xatol": 1e-9 * grid[top]}).x)
        critical = share_at(q)
        along, node = responses(law, needs, _seeded(law, critical, seeding), directed, in_degree_law)
        after = smallest_fixed_point(along, float(grid[top + 1]))
        jumps.append(CriticalSeeds(critical, node.at(q), node.at(after)))
    widest = max(jumps, key=lambda jump: jump.above - jump.below, default=None)
    return widest if widest is not None and widest.above - widest.below > 1e-6 else None


def _share_at(law: FloatArray, needs: ThresholdLaw, seeding: Order, directed: bool,
              in_degree_law: npt.ArrayLike | None) -> Callable[[float], float]:
    """Return the share of seeds for which q is a fixed point, as a function of q."""
    heard, senders = hearing(law, directed, in_degree_law), degree_laws.size_biased(law)
    chances = tipped(heard_by(senders, heard), needs, 0 if directed else 1)
    top = int(np.flatnonzero(law)[-1])
    taken = np.append(0.0, np.cumsum(law[top::-1]))

    def share_at(q: float) -> float:
        by_degree = heard @ chances.at(q)
        wanted = q - float((senders * by_degree).sum())
        won = senders * np.maximum(1.0 - by_degree, 1e-300)  # what seeds of each degree add, nobody else being one
        if seeding == "random":
            return wanted / (float(won.sum()) or 1.0)
        if wanted < 0.0:
            return wanted * float(law[top] / won[top])
        return float(np.interp(wanted, np.append(0.0, np.cumsum(won[top::-1])), taken))

    return share_at


def _seeded(law: FloatArray, share: float, seeding: Order) -> FloatArray:
    if seeding == "random":
        return np.full(len(law), share)
    if share > 0.0:
        return degree_laws.in_top(law, share)
    top = int(np.flatnonzero(law)[-1])
    return np.asarray(np.where(np.arange(len(law)) == top, share / law[top], 0.0))
