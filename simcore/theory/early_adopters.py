"""Who adopts early: the degrees of those whom a young cascade reaches, and of those it reaches step by step.

Derived from the growth of small cascades (Watts 2002, https://doi.org/10.1073/pnas.082090499) and the recursion
of Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103; the question is that of Watts & Dodds
(2007), https://doi.org/10.1086/518527.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.network import degree_laws
from simcore.theory.cascade_conditions import hearing, onward
from simcore.theory.time_courses import time_course_by_degree
from simcore.theory.windows import first_open

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

    FloatArray = npt.NDArray[np.float64]

__all__ = ["Newcomers", "early_adopter_crossover", "early_adopter_degree", "newcomers"]


def early_adopter_degree(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, directed: bool = False,
                         in_degree_law: npt.ArrayLike | None = None) -> float:
    """Return the mean degree of those who adopt while a cascade is young.

    sum_k k^2 rho_k p_k / sum_k k rho_k p_k, with rho_k = P(one active neighbour tips a node of degree k). In a
    directed network it is their out-degree, whom they influence: the mean of all if in- and out-degree are
    independent.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        Probability of each in-degree in a directed network, or of each for nodes of every out-degree; Poisson
        with the mean of `degree_law` by default.

    Returns
    -------
    float
        Mean degree; nan where nobody is vulnerable.

    Raises
    ------
    ValueError
        If an argument is no degree law or no threshold, or in- and out-degrees differ in their mean.
    """
    law = degree_laws.checked(degree_law)
    reached, _ = onward(law, hearing(law, directed, in_degree_law), thresholds, directed)
    total = float(reached.sum())
    return float(reached @ np.arange(len(law))) / total if total > 0.0 else math.nan


def early_adopter_crossover(thresholds: ThresholdLaw | float, *,
                            family: Callable[[float], npt.ArrayLike] = degree_laws.poisson,
                            between: tuple[float, float] = (0.01, 1000.0)) -> float:
    """Return the mean degree up to which early adopters are better connected than the average.

    Where `early_adopter_degree` falls below the mean of all, in an undirected network. On Poisson networks it is
    where the share of vulnerable nodes at the end of a tie, times z, is largest.

    Parameters
    ----------
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    family : callable
        The law of the degrees for each mean degree: ``float`` to ``float64[K]``; Poisson by default.
    between : tuple of two floats
        The mean degrees among which to look, both positive.

    Returns
    -------
    float
        Mean degree, good to 1e-9; infinite if they always are, nan if never.

    Raises
    ------
    ValueError
        If a threshold given as a number is not above 0 and at most 1, or `between` are not two positive
        numbers in order.
    """
    def margin(z: float) -> float:
        law = family(z)
        lead = early_adopter_degree(law, thresholds) - degree_laws.mean(law)
        return -1.0 if math.isnan(lead) else lead

    found = first_open(margin, between)
    return math.nan if found is None else found[1]


class Newcomers(NamedTuple):
    """Those who become active at each step of a cascade, the seeds first.

    Attributes
    ----------
    share : float64[steps + 1]
        Share of all nodes that become active at this step.
    mean_degree : float64[steps + 1]
        Their mean degree; nan where there are none.
    top : float64[steps + 1]
        Share of them who are among the top by degree; nan where there are none.
    """

    share: FloatArray
    mean_degree: FloatArray
    top: FloatArray


def newcomers(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, *, seed_share: float, steps: int,
              q: float = 0.1, directed: bool = False, in_degree_law: npt.ArrayLike | None = None,
              seed_share_by_degree: npt.ArrayLike | None = None) -> Newcomers:
    """Return who becomes active at each synchronous step when a share of nodes starts.

    The rises of `time_course_by_degree` (Gleeson & Cahalane 2007, https://doi.org/10.1103/PhysRevE.75.056103).

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
    q : float
        Share of nodes that is called the top, above 0 and at most 1; ties are split at random.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L] or float64[K, L], optional
        Probability of each in-degree in a directed network, or of each for nodes of every out-degree; Poisson
        with the mean of `degree_law` by default.
    seed_share_by_degree : float64[K], optional
        Share that starts active among the nodes of each degree, `seed_share` on average; even by default.

    Returns
    -------
    Newcomers
        Their share of all nodes, their mean degree, and the share of the top among them.

    Raises
    ------
    ValueError
        If `steps` is negative, `q` is out of its range, an argument is no degree law, no threshold or no share,
        or arguments contradict each other.
    """
    law = degree_laws.checked(degree_law)
    top = degree_laws.in_top(law, q)
    course = time_course_by_degree(law, thresholds, seed_share=seed_share, steps=steps, directed=directed,
                                   in_degree_law=in_degree_law, seed_share_by_degree=seed_share_by_degree)
    risen = np.diff(course, axis=0, prepend=0.0) * law
    share = risen.sum(axis=1)
    some = np.where(share > 0.0, share, math.nan)
    return Newcomers(share, risen @ np.arange(len(law)) / some, risen @ top / some)
