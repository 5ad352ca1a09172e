"""Any stored row can be run again alone, from its results folder, to the same bits: of every model, and every input."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

import simcore
from simcore import models
from simcore.keeping import stored
from simcore.scenario import from_data
from simcore.store import Store
from tests.test_every_model import PARAMETERS

REPLICATES = 70  # more than a word of lanes
NETWORK = {"network": {"kind": "poisson", "n": 40, "mean_degree": 3.0, "count": 1}, "seeding": {"kind": "random"}}
COMPANY = {"organisation": {"kind": "hierarchy", "levels": 3, "span": 3, "count": 2},
           "customers": {"kind": "poisson", "n": 40, "mean_degree": 3.0},
           "programme": [{"who": {"kind": "budget", "budget": 12, "by": "random"}, "from": 1, "until": 5}]}


def assert_replayed(folder, replicate):
    """Assert that a replicate of each point is in the folder what it is when it is run alone."""
    store = Store(folder)
    study = stored(store)
    columns = store.columns()
    hashes = sorted(study.hashes)
    rows = np.flatnonzero(columns["replicate"] == replicate)
    assert rows.size == len(hashes)
    for row in rows:
        again = study.replay(hashes[columns["point"][row]], replicate).columns
        assert set(study.scenario.outcomes) <= set(again)
        for name, values in again.items():
            assert values.dtype == columns[name].dtype, name
            assert values.tobytes() == columns[name][row].tobytes(), name


@pytest.mark.parametrize("name", models.catalogue())
def test_a_replicate_of_every_model_is_replayed(name, tmp_path):
    parameters, world = (PARAMETERS[name], NETWORK) if name in PARAMETERS else ({"start": 0.45}, COMPANY)
    scenario = from_data({"schema": 1, "title": name, "replicates": REPLICATES, "horizon": 25, **world,
                          "model": {"name": name, **parameters}})
    simcore.run(scenario, tmp_path / "out", workers=1)
    shutil.move(tmp_path / "out", tmp_path / "elsewhere")
    assert_replayed(tmp_path / "elsewhere", 41)


def test_a_network_from_a_file_that_is_gone_is_replayed(tmp_path):
    (tmp_path / "ties.csv").write_text("source,target,weight\n" + "".join(
        f"{i},{i * 7 % 40},{1 + i % 3}\n" for i in range(40)))
    (tmp_path / "seeds.txt").write_text("1\n5\n")
    (tmp_path / "own.toml").write_text(
        "schema = 1\ntitle = 'own'\nreplicates = 12\nhorizon = 20\n[network]\nkind = 'file'\npath = 'ties.csv'\n"
        "direction = 'both'\n[seeding]\nkind = 'file'\npath = 'seeds.txt'\n[model]\nname = 'sir'\ntransmission = 0.4\n"
        "recovery = 0.5\n[sweep]\n'model.recovery' = [0.3, 0.5]\n")
    simcore.run(tmp_path / "own.toml", tmp_path / "out", workers=1)
    for name in ("ties.csv", "seeds.txt", "own.toml"):
        (tmp_path / name).unlink()
    assert_replayed(tmp_path / "out", 7)
