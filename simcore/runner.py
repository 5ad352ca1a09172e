"""Runs what is missing of a study: threads over compiled code, chunk by chunk, nothing lost."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from simcore.errors import ResourceError
from simcore.machine import available_memory
from simcore.scenario.build import expected_arcs, nodes
from simcore.study import KEPT_NETWORKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.scenario import Scenario
    from simcore.store import Chunk, Store
    from simcore.study import Study


def refuse_too_large(scenario: Scenario, workers: int) -> None:
    """Raise ResourceError if a network of the scenario cannot fit into memory, before anything is made."""
    free = available_memory()
    for point in scenario.points:
        n, arcs = nodes(point.network) or 0, expected_arcs(point.network) or 0.0
        needed = workers * (48.0 * n + 10.0 * arcs) + KEPT_NETWORKS * (16.0 * n + 4.0 * arcs)
        if free is not None and needed > free:
            raise ResourceError(f"a network of {n} nodes and about {arcs:.3g} arcs needs some {needed / 2**30:.1f} GiB "
                                f"with {workers} workers, and {free / 2**30:.1f} GiB are free; use fewer --workers, or "
                                "a smaller n")


def run(study: Study, store: Store, *, workers: int = 1, algorithm: str | None = None,
        progress: Callable[[int], object] = int) -> None:
    """Compute and store every chunk that is missing.

    Parameters
    ----------
    study : Study
    store : Store
        Of this study.
    workers : int
        Number of threads; compiled code runs without the interpreter's lock.
    algorithm : str, optional
        Forces an algorithm.
    progress : callable
        Called with the number of rows of each chunk as it is stored.

    Raises
    ------
    ResourceError
        If memory or disk run out. What was finished is stored, whatever is raised.
    """
    stop = threading.Event()

    def compute(chunk: Chunk) -> Chunk:
        if not stop.is_set():
            store.write(chunk, *study.run_chunk(chunk, algorithm=algorithm, stop=stop))
        return chunk

    pool = ThreadPoolExecutor(workers, thread_name_prefix="simcore")
    left = iter(store.missing())
    running: set[Future[Chunk]] = set()
    try:
        while True:
            for chunk in left:
                running.add(pool.submit(compute, chunk))
                if len(running) >= 2 * workers:
                    break
            if not running:
                return
            done, running = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                chunk = future.result()
                progress(chunk.stop - chunk.first)
    except MemoryError as error:
        raise ResourceError("memory does not suffice for this network; use fewer --workers, or a smaller n") from error
    finally:
        stop.set()  # so that a thread at work gives up at the end of its block
        for future in running:
            future.cancel()
        pool.shutdown(wait=True)
