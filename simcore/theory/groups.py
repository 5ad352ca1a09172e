"""Networks of groups, random but for the degrees in each group and for which groups are tied to which.

Groups are modules, or the degrees themselves if those of neighbours are correlated. Gleeson (2008),
https://doi.org/10.1103/PhysRevE.77.046117; Dodds & Payne (2009), https://doi.org/10.1103/PhysRevE.79.066115.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.network import degree_laws
from simcore.theory.threshold_laws import ThresholdLaw, as_threshold_law

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    Thresholds = ThresholdLaw | float | Sequence[ThresholdLaw | float]

__all__ = ["Groups", "assortative", "degree_correlated", "modular", "stochastic_blocks", "threshold_of_each"]


class Groups(NamedTuple):
    """An undirected network of groups, made by `modular`, `stochastic_blocks`, `degree_correlated` or `assortative`.

    Attributes
    ----------
    sizes : float64[C]
        Share of nodes in each group.
    degree_laws : tuple of float64[K]
        Probability of each degree in each group, ties of all kinds counted.
    mixing : float64[C, C]
        Probability that a tie of a node of the row's group leads to the column's group.
    """

    sizes: FloatArray
    degree_laws: tuple[FloatArray, ...]
    mixing: FloatArray


def modular(sizes: npt.ArrayLike, laws: Sequence[npt.ArrayLike], ties: npt.ArrayLike) -> Groups:
    """Return a network of groups with these degrees and these ties between them.

    Gleeson (2008), https://doi.org/10.1103/PhysRevE.77.046117.

    Parameters
    ----------
    sizes : float64[C]
        Share of nodes in each group.
    laws : sequence of C float64[K]
        Probability of each degree in each group, ties of all kinds counted.
    ties : float64[C, C]
        Share of all ends of ties that are in the row's group, the other end being in the column's; symmetric.

    Returns
    -------
    Groups
        The network.

    Raises
    ------
    ValueError
        If sizes or ties are no shares, ties are not symmetric, or a group has more or fewer of the ties than
        its degrees say.
    """
    shares, matrix = np.asarray(sizes, dtype=np.float64), np.asarray(ties, dtype=np.float64)
    if shares.ndim != 1 or not shares.size or not (shares.min() >= 0.0 and abs(shares.sum() - 1.0) < 1e-9):
        raise ValueError(f"sizes must be shares of the nodes that sum to 1 (got {sizes!r})")
    if len(laws) != len(shares) or matrix.shape != (len(shares), len(shares)):
        raise ValueError("laws must have an entry, and ties a row and a column, for each of the "
                         f"{len(shares)} groups (got {len(laws)}, and shape {matrix.shape})")
    checked = tuple(degree_laws.checked(law) for law in laws)
    ends = shares * [degree_laws.mean(law) for law in checked]
    if not (matrix.min() >= 0.0 and np.allclose(matrix, matrix.T, rtol=0.0, atol=1e-9)):
        raise ValueError(f"ties must be non-negative and symmetric (got {ties!r})")
    if not np.allclose(matrix.sum(axis=1), ends / (ends.sum() or 1.0), rtol=0.0, atol=1e-6):
        raise ValueError("the rows of ties must sum to the groups' shares of all ends, "
                         f"{ends / (ends.sum() or 1.0)} (got {matrix.sum(axis=1)})")
    return Groups(shares, checked, matrix / np.where(ends > 0.0, matrix.sum(axis=1), 1.0)[:, None])


def stochastic_blocks(sizes: npt.ArrayLike, mean_degrees: npt.ArrayLike) -> Groups:
    """Return a stochastic block model: Poisson degrees in every group.

    Parameters
    ----------
    sizes : float64[C]
        Share of nodes in each group.
    mean_degrees : float64[C, C]
        Mean number of ties of a node of the row's group to nodes of the column's.

    Returns
    -------
    Groups
        The network.

    Raises
    ------
    ValueError
        If sizes are no shares, or groups do not agree about the number of ties between them.
    """
    shares, matrix = np.asarray(sizes, dtype=np.float64), np.asarray(mean_degrees, dtype=np.float64)
    if matrix.shape != (shares.size, shares.size) or not matrix.min() >= 0.0:
        raise ValueError("mean_degrees must be non-negative, with a row and a column for each of the "
                         f"{shares.size} groups (got {mean_degrees!r})")
    ends, laws = shares[:, None] * matrix, [degree_laws.poisson(mean) for mean in matrix.sum(axis=1)]
    return modular(shares, laws, ends / (float(ends.sum()) or 1.0))


def degree_correlated(degree_law: npt.ArrayLike, ties: npt.ArrayLike) -> Groups:
    """Return a network in which the degrees at both ends of a tie depend on each other.

    Every degree that occurs is a group, in rising order: Dodds & Payne (2009),
    https://doi.org/10.1103/PhysRevE.79.066115.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree.
    ties : float64[K, K]
        Probability of each pair of degrees at the ends of a tie, in either order; symmetric, its rows summing
        to k p_k / z.

    Returns
    -------
    Groups
        The network, with as many groups as degrees have a positive probability.

    Raises
    ------
    ValueError
        If an argument is no degree law, or ties do not fit it.
    """
    law, matrix = degree_laws.checked(degree_law), np.asarray(ties, dtype=np.float64)
    if matrix.shape != (len(law), len(law)):
        raise ValueError(f"ties must have a row and a column for each of the {len(law)} degrees "
                         f"(got shape {matrix.shape})")
    occurring = np.flatnonzero(law)
    between = matrix[np.ix_(occurring, occurring)]
    return modular(law[occurring], [degree_laws.constant(int(k)) for k in occurring], between)


def assortative(degree_law: npt.ArrayLike, assortativity: float) -> Groups:
    """Return a network where so many of the ties lead to a node of the same degree, the rest anywhere.

    The joint law of the degrees at the ends of a tie is (1 - r) q_j q_k + r q_k [j = k], with q_k = k p_k / z;
    r is then the correlation coefficient of Newman (2002), https://doi.org/10.1103/PhysRevLett.89.208701.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree.
    assortativity : float
        The correlation r, from 0 to 1.

    Returns
    -------
    Groups
        The network, with as many groups as degrees have a positive probability.

    Raises
    ------
    ValueError
        If it is no degree law, or `assortativity` is out of its range.
    """
    if not 0.0 <= assortativity <= 1.0:
        raise ValueError(f"assortativity must be between 0 and 1 (got {assortativity!r})")
    at_end = degree_laws.size_biased(degree_law)
    anywhere, alike = np.outer(at_end, at_end), np.diag(at_end)
    return degree_correlated(degree_law, (1.0 - assortativity) * anywhere + assortativity * alike)


def threshold_of_each(groups: Groups, thresholds: Thresholds) -> list[ThresholdLaw]:
    """Return the threshold law of each group."""
    if isinstance(thresholds, ThresholdLaw | float | int):
        return [as_threshold_law(thresholds)] * len(groups.sizes)
    if len(thresholds) != len(groups.sizes):
        raise ValueError(f"thresholds must be one for all or one for each of the {len(groups.sizes)} groups "
                         f"(got {len(thresholds)})")
    return [as_threshold_law(one) for one in thresholds]
