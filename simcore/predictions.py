"""What theory says of a point of a scenario: which of its results suits model, network and seeds, or why none does."""

from __future__ import annotations

import copy
import functools
import math
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np

from simcore import models, theory
from simcore.parameters import Normal, Uniform
from simcore.scenario.build import law, nodes
from simcore.scenario.networks import (
    BarabasiAlbert,
    Configuration,
    DegreeSequence,
    HolmeKim,
    Influence,
    Library,
    Poisson,
    Regular,
    Tree,
)
from simcore.scenario.schema import IMMUNE, NETWORKS, SEEDINGS, model_section
from simcore.scenario.seeds import number
from simcore.scenario.tables import put
from simcore.store import understood
from simcore.theory import Prediction, Start

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["predict", "silence"]

LASTING = ("bass", "generalised-contagion")  # theory follows them to the horizon, or to where they stand still
_WIDEST = 500  # degrees that thresholds are worked out for: time grows with their square
_DENSEST = 5_000  # degrees at all
_TAIL = 1e-10  # of the probabilities of degrees
_FINE = 0.05  # of Bass: the chance of a step beside which time is as good as continuous


class _SilentError(Exception):
    """Theory has nothing to say, for the reason given."""


class _Degrees(NamedTuple):
    """A network that is random but for its degrees."""

    law: NDArray[np.float64]
    directed: bool = False
    heard: NDArray[np.float64] | None = None

    @property
    def ways(self) -> dict[str, Any]:
        """What else the theory of such a network takes."""
        return {"directed": self.directed, "in_degree_law": self.heard}


class _Point(NamedTuple):
    """The sections of a point."""

    network: Any
    model: Any
    seeding: Any
    immune: float  # share of the nodes
    n: int
    horizon: int
    global_share: float

    @property
    def seeds(self) -> int:
        """How many seeds there are, where theory can know."""
        if not hasattr(self.seeding, "share") or self.seeding.budget is not None:
            raise _SilentError("it asks for a number of seeds of all nodes")
        return number(self.seeding, self.n)

    @property
    def start(self) -> Start:
        """Who starts, where theory knows such seeds."""
        seeding, seeds = self.seeding, self.seeds
        if (seeding.kind not in get_args(theory.Seeding) or getattr(seeding, "degree", "out") != "out"
                or seeding.among is not None or getattr(seeding, "by", None) is not None):
            raise _SilentError("it knows random seeds, and those of high or low degree")
        if not 0 < seeds < self.global_share * self.n:
            raise _SilentError("it asks for seeds, and for fewer than are global already")
        return Start(self.n, seeds, seeding.kind, getattr(seeding, "top", 0.1), self.global_share)

    def degrees(self, most: int) -> _Degrees:
        """Return its degrees, where it is random but for them, and nobody hears more than so many."""
        network = self.network
        if getattr(network, "mean_degree", 0.0) > most:
            raise _SilentError(f"degrees above {most} would take it too long")  # nor is there room for their law
        match network:
            case Poisson():
                found = _Degrees(theory.degree_laws.poisson(network.mean_degree))
            case Configuration() if network.assortativity is None:
                found = _Degrees(_cut(law(network.degree, network.mean_degree)))
            case DegreeSequence() if network.assortativity is None:
                found = _Degrees(np.bincount(network.sequence) / self.n)
            case Influence() if not network.correlation:
                found = _Degrees(_cut(law(network.out_degree, network.mean_degree)), True,
                                 _cut(law(network.in_degree, network.mean_degree)))
            case _:
                raise _SilentError("it needs networks that are random but for their degrees, such as 'poisson'")
        if (found.law if found.heard is None else found.heard).size > most + 1:
            raise _SilentError(f"degrees above {most} would take it too long")
        return found


def _cut(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a law without the last of its tail: twice the degrees take four times as long."""
    kept = degrees[: int(np.flatnonzero(np.cumsum(degrees[::-1])[::-1] > _TAIL)[-1]) + 1]
    return np.asarray(kept / kept.sum())


@understood()
def predict(scenario: Mapping[str, Any], setting: Mapping[str, Any], *, stopped: bool = False) -> Prediction | None:
    """Return what theory says about a point, or None where it is silent.

    Parameters
    ----------
    scenario : mapping
        As resolved.
    setting : mapping of str to value
        The swept paths and their values.
    stopped : bool
        Whether the horizon cut some replicates short.

    Returns
    -------
    Prediction or None
    """
    try:
        return _said(scenario, setting, stopped)
    except _SilentError:
        return None


@understood()
def silence(scenario: Mapping[str, Any], setting: Mapping[str, Any], *, stopped: bool = False) -> str:
    """Return why theory is silent about a point; nothing if it is not.

    Parameters
    ----------
    scenario, setting, stopped
        See `predict`.

    Returns
    -------
    str
    """
    try:
        _said(scenario, setting, stopped)
    except _SilentError as why:
        return str(why)
    return ""


def _said(scenario: Mapping[str, Any], setting: Mapping[str, Any], stopped: bool) -> Prediction:
    if "network" not in scenario:
        raise _SilentError("of a company it knows what each seat is worth in the long run, by linear rules and without "
                           "turnover (simcore census)")
    name = setting.get("model.name", scenario["model"]["name"])
    if name not in LASTING and (stopped or "horizon" in setting):
        raise _SilentError("it lets cascades run their course, and the horizon cuts them short")
    if not scenario["model"].get("path"):
        point = _point(scenario, setting, name)
        model = point.model
        match name:
            case "threshold":
                return _by_thresholds(point, _thresholds(model))
            case "linear-threshold" if not model.weights:
                return _by_thresholds(point, theory.ThresholdLaw.uniform(0.0, 1.0))
            case "complex-contagion" if not model.noise:
                return _by_thresholds(point, theory.ThresholdLaw.count(model.contacts))
            case "independent-cascade":
                chance = _transmission(model)
                return _by_outbreaks(point, partial(theory.bond_percolation, transmission=chance), chance)
            case "si" if model.transmission:
                return _by_outbreaks(point, partial(theory.bond_percolation, transmission=1.0), 1.0)
            case "sir" | "seir" if model.recovery and getattr(model, "progression", 1.0):
                b, g = model.transmission, model.recovery
                return _by_outbreaks(point, partial(theory.discrete_sir, transmission=b, recovery=g),
                                     b / (1.0 - (1.0 - b) * (1.0 - g)))
            case "sir-markov" if model.recovery:
                b, g = model.transmission, model.recovery
                return _by_outbreaks(point, partial(theory.markov_sir, contact_rate=b, recovery_rate=g), b / (b + g))
            case "voter":
                return _voters(point)
            case "bass" if model.innovation:
                return _bass(point)
            case "generalised-contagion" if model.exposure:
                return _doses(point)
    raise _SilentError("there is none here of this model, or not at these parameters")


def _point(scenario: Mapping[str, Any], setting: Mapping[str, Any], name: str) -> _Point:
    sections = {key: copy.deepcopy(scenario.get(key, {"kind": "nobody"}))
                for key in ("network", "model", "seeding", "immune")} | {"horizon": scenario["horizon"]}
    for path, value in setting.items():
        put(sections, tuple(path.split(".")), value)
    network: Any = NETWORKS[sections["network"]["kind"]].model_validate(sections["network"])
    seeding: Any = SEEDINGS[sections["seeding"]["kind"]].model_validate(sections["seeding"])
    model: Any = model_section(models.find(name)).model_validate(sections["model"])
    n = nodes(network)
    if not n:
        raise _SilentError("it needs networks that are random but for their degrees, such as 'poisson'")
    if getattr(model, "advertising", 0.0):
        raise _SilentError("it knows no advertising")
    immune = _immune(sections["immune"], n)
    if immune and name != "threshold":
        raise _SilentError("it knows immune people in the threshold model alone")
    return _Point(network, model, seeding, immune, n, sections["horizon"], scenario["summary"]["global_share"])


def _immune(section: Mapping[str, Any], n: int) -> float:
    """Return the share of nodes that is immune, if these are just anybody."""
    asked: Any = IMMUNE[section["kind"]].model_validate(section)
    if asked.kind == "nobody" or getattr(asked, "share", None) == 0.0:
        return 0.0
    if asked.kind == "random" and asked.among is None and asked.budget is None:
        return number(asked, n) / n
    raise _SilentError("it knows immune people who are just anybody")


def _thresholds(model: Any) -> theory.ThresholdLaw:
    value = model.threshold
    if isinstance(value, float) and value > 0.0 and (model.absolute or value <= 1.0):
        return (theory.ThresholdLaw.count(max(1, math.ceil(value - 1e-9))) if model.absolute else
                theory.ThresholdLaw.homogeneous(value))
    if isinstance(value, Uniform) and not model.absolute:
        return theory.ThresholdLaw.uniform(value.low, value.high)
    if isinstance(value, Normal) and not model.absolute:
        return theory.ThresholdLaw.truncated_normal(value.mean, value.sd, value.low, value.high)
    raise _SilentError("it knows thresholds that are numbers, or shares by a law that is even or normal")


def _by_thresholds(point: _Point, needs: theory.ThresholdLaw) -> Prediction:
    degrees, start = point.degrees(_WIDEST), point.start
    if point.immune and start.seeding != "random":
        raise _SilentError("with immune people it knows random seeds alone")
    return theory.threshold_prediction(degrees.law, needs, start, immune=point.immune, **degrees.ways)


def _transmission(model: Any) -> float:
    factors = model.transmission, model.influence, model.susceptibility
    if not all(isinstance(factor, float) for factor in factors):
        raise _SilentError("it needs the same transmission along all ties")
    return min(1.0, float(math.prod(factors)))


def _by_outbreaks(point: _Point, outbreak: Callable[..., theory.Outbreak], transmission: float) -> Prediction:
    """Return what theory says where each arc passes something on at most once, with this probability in all."""
    complete = isinstance(point.network, Regular) and point.network.kind == "complete" and point.n <= _DENSEST
    degrees = (_Degrees(theory.degree_laws.constant(point.n - 1)) if complete  # its open ties are as good as random
               else point.degrees(_DENSEST))
    return theory.outbreak_prediction(degrees.law, outbreak(degrees.law, **degrees.ways), transmission, point.start,
                                      **degrees.ways)


def _voters(point: _Point) -> Prediction:
    """Return the chance that all end as the seeds began, which is their share: Sood & Redner (2005)."""
    if not isinstance(point.network, Regular | Tree | BarabasiAlbert | HolmeKim) and not (
            isinstance(point.network, Library) and not point.network.rewiring and not point.network.swaps):
        raise _SilentError("voters surely agree only where all are tied to all, if by detours, as on 'barabasi-albert'")
    start = point.start
    if start.seeding != "random":
        raise _SilentError("of voters it knows random seeds; of others see simcore.theory.voter_fixation")
    share = start.seeds / start.n
    return Prediction(share, 1.0, share)


def _bass(point: _Point) -> Prediction:
    """Return who has adopted by the horizon: Bass (1969), Fibich & Gibori (2010)."""
    model, network = point.model, point.network
    p, q, until = model.innovation, model.imitation, np.array([point.horizon * model.dt])
    if point.seeds:
        raise _SilentError("of Bass it knows no seeds")
    if model.dt * (p + q) > _FINE:
        raise _SilentError("of Bass it knows continuous time, and steps here are long")
    if isinstance(network, Regular) and network.kind == "complete":
        found = theory.bass_complete(until, p, q, n=point.n) if point.n <= _DENSEST else theory.bass_curve(until, p, q)
    elif isinstance(network, Regular) and network.kind == "ring":
        found = theory.bass_ring(until, p, q)
    else:
        degrees = point.degrees(_WIDEST)
        if degrees.directed:
            raise _SilentError("of Bass it knows undirected networks")
        found = theory.bass_configuration(degrees.law, until, p, q / np.maximum(np.arange(degrees.law.size), 1))
    return Prediction.certain(float(found[0]), point.global_share)


def _doses(point: _Point) -> Prediction:
    """Return where the infected share settles that begins at that of the seeds: Dodds & Watts (2004)."""
    model, start = point.model, point.seeds / point.n
    if not (model.mixing and model.filled and model.recovery == model.waning == 1.0
            and isinstance(model.threshold, float) and model.threshold > 0.0 and Start(point.n, point.seeds).many):
        raise _SilentError("of doses it knows many seeds, mixing, filled memories, and recovery at once")
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
