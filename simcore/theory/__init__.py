"""Closed forms and fixed points that a simulation is compared with; exact for large random networks.

A node adopts when the active share of its neighbours (of those it hears, in a directed network) reaches its
threshold. Networks are random but for their degrees, hence locally trees, so every result is exact as the
number of nodes grows. In a directed network in- and out-degree are independent of each other.
"""

from simcore.network import degree_laws
from simcore.theory.final_sizes import final_size, final_size_given_global, time_course
from simcore.theory.prediction import Prediction, Seeding, poisson_prediction
from simcore.theory.threshold_laws import ThresholdLaw
from simcore.theory.triggers import (
    Trigger,
    by_degree,
    direct_ratio,
    multiplier,
    ordinary,
    top_share,
    triggering,
)
from simcore.theory.windows import cascade_window

__all__ = [
    "Prediction",
    "Seeding",
    "ThresholdLaw",
    "Trigger",
    "by_degree",
    "cascade_window",
    "degree_laws",
    "direct_ratio",
    "final_size",
    "final_size_given_global",
    "multiplier",
    "ordinary",
    "poisson_prediction",
    "time_course",
    "top_share",
    "triggering",
]
