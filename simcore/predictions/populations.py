"""Populations whose course is certain where they are large, and voters."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import numpy as np

from simcore import theory
from simcore.predictions.cascades import DENSEST, WIDEST
from simcore.predictions.points import Point, SilentError
from simcore.scenario.build import build, is_fixed
from simcore.scenario.networks import BarabasiAlbert, HolmeKim, Library, Regular, Tree
from simcore.theory import Prediction, Start

if TYPE_CHECKING:
    from numpy.typing import NDArray

_YES = 0.5  # an opinion of as much or more counts as that of the seeds
_FINE = 0.05  # of Bass: the chance of a step beside which time is as good as continuous


def voters(point: Point) -> Prediction:
    """Return the chance that all end as the seeds began, their share, and when: Sood & Redner (2005)."""
    if not isinstance(point.network, Regular | Tree | BarabasiAlbert | HolmeKim) and not (
            isinstance(point.network, Library) and not point.network.rewiring and not point.network.swaps):
        raise SilentError("voters surely agree only where all are tied to all, if by detours, as on 'barabasi-albert'")
    start = point.start
    if start.seeding != "random":
        raise SilentError("of voters it knows random seeds; of others see simcore.theory.voter_fixation")
    share = start.seeds / start.n
    all_meet = isinstance(point.network, Regular) and point.network.kind == "complete"
    # The step in which the last one turns counts whole, and on average it is half over.
    duration = theory.voter_consensus_time(start.n, start.seeds) + 0.5 if all_meet else None
    return Prediction(share, 1.0, share, duration)


def infections(point: Point) -> Prediction:
    """Return who is infected at the horizon where infections come back and all meet, in steps."""
    model, start = point.model, _mixed(point, "infections that come back")
    course = theory.recurrent_course(point.horizon, (point.n - 1) * model.transmission, model.recovery,
                                     waning=getattr(model, "waning", None), seed_share=start)
    return Prediction.certain(float(course[-1]), point.global_share)


def infections_in_time(point: Point) -> Prediction:
    """Return the same in continuous time."""
    model, start = point.model, _mixed(point, "infections that come back")
    course = theory.sis_course([point.horizon], (point.n - 1) * model.transmission, model.recovery, seed_share=start)
    return Prediction.certain(float(course[0]), point.global_share)


def q_voters(point: Point) -> Prediction:
    """Return who holds the opinion of the seeds at the horizon where all hear all: Castellano et al. (2009)."""
    start = _mixed(point, "voters who ask several")
    share = theory.q_voter_course([point.horizon], point.model.q, point.model.noise, start_share=start)[0]
    return Prediction.certain(float(share), point.global_share)


def means_of_opinions(point: Point) -> Prediction:
    """Return where opinions settle on a network that leaves nothing to chance: Friedkin & Johnsen (1990)."""
    model, network = point.model, point.network
    if not (is_fixed(network) and point.seeding.kind == "given" and point.n <= DENSEST
            and isinstance(model.opinion, float) and isinstance(model.susceptibility, float)):
        raise SilentError("of means of opinions it knows given seeds, and numbers that are the same for all, on a "
                          "network without chance; of others see simcore.theory.friedkin_johnsen_limit")
    loaded = build(network, np.uint64(0))
    opinions = np.full(point.n, model.opinion)
    opinions[[loaded.node(label) for label in point.seeding.nodes]] = 1.0
    settled = theory.friedkin_johnsen_limit(loaded.network, opinions, model.susceptibility)
    return Prediction.certain(float((settled >= _YES).mean()), point.global_share)._replace(mean=float(settled.mean()))


def _mixed(point: Point, whom: str) -> float:
    """Return the share of the seeds, where they are many and everybody meets everybody."""
    if not (isinstance(point.network, Regular) and point.network.kind == "complete"):
        raise SilentError(f"of {whom} it knows populations in which all meet ('complete'): pairs of nodes, with which "
                          "others are worked out, are an approximation")
    if not Start(point.n, point.seeds).many:
        raise SilentError(f"of {whom} it knows many seeds")
    return point.seeds / point.n


def bass(point: Point) -> Prediction:
    """Return who has adopted by the horizon: Bass (1969), Fibich & Gibori (2010)."""
    model, network = point.model, point.network
    p, q, until = model.innovation, model.imitation, np.array([point.horizon * model.dt])
    if point.seeds:
        raise SilentError("of Bass it knows no seeds")
    if model.dt * (p + q) > _FINE:
        raise SilentError("of Bass it knows continuous time, and steps here are long")
    if isinstance(network, Regular) and network.kind == "complete":
        found = theory.bass_complete(until, p, q, n=point.n) if point.n <= DENSEST else theory.bass_curve(until, p, q)
    elif isinstance(network, Regular) and network.kind == "ring":
        found = theory.bass_ring(until, p, q)
    else:
        degrees = point.degrees(WIDEST)
        if degrees.directed:
            raise SilentError("of Bass it knows undirected networks")
        found = theory.bass_configuration(degrees.law, until, p, q / np.maximum(np.arange(degrees.law.size), 1))
    return Prediction.certain(float(found[0]), point.global_share)


def doses(point: Point) -> Prediction:
    """Return where the infected share settles that begins at that of the seeds: Dodds & Watts (2004)."""
    model, start = point.model, point.seeds / point.n
    if not (model.mixing and model.filled and model.recovery == model.waning == 1.0
            and isinstance(model.threshold, float) and model.threshold > 0.0 and Start(point.n, point.seeds).many):
        raise SilentError("of doses it knows many seeds, mixing, filled memories, and recovery at once")
    chances = _chances(model.dose, model.dose_sd, model.threshold, model.memory)
    roots = theory.steady_states(chances, model.exposure).prevalence
    grows = theory.prevalence_map(chances, model.exposure * start) > start
    size = min((root for root in roots if root > start), default=1.0) if grows else max(roots[roots <= start])
    return Prediction.certain(float(size), point.global_share)


@functools.lru_cache(maxsize=64)
def _chances(dose: float, sd: float, threshold: float, memory: int) -> NDArray[np.float64]:
    """Return the chance that so many doses infect, their sizes by a lognormal law."""
    from scipy import stats

    variance = math.log1p((sd / dose) ** 2)  # of the logarithm
    law_ = stats.lognorm(math.sqrt(variance), scale=dose * math.exp(-variance / 2)) if sd else dose
    return theory.exposure_chances(law_, threshold, memory)
