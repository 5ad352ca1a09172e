"""What a single seed can do on a network of groups: the cascade condition, and a number for each group.

Dodds & Payne (2009), https://doi.org/10.1103/PhysRevE.79.066115; Gleeson (2008),
https://doi.org/10.1103/PhysRevE.77.046117.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.network import degree_laws
from simcore.theory.groups import threshold_of_each

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.theory.groups import Groups, Thresholds

    FloatArray = npt.NDArray[np.float64]

__all__ = ["GroupTrigger", "gain_matrix", "triggering_in_groups"]

NEWTON_STEPS, FADING = 100, 1e-12


class GroupTrigger(NamedTuple):
    """What a single seed of each group can do.

    Attributes
    ----------
    gain : float
        Largest eigenvalue of `gain_matrix`; global cascades are possible where it exceeds 1.
    u : float64[C]
        Probability that what a neighbour of a seed of this group may start stays finite, good to 1e-11; 1 for
        a group without ties.
    p_global : float64[C]
        Probability that a random seed of this group starts a global cascade; `by_degree` gives that of each
        degree.
    """

    gain: float
    u: FloatArray
    p_global: FloatArray


def gain_matrix(groups: Groups, thresholds: Thresholds) -> FloatArray:
    """Return how many new ties out of each group a tie out of each group brings into play, while few are active.

    M_ij = e_ij sum_k (k p_k / z) (k - 1) rho_k over the degrees of group j, with e_ij = P(a tie of group i leads
    to group j). Global cascades are possible where its largest eigenvalue exceeds 1: Dodds & Payne (2009),
    https://doi.org/10.1103/PhysRevE.79.066115, for groups that are degrees.

    Parameters
    ----------
    groups : Groups
        The network.
    thresholds : ThresholdLaw or float, or a sequence of C of them
        Thresholds, of all or of each group.

    Returns
    -------
    float64[C, C]
        From the row's group to the column's.

    Raises
    ------
    ValueError
        If thresholds are none, or not as many as groups.
    """
    group, weight, onward = _vulnerable(groups, thresholds)
    return np.asarray(groups.mixing * np.bincount(group, weight * onward, len(groups.sizes)))


def triggering_in_groups(groups: Groups, thresholds: Thresholds) -> GroupTrigger:
    """Return what a single seed of each group can do.

    Q_i = 1 - u_i is the largest root of Q_i = sum_j e_ij sum_k (k p_k / z) rho_k (1 - (1 - Q_j)^(k-1)) over the
    degrees of group j, and a seed of degree k in group i succeeds with probability 1 - u_i^k: Dodds & Payne
    (2009), https://doi.org/10.1103/PhysRevE.79.066115.

    Parameters
    ----------
    groups : Groups
        The network.
    thresholds : ThresholdLaw or float, or a sequence of C of them
        Thresholds, of all or of each group. Nodes that adopt by themselves count as vulnerable.

    Returns
    -------
    GroupTrigger
        Gain, u and the probability of a global cascade for each group.

    Raises
    ------
    ValueError
        If thresholds are none, or not as many as groups.
    """
    group, weight, onward = _vulnerable(groups, thresholds)
    gain = float(np.abs(np.linalg.eigvals(gain_matrix(groups, thresholds))).max())
    count = len(groups.sizes)
    q = np.full(count, float(gain > 1.0))
    # The right-hand side is concave: Newton's method from above falls onto the root. A little less of it, so that
    # it also falls where all nodes pass on to one other, as in rings.
    for _ in range(NEWTON_STEPS):
        with np.errstate(divide="ignore"):
            reached = -np.expm1(onward * np.log1p(-q[group]))
        excess = (1.0 + FADING) * q - groups.mixing @ np.bincount(group, weight * reached, count)
        slope = groups.mixing * np.bincount(group, weight * onward * (1.0 - q[group]) ** (onward - 1), count)
        step = np.linalg.solve((1.0 + FADING) * np.eye(count) - slope, excess)
        q = np.asarray(np.clip(q - step, 0.0, 1.0), dtype=np.float64)
        if step.max() <= 1e-15:
            break
    p_global = [1.0 - law @ (1.0 - failing) ** np.arange(len(law))
                for law, failing in zip(groups.degree_laws, q, strict=True)]
    return GroupTrigger(gain, 1.0 - q, np.array(p_global))


def _vulnerable(groups: Groups, thresholds: Thresholds,
                ) -> tuple[npt.NDArray[np.intp], FloatArray, npt.NDArray[np.intp]]:
    """Return each group and degree above 1, P(a tie ends in a vulnerable node of it), and that node's other ties."""
    rows = []
    for c, (law, needs) in enumerate(zip(groups.degree_laws, threshold_of_each(groups, thresholds), strict=True)):
        degree = 2 + np.flatnonzero(law[2:])
        chance = degree_laws.size_biased(law)[degree] * needs.adopts(1, degree)
        rows.append((np.full(len(degree), c), chance, degree - 1))
    group, weight, onward = (np.concatenate(column) for column in zip(*rows, strict=True))
    return group, weight, onward
