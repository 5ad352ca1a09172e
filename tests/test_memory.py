"""Memory of sweeps grows with their points, by a little each, and not with their replicates: counted in bytes."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from simcore import plan
from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import from_data
from simcore.store import Store, ordered
from simcore.study import Study
from simcore.summary import as_json

BASE = {
    "schema": 1, "title": "many points", "seed": 1, "replicates": 1, "horizon": 100,
    "network": {"kind": "karate-club"}, "model": {"name": "sir"}, "record": {"outcomes": ["size"]},
}


def sweep(points):
    return {"sweep": {"model.transmission": {"from": 0.01, "to": 0.5, "count": points // 100},
                      "model.recovery": {"from": 0.2, "to": 1.0, "count": 100}}}


def counted(work):
    """Return the most bytes that were held at once, and those that still are."""
    tracemalloc.start()
    try:
        held = work()
        now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del held
    return np.array([most, now])


def test_points_cost_little_memory_each(tmp_path):
    def work(points):
        study = Study(from_data(BASE | sweep(points)))
        return study, open_folder(study, tmp_path / str(points), resume=False)
    work(200)  # imports, and code that is compiled
    few, many = 2000, 12_000
    most, now = (counted(lambda: work(many)) - counted(lambda: work(few))) / (many - few)
    assert now < 1500
    assert most < 2000


@pytest.mark.parametrize("networks", [None, 7])  # rows are stored in the order of the digest, or in another
def test_replicates_cost_no_memory_to_run_and_a_few_bytes_for_the_digest(networks, tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "CHUNK_COST", 5e5)
    monkeypatch.setattr(ordered, "_PIECE", 2**10)
    changed = {} if networks is None else {"network": {"kind": "poisson", "n": 20, "mean_degree": 3.0,
                                                       "count": networks}}

    def work(replicates):
        study = Study(from_data(BASE | sweep(200) | changed | {"replicates": replicates}))
        store = open_folder(study, tmp_path / str(replicates), resume=False)
        ran = counted(lambda: run(study, store))
        digest, columns = (min(counted(getattr(Store(store.folder), name))[0] for _ in range(2))  # Python's own grows
                           for name in ("digest", "columns"))
        return np.array([ran[0], digest, columns])
    work(1)
    few, many = 50, 550
    run_, digest, columns = (work(many) - work(few)) / ((many - few) * 200)
    assert run_ < 4  # of the 40 that each takes on disk
    assert digest < (3 if networks is None else 14)
    assert columns < (44 if networks is None else 57)


def test_a_summary_as_json_costs_little_memory_a_point_and_none_a_replicate(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "CHUNK_COST", 5e5)
    monkeypatch.setattr(ordered, "_PIECE", 2**10)

    def work(points, replicates):
        study = Study(from_data(BASE | sweep(points) | {"replicates": replicates}))
        store = open_folder(study, tmp_path / f"{points} x {replicates}", resume=False)
        run(study, store)
        return min(counted(lambda: sum(map(len, as_json(store))))[0] for _ in range(2))  # Python's own grows
    work(200, 1)
    assert (work(2200, 2) - work(200, 2)) / 2000 < 1000  # of the 1500 characters that each has
    assert (work(200, 550) - work(200, 50)) / (500 * 200) < 2  # of the 40 that each takes in columns
