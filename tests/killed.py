"""A run to be killed: what `tests.test_faults` forks again and again, its kernels ready."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from simcore import plan, processes
from simcore.keeping import open_folder
from simcore.runner import left, run
from simcore.scenario import from_data
from simcore.study import Study

if TYPE_CHECKING:
    from simcore.store import Store

SCENARIO = from_data({
    "schema": 1, "title": "to be killed", "seed": 11, "replicates": 2000, "horizon": 200,
    "network": {"kind": "poisson", "n": 2000, "mean_degree": 4.0, "count": 20},
    "model": {"name": "threshold", "threshold": 0.18}, "sweep": {"model.threshold": [0.17, 0.19]},
    "record": {"by_class": "out-degree-decile"}})
_study = Study(SCENARIO)
_study.run_block(plan.Block(0, 0, 0, 1), trajectories=False)


def opened(study: Study, folder: Path | str, *, resume: bool) -> Store:
    """Open a folder whose plan has many chunks."""
    with mock.patch.multiple(plan, CHUNK_COST=1.0, CHUNK_ROWS=100):
        return open_folder(study, Path(folder), resume=resume)


WAYS = ("threads", "forked", "executor")


def work(folder: str, way: str) -> None:
    """Run or resume by two workers."""
    study = Study(SCENARIO)
    store = opened(study, folder, resume=True)
    if way == "executor":
        run(study, store, executor=lambda: ProcessPoolExecutor(2, multiprocessing.get_context("fork")))
    else:
        with mock.patch.object(processes, "pay", return_value=way == "forked"):
            run(study, store, workers=2)


def retry(folder: str) -> None:
    """Try again what failed."""
    study = Study(SCENARIO)
    store = opened(study, folder, resume=True)
    run(study, store, todo=left(store, retry_failed=True))
