"""Big-seed marketing: many seeds whose chains of influence all die out, yet add up.

Watts & Peretti (2007), Viral marketing for the real world, Harvard Business Review 85(5), 22-23. Branching
processes: Harris (1963), https://doi.org/10.1007/978-3-642-51866-9.
"""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["BigSeed", "big_seed", "reproduction_rate"]


class BigSeed(NamedTuple):
    """What seeds and the chains they start come to in the end.

    Attributes
    ----------
    mean : float
        Expected number reached, seeds included.
    sd : float
        Its standard deviation.
    """

    mean: float
    sd: float


def big_seed(seeds: float, reproduction: float, *, variance: float | None = None) -> BigSeed:
    """Return how many are reached in the end when everyone brings in less than one other on average.

    seeds (1 + R + R^2 + ...) = seeds / (1 - R) on average (Watts & Peretti 2007), with variance
    seeds sigma^2 / (1 - R)^3, where sigma^2 is the variance of how many one person brings in (Harris 1963,
    https://doi.org/10.1007/978-3-642-51866-9).

    Parameters
    ----------
    seeds : float
        Number of seeds, at least 0.
    reproduction : float
        Mean number that one person brings in, R, from 0 to below 1.
    variance : float, optional
        Its variance, at least 0; R by default, as of a Poisson number.

    Returns
    -------
    BigSeed
        Mean and standard deviation of the number reached.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if not 0.0 <= seeds < math.inf:
        raise ValueError(f"seeds must be at least 0 and finite (got {seeds!r})")
    if not 0.0 <= reproduction < 1.0:
        raise ValueError(f"reproduction must be at least 0 and below 1 (got {reproduction!r})")
    spread = reproduction if variance is None else variance
    if not 0.0 <= spread < math.inf:
        raise ValueError(f"variance must be at least 0 and finite (got {variance!r})")
    return BigSeed(seeds / (1.0 - reproduction), math.sqrt(seeds * spread / (1.0 - reproduction) ** 3))


def reproduction_rate(seeds: float, reached: float) -> float:
    """Return the mean number that one person brought in, 1 - seeds / reached.

    What `big_seed` expects, solved for R (Watts & Peretti 2007).

    Parameters
    ----------
    seeds : float
        Number of seeds, positive.
    reached : float
        Number reached in the end, seeds included.

    Returns
    -------
    float
        R, from 0 to below 1.

    Raises
    ------
    ValueError
        If `seeds` is not positive, or fewer were reached.
    """
    if not 0.0 < seeds <= reached < math.inf:
        raise ValueError(f"seeds must be positive and at most as many as reached (got {seeds!r}, {reached!r})")
    return 1.0 - seeds / reached
