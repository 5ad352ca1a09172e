"""The census of an organisation against one linear system for each seat, and the census of scenarios by command."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

import simcore as sc
from simcore import catalogue, rng
from simcore.cli import main
from simcore.errors import UsageError
from simcore.instruments import seats
from simcore.instruments.seats import COLUMNS
from simcore.scenario import build, from_data, load
from simcore.theory.culture import stationary

ORGANISATION = {
    "schema": 1, "title": "t", "seed": 3, "organisation": {"kind": "hierarchy", "levels": 4, "span": 4, "count": 1},
    "customers": {"kind": "none"}, "model": {"name": "culture", "incentive": 0.01, "decay": 0.02}}


def firm_of(**parameters):
    scenario = from_data(ORGANISATION | {"model": ORGANISATION["model"] | parameters})
    point = scenario.points[0]
    return build.build(point.network, rng.network_key(rng.root(scenario.seed), 0)), point.params


def test_seats_are_worth_what_holding_them_one_by_one_comes_to():
    firm, params = firm_of(executive_time=0.3)
    found = seats(firm, params)
    n = firm.network.n
    assert n == 85  # more than are solved for together
    free = stationary(firm.company, found.pulls)
    assert found.free == pytest.approx(free.mean())
    worth = [stationary(firm.company, found.pulls, [i]).mean() - free.mean() for i in range(n)]
    assert found.influence == pytest.approx(worth, abs=1e-12)
    assert found.influence.argmax() == 0
    columns = found.columns()
    assert columns["rank"][found.order].tolist() == list(range(1, n + 1))
    said = found.as_dict()
    assert [each["employees"] for each in said["levels"]] == [1, 4, 16, 64]
    assert sum(each["employees"] * each["influence"] for each in said["levels"]) == pytest.approx(sum(worth))
    assert all(text in str(found) for text in said["definitions"].values())


def test_nothing_decays():
    with pytest.raises(UsageError, match="everybody follows any one seat"):
        seats(*firm_of(decay=0.0, incentive=0.0))


def test_the_census_of_an_organisation_by_command(tmp_path, capsys):
    asked = ["census", "culture_contact", "--set", "organisation.levels=3", "--set", "customers.n=40"]
    assert main([*asked, "--out", str(tmp_path / "seats.csv"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    rows = list(csv.DictReader((tmp_path / "seats.csv").read_text().splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == said["employees"]
    assert np.mean([float(row["influence"]) for row in rows]) == pytest.approx(said["mean_influence"])
    assert main([*asked, "--figure", "x.svg"]) == 2
    assert "--figure is of networks" in capsys.readouterr().err
    swept = next(name for name, path in catalogue.scenarios().items() if "organisation" in path.read_text() and any(
        axis.path == "model.susceptibility" for axis in load(path).axes))
    assert main(["census", swept]) == 2
    assert "swept; say which" in capsys.readouterr().err


def test_the_census_of_a_scenario_is_that_of_its_first_network(capsys):
    sets = ["network.n=300", "network.mean_degree=4.0", "model.threshold=0.18"]
    assert main(["census", "quickstart", "--json", *(part for text in sets for part in ("--set", text))]) == 0
    said = json.loads(capsys.readouterr().out)
    scenario = load(catalogue.find("quickstart"), sets=sets)
    network = build.build(scenario.points[0].network, rng.network_key(rng.root(scenario.seed), 0))
    assert said["mean_size"] == sc.census(network, threshold=0.18).size.mean()
    assert main(["census", "quickstart"]) == 2
    assert "--set network.mean_degree=" in capsys.readouterr().err
    assert main(["census", "edges.csv", "--set", "model.threshold=0.2"]) == 2
    assert "--set is of scenarios" in capsys.readouterr().err
    assert main(["verdict", "culture_contact"]) == 2
    assert "not on an [organisation]" in capsys.readouterr().err
