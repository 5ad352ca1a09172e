"""What a scenario file may hold: axes, what is typed over its keys, models of one's own."""

from __future__ import annotations

import itertools
import shutil
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcore.errors import ScenarioError
from simcore.parameters import Attribute, Normal, Uniform
from simcore.scenario import Axis, from_data, from_manifest, load
from simcore.scenario.axes import spread
from simcore.scenario.build import law
from simcore.scenario.network_checks import existing
from simcore.scenario.schema import Span
from tests.scenarios import hashes, scenario

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


def problems(*arguments, **keywords):
    with pytest.raises(ScenarioError) as caught:
        load(*arguments, **keywords)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "cascade.toml"
    path.write_text(TEXT)
    return path


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


def span(first, last, count):
    return Span.model_validate({"from": first, "to": last, "count": count})


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
