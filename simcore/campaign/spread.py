"""What seeds come to: simulated by replicates that nothing was chosen from, the same for all seeds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import engine
from simcore.intervals import mean_half
from simcore.machine import available_cores
from simcore.rng import HORIZON_LIMIT
from simcore.seeding import Friends, Random, Seeds, choose, given
from simcore.seeding.prices import candidates, keep_affordable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from simcore.model import Model
    from simcore.network.loaded import Loaded

_CHUNK = 512  # replicates that a thread takes at once


class Adoption(NamedTuple):
    """How many adopt on average.

    Attributes
    ----------
    mean : float
    low, high : float
        Its 95 % interval.
    """

    mean: float
    low: float
    high: float


class Setting(NamedTuple):
    """What a campaign takes place in, as the kernels see it.

    Attributes
    ----------
    model : Model
    loaded : Loaded
    layers, params : NamedTuple
        See `simcore.parameters.resolve`.
    key : uint64
        The network's key.
    first : int
        Replicates from here on were not used to choose anything.
    cost : float64[n]
        Of each node.
    budget : float
    """

    model: Model
    loaded: Loaded
    layers: Any
    params: Any
    key: np.uint64
    first: int
    cost: NDArray[np.float64]
    budget: float

    @property
    def uniform(self) -> bool:
        """Whether all nodes cost the same."""
        return bool(np.all(self.cost == self.cost[0]))

    @property
    def most(self) -> int:
        """How many seeds the budget buys at most."""
        return int(np.searchsorted(np.cumsum(np.sort(self.cost)), self.budget * (1.0 + 1e-12), side="right"))


def sizes(setting: Setting, seeds: Seeds) -> NDArray[np.float64]:
    """Return how many adopt in each replicate, float64[R]."""
    task = engine.Task(setting.model, setting.layers, setting.params, seeds, setting.key, setting.first,
                       HORIZON_LIMIT - 1)
    column = list(setting.model.outcomes).index("size")

    def run(begin: int) -> NDArray[np.float64]:
        part = task.part(begin, min(begin + _CHUNK, task.replicates))
        return engine.run(part, ["size"])[0][:, column]

    starts = range(0, task.replicates, _CHUNK)
    head = [run(0)]  # alone, so that nothing is compiled twice
    with ThreadPoolExecutor(available_cores()) as pool:
        return np.concatenate([*head, *pool.map(run, starts[1:])])


def adoption(values: NDArray[np.float64]) -> Adoption:
    """Return the mean of replicates and its 95 % interval, by Student's t."""
    mean = float(values.mean())
    half = mean_half(values, np.arange(values.size))
    return Adoption(mean, mean - half, mean + half)


def nodes(setting: Setting, chosen: ArrayLike, replicates: int) -> Seeds:
    """Return the same nodes as the seeds of all replicates."""
    return given(setting.loaded.network, chosen, replicates)


def drawn(setting: Setting, kind: type[Random] | type[Friends], replicates: int, budget: float) -> Seeds:
    """Return other seeds for each replicate: drawn one after the other, those who can be paid with what is left."""
    seeds = choose(kind(candidates(setting.cost, budget)), setting.loaded, setting.key, setting.first, replicates)
    keep_affordable(seeds.nodes, seeds.begin, seeds.end, setting.cost, budget)
    return seeds


class RandomSeeds:
    """How many people drawn evenly reach as many: asked in the same replicates for any number, more never reach fewer.

    Parameters
    ----------
    setting : Setting
    replicates : int
    """

    def __init__(self, setting: Setting, replicates: int) -> None:
        self._setting, self._replicates, self._known = setting, replicates, {0: 0.0}

    def reach(self, count: int) -> float:
        """Return how many adopt on average from so many."""
        if count not in self._known:
            setting = self._setting
            seeds = choose(Random(count), setting.loaded, setting.key, setting.first, self._replicates)
            self._known[count] = float(sizes(setting, seeds).mean())
        return self._known[count]

    def number(self, wanted: float) -> int:
        """Return the least number that reaches so many; all nodes if not even they do, by rounding."""
        low, high = 0, 1
        n = self._setting.loaded.network.n
        while high < n and self.reach(high) < wanted:
            low, high = high, min(2 * high, n)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.reach(middle) < wanted else (low, middle)
        return high
