"""Runs for tests: of a small scenario, and of a slow one in a process of its own, to be stopped on its way."""

from __future__ import annotations

import subprocess
import sys
import time

from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import from_data
from simcore.store import sealed
from simcore.study import Study

BASE = {
    "schema": 1, "title": "small", "seed": 5, "replicates": 45, "horizon": 200,
    "network": {"kind": "poisson", "n": 60, "mean_degree": 3.0, "count": 7},
    "model": {"name": "threshold", "threshold": 0.25},
    "seeding": {"kind": "random", "count": 1},
    "sweep": {"model.threshold": [0.18, 0.3], "network.mean_degree": [2.0, 4.0]},
    "record": {"trajectories": True},
}


def scenario(**changes):
    return from_data(BASE | changes)


def finish(folder, scenario_, workers=1, resume=False, boundaries=None):
    study = Study(scenario_)
    store = open_folder(study, folder, resume=resume)
    if boundaries is not None:
        cut(folder, boundaries)
    run(study, store, workers=workers)
    return store


def cut(folder, boundaries):
    """Let the plan have other chunks."""
    for path in folder.glob("plan-*.json"):
        found, _ = sealed.read_json(path)
        path.write_bytes(sealed.to_json(found | {"boundaries": boundaries(found["boundaries"][-1])}))


# --- in a process of its own --------------------------------------------------------------------------------

def slow(replicates, n, count):
    """Return a scenario that takes seconds."""
    return f"""
schema = 1
title = "slow"
seed = 11
replicates = {replicates}
[network]
kind = "poisson"
n = {n}
mean_degree = 4.0
count = {count}
[model]
name = "threshold"
threshold = 0.18
"""


def begin(folder, *options, before=(), **more):
    """Begin to run the file slow.toml of a folder."""
    return subprocess.Popen([*before, sys.executable, "-m", "simcore", "run", str(folder / "slow.toml"), "--out",
                             str(folder / "out"), *options], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                            **more)


def wait_for_chunks(folder, number, process):
    while len(list((folder / "out" / "chunks").glob("*.parquet"))) < number:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
