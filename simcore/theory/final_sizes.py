"""How many nodes are active in the end, and after each step, when a share of them starts.

Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from simcore.network import degree_laws
from simcore.theory.threshold_laws import as_threshold_law
from simcore.theory.triggers import in_degrees

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

    FloatArray = npt.NDArray[np.float64]

__all__ = ["final_size", "final_size_given_global", "time_course"]


def final_size(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, seed_share: float,
               directed: bool = False, in_degree_law: npt.ArrayLike | None = None,
               seed_share_by_degree: npt.ArrayLike | None = None) -> float:
    """Return the share of nodes that are active in the end when a share of them starts.

    Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103: with F_k(m) = P(m active
    neighbours tip a node of degree k), q is the smallest root of
    q = s + (1 - s) sum_k (k p_k / z) sum_m Bin(m; k - 1, q) F_k(m), and the answer is
    s + (1 - s) sum_k p_k sum_m Bin(m; k, q) F_k(m). In a directed network p is the law of the in-degrees, and
    the answer itself takes the place of q, but for seeds that are chosen by their out-degree.
    Time and memory grow with the square of the largest degree.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    seed_share : float
        Share of nodes that starts active, s.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L], optional
        Probability of each in-degree in a directed network; Poisson with the mean of `degree_law` by default.
    seed_share_by_degree : float64[K], optional
        Share that starts active among the nodes of each degree, `seed_share` on average; even by default.

    Returns
    -------
    float
        Share of active nodes, seeds included.

    Raises
    ------
    ValueError
        If an argument is no degree law, no threshold or no share, or arguments contradict each other.
    """
    seeded = _seeded(degree_law, seed_share, seed_share_by_degree)
    along, node = _responses(degree_law, thresholds, seeded, directed, in_degree_law)
    return node.at(_smallest_fixed_point(along, 0.0))


def final_size_given_global(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *,
                            directed: bool = False, in_degree_law: npt.ArrayLike | None = None) -> float:
    """Return the size of a global cascade that a vanishing seed has set off, whichever seed it was.

    The limit of `final_size` as the seed share falls to 0 (Gleeson & Cahalane 2007,
    https://doi.org/10.1103/PhysRevE.75.056103): the smallest positive root of the same equation at s = 0.
    Where some thresholds are at or below 0 a cascade needs no seed, and this is `final_size` without one.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L], optional
        Probability of each in-degree in a directed network; Poisson with the mean of `degree_law` by default.

    Returns
    -------
    float
        Share of active nodes; nan where no global cascade is possible.

    Raises
    ------
    ValueError
        If an argument is no degree law or no threshold, or in- and out-degrees differ in their mean.
    """
    along, node = _responses(degree_law, thresholds, _seeded(degree_law, 0.0), directed, in_degree_law)
    if along.base > 0.0:
        return node.at(_smallest_fixed_point(along, 0.0))
    gain = along.slope(0.0)
    if gain <= 1.0:
        return math.nan
    # along(q) >= gain q - bend q^2 / 2, which exceeds q up to twice this start: the root lies beyond it.
    return node.at(_smallest_fixed_point(along, (gain - 1.0) / along.bend))


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
    in_degree_law : float64[L], optional
        Probability of each in-degree in a directed network; Poisson with the mean of `degree_law` by default.
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
    if steps < 0:
        raise ValueError(f"steps must be at least 0 (got {steps!r})")
    seeded = _seeded(degree_law, seed_share, seed_share_by_degree)
    along, node = _responses(degree_law, thresholds, seeded, directed, in_degree_law)
    course = np.full(steps + 1, seed_share, dtype=np.float64)
    q = float(degree_laws.size_biased(degree_law) @ seeded)
    for step in range(1, steps + 1):
        course[step], q = node.at(q), along.at(q)
    return course


class _Response(NamedTuple):
    """P(a node is active), as a function of P(a node it hears is active) = q.

    base + sum of weight P(Bin(need + rest - 1, q) >= need); its second derivative is at least -bend.
    """

    base: float
    weight: FloatArray
    need: FloatArray
    rest: FloatArray
    bend: float

    def at(self, q: float) -> float:
        return min(1.0, self.base + float(self.weight @ special.betainc(self.need, self.rest, q)))

    def slope(self, q: float) -> float:
        log_density = (special.xlogy(self.need - 1.0, q) + special.xlog1py(self.rest - 1.0, -q)
                       - special.betaln(self.need, self.rest))
        return float(self.weight @ np.exp(log_density))


def _responses(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, seeded: FloatArray,
               directed: bool, in_degree_law: npt.ArrayLike | None) -> tuple[_Response, _Response]:
    """Return the response of a node found at the source of an arc, and that of any node."""
    law, needs = degree_laws.checked(degree_law), as_threshold_law(thresholds)
    heard, at_source = in_degrees(law, directed, in_degree_law), degree_laws.size_biased(law)
    if directed:  # being heard says nothing about whom one hears, only about the chance to be a seed
        along, node = (np.full(len(heard), senders @ seeded) for senders in (at_source, law))
        return _response(heard, needs, along, 0), _response(heard, needs, node, 0)
    return _response(at_source, needs, seeded, 1), _response(law, needs, seeded, 0)


def _response(law: FloatArray, needs: ThresholdLaw, seeded: FloatArray, spent: int) -> _Response:
    """Return the response of nodes of these in-degrees, `spent` of whose arcs cannot bring it anything."""
    degree = np.arange(len(law))
    free, heard = law * (1.0 - seeded), degree - spent
    chance = np.diff(needs.adopts(degree, degree[:, None]), axis=1)  # of each need from 1, for each degree
    chance[degree[1:] > heard[:, None]] = 0.0
    row, column = np.nonzero(chance * free[:, None])
    need = np.asarray(column + 1.0, dtype=np.float64)
    base = float(law @ seeded + free @ needs.adopts(0, degree))
    # In Bernstein form the second derivative is n (n - 1) times the mean of the chances' differences.
    bend = float((free * heard * (heard - 1)) @ chance.max(axis=1, initial=0.0))
    above = np.asarray(heard[row] - need + 1.0, dtype=np.float64)
    return _Response(base, free[row] * chance[row, column], need, above, bend)


def _smallest_fixed_point(response: _Response, q: float) -> float:
    """Return the first fixed point from `q` upwards, where response(q) >= q.

    Plain iteration takes a million steps near a critical point, and Newton's method may jump across a pair of
    roots. The parabola of curvature -bend that touches the response stays below it, so there is no root
    before that parabola meets the diagonal; close to a root this is Newton's step.
    """
    while (gap := response.at(q) - q) > 4e-16 * q:
        slack = max(1.0 - response.slope(q), 1e-16)
        q = min(1.0, q + max(gap, 2.0 * gap / (slack + math.sqrt(slack**2 + 2.0 * response.bend * gap))))
    return q


def _seeded(degree_law: npt.ArrayLike, seed_share: float, shares: npt.ArrayLike | None = None) -> FloatArray:
    """Return the share that starts active among the nodes of each degree, or refuse what is none."""
    law = degree_laws.checked(degree_law)
    if not 0.0 <= seed_share <= 1.0:
        raise ValueError(f"seed_share must be between 0 and 1 (got {seed_share!r})")
    seeded = np.asarray(np.full(len(law), seed_share) if shares is None else shares, dtype=np.float64)
    if seeded.shape != law.shape:
        raise ValueError(f"seed_share_by_degree must have a number for each of the {len(law)} degrees "
                         f"(got shape {seeded.shape})")
    if not (seeded.min() >= 0.0 and seeded.max() <= 1.0 + 1e-9 and abs(law @ seeded - seed_share) < 1e-9):
        raise ValueError(f"seed_share_by_degree must lie between 0 and 1 and average to {seed_share} "
                         f"(got {seeded.min()!s} to {seeded.max()!s}, average {law @ seeded!s})")
    return np.asarray(np.minimum(seeded, 1.0))
