"""The choice of an algorithm: by the work counted in a few replicates, never by timing."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.engine import plain
from simcore.engine.algorithms import Algorithm, Pilot, Task
from simcore.engine.attempts import ATTEMPTS
from simcore.engine.lanes import IN_STEP
from simcore.engine.passes import PASSES
from simcore.engine.sizes import CENSUS, PERCOLATION
from simcore.engine.sweeps import SWEEPING
from simcore.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from simcore.model import Model

PILOT = 64  # replicates at most that the plain algorithm runs before another takes over
_EACH = 50.0  # arcs' worth of work for a replicate that does nothing


def _run_plain(task: Task) -> NDArray[np.float64]:
    return plain.run(*task, trajectories=False)[0]


PLAIN = Algorithm("plain", None, lambda model: frozenset(model.outcomes), lambda task: True,
                  lambda task, pilot: task.replicates * (pilot.share * task.layers[0].arcs + _EACH), _run_plain)
ALGORITHMS = (PLAIN, SWEEPING, PASSES, IN_STEP, ATTEMPTS, CENSUS, PERCOLATION)


def able(model: Model, wanted: Iterable[str], name: str | None = None, *, every_step: bool = False) -> list[Algorithm]:
    """Return the algorithms that supply these columns for a model, or the one of this name alone.

    If something is recorded of every step, the plain one is the only one.

    Parameters
    ----------
    model : Model
    wanted : iterable of str
        Outcome columns.
    name : str, optional
        Of an algorithm.
    every_step : bool
        Whether something is recorded of every step.

    Returns
    -------
    list of Algorithm
        The plain one first.

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


_able = functools.cache(able)  # asked for every block


def _serves(algorithm: Algorithm, task: Task) -> bool:
    reduced = algorithm.reduction is None or task.model.reduces(task.params, task.layers[0].weighted)
    return reduced and algorithm.fits(task)


def _seen(task: Task, rows: NDArray[np.float64]) -> Pilot:
    column = {name: rows[:, k] for k, name in enumerate(task.model.outcomes)}
    return Pilot(float(column["size"].mean()) / max(task.layers[0].n, 1),
                 float(column["duration"].max()) if "duration" in column else float(task.horizon))


def _cost(task: Task, pilot: Pilot, algorithm: Algorithm) -> float:
    return algorithm.cost(task, pilot)


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
    candidates = _able(task.model, tuple(wanted), name)
    if name is not None:
        if not _serves(candidates[0], task):
            raise UsageError(f"algorithm '{name}' does not serve these parameters of model '{task.model.name}', or "
                             "does not fit into memory; leave the choice open")
        return candidates[0].run(task), {name: task.replicates}
    others = [algorithm for algorithm in candidates if algorithm is not PLAIN]
    if not others or task.replicates <= PILOT or not (others := [each for each in others if _serves(each, task)]):
        return _run_plain(task), {PLAIN.name: task.replicates}
    done, parts = 0, list[Any]()
    while done < PILOT:
        step = max(done, 8)
        parts.append(_run_plain(task.part(done, done + step)))
        done += step
        rest, pilot = task.part(done, task.replicates), _seen(task, np.concatenate(parts))
        best = min((PLAIN, *others), key=functools.partial(_cost, rest, pilot))
        if best is not PLAIN:
            break
    ran = {PLAIN.name: done}
    ran[best.name] = ran.get(best.name, 0) + rest.replicates
    return np.concatenate([*parts, best.run(rest)]), ran
