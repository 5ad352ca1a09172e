"""The harness on tiny cases: outcomes are held to be equal, ratios are there, and no time is judged."""

import json
from functools import partial

import numpy as np
import pytest

from benchmarks import harness, hot_loop, networks
from benchmarks.harness import Case, Contestant, UnequalOutcomesError, Work, measure, report, table

SMALL = {
    "threshold-z4": lambda: hot_loop.threshold_z4(300, 10),
    "tiny-cascades-1e6": lambda: hot_loop.tiny_cascades(300, 20),
    "poisson-network-1e6": lambda: hot_loop.poisson_network(300, 6.0, 2),
    "million-nodes": lambda: hot_loop.million_nodes(300, 5),
}
SMALL_NETWORKS = {name: partial(make, 3 if name == "tree" else 400) for name, make in networks.CASES.items()}


@pytest.fixture(autouse=True)
def _short_gather(monkeypatch):
    monkeypatch.setattr(hot_loop, "_GATHERED", 10_000)


def doubling(*others):
    """Return a case whose items are numbers to be doubled, at an arc each."""
    def work(round_):
        return Work(np.arange(4) + round_, 2 * (np.arange(4) + round_), np.ones(4))

    return Case("doubling", "twice a number", "number", work,
                [Contestant("ours", lambda: lambda items: 2 * items), *others])


def names(result):
    return [contestant["name"] for contestant in result["contestants"]]


@pytest.mark.parametrize("name", [*hot_loop.CASES, *networks.CASES])
def test_every_case_measures_or_skips_its_contestants(name, capsys):
    case = (SMALL | SMALL_NETWORKS)[name]()
    result = measure(case, 3)
    with capsys.disabled():
        for peer, reason in result["skipped"].items():
            print(f"\nbenchmark {name}: {peer} skipped, {reason}")
    assert {*names(result), *result["skipped"]} == {contestant.name for contestant in case.contestants}
    assert names(result)[0] == "simcore"
    assert result == json.loads(json.dumps(result))
    assert result["name"] == name
    for contestant in result["contestants"]:
        ratio = contestant["ratio"]
        assert len(ratio["rounds"]) == 3
        assert 0 < ratio["low"] <= ratio["median"] <= ratio["high"]
        assert contestant["s_per_item"] == pytest.approx(1e-9 * contestant["ns_per_arc"] * result["arcs_per_item"])
        assert contestant["setup_s"] > 0
        assert contestant["first_call_s"] > 0
    assert result["contestants"][0]["ratio"]["rounds"] == [1, 1, 1]
    assert sum(line.startswith("simcore") for line in table(result)) == 1


@pytest.mark.parametrize("cheat", [
    lambda seeds: np.ones(seeds.begin.size),  # nothing spreads
    lambda seeds: np.empty(0),  # nothing was done
    lambda seeds: np.full(seeds.begin.size + 1, 300),
], ids=["wrong", "none", "too many"])
def test_a_peer_that_cheats_is_caught(cheat):
    case = SMALL["threshold-z4"]()
    with pytest.raises(UnequalOutcomesError, match="threshold-z4: cheat gives"):
        measure(case._replace(contestants=[case.contestants[0], Contestant("cheat", lambda: cheat)]), 3)


def test_a_network_with_too_few_ties_is_caught():
    case = SMALL["poisson-network-1e6"]()
    sparse = Contestant("sparse", lambda: lambda keys: [700 for _ in keys])  # 900 expected, deviation 30
    with pytest.raises(UnequalOutcomesError, match="sparse"):
        measure(case._replace(contestants=[case.contestants[0], sparse]), 1)


def test_a_peer_that_goes_wrong_in_a_later_round_is_caught():
    late = Contestant("late", lambda: lambda items: 2 * items + (items[0] == 3))
    assert names(measure(doubling(late), 2)) == ["ours", "late"]
    with pytest.raises(UnequalOutcomesError):
        measure(doubling(late), 3)


def test_a_peer_that_is_not_installed_is_skipped_with_its_reason():
    def prepare():
        import no_such_peer_of_simcore  # noqa: F401

    result = measure(doubling(Contestant("absent", prepare)), 1)
    assert names(result) == ["ours"]
    assert "no_such_peer_of_simcore" in result["skipped"]["absent"]
    assert any(line.startswith("skipped: absent") for line in table(result))


def test_the_order_rotates_every_round():
    calls = []

    def noting(name):
        return Contestant(name, lambda: lambda items: calls.append(name) or 2 * items)

    measure(doubling(noting("b"), noting("c"))._replace(contestants=[noting(name) for name in "abc"]), 3)
    assert "".join(calls) == "abcbcacababc"


def test_a_peer_that_does_the_first_items_only_is_charged_for_those(monkeypatch):
    monkeypatch.setattr(harness, "_timed", lambda function, *arguments: (1.0, function(*arguments)))
    half = Contestant("half", lambda: lambda items: 2 * items[:2])
    result = measure(doubling(half), 3)
    assert result["contestants"][1]["ratio"]["rounds"] == [2, 2, 2]
    assert result["contestants"][1]["s_per_item"] == 0.5


def test_the_interval_is_the_same_every_time_and_holds_the_median():
    ratios = np.random.default_rng(1).normal(3, 0.1, 15)
    first, second = harness._summary(ratios), harness._summary(ratios)
    assert first == second
    assert first["low"] < first["median"] == np.median(ratios) < first["high"]
    assert 2.8 < first["low"] < first["high"] < 3.2


def test_the_machine_is_described_but_not_named():
    assert set(harness.machine()) == {"cpu", "cores", "system", "python", "simcore", "numba", "numpy"}


def test_the_command_prints_tables_or_json(monkeypatch, capsys):
    monkeypatch.setattr(hot_loop, "CASES", SMALL)
    hot_loop.main(["--quick", "--case", "million-nodes"])
    assert capsys.readouterr().out.startswith("million-nodes: ")
    hot_loop.main(["--quick", "--json", "--case", "million-nodes"])
    printed = json.loads(capsys.readouterr().out)
    assert printed.keys() == report([]).keys()
    assert [case["rounds"] for case in printed["cases"]] == [harness.QUICK]
    monkeypatch.setattr(networks, "CASES", SMALL_NETWORKS)
    networks.main(["--quick", "--case", "poisson"])
    assert capsys.readouterr().out.startswith("poisson: ")
