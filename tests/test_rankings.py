"""What ranks nodes, against plain twins, networkx and cases worked by hand."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore._jit import JIT
from simcore.keeping import estimated, manifest
from simcore.network.adapters import from_networkx
from simcore.network.blocks import blocks
from simcore.network.csr import from_arcs, with_in_arcs
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from simcore.network.regular import complete, path, ring, star
from simcore.scenario import load
from simcore.seeding import MEASURES, Ranking, kept, order, paths, scores, spectral
from simcore.seeding.communities import communities
from simcore.seeding.cores import core_numbers
from simcore.seeding.kept import inward, ties
from simcore.seeding.rankings import ELECTED
from simcore.study import Study
from tests.naive import rankings as naive
from tests.naive import seeding as naive_seeding
from tests.naive.philox import SEED_TIE, below, bits64, c3
from tests.strategies import arcs_of, keys, networks

KEY = np.uint64(20100829)
seconds = pytest.mark.skipif(not JIT, reason="takes minutes in plain Python")


def everybody(network):
    return np.arange(network.n, dtype=np.uint32)


def tie_of(key):
    return lambda node: bits64(int(key), node, 0, 0, c3(SEED_TIE))


# --- twins ------------------------------------------------------------------------------------------------

@given(networks(weighted=True), keys)
@settings(max_examples=80, deadline=None)
def test_rankings_by_exact_scores_equal_their_twins(drawn, key):
    network, arcs = drawn
    n, loaded = network.n, reported(network)
    out, into = ([len(others) for others in of(n, arcs)] for of in (naive.influenced, naive.influencing))
    twins = {"out-degree": out, "in-degree": into, "total-degree": [a + b for a, b in zip(out, into, strict=True)],
             "k-core": naive.core_numbers(n, arcs), "closeness": naive.closeness(n, arcs, range(n)),
             "betweenness": naive.betweenness(n, arcs)}
    for by, score in twins.items():
        assert order(loaded, Ranking(by), key, n).tolist() == naive_seeding.ranked(score, int(key)), by
    assert scores(loaded, Ranking("k-core")).tolist() == twins["k-core"]


@given(networks(min_nodes=1), keys, st.data())
@settings(max_examples=80, deadline=None)
def test_elections_equal_their_twins(drawn, key, data):
    network, arcs = drawn
    n, loaded = network.n, reported(network)
    count, p = data.draw(st.integers(0, n)), data.draw(st.sampled_from([0.0, 0.01, 0.5, 1.0]))
    radius = data.draw(st.integers(1, 4))
    tie = tie_of(key)
    for ranking, twin in ((Ranking("degree-discount", transmission=p), naive.degree_discount(n, arcs, p, count, tie)),
                          (Ranking("voterank"), naive.voterank(n, arcs, count, tie)),
                          (Ranking("collective-influence", radius=radius),
                           naive.collective_influence(n, arcs, radius, count, tie))):
        assert order(loaded, ranking, key, count).tolist() == twin, ranking
        assert order(loaded, ranking, key, n).tolist()[:count] == twin


@given(networks(weighted=True), st.sampled_from([0.0, 0.5, 0.85, 0.99]))
@settings(max_examples=60, deadline=None)
def test_pagerank_equals_its_twin(drawn, damping):
    network, arcs = drawn
    assert spectral.pagerank(network, damping) == pytest.approx(naive.pagerank(network.n, arcs, damping), rel=1e-10)


@given(networks(min_nodes=2), st.integers(1, 12), keys)
@settings(max_examples=60, deadline=None)
def test_pivots_are_drawn_and_paths_counted_from_them(drawn, number, key):
    network, arcs = drawn
    n, number = network.n, min(number, network.n)
    wanted, a = [], 0
    while len(wanted) < number < n:
        i = below(bits64(int(key), a, 0, 0, c3(18)), n)
        wanted += [i] * (i not in wanted)
        a += 1
    pivots = paths.pivots(n, key, number)
    assert pivots.tolist() == (wanted or list(range(n)))
    whole = with_in_arcs(network)
    close = naive.closeness(n, arcs, pivots.tolist())
    between = naive.sampled_betweenness(n, arcs, pivots.tolist(), network.symmetric)
    assert paths.closeness(whole, pivots) == pytest.approx([float(score) for score in close])
    assert paths.betweenness(whole, pivots) == pytest.approx([float(score) for score in between])


@given(networks(max_nodes=9))
@settings(max_examples=200, deadline=None)
def test_communities_equal_their_twin(drawn):
    network, arcs = drawn
    assert communities(ties(reported(network))).tolist() == naive.communities(network.n, arcs)


def test_nobody_moves_without_being_better_off():
    for ends, found in (([(0, 1), (0, 2), (0, 3), (2, 3)], [0, 0, 1, 1]),
                        ([(0, 1), (0, 3), (1, 2), (1, 3)], [0, 1, 1, 0])):
        network = from_arcs(4, *zip(*ends, strict=True), undirected=True).network
        assert communities(network).tolist() == naive.communities(4, arcs_of(network)) == found


def test_the_twins_agree_with_cases_worked_by_hand():
    line = [(0, 1, 1), (1, 2, 1), (2, 3, 1)]
    both = line + [(j, i, w) for i, j, w in line]
    assert naive.betweenness(4, line) == [0, 2, 2, 0]
    assert naive.closeness(4, both, range(4)) == [Fraction(1, 2), Fraction(3, 4), Fraction(3, 4), Fraction(1, 2)]
    assert naive.core_numbers(4, both) == [1] * 4
    assert naive.sampled_betweenness(4, both, [0], symmetric=True) == [0, Fraction(5, 6), Fraction(2, 3), 0]
    assert naive.voterank(4, both, 2, lambda i: i) == [1, 2]
    assert naive.collective_influence(4, both, 1, 1, lambda i: i) == [1]


# --- oracles ----------------------------------------------------------------------------------------------

GRAPHS = [nx.karate_club_graph(), nx.les_miserables_graph(), nx.gnp_random_graph(60, 0.08, seed=3),
          nx.gnp_random_graph(50, 0.06, seed=4, directed=True), nx.random_k_out_graph(40, 3, 0.5, seed=5)]


@pytest.mark.parametrize("graph", GRAPHS, ids=str)
def test_centralities_are_those_of_networkx(graph):
    graph = nx.relabel_nodes(nx.DiGraph(graph) if graph.is_directed() else nx.Graph(graph), str)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    back, undirected = graph.reverse() if graph.is_directed() else graph, nx.Graph(graph)
    loaded = from_networkx(graph)
    network, whole = loaded.network, inward(loaded)
    for found, known in (
            (core_numbers(ties(loaded)), nx.core_number(undirected)),
            (spectral.pagerank(network), nx.pagerank(back, weight=None, tol=1e-15, max_iter=2000)),
            (paths.closeness(whole, everybody(network)), nx.closeness_centrality(back)),
            (paths.betweenness(whole, everybody(network)), nx.betweenness_centrality(graph, normalized=False))):
        wanted = np.array([known[str(label)] for label in loaded.labels])
        assert found / found.sum() == pytest.approx(wanted / wanted.sum(), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("weight", [None, "weight"])
def test_eigenvector_is_that_of_numpy(weight):
    graph = nx.relabel_nodes(nx.les_miserables_graph(), str)
    loaded = from_networkx(graph, weight=weight)
    matrix = nx.to_numpy_array(graph, nodelist=list(loaded.labels), weight=weight)
    leading = np.abs(np.linalg.eigh(matrix)[1][:, -1])
    assert spectral.eigenvector(loaded.network) == pytest.approx(leading / leading.max(), rel=1e-9)


def test_eigenvector_does_not_swing_where_ties_alternate():
    score = spectral.eigenvector(star(101))
    assert score == pytest.approx([1.0, *[0.1] * 100], rel=1e-9)


def test_voterank_elects_as_networkx_does():
    for graph in (nx.karate_club_graph(), nx.gnp_random_graph(60, 0.1, seed=2, directed=True)):
        loaded = from_networkx(graph)
        assert order(loaded, Ranking("voterank"), KEY, 6).tolist() == nx.voterank(graph, 6)  # there is no tie


def test_communities_are_as_good_as_those_of_networkx():
    for graph in GRAPHS[:3]:
        loaded = from_networkx(nx.Graph(graph))
        found = communities(loaded.network)
        place = dict(zip(map(str, loaded.labels), found.tolist(), strict=True))
        mine = [{node for node in graph if place[str(node)] == g} for g in range(found.max() + 1)]
        theirs = min(nx.community.modularity(graph, nx.community.louvain_communities(graph, None, seed=seed), None)
                     for seed in range(5))
        assert nx.community.modularity(graph, mine, None) > theirs - 0.01


@seconds
def test_planted_communities_are_found():
    network = blocks([100, 150, 50], [[0.3, 0.01, 0.01], [0.01, 0.3, 0.01], [0.01, 0.01, 0.3]], KEY)
    assert communities(network).tolist() == [0] * 100 + [1] * 150 + [2] * 50


# --- what is promised -------------------------------------------------------------------------------------

@pytest.mark.parametrize("by", [by for by in MEASURES if by != "attribute"])
def test_every_ranking_has_each_node_once_on_any_network(by):
    for network in (path(0), path(1), complete(5), star(7), from_arcs(6, [0, 1, 2], [1, 2, 0]).network,
                    from_arcs(4, [], []).network, from_arcs(3, [0, 1, 0], [1, 2, 2]).network):
        found = order(reported(network), Ranking(by), KEY, network.n)
        assert sorted(found.tolist()) == list(range(network.n))


@pytest.mark.parametrize("by", ["pagerank", "eigenvector", "closeness", "betweenness"])
def test_nodes_that_nothing_tells_apart_are_equal(by):
    for network in (ring(31), complete(9)):
        assert len(set(scores(reported(network), Ranking(by)).tolist())) == 1
    leaves = scores(reported(star(30)), Ranking(by))[1:]
    assert len(set(leaves.tolist())) == 1


@pytest.mark.parametrize("by", [by for by in MEASURES if by not in ("attribute", "in-degree")])
def test_first_comes_who_influences_not_who_is_influenced(by):
    n = 12
    out = from_arcs(n, [0] * 5 + [1, 2], [1, 2, 3, 4, 5, 6, 7]).network
    into = from_arcs(n, [1, 2, 3, 4, 5, 6, 7], [0] * 5 + [1, 2]).network
    assert order(reported(out), Ranking(by), KEY, 1).tolist() == [0] or by in ("k-core", "betweenness",
                                                                              "collective-influence")
    if by not in ("total-degree", "k-core", "betweenness", "collective-influence"):
        assert order(reported(into), Ranking(by), KEY, 1).tolist() != [0]


def test_numbers_of_paths_beyond_all_floats_are_compared():
    """A chain of diamonds: 2^k shortest paths lead through k of them."""
    links = 1500
    joints = np.arange(links) * 3
    source = np.concatenate([joints, joints, joints + 1, joints + 2])
    target = np.concatenate([joints + 1, joints + 2, joints + 3, joints + 3])
    network = from_arcs(3 * links + 1, source, target, undirected=True).network
    found = paths.betweenness(network, np.array([0, 3 * links], np.uint32))
    assert np.isfinite(found).all()
    assert found[1::3].tolist() == pytest.approx(found[2::3].tolist(), rel=1e-9)
    # of the paths between the two ends, each node of a pair is on half; all others begin or end at one of them
    middle = 3 * (links // 2)
    assert found[middle] == pytest.approx(found[::-1][middle], rel=1e-9)


def test_looking_ahead_in_large_networks_changes_nothing(monkeypatch):
    network = poisson(300, 4.0, KEY)
    found = paths.betweenness(network, everybody(network)[:20])
    monkeypatch.setattr(paths, "_LARGE", 0)
    assert paths.betweenness(network, everybody(network)[:20]).tolist() == found.tolist()


def test_only_samples_ask_for_the_key():
    loaded = reported(poisson(60, 4.0, KEY))
    for by in ("pagerank", "betweenness", "closeness"):
        assert scores(loaded, Ranking(by), KEY) is scores(loaded, Ranking(by), np.uint64(1))
    sampled = Ranking("betweenness", pivots=5)
    assert scores(loaded, sampled, KEY).tolist() != scores(loaded, sampled, np.uint64(1)).tolist()


def test_large_networks_are_sampled_and_small_ones_are_not():
    assert [paths.number_of_pivots(n) for n in (0, 7, 10_000, 10_001)] == [0, 7, 10_000, 256]
    assert [paths.number_of_pivots(n, 300) for n in (0, 7, 10_000, 10_001)] == [0, 7, 300, 300]


def test_answers_are_kept_as_long_as_the_network():
    loaded = reported(poisson(50, 4.0, KEY))
    first = scores(loaded, Ranking("betweenness"))
    assert scores(loaded, Ranking("betweenness")) is first
    assert scores(loaded, Ranking("closeness")) is not first
    assert scores(reported(loaded.network), Ranking("betweenness")) is not first
    alive, here = weakref.ref(loaded), weakref.ref(first)
    del loaded, first
    gc.collect()
    assert alive() is None
    assert here() is None


def test_answers_are_bounded_and_asked_for_once_by_many_threads():
    loaded, asked = reported(path(3)), []
    begin = threading.Barrier(8)

    @kept.kept
    def slow(_loaded, number):
        asked.append(number)
        time.sleep(0.01)  # so that all the others ask meanwhile
        return [number]

    def ask():
        begin.wait()
        slow(loaded, 1)
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == [1]
    for number in range(2, 40):
        slow(loaded, number)
    assert slow(loaded, 39) is slow(loaded, 39)
    slow(loaded, 1)
    assert asked.count(1) == 2


@given(networks(min_nodes=1))
@settings(max_examples=50, deadline=None)
def test_numbering_changes_no_score(drawn):
    network, arcs = drawn
    n = network.n
    mirrored = from_arcs(n, [n - 1 - i for i, _, _ in arcs], [n - 1 - j for _, j, _ in arcs],
                         undirected=network.symmetric).network
    for by in ("k-core", "pagerank", "closeness", "betweenness"):
        one, other = scores(reported(network), Ranking(by)), scores(reported(mirrored), Ranking(by))
        assert one.tolist() == other[::-1].tolist(), by


def test_arcs_of_a_star_rank_its_hub_first():
    loaded = reported(star(9))
    for by in MEASURES:
        if by not in ("attribute", "k-core", "collective-influence"):
            assert order(loaded, Ranking(by), KEY, 1).tolist() == [0], by
    assert arcs_of(loaded.network)
    assert set(ELECTED) < set(MEASURES)


def test_a_run_says_which_rankings_are_estimated(tmp_path):
    (tmp_path / "mine.toml").write_text("""schema = 1
title = "between"
replicates = 2
[network]
kind = "ring"
n = 10_050
[model]
name = "threshold"
threshold = 0.9
[seeding]
kind = "mixture"
parts = [{ kind = "top", by = "betweenness" }, { kind = "top", by = "pagerank" }]
""")
    study = Study(load(tmp_path / "mine.toml"))
    assert estimated(study) == manifest(study)["provenance"]["estimated"] == [
        "betweenness: estimated from the paths of 256 of 10050 nodes"]
    assert estimated(Study(load(tmp_path / "mine.toml", sets=["network.n=9000"]))) == []
