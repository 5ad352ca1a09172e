"""Every model gives the same bits, compiled or not, in whatever chunks, in whatever order, by however many workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib

import networkx as nx
import pyarrow
import pyarrow.parquet
import pytest

import simcore
from simcore import models, plan, runner
from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import from_data
from simcore.study import Study

PARAMETERS = {
    "axelrod": {"features": 3, "traits": 4},
    "bass": {"innovation": 0.02, "imitation": 0.4, "dt": 0.5, "advertising": 0.01},
    "complex-contagion": {"contacts": 2, "noise": 0.05},
    "deffuant": {"confidence": 0.3},
    "friedkin-johnsen": {"susceptibility": 0.8},
    "generalised-contagion": {"threshold": 1.2, "memory": 4, "exposure": 0.5, "dose_sd": 0.5, "recovery": 0.3,
                              "waning": 0.2},
    "hegselmann-krause": {"confidence": 0.2},
    "independent-cascade": {"transmission": 0.3, "advertising": 0.01,
                            "influence": {"law": "uniform", "low": 0.5, "high": 1.0}},
    "linear-threshold": {},
    "majority": {"noise": 0.05},
    "march-1991": {"socialisation": 0.4, "learning": 0.5, "turnover": 0.05, "turbulence": 0.02, "dimensions": 7},
    "q-voter": {"q": 2, "noise": 0.1},
    "seir": {"transmission": 0.2, "progression": 0.5, "recovery": 0.3},
    "si": {"transmission": 0.2},
    "sir": {"transmission": 0.2, "recovery": 0.4},
    "sir-markov": {"transmission": 0.7, "recovery": 1.0},
    "sirs": {"transmission": 0.2, "recovery": 0.4, "waning": 0.1},
    "sis": {"transmission": 0.2, "recovery": 0.4},
    "sis-markov": {"transmission": 0.3, "recovery": 1.0},
    "threshold": {"threshold": {"law": "normal", "mean": 0.2, "sd": 0.1}, "advertising": 0.01},
    "two-trends": {"transmission": 0.3, "rival": 0.4},
    "voter": {},
}
COMPANY = {
    "schema": 1, "title": "t", "seed": 3, "replicates": 2, "horizon": 12,
    "organisation": {"kind": "hierarchy", "levels": 3, "span": 3, "count": 1},
    "customers": {"kind": "ring", "n": 40},
    "model": {"name": "culture", "executive_time": 0.5, "survey": 0.2, "exit_interview": 0.5, "incentive": 0.02,
              "pay_on": "success", "misfit": 0.05, "shape": 2.0, "growth": 0.01, "guarantee": True, "priority": 0.2},
    "programme": [{"who": {"kind": "budget", "budget": 8.0, "by": "hubs"}, "from": 1, "until": 9}],
    "sweep": {"model.rule": ["enculturation", "threshold"]}}


def checksums():
    """Return, for each model, a checksum of all outcomes and trajectories of a few replicates."""
    network = nx.gnp_random_graph(30, 0.12, seed=4, directed=True)
    sums = {}
    for name, parameters in PARAMETERS.items():
        found = simcore.simulate(network, name, seeds=4, replicates=5, seed=3, horizon=25, trajectories=True,
                                 **parameters)
        columns = [*found.outcomes.values(), *found.trajectories.values()]
        sums[name] = [zlib.crc32(column.tobytes()) for column in columns]
    study = Study(from_data(COMPANY))
    for position, point in enumerate(study.scenario.points):
        found = study.run_block(plan.Block(position, 0, 0, 2), trajectories=True)
        columns = [*found.columns.values(), found.trajectory]
        sums[f"culture {point.params.rule} {position}"] = [zlib.crc32(column.tobytes()) for column in columns]
    return sums


def test_the_compiler_changes_nothing(tmp_path):
    code = "import json; from tests.test_every_model import checksums; print(json.dumps(checksums()))"
    own = {"NUMBA_DISABLE_JIT": "1", "SIMCORE_CACHE": str(tmp_path)}
    plain = subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True,
                           env=os.environ | own)
    assert json.loads(plain.stdout) == checksums()
    assert {*PARAMETERS, "culture"} == set(models.catalogue())


def study_of(name):
    where = {"network": {"kind": "poisson", "n": 40, "mean_degree": 3.0, "count": 3},
             "seeding": {"kind": "random", "count": 3}}
    if models.find(name).prepare is not None:
        where = {"organisation": {"kind": "hierarchy", "levels": 3, "span": 3, "count": 3},
                 "customers": {"kind": "ring", "n": 40}}
    return Study(from_data({"schema": 1, "title": name, "seed": 5, "replicates": 20, "horizon": 12,
                            "model": {"name": name, **PARAMETERS.get(name, {})}, "record": {"trajectories": True},
                            **where}))


@pytest.mark.parametrize("name", models.catalogue())
def test_workers_chunks_and_their_order_change_nothing(name, tmp_path, monkeypatch):
    whole = open_folder(study_of(name), tmp_path / "whole", resume=False)
    run(study_of(name), whole, workers=1)
    monkeypatch.setattr(plan, "CHUNK_ROWS", 3)
    monkeypatch.setattr(plan, "CHUNK_COST", 1.0)
    pieces = open_folder(study_of(name), tmp_path / "pieces", resume=False)
    assert len(pieces.chunks()) > len(whole.chunks())
    todo = runner.left(pieces, runner.Shard())
    run(study_of(name), pieces, workers=3, todo=todo._replace(missing=todo.missing[::-1]))
    assert pieces.digest() == whole.digest()
    assert rows(pieces) == rows(whole)


def rows(store):
    """Return the trajectories in the order of replicate and time."""
    tables = [pyarrow.parquet.read_table(path) for path in sorted((store.folder / "series").glob("*.parquet"))]
    table = pyarrow.concat_tables(tables).sort_by([("replicate", "ascending"), ("t", "ascending")])
    return [repr(column.to_pylist()) for column in table.columns]  # as text, in which NaN is NaN
