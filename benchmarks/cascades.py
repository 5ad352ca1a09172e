"""Replicates of one model on one Poisson network, each from a random seed; new ones every round."""

from __future__ import annotations

import functools
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import engine, rng
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from simcore.parameters import resolve
from simcore.seeding import Random, choose

from .harness import Case, Contestant, Work
from .limits import gather

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from simcore.model import Model
    from simcore.network.csr import Network
    from simcore.seeding import Seeds

_KEY = rng.network_key(rng.root(20020430), 0)
HORIZON = 10**6


@functools.lru_cache(maxsize=1)  # cases that follow one another may share the largest
def _network(n: int, z: float) -> Network:
    return poisson(n, z, _KEY)


class Items(NamedTuple):
    """Consecutive replicates on the network."""

    first: int
    seeds: Seeds


class Cascades:
    """What all contestants of a case are given.

    Parameters
    ----------
    model : Model
    parameters : dict
    n, z : int, float
        Nodes and mean degree of the Poisson network.
    number : int
        Replicates in a round.
    outcomes : sequence of str
        What is asked for, the size first.
    algorithm : str, optional
        The one that is to run them; otherwise the engine's choice.
    """

    def __init__(self, model: Model, parameters: dict[str, Any], n: int, z: float, number: int,
                 outcomes: Sequence[str] = ("size",), algorithm: str | None = None) -> None:
        self.model, self.parameters, self.number, self.outcomes = model, parameters, number, tuple(outcomes)
        self.key = _KEY
        self.network = _network(n, z)
        self.loaded = reported(self.network)
        self.algorithm, self.ran = algorithm, Counter[str]()

    def items(self, round_: int) -> Items:
        """Return the replicates of a round."""
        first = round_ * self.number
        return Items(first, choose(Random(), self.loaded, self.key, first, self.number))

    def task(self, items: Items) -> engine.Task:
        """Return replicates as the engine takes them."""
        params = resolve(self.model.Params, self.model.Params(**self.parameters), self.network, {},
                         rng.Stream(self.key, np.uint64(0)))
        return engine.Task(self.model, self.model.Layers(self.network), params, items.seeds, self.key, items.first,
                           HORIZON)

    def columns(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the outcomes that are asked for."""
        return rows[:, [list(self.model.outcomes).index(name) for name in self.outcomes]]

    def ours(self) -> Callable[[Items], NDArray[np.float64]]:
        def run(items: Items) -> NDArray[np.float64]:
            rows, ran = engine.run(self.task(items), self.outcomes, self.algorithm)
            self.ran.update(ran)
            return self.columns(rows)
        return run

    def plain(self, round_: int) -> Work:
        """Return the work of a round by the plain engine, which counts the arcs of everybody reached."""
        items = self.items(round_)
        everybody = engine.Classes(("all",), np.zeros(self.network.n, np.uint16), self.network)
        rows, _, counted = engine.plain.run_by_class(*self.task(items), False, everybody)
        arcs = np.bincount(counted[:, 0], counted[:, 5], len(rows))
        return Work(items, self.columns(rows), arcs)

    def case(self, name: str, title: str, work: Callable[[int], Work], *peers: Contestant,
             ours: Callable[[], Callable[[Any], Any]] | None = None, limit: float | None = None, **more: Any) -> Case:
        """Return a case of these cascades; `limit` is the fraction of the gather's speed that is to be reached."""
        return Case(name, f"{title}; Poisson network, z = {self.network.arcs / self.network.n:.2f}", "cascade",
                    self.network.n, self.network.arcs, self.outcomes, work,
                    [Contestant("simcore", ours or self.ours), *peers, gather(self.network, limit)],
                    **{"algorithm": lambda: self.ran.most_common(1)[0][0]} | more)
