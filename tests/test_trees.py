"""Cascade trees against plain Python; structural virality of trees that are known."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcore as sc
from simcore import engine, models, rng, seeding
from simcore.engine.trees import SHAPES, grow, shapes, structural_virality
from simcore.errors import ScenarioError, UsageError
from simcore.keeping import open_folder
from simcore.model import Single
from simcore.network.loaded import reported
from simcore.network.read import read
from simcore.runner import run
from simcore.scenario import from_data
from simcore.study import Study
from tests.naive import trees as twin
from tests.simulation import some_seeds
from tests.strategies import arcs_of, keys, networks, probabilities, thresholds

ONE = np.ones(1)
DATA = Path(__file__).parents[1].parent / "shared" / "data"


def grown(name, network, params, seeds, key, first=0):
    """Return outcomes, which are those of the plain algorithm, and trees."""
    model = models.find(name)
    task = engine.Task(model, Single(network), model.Params(*params), seeds, key, first, 20)
    outcomes, trees = grow(task)
    assert outcomes.tolist() == engine.run(task, model.outcomes, "plain")[0].tolist()
    return outcomes, trees


@given(st.data(), keys, st.sampled_from(["linear-threshold", "si", "sir", "sir-markov"]))
@settings(max_examples=500, deadline=None)
def test_trees_of_other_models_are_those_of_the_twin(data, key, name):
    network, arcs = data.draw(networks(min_nodes=1, weighted=data.draw(st.booleans())))
    seeds, first = some_seeds(data, network.n), data.draw(st.integers(0, 40))
    p, recovery = data.draw(probabilities), data.draw(probabilities)
    params = {"linear-threshold": (), "si": (p,), "sir": (p, recovery), "sir-markov": (3 * p, recovery)}[name]
    outcomes, trees = grown(name, network, params, seeding.given(network, seeds, 2), key, first)
    assert outcomes[:, 0].tolist() == [tree.nodes.size for tree in trees]
    for w, tree in enumerate(trees, first):
        times, parents = by_label(tree)
        if name == "linear-threshold":
            expected = twin.parents(arcs, times, int(key), w, need=[1] * network.n)
        elif name == "sir-markov":
            expected = twin.meetings(arcs, seeds, times, int(key), w, 3 * p, recovery)
        else:
            expected = twin.contacts(arcs, times, int(key), w, p, recovery if name == "sir" else 0.0)
        assert parents == expected
        assert all((parents[node] is None) == (node in seeds) for node in parents)
        shape = twin.shape(parents)
        assert tree.shape["structural_virality"] == pytest.approx(shape.pop("structural_virality"))
        assert {name: tree.shape[name] for name in shape} == shape


def by_label(tree):
    """Return when each node adopted, and who convinced it."""
    nodes = tree.nodes.tolist()
    return dict(zip(nodes, tree.time.tolist(), strict=True)), {
        node: None if at < 0 else nodes[at] for node, at in zip(nodes, tree.parent.tolist(), strict=True)}


@given(st.data(), keys, st.sampled_from(["threshold", "independent-cascade"]))
@settings(max_examples=500, deadline=None)
def test_trees_are_those_of_the_twin(data, key, name):
    network, arcs = data.draw(networks(min_nodes=1, weighted=data.draw(st.booleans())))
    seeds, first = some_seeds(data, network.n), data.draw(st.integers(0, 40))
    advertising = data.draw(st.sampled_from([0.0, 0.0, 0.3]))
    if name == "threshold":
        values = data.draw(st.lists(thresholds, min_size=network.n, max_size=network.n))
        need = np.empty(network.n, np.int64)
        params = np.array(values), False, advertising
        models.find(name).needs(Single(network), models.find(name).Params(*params), need)
        given_ = {"need": need.tolist()}
    else:
        p = data.draw(probabilities)
        params = np.array([rng.chance(p)], np.uint64), advertising, ONE, ONE
        given_ = {"probability": {(u, v): p for u, v, _ in arcs}}
    outcomes, trees = grown(name, network, params, seeding.given(network, seeds, 2), key, first)
    assert outcomes[:, 0].tolist() == [tree.nodes.size for tree in trees]
    for w, tree in enumerate(trees, first):
        times, parents = by_label(tree)
        assert parents == twin.parents(arcs, times, int(key), w, **given_)
        expected = twin.shape(parents)
        assert tree.shape["structural_virality"] == pytest.approx(expected.pop("structural_virality"))
        assert {name: tree.shape[name] for name in expected} == expected


@pytest.mark.skipif(not DATA.is_dir(), reason="the real networks are not at hand")
@pytest.mark.parametrize("name", sorted(path.parent.name for path in DATA.glob("*/edges.csv")))
def test_trees_on_real_networks(name):
    network = read(DATA / name / "edges.csv", direction="source-influences-target").network
    arcs = arcs_of(network) if network.arcs < 5_000 else []  # the twin looks for each parent among all of them
    chosen = seeding.choose(seeding.Random(3), reported(network), np.uint64(5), 11, 3)
    need = np.empty(network.n, np.int64)
    models.find("threshold").needs(Single(network), models.find("threshold").Params(np.array([0.1])), need)
    for model, params, given_ in (
            ("threshold", (np.array([0.1]), False), {"need": need.tolist()}),
            ("independent-cascade", (np.array([rng.chance(0.2)], np.uint64), 0.0, ONE, ONE),
             {"probability": {(u, v): 0.2 for u, v, _ in arcs}})):
        outcomes, trees = grown(model, network, params, chosen, np.uint64(5), 11)
        assert outcomes[:, 0].tolist() == [tree.nodes.size for tree in trees]
        for w, tree in enumerate(trees if arcs else [], 11):
            times, parents = by_label(tree)
            assert parents == twin.parents(arcs, times, 5, w, **given_)


def test_structural_virality_of_known_trees():
    assert structural_virality([-1] + [0] * 999) == 2 * 999 / 1000
    assert structural_virality([-1, *range(999)]) == 1001 / 3
    assert structural_virality([-1, *((k - 1) // 2 for k in range(1, 1023))]) == pytest.approx(14.066574, abs=5e-7)
    assert structural_virality([]) == structural_virality([-1]) == structural_virality([-1, -1]) == 0.0
    assert structural_virality([-1, 0, -1, 2, 3]) == (2 * 1 + 2 * 4) / (2 + 6)


@given(st.integers(2, 40), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_structural_virality_is_the_wiener_index_of_networkx(n, seed):
    draw = np.random.default_rng(seed)
    parent = [-1, *(int(draw.integers(0, k)) for k in range(1, n))]
    tree = nx.Graph((k, parent[k]) for k in range(1, n))
    assert structural_virality(parent) == pytest.approx(2.0 * nx.wiener_index(tree) / (n * (n - 1)))


def test_one_who_was_convinced_by_two_may_have_either_as_parent():
    square = nx.cycle_graph(4)
    trees = sc.cascade_trees(square, threshold=0.5, seeds=[0], replicates=400)
    last = np.array([tree.nodes[tree.parent[3]] for tree in trees])
    assert {int(node) for node in last} == {1, 3}
    assert abs(np.mean(last == 1) - 0.5) < 0.1
    assert all(tree.shape == {"generations": 2, "breadth": 2, "structural_virality": 5 / 3} for tree in trees)


def test_replicates_are_those_of_simulate_and_mistakes_are_told():
    graph = nx.karate_club_graph()
    trees = sc.cascade_trees(graph, "independent-cascade", transmission=0.3, replicates=50)
    same = sc.simulate(graph, "independent-cascade", transmission=0.3, replicates=50)
    assert [tree.nodes.size for tree in trees] == same.outcomes["size"].tolist()
    with pytest.raises(UsageError, match=r"cascade trees are of .* linear-threshold, si, sir, sir-markov, threshold"):
        sc.cascade_trees(graph, "bass")
    with pytest.raises(UsageError, match="there are 34 nodes"):
        sc.cascade_trees(graph, threshold=0.2, seeds=35)


SCENARIO = {"schema": 1, "title": "t", "seed": 3, "replicates": 30, "horizon": 30,
            "network": {"kind": "poisson", "n": 100, "mean_degree": 3.0, "count": 2},
            "model": {"name": "independent-cascade", "transmission": 0.4}, "seeding": {"kind": "random", "count": 1},
            "record": {"outcomes": ["size", *SHAPES]}}


def test_shapes_are_outcomes_of_a_scenario(tmp_path):
    stored = {}
    for name, outcomes in (("with", ["size", "duration", *SHAPES]), ("without", ["size", "duration"])):
        study = Study(from_data({**SCENARIO, "record": {"outcomes": outcomes}}))
        store = open_folder(study, tmp_path / name, resume=False)
        run(study, store, workers=1)
        stored[name] = store.columns()
    for column in ("size", "duration"):
        assert stored["with"][column].tolist() == stored["without"][column].tolist()
    assert stored["with"]["generations"].tolist() == stored["with"]["duration"].tolist()
    assert stored["with"]["breadth"].dtype == np.int64
    assert np.all(stored["with"]["structural_virality"] < stored["with"]["size"])
    assert stored["with"]["structural_virality"].max() > 2.0
    with pytest.raises(ScenarioError, match="generations"):
        from_data({**SCENARIO, "model": {"name": "sis", "transmission": 0.1, "recovery": 0.5}})
    for model in ({"name": "sir", "transmission": 0.2, "recovery": 0.5}, {"name": "linear-threshold"}):
        study = Study(from_data({**SCENARIO, "model": model}))
        store = open_folder(study, tmp_path / model["name"], resume=False)
        run(study, store, workers=1)
        assert store.columns()["generations"].max() > 1


def test_columns_of_shapes():
    path = sc.from_arcs(3, [0, 1], [1, 2]).network
    _, trees = grown("threshold", path, (np.array([1.0]),), seeding.given(path, [0], 2), np.uint64(1))
    assert {name: values.tolist() for name, values in shapes(trees).items()} == {
        "generations": [2, 2], "breadth": [1, 1], "structural_virality": [4 / 3, 4 / 3]}
