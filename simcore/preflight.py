"""What a scenario will need, and what could be better about it, before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simcore.errors import ResourceError
from simcore.intervals import Z
from simcore.machine import available_memory
from simcore.scenario.build import count, expected_arcs, is_fixed, nodes
from simcore.study import KEPT_NETWORKS

if TYPE_CHECKING:
    from simcore.scenario import Scenario

_MIB = 2.0**20
FEW = 100  # replicates that tell a probability to no better than a tenth


class Need(NamedTuple):
    """What a run takes at most.

    Attributes
    ----------
    nodes : int
    arcs : float
        Of the point whose networks need the most memory, as far as the scenario tells; files are read later.
    memory : float
        Bytes for networks and the states of all workers.
    arcs_in_all : float
        Arcs to examine if every cascade took all.
    """

    nodes: int
    arcs: float
    memory: float
    arcs_in_all: float

    def __str__(self) -> str:
        if not self.nodes:
            return "networks from files, as large as they are"
        return (f"networks of up to {self.nodes:,} nodes and about {self.arcs:,.0f} arcs, some "
                f"{self.memory / _MIB:,.0f} MiB; at most {self.arcs_in_all:.2g} arcs to examine")


def need(scenario: Scenario, workers: int) -> Need:
    """Return what a scenario will need.

    Parameters
    ----------
    scenario : Scenario
    workers : int
        Threads.
    """
    found, in_all = Need(0, 0.0, 0.0, 0.0), 0.0
    for point in scenario.points:
        n, arcs = nodes(point.network) or 0, expected_arcs(point.network) or 0.0
        memory = workers * (48.0 * n + 10.0 * arcs) + KEPT_NETWORKS * (16.0 * n + 4.0 * arcs)
        in_all += scenario.replicates * arcs
        if memory >= found.memory:
            found = Need(n, arcs, memory, 0.0)
    return found._replace(arcs_in_all=in_all)


def refuse_too_large(scenario: Scenario, workers: int) -> None:
    """Raise ResourceError if a network of the scenario cannot fit into memory, before anything is made."""
    free, needed = available_memory(), need(scenario, workers)
    if free is not None and needed.memory > free:
        raise ResourceError(f"a network of {needed.nodes} nodes and about {needed.arcs:.3g} arcs needs some "
                            f"{needed.memory / 2**30:.1f} GiB with {workers} workers, and {free / 2**30:.1f} GiB are "
                            "free; use fewer --workers, or a smaller n")


def suggestions(scenario: Scenario) -> list[str]:
    """Return what could be better about a valid scenario: what its results could not tell."""
    told = []
    if scenario.replicates < FEW:
        reach = 0.5 * Z / scenario.replicates**0.5
        told.append(f"replicates: {scenario.replicates} tell a probability near 1/2 to {reach:.2g} at best; four times "
                    "as many, to half of that")
    made = [point.network for point in scenario.points if not is_fixed(point.network)]
    if any(count(network) == 1 for network in made):
        told.append("network.count: with one network, intervals hold for that network alone; several tell how much "
                    "networks differ")
    kinds = {point.seeding.kind for point in scenario.points}  # type: ignore[attr-defined]
    if "influential" in kinds and "random" not in kinds:
        told.append('sweep: with "seeding.kind" = ["random", "influential"] the summary says what influence is worth')
    return told
