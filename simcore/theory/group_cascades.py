"""How many nodes of each group are active in the end, and at each time, when shares of them start.

Gleeson (2008), https://doi.org/10.1103/PhysRevE.77.046117.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from simcore.network import degree_laws
from simcore.theory.groups import threshold_of_each
from simcore.theory.responses import responses
from simcore.theory.time_courses import at_rate_one, check_steps, check_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from simcore.theory.groups import Groups, Thresholds
    from simcore.theory.responses import Response

    FloatArray = npt.NDArray[np.float64]

__all__ = ["asynchronous_time_course_in_groups", "final_size_in_groups", "time_course_in_groups"]


def final_size_in_groups(groups: Groups, thresholds: Thresholds, *,
                         seed_shares: Sequence[npt.ArrayLike]) -> FloatArray:
    """Return the share of nodes of each group that are active in the end when shares of them start.

    q_i is the smallest root of `final_size`'s equation with sum_j e_ij q_j in place of q on its right-hand side:
    Gleeson (2008), https://doi.org/10.1103/PhysRevE.77.046117.

    Parameters
    ----------
    groups : Groups
        The network.
    thresholds : ThresholdLaw or float, or a sequence of C of them
        Thresholds, of all or of each group.
    seed_shares : sequence of C float or float64[K]
        Share of the nodes of each group that starts active, or of each degree in it.

    Returns
    -------
    float64[C]
        Share of active nodes in each group, seeds included; `groups.sizes` times it is the share in all.

    Raises
    ------
    ValueError
        If thresholds or shares are none, or not as many as groups.
    """
    along, node, q, _ = _in_groups(groups, thresholds, seed_shares)
    return node.at(_smallest_fixed_point(along, q))


def time_course_in_groups(groups: Groups, thresholds: Thresholds, *, seed_shares: Sequence[npt.ArrayLike],
                          steps: int) -> FloatArray:
    """Return the share of active nodes of each group after each synchronous step.

    The recursion whose limit is `final_size_in_groups` (Gleeson 2008,
    https://doi.org/10.1103/PhysRevE.77.046117).

    Parameters
    ----------
    groups : Groups
        The network.
    thresholds : ThresholdLaw or float, or a sequence of C of them
        Thresholds, of all or of each group.
    seed_shares : sequence of C float or float64[K]
        Share of the nodes of each group that starts active, or of each degree in it.
    steps : int
        Number of steps, at least 0.

    Returns
    -------
    float64[steps + 1, C]
        Share of active nodes at 0, 1, ..., `steps`.

    Raises
    ------
    ValueError
        If `steps` is negative, thresholds or shares are none, or not as many as groups.
    """
    check_steps(steps)
    along, node, q, start = _in_groups(groups, thresholds, seed_shares)
    course = np.tile(start, (steps + 1, 1))
    for step in range(1, steps + 1):
        course[step], q = node.at(q), along.at(q)
    return course


def asynchronous_time_course_in_groups(groups: Groups, thresholds: Thresholds, *,
                                       seed_shares: Sequence[npt.ArrayLike], times: npt.ArrayLike) -> FloatArray:
    """Return the share of active nodes of each group over time when nodes decide at random moments.

    As `asynchronous_time_course`, each node once per unit of time on average, with the equations of
    `final_size_in_groups` (Gleeson 2008, https://doi.org/10.1103/PhysRevE.77.046117).

    Parameters
    ----------
    groups : Groups
        The network.
    thresholds : ThresholdLaw or float, or a sequence of C of them
        Thresholds, of all or of each group.
    seed_shares : sequence of C float or float64[K]
        Share of the nodes of each group that starts active, or of each degree in it.
    times : float64[T]
        Times from 0 on, none before the last.

    Returns
    -------
    float64[T, C]
        Share of active nodes at each time, good to 1e-8.

    Raises
    ------
    ValueError
        If times are negative or out of order, thresholds or shares are none, or not as many as groups.
    """
    when = check_times(times)
    along, node, q, start = _in_groups(groups, thresholds, seed_shares)
    count = len(start)

    def wanted(state: FloatArray) -> FloatArray:
        return np.concatenate([node.at(state[count:]), along.at(state[count:])])

    return at_rate_one(wanted, np.concatenate([start, q]), when)[:, :count]


class _Responses(NamedTuple):
    """P(a node of each group is active), as a function of P(one of each group found along a tie is active) = q."""

    each: Sequence[Response]
    mixing: FloatArray
    base: FloatArray
    bend: FloatArray
    group: npt.NDArray[np.intp]
    weight: FloatArray
    need: FloatArray
    rest: FloatArray

    def at(self, q: FloatArray) -> FloatArray:
        """Return the probabilities."""
        heard = np.minimum(self.mixing @ q, 1.0)
        by_need = self.weight * special.betainc(self.need, self.rest, heard[self.group])
        return np.asarray(np.minimum(1.0, self.base + np.bincount(self.group, by_need, len(self.base))))

    def slope(self, q: FloatArray) -> FloatArray:
        """Return their derivatives by each q."""
        heard = np.minimum(self.mixing @ q, 1.0)
        return np.array([one.slope(x) for one, x in zip(self.each, heard, strict=True)])[:, None] * self.mixing


def _joined(each: Sequence[Response], mixing: FloatArray) -> _Responses:
    group = np.repeat(np.arange(len(each)), [len(one.weight) for one in each])
    base, bend = np.array([(one.base, one.bend) for one in each]).T
    terms = (np.concatenate([getattr(one, name) for one in each]) for name in ("weight", "need", "rest"))
    return _Responses(each, mixing, base, bend, group, *terms)


def _smallest_fixed_point(along: _Responses, q: FloatArray) -> FloatArray:
    """Return the first fixed point from `q` upwards, as `responses.smallest_fixed_point` does for one group.

    Newton's step is cut to the length up to which the parabolas of curvature -bend keep all responses above q.
    """
    while ((gap := np.maximum(along.at(q) - q, 0.0)) > 4e-16 * q).any():
        try:
            step = np.linalg.solve(np.eye(len(q)) - along.slope(q), gap)
        except np.linalg.LinAlgError:
            step = gap
        if not step.min() >= 0.0:
            step = gap
        bent = 2.0 * along.bend * (along.mixing @ step) ** 2
        too_far = np.divide(bent, gap, out=np.where(bent > 0.0, np.inf, 0.0), where=gap > 0.0).max()
        q = np.minimum(1.0, q + np.maximum(gap, 2.0 / (1.0 + np.sqrt(1.0 + too_far)) * step))
    return q


def _in_groups(groups: Groups, thresholds: Thresholds, seed_shares: Sequence[npt.ArrayLike],
               ) -> tuple[_Responses, _Responses, FloatArray, FloatArray]:
    """Return the responses at the end of a tie and of any node, and the shares of both that start."""
    if len(seed_shares) != len(groups.sizes):
        raise ValueError(f"seed_shares must have an entry for each of the {len(groups.sizes)} groups "
                         f"(got {len(seed_shares)})")
    pairs, starts = [], []
    for law, needs, shares in zip(groups.degree_laws, threshold_of_each(groups, thresholds), seed_shares, strict=True):
        seeded = np.asarray(shares, dtype=np.float64)
        if seeded.shape not in ((), law.shape) or not (seeded.min() >= 0.0 and seeded.max() <= 1.0):
            raise ValueError("each of seed_shares must be a share between 0 and 1, or one for each degree of its "
                             f"group (got {shares!r})")
        seeded = np.broadcast_to(seeded, law.shape)
        pairs.append(responses(law, needs, seeded, False, None))
        starts.append((float(degree_laws.size_biased(law) @ seeded), float(law @ seeded)))
    at_end, start = np.array(starts).T
    along, node = (_joined([pair[i] for pair in pairs], groups.mixing) for i in (0, 1))
    return along, node, at_end, start
