"""Definitions stand in one place, in docs/measures.md word for word, and beside every result that they are about."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pytest

import simcore as sc
from simcore import definitions
from simcore.cli import main
from simcore.scenario import from_data

PAGE = (Path(__file__).parent.parent / "docs" / "measures.md").read_text("utf-8")
BASE = {"schema": 1, "title": "t", "replicates": 20, "network": {"kind": "poisson", "n": 60, "mean_degree": 3.0},
        "model": {"name": "threshold", "threshold": 0.18}}
EVERY = definitions.definitions(["global", "cascade size", "vulnerable", "pool", "influential", "ties", "cost", "M",
                                 "M by size", "D", "M/D", "M per unit of cost", "seeds", "pays from",
                                 "influence of a seat", "linear rule", "theory", "by ordinary"])


def test_the_page_has_every_definition_word_for_word():
    written = PAGE.partition("| word | meaning |")[2].splitlines()[2:]
    assert written[:len(EVERY)] == [f"| {name} | {text} |" for name, text in EVERY.items()]
    assert not written[len(EVERY)]
    with pytest.raises(KeyError):
        definitions.definitions(["local"])


def of(**changes):
    return definitions.of_scenario(from_data(BASE | changes).resolved(), compared=True)


def test_definitions_are_those_of_the_scenario():
    assert of() == {name: EVERY[name] for name in (*definitions.STARTED, *definitions.COMPARED)}
    found = of(seeding={"kind": "influential", "top": 0.05, "by": "k-core"}, summary={"global_share": 0.25},
               immune={"kind": "random", "share": 0.1})
    assert found["global"] == "a cascade that takes 25 % of all nodes or more"
    assert found["influential"] == ("the first 5 % of all nodes who are not immune by k-core; ordinary people are the "
                                    "rest")
    assert "but of voters" in found["theory"]
    swept = of(seeding={"kind": "influential"}, sweep={"seeding.top": [0.1, 0.2], "seeding.degree": ["in", "out"]})
    assert swept["influential"].startswith("the first share that is swept of all nodes by what is swept;")
    assert definitions.of_scenario({"organisation": {}}, compared=True) == {}
    named = {"seeding": {"kind": "given", "nodes": [0]}, "summary": {"global_share": 0.1}}  # nobody is drawn or ranked
    assert [*definitions.of_scenario(named, compared=False)] == ["global"]


def test_every_instrument_says_what_it_means():
    graph = nx.karate_club_graph()
    found = {"census": sc.census(graph, threshold=0.3, global_share=0.2),
             "influence": sc.influence(graph, budget=9, cost="1+2k", transmission=0.1, replicates=20,
                                       strategies=["out-degree", "random"]),
             "verdict": sc.verdict(graph, threshold=0.3, samples=16, top=0.2)}
    names = {"census": ["global", "cascade size", "vulnerable", "ties"], "influence": ["pool", "ties", "cost"],
             "verdict": ["global", "pool", "ties", "influential", "M", "M by size", "D", "M/D", "by ordinary", "seeds",
                         "pays from", "cost"]}
    for name, one in found.items():
        told = one.as_dict()["definitions"]
        assert list(told) == names[name]
        assert all(text in str(one) for text in told.values())
    assert "20 % of all nodes" in found["census"].definitions["global"]
    assert found["influence"].definitions["cost"] == "of a seed: 1+2k, k being its contacts"
    assert "the first 20 %" in found["verdict"].definitions["influential"]


def test_runs_say_what_they_mean(tmp_path, capsys):
    path = tmp_path / "s.toml"
    path.write_text('schema = 1\ntitle = "t"\nreplicates = 20\n[network]\nkind = "poisson"\nn = 60\nmean_degree = 3.0\n'
                    '[model]\nname = "threshold"\nthreshold = 0.18\n'
                    '[sweep]\n"seeding.kind" = ["random", "influential"]\n')
    assert main(["run", str(path), "--out", str(tmp_path / "out"), "--no-figures"]) == 0
    said = capsys.readouterr().out
    assert all(EVERY[name] in said for name in ("global", "pool", "ties", "influential", "M", "D", "M/D"))
    assert main(["summary", str(tmp_path / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["definitions"]["M"] == EVERY["M"]
    assert main(["report", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Meant by M/D" in page
    assert EVERY["M/D"] in page
