"""Golden digests: each scenario of the catalogue, small. A change is an event, listed in CHANGELOG.md."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from simcore import catalogue
from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import load
from simcore.study import Study

GOLDEN = Path(__file__).parent / "golden" / "digests.json"
SIZES = {"network.n": "300", "network.count": "3", "organisation.levels": "4", "organisation.span": "4",
         "organisation.count": "2", "customers.n": "210"}
LARGER = {"goel2016_virality": "2500", "watts_dodds2007_hyperinfluentials": "6000",
          "watts_peretti2007_big_seed": "2000"}  # whose degrees or seeds are more than a small network has


def small(path):
    """Return the scenario with fewer replicates and nodes, where it has them."""
    data = tomllib.loads(path.read_text())
    known = {f"{table}.{key}" for table in ("network", "organisation", "customers") for key in data.get(table, {})}
    known |= set(data.get("sweep", {}))
    if "organisation" in data:
        known |= {"organisation.levels", "organisation.span", "organisation.count"}
    sizes = SIZES | ({"network.n": LARGER[path.stem]} if path.stem in LARGER else {})
    return load(path, sets=["replicates=12", *(f"{key}={value}" for key, value in sizes.items() if key in known)])


def digest(path, folder):
    study = Study(small(path))
    store = open_folder(study, folder, resume=False)
    run(study, store, workers=2)
    return store.digest()


def test_every_scenario_has_a_golden_digest_and_no_other_has():
    assert set(json.loads(GOLDEN.read_text())) == set(catalogue.scenarios())
    assert len(catalogue.scenarios()) >= 5


@pytest.mark.parametrize("name", sorted(catalogue.scenarios()))
def test_digest_is_golden(name, tmp_path, request):
    found = digest(catalogue.scenarios()[name], tmp_path / "out")
    if request.config.getoption("--update-golden"):
        golden = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
        GOLDEN.write_text(json.dumps(golden | {name: found}, indent=1, sort_keys=True) + "\n")
    assert found == json.loads(GOLDEN.read_text())[name]
