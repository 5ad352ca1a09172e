"""What a scenario will need, and what could be better about it, before it starts."""

from __future__ import annotations

import heapq
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.errors import ResourceError, SimcoreError
from simcore.intervals import Z
from simcore.machine import available_memory
from simcore.network.poisson import poisson
from simcore.parameters import resolve
from simcore.rng import Stream
from simcore.scenario.build import count, expected_arcs, is_fixed, networks, nodes
from simcore.scenario.companies import CompanySection
from simcore.study import KEPT_NETWORKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simcore.network.csr import Network
    from simcore.scenario import Scenario
    from simcore.scenario.forms import Section
    from simcore.scenario.points import Point

_MIB = 2.0**20
FEW = 100  # replicates that tell a probability to no better than a tenth
_PROCESS = 220 * _MIB  # Python and the libraries
_MAKING = 1.3  # networks' worth of memory that making one takes, itself included
_SMALL = 10**5  # nodes, up to which states are nothing beside the process
_SAMPLE = 2**10  # nodes of a network on which the room for a state is tried, and that of twice as many
_UNKNOWN = 32.0  # bytes of a node's state, where parameters need more than that
_CUSTOMER = 125.0  # bytes of the state of a customer, or an employee
_ROW = 4.0  # bytes on disk that a replicate takes at least, packed


class Need(NamedTuple):
    """What a run takes.

    Attributes
    ----------
    nodes : int
    arcs : float
        Of the point whose networks need the most memory, as far as the scenario tells; files are read later.
    memory : float
        Bytes for the process, networks and the states of all workers. Lanes take more where it is free.
    arcs_in_all : float
        Arcs to examine if every cascade took all.
    disk : float
        Bytes of results, at least.
    """

    nodes: int
    arcs: float
    memory: float
    arcs_in_all: float
    disk: float

    def __str__(self) -> str:
        if not self.nodes:
            return "networks from files, as large as they are"
        free = available_memory()
        fits = "" if free is None or self.memory <= free else f", of which {free / _MIB:,.0f} are free here"
        return (f"networks of up to {self.nodes:,} nodes and about {self.arcs:,.0f} arcs, some "
                f"{self.memory / _MIB:,.0f} MiB{fits}; at most {self.arcs_in_all:.2g} arcs to examine")


def need(scenario: Scenario, workers: int) -> Need:
    """Return what a scenario will need.

    Parameters
    ----------
    scenario : Scenario
    workers : int
        Threads.
    """
    sizes = {id(point.network): _size(point.network) for point in scenario.points}
    largest = max(scenario.points, key=lambda point: sizes[id(point.network)][2])
    n, arcs, size = sizes[id(largest.network)]
    each = {id(point.network): min(networks(point.network, scenario.replicates), KEPT_NETWORKS + 1)
            for point in scenario.points}
    kept = heapq.nlargest(KEPT_NETWORKS + 1, (sizes[k][2] for k, number in each.items() for _ in range(number)))[1:]
    memory = _PROCESS + sum(kept) + workers * (_MAKING * size + _state(largest, n, arcs))
    in_all = scenario.replicates * sum(sizes[id(point.network)][1] for point in scenario.points)
    return Need(n, arcs, memory, in_all, _ROW * scenario.replicates * len(scenario.points))


def _size(section: Section) -> tuple[int, float, float]:
    """Return nodes, arcs and bytes of a network, as far as its section tells."""
    n, arcs = nodes(section) or 0, expected_arcs(section) or 0.0
    if isinstance(section, CompanySection) and section.market is not None:
        n += nodes(section.market) or 0
    both = getattr(section, "kind", "") in ("influence", "reciprocal")  # in-degrees have an array of their own
    return n, arcs, 8.0 * n * (1 + both) + 4.0 * arcs


def _state(point: Point, n: int, arcs: float) -> float:
    """Return the bytes of a worker's state: what it grows by on small networks of as many arcs a node."""
    if n <= _SMALL:
        return 0.0
    if isinstance(point.network, CompanySection):
        return _CUSTOMER * n
    try:
        few, more = (_tried(point, poisson(size, min(arcs / n, _SAMPLE / 2), np.uint64(0)))
                     for size in (_SAMPLE, 2 * _SAMPLE))
    except SimcoreError:
        return _UNKNOWN * n
    return (more - few) * n / _SAMPLE


def _tried(point: Point, network: Network) -> float:
    """Return the bytes of parameters and state on a network."""
    params = resolve(point.model.Params, point.params, network, {}, Stream(np.uint64(0), np.uint64(0)), {})
    state = point.model.allocate(point.model.Layers(network), params)
    return float(sum({id(array): array.nbytes for array in _arrays((params, state))}.values()))


def _arrays(some: Any) -> Iterator[np.ndarray]:
    """Yield the arrays of nested tuples."""
    if isinstance(some, np.ndarray):
        yield some
    elif isinstance(some, tuple):
        for one in some:
            yield from _arrays(one)


def refuse_too_large(scenario: Scenario, workers: int, folder: Path | None = None) -> None:
    """Raise ResourceError if a scenario cannot fit into memory, or its results on disk, before anything is made."""
    free, needed = available_memory(), need(scenario, workers)
    if free is not None and needed.memory > free + _PROCESS:  # of which this process has most already
        raise ResourceError(f"a network of {needed.nodes} nodes and about {needed.arcs:.3g} arcs needs some "
                            f"{needed.memory / 2**30:.1f} GiB with {workers} worker{'s' * (workers > 1)}, and "
                            f"{free / 2**30:.1f} GiB are free; use fewer --workers, or a smaller n")
    if folder is None:
        return
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    if needed.disk > (left := shutil.disk_usage(there).free):
        raise ResourceError(f"{folder}: results of {scenario.replicates} replicates of {len(scenario.points)} points "
                            f"take {needed.disk / 2**30:.1f} GiB at least, and {left / 2**30:.1f} GiB are free there; "
                            "use fewer replicates or points")


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
