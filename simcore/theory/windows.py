"""Cascade windows: the mean degrees at which a single seed can set off a global cascade.

Watts (2002), https://doi.org/10.1073/pnas.082090499.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simcore.network import degree_laws
from simcore.theory.threshold_laws import as_threshold_law

if TYPE_CHECKING:
    from simcore.theory.threshold_laws import ThresholdLaw

__all__ = ["cascade_window"]

LARGEST_MEAN_DEGREE = 1000.0  # windows are looked for up to here


def cascade_window(law_or_phi: ThresholdLaw | float, *, directed: bool = False) -> tuple[float, float] | None:
    """Return the mean degrees between which one seed can set off a global cascade on a Poisson network.

    The roots of the cascade condition of Watts (2002), https://doi.org/10.1073/pnas.082090499,
    sum_k k (k - 1) rho_k p_k = z, with rho_k = P(one active neighbour tips a node of in-degree k). With
    K ~ Poisson(z) it reads z E[rho_(K+2)] = 1; in a directed network z E[rho_(K+1)] = 1.

    Parameters
    ----------
    law_or_phi : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    directed : bool
        Whether influence flows one way only.

    Returns
    -------
    tuple of two floats, or None
        Lower and upper edge, good to 1e-9; None if there is no window. The upper edge is infinite if the
        window is still open at a mean degree of 1000. Where thresholds at or below 0 open a second window in
        dense networks, this is the first.

    Raises
    ------
    ValueError
        If a threshold given as a number is not above 0 and at most 1.
    """
    from scipy.optimize import brentq, minimize_scalar

    law = as_threshold_law(law_or_phi)
    longest = len(degree_laws.poisson(LARGEST_MEAN_DEGREE))
    vulnerable = law.adopts(1, np.arange(longest) + (1 if directed else 2))

    def margin(z: float) -> float:
        heard = degree_laws.poisson(z)
        return z * float(heard @ vulnerable[: len(heard)]) - 1.0

    grid = np.geomspace(1.0, LARGEST_MEAN_DEGREE, 300)  # the gain never exceeds z: nothing opens below 1
    top = int(np.clip(np.argmax([margin(z) for z in grid]), 1, len(grid) - 2))
    # The widest point is added, so that a window between two points of the grid is not missed.
    peak = minimize_scalar(lambda z: -margin(z), bounds=(grid[top - 1], grid[top + 1]), method="bounded").x
    grid = np.sort(np.append(grid, peak))
    is_open = np.array([margin(z) > 0.0 for z in grid])
    if not is_open.any():
        return None
    first = int(is_open.argmax())
    low = float(brentq(margin, grid[first - 1], grid[first])) if first else 1.0
    shut = first + np.flatnonzero(~is_open[first:])
    return low, float(brentq(margin, grid[shut[0] - 1], grid[shut[0]])) if shut.size else math.inf
