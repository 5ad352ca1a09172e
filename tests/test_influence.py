"""Whom to seed under a budget: what is chosen, what it is said to reach, and what is refused."""

from __future__ import annotations

import json
import math

import networkx as nx
import numpy as np
import pytest

import simcore as sc
from simcore.campaign.costs import costs
from simcore.cli import main
from simcore.errors import SimcoreError
from simcore.figures import spread
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from simcore.rng import network_key, root
from simcore.theory import star_spread
from tests.naive import maximisation as naive

KARATE = nx.karate_club_graph()
POISSON = poisson(1000, 4.0, network_key(root(1), 0))


def star(leaves=50, others=20):
    graph = nx.star_graph(leaves)
    graph.add_nodes_from(range(leaves + 1, leaves + 1 + others))
    return graph


def test_the_centre_of_a_star_is_worth_as_many_random_people_as_it_reaches():
    found = sc.influence(star(), budget=1, transmission=0.3, strategies=["opim-c", "celf", "out-degree", "random"],
                         replicates=4000, seed=3)
    by_name = {row.strategy: row for row in found.rows}
    for name in ("opim-c", "celf", "out-degree"):
        row = by_name[name]
        assert row.seeds == [0]
        assert row.adoption.low - 0.1 < star_spread(50, 0.3, from_centre=True) < row.adoption.high + 0.1
        assert row.random_seeds[1] <= row.random_seeds[0] <= row.random_seeds[2]
        assert row.per_cost == row.adoption.mean
    leaf, centre = star_spread(50, 0.3, from_centre=False), star_spread(50, 0.3, from_centre=True)
    expected = (50 * leaf + centre + 20) / 71
    assert abs(by_name["random"].adoption.mean - expected) < 4 * 7 / math.sqrt(4000)
    assert by_name["random"].random_seeds == (1, 1, 1)
    assert found.best.adoption.mean == max(row.adoption.mean for row in found.rows)
    certified = by_name["opim-c"].certified
    assert certified.at_least <= 16.0 <= certified.at_most
    assert certified.ratio >= 1 - 1 / math.e - 0.05


def test_as_many_random_seeds_is_the_least_number_that_reaches_as_much():
    arguments = {"budget": 5, "transmission": 0.2, "replicates": 1000, "strategies": ["out-degree"]}
    row, = sc.influence(reported(POISSON), **arguments).rows
    number = row.random_seeds[0]
    reach = [sc.influence(reported(POISSON), **arguments | {"budget": k, "strategies": ["random"]}).best.adoption.mean
             for k in (number - 1, number)]
    assert reach[0] < row.adoption.mean <= reach[1]


def test_costs_per_contact_favour_ordinary_people():
    asked = {"budget": 60, "transmission": "weighted-cascade", "strategies": ["opim-c", "celf", "out-degree", "random"],
             "replicates": 1000}
    found = sc.influence(reported(POISSON), cost="0.5+k", **asked)
    for row in found.rows:
        assert row.cost <= 60 + 1e-9
        assert row.per_cost == row.adoption.mean / row.cost
        if row.seeds:
            assert row.cost == pytest.approx(sum(0.5 + POISSON.out_degree[i] for i in row.seeds))
    assert [row.strategy for row in found.rows][-1] == "out-degree"
    assert found.rows[0].adoption.low > found.rows[-1].adoption.high
    assert "40.5 %" in found.guarantee
    assert sc.influence(reported(POISSON), cost="1e6+k", **asked | {"budget": 2.1e6}).best.number == 2


def test_costs_of_a_column():
    graph = nx.path_graph(4)
    nx.set_node_attributes(graph, {0: 1.0, 1: 2.0, 2: 4.0, 3: 8.0}, "price")
    loaded = sc.from_networkx(graph)
    assert costs(loaded, "price").tolist() == [1, 2, 4, 8]
    assert costs(loaded, "unit").tolist() == [1] * 4
    assert costs(loaded, "1.5 + .5*k").tolist() == costs(loaded, "1.5+.5k").tolist() == [2, 2.5, 2.5, 2]
    found = sc.influence(loaded, budget=3, cost="price", transmission=0.0, strategies=["celf", "out-degree"],
                         replicates=10)
    assert [(row.seeds, row.cost, row.adoption.mean) for row in found.rows] == [([0, 1], 3, 2), ([1, 0], 3, 2)]


def test_fixed_thresholds_have_no_guarantee_and_say_so():
    found = sc.influence(KARATE, "threshold", threshold=0.3, budget=2, replicates=50)
    assert "The guarantee of 1 - 1/e does not hold" in found.guarantee
    assert "does not hold" in repr(found)
    names = [row.strategy for row in found.rows]
    assert {"greedy", "degree-targeting", "random"} <= set(names)
    assert not {"opim-c", "celf"} & set(names)
    greedy = found.rows[names.index("greedy")]
    need = [math.ceil(0.3 * KARATE.degree[i] - 1e-9) for i in KARATE]
    arcs = [(i, j, 1) for i, j in nx.DiGraph(KARATE).edges]
    assert greedy.adoption.mean == greedy.adoption.low == len(naive.fixed_cascade(arcs, need, greedy.seeds))
    own = sc.influence(KARATE, "threshold", threshold={"law": "uniform", "low": 0.1, "high": 0.5}, budget=2,
                       replicates=50)
    assert "degree-targeting" not in [row.strategy for row in own.rows]  # whose theory knows one threshold only


def test_linear_thresholds_on_a_chain_are_exact():
    chain = nx.DiGraph([(0, 1), (1, 2), (2, 3), (9, 2)])
    found = sc.influence(chain, "linear-threshold", budget=1, strategies=["celf", "opim-c"], replicates=4000)
    for row in found.rows:
        assert row.seeds == [0]
        assert abs(row.adoption.mean - 3) < 4 / math.sqrt(4000)  # itself, 1, and 2 and 3 with probability 1/2


def test_directed_networks_have_the_theory_of_degree_targeting_too():
    graph = nx.gnp_random_graph(300, 0.01, seed=2, directed=True)
    found = sc.influence(graph, "threshold", threshold=0.3, budget=20, strategies=["degree-targeting", "out-degree"],
                         replicates=10)
    assert "theory expects" in repr(found)
    top = next(row for row in found.rows if row.strategy == "out-degree")
    assert top.number == 20


def test_imm_is_there_on_request_and_the_result_is_one_of_its_seed():
    first, second, other = (sc.influence(reported(POISSON), budget=3, transmission=0.1, strategies=["imm", "opim-c"],
                                         epsilon=0.3, replicates=1000, seed=seed).as_dict() for seed in (0, 0, 1))
    assert first == second != other
    imm = next(row for row in first["strategies"] if row["strategy"] == "imm")
    assert imm["certified"]["ratio"] > 1 - 1 / math.e - 0.3
    assert imm["adoption"]["mean"] <= imm["certified"]["best_at_most"]


@pytest.mark.parametrize(("arguments", "message"), [
    ({"model": "thresholds"}, "did you mean 'threshold'"),
    ({"model": "sir"}, "model: must be one of"),
    ({"budget": 0}, "budget: must be above 0"),
    ({"budget": 0.5}, "does not pay for a single seed, the cheapest of which costs 1"),
    ({"epsilon": 0.9, "delta": 2}, "epsilon: must be above 0 and below 0.4 (got 0.9); delta: must be"),
    ({"replicates": 1}, "replicates: must be a whole number from 2"),
    ({"worlds": 1.5}, "worlds: must be a whole number"),
    ({"cost": "units"}, "did you mean 'unit'"),
    ({"cost": "0+k"}, ""),
    ({"strategies": ["celff"]}, "did you mean 'celf'"),
    ({"strategies": ["greedy"]}, "'greedy' is not for independent-cascade"),
    ({"strategies": ["imm"], "cost": "1+k"}, "strategy 'imm' is for seeds that all cost the same"),
    ({"transmission": 2.0}, "transmission: must be"),
    ({"transmission": 0.1, "advertising": 0.1}, "advertising: whom it wins is no seed's work"),
    ({"transmision": 0.1}, "did you mean 'transmission'"),
    ({"influence": {"attribute": "age"}}, "influence:"),
])
def test_what_cannot_be_is_refused(arguments, message):
    if arguments == {"cost": "0+k"}:
        graph, message = star(), "every node must cost more than 0, and 20 do not: node 51 costs 0"
    else:
        graph = KARATE
    with pytest.raises(SimcoreError) as caught:
        sc.influence(graph, **{"budget": 2, "transmission": 0.1} | arguments)
    assert message in str(caught.value)


def test_an_empty_network_is_refused():
    with pytest.raises(SimcoreError, match="has no nodes"):
        sc.influence(nx.Graph(), budget=1, transmission=0.1)


def test_a_network_of_one_node():
    found = sc.influence(nx.empty_graph(1), budget=1, transmission=0.1, strategies=["opim-c", "imm", "celf", "random"],
                         replicates=10)
    assert [row.adoption.mean for row in found.rows] == [1.0] * 4


def test_the_figure_shows_every_strategy_over_budgets():
    found = sc.influence(KARATE, budget=4, transmission=0.1, strategies=["celf", "out-degree", "random"], steps=9,
                         replicates=200)
    assert [row["budget"] for row in found.curve] == [1, 2, 3, 4] * 3
    for of_strategy in np.array([row["adoption"] for row in found.curve]).reshape(3, 4):
        assert (np.diff(of_strategy) > 0).all()
    assert len(spread.spread(found.as_dict()).containers) == 3
    figure, rows = spread.drawn(found.as_dict(), "karate")
    assert rows == found.curve
    assert figure.axes[0].get_ylim()[0] == 0


@pytest.fixture
def edges(tmp_path):
    path = tmp_path / "edges.csv"
    path.write_text("source,target\n" + "".join(f"{i},{j}\n" for i, j in KARATE.edges))
    return str(path)


def test_the_command_prints_a_table_or_json_and_writes_seeds_and_a_figure(edges, tmp_path, capsys):
    words = ["influence", edges, "--direction", "both", "--transmission", "0.1", "--budget", "2", "--replicates", "200"]
    assert main([*words, "--out", str(tmp_path / "seeds.csv"), "--figure", str(tmp_path / "spread.svg")]) == 0
    printed = capsys.readouterr().out
    for word in ("celf", "opim-c", "certified to reach at least", "as many random seeds", "95 % interval"):
        assert word in printed
    rows = (tmp_path / "seeds.csv").read_text().splitlines()
    assert rows[0] == "strategy,rank,node"
    assert "celf,1,33" in rows
    assert (tmp_path / "spread.svg").exists()
    assert main([*words, "--json", "--strategy", "celf", "--strategy", "random"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {row["strategy"] for row in data["strategies"]} == {"celf", "random"}
    same = sc.influence(sc.read_network(edges, direction="both"), budget=2, transmission=0.1, replicates=200,
                        strategies=["celf", "random"])
    assert data == same.as_dict()


@pytest.mark.parametrize(("words", "message"), [
    (["--transmission", "weighted-cascade", "--set", "influence"], "--set takes key=value"),
    (["--transmission", "weighted"], "transmission: must be"),
    (["--transmission", "0.1", "--out", "/nowhere/seeds.csv"], "/nowhere/seeds.csv: cannot be written"),
    ([], "transmission: is missing"),
])
def test_the_command_refuses_what_cannot_be(edges, words, message, capsys):
    assert main(["influence", edges, "--direction", "both", "--budget", "2", "--replicates", "20", "--strategy",
                 "out-degree", *words]) == 2
    assert message in capsys.readouterr().err


def test_the_command_takes_other_parameters_and_models(edges, capsys):
    assert main(["influence", edges, "--direction", "both", "--budget", "2", "--replicates", "20", "--model",
                 "threshold", "--threshold", "2", "--set", "absolute=true", "--strategy", "greedy", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["model"] == "threshold"
