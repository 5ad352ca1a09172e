"""Cascades that win everybody once, on networks that are random but for their degrees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore import theory
from simcore.parameters import Normal, Uniform
from simcore.predictions.points import Degrees, Point, SilentError
from simcore.scenario.networks import Regular

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simcore.theory import Prediction

WIDEST = 500  # degrees that thresholds are worked out for: time grows with their square
DENSEST = 5_000  # degrees at all


def thresholds(model: Any) -> theory.ThresholdLaw:
    """Return how thresholds are distributed."""
    value = model.threshold
    if isinstance(value, float) and value > 0.0 and (model.absolute or value <= 1.0):
        return (theory.ThresholdLaw.count(max(1, math.ceil(value - 1e-9))) if model.absolute else
                theory.ThresholdLaw.homogeneous(value))
    if isinstance(value, Uniform) and not model.absolute:
        return theory.ThresholdLaw.uniform(value.low, value.high)
    if isinstance(value, Normal) and not model.absolute:
        return theory.ThresholdLaw.truncated_normal(value.mean, value.sd, value.low, value.high)
    raise SilentError("it knows thresholds that are numbers, or shares by a law that is even or normal")


def by_thresholds(point: Point, needs: theory.ThresholdLaw) -> Prediction:
    """Return what theory says where nodes need so many active neighbours."""
    degrees, start = point.degrees(WIDEST), point.start
    return theory.threshold_prediction(degrees.law, needs, start, immune=_immune(point, degrees, needs),
                                       **degrees.ways)


def _immune(point: Point, degrees: Degrees, needs: theory.ThresholdLaw) -> float | NDArray[np.float64]:
    """Return the share of all nodes that is immune, or of those of each degree."""
    immune, share = point.immune, point.immune_share
    if not share:
        return 0.0
    if point.start.seeding != "random":
        raise SilentError("with immune people it knows random seeds alone")
    if getattr(immune, "among", None) is not None or immune.kind not in ("random", "top-degree", "vulnerable"):
        raise SilentError("it knows immune people who are just anybody, have most contacts, or are vulnerable")
    if share + point.seeds / point.n >= 1.0:
        raise SilentError("it asks for as many seeds as are not immune, or fewer")
    if immune.kind == "random":
        return share
    if degrees.directed:
        raise SilentError("in directed networks it knows immune people who are just anybody")
    if immune.kind == "top-degree":
        return theory.degree_laws.in_top(degrees.law, share)
    vulnerable = needs.adopts(1, np.arange(degrees.law.size))
    if not np.all((vulnerable == 0.0) | (vulnerable == 1.0)):
        raise SilentError("of thresholds that differ it does not know who of a degree is vulnerable")
    return vulnerable * min(1.0, share / max(float(degrees.law @ vulnerable), share))


def transmission(model: Any) -> float:
    """Return the probability that an attempt succeeds, if it is the same for all."""
    factors = model.transmission, model.influence, model.susceptibility
    if not all(isinstance(factor, float) for factor in factors):
        raise SilentError("it needs the same transmission along all ties")
    return min(1.0, float(math.prod(factors)))


def by_outbreaks(point: Point, outbreak: Callable[..., theory.Outbreak], transmission: float) -> Prediction:
    """Return what theory says where each arc passes something on at most once, with this probability in all."""
    complete = isinstance(point.network, Regular) and point.network.kind == "complete" and point.n <= DENSEST
    degrees = (Degrees(theory.degree_laws.constant(point.n - 1)) if complete  # its open ties are as good as random
               else point.degrees(DENSEST))
    return theory.outbreak_prediction(degrees.law, outbreak(degrees.law, **degrees.ways), transmission, point.start,
                                      **degrees.ways)
