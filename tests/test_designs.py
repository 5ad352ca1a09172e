"""Designs: the points that a sweep makes of its axes, and that they stay what they are."""

from __future__ import annotations

import itertools
import json
import math
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import qmc

from simcore.errors import ScenarioError
from simcore.scenario import from_data, from_manifest, load, sampling
from simcore.scenario.axes import place
from simcore.scenario.constraints import parse
from simcore.scenario.points import Axis
from simcore.scenario.schema import Span
from simcore.scenario.write import to_toml

BASE = {"schema": 1, "title": "t", "seed": 1, "replicates": 5,
        "network": {"kind": "poisson", "n": 50, "mean_degree": 4.0},
        "model": {"name": "threshold", "threshold": 0.18}}
DEGREE = {"network.mean_degree": {"from": 1.0, "to": 8.0}}
BOTH = DEGREE | {"model.threshold": {"from": 0.01, "to": 1.0, "scale": "log"}}


def scenario(**sweep):
    return from_data(BASE | {"sweep": sweep})


def made(found):
    return [dict(point.setting) for point in found.points]


def hashes(found):
    return [point.hash() for point in found.points]


# ------------------------------------------------------------------------------------------------ the unit cube

@pytest.mark.parametrize("name", ["random", "sobol", "saltelli", "morris"])
@given(seed=st.integers(0, 2**63 - 1), few=st.integers(0, 4))
@settings(max_examples=10)
def test_more_samples_keep_the_earlier_ones(name, seed, few):
    sampler = sampling.SAMPLERS[name]
    short, long = (sampler(samples, ["a", "b", "c"], seed, 4) for samples in (2**few, 32))
    assert np.array_equal(long[:len(short)], short)
    assert len(short) == sampling.rows(name, 2**few, 3)


@pytest.mark.parametrize("name", ["random", "latin-hypercube", "sobol"])
def test_one_more_axis_keeps_the_values_on_the_others(name):
    sampler = sampling.SAMPLERS[name]
    assert np.array_equal(sampler(16, ["a", "b", "c"], 7, 4)[:, :2], sampler(16, ["a", "b"], 7, 4))


@pytest.mark.parametrize("name", list(sampling.SAMPLERS))
def test_seeds_and_axes_have_samples_of_their_own(name):
    sampler = sampling.SAMPLERS[name]
    assert not np.array_equal(sampler(16, ["a", "b"], 1, 4), sampler(16, ["a", "b"], 2, 4))
    assert not np.array_equal(sampler(16, ["a", "b"], 1, 4)[:, 0], sampler(16, ["c", "b"], 1, 4)[:, 0])


@given(seed=st.integers(0, 2**63 - 1), samples=st.integers(1, 40))
@settings(max_examples=30)
def test_latin_hypercubes_have_one_row_in_each_part_of_every_side(seed, samples):
    cube = sampling.latin_hypercube(samples, ["a", "b", "c"], seed, 4)
    assert np.array_equal(np.sort(np.floor(cube * samples).astype(int), axis=0), np.tile(np.arange(samples), (3, 1)).T)


@given(seed=st.integers(0, 2**63 - 1), digits=st.integers(0, 7))
@settings(max_examples=20)
def test_scrambled_sobol_points_are_a_net(seed, digits):
    """In two dimensions, every box of volume 2^-m whose sides are binary fractions holds one of 2^m points."""
    cube = sampling.sobol(2**digits, ["a", "b"], seed, 4)
    for wide in range(digits + 1):
        boxes = np.floor(cube * [2**wide, 2 ** (digits - wide)]).astype(int)
        assert len({tuple(box) for box in boxes.tolist()}) == 2**digits


def test_scrambling_keeps_what_makes_a_sequence_even():
    plain = qmc.discrepancy(qmc.Sobol(4, scramble=False).random(256))
    scrambled = [qmc.discrepancy(sampling.sobol(256, list("abcd"), seed, 4)) for seed in range(10)]
    assert max(scrambled) < 1.5 * plain
    assert min(qmc.discrepancy(sampling.random(256, list("abcd"), seed, 4)) for seed in range(10)) > 3 * plain


@pytest.mark.parametrize("name", ["random", "latin-hypercube", "sobol"])
def test_coordinates_are_even_draws_over_the_seeds(name):
    """Where row 3 lies, over many seeds: uniform, and independent of where row 5 lies."""
    cubes = np.stack([sampling.SAMPLERS[name](8, ["a", "b"], seed, 4) for seed in range(400)])
    counts = np.histogram(cubes[:, 3, 1], 10, (0, 1))[0]
    assert abs(((counts - 40) ** 2 / 40).sum() - 9) / math.sqrt(18) < 4
    other = cubes[:, 5, 0]
    assert abs(np.corrcoef(cubes[:, 3, 1], other)[0, 1]) * math.sqrt(400) < 4


@given(seed=st.integers(0, 2**63 - 1), axes=st.integers(1, 5), samples=st.sampled_from([1, 4, 16]))
@settings(max_examples=20)
def test_saltelli_blocks_are_a_then_mixtures_then_b(seed, axes, samples):
    names = [f"axis {k}" for k in range(axes)]
    blocks = sampling.saltelli(samples, names, seed, 4).reshape(samples, axes + 2, axes)
    for a, *mixed, b in blocks.tolist():
        assert mixed == [[b[k] if k == which else a[k] for k in range(axes)] for which in range(axes)]
    assert np.array_equal(blocks[:, 0], sampling.sobol(samples, names, seed, 4))


@given(seed=st.integers(0, 2**63 - 1), axes=st.integers(1, 5), levels=st.sampled_from([2, 4, 10]))
@settings(max_examples=30)
def test_walks_move_every_coordinate_once_by_half_the_levels(seed, axes, levels):
    walks = sampling.morris(5, [f"axis {k}" for k in range(axes)], seed, levels).reshape(5, axes + 1, axes)
    assert set((walks * (levels - 1)).round(9).ravel()) <= set(range(levels))
    for walk in walks:
        moves = np.diff(walk, axis=0)
        assert np.abs(moves[moves != 0]) == pytest.approx(levels / 2 / (levels - 1))
        assert sorted(np.flatnonzero(moves) % axes) == list(range(axes))
        assert ((moves != 0).sum(axis=1) == 1).all()


def test_walks_start_anywhere_and_move_in_any_order():
    walks = sampling.morris(2400, ["a", "b", "c"], 3, 4).reshape(2400, 4, 3)
    starts = np.bincount((walks[:, 0] * 3).round().astype(int) @ [1, 4, 16], minlength=64)
    assert abs(((starts - 37.5) ** 2 / 37.5).sum() - 63) / math.sqrt(126) < 4
    orders = np.bincount(np.abs(np.diff(walks, axis=1)).argmax(axis=2) @ [9, 3, 1], minlength=27)
    orders = orders[orders > 0]
    assert orders.size == 6
    assert abs(((orders - 400) ** 2 / 400).sum() - 5) / math.sqrt(10) < 4


# ------------------------------------------------------------------------------------------------ values of axes

def axis(first, last, **keys):
    return Axis("a", (), Span.model_validate({"from": first, "to": last, **keys}))


@given(first=st.integers(-20, 20), size=st.integers(1, 9), scale=st.sampled_from(["linear", "log"]))
def test_whole_numbers_are_drawn_between_their_ends(first, size, scale):
    first = abs(first) + 1 if scale == "log" else first
    one = axis(first, first + size, whole=True, scale=scale)
    values = [place(one, u) for u in np.linspace(0, 1, 400)]
    assert values == sorted(values)
    assert set(values) == set(range(first, first + size + 1))
    if scale == "linear":
        cells = [place(one, (k + 0.5) / (size + 1)) for k in range(size + 1)]
        assert cells == list(range(first, first + size + 1))


def test_log_scales_multiply():
    one = axis(0.01, 100.0, scale="log")
    assert [place(one, u) for u in (0.0, 0.25, 0.5, 0.75, 1.0)] == [0.01, 0.1, 1.0, 10.0, 100.0]
    assert place(axis(1.0, 3.0), 0.25) == 1.5
    assert made(scenario(**{"model.threshold": {"from": 0.001, "to": 1.0, "count": 4, "scale": "log"}})) == [
        {"model.threshold": value} for value in (0.001, 0.01, 0.1, 1.0)]
    rounded = scenario(**{"network.n": {"from": 10, "to": 1000, "count": 5, "scale": "log", "whole": True}})
    assert [point.network.n for point in rounded.points] == [10, 32, 100, 316, 1000]


def test_words_are_drawn_as_often_as_one_another():
    found = scenario(design="sobol", samples=64, **{"seeding.kind": ["random", "influential"]}, **DEGREE)
    kinds = [point.seeding.kind for point in found.points]
    assert kinds.count("random") == kinds.count("influential") == 32


# ------------------------------------------------------------------------------------------------------- designs

@pytest.mark.parametrize(("design", "rows"), [("random", 16), ("latin-hypercube", 16), ("sobol", 16),
                                              ("saltelli", 16 * 4), ("morris", 16 * 3)])
def test_a_design_makes_points_that_its_resolved_form_makes_again(design, rows, tmp_path):
    found = scenario(design=design, samples=16, **BOTH)
    assert len(found.rows) == rows
    assert max(found.rows) + 1 == len(found.points) == len(set(hashes(found)))
    path = tmp_path / "resolved.toml"
    path.write_text(to_toml(found.resolved()))
    stored = from_manifest(json.loads(json.dumps({"scenario": {"name": "t", **found.resolved()}})))
    for again in (load(path), stored):
        assert (hashes(again), again.rows, again.resolved()) == (hashes(found), found.rows, found.resolved())


@pytest.mark.parametrize("design", ["random", "sobol", "saltelli", "morris"])
def test_more_samples_keep_the_points(design):
    few, many = (scenario(design=design, samples=samples, **BOTH) for samples in (8, 32))
    assert hashes(many)[:len(few.points)] == hashes(few)


def test_rows_that_say_the_same_are_one_point():
    found = scenario(design="saltelli", samples=8, **{"seeding.count": {"from": 1, "to": 2, "whole": True}}, **DEGREE)
    assert len(found.rows) == 32 > len(found.points) == len(set(hashes(found)))
    for row, position in enumerate(found.rows):
        block = row // 4 * 4
        if row % 4 == 1 and found.points[found.rows[block]].seeding == found.points[found.rows[block + 3]].seeding:
            assert position == found.rows[block]  # a mixture that changed nothing


def test_zip_pairs_values():
    found = scenario(design="zip", **{"network.n": [10, 20, 30], "model.threshold": [0.1, 0.2, 0.1],
                                      "network.mean_degree": {"from": 1, "to": 3, "count": 3}})
    assert made(found) == [{"network.n": n, "model.threshold": t, "network.mean_degree": z}
                           for n, t, z in ((10, 0.1, 1), (20, 0.2, 2), (30, 0.1, 3))]
    assert made(from_data(found.resolved())) == made(found)


def test_one_at_a_time_moves_each_axis_alone_from_its_first_value():
    axes = {"network.n": [10, 20, 30], "model.threshold": [0.1, 0.2],
            "seeding.kind": ["random", "influential"],
            "seeding.top": {"values": [0.1, 0.3], "when": {"seeding.kind": "influential"}}}
    found = scenario(design="one-at-a-time", **axes)
    first = {"network.n": 10, "model.threshold": 0.1, "seeding.kind": "random"}
    assert made(found) == [first, *(first | moved for moved in (
        {"network.n": 20}, {"network.n": 30}, {"model.threshold": 0.2},
        {"seeding.kind": "influential", "seeding.top": 0.1}))]
    assert made(from_data(found.resolved())) == made(found)


POINTS = """network.mean_degree,seeding.kind,model.threshold,horizon
1.5,random,0.2,10
4,"influential","{ law = ""uniform"", low = 0, high = 0.4 }",20
"""


def test_points_are_listed_in_files(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(POINTS)
    source = tmp_path / "s.toml"
    source.write_text(to_toml({**BASE, "sweep": {"design": "list", "path": "points.csv"}}))
    found = load(source)
    law = {"law": "uniform", "low": 0, "high": 0.4}
    assert made(found) == [
        {"network.mean_degree": 1.5, "seeding.kind": "random", "model.threshold": 0.2, "horizon": 10},
        {"network.mean_degree": 4, "seeding.kind": "influential", "model.threshold": law, "horizon": 20}]
    assert from_data(found.resolved()).resolved() == found.resolved()  # which needs no file
    assert [point.horizon for point in load(source, sets=["horizon=7"]).points] == [7, 7]
    pq.write_table(pa.table({"network.mean_degree": [1.5, 4.0], "seeding.kind": ["random", "influential"]}),
                   tmp_path / "points.parquet")
    typed = load(source, sets=[f"sweep.path={tmp_path / 'points.parquet'}"])
    assert [point.seeding.kind for point in typed.points] == ["random", "influential"]


@pytest.mark.parametrize(("text", "message"), [
    ("network.mean_degree\n1\nx\n", "s.toml:17:1: network.mean_degree: must be a number (got 'x')"),
    ("network.mean_degree,seeding.count\n1,2\n3,\n", "points.csv:3:3: every point needs a value of every axis"),
    ("network.mean_degree\n1\n1.0\n", "makes the same point as number 1"),
    ("mean_degree\n1\n", "did you mean 'network.mean_degree'"),
    ("network.mean_degree\n", "points.csv: the file lists no points"),
    ("", "points.csv: the file is empty"),
])
def test_what_is_wrong_with_a_list_is_told(tmp_path, text, message):
    (tmp_path / "points.csv").write_text(text)
    source = tmp_path / "s.toml"
    source.write_text(to_toml({**BASE, "sweep": {"design": "list", "path": "points.csv"}}))
    with pytest.raises(ScenarioError) as error:
        load(source)
    assert message in str(error.value)


def test_a_damaged_table_of_points_is_told(tmp_path):
    (tmp_path / "points.parquet").write_bytes(b"PAR1 nothing of the kind PAR1")
    source = tmp_path / "s.toml"
    source.write_text(to_toml({**BASE, "sweep": {"design": "list", "path": "points.parquet"}}))
    with pytest.raises(ScenarioError, match=r"points\.parquet: this is not a whole Parquet file"):
        load(source)
    pq.write_table(pa.table({"network.n": [10, None]}), tmp_path / "points.parquet")
    with pytest.raises(ScenarioError, match=r"row 2 has no 'network.n'"):
        load(source)


# ------------------------------------------------------------------------------------ conditions and constraints

CONDITIONAL = {"seeding.kind": ["random", "influential", "top-degree"], "seeding.count": [1, 2],
               "seeding.top": {"values": [0.1, 0.2, 0.3], "when": {"seeding.kind": "influential",
                                                                   "seeding.count": [1, 5]}}}


def test_conditional_axes_have_values_only_where_they_apply():
    found = scenario(**CONDITIONAL)
    wanted = []
    for kind, count in itertools.product(["random", "influential", "top-degree"], [1, 2]):
        at = {"seeding.kind": kind, "seeding.count": count}
        tops = [{"seeding.top": top} for top in (0.1, 0.2, 0.3)] if (kind, count) == ("influential", 1) else [{}]
        wanted += [at | top for top in tops]
    assert made(found) == wanted
    assert len(set(hashes(found))) == 8
    assert made(from_data(found.resolved())) == wanted
    assert from_data(found.resolved()).resolved() == found.resolved()


def test_conditions_may_ask_what_is_not_swept():
    path = {"seeding.top": {"values": [0.1, 0.2], "when": {"seeding.kind": "influential"}}}
    for kind, number in (("influential", 2), ("random", 1)):
        assert len(from_data(BASE | {"seeding": {"kind": kind}, "sweep": path}).points) == number


def test_drawn_axes_may_be_conditional():
    top = {"from": 0.1, "to": 0.9, "when": {"seeding.kind": "influential"}}
    found = scenario(design="sobol", samples=32, **{"seeding.kind": ["random", "influential"], "seeding.top": top})
    for setting in made(found):
        assert ("seeding.top" in setting) == (setting["seeding.kind"] == "influential")
    assert len(found.points) == 17  # all of random seeds are one


@given(a=st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True),
       b=st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True),
       factor=st.sampled_from(["1", "2", "0.5", "1e-1"]), most=st.integers(-5, 10),
       compare=st.sampled_from(["<=", "<", ">=", ">"]))
def test_constraints_leave_what_fulfils_them(a, b, factor, most, compare):
    text = f"{factor} * network.n - seeding.count {compare} {most} + 0 * horizon"
    wanted = [{"network.n": x + 10, "seeding.count": y} for x, y in itertools.product(a, b)
              if eval(f"Fraction('{factor}') * (x + 10) - y {compare} most",
                      {"Fraction": Fraction, "x": x, "y": y, "most": most})]
    data = BASE | {"horizon": 5, "network": {"kind": "poisson", "n": 1, "mean_degree": 0.5}, "sweep": {
        "network.n": [x + 10 for x in a], "seeding.count": b, "constraints": [text]}}
    if wanted:
        assert made(from_data(data)) == wanted
        assert made(from_data(from_data(data).resolved())) == wanted
    else:
        with pytest.raises(ScenarioError, match="leave no point"):
            from_data(data)


def test_constraints_reckon_in_decimals():
    sums = parse("a.b + a.c <= 1")
    assert sums.holds({"a.b": 0.1, "a.c": 0.9})
    assert not sums.holds({"a.b": 0.1, "a.c": 0.91})
    assert parse("1 < a.b < 2") is None
    assert parse("a.b c.d < 2") is None
    assert parse("__import__('os') < 2") is None
    assert parse("< 2") is None


# ------------------------------------------------------------------------------------------------------- mistakes

@pytest.mark.parametrize(("sweep", "messages"), [
    ({"design": "sobol", "samples": 100, **DEGREE},
     ["sweep.samples: must be a power of two: 64, 128, 256, ... (got 100)"]),
    ({"design": "sobol", **DEGREE}, ["sweep.samples: is missing: how many to draw; 'sobol' needs it"]),
    ({"design": "sobl", "samples": 4, **DEGREE}, ["sweep.design: must be 'grid', ", "did you mean 'sobol'?"]),
    ({"desing": "sobol"},
     ["keys of [sweep] itself are design, samples, levels, path, constraints, did you mean 'design'?"]),
    ({"samples": 4, "network.n": [1, 2]}, ["samples: is for designs that draw their values: random, latin-hypercube"]),
    ({"levels": 4, "network.n": [1, 2]}, ["levels: is a key of 'morris' designs only"]),
    ({"design": "morris", "samples": 4, "levels": 5, **DEGREE}, ["levels: must be a multiple of 2 (got 5)"]),
    ({"design": "random", "samples": 4}, ["design: 'random' needs at least one axis"]),
    ({"design": "list"}, ["path: is missing: the file that lists the points; 'list' needs it"]),
    ({"design": "list", "path": "x.csv"}, ["there is no such file"]),
    ({"design": "list", "path": "../x.csv"}, ["a path in a scenario stays inside the scenario's folder"]),
    ({"design": "zip", "network.n": [50, 60], "model.threshold": [0.1, 0.2, 0.3]},
     ["a 'zip' pairs values, so all axes have as many ('network.n' has 2, 'model.threshold' has 3)"]),
    ({"design": "zip", "network.n": [50, 60, 50]}, ["value number 3 makes the same point as number 1"]),
    ({"design": "random", "samples": 4, "network.mean_degree": {"from": 1, "to": 2, "count": 3}},
     ["count: a 'random' design draws its values: samples says how many (got 3)"]),
    ({"network.mean_degree": {"from": 1, "to": 2}}, ["count: is missing: the number of values"]),
    ({"design": "random", "samples": 4, "model.threshold": {"from": 0, "to": 1, "scale": "log"}},
     ["from: must be above 0 on a log scale (got 0.0)"]),
    ({"design": "random", "samples": 4, "network.n": {"from": 10, "to": 20}}, ["network.n: must be a whole number"]),
    ({"design": "random", "samples": 4, "network.n": {"from": 10, "to": 20.5, "whole": True}},
     ["to: must be a whole number, as the values are (got 20.5)"]),
    ({"seeding.top": {"values": [0.1], "when": {"seeding.kid": "influential"}}, "seeding.kind": ["random"]},
     ["'seeding.kid': is no axis that stands before this one, nor a key of the scenario"]),
    ({"design": "saltelli", "samples": 4, "constraints": ["network.mean_degree < 3"], **DEGREE},
     ["constraints: would tear the blocks of a 'saltelli' design apart"]),
    ({"constraints": ["network.n <"], "network.n": [20]}, ["must compare sums of axes, keys and numbers"]),
    ({"constraints": ["network.m < 3"], "network.n": [20]},
     ["'network.m' is neither an axis nor a key", "'network.n'?"]),
    ({"constraints": ["seeding.kind < 3"], "seeding.kind": ["random"]}, ["'seeding.kind' is not always a number"]),
    ({"design": "random", "samples": 1_000_000, "network.mean_degree": {"from": 1.0, "to": 1.0}},
     ["to: must differ from 'from'"]),
    ({"design": "saltelli", "samples": 524_288, **DEGREE}, ["make 1572864 points; at most 1000000 are possible"]),
])
def test_what_is_wrong_with_a_design_is_told(sweep, messages):
    with pytest.raises(ScenarioError) as error:
        scenario(**sweep)
    for message in messages:
        assert message in str(error.value)


def test_mistakes_are_told_where_they_stand(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(to_toml(BASE) + '[sweep]\ndesign = "morris"\nsamples = 4\n"network.n" = { from = 1, to = "x" }\n'
                    '"model.treshold" = [0.1]\n')
    with pytest.raises(ScenarioError) as error:
        load(path)
    lines = [str(problem).removeprefix(f"{path}:") for problem in error.value.problems]
    assert [line.partition(": ")[0] for line in lines] == ["17:27", "18:1"]
