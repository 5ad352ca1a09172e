"""Whom a budget buys, and what seeds cost: against plain Python, in scenarios, and in campaigns."""

from __future__ import annotations

import dataclasses
import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import seeding
from simcore.errors import ScenarioError, UsageError
from simcore.figures import Results, gains, iso_curves
from simcore.keeping import open_folder
from simcore.network.adapters import as_loaded
from simcore.plan import Block
from simcore.predictions import predict
from simcore.runner import run
from simcore.scenario import from_data, load
from simcore.seeding import Bought, Price
from simcore.seeding.prices import candidates
from simcore.study import Study
from tests.naive.philox import SEED, below, bits64, c3

GRAPH = nx.barabasi_albert_graph(60, 2, seed=4)
LOADED = dataclasses.replace(as_loaded(GRAPH), columns={"price": np.arange(60) % 7 + 0.5})
prices = st.one_of(st.builds(Price, st.floats(0, 5), st.sampled_from([0.0, 0.5, 2.0]), st.none()),
                   st.just(Price(attribute="price")))


def price_of(node, price):
    """Return what a node costs, from the rule."""
    if price.attribute:
        return float(LOADED.columns["price"][node])
    return price.acquisition + price.contact * GRAPH.degree[node]


def bought(order, price, budget):
    """Return the next of an order who can be paid with what is left."""
    left, out = budget * (1 + 1e-12), []
    for node in order:
        if price_of(node, price) <= left:
            left -= price_of(node, price)
            out.append(node)
    return out


def rows(found):
    return [found.nodes[begin:end].tolist() for begin, end in zip(found.begin, found.end, strict=True)]


@given(prices, st.floats(0, 80), st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_random_people_are_bought_in_the_order_in_which_they_are_drawn(price, budget, first):
    key = np.uint64(17)
    found = rows(seeding.choose(Bought(seeding.Random(0), budget, price), LOADED, key, first, 4))
    number = candidates(np.array([price_of(node, price) for node in range(60)]), budget)
    for r, seeds in enumerate(found):
        order, a = [], 0
        while len(order) < number:
            node = below(bits64(int(key), a, 0, first + r, c3(SEED)), 60)
            order += [node] if node not in order else []
            a += 1
        assert seeds == bought(order, price, budget)


@given(prices, st.floats(0, 80), st.sets(st.integers(0, 59)))
@settings(max_examples=60, deadline=None)
def test_the_best_are_bought_from_all_of_the_ranking(price, budget, immune):
    key = np.uint64(5)
    ranked = [node for node in seeding.order(LOADED, seeding.Ranking(), key, 60).tolist() if node not in immune]
    found = seeding.choose(Bought(seeding.Top(0), budget, price), LOADED, key, 0, 3,
                           immune=np.array(sorted(immune), np.uint32))
    assert rows(found) == [bought(ranked, price, budget)] * 3


OTHERS = [seeding.Share(0, top=0.5), seeding.Share(0, False), seeding.Friends(0), seeding.Neighbourhood(0),
          seeding.Group(0), seeding.Maximised(0)]


@pytest.mark.parametrize("strategy", OTHERS)
def test_no_strategy_spends_more_than_its_budget_nor_leaves_much(strategy):
    price, dearest = Price(1.0, 0.5), 1.0 + 0.5 * max(degree for _, degree in GRAPH.degree)
    found = rows(seeding.choose(Bought(strategy, 20.0, price), LOADED, np.uint64(5), 0, 50))
    costs = [sum(price_of(node, price) for node in seeds) for seeds in found]
    assert all(20.0 - dearest < cost <= 20.0 + 1e-9 for cost in costs)
    assert all(len(set(seeds)) == len(seeds) for seeds in found)


def test_at_a_cost_of_one_a_budget_is_a_number():
    for strategy in (seeding.Random(7), seeding.Top(7), seeding.Friends(7)):
        key = np.uint64(2)
        assert rows(seeding.choose(Bought(strategy._replace(number=0), 7.0), LOADED, key, 0, 9)) == rows(
            seeding.choose(strategy, LOADED, key, 0, 9))


def test_so_many_are_drawn_that_the_budget_is_spent():
    assert candidates(np.ones(100), 30.0) == 30
    assert candidates(np.full(100, 0.1), 0.3) == 3
    assert candidates(np.ones(100), 1e9) == candidates(np.zeros(100), 1.0) == 100
    assert candidates(np.array([1.0, 3.0] * 5000), 200.0) == math.ceil(100 + 100 + 10)
    assert candidates(np.empty(0), 1.0) == 0


BASE = {"schema": 1, "title": "t", "seed": 3, "replicates": 20,
        "network": {"kind": "poisson", "n": 200, "mean_degree": 4.0, "count": 2},
        "model": {"name": "independent-cascade", "transmission": 0.2}}


def scenario(**changes):
    return from_data(BASE | changes)


def stored(folder, **changes):
    """Run a scenario and return its results as figures see them."""
    study = Study(scenario(**changes))
    store = open_folder(study, folder, resume=False)
    run(study, store)
    return Results(store)


def test_what_seeds_cost_is_an_outcome(tmp_path):
    asked = {"seeding": {"kind": "random", "cost": {"acquisition": 2.0, "contact": 0.5}},
             "record": {"outcomes": ["size", "seeds", "seed_cost", "seed_out_degree"]},
             "sweep": {"seeding.kind": ["random", "top-degree"], "seeding.budget": [0, 10, 40.0]}}
    study = Study(scenario(**asked))
    store = open_folder(study, tmp_path / "out", resume=False)
    run(study, store)
    columns = store.columns()
    assert columns["seeds"].dtype == np.int64
    some = columns["seeds"] > 0
    assert columns["seed_cost"][some] == pytest.approx(
        columns["seeds"][some] * (2.0 + 0.5 * columns["seed_out_degree"][some]))
    assert columns["seed_cost"].max() <= 40.0 + 1e-9
    assert (~some).sum() == 40
    drawn = gains.drawn(Results(store))
    assert {row["seeds"] for row in drawn.rows} == {10, 40.0}
    assert drawn.figure.axes[0].get_ylabel() == "adopters for each unit of cost"
    counted = scenario(seeding={"kind": "random", "count": 3}, record={"outcomes": ["seeds", "seed_cost"]})
    found = Study(counted).run_block(Block(0, 0, 0, 5), trajectories=False).columns
    assert found["seeds"].tolist() == found["seed_cost"].tolist() == [3] * 5


@pytest.mark.parametrize("counts", [[1, 3, 5], [1, 5, 60]])  # linear and logarithmic
def test_curves_of_equal_outcome_lie_where_it_is_equal(counts, tmp_path):
    results = stored(tmp_path / "out", model={"name": "threshold", "threshold": 0.18}, sweep={
        "seeding.count": counts, "model.threshold": [0.15, 0.2, 0.4]})
    panel, = iso_curves.panels(results)
    for row, entry in zip(iso_curves.rows(results, panel), results.entries, strict=True):
        assert {path: row[path] for path in entry["point"]} == entry["point"]
        assert row["p_global"] == entry["p_global"]
    lines = [line.get_xydata() for line in iso_curves.iso_curves(results, price=2.0).lines]
    for line in lines:  # more seeds cost, and so do lower thresholds, the whole range of them twice as much
        cost = (line[:, 0] - 1) / (counts[-1] - 1) + 2.0 * (0.4 - line[:, 1]) / 0.25
        known = cost[np.isfinite(cost)]
        assert known.size > 10
        assert np.ptp(known) < 1e-12
    with pytest.raises(UsageError, match="no two numbers"):
        iso_curves.iso_curves(stored(tmp_path / "bare", sweep={"seeding.count": [1, 2]}))


def test_the_immune_can_be_bought_too():
    immune = {"kind": "top-degree", "budget": 30.0, "cost": {"acquisition": 0.0, "contact": 1.0}}
    study = Study(scenario(immune=immune, model={"name": "threshold", "threshold": 0.18}))
    assert study.run_block(Block(0, 0, 0, 5), trajectories=False).columns["size"].size == 5


def test_theory_is_silent_on_budgets():
    threshold = {"name": "threshold", "threshold": 0.18}
    assert predict(scenario(model=threshold, seeding={"kind": "random", "budget": 3.0}).resolved(), {}) is None


@pytest.mark.parametrize(("asked", "message"), [
    ({"kind": "random", "budget": 3.0, "count": 2}, "only one of count and budget"),
    ({"kind": "random", "budget": -1.0}, "must be at least 0"),
    ({"kind": "random", "budget": 3.0, "cost": {"acquisition": 0.0}}, "cannot both be 0"),
    ({"kind": "random", "budget": 3.0, "cost": {"attribute": "price", "contact": 1.0}}, "only the attribute"),
    ({"kind": "random", "budget": 3.0, "cost": {"attribute": "price"}}, "no attribute 'price'"),
    ({"kind": "random", "budget": 3.0, "cost": {"per_contact": 1.0}}, "unknown key"),
    ({"kind": "given", "nodes": [1], "budget": 3.0}, "unknown key"),
    ({"kind": "mixture", "parts": [{"kind": "random", "budget": 3.0}]}, "is of the whole"),
])
def test_what_cannot_be_is_told(asked, message):
    with pytest.raises(ScenarioError, match=message):
        scenario(seeding=asked)


def test_a_column_of_costs_must_be_one(tmp_path):
    (tmp_path / "e.csv").write_text("source,target\na,b\nb,c\n")
    (tmp_path / "n.csv").write_text("node,price,pay,name\na,1,1,x\nb,-2,2,y\nc,3,,z\n")
    (tmp_path / "s.toml").write_text('schema = 1\ntitle = "t"\n[network]\nkind = "file"\npath = "e.csv"\n'
                                     'nodes = "n.csv"\ndirection = "both"\n[model]\nname = "threshold"\n'
                                     'threshold = 0.2\n[seeding]\nkind = "random"\nbudget = 3\n'
                                     'cost = { attribute = "price" }\n')
    for column, message in (("price", "must be at least 0 everywhere"), ("pay", "must be at least 0 everywhere"),
                            ("name", "no numbers 'name', but text"), ("prize", "did you mean 'price'")):
        with pytest.raises(ScenarioError, match=message):
            Study(load(tmp_path / "s.toml", sets=[f"seeding.cost.attribute={column}"]))
