"""What kernels count beside a cascade, against plain Python: adoption by class, components, reciprocity."""

from __future__ import annotations

import dataclasses

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import models, rng, seeding
from simcore.engine import Classes, counting, plain
from simcore.errors import ModelError
from simcore.model import SIZE, Single
from simcore.network.csr import from_arcs
from simcore.network.describe import components, describe, reciprocity
from simcore.network.labels import attributes
from simcore.network.loaded import reported
from tests.naive import by_class
from tests.strategies import keys, networks, thresholds

HORIZON = 12
PARAMS = {"threshold": (np.array([0.3]), False), "independent-cascade": (np.array([rng.chance(0.4)], np.uint64),),
          "sir": (0.4, 0.3)}


@st.composite
def classes_of(draw, network):
    of = draw(st.lists(st.integers(0, 3), min_size=network.n, max_size=network.n))
    different, places = np.unique(of, return_inverse=True)
    return Classes(tuple(map(str, different)), places.astype(np.uint16), network)


KEY = np.uint64(5)


def counted(model, params, network, chosen, classes, key=KEY, first=0):
    return plain.run_by_class(model, Single(network), params, chosen, key, first, HORIZON, True, classes)


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_adoption_by_class_equals_its_twin(data):
    network, arcs = data.draw(networks(min_nodes=1))
    values = data.draw(st.lists(thresholds, min_size=network.n, max_size=network.n))
    seeds = data.draw(st.lists(st.integers(0, network.n - 1), unique=True, max_size=network.n))
    classes, model = data.draw(classes_of(network)), models.find("threshold")
    *_, rows = counted(model, model.Params(np.array(values), False), network, seeding.given(network, seeds, 1), classes)
    times = by_class.adoption_times(arcs, network.n, values, seeds, HORIZON)
    assert rows[:, 0].tolist() == [0] * len(rows)
    assert rows[:, 1:].tolist() == by_class.rows(times, classes.of.tolist(), network.in_degree.tolist(),
                                                 network.out_degree.tolist())


@pytest.mark.parametrize("name", PARAMS)
@given(st.data(), keys)
@settings(max_examples=500, deadline=None)
def test_every_model_is_recounted_step_by_step_and_loses_nobody(name, data, key):
    network, _ = data.draw(networks(min_nodes=1, max_nodes=20))
    model, classes = models.find(name), data.draw(classes_of(network))
    params, layers = model.Params(*PARAMS[name]), Single(network)
    chosen = seeding.choose(seeding.Random(), reported(network), key, 3, 5)
    outcomes, trajectory, rows = counted(model, params, network, chosen, classes, key, first=3)
    for one, other in zip(plain.run(model, layers, params, chosen, key, 3, HORIZON, True), (outcomes, trajectory),
                          strict=True):
        assert one.tolist() == other.tolist()
    state = model.allocate(layers, params)
    for r in range(5):
        stream = rng.Stream(key, np.uint64(3 + r))
        active = model.reset(layers, params, state, chosen.nodes[chosen.begin[r]:chosen.end[r]], stream)
        times, t = {}, 0
        while True:
            for i in getattr(state, model.adopters)[:state.tally[SIZE]].tolist():
                times.setdefault(i, t)
            if not active or t == HORIZON:
                break
            t += 1
            active = model.step(layers, params, state, stream, t)
        mine = rows[rows[:, 0] == r, 1:]
        assert mine.tolist() == by_class.rows(times, classes.of.tolist(), network.in_degree.tolist(),
                                              network.out_degree.tolist())
        assert mine[:, 2].sum() == outcomes[r, list(model.outcomes).index("size")]


def test_rows_that_do_not_fit_at_once_are_all_there(monkeypatch):
    network = from_arcs(40, range(39), range(1, 40)).network
    classes = Classes(("a", "b"), (np.arange(40) % 2).astype(np.uint16), network)
    model = models.find("threshold")
    chosen = seeding.choose(seeding.Random(), reported(network), np.uint64(1), 0, 500)
    params = model.Params(np.array([1.0]), False)
    whole = counted(model, params, network, chosen, classes)
    monkeypatch.setattr(counting, "_SPARE", 3)
    parts = counted(model, params, network, chosen, classes)
    assert [part.tolist() for part in whole] == [part.tolist() for part in parts]
    assert np.bincount(whole[2][:, 0], whole[2][:, 3]).tolist() == whole[0][:, 0].tolist()


def test_a_model_that_names_no_list_of_its_state_is_told_so():
    network = from_arcs(3, [0], [1]).network
    model = dataclasses.replace(models.find("threshold"), adopters="adopter")
    classes = Classes(("1",), np.zeros(3, np.uint16), network)
    with pytest.raises(ModelError, match=r"adopters = 'adopter' .* the State has no 'adopter'"):
        counted(model, model.Params(np.array([0.5]), False), network, seeding.given(network, [0], 1), classes)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_components_and_reciprocity_are_those_of_networkx(data):
    network, arcs = data.draw(networks(max_nodes=25, weighted=data.draw(st.booleans())))
    graph = nx.DiGraph((i, j) for i, j, _ in arcs)
    graph.add_nodes_from(range(network.n))
    expected = sorted((sorted(part) for part in nx.weakly_connected_components(graph)), key=min)
    first = components(network)
    assert [np.flatnonzero(first == i).tolist() for i in np.unique(first)] == expected
    assert reciprocity(network) == (nx.overall_reciprocity(graph) if arcs else None)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_a_description_is_that_of_the_arcs(data):
    network, arcs = data.draw(networks(max_nodes=25))
    found = describe(reported(network))
    out = [sum(i == node for i, _, _ in arcs) for node in range(network.n)]
    into = [sum(j == node for _, j, _ in arcs) for node in range(network.n)]
    assert (found.nodes, found.arcs, found.directed) == (network.n, len(arcs), not network.symmetric)
    assert found.isolated == sum(a + b == 0 for a, b in zip(out, into, strict=True))
    for degrees, described in ((out, found.out_degree), (into, found.in_degree)):
        if degrees:
            assert described == pytest.approx((np.mean(degrees), np.median(degrees), max(degrees), np.std(degrees)))
        else:
            assert set(described) == {None}


def test_attributes_are_described_and_a_table_says_all():
    columns, groups = attributes({"age": ["30", "", "30", "41"], "team": ["a", "b", "", "b"]})
    network = from_arcs(4, [0, 1, 0], [1, 0, 2]).network
    loaded = reported(network, None, columns, groups, self_loops=2, merged=1, left_out=5)
    found = describe(dataclasses.replace(loaded, arc_columns={"p": np.array([0.5, 0.5, 0.25])}))
    assert found.as_dict() == {
        "nodes": 4, "arcs": 3, "directed": True, "weighted": False, "dropped": 7, "left_out": 5, "merged": 1,
        "isolated": 1, "components": 2, "largest_component": 0.75, "reciprocity": pytest.approx(2 / 3),
        "in_degree": {"mean": 0.75, "median": 1.0, "max": 1, "sd": pytest.approx(3**0.5 / 4)},
        "out_degree": {"mean": 0.75, "median": 0.5, "max": 2, "sd": pytest.approx(11**0.5 / 4)},
        "columns": {"age": {"different": 2, "missing": 1}}, "groups": {"team": {"different": 2, "missing": 1}},
        "arc_columns": {"p": {"different": 2, "missing": 0}}}
    for words in ("4, 1 of them isolated", "3, directed", "2 self-loops, 5 rows outside", "1 rows",
                  "2, the largest with 75 %", "66.67 % of the arcs", "mean 0.75, median 0.5, max 2",
                  "age (2 different, 1 missing)", "team (2", "p (2"):
        assert words in str(found)
    assert "- of the nodes" in str(describe(reported(from_arcs(0, [], []).network)))
