"""`simcore cite`: everything to cite, each work once, and nothing unknown in what comes with simcore."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

import simcore
from simcore import catalogue, citations, cli, models
from simcore.scenario import from_data, load
from simcore.scenario.schema import NETWORKS, SEEDINGS

REFERENCES = tomllib.loads((Path(simcore.__file__).parent / "references.toml").read_text())
DATA = {"schema": 1, "title": "t", "network": {"kind": "ring", "n": 5}, "model": {"name": "voter"}}


def of(data):
    return {work.of: work for work in citations.cite(from_data(data))}


def test_whose_work_a_scenario_rests_on():
    found = citations.cite(load(catalogue.find("watts_dodds2007_influentials")))
    assert [work.of for work in found] == ["scenario, network influence", "model threshold, theory", "network poisson",
                                           "theory", "theory", "software"]
    assert found[0].doi == "10.1086/518527"
    assert str(found[1]) == ("Watts, D. J. (2002). A simple model of global cascades on random networks. PNAS, 99, "
                             "5766-5771. https://doi.org/10.1073/pnas.082090499")


def test_theory_is_cited_only_where_it_speaks():
    assert set(of(DATA)) == {"model voter", "software"}
    thresholds = {**DATA, "network": {"kind": "karate-club"}, "model": {"name": "threshold", "threshold": 0.2}}
    assert set(of(thresholds)) == {"model threshold", "network karate-club", "software"}


def test_ways_to_choose_seeds_are_cited():
    ranked = {**DATA, "seeding": {"kind": "top", "by": "pagerank"}}
    assert "Brin" in of(ranked)["seeding pagerank"].text


def test_expected_values_are_cited():
    found = of({**DATA, "expect": [{"of": "size", "value": 1, "source": "somebody, doi:10.1234/567"},
                                   {"of": "size", "value": 1, "source": "by hand"},
                                   {"of": "size", "value": 1, "source": "again, doi:10.1234/567"}]})
    assert [work for work in found if work.startswith("expected")] == ["expected values"]
    works = citations.cite(from_data({**DATA, "expect": [{"of": "size", "value": 1, "source": "x, doi:10.1234/567"},
                                                         {"of": "size", "value": 1, "source": "by hand"}]}))
    assert [str(work) for work in works if work.of == "expected values"] == [
        "A work with this DOI: https://doi.org/10.1234/567", "by hand."]


def test_files_have_a_source_of_their_own(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('schema = 1\ntitle = "t"\n[network]\nkind = "file"\npath = "edges.csv"\ndirection = "both"\n'
                    '[model]\nname = "voter"\n')
    assert "The source of edges.csv, which its file does not tell." in {
        work.text for work in citations.cite(load(path))}


def test_the_software_is_cited_as_it_asks_for():
    work = citations.software()
    assert work.text.startswith("The simcore developers (20")
    assert work.text.endswith(f"Version {simcore.__version__}.")


@pytest.mark.parametrize("name", sorted(models.catalogue()))
def test_every_model_is_known(name):
    assert models.find(name).doi in REFERENCES["works"]


@pytest.mark.parametrize("name", sorted(catalogue.scenarios()))
def test_every_scenario_is_known(name):
    doi = tomllib.loads(catalogue.find(name).read_text()).get("doi")
    assert doi is None or doi in REFERENCES["works"]


def test_the_references_are_of_what_there_is():
    assert set(REFERENCES) == {"works", "networks", "seeding", "theory"}
    assert set(REFERENCES["networks"]) <= set(NETWORKS)
    assert set(REFERENCES["theory"]) <= set(models.catalogue())
    cited = {key for part in ("networks", "seeding", "theory") for keys in REFERENCES[part].values() for key in keys}
    assert cited <= set(REFERENCES["works"])
    assert SEEDINGS


def test_the_command(capsys):
    assert cli.main(["cite", "quickstart"]) == 0
    text = capsys.readouterr().out
    assert "model threshold, theory:\n    Watts, D. J. (2002)." in text
    assert text.endswith("Version 0.1.0.\n")
    assert cli.main(["cite", "quickstart", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [sorted(work) for work in found] == [["doi", "of", "text"]] * len(found)
    assert cli.main(["cite", "quickstrat"]) == 2
    assert "did you mean 'quickstart'" in capsys.readouterr().err
