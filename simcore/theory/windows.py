"""Cascade windows: the mean degrees at which a single seed, or a share of seeds, sets off a global cascade.

Watts (2002), https://doi.org/10.1073/pnas.082090499; Gleeson & Cahalane (2007),
https://doi.org/10.1103/PhysRevE.75.056103.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simcore.network import degree_laws
from simcore.theory.cascade_conditions import gain
from simcore.theory.final_sizes import final_size
from simcore.theory.threshold_laws import as_threshold_law

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

__all__ = ["cascade_window", "first_open", "seeded_window"]


def cascade_window(law_or_phi: ThresholdLaw | float, *, directed: bool = False,
                   family: Callable[[float], npt.ArrayLike] = degree_laws.poisson,
                   between: tuple[float, float] = (0.01, 1000.0)) -> tuple[float, float] | None:
    """Return the mean degrees between which one seed can set off a global cascade.

    The roots of the cascade condition of Watts (2002), https://doi.org/10.1073/pnas.082090499,
    sum_k k (k - 1) rho_k p_k = z, with rho_k = P(one active neighbour tips a node of in-degree k). With
    K ~ Poisson(z) it reads z E[rho_(K+2)] = 1; in a directed network, whose in- and out-degrees are
    independent, z E[rho_(K+1)] = 1, and the law of the out-degrees does not matter.

    Parameters
    ----------
    law_or_phi : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    directed : bool
        Whether influence flows one way only.
    family : callable
        The law of the degrees, of the in-degrees in a directed network, for each mean degree: ``float`` to
        ``float64[K]``; Poisson by default.
    between : tuple of two floats
        The mean degrees among which to look, both positive.

    Returns
    -------
    tuple of two floats, or None
        Lower and upper edge, good to 1e-9; None if there is no window. An edge that the search
        does not reach is where it begins, or infinite. Where thresholds at or below 0 open a second window in dense
        networks, this is the first.

    Raises
    ------
    ValueError
        If a threshold given as a number is not above 0 and at most 1, or `between` are not two positive
        numbers in order.
    """
    law = as_threshold_law(law_or_phi)

    def margin(z: float) -> float:
        degrees = degree_laws.checked(family(z))
        if not directed:
            return gain(degrees, law) - 1.0
        return float((degrees * np.arange(len(degrees))) @ law.adopts(1, np.arange(len(degrees)))) - 1.0

    return first_open(margin, between)


def seeded_window(law_or_phi: ThresholdLaw | float, *, seed_share: float, global_share: float = 0.1,
                  directed: bool = False, family: Callable[[float], npt.ArrayLike] = degree_laws.poisson,
                  between: tuple[float, float] = (0.1, 100.0)) -> tuple[float, float] | None:
    """Return the mean degrees between which a share of random seeds sets off a global cascade.

    Between them `final_size` (Gleeson & Cahalane 2007, https://doi.org/10.1103/PhysRevE.75.056103) is at least
    `global_share`. At the upper edge it usually jumps, and the edge depends on `global_share` no more; at the
    lower edge it grows steadily.

    Parameters
    ----------
    law_or_phi : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    seed_share : float
        Share of nodes that starts active, below `global_share`.
    global_share : float
        Share of nodes from which on a cascade counts as global, at most 1.
    directed : bool
        Whether influence flows one way only.
    family : callable
        The law of the degrees, of the in-degrees in a directed network, for each mean degree: ``float`` to
        ``float64[K]``; Poisson by default.
    between : tuple of two floats
        The mean degrees among which to look, both positive.

    Returns
    -------
    tuple of two floats, or None
        Lower and upper edge, good to 1e-9; None if there is no window. An edge that the search
        does not reach is where it begins, or infinite.

    Raises
    ------
    ValueError
        If a threshold given as a number or a share is out of its range, or `between` are not two positive
        numbers in order.
    """
    law = as_threshold_law(law_or_phi)
    if not 0.0 <= seed_share < global_share <= 1.0:
        raise ValueError(f"seed_share must be below global_share, from 0 to 1 (got {seed_share!r}, {global_share!r})")

    def margin(z: float) -> float:
        degrees = family(z)
        heard = degrees if directed else None
        return final_size(degrees, law, seed_share=seed_share, directed=directed, in_degree_law=heard) - global_share

    return first_open(margin, between)


def first_open(margin: Callable[[float], float], between: tuple[float, float]) -> tuple[float, float] | None:
    """Return the first interval where a margin is positive.

    With the gain of any family of networks, less 1, for a margin: the window of that family.

    Parameters
    ----------
    margin : callable
        A function of one positive number: ``float`` to ``float``.
    between : tuple of two floats
        Where to look, both positive.

    Returns
    -------
    tuple of two floats, or None
        Where it begins and ends, good to 1e-9; None if there is none. An end that the search does not reach is
        where it begins, or infinite.

    Raises
    ------
    ValueError
        If `between` are not two positive numbers in order.
    """
    from scipy.optimize import brentq, minimize_scalar

    if not 0.0 < between[0] < between[1] < math.inf:
        raise ValueError(f"between must be two positive numbers in order (got {between!r})")
    grid = np.geomspace(*between, 60 + round(40.0 * math.log(between[1] / between[0])))
    values = np.array([margin(z) for z in grid])
    top = int(np.clip(np.argmax(values), 1, len(grid) - 2))
    # The widest point is added, so that a window between two points of the grid is not missed.
    peak = minimize_scalar(lambda z: -margin(z), bounds=(grid[top - 1], grid[top + 1]), method="bounded").x
    where = int(np.searchsorted(grid, peak))
    grid, values = np.insert(grid, where, peak), np.insert(values, where, margin(peak))
    is_open = values > 0.0
    if not is_open.any():
        return None
    first = int(is_open.argmax())
    low = float(brentq(margin, grid[first - 1], grid[first], xtol=1e-10)) if first else float(grid[0])
    shut = first + np.flatnonzero(~is_open[first:])
    return low, float(brentq(margin, grid[shut[0] - 1], grid[shut[0]], xtol=1e-10)) if shut.size else math.inf
