"""`simcore verify`: what is measured, how it is judged, and that a wrong expectation, formula or network is noticed."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from simcore import cli, models
from simcore.errors import UsageError
from simcore.intervals import standard_error
from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import from_data, from_manifest, load
from simcore.scenario.expectations import setting
from simcore.scenario.write import to_toml
from simcore.study import Study
from simcore.verify import Source, conclusion, formulas, on_page, sources, structures, table, verify
from simcore.verify.culture import LAWS
from simcore.verify.measure import Readings, chi_squared
from simcore.verify.page import MARK
from simcore.verify.verdicts import Compared, Verdict, markdown

ROOT = Path(__file__).parent.parent
LATER = set()  # of those of the shared specification
SCENARIO = {
    "schema": 1, "title": "t", "seed": 3, "replicates": 60, "horizon": 30,
    "network": {"kind": "poisson", "n": 200, "mean_degree": 3.0, "count": 12},
    "model": {"name": "threshold", "threshold": 0.2}, "seeding": {"kind": "random", "count": 2},
    "sweep": {"network.mean_degree": [2.0, 3.0], "seeding.kind": ["random", "influential"]},
    "record": {"trajectories": True, "by_class": "out-degree-decile"}}
HERE = {"network.mean_degree": 3.0, "seeding.kind": "influential"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    study = Study(from_data(SCENARIO))
    store = open_folder(study, tmp_path_factory.mktemp("verify") / "out", resume=False)
    run(study, store, workers=2)
    return store


def expectation(**keys):
    data = {**SCENARIO, "expect": [{"at": HERE, "value": 1.0, **keys}]}
    return from_data(data).expectations[0]


def rows(store, at):
    """Return the outcomes and the trajectories of a point as plain lists, looked up the long way."""
    hash_ = next(point["hash"] for point in store.manifest["points"] if point["point"] == at)
    found = [row for row in store.read().to_pylist() if row["point"] == hash_]
    series = {}
    for row in store.read("series").to_pylist():
        if row["point"] == hash_:
            series.setdefault(row["replicate"], {})[row["t"]] = row
    return sorted(found, key=lambda row: row["replicate"]), series


def clustered(pairs):
    """Return mean and standard error of (value, network) pairs, from the sums of deviations by network."""
    mean = sum(value for value, _ in pairs) / len(pairs)
    sums = {}
    for value, network in pairs:
        sums[network] = sums.get(network, 0.0) + value - mean
    number = len(sums)
    return mean, math.sqrt(number / (number - 1) * sum(total**2 for total in sums.values())) / len(pairs)


# ------------------------------------------------------------------------------------------------- measuring

def test_proportions_and_means(store):
    found, _ = rows(store, HERE)
    readings = Readings(store)
    hits = [(row["share"] >= 0.1, row["network"]) for row in found]
    assert readings.observe(expectation(of="p_global")) == pytest.approx(clustered(hits))
    taken = [(row["share"], row["network"]) for row in found if row["share"] >= 0.1]
    assert readings.observe(expectation(of="share_given_global")) == pytest.approx(clustered(taken))
    assert readings.observe(expectation(of="duration")) == pytest.approx(
        clustered([(row["duration"], row["network"]) for row in found]))
    assert readings.observe(expectation(of="peak", per_node=True)) == pytest.approx(
        clustered([(row["peak"] / 200, row["network"]) for row in found]))


def test_some_replicates_only(store):
    found, _ = rows(store, HERE)
    degree = found[0]["seed_out_degree"]
    kept = [row for row in found if row["seed_out_degree"] == degree]
    assert 2 < len(kept) < len(found)
    where = {"seed_out_degree": degree}
    assert Readings(store).observe(expectation(of="size", where=where)) == pytest.approx(
        clustered([(row["size"], row["network"]) for row in kept]))


def test_trajectories(store):
    found, series = rows(store, HERE)
    readings = Readings(store)
    at = [(series[row["replicate"]][3]["adopted"] / 200, row["network"]) for row in found]
    assert readings.observe(expectation(of="adopted", time=3, per_node=True)) == pytest.approx(clustered(at))
    peaks = [(max(series[row["replicate"]].values(), key=lambda one: (one["new"], -one["t"]))["t"], row["network"])
             for row in found]
    assert readings.observe(expectation(of="new", statistic="peak-time")) == pytest.approx(clustered(peaks))
    median = readings.observe(expectation(of="adopted", time=3, statistic="median"))
    assert median.value == pytest.approx(np.median([share for share, _ in at]) * 200)
    assert 0 < median.standard_error < 40


def test_new_adopters(store):
    hash_ = next(point["hash"] for point in store.manifest["points"] if point["point"] == HERE)
    new = [row for row in store.read("classes").to_pylist() if row["point"] == hash_ and row["t"] == 2]
    found = Readings(store).observe(expectation(of="new_out_degree", time=2))
    assert found.value == pytest.approx(sum(row["new_out_degree"] for row in new) / sum(row["new"] for row in new))
    assert 0 < found.standard_error < 1


def test_ratios_are_those_of_the_summary(store):
    from simcore.summary import summarise

    entry = next(entry for entry in summarise(store)["points"] if entry["point"] == HERE)
    said, reach = entry["multiplier"], stats.t.ppf(0.975, entry["networks"] - 1)
    m, d = (Readings(store).observe(expectation(of=of)) for of in ("multiplier", "direct_ratio"))
    assert (m.value, d.value) == pytest.approx((said["m"], said["d"]))
    assert said["m"] * math.exp(reach * m.standard_error / m.value) == pytest.approx(said["m_interval"][1])


def test_where_all_agree_the_error_is_that_of_what_is_expected(tmp_path):
    data = {"schema": 1, "title": "t", "replicates": 50, "network": {"kind": "star", "n": 9},
            "model": {"name": "independent-cascade", "transmission": 1.0},
            "expect": [{"of": "p_global", "value": 0.98}, {"of": "p_global", "value": 0.5}, {"of": "size", "value": 9}]}
    rare, wrong, sure = verify([Source("star", from_data(data))], tmp_path)
    assert rare.standard_error == pytest.approx(math.sqrt(0.98 * 0.02 / 50))
    assert rare.passed
    assert not wrong.passed
    assert (sure.observed, sure.z, sure.passed) == (9.0, None, True)


def test_medians_err_as_medians_do():
    from simcore.verify.measure import _median

    random = np.random.default_rng(5)
    samples = [random.normal(size=400) for _ in range(400)]
    found = [_median(sample, np.arange(400)) for sample in samples]
    spread = np.std([one.value for one in found])
    assert np.mean([one.standard_error for one in found]) == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize(("counts", "law", "statistic", "freedom"), [
    ([10, 20, 0], [0.5, 0.5], 25 / 15 + 25 / 15, 1),
    ([0, 40, 40, 20, 0], [0.0, 0.4, 0.4, 0.2], 0.0, 2),
    ([50, 46, 3, 1], [0.5, 0.46, 0.03], 0.0, 1),  # the last cells are put together, and with the one before them
])
def test_chi_squared(counts, law, statistic, freedom):
    compared = Compared(np.array(counts), np.append(law, max(0.0, 1.0 - sum(law))))
    assert chi_squared(compared) == (pytest.approx(statistic, abs=1e-9), freedom)


def test_what_cannot_be_is_noticed():
    once = Compared(np.array([0, 39, 40, 20, 1]), np.array([0.0, 0.4, 0.4, 0.2, 0.0]))
    assert chi_squared(once)[0] > 1e6


# ------------------------------------------------------------------------------------------------- judging

def verdict(**changes):
    return Verdict(**{"target": 4, "scenario": "s", "setting": {"network.mean_degree": 4.0}, "quantity": "p_global",
                      "expected": 0.5, "observed": 0.5, "standard_error": 0.01, "tolerance": 0.0, "source": "w",
                      **changes})


@pytest.mark.parametrize(("changes", "z", "passed"), [
    ({"observed": 0.529}, 2.9, True), ({"observed": 0.531}, 3.1, False), ({"observed": 0.469}, -3.1, False),
    ({"observed": 0.531, "tolerance": 0.002}, 2.9, True), ({"observed": 0.499, "tolerance": 0.002}, 0.0, True),
    ({"observed": 0.5, "standard_error": 0.0}, None, True), ({"observed": 0.5001, "standard_error": 0.0}, None, False),
    ({"observed": 0.5001, "standard_error": 0.0, "tolerance": 1e-3}, None, True),
    ({"observed": 0.6, "standard_error": math.inf}, None, False), ({"observed": math.nan}, math.nan, False),
])
def test_verdicts(changes, z, passed):
    found = verdict(**changes)
    assert found.z == (None if z is None else pytest.approx(z, nan_ok=True))
    assert found.passed is passed


def test_what_is_printed():
    several = [verdict(), verdict(observed=0.7), verdict(observed=0.51, tolerance=0.1),
               verdict(target=1, scenario="theory", standard_error=0.0)]
    text = table(several)
    assert len(text.splitlines()) == 2 + 4 + 2
    assert re.search(r"4  s +p_global +mean_degree = 4.0 +0.5 +0.7 +0.01 +\+20.00  FAILED +w", text)
    assert "ok (± 0.1)" in text
    assert conclusion(several) == (
        "4 expectations of 2 targets: 1 FAILED. Of the 2 that chance alone decides |z| > 2 in 1, where 0.1 are to be "
        "expected; |z| < 3 is asked of all. 1 has a tolerance beside chance.")
    assert markdown(several).count("\n| ") == 5
    assert several[1].as_dict() == {
        "target": "4: s: p_global, mean_degree = 4.0", "expected": 0.5, "observed": 0.7, "standard_error": 0.01,
        "z": pytest.approx(20.0), "tolerance": 0.0, "passed": False, "source": "w"}


# ------------------------------------------------------------------------------------------------- the targets

def every_source():
    return sources(every=True)


def test_every_target_that_there_can_be_is_there():
    numbers = {row.target for row in (*formulas.FORMULAS, *structures.STRUCTURES, *LAWS)}
    for source in every_source():
        numbers |= {one.target for one in source.scenario.expectations} if source.scenario else set()
    assert None not in numbers
    assert set(range(1, 38)) - numbers == LATER
    assert numbers - set(range(1, 38)) == set(range(38, max(numbers) + 1))


def test_every_model_is_verified():
    used = {point.model.name for source in every_source() if source.scenario for point in source.scenario.points}
    assert used | {"culture"} == set(models.catalogue())


def test_scenarios_say_where_their_values_come_from_and_run_with_chance():
    for source in every_source():
        scenario = source.scenario
        if scenario is None:
            continue
        assert scenario.expectations, source.name
        assert scenario.replicates > 1, source.name
        assert all(one.source or scenario.doi for one in scenario.expectations), source.name
        assert all(setting(one, scenario.points) for one in scenario.expectations), source.name


def test_the_quick_part_is_small():
    quick, every = sources(), every_source()
    assert [source.name for source in quick] == [source.name for source in every if source in quick]
    assert len(quick) < len(every)


@pytest.mark.parametrize("row", formulas.FORMULAS, ids=lambda row: f"{row.target} {row.what}"[:60])
def test_rows_are_whole_and_a_wrong_one_is_noticed(row, monkeypatch):
    assert len(row.values) == len(row.expected)
    assert row.tolerance < 0.01 * (max(map(abs, row.expected)) or 1.0) or row.target in (9, 23)
    wrong = row._replace(values=row.values[:1], expected=(row.expected[0] + 3 * row.tolerance + 1e-9,))
    monkeypatch.setattr(formulas, "FORMULAS", (wrong,))
    assert [found.passed for found in formulas.verdicts()] == [False]


def test_cross_ties_are_measured_as_defined(monkeypatch):
    from simcore.network.csr import from_arcs

    def organisation(spans, ties, lambda_, zeta, key):
        tree = [((child - 1) // 5, child) for child in range(1, 3906)]
        above, below = zip(*tree, (7, 26), strict=True)  # 7 is a child of 1, 26 one of 5: the chief is above both
        return from_arcs(3906, above, below, undirected=True).network

    monkeypatch.setattr(structures, "organisation", organisation)
    assert structures._cross_tie(np.uint64(1)) == [0, math.sqrt(2**2 + 2**2 - 2), False]


def test_networks_are_measured_with_errors(monkeypatch):
    draws = iter(range(1000))
    row = structures.STRUCTURES[0]._replace(networks=100, measure=lambda key: [next(draws) % 4], expected=[1.5])
    done = []
    [found] = structures.verdicts([row], done.append)
    assert (found.observed, found.standard_error) == pytest.approx((1.5, math.sqrt(1.25 / 99)))
    assert sum(done) == 100


def test_the_largest_vulnerable_component_is_that_of_the_vulnerable(monkeypatch):
    from simcore.network.csr import from_arcs

    # a star of seven: its centre has too many neighbours, so only the pair beside it is a component
    star = from_arcs(10, [0, 0, 0, 0, 0, 0, 8], [1, 2, 3, 4, 5, 6, 9], undirected=True).network
    monkeypatch.setattr(structures, "poisson", lambda n, z, key: star)
    assert structures._vulnerable(np.uint64(1)) == [0.2]


# ------------------------------------------------------------------------------------------------- the command

FILE = """schema = 1
title = "a star"
doi = "10.1000/1"
replicates = 400
[network]
kind = "star"
n = 51
[model]
name = "independent-cascade"
transmission = 0.3
[seeding]
kind = "given"
[sweep]
"seeding.nodes" = [[0], [1]]
[[expect]]
at = { "seeding.nodes" = [0] }
of = "size"
value = 16.0
target = 99
[[expect]]
at = { "seeding.nodes" = [1] }
of = "size"
value = 5.71
source = "by hand"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a_star.toml"
    path.write_text(FILE)
    return path


def test_a_file_of_ones_own(file, tmp_path, capsys):
    assert cli.main(["verify", str(file), "--json", "--out", str(tmp_path / "out")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["target"] for one in found] == ["99: a_star: size, nodes = 0", "a_star: size, nodes = 1"]
    assert [one["source"] for one in found] == ["doi:10.1000/1", "by hand"]
    assert all(one["passed"] and abs(one["z"]) < 3 for one in found)
    done = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "a_star").rglob("*.parquet")}
    assert done
    assert cli.main(["verify", str(file), "--json", "--out", str(tmp_path / "out")]) == 0
    assert json.loads(capsys.readouterr().out) == found
    assert {path: path.stat().st_mtime_ns for path in done} == done


def test_a_wrong_expectation_fails(file, capsys):
    file.write_text(FILE.replace("16.0", "17.0"))
    assert cli.main(["verify", str(file)]) == 1
    said = capsys.readouterr().out
    assert said.count("FAILED") == 2  # its row, and the conclusion
    assert "1 FAILED" in said


def test_names(file, capsys):
    assert [source.name for source in sources(["theory", "star", str(file)])] == ["theory", "star", "a_star"]
    assert [source.name for source in sources(["34"])] == ["networks"]
    assert {source.name for source in sources(["29"])} == {"theory", "star", "path", "triangle"}
    assert {source.only for source in sources(["29"])} == {29}
    with pytest.raises(UsageError, match=r"nothing to verify named 'stat'; .* did you mean 'star'"):
        sources(["stat"])
    with pytest.raises(UsageError, match=r"there is no target 99; docs/verification\.md lists them"):
        sources(["99"])
    file.write_text(FILE.partition("[[expect]]")[0])
    assert cli.main(["verify", str(file)]) == 2
    assert "expects nothing" in capsys.readouterr().err
    assert cli.main(["verify", "star", "--workers", "0"]) == 2
    assert cli.main(["verify", "star", "--all"]) == 2
    assert "--all verifies everything, so it takes no names (got star)" in capsys.readouterr().err


def test_a_target_has_its_verdicts_only(tmp_path):
    found = verify(sources(["1"]), tmp_path)
    assert {one.target for one in found} == {1}
    assert [one.scenario for one in found] == ["theory", "theory"]


def test_the_page(file, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"# Head\n\n{MARK}outdated\n")
    assert cli.main(["verify", str(file), "--page", str(page)]) == 0
    head, said = page.read_text().split(MARK)
    assert head == "# Head\n\n"
    assert "outdated" not in said
    assert re.search(r"simcore \d+\.\d+\.\d+, \d{4}-\d\d-\d\d, sources [0-9a-f]{16}\.", said)
    assert "| 99 | a_star | size | nodes = 0 | 16 |" in said
    page.write_text("# Head\n")
    with pytest.raises(UsageError, match="has no line"):
        on_page(page, [])
    with pytest.raises(UsageError, match="cannot be read"):
        on_page(tmp_path / "none.md", [])


def test_a_page_that_is_not_there_is_refused_before_anything_is_verified(file, tmp_path, capsys):
    assert cli.main(["verify", str(file), "--page", str(tmp_path / "none.md")]) == 2
    said = capsys.readouterr()
    assert "cannot be read" in said.err
    assert said.out == ""


def test_the_page_of_the_documentation_lists_every_target():
    text = (ROOT / "docs" / "verification.md").read_text()
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", text.partition(MARK)[2], re.MULTILINE)}
    numbers = {row.target for row in (*formulas.FORMULAS, *structures.STRUCTURES, *LAWS)}
    for source in every_source():
        numbers |= {one.target for one in source.scenario.expectations} if source.scenario else set()
    assert listed == numbers
    assert "FAILED" not in text.partition(MARK)[2]


def test_figures(store, tmp_path):
    from simcore.figures import verification

    laws = {**SCENARIO, "replicates": 200, "network": {"kind": "path", "n": 4}, "sweep": {}, "record": {},
            "model": {"name": "independent-cascade", "transmission": 0.5}, "seeding": {"kind": "given", "nodes": [0]},
            "expect": [{"of": "size", "probabilities": [0.0, 0.5, 0.25, 0.125, 0.125]}]}
    found = [*verify([Source("law", from_data(laws))], tmp_path), verdict(), verdict(tolerance=0.1),
             verdict(setting={"network.mean_degree": 5.0}, observed=0.51), verdict(setting={"seeding.kind": "random"}),
             verdict(scenario="theory", standard_error=0.0)]
    paths = verification.draw(found, tmp_path / "figures")
    assert [path.name for path in paths] == ["law.svg", "s.svg", "deviations.svg"]
    data = (tmp_path / "figures" / "s.csv").read_text()
    assert data.startswith("scenario,quantity,setting,expected,observed,standard_error,z,tolerance\n")
    assert len(data.splitlines()) == 5
    law = (tmp_path / "figures" / "law.csv").read_text().splitlines()
    assert law[0] == "scenario,quantity,setting,level,quantile_of_law,quantile_observed"
    levels, wanted = zip(*(map(float, row.split(",")[-3:-1]) for row in law[1:]), strict=True)
    assert list(wanted) == [next(k for k, p in ((1, 0.5), (2, 0.75), (3, 0.875), (4, 1.0)) if level <= p)
                            for level in levels]
    before = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in verification.draw(found, tmp_path / "figures")] == before


# ------------------------------------------------------------------------------------------------- the file

def test_expectations_are_part_of_no_hash_and_of_what_is_resolved(tmp_path):
    data = {**SCENARIO, "expect": [{"at": HERE, "of": "p_global", "value": 0.5}]}
    plain, expecting = from_data(SCENARIO), from_data(data)
    assert [point.hash() for point in plain.points] == [point.hash() for point in expecting.points]
    assert Study(plain).identity() == Study(expecting).identity()
    path = tmp_path / "s.toml"
    path.write_text(to_toml(expecting.resolved()))
    assert load(path).expectations == expecting.expectations
    assert load(path).resolved() == expecting.resolved()
    manifest = {"scenario": {"name": "s", **expecting.resolved()}}
    assert from_manifest(manifest).expectations == expecting.expectations


@pytest.mark.parametrize(("sets", "number"), [([], 2), (["seed=3", "replicates=7"], 2), (["network.n=11"], 0),
                                              (["seeding.nodes=[0]"], 0)])
def test_what_is_set_leaves_no_expectation_of_the_file(file, sets, number):
    assert len(load(file, sets=sets).expectations) == number


def test_values_may_be_written_as_whole_numbers():
    data = {**SCENARIO, "expect": [{"at": {**HERE, "network.mean_degree": 3}, "of": "p_global", "value": 1}]}
    scenario = from_data(data)
    assert setting(scenario.expectations[0], scenario.points).setting == HERE


def test_errors_are_clustered():
    values, networks = np.repeat([0.0, 1.0], 50), np.repeat([1, 2, 3, 4], 25)
    assert standard_error(values, networks) > 2 * standard_error(values, np.arange(100))


@pytest.mark.parametrize("law", [law for law in LAWS if law.quick], ids=lambda law: law.name)
def test_laws_of_culture_hold(law):
    found = list(law.check())
    assert found
    assert {verdict.target for verdict in found} == {law.target}
    assert all(verdict.passed for verdict in found), table(found)
