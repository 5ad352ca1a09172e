"""Census and percolation as algorithms: for those who ask for sizes alone.

What they cost is measured on Poisson networks of 10^4 nodes: `benchmarks/census.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.engine import census, components, plain
from simcore.engine.algorithms import Algorithm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.engine.algorithms import Task


def only_size(task: Task, size: NDArray[Any]) -> NDArray[np.float64]:
    """Return outcomes of which only the size is known."""
    out = np.full((task.replicates, len(task.model.outcomes)), np.nan)
    out[:, list(task.model.outcomes).index("size")] = size
    return out


def _alone(task: Task) -> bool:
    """Tell whether every replicate starts from one node, as a census has it."""
    return bool(np.all(task.seeds.end - task.seeds.begin == 1))


def _run_census(task: Task) -> NDArray[np.float64]:
    network = task.layers[0]
    need = np.empty(network.n, np.int64 if network.weighted else np.int32)
    task.model.needs(task.layers, task.params, need)
    found = census.cascades(network, need, task.seeds.nodes[task.seeds.begin])
    if found.longest > task.horizon:  # then a cascade may be cut off
        return plain.run(*task, trajectories=False)[0]
    return only_size(task, found.size)


def _chances(task: Task) -> NDArray[np.uint64]:
    out = np.empty(task.layers[0].arcs, np.uint64)
    task.model.live(task.layers, task.params, out)
    return out


def _one_chance(task: Task) -> bool:
    """Tell whether ties go both ways, all are as likely to be live, and no cascade can be cut off by the horizon."""
    network = task.layers[0]
    if not (network.symmetric and 0 < network.n <= task.horizon and network.arcs):
        return False
    chances = _chances(task)
    return bool(np.all(chances == chances[0]))


def _run_percolation(task: Task) -> NDArray[np.float64]:
    seeds, samples = task.seeds, range(task.first, task.first + task.replicates)
    found = components.components(task.layers[0], _chances(task)[0], task.key, samples)
    return only_size(task, np.array([
        int(size[np.unique(parent[seeds.nodes[seeds.begin[r]:seeds.end[r]]])].sum())
        for r, (parent, size) in enumerate(found)]))


CENSUS = Algorithm("census", "needs", lambda model: frozenset({"size"}), _alone,
                   lambda task, pilot: 8.0 * task.layers[0].arcs + 60.0 * task.replicates, _run_census)
PERCOLATION = Algorithm("percolation", "live", lambda model: frozenset({"size"}), _one_chance,
                        lambda task, pilot: 0.6 * task.replicates * task.layers[0].arcs, _run_percolation)
