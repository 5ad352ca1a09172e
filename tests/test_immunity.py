"""People who are immune: against plain Python, and against what they are without immunity."""

from __future__ import annotations

import dataclasses

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import engine, models, rng, seeding
from simcore.errors import ScenarioError
from simcore.model import Single
from simcore.network.adapters import as_loaded
from simcore.network.csr import from_arcs
from simcore.network.immune import immunised
from simcore.plan import Block
from simcore.predictions import predict, silence
from simcore.scenario import from_data
from simcore.scenario.immunity import immune_nodes, without
from simcore.study import Study
from tests.naive import immunity as twin
from tests.naive.philox import SEED, below, bits64, c3
from tests.simulation import some_seeds
from tests.strategies import arcs_of, keys, networks, probabilities, thresholds

HORIZON = 8


def parameters(name, n, values, p, recovery, advertising):
    chance = np.array([rng.chance(p)], np.uint64)
    return {"threshold": (np.array(values), False, advertising), "linear-threshold": (),
            "independent-cascade": (chance, advertising, np.ones(1), np.ones(1)), "si": (p,), "sir": (p, recovery),
            "bass": (0.1, 0.5, 1.0, advertising)}[name]


@given(st.data(), keys, st.sampled_from(["threshold", "linear-threshold", "independent-cascade", "si", "sir", "bass"]))
@settings(max_examples=300, deadline=None)
def test_every_rule_is_that_of_the_twin(data, key, name):
    network, arcs = data.draw(networks(min_nodes=1, weighted=data.draw(st.booleans())))
    n, w = network.n, data.draw(st.integers(0, 40))
    immune = set(some_seeds(data, n))
    seeds = [node for node in some_seeds(data, n) if node not in immune]
    values = data.draw(st.lists(thresholds, min_size=n, max_size=n))
    p, recovery = data.draw(probabilities), data.draw(probabilities) if name == "sir" else 0.0
    advertising = data.draw(st.sampled_from([0.0, 0.3, 1.0]))
    model = models.find(name)
    params = model.Params(*parameters(name, n, values, p, recovery, advertising))
    thinned, params = without(np.array(sorted(immune), np.uint32), model, network, params)
    task = engine.Task(model, Single(thinned), params, seeding.given(network, seeds, 1), key, w, HORIZON)
    _, trajectory = engine.plain.run(*task, True)
    rule = twin.rule(name, arcs, key, w, threshold=values, probability=p, recovery=recovery, advertising=advertising)
    when = twin.simulate(n, immune, seeds, rule, horizon=HORIZON)
    adopted = [sum(time <= t for time in when.values()) for t in range(HORIZON + 1)]
    counted = trajectory[0].sum(1) - trajectory[0, :, 0] if name == "sir" else trajectory[0, :, 0]
    assert counted.tolist() == adopted
    assert not immune & set(when)


@given(st.data(), keys)
@settings(max_examples=60, deadline=None)
def test_chances_of_arcs_stay_with_their_arcs(data, key):
    network, arcs = data.draw(networks(min_nodes=2))
    chances = np.array(data.draw(st.lists(st.sampled_from([0.0, 0.4, 1.0]), min_size=network.arcs,
                                          max_size=network.arcs)))
    immune = some_seeds(data, network.n)
    model = models.find("independent-cascade")
    declared = model.Params(np.array([rng.chance(p) for p in chances], np.uint64), 0.0, np.ones(1), np.ones(1))
    thinned, params = without(np.array(immune, np.uint32), model, network, declared)
    kept = [(i, j, p) for (i, j, _), p in zip(arcs, chances, strict=True) if j not in immune]
    if len(arcs) > 1:
        assert list(zip(arcs_of(thinned), params.transmission.tolist(), strict=True)) == [
            ((i, j, 1), rng.chance(p)) for i, j, p in kept]


def test_thresholds_are_shares_of_as_many_as_before():
    star = from_arcs(4, [1, 2, 3], [0, 0, 0]).network
    thinned, left = immunised(star, np.array([3], np.uint32))
    assert left.tolist() == [True] * 3
    assert thinned.in_degree.tolist() == [3, 0, 0, 0]
    thinned, left = immunised(star, np.array([0], np.uint32))
    assert (left.tolist(), thinned.arcs, thinned.immune.tolist()) == ([False] * 3, 0, [0])


STRATEGIES = [seeding.Random(3), seeding.Given((0, 5, 7, 2)), seeding.Top(3), seeding.Share(3, top=0.5),
              seeding.Share(3, False), seeding.Friends(3), seeding.Neighbourhood(6), seeding.Group(3),
              seeding.Maximised(3), seeding.Mixture((seeding.Top(2), seeding.Random(2), seeding.Friends(2))),
              seeding.Random(3, seeding.Among("odd", 1.0)), seeding.Quotas("odd", 2, seeding.Ranking())]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_nobody_who_is_immune_starts_and_others_are_chosen_as_before(strategy):
    loaded = as_loaded(nx.gnp_random_graph(40, 0.1, seed=2))
    loaded = dataclasses.replace(loaded, columns={"odd": np.arange(40) % 2.0})
    key, immune = np.uint64(9), np.arange(0, 12, dtype=np.uint32)
    free = seeding.choose(strategy, loaded, key, 0, 30)
    barred = seeding.choose(strategy, loaded, key, 0, 30, immune=immune)
    for r in range(30):
        before, after = (found.nodes[found.begin[r]:found.end[r]].tolist() for found in (free, barred))
        assert not set(after) & set(immune.tolist())
        assert len(set(after)) == len(after)
        if not set(before) & set(immune.tolist()) and not isinstance(strategy, seeding.Maximised):
            assert after == before
        if not isinstance(strategy, seeding.Given):
            assert len(after) == len(before)
    everybody = seeding.choose(strategy, loaded, key, 0, 5, immune=np.arange(40, dtype=np.uint32))
    assert (everybody.end - everybody.begin).tolist() == [0] * 5


def test_the_immune_are_drawn_as_documented():
    study = Study(scenario(immune={"kind": "random", "count": 4}))
    point, loaded = study.scenario.points[0], study.network(0, 0)
    key = rng.network_key(rng.root(study.scenario.seed), 0)
    found = immune_nodes(point.immune, loaded, point.model, loaded.network, None, key).tolist()
    wanted = []
    a = 0
    while len(wanted) < 4:
        node = below(bits64(int(key), a, 2**31, 0, c3(SEED)), 200)
        wanted += [node] if node not in wanted else []
        a += 1
    assert found == wanted


BASE = {"schema": 1, "title": "t", "seed": 3, "replicates": 20,
        "network": {"kind": "poisson", "n": 200, "mean_degree": 4.0, "count": 2},
        "model": {"name": "threshold", "threshold": 0.18}}


def scenario(**changes):
    return from_data(BASE | changes)


def sizes(study, position):
    return study.run_block(Block(position, 0, 0, 10), trajectories=False).columns["size"]


def test_nobody_is_immune_unless_it_is_said():
    plain, none, zero = scenario(), scenario(immune={"kind": "nobody"}), scenario(immune={"kind": "random", "count": 0})
    assert plain.points[0].hash() == none.points[0].hash() != zero.points[0].hash()
    assert "immune" not in plain.resolved()
    assert sizes(Study(plain), 0).tolist() == sizes(Study(zero), 0).tolist()


def test_more_immune_people_never_let_more_adopt():
    found = Study(scenario(immune={"kind": "random"}, seeding={"kind": "given", "nodes": [5]}, sweep={
        "immune.kind": ["random", "top-degree", "vulnerable"], "immune.share": [0.0, 0.05, 0.1, 0.2, 0.4]}))
    by_share = np.array([sizes(found, k) for k in range(15)]).reshape(3, 5, 10)
    assert (np.diff(by_share, axis=1) <= 0).all()
    assert (by_share[:, 0] > by_share[:, 4]).any(axis=1).all()


def test_the_vulnerable_are_those_whom_one_convinces_alone():
    study = Study(scenario(immune={"kind": "vulnerable", "share": 1.0}, seeding={"kind": "random", "count": 20}))
    loaded = study.network(0, 0)
    assert loaded.network.in_degree.max() > 5  # 0.18 of up to five is one
    needy = loaded.network.in_degree > 5
    assert sizes(study, 0).max() <= 20 + needy.sum()
    half = Study(scenario(immune={"kind": "vulnerable", "count": 100}))
    chosen = half.run_block(Block(0, 0, 0, 30), trajectories=False)
    assert chosen.columns["size"].min() >= 1


def test_a_swept_kind_with_nobody_in_it_says_the_same_again():
    found = scenario(immune={"kind": "random"}, sweep={"immune.kind": ["nobody", "random"]})
    again = from_data(found.resolved())
    assert [point.hash() for point in again.points] == [point.hash() for point in found.points]
    assert [point.immune is None for point in found.points] == [True, False]


def test_theory_speaks_of_the_immune_where_seeds_are_random():
    plain = predict(scenario().resolved(), {})
    nobody = [{"kind": "nobody"}, {"kind": "random", "share": 0.0}, {"kind": "top-degree", "share": 0.0}]
    assert [predict(scenario(immune=immune).resolved(), {}) for immune in nobody] == [plain] * 3
    hubs, anybody = (predict(scenario(immune={"kind": kind, "share": 0.1}).resolved(), {})
                     for kind in ("top-degree", "random"))
    assert plain is not None
    assert hubs is not None
    assert anybody is not None
    assert anybody.p_global < hubs.p_global < plain.p_global  # hubs are hardly ever vulnerable
    uniform = {"name": "threshold", "threshold": {"law": "uniform", "low": 0.1, "high": 0.3}}
    for changes, why in (({"immune": {"kind": "given", "nodes": [3]}}, "not for their names"),
                         ({"immune": {"kind": "friend", "share": 0.1}}, "most contacts, or are vulnerable"),
                         ({"immune": {"kind": "random", "share": 0.1}, "seeding": {"kind": "top-degree"}},
                          "random seeds"),
                         ({"immune": {"kind": "random", "share": 0.95}, "seeding": {"kind": "random", "share": 0.09}},
                          "as many seeds as are not immune"),
                         ({"immune": {"kind": "vulnerable", "share": 0.1}, "model": uniform}, "thresholds that differ"),
                         ({"immune": {"kind": "top-degree", "share": 0.1},
                           "network": {"kind": "influence", "n": 200, "mean_degree": 4.0}}, "directed")):
        assert why in silence(scenario(**changes).resolved(), {})


@pytest.mark.parametrize(("kind", "share", "seeds"), [
    ("random", 0.1, 1), ("random", 0.3, 1), ("random", 0.2, 200), ("top-degree", 0.1, 1), ("top-degree", 0.2, 200),
    ("vulnerable", 0.2, 1), ("vulnerable", 0.4, 200)])
def test_theory_of_the_immune_is_what_is_simulated(kind, share, seeds):
    n, count = 10_000, 200
    asked = scenario(network={"kind": "poisson", "n": n, "mean_degree": 3.0}, replicates=count,
                     seeding={"kind": "random", "count": seeds}, immune={"kind": kind, "share": share})
    said, study = predict(asked.resolved(), {}), Study(asked)
    found = np.array([study.run_block(Block(0, g, 0, 1), trajectories=False).columns["size"][0] for g in range(count)])
    wide = found[found >= 0.1 * n] / n
    assert said is not None
    assert abs(wide.size / count - said.p_global) <= 4.0 * np.sqrt(said.p_global * (1.0 - said.p_global) / count)
    assert abs(wide.mean() - said.share_given_global) < 4.0 * wide.std() / np.sqrt(wide.size) + 1.0 / n


@pytest.mark.parametrize(("changes", "message"), [
    ({"model": {"name": "voter"}}, "needs a model in which a node adopts once and for all"),
    ({"model": {"name": "sir", "transmission": 0.1, "recovery": 0.5}, "immune": {"kind": "vulnerable", "share": 0.1}},
     "under 'sir', which has no thresholds"),
    ({"immune": {"kind": "random", "count": 201}}, "must be at most 200, the number of nodes"),
    ({"immune": {"kind": "vulnerables"}}, "did you mean 'vulnerable'?"),
    ({"immune": {"kind": "nobody", "share": 0.1}}, "unknown key"),
    ({"immune": {"kind": "random", "share": -0.1}}, "must be at least 0"),
    ({"network": {"kind": "karate-club"}, "immune": {"kind": "given", "nodes": [40]}}, "there is no node '40'"),
])
def test_what_cannot_be_is_told(changes, message):
    with pytest.raises(ScenarioError, match=message):
        Study(scenario(**({"immune": {"kind": "random", "share": 0.1}} | changes)))
