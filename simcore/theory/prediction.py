"""What theory expects of a simulated point: few seeds that try their luck, or many that work together.

Watts (2002), https://doi.org/10.1073/pnas.082090499; Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

from simcore.network import degree_laws
from simcore.theory.final_sizes import final_size, final_size_given_global
from simcore.theory.threshold_laws import as_threshold_law
from simcore.theory.triggers import mean_chance, triggering

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

__all__ = ["Prediction", "Seeding", "poisson_prediction"]

Seeding = Literal["random", "top-degree", "influential", "ordinary"]

CROWD_SHARE, CROWD, LARGE_CROWD = 0.001, 10, 100  # when seeds count as a share, see `poisson_prediction`


class Prediction(NamedTuple):
    """What theory says about a simulated point.

    Attributes
    ----------
    p_global : float
        Probability of a global cascade.
    share_given_global : float, optional
        The share of the nodes that one reaches; None where none is expected.
    """

    p_global: float
    share_given_global: float | None


def poisson_prediction(mean_degree: float, thresholds: ThresholdLaw | float, *, directed: bool, n: int,
                       seeds: int, seeding: Seeding, q: float = 0.1, global_share: float = 0.1,
                       out_law: npt.ArrayLike | None = None, immune: float = 0.0) -> Prediction:
    """Return what theory expects of a simulated point on a Poisson network.

    A few seeds on a large network succeed or fail each on its own: P(global) = 1 - (1 - P)^seeds, the limit
    n -> infinity at a fixed number of seeds, which is 0 outside the cascade window. Many seeds tip nodes
    together, and the outcome is certain: P(global) is 1 or 0 by `final_size` with that share of seeds. Many
    are a hundred, so that luck no longer matters; or ten, if they are more than one node in a thousand: from
    there on working together outweighs luck (at threshold 0.18 one in a thousand moves the upper edge from
    5.76 to 6.39). Fewer than ten may all fail by bad luck, on however small a network. Nodes with a threshold
    at or below 0 adopt by themselves and are many already: with them any number of seeds is counted so.

    Parameters
    ----------
    mean_degree : float
        Mean degree; mean in-degree in a directed network.
    thresholds : ThresholdLaw or float
        Thresholds, or the one threshold of all.
    directed : bool
        Whether influence flows one way only.
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
    out_law : float64[K], optional
        Probability of each out-degree in a directed network; Poisson by default.
    immune : float
        Share of nodes, drawn evenly, that never adopt and never start, but count among those whom others hear;
        with random seeds only.

    Returns
    -------
    Prediction
        Probability of a global cascade, and the share of nodes that one reaches: None where none is expected.

    Raises
    ------
    ValueError
        If an argument is out of its range, or arguments contradict each other.
    """
    if seeding not in get_args(Seeding):
        raise ValueError(f"seeding must be one of {', '.join(get_args(Seeding))} (got {seeding!r})")
    if not 0 <= seeds <= n or n < 1:
        raise ValueError(f"seeds must be between 0 and n, and n at least 1 (got {seeds!r}, {n!r})")
    if not 0.0 < q < 1.0:
        raise ValueError(f"q must be strictly between 0 and 1 (got {q!r})")
    if not 0.0 < global_share <= 1.0:
        raise ValueError(f"global_share must be above 0 and at most 1 (got {global_share!r})")
    if not 0.0 <= immune < 1.0 or (immune > 0.0 and seeding != "random"):
        raise ValueError("immune must be from 0 to below 1, and 0 unless seeds are random "
                         f"(got {immune!r}, {seeding!r})")
    if out_law is not None and not directed:
        raise ValueError("out_law is for directed networks only (got directed=False)")
    heard = degree_laws.poisson(mean_degree)
    law = heard if out_law is None else degree_laws.checked(out_law)
    in_law = heard if directed else None
    share, needs = seeds / n, as_threshold_law(thresholds).immune(immune)
    top = degree_laws.in_top(law, max(seeds, 1) / n if seeding == "top-degree" else q)
    lean = {"random": np.ones(len(law)), "ordinary": 1.0 - top}.get(seeding, top)
    many = seeds >= LARGE_CROWD or (seeds >= CROWD and share > CROWD_SHARE)
    if many or needs.adopts(0, 0) > 0.0:
        if immune > 0.0:  # of those who do not start
            needs = as_threshold_law(thresholds).immune(min(immune / (1.0 - share), 1.0))
        size = final_size(law, needs, seed_share=share, directed=directed, in_degree_law=in_law,
                          seed_share_by_degree=share * lean / (law @ lean))
        return Prediction(1.0, size) if size >= global_share else Prediction(0.0, None)
    size = final_size_given_global(law, needs, directed=directed, in_degree_law=in_law)
    if not size >= global_share:  # nan where no cascade is global
        return Prediction(0.0, None)
    alone = mean_chance(law, lean, triggering(law, needs, directed=directed, in_degree_law=in_law).u)
    return Prediction(1.0 - (1.0 - alone) ** seeds, size)
