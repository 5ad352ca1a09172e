"""What a scenario means: its points and their hashes, how it is written again, and the JSON Schema of its file."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import catalogue, models
from simcore.errors import ScenarioError, SimcoreError
from simcore.scenario import from_data, from_manifest, load
from simcore.scenario.build import nodes
from simcore.scenario.json_schema import json_schema
from simcore.scenario.write import to_toml
from simcore.study import Study
from tests.scenarios import BASE, hashes, scenario, scenarios


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


# ------------------------------------------------------------------------------------------ whatever a file holds

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
