"""The plain algorithm, the reference for all others: the one loop over replicates and the one loop over time."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from simcore._jit import bind, kernel
from simcore.engine.counting import NOTHING, count, counter, has_room
from simcore.rng import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simcore.engine.counting import Classes, Counter
    from simcore.model import Model
    from simcore.seeding import Seeds

    Counted: TypeAlias = "tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]"


@kernel
def _simulate(reset, step, observe, conclude, layers, params, state, nodes, begin, end, key, first, horizon,
              outcomes, trajectory, by_class, done):
    """Run a replicate for each row of ``outcomes`` from ``done`` on; return the first that ``by_class`` cannot hold.

    ``trajectory`` has as many columns as times are kept, ``by_class`` no classes where nothing is counted.
    """
    kept, counting = trajectory.shape[1], by_class.step.shape[0] > 0
    for r in range(done, outcomes.shape[0]):
        if counting and not has_room(by_class):
            return r
        stream = Stream(key, first + np.uint64(r))
        active = reset(layers, params, state, nodes[begin[r]:end[r]], stream)
        if kept:
            observe(state, trajectory[r, 0])
        if counting:
            count(by_class, r, 0)
        t = 0
        while active > 0 and t < horizon:
            t += 1
            active = step(layers, params, state, stream, t)
            if kept:
                observe(state, trajectory[r, t])
            if counting:
                count(by_class, r, t)
        for later in range(t + 1, kept):  # after absorption the last row repeats
            for k in range(trajectory.shape[2]):
                trajectory[r, later, k] = trajectory[r, t, k]
        conclude(state, outcomes[r])
    return outcomes.shape[0]


@functools.cache
def _bound(model: Model, _types: tuple[Any, ...]) -> dict[str, Callable[..., Any]]:
    return {}


def run(model: Model, layers: Any, params: Any, seeds: Seeds, key: np.uint64, first: int, horizon: int,
        trajectories: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Run a block of replicates of one point on one network.

    Parameters
    ----------
    model : Model
    layers, params : NamedTuple
        As the kernels see them, see `simcore.parameters.resolve`.
    seeds : Seeds
    key : uint64
        The network's key.
    first : int
        The first replicate w on this network.
    horizon : int
        The largest time step.
    trajectories : bool
        Whether to keep the observables at every time.

    Returns
    -------
    outcomes : float64[R, len(model.outcomes)]
    trajectory : float64[R, horizon + 1, len(model.observables)]
        Empty along its second axis unless asked for.
    """
    outcomes, trajectory, _ = _run(model, layers, params, seeds, key, first, horizon, trajectories, None)
    return outcomes, trajectory


def run_by_class(model: Model, layers: Any, params: Any, seeds: Seeds, key: np.uint64, first: int, horizon: int,
                 trajectories: bool, classes: Classes) -> Counted:
    """Run a block of replicates as `run` does, and count who adopts when by class.

    Parameters are those of `run`, and the classes of the nodes.

    Returns
    -------
    outcomes, trajectory
        Those of `run`.
    adoption : int64[..., 6]
        See `simcore.engine.counting.COLUMNS`, replicates counted from 0: for each replicate a row for every class at
        t = 0 and for every class that somebody joins at a later t.

    Raises
    ------
    ModelError
        If the State of the model does not have the list of adopters that the model says.
    """
    return _run(model, layers, params, seeds, key, first, horizon, trajectories, classes)


def _run(model: Model, layers: Any, params: Any, seeds: Seeds, key: np.uint64, first: int, horizon: int,
         trajectories: bool, classes: Classes | None) -> Counted:
    replicates = seeds.begin.size
    state = model.allocate(layers, params)
    by_class: Counter = NOTHING if classes is None else counter(model, state, classes, horizon)
    outcomes = np.empty((replicates, len(model.outcomes)))
    trajectory = np.empty((replicates, (horizon + 1) * trajectories, len(model.observables)))
    arguments = (layers, params, state, seeds.nodes, seeds.begin, seeds.end, key, np.uint64(first), horizon, outcomes,
                 trajectory, by_class)
    kept = _bound(model, tuple(getattr(part, "dtype", type(part)) for part in (*params, *state)))
    if not kept:
        stream, row = Stream(key, np.uint64(first)), outcomes[0]
        kept["loop"] = bind(_simulate, {
            model.reset: (layers, params, state, seeds.nodes, stream),
            model.step: (layers, params, state, stream, horizon),
            model.observe: (state, row),
            model.conclude: (state, row),
        }, arguments)
    done, adoption = 0, []
    while True:
        done = kept["loop"](*arguments, done)
        adoption.append(by_class.written())
        if done == replicates:
            return outcomes, trajectory, np.concatenate(adoption)
