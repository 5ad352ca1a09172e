"""The plain algorithm, the reference for all others: the one loop over replicates and the one loop over time."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore._jit import bind, kernel
from simcore.rng import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simcore.model import Model
    from simcore.seeding import Seeds


@kernel
def _simulate(reset, step, observe, conclude, layers, params, state, nodes, begin, end, key, first, horizon,
              outcomes, trajectory):
    """Run one replicate for each row of ``outcomes``; ``trajectory`` has as many columns as times are kept."""
    kept = trajectory.shape[1]
    for r in range(outcomes.shape[0]):
        stream = Stream(key, first + np.uint64(r))
        active = reset(layers, params, state, nodes[begin[r]:end[r]], stream)
        if kept:
            observe(state, trajectory[r, 0])
        t = 0
        while active > 0 and t < horizon:
            t += 1
            active = step(layers, params, state, stream, t)
            if kept:
                observe(state, trajectory[r, t])
        for later in range(t + 1, kept):  # after absorption the last row repeats
            for k in range(trajectory.shape[2]):
                trajectory[r, later, k] = trajectory[r, t, k]
        conclude(state, outcomes[r])


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
        As the kernels see them, see `simcore.model.resolve`.
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
    replicates = seeds.begin.size
    state = model.allocate(layers, params)
    outcomes = np.empty((replicates, len(model.outcomes)))
    trajectory = np.empty((replicates, (horizon + 1) * trajectories, len(model.observables)))
    arguments = (layers, params, state, seeds.nodes, seeds.begin, seeds.end, key, np.uint64(first), horizon, outcomes,
                 trajectory)
    kept = _bound(model, tuple(getattr(part, "dtype", type(part)) for part in (*params, *state)))
    if not kept:
        stream, row = Stream(key, np.uint64(first)), outcomes[0]
        kept["loop"] = bind(_simulate, {
            model.reset: (layers, params, state, seeds.nodes, stream),
            model.step: (layers, params, state, stream, horizon),
            model.observe: (state, row),
            model.conclude: (state, row),
        }, arguments)
    kept["loop"](*arguments)
    return outcomes, trajectory
