"""What a scenario means: its points and their hashes, its axes, what is typed over it, and how it is written again."""

from __future__ import annotations

import itertools
import json
import random
import re
import shlex
import shutil
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import catalogue, cli, models
from simcore.errors import ScenarioError, SimcoreError
from simcore.parameters import Attribute, Normal, PowerOfDegree, Uniform
from simcore.scenario import Axis, from_data, from_manifest, load
from simcore.scenario.axes import spread
from simcore.scenario.build import law, nodes
from simcore.scenario.checks import existing
from simcore.scenario.json_schema import json_schema, without_null
from simcore.scenario.schema import (
    IMMUNE,
    NETWORKS,
    SEEDINGS,
    ByAttribute,
    Expect,
    Head,
    ModelKeys,
    PowerLaw,
    Record,
    Span,
    Stop,
    Summary,
    Sweep,
    TwoClass,
    Values,
)
from simcore.scenario.seedings import RANKINGS, Among, Cost, VulnerableSeeding
from simcore.scenario.write import to_toml
from simcore.study import Study

BASE = {
    "schema": 1, "title": "t",
    "network": {"kind": "poisson", "n": 100, "mean_degree": 4.0},
    "model": {"name": "threshold", "threshold": 0.2},
}
TEXT = """
schema = 1
title = "t"
[network]
kind = "poisson"
n = 100
mean_degree = 4.0
[model]
name = "threshold"
threshold = 0.2
"""
ROOT = Path(__file__).parent.parent


def scenario(**changes):
    """Return the base with keys of its tables changed; None removes."""
    data = {**BASE, "network": {**BASE["network"]}, "model": {**BASE["model"]}}
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(data.get(key), dict):
            data[key] = {name: kept for name, kept in (data[key] | value).items() if kept is not None}
        else:
            data[key] = value
    return from_data(data)


def hashes(found):
    return [point.hash() for point in found.points]


def problems(*arguments, **keywords):
    with pytest.raises(ScenarioError) as caught:
        load(*arguments, **keywords) if not keywords.get("title") else scenario(**keywords)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cascade.toml"
    path.write_text(TEXT)
    return path


# --------------------------------------------------------------------------------------- scenarios of any kind

counts = st.none() | st.integers(1, 50)
decimals = st.integers(0, 800).map(lambda k: k / 100) | st.integers(0, 8)


def optional(keys: dict[str, st.SearchStrategy]):
    return st.fixed_dictionaries({}, optional=keys)


def merged(**strategies):
    """Draw tables of fixed and of optional keys."""
    return st.fixed_dictionaries({key: strategy for key, strategy in strategies.items() if key != "optional"},
                                 optional=strategies.get("optional", {}))


n = st.integers(20, 200)
laws = st.sampled_from(["poisson", "geometric", {"law": "poisson"}, {"law": "two-class", "factor": 4},
                        {"law": "power-law", "exponent": 2.5, "cutoff": 19}])
networks = st.one_of(
    merged(kind=st.just("poisson"), n=n, mean_degree=decimals, optional={"count": st.integers(1, 50)}),
    merged(kind=st.just("influence"), n=n, mean_degree=st.sampled_from([1, 2.5, 4]),
           optional={"count": st.integers(1, 50), "out_degree": laws, "correlation": st.floats(-1, 1),
                     "in_degree": laws.filter(lambda law: "factor" not in law)}),
    merged(kind=st.just("watts-strogatz"), n=n, neighbours=st.sampled_from([2, 4, 18]), rewiring=st.floats(0, 1)),
    merged(kind=st.just("barabasi-albert"), n=n, ties=st.integers(1, 19)),
    merged(kind=st.just("configuration"), n=n, mean_degree=st.sampled_from([1, 2.5, 4]),
           optional={"count": st.integers(1, 50), "degree": laws, "assortativity": st.floats(-1, 1)}),
    merged(kind=st.just("degree-sequence"), degrees=st.lists(st.integers(0, 19), min_size=20, max_size=40)),
    merged(kind=st.just("degree-corrected-blocks"), sizes=st.just([20, 30]), degree=st.just("geometric"),
           mean_degrees=st.just([[3.0, 0.75], [0.5, 2]])),
    merged(kind=st.just("forest"), communities=st.integers(10, 20), size=st.integers(4, 9), mean_degree=st.just(2.5),
           bridges=st.integers(0, 9), optional={"trees": st.integers(1, 3), "span": st.integers(1, 3)}),
    merged(kind=st.just("holme-kim"), n=n, ties=st.integers(1, 19), triads=st.floats(0, 1)),
    merged(kind=st.just("reciprocal"), n=n, mean_degree=decimals, reciprocity=st.floats(0, 1)),
    merged(kind=st.just("blocks"), sizes=st.just([20, 30]), probabilities=st.just([[0.5, 0], [0, 0.25]])),
    merged(kind=st.just("groups"), n=n, size=st.integers(1, 10), inside=st.floats(0, 1), outside=st.just(0),
           optional={"memberships": st.integers(1, 3)}),
    merged(kind=st.sampled_from(["moore-lattice", "von-neumann-lattice"]), rows=st.integers(5, 9),
           columns=st.integers(5, 9), optional={"radius": st.integers(1, 2), "bounded": st.booleans()}),
    merged(kind=st.just("ring-lattice"), n=n, neighbours=st.sampled_from([2, 18]),
           optional={"bounded": st.booleans(), "rewiring": st.floats(0, 1)}),
    merged(kind=st.just("random-geometric"), n=n, mean_degree=decimals, optional={"torus": st.booleans()}),
    merged(kind=st.just("tree"), spans=st.lists(st.integers(2, 5), min_size=4, max_size=4)),
    merged(kind=st.just("organisation"), levels=st.integers(4, 5), span=st.integers(3, 4),
           cross_ties=st.integers(0, 9), zeta=st.floats(1, 9) | st.just("infinite"),
           optional={"teams": st.booleans(), "line": st.booleans()}).map(lambda keys: keys | {"lambda": 0.5}),
    merged(kind=st.sampled_from(["complete", "star", "path", "ring"]), n=n, optional={"count": st.just(1)}),
    merged(kind=st.sampled_from(["karate-club", "les-miserables"])),
    merged(kind=st.just("karate-club"), swaps=st.floats(0.1, 9), optional={"count": st.integers(1, 50)}),
)
node_values = st.one_of(
    st.floats(-1, 2), st.integers(0, 1),
    merged(law=st.just("uniform"), low=st.floats(-1, 0), high=st.floats(0.1, 1)),
    merged(law=st.just("normal"), mean=st.floats(0, 1), sd=st.floats(0.01, 1),
           optional={"low": st.floats(-2, 0), "high": st.floats(1, 2)}))
model_tables = st.one_of(
    merged(name=st.just("threshold"), threshold=node_values,
           optional={"absolute": st.booleans(), "redraw": st.sampled_from(["network", "replicate"])}),
    merged(name=st.just("independent-cascade"),
           transmission=st.floats(0, 1) | st.just("weighted-cascade") | st.integers(0, 1)),
    merged(name=st.just("sir"), transmission=st.floats(0, 1), recovery=st.floats(0, 1)),
)
rankings = st.sampled_from([
    "k-core", "pagerank", {"kind": "pagerank"}, {"kind": "pagerank", "damping": 0.5},
    {"kind": "betweenness", "pivots": 3}, {"kind": "degree-discount", "transmission": 0.1},
    {"kind": "collective-influence", "radius": 1}])
seedings = st.one_of(
    merged(kind=st.sampled_from(["random", "top-degree", "influential", "ordinary"]),
           optional={"count": st.integers(0, 2)}),
    merged(kind=st.sampled_from(["random", "top-degree"]), share=st.floats(0.001, 1)),
    merged(kind=st.sampled_from(["top-degree", "influential"]), degree=st.sampled_from(["in", "out", "total"])),
    merged(kind=st.just("ordinary"), top=st.floats(0.1, 0.5)),
    merged(kind=st.sampled_from(["top", "influential"]), by=rankings, optional={"count": st.integers(0, 2)}),
    merged(kind=st.just("influence-maximisation"), optional={"transmission": st.floats(0, 1)}),
    merged(kind=st.sampled_from(["friend", "neighbourhood", "group"]), optional={"share": st.floats(0.001, 1)}),
    merged(kind=st.just("mixture"), parts=st.lists(merged(kind=st.sampled_from(["random", "friend", "group"])),
                                                   min_size=1, max_size=3)),
)
heads = st.fixed_dictionaries({"schema": st.just(1), "title": st.text()}, optional={
    "doi": st.text(), "description": st.text(), "seed": st.integers(0, 2**63 - 1),
    "replicates": st.integers(1, 10**9), "horizon": st.integers(0, 2**24 - 1),
    "independent_points": st.booleans()})
axes = st.fixed_dictionaries({}, optional={
    "horizon": st.lists(st.integers(0, 1000), min_size=1, max_size=3, unique=True),
    "network.n": st.lists(n, min_size=1, max_size=3, unique=True) | st.just({"from": 20, "to": 60, "count": 3}),
    "seeding.kind": st.lists(st.sampled_from(["random", "influential", "ordinary", "top-degree"]), min_size=1,
                             max_size=3, unique=True),
})
tails = st.fixed_dictionaries({}, optional={
    "summary": st.just({"global_share": 0.25}),
    "record": st.fixed_dictionaries({}, optional={
        "trajectories": st.booleans(),
        "outcomes": st.lists(st.sampled_from(["size", "duration", "share"]), min_size=1)})})


@st.composite
def scenarios(draw):
    data = draw(heads) | {"network": draw(networks), "model": draw(model_tables)} | draw(tails)
    sweep = draw(axes)
    if "seeding.kind" in sweep:
        data["seeding"] = {"kind": "random", "count": draw(st.integers(0, 2))}
    elif draw(st.booleans()):
        data["seeding"] = draw(seedings)
    if data["model"]["name"] in ("threshold", "sir") and draw(st.booleans()):
        data["immune"] = draw(seedings | st.just({"kind": "nobody"}))
    if "n" not in data["network"]:
        sweep.pop("network.n", None)
    return data | {"sweep": sweep}


def shuffled(data, random_):
    """Return equal data whose keys stand in another order."""
    if not isinstance(data, dict):
        return data
    keys = list(data)
    random_.shuffle(keys)
    return {key: shuffled(data[key], random_) for key in keys}


SCHEMA = jsonschema.Draft202012Validator(json_schema(models.catalogue()))


@given(scenarios(), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_what_decides_no_result_is_in_no_hash(data, random_):
    found = from_data(data)
    SCHEMA.validate(data)
    other = shuffled(data, random_) | {"title": "other", "seed": 7, "replicates": 3, "doi": "x", "description": "y",
                                       "summary": {"global_share": 0.5}, "record": {"outcomes": ["size"]},
                                       "independent_points": True}
    if data["network"]["kind"] in ("poisson", "influence"):
        other["network"] = other["network"] | {"count": 5}
    changed = from_data(other)
    for one in found.points:
        [two] = [point for point in changed.points if dict(point.setting) == dict(one.setting)]
        assert one.hash() == two.hash()
        assert one.network_hash() == two.network_hash()


@given(data=scenarios())
@settings(max_examples=150)
def test_a_resolved_scenario_is_the_scenario(data, tmp_path_factory):
    found = from_data(data, name="some.name")
    path = tmp_path_factory.getbasetemp() / "resolved.toml"
    path.write_text(to_toml(found.resolved()), encoding="utf-8")
    again = load(path)
    assert hashes(again) == hashes(found)
    assert [dict(point.setting) for point in again.points] == [dict(point.setting) for point in found.points]
    assert again.resolved() == found.resolved()
    assert (again.seed, again.outcomes, again.axes) == (found.seed, found.outcomes, found.axes)
    manifest = json.loads(json.dumps({"scenario": {"name": found.name, **found.resolved()}}))
    stored = from_manifest(manifest)
    assert (stored.name, stored.resolved(), hashes(stored)) == ("some.name", found.resolved(), hashes(found))


# ------------------------------------------------------------------------------------------------------ hashes

def test_each_thing_that_decides_results_is_in_the_hash():
    changes = [{}, {"network": {"n": 101}}, {"network": {"mean_degree": 4.1}}, {"model": {"threshold": 0.21}},
               {"network": {"kind": "influence"}}, {"model": {"absolute": True}}, {"model": {"redraw": "replicate"}},
               {"seeding": {"kind": "random", "count": 2}}, {"seeding": {"kind": "random", "share": 0.01}},
               {"seeding": {"kind": "top-degree"}}, {"horizon": 999}, {"immune": {"kind": "vulnerable", "count": 2}},
               {"immune": {"kind": "random"}}, {"immune": {"kind": "random", "share": 0.0}},
               {"model": {"threshold": {"law": "uniform", "low": 0.1, "high": 0.3}}}]
    assert len({hashes(scenario(**change))[0] for change in changes}) == len(changes)


def test_only_the_network_is_in_the_hash_of_the_network():
    def hash_(**changes):
        return scenario(**changes).points[0].network_hash()
    assert hash_() == hash_(model={"threshold": 0.1}, horizon=5, seeding={"kind": "random", "count": 3})
    assert len({hash_(), hash_(network={"n": 101}), hash_(network={"kind": "influence"})}) == 3


@pytest.mark.parametrize(("one", "other"), [
    ({"network": {"mean_degree": 4}}, {"network": {"mean_degree": 4.0}}),
    ({"model": {"threshold": 1}}, {"model": {"threshold": 1.0}}),
    ({"model": {"threshold": {"law": "uniform", "low": 0, "high": 1}}},
     {"model": {"threshold": {"high": 1.0, "low": 0.0, "law": "uniform"}}}),
    ({"model": {"threshold": {"law": "normal", "mean": 0.2, "sd": 0.1}}},
     {"model": {"threshold": {"law": "normal", "mean": 0.2, "sd": 0.1, "low": 0, "high": 1}}}),
    ({"network": {"kind": "influence"}}, {"network": {"kind": "influence", "in_degree": {"law": "poisson"}}}),
    ({}, {"seeding": {"kind": "random"}}),
    ({}, {"seeding": {}}),
    ({}, {"seeding": {"kind": "random", "count": 1}}),
    ({}, {"immune": {"kind": "nobody"}}),
    ({"network": {"count": 3}}, {"network": {"count": 4}}),
])
def test_two_ways_to_say_the_same_hash_alike(one, other):
    if other == {"seeding": {}}:
        other = {}
    assert hashes(scenario(**one)) == hashes(scenario(**other))


def test_another_axis_changes_no_hash():
    few = scenario(sweep={"network.mean_degree": [2.0, 4.0]})
    many = scenario(sweep={"model.threshold": [0.1, 0.2], "network.mean_degree": [2, 4, 6], "horizon": [5, 1000]})
    assert set(hashes(few)) < set(hashes(many))
    assert len(set(hashes(many))) == 12


def test_independent_points_are_a_matter_of_luck_not_of_points():
    assert [scenario(independent_points=flag).independent_points for flag in (False, True)] == [False, True]
    assert not scenario().independent_points
    assert hashes(scenario(independent_points=True)) == hashes(scenario())
    assert Study(scenario(independent_points=True)).identity() != Study(scenario()).identity()


# -------------------------------------------------------------------------------------------------------- axes

def test_points_are_the_product_of_the_axes_the_last_one_fastest():
    sweep = {"model.threshold": [0.1, 0.3, 0.2], "seeding.kind": ["random", "influential"], "network.n": [50, 60]}
    found = scenario(sweep=sweep)
    assert found.axes == tuple(Axis(path, tuple(values)) for path, values in sweep.items())
    assert [tuple(point.setting.values()) for point in found.points] == list(itertools.product(*sweep.values()))
    for point in found.points:
        assert (point.params.threshold, point.seeding.kind, point.network.n) == tuple(point.setting.values())


def test_without_axes_there_is_one_point():
    found = scenario()
    assert (len(found.points), found.axes, dict(found.points[0].setting)) == (1, (), {})


def span(first, last, count, **keys):
    return Span.model_validate({"from": first, "to": last, "count": count, **keys})


@given(st.decimals(-1000, 1000, places=3), st.integers(-5000, 5000).filter(bool), st.integers(2, 60))
def test_spans_are_exact_decimals(first, steps, count):
    step = Decimal(steps) / 1000
    last = first + step * (count - 1)
    values = spread(span(float(first), float(last), count), whole=False)
    assert list(values) == [float(first + step * k) for k in range(count)]
    assert all(isinstance(value, float) for value in values)


@given(st.integers(-10**9, 10**9), st.integers(1, 10**6), st.integers(2, 50))
def test_whole_numbers_stay_whole(first, step, count):
    values = spread(span(first, first + step * (count - 1), count), whole=True)
    assert list(values) == list(range(first, first + step * count, step))
    assert all(isinstance(value, int) for value in values)


def test_spans_of_a_file(file):
    file.write_text(TEXT + '[sweep]\n"model.threshold" = { from = 0.1, to = 0.25, count = 16 }\n'
                    '"network.n" = { from = 100, to = 50, count = 3 }\n')
    found = load(file)
    assert found.axes == (Axis("model.threshold", tuple(k / 100 for k in range(10, 26))),
                          Axis("network.n", (100, 75, 50)))
    assert all(type(point.network.n) is int for point in found.points)


def test_the_kind_of_network_can_be_swept():
    for kinds in itertools.permutations(["poisson", "influence"]):
        found = scenario(sweep={"network.kind": list(kinds)})
        assert [point.network.kind for point in found.points] == list(kinds)
        resolved = found.resolved()["network"]
        assert resolved == {"kind": kinds[0], "n": 100, "mean_degree": 4.0}
        assert hashes(from_data(found.resolved())) == hashes(found)


def test_whole_laws_can_be_swept_and_parts_of_them():
    values = [0.2, {"law": "uniform", "low": 0.0, "high": 0.4}, {"law": "normal", "mean": 0.2, "sd": 0.1}]
    found = scenario(sweep={"model.threshold": values})
    assert [type(point.params.threshold) for point in found.points] == [float, Uniform, Normal]
    parts = scenario(model={"threshold": values[2]}, sweep={"model.threshold.sd": [0.1, 0.2]})
    assert [point.params.threshold.sd for point in parts.points] == [0.1, 0.2]
    assert parts.points[0].hash() == found.points[2].hash()
    assert hashes(from_data(parts.resolved())) == hashes(parts)
    laws = scenario(network={"kind": "influence", "mean_degree": 4},
                    sweep={"network.out_degree": ["poisson", {"law": "two-class", "factor": 4}]})
    assert laws.points[0].network.out_degree == "poisson"
    assert law(laws.points[1].network.out_degree, 4.0) is law(laws.points[1].network.out_degree, 4.0)


def test_the_model_can_be_swept():
    found = scenario(model={"name": None}, sweep={"model.name": ["threshold"]})
    assert [point.model.name for point in found.points] == ["threshold"]
    with pytest.raises(ScenarioError) as caught:
        scenario(model={"threshold": None, "transmission": 0.1}, sweep={"model.name": ["independent-cascade", "sir"]})
    assert [str(problem) for problem in caught.value.problems] == [
        "scenario: model.recovery: is missing; 'sir' needs it"]


def test_the_seeding_can_be_swept_whatever_comes_first():
    for kinds in itertools.permutations(["random", "influential", "top-degree"]):
        found = scenario(sweep={"seeding.kind": list(kinds)})
        assert [point.seeding.count for point in found.points] == [1, 1, 1]
        assert hashes(from_data(found.resolved())) == hashes(found)


def test_all_problems_of_a_sweep_are_told_at_once_and_once(file):
    file.write_text(TEXT.replace("n = 100", "n = 0") + '[sweep]\n"model.threshold" = [0.1, 0.2, "x"]\n'
                    '"network.mean_degree" = { from = -5, to = 5, count = 1000 }\n"seeding.kind" = ["random", "no"]\n')
    said = problems(file)
    assert [line.removeprefix(f"{file}:").partition(": ")[0] for line in said] == ["6:1", "12:32", "13:1", "14:29"]


# ------------------------------------------------------------------------------------- what is typed over a file

@pytest.mark.parametrize(("sets", "check"), [
    (["network.n=50"], lambda s: s.points[0].network.n == 50),
    (["network.n=50", "network.n=60"], lambda s: s.points[0].network.n == 60),
    (["network.n = 5_0 # comment"], lambda s: s.points[0].network.n == 50),
    (["title=what follows = is text"], lambda s: s.title == "what follows = is text"),
    (['title="quoted"'], lambda s: s.title == "quoted"),
    (["title="], lambda s: s.title == ""),
    (["seed=5", "replicates=7", "horizon=9"], lambda s: (s.seed, s.replicates, s.points[0].horizon) == (5, 7, 9)),
    (["model.threshold={ law = 'uniform', low = 0, high = 0.4 }"], lambda s: s.points[0].params.threshold.high == 0.4),
    (["model.threshold={ law = 'uniform', low = 0, high = 0.4 }", "model.threshold.high=0.5"],
     lambda s: s.points[0].params.threshold.high == 0.5),
    (["seeding.kind=influential", "seeding.count=3"], lambda s: s.points[0].seeding.count == 3),
    (["network={ kind = 'ring', n = 7 }"], lambda s: s.points[0].network.kind == "ring"),
    (["network.kind=influence"], lambda s: s.points[0].network.kind == "influence"),
    (["sweep.network.n=[20, 30]"], lambda s: [point.network.n for point in s.points] == [20, 30]),
    (['sweep."network.n"=[20, 30]'], lambda s: [point.network.n for point in s.points] == [20, 30]),
    (["sweep.horizon={ from = 1, to = 3, count = 3 }"], lambda s: [point.horizon for point in s.points] == [1, 2, 3]),
    (["sweep.network.n=[20, 30]", "network.n=40"], lambda s: [point.network.n for point in s.points] == [40]),
    (["summary.global_share=0.5"], lambda s: s.summary.global_share == 0.5),
    (["record.outcomes=['size']"], lambda s: s.outcomes == ("share", "size")),
])
def test_what_is_typed_comes_first(file, sets, check):
    assert check(load(file, sets=sets))


def test_on_a_swept_key_a_set_replaces_the_axis(file):
    file.write_text(TEXT + '[sweep]\n"network.n" = [20, 30]\n"network.mean_degree" = [1, 2]\n"horizon" = [3, 4]\n')
    assert len(load(file).points) == 8
    found = load(file, sets=["network.n=50", "horizon=7", "model.threshold=.25"])
    assert found.points[0].params.threshold == 0.25
    assert [(point.network.n, point.network.mean_degree, point.horizon) for point in found.points] == [
        (50, 1.0, 7), (50, 2.0, 7)]
    whole = load(file, sets=["network={ kind = 'ring', n = 7 }"])
    assert [axis.path for axis in whole.axes] == ["horizon"]


def test_all_sets_apply_before_one_validation(file):
    found = load(file, sets=["network.kind=watts-strogatz", "network={ kind = 'star', n = 3 }", "seed=1"])
    assert found.points[0].network.kind == "star"
    said = problems(file, sets=["network.kind=watts-strogatz", "seed=-1", "network.rewiring=2"])
    assert [line.split(": ")[:2] for line in said] == [
        [f"{file}:4:2", "network.neighbours"], [f"{file}:7:1", "network.mean_degree"], ["--set", "seed"],
        ["--set", "network.rewiring"]]


def test_typed_paths_are_free_and_those_in_a_file_stay_inside(file, monkeypatch):
    elsewhere = file.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "edges.csv").write_text("source,target\na,b\n")
    monkeypatch.chdir(elsewhere)
    kind = ["network={ kind = 'file', path = 'edges.csv', direction = 'both' }"]
    for sets in (kind, ["network={ kind = 'file', direction = 'both' }", "network.path=edges.csv"],
                 ["network={ kind = 'file', direction = 'both' }", "network.path=../elsewhere/edges.csv"]):
        network = load(file, sets=sets).points[0].network
        assert network.path == str(elsewhere / "edges.csv")
        assert not existing(network)
    swept = load(file, sets=["network={ kind = 'file', direction = 'both' }",
                             "sweep.network.path=['edges.csv', '../x']"])
    stored = from_manifest({"scenario": {"name": "s", **swept.resolved()}})
    for found in (swept, stored):
        assert [point.network.path for point in found.points] == [str(elsewhere / "edges.csv"), str(file.parent / "x")]
    text = TEXT.replace('"poisson"\nn = 100\nmean_degree = 4.0',
                        '"file"\ndirection = "both"\npath = "elsewhere/edges.csv"')
    file.write_text(text)
    assert load(file).points[0].network.path == str(elsewhere / "edges.csv")
    (elsewhere / "inner.toml").write_text(text.replace("elsewhere/", "../elsewhere/"))
    assert load(elsewhere / "inner.toml").points[0].network.path == str(elsewhere / "edges.csv")
    (elsewhere / "link").symlink_to(file.parent)
    (elsewhere / "inner.toml").write_text(text.replace("elsewhere/", "link/"))
    assert "stays inside the scenario's folder (got 'link/edges.csv')" in problems(elsewhere / "inner.toml")[0]


def test_attributes_need_a_file_that_may_have_them(file):
    age = "model.threshold={ attribute = 'age' }"
    for kind, valid in (("path = 'a.csv'", False), ("path = 'a.csv', nodes = 'b.csv'", True), ("path = 'a.npz'", True),
                        ("path = 'a.dat', format = 'npz'", True)):
        sets = [f"network={{ kind = 'file', direction = 'both', {kind} }}", age]
        if valid:
            assert load(file, sets=sets).points[0].params.threshold == Attribute(attribute="age")
        else:
            assert problems(file, sets=sets) == [
                "--set: model.threshold: takes the column 'age' of the nodes, so network.nodes must name their file"]
    assert load(file, sets=["network={ kind = 'davis-southern-women' }", age])


# -------------------------------------------------------------------------------------------- models of one's own

MODEL = """
from typing import NamedTuple
from simcore import model as m

class Params(NamedTuple):
    {parameter}

def check(params):
    {check}

MODEL = m.Model(name="mine", title="Mine", doi="", Params=Params, check=check, observables={observables},
                allocate=None, reset=None, step=None)
"""


def write_model(folder, name, parameter="threshold: m.NodeValue", check="return {}", observables="('adopted', 'new')"):
    (folder / name).write_text(MODEL.format(parameter=parameter, check=check, observables=observables))
    return f"model={{ path = '{folder / name}', threshold = 0.2 }}"


def test_a_model_of_ones_own_needs_consent(file):
    set_ = write_model(file.parent, "consent.py")
    assert problems(file, sets=[set_]) == ["--set: model.path: runs the code of a file, which needs --allow-code"]
    found = load(file, sets=[set_], allow_code=True)
    assert (found.points[0].model.name, found.points[0].params.threshold) == ("mine", 0.2)
    assert found.resolved()["model"]["name"] == "mine"
    shutil.copy(file.parent / "consent.py", file.parent / "moved.py")
    moved = load(file, sets=[set_.replace("consent", "moved")], allow_code=True)
    assert hashes(moved) == hashes(found)  # what counts is the code, not where it is
    write_model(file.parent, "edited.py", parameter="threshold: m.NodeValue  # another")
    assert hashes(load(file, sets=[set_.replace("consent", "edited")], allow_code=True)) != hashes(found)


@pytest.mark.parametrize(("name", "keywords", "message"), [
    ("reserved", {"parameter": "path: int"}, "--set: model.path: a parameter cannot be named 'path'"),
    ("no_tuple", {"parameter": "x: int\nclass Params:\n    x: int"},
     "--set: model.path: 'Params' is declared as what no file can hold"),
    ("unnamed", {"parameter": "threshold: 'm.NoSuchThing'"},
     "--set: model.path: 'Params' is declared as what no file can hold"),
    ("check_says", {"check": "return {'threshold': 'must be odd'}"}, "--set: model.threshold: must be odd"),
    ("check_fails", {"check": "raise KeyError('x')"}, "--set: model.path: its check fails: KeyError: 'x'"),
])
def test_what_is_wrong_with_a_model(file, name, keywords, message):
    set_ = write_model(file.parent, f"{name}.py", **keywords)
    assert problems(file, sets=[set_], allow_code=True) == [message]


def test_trajectories_need_common_observables(file):
    write_model(file.parent, "two.py")
    write_model(file.parent, "three.py", observables="('a', 'b', 'c')")
    file.write_text(TEXT.replace('name = "threshold"\n', "")
                    + '[record]\ntrajectories = true\n[sweep]\n"model.path" = ["two.py", "three.py"]\n')
    assert problems(file, allow_code=True) == [
        f"{file}:11:1: record.trajectories: the models that are swept have no common observables to record"]


# ---------------------------------------------------------------------------------------------------- the rest

@pytest.mark.parametrize("path", catalogue.scenarios().values(), ids=catalogue.scenarios())
def test_the_catalogue_is_valid(path):
    from simcore.scenario import toml

    found = load(path)
    assert len(set(hashes(found))) == len(found.points)
    SCHEMA.validate(toml.read(path).data)
    SCHEMA.validate(found.resolved())


def test_the_schema_refuses_what_it_can():
    jsonschema.Draft202012Validator.check_schema(SCHEMA.schema)
    assert "null" not in json.dumps(SCHEMA.schema)
    assert SCHEMA.is_valid(BASE)
    for change in ({"schema": 2}, {"titel": "x"}, {"network": {"kind": "poison"}}, {"seed": -1},
                   {"network": {"kind": "ring", "n": 5, "mean_degree": 1}}, {"model": {"name": "sir", "recovery": 2}},
                   {"sweep": {"network.n": 5}}, {"sweep": {"network.n": []}}, {"stop": {}}, {"summary": {"share": 1}}):
        assert not SCHEMA.is_valid(BASE | change), change
    assert SCHEMA.is_valid(BASE | {"model": {"path": "mine.py", "whatever": 3}})
    assert SCHEMA.is_valid(BASE | {"network": {"n": 5}, "sweep": {"network.kind": ["ring", "star"]}})


def test_the_number_of_nodes_of_the_library_is_known():
    for kind in ("karate-club", "les-miserables", "florentine-families", "davis-southern-women"):
        data = BASE | {"network": {"kind": kind}}
        study = Study(from_data(data))
        assert nodes(study.scenario.points[0].network) == study.size(0)


def test_data_is_left_as_it_was():
    data = {**BASE, "sweep": {"model.threshold": [{"law": "uniform", "low": 0, "high": 1}], "network.n": [50]}}
    before = json.dumps(data)
    from_data(data)
    assert json.dumps(data) == before


def test_a_law_hardly_ever_kept_is_refused_and_a_rare_one_is_not():
    for mean, valid in ((-0.37, True), (-0.38, False), (1.37, True), (1.38, False), (0.5, True)):
        law_ = {"law": "normal", "mean": mean, "sd": 0.1}
        if valid:
            scenario(model={"threshold": law_})
        else:
            with pytest.raises(ScenarioError, match="hardly any draw"):
                scenario(model={"threshold": law_})


WORDS = ["0", "-1", "1.5", "1e400", "nan", "true", '""', '"poisson"', '"file"', "[]", "{}", "[1, [2]]", "{ law = 1 }",
         "2026-11-21", "[network]", "[[model]]", "[sweep]", '"network.n"', "kind", "path", "nodes", "share", "=", ".",
         '"', "'", "#", "{ from = 1, to = 2, count = 3 }", '{ law = "uniform" }', "\n", "\x00", "é", '"../x"',
         '"\\u0000"']
SETS = ["network.n=5", "sweep.horizon=[1]", "model.threshold=x", "a"]
FILES = [*catalogue.scenarios().values(), *sorted((Path(__file__).parent / "bad_scenarios").glob("*.toml"))]


@given(source=st.sampled_from(FILES), changes=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=400)
def test_whatever_a_file_holds_it_is_a_scenario_or_an_error_of_ours(source, changes, seed, tmp_path_factory):
    rng = random.Random(seed)
    text = source.read_text()
    for _ in range(changes):
        tokens = re.findall(r"\w+|\s+|.", text) or [""]
        place = rng.randrange(len(tokens))
        how = rng.randrange(4)
        if how == 0:
            tokens[place] = rng.choice(WORDS)
        elif how == 1:
            tokens.insert(place, rng.choice(WORDS))
        elif how == 2:
            del tokens[place:place + rng.randrange(1, 4)]
        else:
            tokens[place] = rng.choice(tokens)
        text = "".join(tokens)
    path = tmp_path_factory.getbasetemp() / "mutated.toml"
    path.write_text(text)
    try:
        found = load(path, sets=rng.choices(SETS, k=changes // 3))
    except SimcoreError as said:
        found = said
    assert found.exit_code == 2 if isinstance(found, SimcoreError) else to_toml(found.resolved())


# ------------------------------------------------------------------------------------------------- the reference

DOCS = (ROOT / "docs" / "scenarios.md").read_text()
TYPES = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false",
         "array": "list", "object": "table"}
BOUNDS = {"minimum": "at least {}", "exclusiveMinimum": "above {}", "maximum": "at most {}",
          "exclusiveMaximum": "below {}", "multipleOf": "a multiple of {}"}


def type_in_words(schema):
    if "enum" in schema or "const" in schema:
        return " or ".join(f"`{json.dumps(word)}`" for word in schema.get("enum", [schema.get("const")]))
    if "oneOf" in schema or "$ref" in schema:
        return "see below"
    if "anyOf" in schema:
        return " or ".join(map(type_in_words, schema["anyOf"]))
    if schema["type"] == "array":
        if not schema["items"]:
            return "list of anything"
        kinds = schema["items"].get("anyOf", [schema["items"]])
        return f"list of {' or '.join(TYPES[kind['type']] + 's' * (kind['type'] != 'string') for kind in kinds)}"
    bounds = [words.format(number(schema[key])) for key, words in BOUNDS.items() if key in schema]
    if {"minimum", "maximum"} <= schema.keys():
        bounds = [f"{number(schema['minimum'])} to {number(schema['maximum'])}"]
    return ", ".join([TYPES[schema["type"]], " and ".join(bounds)] if bounds else [TYPES[schema["type"]]])


def number(value):
    """Write a bound: 0 and 0.0 are one to typing, which keeps whichever of two equal annotations came first."""
    return f"{int(value) if value == int(value) else value:_}"


def rows(section):
    """Return what the reference says of each key of a section but the one that tells its kind."""
    schema = without_null(section.model_json_schema())
    for key, keys in schema["properties"].items():
        if key not in ("kind", "law"):
            default = f"`{json.dumps(keys['default'])}`" if "default" in keys else ""
            default = "required" if key in schema.get("required", ()) else default
            yield f"| `{key}` | {type_in_words(keys)} | {default} | {keys.get('description', '')} |"


_POISSON, _INFLUENCE, _CONFIGURATION, *_OTHERS = dict.fromkeys(NETWORKS.values())
REFERENCE = [Head, _POISSON, _INFLUENCE, _CONFIGURATION, PowerLaw, TwoClass, *_OTHERS, ModelKeys, Uniform, Normal,
             PowerOfDegree, Attribute, *dict.fromkeys(SEEDINGS.values()), *RANKINGS, Among, Cost,
             VulnerableSeeding, Sweep, Span, Values,
             Summary, Record, ByAttribute, Stop, Expect]


def test_the_reference_has_every_key_and_no_other():
    wanted = [row for section in REFERENCE for row in rows(section)]
    written = [line for line in DOCS.splitlines() if line.startswith("| `")]
    assert len(written) == len(wanted)
    for row, line in zip(wanted, written, strict=True):
        assert row == line or (row.endswith("|  |") and line.startswith(row[:-2]))
    assert all(f'`"{kind}"`' in DOCS for kind in [*NETWORKS, *IMMUNE])


def test_the_reference_can_be_followed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    example, *others = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    Path("cascade.toml").write_text(example)
    commands = [shlex.split(line, comments=True) for block in re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
                for line in block.splitlines()]
    assert len(commands) > 5
    for _, verb, *arguments in commands:
        if verb in ("check", "show"):
            assert cli.main([verb, *arguments]) == 0, arguments
    head = example.partition("[network]")[0]
    for other in others:
        Path("other.toml").write_text(head + other)
        assert load("other.toml").points
