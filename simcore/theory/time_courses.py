"""How many nodes are active at each time when a share of them starts.

Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103; Gleeson (2013),
https://doi.org/10.1103/PhysRevX.3.021004.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcore.network import degree_laws
from simcore.theory.cascade_conditions import heard_by, hearing
from simcore.theory.responses import responses, seed_shares, tipped
from simcore.theory.threshold_laws import as_threshold_law

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

    FloatArray = npt.NDArray[np.float64]

__all__ = ["asynchronous_time_course", "at_rate_one", "check_steps", "check_times", "time_course",
           "time_course_by_degree"]


def time_course(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, seed_share: float, steps: int,
                directed: bool = False, in_degree_law: npt.ArrayLike | None = None,
                seed_share_by_degree: npt.ArrayLike | None = None) -> FloatArray:
    """Return the share of active nodes after each synchronous step.

    The recursion whose limit is `final_size` (Gleeson & Cahalane 2007,
    https://doi.org/10.1103/PhysRevE.75.056103), started at the seeds.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    seed_share : float
        Share of nodes that starts active.
    steps : int
        Number of steps, at least 0.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        Probability of each in-degree in a directed network, or of each for nodes of every out-degree; Poisson
        with the mean of `degree_law` by default.
    seed_share_by_degree : float64[K], optional
        Share that starts active among the nodes of each degree, `seed_share` on average; even by default.

    Returns
    -------
    float64[steps + 1]
        Share of active nodes at 0, 1, ..., `steps`.

    Raises
    ------
    ValueError
        If `steps` is negative, an argument is no degree law, no threshold or no share, or arguments
        contradict each other.
    """
    by_degree = time_course_by_degree(degree_law, thresholds, seed_share=seed_share, steps=steps, directed=directed,
                                      in_degree_law=in_degree_law, seed_share_by_degree=seed_share_by_degree)
    return np.asarray(by_degree @ degree_laws.checked(degree_law))


def time_course_by_degree(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, seed_share: float,
                          steps: int, directed: bool = False, in_degree_law: npt.ArrayLike | None = None,
                          seed_share_by_degree: npt.ArrayLike | None = None) -> FloatArray:
    """Return the share of active nodes among those of each degree after each synchronous step.

    The sum over the degrees in `time_course` before it is taken (Gleeson & Cahalane 2007,
    https://doi.org/10.1103/PhysRevE.75.056103): who adopts early, and who late.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    seed_share : float
        Share of nodes that starts active.
    steps : int
        Number of steps, at least 0.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        Probability of each in-degree in a directed network, or of each for nodes of every out-degree; Poisson
        with the mean of `degree_law` by default.
    seed_share_by_degree : float64[K], optional
        Share that starts active among the nodes of each degree, `seed_share` on average; even by default.

    Returns
    -------
    float64[steps + 1, K]
        P(a node of this degree is active) at 0, 1, ..., `steps`.

    Raises
    ------
    ValueError
        If `steps` is negative, an argument is no degree law, no threshold or no share, or arguments
        contradict each other.
    """
    check_steps(steps)
    law, needs = degree_laws.checked(degree_law), as_threshold_law(thresholds)
    seeded = seed_shares(law, seed_share, seed_share_by_degree)
    along, _ = responses(law, needs, seeded, directed, in_degree_law)
    heard = hearing(law, directed, in_degree_law)
    chances = tipped(heard_by(law, heard), needs, 0)
    course = np.tile(seeded, (steps + 1, 1))
    q = float(degree_laws.size_biased(law) @ seeded)
    for step in range(1, steps + 1):
        course[step] += (1.0 - seeded) * (heard @ chances.at(q))
        q = along.at(q)
    return course


def asynchronous_time_course(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, seed_share: float,
                             times: npt.ArrayLike, directed: bool = False,
                             in_degree_law: npt.ArrayLike | None = None,
                             seed_share_by_degree: npt.ArrayLike | None = None) -> FloatArray:
    """Return the share of active nodes over time when nodes decide at random moments.

    Every node looks at its neighbours at the ticks of a clock of its own, at random and once per unit of time
    on average: d rho / dt = h(q) - rho and d q / dt = g(q) - q, where g and h are the right-hand sides of the
    two equations of `final_size` and both start at the seeds. The exact reduction of the approximate master
    equations to monotone thresholds (Gleeson 2013, https://doi.org/10.1103/PhysRevX.3.021004).

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    seed_share : float
        Share of nodes that starts active.
    times : float64[T]
        Times from 0 on, none before the last.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        Probability of each in-degree in a directed network, or of each for nodes of every out-degree; Poisson
        with the mean of `degree_law` by default.
    seed_share_by_degree : float64[K], optional
        Share that starts active among the nodes of each degree, `seed_share` on average; even by default.

    Returns
    -------
    float64[T]
        Share of active nodes at each time, good to 1e-8.

    Raises
    ------
    ValueError
        If times are negative or out of order, an argument is no degree law, no threshold or no share, or
        arguments contradict each other.
    """
    when = check_times(times)
    seeded = seed_shares(degree_law, seed_share, seed_share_by_degree)
    along, node = responses(degree_law, thresholds, seeded, directed, in_degree_law)
    q = float(degree_laws.size_biased(degree_law) @ seeded)

    def wanted(state: FloatArray) -> FloatArray:
        return np.array([node.at(state[1]), along.at(state[1])])

    return at_rate_one(wanted, np.array([seed_share, q]), when)[:, 0]


def at_rate_one(wanted: Callable[[FloatArray], FloatArray], state: FloatArray, times: FloatArray) -> FloatArray:
    """Return the states at these times, drawn at rate 1 towards what they want: float64[T, S]."""
    from scipy.integrate import solve_ivp

    if not times.size:
        return np.empty((0, len(state)))
    # Relative to the start: scipy squares errors over tolerances, which would underflow for the tiniest shares.
    tolerance = 1e-12 * max(float(state.max()), 1e-290)
    solved = solve_ivp(lambda _, now: wanted(np.clip(now, 0.0, 1.0)) - now, (0.0, max(float(times[-1]), 1e-300)), state,
                       method="DOP853", t_eval=times, rtol=1e-10, atol=tolerance)
    return np.asarray(solved.y.T)


def check_steps(steps: int) -> None:
    """Refuse a negative number of steps."""
    if steps < 0:
        raise ValueError(f"steps must be at least 0 (got {steps!r})")


def check_times(times: npt.ArrayLike) -> FloatArray:
    """Return the times as an array, or refuse what cannot be."""
    when = np.asarray(times, dtype=np.float64)
    if when.ndim != 1 or not np.isfinite(when).all() or (np.diff(when, prepend=0.0) < 0.0).any():
        raise ValueError(f"times must be finite, from 0 on and in order (got {times!r})")
    return when
