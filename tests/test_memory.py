"""Memory of sweeps grows with their points, by a little each, and not with their replicates: counted in bytes."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from simcore import adoption, plan
from simcore.keeping import open_folder
from simcore.network.formats import FORMATS
from simcore.network.loaded import assemble
from simcore.network.read import read
from simcore.network.write import write
from simcore.runner import run
from simcore.scenario import from_data
from simcore.store import Store, ordered
from simcore.study import Study
from simcore.summary import as_json

BASE = {
    "schema": 1, "title": "many points", "seed": 1, "replicates": 1, "horizon": 100,
    "network": {"kind": "karate-club"}, "model": {"name": "sir"}, "record": {"outcomes": ["size"]},
}

IN_ANOTHER_ORDER = {"network": {"kind": "poisson", "n": 20, "mean_degree": 3.0, "count": 7}}


def sweep(points):
    return {"sweep": {"model.transmission": {"from": 0.01, "to": 0.5, "count": points // 100},
                      "model.recovery": {"from": 0.2, "to": 0.9, "count": 100}}}  # below 1: no other kernels are loaded


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


@pytest.mark.parametrize("changed", [{}, IN_ANOTHER_ORDER])  # rows are stored in the order of the digest, or in another
def test_replicates_cost_no_memory_to_run_and_a_few_bytes_for_the_digest(changed, tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "CHUNK_COST", 5e5)
    monkeypatch.setattr(ordered, "_PIECE", 2**10)
    monkeypatch.setattr(ordered, "_HELD", 2**14)

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
    assert digest < (14 if changed else 3)
    assert columns < (57 if changed else 44)


def summarised(folder, points, replicates, changed):
    """Return the most bytes that a summary of a sweep, written as JSON, takes at once."""
    study = Study(from_data(BASE | sweep(points) | changed | {"replicates": replicates}))
    store = open_folder(study, folder / f"{points} x {replicates}", resume=False)
    run(study, store)
    return min(counted(lambda: sum(map(len, as_json(store))))[0] for _ in range(2))  # Python's own grows


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(plan, "CHUNK_COST", 5e5)
    monkeypatch.setattr(ordered, "_PIECE", 2**10)
    monkeypatch.setattr(ordered, "_HELD", 2**14)
    monkeypatch.setattr(ordered, "_HELD", 2**12)
    monkeypatch.setattr(adoption, "_HELD", 2**10)


def test_a_summary_as_json_costs_little_memory_a_point(tmp_path, small_pieces):
    few, many = (summarised(tmp_path, points, 2, {}) for points in (200, 2200))
    assert (many - few) / 2000 < 1000  # of the 1500 characters that each has


@pytest.mark.parametrize(("changed", "most"), [
    ({}, 2), (IN_ANOTHER_ORDER, 14), ({"stop": {"of": "size", "half_width": 30.0, "max_replicates": 1000}}, 2),
    ({"record": {"outcomes": ["size"], "by_class": "group"}, "horizon": 5, "network": {
        "kind": "blocks", "sizes": [10, 10], "probabilities": [[0.2, 0.1], [0.1, 0.2]], "count": 1}}, 2)])
def test_a_summary_as_json_costs_next_to_no_memory_a_replicate(changed, most, tmp_path, small_pieces):
    few, many = (summarised(tmp_path, 200, replicates, changed) for replicates in (150, 350))
    assert (many - few) / (200 * 200) < most  # bytes, of the 40 that each takes in columns


ROWS = {"edges": 100_000, "csv": 100_000, "adjacency": 150_000, "matrix-market": 100_000, "graphml": 16_000,
        "gml": 18_000, "pajek": 90_000, "json": 25_000}


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("named", [False, True])
def test_a_file_of_a_megabyte_takes_less_than_six_times_its_size_to_read(kind, named, tmp_path):
    """What numpy and Python take, and from kernels that are there: text formats read by no other library."""
    if named and kind == "matrix-market":
        pytest.skip("its nodes are numbers")
    weights, n, m = FORMATS[kind].weights, ROWS[kind] // 4, ROWS[kind]
    arc = np.random.default_rng(1).choice(n * n, m, replace=False)
    ends = np.stack([arc // n, arc % n])
    used, ends = np.unique(ends[:, ends[0] != ends[1]], return_inverse=True)
    labels = sorted(f"v{k}" for k in used) if named else None
    loaded = assemble(used.size, *ends.reshape(2, -1), np.arange(ends.size // 2) % 399 / 4 + 1 if weights else None,
                      direction="source-influences-target", labels=labels)
    path, asked = tmp_path / f"it{FORMATS[kind].endings[0]}", {"weight": "weight"} if weights else {}
    write(loaded, path)

    def work():
        return read(path, direction="source-influences-target", **asked)
    assert work().network.digest() == loaded.network.digest()
    assert 1e6 < path.stat().st_size < 2.5e6
    assert counted(work)[0] < 6 * path.stat().st_size


PEAK = """
import gc, sys
from simcore.network.read import read

def status(what):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(what)) * 1024

def work(path):
    return read(path, direction="source-influences-target", weight="weight")

work(sys.argv[1])
gc.collect()
open("/proc/self/clear_refs", "w").write("5")
before = status("VmRSS")
loaded = work(sys.argv[2])
print(status("VmHWM") - before)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the peak since a moment")
@pytest.mark.parametrize("ending", [".txt.gz", ".csv"])
def test_names_and_weights_take_less_than_six_times_the_size_of_their_file_packed_or_not(ending, tmp_path):
    """What the system gives, mapped memory too, once a small file has been read."""
    for name, m in (("tiny", 20_000), ("large", 300_000)):
        arc = np.random.default_rng(1).integers((m // 3) ** 2, size=m)
        lines = [f"v{a // (m // 3)} v{a % (m // 3)} {a % 399 / 4 + 1}" for a in arc.tolist()]
        rows = "\n".join(lines)
        if ending == ".csv":
            (tmp_path / f"{name}.csv").write_text("source,target,weight\n" + rows.replace(" ", ","))
        else:
            (tmp_path / f"{name}.txt.gz").write_bytes(gzip.compress(rows.encode()))
    files = [tmp_path / f"{name}{ending}" for name in ("tiny", "large")]
    done = subprocess.run([sys.executable, "-c", PEAK, *files], capture_output=True, text=True, check=True)
    assert files[1].stat().st_size > 2e6
    assert int(done.stdout) < 6 * files[1].stat().st_size
