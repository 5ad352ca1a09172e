"""What theory sees of a point of a scenario: its sections, its degrees, and who starts."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np

from simcore import models, theory
from simcore.scenario.build import law, nodes
from simcore.scenario.networks import Configuration, DegreeSequence, Influence, Poisson
from simcore.scenario.schema import IMMUNE, NETWORKS, SEEDINGS, model_section
from simcore.scenario.seeds import number
from simcore.scenario.tables import put
from simcore.theory import Start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_TAIL = 1e-10  # of the probabilities of degrees


class SilentError(Exception):
    """Theory has nothing to say, for the reason given."""


class Degrees(NamedTuple):
    """A network that is random but for its degrees."""

    law: NDArray[np.float64]
    directed: bool = False
    heard: NDArray[np.float64] | None = None

    @property
    def ways(self) -> dict[str, Any]:
        """What else the theory of such a network takes."""
        return {"directed": self.directed, "in_degree_law": self.heard}


class Point(NamedTuple):
    """The sections of a point."""

    network: Any
    model: Any
    seeding: Any
    immune: Any
    n: int
    horizon: int
    global_share: float

    @property
    def seeds(self) -> int:
        """How many seeds there are, where theory can know."""
        return _number(self.seeding, self.n)

    @property
    def immune_share(self) -> float:
        """The share of the nodes that is immune."""
        return 0.0 if self.immune.kind == "nobody" else _number(self.immune, self.n) / self.n

    @property
    def start(self) -> Start:
        """Who starts, where theory knows such seeds."""
        seeding, alike = self.seeding, isinstance(self.network, Poisson | Configuration)  # all nodes, by name
        named = alike and seeding.kind == "given"
        kind: Any = "random" if named else seeding.kind
        seeds = len(set(seeding.nodes)) if named else self.seeds
        if (kind not in get_args(theory.Seeding) or getattr(seeding, "degree", "out") != "out"
                or getattr(seeding, "among", None) is not None or getattr(seeding, "by", None) is not None):
            raise SilentError("it knows random seeds, and those of high or low degree")
        if not 0 < seeds < self.global_share * self.n:
            raise SilentError("it asks for seeds, and for fewer than are global already")
        return Start(self.n, seeds, kind, getattr(seeding, "top", 0.1), self.global_share)

    def degrees(self, most: int) -> Degrees:
        """Return its degrees, where it is random but for them, and nobody hears more than so many."""
        network = self.network
        if getattr(network, "mean_degree", 0.0) > most:
            raise SilentError(f"degrees above {most} would take it too long")  # nor is there room for their law
        match network:
            case Poisson():
                found = Degrees(theory.degree_laws.poisson(network.mean_degree))
            case Configuration() if network.assortativity is None:
                found = Degrees(_cut(law(network.degree, network.mean_degree)))
            case DegreeSequence() if network.assortativity is None:
                found = Degrees(np.bincount(network.sequence) / self.n)
            case Influence() if not network.correlation:
                found = Degrees(_cut(law(network.out_degree, network.mean_degree)), True,
                                 _cut(law(network.in_degree, network.mean_degree)))
            case _:
                raise SilentError("it needs networks that are random but for their degrees, such as 'poisson'")
        if (found.law if found.heard is None else found.heard).size > most + 1:
            raise SilentError(f"degrees above {most} would take it too long")
        return found


def _cut(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a law without the last of its tail: twice the degrees take four times as long."""
    kept = degrees[: int(np.flatnonzero(np.cumsum(degrees[::-1])[::-1] > _TAIL)[-1]) + 1]
    return np.asarray(kept / kept.sum())


def read(scenario: Mapping[str, Any], setting: Mapping[str, Any], name: str) -> Point:
    """Return a point of a scenario whose model has this name."""
    sections = {key: copy.deepcopy(scenario.get(key, {"kind": "nobody"}))
                for key in ("network", "model", "seeding", "immune")} | {"horizon": scenario["horizon"]}
    for path, value in setting.items():
        put(sections, tuple(path.split(".")), value)
    network: Any = NETWORKS[sections["network"]["kind"]].model_validate(sections["network"])
    seeding: Any = SEEDINGS[sections["seeding"]["kind"]].model_validate(sections["seeding"])
    model: Any = model_section(models.find(name)).model_validate(sections["model"])
    n = nodes(network)
    if not n:
        raise SilentError("it needs networks that are random but for their degrees, such as 'poisson'")
    if getattr(model, "advertising", 0.0):
        raise SilentError("it knows no advertising")
    point = Point(network, model, seeding, IMMUNE[sections["immune"]["kind"]].model_validate(sections["immune"]), n,
                  sections["horizon"], scenario["summary"]["global_share"])
    if name != "threshold" and point.immune_share:
        raise SilentError("it knows immune people in the threshold model alone")
    return point


def _number(section: Any, n: int) -> int:
    """Return how many people are asked for, as seeds or as immune, where that is said."""
    if getattr(section, "budget", None) is not None:
        raise SilentError("how many people a budget wins is left to chance")
    if not hasattr(section, "share"):
        raise SilentError("it asks for a number of people of all nodes, not for their names")
    return number(section, n)
