"""Whole experiments, from scenario to results folder: Watts's Figure 1, and what a second worker is worth."""

from __future__ import annotations

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
    from collections.abc import Callable, Sequence


class Experiment:
    """A scenario on Poisson networks that is run again and again, each time into a folder of its own."""

    def __init__(self, name: str, *sets: str) -> None:
        self.file, self.sets, self.algorithm = catalogue.find(name), sets, ""
        self.digest, self.replicates, self.sizes, self.arcs = self._run(1)

    def _run(self, workers: int) -> tuple[int, int, int, int]:
        """Run it; return the digest's first digits, replicates, adopters, and about how many arcs leave these."""
        with tempfile.TemporaryDirectory(prefix="simcore-bench-") as folder:
            results = api.run(self.file, Path(folder, "out"), workers=workers, sets=self.sets)
            rows, ran = results.to_arrow(), results.store.algorithms()
            self.algorithm = max(ran, key=lambda name: ran[name])
            size, z = rows["size"].to_numpy(), rows["network.mean_degree"].to_numpy()
            return int(results.digest[:12], 16), len(size), int(size.sum()), int((size * z).sum())

    def with_workers(self, workers: int) -> Callable[[Sequence[Any]], list[tuple[int, int]]]:
        """Return what runs it, and gives digest and adopters."""
        return lambda items: [self._run(workers)[:3:2] for _ in items]

    def work(self, _: int) -> Work:
        return Work([self.file], np.array([(self.digest, self.sizes)]), np.array([self.arcs]))

    def case(self, name: str, title: str, n: int, *peers: Contestant, **more: Any) -> Case:
        """Return a case of it, with two workers."""
        network = poisson(n, 4.0, rng.network_key(rng.root(1), 0))
        return Case(name, f"{title}, {self.replicates:,} replicates, two workers", "run", n, 0, ("digest", "size"),
                    self.work, [Contestant("simcore", lambda: self.with_workers(2)), *peers, gather(network)],
                    algorithm=lambda: self.algorithm, **more)


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
