"""The suite on tiny cases: outcomes are held to be equal, ratios are there, and no time is judged."""

import json
from functools import partial

import numpy as np
import pytest

from benchmarks import (
    cascades,
    experiments,
    harness,
    hot_loop,
    limits,
    models,
    networks,
    publish,
    report,
    scale,
    start_up,
    suites,
)
from benchmarks.harness import Case, Contestant, UnequalOutcomesError, Work, measure
from simcore import bench
from simcore.cli import main
from simcore.errors import ResourceError

SMALL = {
    "threshold-z4": partial(hot_loop.threshold_z4, 300, 40, 10),
    "threshold-z4-lanes": partial(hot_loop.threshold_z4_lanes, 300, 40, 10),
    "threshold-z4-durations": partial(hot_loop.threshold_z4_durations, 300, 40, 10),
    "threshold-z6": partial(hot_loop.threshold_z6, 300, 40, 10),
    "threshold-z6-all": partial(hot_loop.threshold_z6_all, 300, 10),
    "tiny-cascades-1e6": partial(hot_loop.tiny_cascades, 300, 20),
    "threshold-1e6": partial(hot_loop.one_cascade, "threshold-1e6", 300, 2, 1 / 6),
    "threshold-1e6-lanes": partial(hot_loop.many_cascades, "threshold-1e6-lanes", 300, 20),
    "threshold-1e7": partial(hot_loop.one_cascade, "threshold-1e7", 300, 1, 1 / 6),
    "watts-figure-1": partial(experiments.watts_figure_1, "model.threshold=0.18", "replicates=2", n=300),
    "workers-2": partial(experiments.two_workers, "replicates=2", n=300),
    "ic": partial(models.many_independent_cascades, 300, 40, 10),
    "ic-single": partial(models.single_independent_cascades, 300, 20),
    "sir": partial(models.discrete_sir, 300, 20),
    "sir-markov": partial(models.markov_sir, 300, 20),
    "culture": partial(models.culture, 3, 60, 12, 20, 10),
    "read-edges": partial(networks.read_case, 900),
    "start-up": start_up.start_up,
    "start-up-quickstart": partial(start_up.case, "start-up-quickstart", "version", ("--version",), seconds=1.5),
    **{f"scale-1e{k}": partial(scale.fitting, 300, partial(hot_loop.one_cascade, f"scale-1e{k}", 300, 1))
       for k in (5, 6, 7, 8)},
    "scale-1e8-ic": partial(models.one_independent_cascade, "scale-1e8-ic", 300),
}
SMALL |= {name: partial(make, 3 if name == "tree" else 400) for name, make in networks.CASES.items()
          if name != "read-edges"}
KEYS = ["case", "n", "arcs", "replicates", "networks", "algorithm", "outcomes", "ours_seconds", "peer", "peer_seconds",
        "ratio", "ratio_interval", "limit_ratio", "equal"]


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(limits, "GATHERED", 10_000)
    monkeypatch.setattr(start_up, "NUMBER", 1)
    cascades._network.cache_clear()


def doubling(*others, **more):
    """Return a case whose items are numbers to be doubled, at an arc each."""
    def work(round_):
        return Work(np.arange(4) + round_, 2 * (np.arange(4) + round_), np.ones(4))

    return Case("doubling", "twice a number", "number", 4, 4, ("size",), work,
                [Contestant("ours", lambda: lambda items: 2 * items), *others], **more)


def peers(rows):
    return [row["peer"] for row in rows]


def test_every_case_of_the_suites_is_tried_here():
    assert list(suites.cases()) == [name for known in suites.SUITES.values() for name in known]
    assert set(SMALL) == set(suites.cases())
    assert suites.cases("models").keys() == models.CASES.keys()


@pytest.mark.parametrize("name", SMALL)
def test_every_case_measures_or_skips_its_contestants(name, capsys):
    case = SMALL[name]()
    rows, skipped = measure(case, 2)
    with capsys.disabled():
        for peer, reason in skipped.items():
            print(f"\nbenchmark {name}: {peer} skipped, {reason}")
    assert {*peers(rows), *skipped} == {contestant.name for contestant in case.contestants[1:]}
    assert rows == json.loads(json.dumps(rows, allow_nan=False))
    for row in rows:
        assert list(row)[:len(KEYS)] == KEYS
        assert row["case"] == name
        assert 0 < row["ratio_interval"][0] <= row["ratio"] <= row["ratio_interval"][1]
        assert len(row["ratios"]) == 2
        assert row["equal"] in ("exact", "in law", "not comparable")
        assert (row["equal"] == "not comparable") == row["limit"]
        assert (row["limit_ratio"] is None) == name.startswith("start-up")
        assert row["ours_seconds"] > 0
        assert row["peer_seconds"] > 0
    assert len(list(report.table(rows))) == len(rows) + 1
    assert ("gather" in peers(rows)) != name.startswith("start-up")
    kept = case.among(peers=False).contestants
    assert [contestant.limit for contestant in kept] == [False, *[True] * (len(kept) - 1)]


def test_a_scale_that_does_not_fit_is_refused_with_numbers():
    with pytest.raises(ResourceError, match=r"a cascade on 4,294,967,295 nodes and .* needs some .* GiB here, and"):
        scale.fitting(2**32 - 1, SMALL["scale-1e8"])
    made = suites.run({"large": partial(scale.fitting, 2**32 - 1, SMALL["scale-1e8"])}, peers=False, quick=True)
    assert made["cases"] == []
    assert "GiB are free" in made["skipped"]["large"]["simcore"]


@pytest.mark.parametrize("cheat", [
    lambda items: np.ones((items.seeds.begin.size, 1)),  # nothing spreads
    lambda items: np.empty((0, 1)),  # nothing was done
    lambda items: np.full((items.seeds.begin.size + 1, 1), 300),
    lambda items: np.ones(items.seeds.begin.size),  # not what was asked for
], ids=["wrong", "none", "too many", "shape"])
def test_a_peer_that_cheats_is_caught(cheat):
    case = SMALL["threshold-z4"]()
    with pytest.raises(UnequalOutcomesError, match="threshold-z4: cheat gives"):
        measure(case._replace(contestants=[case.contestants[0], Contestant("cheat", lambda: cheat)]), 3)


def test_a_network_with_too_few_ties_is_caught():
    case = SMALL["generate-poisson"]()
    sparse = Contestant("sparse", lambda: lambda keys: [700 for _ in keys], equal="in law")  # 1200, deviation 35
    with pytest.raises(UnequalOutcomesError, match="sparse"):
        measure(case._replace(contestants=[case.contestants[0], sparse]), 1)


def test_a_peer_with_another_law_is_caught():
    case = SMALL["ic"]()
    def sized(share):
        def run(items):
            sizes = case.work(items.first // 40).outcome
            return sizes if share == 1.0 else np.maximum(1, sizes * share)
        return Contestant("other", lambda: run, equal="in law")

    assert peers(measure(case._replace(contestants=[case.contestants[0], sized(1.0)]), 3)[0]) == ["other"]
    with pytest.raises(UnequalOutcomesError, match=r"ic: other gives another law of size: on average .* in 160, ours"):
        measure(case._replace(contestants=[case.contestants[0], sized(0.7)]), 3)


def test_the_culture_model_in_mesa_has_the_law_of_ours():
    pytest.importorskip("mesa")
    companies = models.Companies(3, 200, 24, 1500)
    ours, theirs = companies.run(0), np.array(companies.in_mesa(150)(0))
    error = np.sqrt(ours.var(axis=0) / len(ours) + theirs.var(axis=0) / len(theirs))
    assert (np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 4 * error).all()


def test_ours_is_held_to_the_work_as_well():
    case = doubling()._replace(contestants=[Contestant("ours", lambda: lambda items: 3 * items)])
    with pytest.raises(UnequalOutcomesError, match="ours gives"):
        measure(case, 1)


def test_a_peer_that_goes_wrong_in_a_later_round_is_caught():
    late = Contestant("late", lambda: lambda items: 2 * items + (items[0] == 3))
    assert peers(measure(doubling(late), 2)[0]) == ["late"]
    with pytest.raises(UnequalOutcomesError):
        measure(doubling(late), 3)


def test_a_peer_that_is_not_installed_is_skipped_with_its_reason():
    def prepare():
        import no_such_peer_of_simcore  # noqa: F401

    rows, skipped = measure(doubling(Contestant("absent", prepare)), 1)
    assert rows == []
    assert "no_such_peer_of_simcore" in skipped["absent"]


def test_the_order_rotates_every_round():
    calls = []

    def noting(name):
        return Contestant(name, lambda: lambda items: calls.append(name) or 2 * items)

    measure(doubling(noting("b"), noting("c"))._replace(contestants=[noting(name) for name in "abc"]), 3)
    assert "".join(calls) == "abcbcacababc"


def test_a_peer_that_does_the_first_items_only_is_charged_for_those(monkeypatch):
    monkeypatch.setattr(harness, "_timed", lambda function, *arguments: (1.0, function(*arguments)))
    half = Contestant("half", lambda: lambda items: 2 * items[:2])
    for by_item in False, True:
        row, = measure(doubling(half, by_item=by_item), 3)[0]
        assert row["ratios"] == [2, 2, 2]
        assert row["peer_seconds"] == 0.5
        assert row["ours_seconds"] == 0.25


def test_work_is_counted_exactly():
    """On a path, who starts at the end reaches all along every arc."""
    case = SMALL["ic"]()
    work = case.work(0)
    assert 0 < work.draws < work.arcs.sum()  # nobody is tried who adopted already
    row = next(row for row in measure(case.among(peers=False), 1)[0] if row["limit"])
    assert row["work"] == {"arcs": int(work.arcs.sum()), "draws": work.draws}
    threshold = SMALL["threshold-z4-durations"]()
    sizes, arcs = threshold.work(0).outcome[:, 0], threshold.work(0).arcs
    alone = sizes == 1
    assert alone.any()
    assert (arcs[alone] == threshold.work(0).items.seeds.out_degree[alone]).all()


def test_the_interval_is_the_same_every_time_and_holds_the_median():
    ratios = np.random.default_rng(1).normal(3, 0.1, 15)
    median, low, high = harness.interval(ratios)
    assert harness.interval(ratios) == (median, low, high)
    assert 2.8 < low < median == np.median(ratios) < high < 3.2


def row(case="a", peer="b", ratio=10.0, low=9.0, high=11.0, **more):
    return {"case": case, "peer": peer, "ratio": ratio, "ratio_interval": [low, high], "n": 5, "arcs": 7,
            "limit": False, "replicates": 3, "networks": 1, "outcomes": ["size"], "work": {"arcs": 9, "draws": 0},
            "at_least": None, "at_most_seconds": None, "at_most_bytes": None, "ours_seconds": 1.0,
            "ours_peak_bytes": 10} | more


def test_a_regression_of_the_ratio_or_of_the_work_is_noticed():
    assert report.regressions([row()], [row()]) == []
    assert report.regressions([row(ratio=8.0, low=7.0, high=8.5)], [row()]) == []  # within 10 % at best
    worse, = report.regressions([row(ratio=7.0, low=6.0, high=8.0)], [row()])
    assert worse.startswith("a, b: ours is slower by a factor of 1.12 at least")
    work, = report.regressions([row(work={"arcs": 10, "draws": 0})], [row()])
    assert "the work is another" in work
    assert report.regressions([row(work={"arcs": 10, "draws": 0}, n=6)], [row()]) == []  # another case
    assert report.regressions([row(peer="c", ratio=0.1, low=0.1, high=0.1)], [row()]) == []  # nothing to compare with


def test_losing_cases_come_first():
    rows = [row("wins"), row("loses", ratio=0.5), row("limit", ratio=0.5, limit=True), row("bar", at_least=20.0),
            row("slow", at_most_seconds=0.5), row("large", at_most_bytes=9)]
    assert [line["case"] for line in report.ordered(rows)] == ["loses", "bar", "slow", "large", "wins", "limit"]


def test_the_machine_is_described_but_not_named():
    assert set(report.machine()) == {"cpu", "cores", "free_gib", "system", "python", "simcore", "numba", "numpy"}


@pytest.fixture
def tiny(monkeypatch):
    """Have the command measure two tiny cases of the suite that it finds."""
    found = bench._module("suites")
    monkeypatch.setattr(found, "cases", lambda suite: {name: SMALL[name] for name in ("threshold-z4", "scale-1e5")})


def test_the_command_prints_a_table_or_json_and_compares_with_a_baseline(tiny, tmp_path, capsys):
    assert main(["bench", "--quick", "--case", "threshold-z4", "--figure", str(tmp_path / "f.svg")]) == 0
    printed = capsys.readouterr()
    assert "threshold-z4  gather" in printed.out
    assert "cynetdiff" not in printed.out  # no peers unless asked for
    assert "measuring threshold-z4" in printed.err
    assert (tmp_path / "f.svg").exists()
    assert main(["bench", "--quick", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["case"] for row in found["cases"]} == {"threshold-z4", "scale-1e5"}
    assert found["machine"] == json.loads(json.dumps(report.machine())) | {"free_gib": found["machine"]["free_gib"]}
    for line in found["cases"]:
        assert len(line["ratios"]) == harness.QUICK
        line["ratio_interval"] = [0.0, 0.0]
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps(found))
    assert main(["bench", "--quick", "--case", "scale-1e5", "--baseline", str(baseline)]) == 0
    for line in found["cases"]:
        line["work"] = {"arcs": 1, "draws": 0}
    baseline.write_text(json.dumps(found))
    capsys.readouterr()
    assert main(["bench", "--quick", "--case", "scale-1e5", "--baseline", str(baseline)]) == 1
    assert "scale-1e5, gather: the work is another" in capsys.readouterr().err


def test_the_command_refuses_what_it_cannot_do_before_it_measures(tiny, tmp_path, capsys):
    assert main(["bench", "--case", "treshold-z4"]) == 2
    assert "did you mean 'threshold-z4'" in capsys.readouterr().err
    (tmp_path / "no.json").write_text("[]")
    assert main(["bench", "--baseline", str(tmp_path / "no.json")]) == 2
    assert "is no report that simcore bench --json printed" in capsys.readouterr().err


def test_the_figure_has_a_curve_where_there_is_one():
    from simcore.figures import benchmarks

    rows = [line for name in ("scale-1e5", "threshold-z4") for line in measure(SMALL[name]().among(peers=False), 1)[0]]
    more = [dict(rows[0], case=case, arcs=rows[0]["arcs"] * 10, ours_ns_per_arc=cost)
            for case, cost in (("scale-1e6", 4.0), ("scale-1e6-ic", 20.0))]
    assert len(benchmarks.drawn({"cases": rows}).figure.axes) == 1
    figure, data = benchmarks.drawn({"cases": rows + more})
    assert len(figure.axes) == 2
    assert figure.axes[1].lines[0].get_ydata().tolist() == [rows[0]["ours_ns_per_arc"], 4.0]  # of one kind of cascade
    assert [line["case"] for line in data] == ["scale-1e5", "threshold-z4", "scale-1e6", "scale-1e6-ic"]


def test_the_readme_has_the_table_of_the_published_report(tmp_path):
    if (publish.ROOT / publish.REPORT).exists():
        stored = json.loads((publish.ROOT / publish.REPORT).read_text("utf-8"))
        assert publish.section(stored) in (publish.ROOT / publish.README).read_text("utf-8")
    rows, _ = measure(SMALL["scale-1e5"]().among(peers=False), 1)
    found = {"machine": report.machine(), "cases": rows, "skipped": {}}
    plain = "# simcore\n\nFast.\n\n## What is in it\n\nAll.\n"
    (tmp_path / publish.README).write_text(plain)
    publish.publish(found, tmp_path)
    once = (tmp_path / publish.README).read_text()
    assert once.startswith("# simcore\n\nFast.\n")
    assert once.endswith("\n## What is in it\n\nAll.\n")
    assert f"| `scale-1e5` | {report.readable(rows[0]['ours_seconds'])} | gather |" in once
    assert json.loads((tmp_path / publish.REPORT).read_text()) == json.loads(json.dumps(found))
    assert (tmp_path / publish.FIGURE).exists()
    losing = rows[0] | {"case": "losing", "ratio": 0.1, "ratio_interval": [0.1, 0.1], "limit": False}
    publish.publish(found | {"cases": [*rows, losing]}, tmp_path)
    again = (tmp_path / publish.README).read_text()
    assert again.index("| `losing`") < again.index("| `scale-1e5`")
    publish.publish(found, tmp_path)
    assert (tmp_path / publish.README).read_text() == once
