"""What theory expects of a simulated point: few seeds that try their luck, or many that work together.

Watts (2002), https://doi.org/10.1073/pnas.082090499; Gleeson & Cahalane (2007),
https://doi.org/10.1103/PhysRevE.75.056103; Newman (2002), https://doi.org/10.1103/PhysRevE.66.016128.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from simcore.network import degree_laws
from simcore.theory.final_sizes import final_size, final_size_given_global
from simcore.theory.percolation import expected_spread, seeded_outbreak
from simcore.theory.threshold_laws import as_threshold_law
from simcore.theory.triggers import mean_chance, triggering

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.theory.percolation import Outbreak
    from simcore.theory.threshold_laws import ThresholdLaw

    FloatArray = npt.NDArray[np.float64]

__all__ = ["Prediction", "Seeding", "Start", "outbreak_prediction", "poisson_prediction", "threshold_prediction"]

Seeding = Literal["random", "top-degree", "influential", "ordinary"]

CROWD_SHARE, CROWD, LARGE_CROWD = 0.001, 10, 100  # when seeds count as a share, see `Start`


class Prediction(NamedTuple):
    """What theory says about a simulated point.

    Attributes
    ----------
    p_global : float
        Probability of a global cascade.
    share_given_global : float, optional
        The share of the nodes that one reaches; None where none is expected.
    share_mean : float, optional
        The share of the nodes reached, over all cascades; None where theory knows global ones alone.
    duration : float, optional
        The time steps until nothing changes any more, over all replicates; None where theory does not know.
    mean : float, optional
        The mean of the opinions in the end; None of models that have none.
    """

    p_global: float
    share_given_global: float | None
    share_mean: float | None = None
    duration: float | None = None
    mean: float | None = None

    @classmethod
    def certain(cls, size: float, global_share: float) -> Prediction:
        """Return what is said of cascades that all reach the same share of the nodes.

        Parameters
        ----------
        size : float
            That share, from 0 to 1.
        global_share : float
            From which on they count as global.

        Returns
        -------
        Prediction
        """
        return cls(1.0, size, size) if size >= global_share else cls(0.0, None, size)


class Start(NamedTuple):
    """Who starts, on how large a network.

    A few seeds on a large network succeed or fail each on its own: P(global) = 1 - (1 - P)^seeds, the limit
    n -> infinity at a fixed number of seeds. Of many the outcome is certain: P(global) is 1 or 0 by the size that a
    share of seeds comes to. With thresholds they tip nodes together, and many are a hundred, so that luck no longer
    matters; or ten, if they are more than one node in a thousand: from there on working together outweighs luck (at
    threshold 0.18 one in a thousand moves the upper edge from 5.76 to 6.39). Fewer than ten may all fail by bad
    luck, on however small a network.

    Attributes
    ----------
    n : int
        Number of nodes, at least 1.
    seeds : int
        Number of seeds, from 0 to `n`.
    seeding : {"random", "top-degree", "influential", "ordinary"}
        Any nodes; those of highest degree (out-degree in a directed network); random ones from the top `q` by
        degree; random ones from the rest.
    q : float
        Share of nodes that is called influential, strictly between 0 and 1.
    global_share : float
        Share of nodes from which on a cascade counts as global, above 0 and at most 1.
    """

    n: int
    seeds: int
    seeding: Seeding = "random"
    q: float = 0.1
    global_share: float = 0.1

    @property
    def many(self) -> bool:
        """Whether seeds count as a share of the nodes, with thresholds."""
        return self.seeds >= LARGE_CROWD or (self.seeds >= CROWD and self.seeds / self.n > CROWD_SHARE)

    def lean(self, law: FloatArray) -> FloatArray:
        """Return how likely, up to a factor, a node of each degree is a seed.

        Parameters
        ----------
        law : float64[K]
            Probability of each degree; out-degree in a directed network.

        Returns
        -------
        float64[K]
        """
        top = degree_laws.in_top(law, max(self.seeds, 1) / self.n if self.seeding == "top-degree" else self.q)
        return {"random": np.ones(len(law)), "ordinary": 1.0 - top}.get(self.seeding, top)

    def shares(self, law: FloatArray) -> FloatArray:
        """Return the share that starts among the nodes of each degree.

        Parameters
        ----------
        law : float64[K]
            Probability of each degree; out-degree in a directed network.

        Returns
        -------
        float64[K]
        """
        lean = self.lean(law)
        return np.asarray(self.seeds / self.n * lean / (law @ lean))

    def checked(self) -> Start:
        """Return it, if it can be.

        Returns
        -------
        Start

        Raises
        ------
        ValueError
            If a number is out of its range.
        """
        if self.seeding not in get_args(Seeding):
            raise ValueError(f"seeding must be one of {', '.join(get_args(Seeding))} (got {self.seeding!r})")
        if not 0 <= self.seeds <= self.n or self.n < 1:
            raise ValueError(f"seeds must be between 0 and n, and n at least 1 (got {self.seeds!r}, {self.n!r})")
        if not 0.0 < self.q < 1.0:
            raise ValueError(f"q must be strictly between 0 and 1 (got {self.q!r})")
        if not 0.0 < self.global_share <= 1.0:
            raise ValueError(f"global_share must be above 0 and at most 1 (got {self.global_share!r})")
        return self


def poisson_prediction(mean_degree: float, thresholds: ThresholdLaw | float, *, directed: bool, n: int,
                       seeds: int, seeding: Seeding, q: float = 0.1, global_share: float = 0.1,
                       out_law: npt.ArrayLike | None = None, immune: float = 0.0) -> Prediction:
    """Return what theory expects of thresholds on a Poisson network, see `threshold_prediction`.

    Parameters
    ----------
    mean_degree : float
        Mean degree; mean in-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    directed : bool
        Whether influence flows one way only.
    n, seeds, seeding, q, global_share
        See `Start`.
    out_law : float64[K], optional
        Probability of each out-degree in a directed network; Poisson by default.
    immune : float
        See `threshold_prediction`.

    Returns
    -------
    Prediction
        Probability of a global cascade, and the share of nodes that one reaches: None where none is expected.

    Raises
    ------
    ValueError
        If an argument is out of its range, or arguments contradict each other.
    """
    if out_law is not None and not directed:
        raise ValueError("out_law is for directed networks only (got directed=False)")
    heard = degree_laws.poisson(mean_degree)
    return threshold_prediction(heard if out_law is None else out_law, thresholds,
                                Start(n, seeds, seeding, q, global_share), directed=directed,
                                in_degree_law=heard if directed else None, immune=immune)


def threshold_prediction(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, start: Start, *,
                         directed: bool = False, in_degree_law: npt.ArrayLike | None = None,
                         immune: npt.ArrayLike = 0.0) -> Prediction:
    """Return what theory expects of thresholds on a network that is random but for its degrees.

    Few seeds by `triggering` and `final_size_given_global`, many by `final_size`. Nodes with a threshold at or
    below 0 adopt by themselves and are many already: with them any number of seeds counts as a share.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    start : Start
        Who starts.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L], optional
        Probability of each in-degree in a directed network; Poisson with the mean of `degree_law` by default.
    immune : float or float64[K]
        Share of all nodes, or of those of each degree, that never adopt and never start, but count among those whom
        others hear; with random seeds only, and by degree in undirected networks only.

    Returns
    -------
    Prediction
        Probability of a global cascade, and the share of nodes that one reaches: None where none is expected.

    Raises
    ------
    ValueError
        If an argument is out of its range, or arguments contradict each other.
    """
    share, law = start.checked().seeds / start.n, degree_laws.checked(degree_law)
    barred = np.asarray(immune, dtype=np.float64)
    needs, able = as_threshold_law(thresholds).immune(barred), np.broadcast_to(1.0 - barred, law.shape)
    if not law @ able > 0.0 or (np.any(barred > 0.0) and start.seeding != "random"):
        raise ValueError("immune must be below 1 on average, and 0 unless seeds are random "
                         f"(got {immune!r}, {start.seeding!r})")
    if directed and barred.ndim:
        raise ValueError(f"immune must be one share of all nodes in a directed network (got {immune!r})")
    lean = start.lean(law) * able
    if start.many or needs.adopts(0, 0) > 0.0:
        seeded = np.asarray(share * lean / (law @ lean))
        others = needs if not barred.any() else as_threshold_law(thresholds).immune(
            np.minimum(barred / np.maximum(1.0 - seeded, 1e-300), 1.0))
        size = final_size(law, others, seed_share=share, directed=directed, in_degree_law=in_degree_law,
                          seed_share_by_degree=seeded)
        return Prediction.certain(size, start.global_share)
    size = final_size_given_global(law, needs, directed=directed, in_degree_law=in_degree_law)
    if not size >= start.global_share:  # nan where no cascade is global
        return Prediction(0.0, None)
    alone = mean_chance(law, lean, triggering(law, needs, directed=directed, in_degree_law=in_degree_law).u)
    return Prediction(1.0 - (1.0 - alone) ** start.seeds, size)


def outbreak_prediction(degree_law: npt.ArrayLike, outbreak: Outbreak, transmission: float, start: Start, *,
                        directed: bool = False, in_degree_law: npt.ArrayLike | None = None) -> Prediction:
    """Return what theory expects of outbreaks that pass along each arc at most once, as independent cascades and SIR.

    Each arc tries its luck alone, so up to a hundred seeds are few, and go by `outbreak`, and by `expected_spread`
    where they are random. From there on, or where ten add up to something global, they go by `seeded_outbreak`.

    Parameters
    ----------
    degree_law : float64[K]
        Probability of each degree; out-degree in a directed network.
    outbreak : Outbreak
        What one outbreak does there: of `bond_percolation`, `markov_sir` or `discrete_sir`.
    transmission : float
        Probability that an infected node infects one it influences, sooner or later, from 0 to 1.
    start : Start
        Who starts.
    directed : bool
        Whether influence flows one way only.
    in_degree_law : float64[L], optional
        Probability of each in-degree in a directed network; Poisson with the mean of `degree_law` by default.

    Returns
    -------
    Prediction
        Probability of a global cascade, the share of nodes that one reaches, and the mean share: None with few
        seeds that are not random, or where small outbreaks are not small.

    Raises
    ------
    ValueError
        If an argument is out of its range, or arguments contradict each other.
    """
    law, n = degree_laws.checked(degree_law), start.checked().n
    small = start.seeds * outbreak.small  # nodes, as long as there is no epidemic
    are_small = not small >= 0.5 * start.global_share * n
    if start.seeds >= LARGE_CROWD or (start.seeds >= CROWD and not are_small):
        return Prediction.certain(seeded_outbreak(law, transmission, start.shares(law), directed=directed,
                                                  in_degree_law=in_degree_law), start.global_share)
    mean = expected_spread(outbreak, n=n, seeds=start.seeds) / n if are_small and start.seeding == "random" else None
    if outbreak.size < start.global_share:
        return Prediction(0.0, None, mean)
    lean = start.lean(law)
    alone = float(law @ (lean * outbreak.p_by_degree) / (law @ lean))
    return Prediction(1.0 - (1.0 - alone) ** start.seeds, outbreak.size, mean)
