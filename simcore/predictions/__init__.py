"""What theory says of a point of a scenario: which of its results suits model, network and seeds, or why none does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simcore import theory
from simcore.predictions import cascades, populations
from simcore.predictions.points import SilentError, read
from simcore.store import understood

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.theory import Prediction

__all__ = ["predict", "silence"]

# Theory follows these to the horizon, or to where they stand still.
LASTING = ("bass", "generalised-contagion", "sis", "sirs", "sis-markov", "q-voter")

_BOUNDED = "where opinions come to lie within bounds of confidence no closed form tells"
_UNKNOWN = {
    "axelrod": "how many cultures are left no closed form tells",
    "deffuant": _BOUNDED,
    "hegselmann-krause": _BOUNDED,
    "majority": "of majorities with noise no closed form tells how many agree",
    "march-1991": "how much an organisation learns no closed form tells",
    "two-trends": "of two trends that compete no closed form tells which wins",
}


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
    except SilentError:
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
    except SilentError as why:
        return str(why)
    return ""


def _said(scenario: Mapping[str, Any], setting: Mapping[str, Any], stopped: bool) -> Prediction:
    if "network" not in scenario:
        raise SilentError("of a company it knows what each seat is worth in the long run, by linear rules and without "
                          "turnover (simcore census)")
    name = setting.get("model.name", scenario["model"]["name"])
    if name in _UNKNOWN:
        raise SilentError(_UNKNOWN[name])
    if name not in LASTING and (stopped or "horizon" in setting):
        raise SilentError("it lets cascades run their course, and the horizon cuts them short")
    if not scenario["model"].get("path"):
        point = read(scenario, setting, name)
        model = point.model
        match name:
            case "threshold":
                return cascades.by_thresholds(point, cascades.thresholds(model))
            case "linear-threshold" if not model.weights:
                return cascades.by_thresholds(point, theory.ThresholdLaw.uniform(0.0, 1.0))
            case "complex-contagion" if not model.noise:
                return cascades.by_thresholds(point, theory.ThresholdLaw.count(model.contacts))
            case "independent-cascade":
                chance = cascades.transmission(model)
                return cascades.by_outbreaks(point, partial(theory.bond_percolation, transmission=chance), chance)
            case "si" if model.transmission:
                return cascades.by_outbreaks(point, partial(theory.bond_percolation, transmission=1.0), 1.0)
            case "sir" | "seir" if model.recovery and getattr(model, "progression", 1.0):
                b, g = model.transmission, model.recovery
                return cascades.by_outbreaks(point, partial(theory.discrete_sir, transmission=b, recovery=g),
                                             b / (1.0 - (1.0 - b) * (1.0 - g)))
            case "sir-markov" if model.recovery:
                b, g = model.transmission, model.recovery
                return cascades.by_outbreaks(point, partial(theory.markov_sir, contact_rate=b, recovery_rate=g),
                                             b / (b + g))
            case "sis" | "sirs":
                return populations.infections(point)
            case "sis-markov":
                return populations.infections_in_time(point)
            case "voter":
                return populations.voters(point)
            case "friedkin-johnsen":
                return populations.means_of_opinions(point)
            case "q-voter":
                return populations.q_voters(point)
            case "bass" if model.innovation:
                return populations.bass(point)
            case "generalised-contagion" if model.exposure:
                return populations.doses(point)
    raise SilentError("there is none here of this model, or not at these parameters")
