"""Whole experiments, from scenario to results folder: Watts's Figure 1, and what a second worker is worth."""

from __future__ import annotations

import contextlib
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore import api, catalogue, rng
from simcore.network.poisson import poisson

from .harness import Case, Contestant, Work
from .limits import gather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simcore.api import Results


class Experiment:
    """A scenario on Poisson networks that is run again and again, each time into a folder of its own."""

    def __init__(self, name: str, *sets: str) -> None:
        self.file, self.sets = catalogue.find(name), sets
        with self._run(1) as results:
            rows, ran = results.to_arrow(), results.store.algorithms()
            self.algorithm = max(ran, key=lambda name: ran[name])
            size, z = rows["size"].to_numpy(), rows["network.mean_degree"].to_numpy()
            self.digest, self.replicates, self.arcs = _digits(results), len(size), int((size * z).sum())

    @contextlib.contextmanager
    def _run(self, workers: int) -> Iterator[Results]:
        with tempfile.TemporaryDirectory(prefix="simcore-bench-") as folder:
            yield api.run(self.file, Path(folder, "out"), workers=workers, sets=self.sets)

    def with_workers(self, workers: int) -> Callable[[Sequence[Any]], list[tuple[int]]]:
        """Return what runs it, and gives the first digits of its digest."""
        def run(items: Sequence[Any]) -> list[tuple[int]]:
            found = []
            for _ in items:
                with self._run(workers) as results:
                    found.append((_digits(results),))
            return found
        return run

    def work(self, _: int) -> Work:
        """Return what is to be done: all of it, once, and about how many arcs leave who adopts."""
        return Work([self.file], np.array([(self.digest,)]), np.array([self.arcs]))

    def case(self, name: str, title: str, n: int, *peers: Contestant, **more: Any) -> Case:
        """Return a case of it, with two workers."""
        network = poisson(n, 4.0, rng.network_key(rng.root(1), 0))
        return Case(name, f"{title}, {self.replicates:,} replicates, two workers", "run", n, 0, ("digest",),
                    self.work, [Contestant("simcore", lambda: self.with_workers(2)), *peers, gather(network)],
                    algorithm=lambda: self.algorithm, **more)


def _digits(results: Results) -> int:
    return int(results.digest[:12], 16)


def watts_figure_1(*sets: str, n: int = 10_000) -> Case:
    """Return the case of the cascade window: 16 thresholds, 29 mean degrees, 100 networks each."""
    experiment = Experiment("watts2002_cascade_window", f"network.n={n}", *sets)
    return experiment.case("watts-figure-1", "Watts (2002), Figure 1", n, seconds=10.0, networks=2900)


def two_workers(*sets: str, n: int = 10_000) -> Case:
    """Return the case of a second worker against one alone."""
    experiment = Experiment("watts2002_window_cut", f"network.n={n}", *sets)
    one = Contestant("one worker", lambda: experiment.with_workers(1), at_least=1.85)
    return experiment.case("workers-2", "Watts (2002), Figure 2", n, one, networks=3600)


CASES: dict[str, Callable[[], Case]] = {
    "watts-figure-1": watts_figure_1, "workers-2": partial(two_workers, "replicates=4000")}
