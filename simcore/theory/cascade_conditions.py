"""When few can set off many: cascade conditions of one seed and of a share of seeds, and vulnerable clusters.

Watts (2002), https://doi.org/10.1073/pnas.082090499; Gleeson & Cahalane (2007),
https://doi.org/10.1103/PhysRevE.75.056103; Dodds, Harris & Payne (2011),
https://doi.org/10.1103/PhysRevE.83.056122.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse, special

from simcore.network import degree_laws
from simcore.theory.threshold_laws import as_threshold_law

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

    FloatArray = npt.NDArray[np.float64]

__all__ = ["SeededCondition", "gain", "heard_by", "hearing", "in_degrees", "onward", "seeded_condition",
           "vulnerable_cluster_mean"]


def gain(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, directed: bool = False,
         in_degree_law: npt.ArrayLike | None = None) -> float:
    """Return how many nodes one newly active node makes active in turn, on average, while few are.

    sum_k (k p_k / z) (k - 1) rho_k, with rho_k = P(one active neighbour tips a node of degree k): Watts (2002),
    https://doi.org/10.1073/pnas.082090499. In a directed network sum_jk (j p_jk / z) k rho_j over
    in-degrees j and out-degrees k: Dodds, Harris & Payne (2011), https://doi.org/10.1103/PhysRevE.83.056122.
    Global cascades are possible where it exceeds 1.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all. Nodes that adopt by themselves count as vulnerable.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        Probability of each in-degree in a directed network, or of each for nodes of every out-degree; Poisson
        with the mean of `degree_law` by default.

    Returns
    -------
    float
        The gain.

    Raises
    ------
    ValueError
        If an argument is no degree law or no threshold, or in- and out-degrees differ in their mean.
    """
    law = degree_laws.checked(degree_law)
    weight, passed_on = onward(law, hearing(law, directed, in_degree_law), thresholds, directed)
    return float(weight @ passed_on)


def vulnerable_cluster_mean(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float) -> float:
    """Return the mean size of the vulnerable cluster of a random node, 0 if the node is not vulnerable.

    G0(1) + G0'(1)^2 / (z - G0''(1)) with G0(x) = sum_k rho_k p_k x^k, in an undirected network (Watts 2002,
    https://doi.org/10.1073/pnas.082090499). It grows without bound towards the edges of the window.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.

    Returns
    -------
    float
        Number of nodes; infinite where there is a giant vulnerable cluster, whose share `triggering` gives.

    Raises
    ------
    ValueError
        If an argument is no degree law or no threshold.
    """
    law = degree_laws.checked(degree_law)
    degree = np.arange(len(law))
    vulnerable = law * as_threshold_law(thresholds).adopts(1, degree)
    slack = 1.0 - gain(law, thresholds)
    if slack <= 0.0:
        return math.inf
    mean = float(law @ degree)
    return float(vulnerable.sum()) + (float(vulnerable @ degree) ** 2 / (mean * slack) if mean else 0.0)


class SeededCondition(NamedTuple):
    """Whether a share of seeds is expected to set off a global cascade, by a series to second order.

    Attributes
    ----------
    gain : float
        (1 - s) C_1; above 1 small cascades grow: the first-order condition.
    discriminant : float
        Below 0 nothing stops a cascade while it is small: the extended condition.
    """

    gain: float
    discriminant: float

    @property
    def is_global(self) -> bool:
        """Whether either condition holds."""
        return self.gain > 1.0 or self.discriminant < 0.0


def seeded_condition(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *,
                     seed_share: float) -> SeededCondition:
    """Return the first-order and the extended cascade condition for a share of random seeds.

    Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103: with
    C_l = sum_k (k p_k / z) C(k - 1, l) sum_n C(l, n) (-1)^(l + n) F_k(n), either (1 - s) C_1 > 1 or
    (C_1 - 1)^2 - 4 C_0 C_2 + 2 s (C_1 - C_1^2 - 2 C_2 + 4 C_0 C_2) < 0. A series for few active nodes: the exact
    answer is `final_size`, the exact edge `critical_seed_share`.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree of an undirected network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    seed_share : float
        Share of nodes that starts active, s.

    Returns
    -------
    SeededCondition
        The left-hand sides of both.

    Raises
    ------
    ValueError
        If an argument is no degree law, no threshold or no share.
    """
    if not 0.0 <= seed_share <= 1.0:
        raise ValueError(f"seed_share must be between 0 and 1 (got {seed_share!r})")
    at_end, needs = degree_laws.size_biased(degree_law), as_threshold_law(thresholds)
    degree = np.arange(len(at_end))
    adopts = needs.adopts(np.arange(3)[:, None], degree)
    others = special.binom(np.maximum(degree - 1, 0), np.arange(3)[:, None])
    c0, c1, c2 = (others * np.stack([adopts[0], adopts[1] - adopts[0], adopts[2] - 2.0 * adopts[1] + adopts[0]])
                  ) @ at_end
    discriminant = (c1 - 1.0) ** 2 - 4.0 * c0 * c2 + 2.0 * seed_share * (c1 - c1**2 - 2.0 * c2 + 4.0 * c0 * c2)
    return SeededCondition(float((1.0 - seed_share) * c1), float(discriminant))


def in_degrees(law: FloatArray, directed: bool, in_degree_law: npt.ArrayLike | None) -> FloatArray:
    """Return the law of the in-degrees, or refuse one that does not go with the (out-)degrees `law`."""
    if not directed:
        if in_degree_law is not None:
            raise ValueError("in_degree_law is for directed networks only (got directed=False)")
        return law
    if in_degree_law is None:
        return degree_laws.poisson(degree_laws.mean(law))
    heard = degree_laws.checked(in_degree_law)
    means = degree_laws.mean(law), degree_laws.mean(heard)
    if not math.isclose(*means, rel_tol=1e-6):
        raise ValueError(f"in_degree_law must have the mean of the out-degrees, {means[0]} (got {means[1]})")
    return heard


def hearing(law: FloatArray, directed: bool, in_degree_law: npt.ArrayLike | None) -> Any:
    """Return the law of the in-degrees: one for nodes of all (out-)degrees, or a row for each.

    In an undirected network one hears as many as one influences: the identity.
    """
    if not directed:
        in_degrees(law, directed, in_degree_law)
        return sparse.eye_array(len(law))
    if in_degree_law is None or np.ndim(in_degree_law) != 2:
        return in_degrees(law, directed, in_degree_law)
    rows = np.asarray(in_degree_law, dtype=np.float64)
    if len(rows) != len(law):
        raise ValueError(f"in_degree_law must have a row for each of the {len(law)} out-degrees "
                         f"(got shape {rows.shape})")
    rows = np.where(law[:, None] > 0.0, rows, 0.0)
    for k in np.flatnonzero(law):
        degree_laws.checked(rows[k])
    in_degrees(law, directed, heard_by(law, rows))
    return rows


def heard_by(weight: FloatArray, heard: Any) -> FloatArray:
    """Return the in-degrees of nodes that have these weights by out-degree."""
    return np.asarray(weight.sum() * heard if heard.ndim == 1 else weight @ heard)


def onward(law: FloatArray, heard: Any, thresholds: ThresholdLaw | float,
           directed: bool) -> tuple[FloatArray, npt.NDArray[np.int_]]:
    """Return P(the node at the head of an arc is vulnerable and has degree k), and the arcs it passes it on by."""
    degree, j = np.arange(len(law)), np.arange(heard.shape[-1])
    rho = as_threshold_law(thresholds).adopts(1, j)
    weight = law * (heard @ (j * rho)) / (float(law @ degree) or 1.0)
    return weight, degree if directed else degree - 1
