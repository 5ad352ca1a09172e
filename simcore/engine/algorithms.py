"""What an algorithm declares, and the choice of one: by the work counted in a few replicates, never by timing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.engine import plain
from simcore.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from simcore.model import Model
    from simcore.seeding import Seeds

PILOT = 64  # replicates at most that run as the plain algorithm has them before another takes over


class Task(NamedTuple):
    """Consecutive replicates of one point on one network, as the kernels see them.

    Attributes
    ----------
    model : Model
    layers, params : NamedTuple
        See `simcore.parameters.resolve`.
    seeds : Seeds
        Of all the replicates.
    key : uint64
        The network's key.
    first : int
        The first replicate w on this network.
    horizon : int
        The largest time step.
    """

    model: Model
    layers: Any
    params: Any
    seeds: Seeds
    key: np.uint64
    first: int
    horizon: int

    @property
    def replicates(self) -> int:
        """How many there are."""
        return self.seeds.begin.size

    def part(self, begin: int, end: int) -> Task:
        """Return the task of replicates begin .. end - 1 of this one."""
        return self._replace(first=self.first + begin, seeds=self.seeds.part(begin, end))


class Algorithm(NamedTuple):
    """A way to run replicates; on every column it supplies it equals the plain one bit for bit.

    Attributes
    ----------
    name : str
        What ``--algorithm`` takes and the provenance records.
    reduction : str or None
        The field of `Model` that it works through ("needs" or "live"); None: it runs the model's own kernels.
    supplies : callable
        ``supplies(model) -> frozenset`` of outcome columns.
    fits : callable
        ``fits(task) -> bool``: whether it can run this task, and its arrays fit into memory.
    cost : callable
        ``cost(task, share) -> float``: expected work, in arcs of the plain algorithm, if this is the share of the
        nodes that a replicate takes on average.
    run : callable
        ``run(task) -> float64[R, len(model.outcomes)]``; a column that it does not supply is NaN.
    """

    name: str
    reduction: str | None
    supplies: Callable[[Model], frozenset[str]]
    fits: Callable[[Task], bool]
    cost: Callable[[Task, float], float]
    run: Callable[[Task], NDArray[np.float64]]


def _run_plain(task: Task) -> NDArray[np.float64]:
    return plain.run(*task, trajectories=False)[0]


PLAIN = Algorithm("plain", None, lambda model: frozenset(model.outcomes), lambda task: True,
                  lambda task, share: task.replicates * share * task.layers[0].arcs, _run_plain)
ALGORITHMS = (PLAIN,)


def able(model: Model, wanted: Iterable[str], name: str | None = None, *, every_step: bool = False) -> list[Algorithm]:
    """Return the algorithms that supply these columns for a model, or the one of this name alone.

    If something is recorded of every step, the plain one is the only one.

    Raises
    ------
    UsageError
        If the algorithm asked for by name does not exist or does not supply them.
    """
    needed = {"size"} | (frozenset(wanted) & frozenset(model.outcomes))
    found = [algorithm for algorithm in ALGORITHMS
             if (algorithm.reduction is None or getattr(model, algorithm.reduction) is not None)
             and needed <= algorithm.supplies(model) and (algorithm is PLAIN or not every_step)]
    if name is None:
        return found
    names = [algorithm.name for algorithm in found]
    if name not in names:
        raise UsageError(f"there is no algorithm '{name}' for this; algorithms are {', '.join(names)}"
                         f"{did_you_mean(name, names)}")
    return [found[names.index(name)]]


def _serves(algorithm: Algorithm, task: Task) -> bool:
    reduced = algorithm.reduction is None or task.model.reduces(task.layers, task.params)
    return reduced and algorithm.fits(task)


def run(task: Task, wanted: Iterable[str], name: str | None = None) -> tuple[NDArray[np.float64], dict[str, int]]:
    """Run a task by the cheapest algorithm that supplies what is wanted and fits into memory.

    The plain one begins, with 8 replicates, then as many again as it has done, until another is expected to need less
    work for the rest than it, or it has done `PILOT`.

    Parameters
    ----------
    task : Task
    wanted : iterable of str
        Outcome columns.
    name : str, optional
        Forces an algorithm.

    Returns
    -------
    outcomes : float64[R, len(model.outcomes)]
    ran : dict of str to int
        How many replicates each algorithm ran.

    Raises
    ------
    UsageError
        If the algorithm asked for cannot run this.
    """
    candidates = able(task.model, wanted, name)
    if name is not None:
        if not _serves(candidates[0], task):
            raise UsageError(f"algorithm '{name}' does not serve these parameters of model '{task.model.name}', or "
                             "does not fit into memory; leave the choice open")
        return candidates[0].run(task), {name: task.replicates}
    others = [algorithm for algorithm in candidates if algorithm is not PLAIN]
    if not others or task.replicates <= PILOT or not (others := [each for each in others if _serves(each, task)]):
        return _run_plain(task), {PLAIN.name: task.replicates}
    size, nodes = list(task.model.outcomes).index("size"), max(task.layers[0].n, 1)
    done, parts = 0, list[Any]()
    while done < PILOT:
        step = max(done, 8)
        parts.append(_run_plain(task.part(done, done + step)))
        done += step
        rest, share = task.part(done, task.replicates), float(np.mean(np.concatenate(parts)[:, size])) / nodes
        best = min((PLAIN, *others), key=lambda algorithm: algorithm.cost(rest, share))
        if best is not PLAIN:
            break
    ran = {PLAIN.name: done}
    ran[best.name] = ran.get(best.name, 0) + rest.replicates
    return np.concatenate([*parts, best.run(rest)]), ran
