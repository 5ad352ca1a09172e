"""The census against brute force: the cascade that every single node would start."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simcore as sc
from simcore import cli, models, rng, seeding
from simcore.engine import census, plain
from simcore.errors import UsageError
from simcore.instruments.concentration import gini, precision, spearman
from simcore.model import Single
from simcore.models.threshold import needs
from simcore.network.csr import from_arcs
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from tests.naive import census as twin
from tests.strategies import networks, thresholds

MODEL = models.find("threshold")


def need_of(network, values):
    out = np.empty(network.n, np.int64 if network.weighted else np.int32)
    needs(Single(network), MODEL.Params(np.array(values, np.float64)), out)
    return out


def brute(network, values, nodes):
    """Return outcomes of the plain engine, one cascade for each of these nodes."""
    alone = seeding.Seeds(np.asarray(nodes, np.uint32), np.arange(len(nodes)), np.arange(1, len(nodes) + 1),
                          np.zeros(len(nodes)), np.zeros(len(nodes)))
    return plain.run(MODEL, Single(network), MODEL.Params(np.array(values, np.float64)), alone, np.uint64(0), 0,
                     network.n + 1, False)[0]


def both_ways(network, need):
    """Yield the census as it is taken where cascades are small, and by hubs and homes."""
    for little in (census._LITTLE, -1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(census, "_LITTLE", little)
            yield census.cascades(network, need)


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_the_census_is_brute_force(data):
    network, arcs = data.draw(networks(min_nodes=1, max_nodes=14, weighted=data.draw(st.booleans())))
    lowest = st.sampled_from([0.05, 0.25, 1 / 3, 0.5, 1.0])  # or hardly any network has a hub
    values = data.draw(st.lists(data.draw(st.sampled_from([thresholds, lowest])), min_size=network.n,
                                max_size=network.n))
    sizes, longest = twin.sizes(arcs, network.n, values), max(twin.durations(arcs, network.n, values))
    for found in both_ways(network, need_of(network, values)):
        assert found.size.tolist() == sizes
        assert found.longest >= longest


@pytest.mark.parametrize("mean_degree", [0.8, 1.05, 2.0, 4.0, 5.7, 6.2, 9.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_census_is_the_plain_engine_on_networks_of_some_size(mean_degree, seed):
    network, values = poisson(3_000, mean_degree, rng.network_key(rng.root(seed), 0)), [0.18]
    expected = brute(network, values, range(network.n))
    for found in both_ways(network, need_of(network, values)):
        assert found.size.tolist() == expected[:, 0].tolist()
        assert found.longest >= expected[:, 1].max()
    some = np.array([5, 17, 17, 2_999], np.uint32)
    assert census.cascades(network, need_of(network, values), some).size.tolist() == found.size[some].tolist()


def test_runs_too_long_to_be_listed_are_undone_all_the_same(monkeypatch):
    monkeypatch.setattr(census, "_TRAIL", 1)
    network = poisson(2_000, 6.0, rng.network_key(rng.root(3), 0))
    expected = brute(network, [0.18], range(network.n))[:, 0]
    assert expected.max() > 1_900
    assert census.cascades(network, need_of(network, [0.18])).size.tolist() == expected.tolist()


def test_paths_one_way_networks_without_hubs_and_nobody():
    path = from_arcs(6, range(5), range(1, 6)).network
    assert census.cascades(path, need_of(path, [1.0])).size.tolist() == [6, 5, 4, 3, 2, 1]
    both = from_arcs(6, range(5), range(1, 6), undirected=True).network
    assert census.cascades(both, need_of(both, [0.5])).size.tolist() == [6] * 6
    assert census.cascades(both, need_of(both, [0.6])).size.tolist() == [1, 2, 1, 1, 2, 1]
    assert census.cascades(both, np.zeros(6, np.int32)).size.tolist() == [6] * 6
    assert census.cascades(from_arcs(0, [], []).network, np.empty(0, np.int32)).size.tolist() == []


def test_vulnerable_are_those_whom_one_suffices():
    network = from_arcs(4, [0, 1, 0, 3], [2, 2, 1, 2], [2.0, 1.0, 1.0, 1.0]).network
    assert census.vulnerable(network, need_of(network, [0.5])).tolist() == [False, True, True, False]
    assert census.vulnerable(network, need_of(network, [0.6])).tolist() == [False, True, False, False]


DATA = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.mark.skipif(not DATA.is_dir(), reason="the real networks are not at hand")
@pytest.mark.parametrize("name", sorted(path.parent.name for path in DATA.glob("*/edges.csv")))
def test_the_census_is_the_plain_engine_on_real_networks(name):
    from simcore.network.read import read

    direction = "both" if name in ("ego_facebook", "pgp", "nethept", "ceos_clubs") else "source-influences-target"
    network = read(DATA / name / "edges.csv", direction=direction, parallel="weights").network
    nodes = np.unique(np.linspace(0, network.n - 1, 1500).astype(np.uint32))
    for threshold in (0.08, 0.18, 0.4):
        found = census.cascades(network, need_of(network, [threshold]))
        assert found.size[nodes].tolist() == brute(network, [threshold], nodes)[:, 0].tolist()


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_what_a_census_says_of_nodes(data):
    network, arcs = data.draw(networks(min_nodes=1, max_nodes=10))
    values = data.draw(st.lists(st.sampled_from([0.2, 0.4, 0.5, 1.0]), min_size=network.n, max_size=network.n))
    loaded = reported(network, columns={"own": np.array(values)})
    found = sc.census(loaded, threshold={"attribute": "own"})
    into = [sum(v == node for _, v, _ in arcs) for node in range(network.n)]
    convinced = [into[node] > 0 and 1 / into[node] >= values[node] - 1e-9 for node in range(network.n)]
    assert found.vulnerable.tolist() == convinced
    assert found.direct.tolist() == [sum(u == node and convinced[v] for u, v, _ in arcs) for node in range(network.n)]
    sizes = twin.sizes(arcs, network.n, values)
    assert found.size.tolist() == sizes
    assert [sizes[i] for i in found.order] == sorted(sizes, reverse=True)
    pairs = sum(abs(a - b) for a in sizes for b in sizes)
    assert found.gini == pytest.approx(pairs / (2 * network.n * sum(sizes)))
    assert found.lorenz.tolist() == pytest.approx([sum(sorted(sizes)[:k]) / sum(sizes) for k in range(network.n + 1)])


def test_how_well_a_ranking_foretells():
    assert spearman([1, 2, 3, 4], [10, 20, 30, 25]) == pytest.approx(0.8)
    assert spearman([1, 1, 2], [5, 5, 9]) == pytest.approx(1.0)
    assert spearman([1, 1], [1, 2]) is None
    truth = [9, 9, 5, 1, 1, 1, 1, 1, 1, 1]
    assert precision(truth, [0, 3]) == (0.5, 0.2)
    assert precision(truth, [2, 3, 4]) == (1 / 3, 0.3)
    assert precision([1, 1, 1, 1], [2]) == (1.0, 1.0)
    assert gini([1, 2, 3, 4]) == pytest.approx(0.25)
    assert gini([0, 0, 0, 7]) == pytest.approx(0.75)
    assert gini([0, 0]) == gini([3, 3, 3]) == 0.0


def test_who_is_central_starts_larger_cascades_near_the_lower_edge():
    network = poisson(3_000, 1.3, np.uint64(5))
    found = sc.census(network, threshold=0.18)
    predictions = {each.by: each for each in found.predictions}
    assert list(predictions) == ["degree", "PageRank", "k-core", "collective influence", "betweenness"]
    for each in predictions.values():
        assert 0.1 < each.spearman <= 1.0
        assert each.precision.found > each.precision.chance
    assert predictions["degree"].spearman == pytest.approx(spearman(network.out_degree, found.size))


def test_the_census_of_sir_is_that_of_the_independent_cascade_if_all_recover_at_once():
    network = poisson(200, 3.0, np.uint64(7))
    sir = sc.census(network, "sir", samples=40, transmission=0.3, recovery=1.0)
    cascade = sc.census(network, "independent-cascade", samples=40, transmission=0.3)
    assert sir.size.tolist() == cascade.size.tolist()
    slower = sc.census(network, "sir", samples=40, transmission=0.3, recovery=0.999)
    assert slower.size.tolist() != cascade.size.tolist()


def test_census_is_a_command(tmp_path, capsys):
    path = tmp_path / "edges.csv"
    path.write_text("source,target\nb,a\nb,c\nc,d\n")
    where = ["census", str(path), "--direction", "source-influences-target"]
    assert cli.main([*where, "--threshold", ".18", "--out", str(tmp_path / "census.csv"), "--figure",
                     str(tmp_path / "figure.svg")]) == 0
    assert (tmp_path / "census.csv").read_text() == (
        "node,cascade_size,in_degree,out_degree,core,vulnerable,direct,rank,standard_error\n"
        "a,1,1,0,1,1,0,3,0.0\nb,4,0,2,1,0,2,1,0.0\nc,2,1,1,1,1,1,2,0.0\nd,1,1,0,1,1,0,4,0.0\n")
    assert "mean 2, largest 4 (exact)" in capsys.readouterr().out
    assert (tmp_path / "figure.csv").read_text().startswith("of,out_degree,nodes,mean")
    assert cli.main([*where, "--model", "independent-cascade", "--transmission", "0.5", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["samples"], said["first"][0]["node"]) == (1024, "b")
    assert abs(said["first"][0]["cascade_size"] - 2.25) < 0.15
    both = ["census", str(path), "--direction", "both", "--model", "independent-cascade", "--transmission", "0.5"]
    assert cli.main([*both, "--samples", "40", "--curve", str(tmp_path / "curve.csv")]) == 0
    assert len((tmp_path / "curve.csv").read_text().splitlines()) == 101
    assert cli.main([*where, "--model", "sir", "--transmission", "0.5", "--recovery", "0.5"]) == 0


@pytest.mark.parametrize(("words", "message"), [
    (["--threshold", "age"], "no column 'age'"),
    (["--model", "bass"], "a census is taken of threshold, independent-cascade, sir (got 'bass')"),
    (["--model", "sir", "--transmission", "2", "--recovery", "1"], "transmission"),
    ([], "threshold"),
    (["--threshold", ".2", "--curve", "x.csv"], "--curve is of independent-cascade"),
    (["--threshold", ".2", "--samples", "0"], "at least 1"),
    (["--threshold", ".2", "--out", "x.csv", "--figure", "x.svg"], "--out needs another name"),
])
def test_mistakes_have_messages(words, message, tmp_path, capsys):
    path = tmp_path / "edges.csv"
    path.write_text("source,target\nb,a\n")
    assert cli.main(["census", str(path), "--direction", "both", *words]) == 2
    assert message in capsys.readouterr().err


def test_advertising_is_no_part_of_a_census():
    with pytest.raises(UsageError, match="advertising"):
        sc.census(from_arcs(2, [0], [1]).network, threshold=0.5, advertising=0.1)
