"""simcore from Python: the same answers as a scenario, and no argument taken for another."""

from __future__ import annotations

import html

import networkx as nx
import numpy as np
import pytest

import simcore as sc
from simcore import catalogue, figures
from simcore.errors import SimcoreError
from simcore.scenario import from_data

GRAPH = nx.karate_club_graph()


def test_simulate_equals_a_scenario_on_the_same_network(tmp_path):
    scenario = from_data({"schema": 1, "title": "t", "seed": 4, "replicates": 60, "network": {"kind": "karate-club"},
                          "model": {"name": "threshold", "threshold": 0.3},
                          "seeding": {"kind": "influential", "count": 2}})
    stored = sc.run(scenario, tmp_path / "out").store.columns()
    simulated = sc.simulate(GRAPH, "threshold", threshold=0.3, seeding="influential", seeds=2, replicates=60, seed=4)
    for name in ("size", "duration", "peak", "share", "seed_in_degree", "seed_out_degree"):
        assert simulated.outcomes[name].tolist() == stored[name].tolist()


@pytest.mark.parametrize("asked", ["out-degree-decile", {"attribute": "age", "quantiles": 3}, {"attribute": "team"}])
def test_simulate_tells_adoption_by_class_as_a_scenario_does(asked, tmp_path):
    people = nx.DiGraph(nx.gnp_random_graph(40, 0.08, seed=3, directed=True))
    nx.set_node_attributes(people, {i: {"age": i % 13, "team": "abc"[i % 3]} for i in people})
    (tmp_path / "edges.csv").write_text("source,target\n" + "\n".join(f"{i},{j}" for i, j in people.edges))
    (tmp_path / "nodes.csv").write_text("node,age,team\n" + "\n".join(f"{i},{i % 13},{'abc'[i % 3]}" for i in people))
    told = repr(asked).replace("':", "' =")  # as TOML has it
    (tmp_path / "own.toml").write_text(
        "schema = 1\ntitle = 't'\nseed = 4\nreplicates = 25\nhorizon = 30\n[network]\nkind = 'file'\n"
        "path = 'edges.csv'\nnodes = 'nodes.csv'\ndirection = 'source-influences-target'\n"
        f"[model]\nname = 'independent-cascade'\ntransmission = 0.4\n"
        f"[seeding]\nkind = 'random'\ncount = 2\n[record]\nby_class = {told}\n")
    stored = sc.run(tmp_path / "own.toml", tmp_path / "out").to_arrow("classes").drop_columns(["point", "network"])
    found = sc.simulate(people, "independent-cascade", transmission=0.4, seeds=2, replicates=25, seed=4, horizon=30,
                        by_class=asked, trajectories=True)
    assert list(found.classes) == stored.column_names
    assert found.to_pandas("classes").to_dict("records") == stored.to_pylist()
    assert len({*found.classes["class"].tolist()}) == (10 if isinstance(asked, str) else 3)
    assert found.classes["new"].sum() == found.outcomes["size"].sum()
    assert found.trajectories["adopted"][:, -1].tolist() == found.outcomes["size"].tolist()
    without = sc.simulate(people, "independent-cascade", transmission=0.4, seeds=2, replicates=25, seed=4, horizon=30)
    assert without.outcomes["size"].tolist() == found.outcomes["size"].tolist()
    assert (without.classes, without.trajectories) == ({}, {})


def test_every_kind_of_network_and_seeds_by_label():
    digraph = nx.DiGraph([("ann", "bob"), ("bob", "cem")])
    for network in (digraph, sc.from_networkx(digraph), nx.to_scipy_sparse_array(digraph)):
        seeds = [0] if not isinstance(network, nx.DiGraph) and not hasattr(network, "labels") else ["ann"]
        found = sc.simulate(network, "threshold", threshold=1.0, seeds=seeds, replicates=2, horizon=5,
                            trajectories=True)
        assert found.outcomes["size"].tolist() == [3, 3]
        assert found.trajectories["adopted"].tolist() == [[1, 2, 3, 3, 3, 3]] * 2
    assert "P(global) 1.000" in repr(found)
    assert found.to_pandas().shape == (2, 6)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"seeding": "influentials"}, "did you mean 'influential'?"),
    ({"seeding": "given"}, "nodes are given by seeds"),
    ({"seeding": ["random"]}, "seeding: must be"),
    ({"seeding": "influential", "degree": "foo"}, "degree: must be"),
    ({"seeding": "influential", "top": 2}, "top: must be"),
    ({"seeds": -1}, "count: must be at least 0"),
    ({"seeds": 1.5}, "count: must be a whole number"),
    ({"seeds": "ab"}, "a list of labels"),
    ({"seeds": []}, "a list of labels"),
    ({"seeds": [0], "seeding": "influential"}, "nothing to choose"),
    ({"seeds": 35}, "there are but 34 candidates"),
    ({"replicates": 0}, "replicates: must be at least 1"),
    ({"replicates": 5.5}, "replicates: must be a whole number"),
    ({"seed": -1}, "seed: must be at least 0"),
    ({"seed": 2**63}, "seed: must be"),
    ({"horizon": -1}, "horizon: must be at least 0"),
    ({"horizon": 2**24}, "horizon: must be below 16777216"),
    ({"threshold": "x"}, "threshold: must be"),
    ({"by_class": "in-degree-decil"}, "did you mean 'in-degree-decile'?"),
    ({"by_class": {"attribute": "clubb"}}, "by_class: the network has no column 'clubb'; it has club, did you mean"),
    ({"by_class": {"attribute": "club", "quantiles": 1}}, "by_class.quantiles: must be at least 2"),
    ({"by_class": "level"}, "by_class: a network of one's own has no levels"),
])
def test_a_wrong_argument_is_refused(arguments, message):
    with pytest.raises(SimcoreError) as caught:
        sc.simulate(GRAPH, **{"threshold": 0.3} | arguments)
    assert message in str(caught.value)


@pytest.mark.parametrize("network", [None, "karate-club", np.eye(3)])
def test_what_is_no_network_is_refused(network):
    with pytest.raises(SimcoreError, match="a network is a graph of networkx"):
        sc.simulate(network, threshold=0.3)


def test_results_are_tidy(tmp_path):
    scenario = from_data({"schema": 1, "title": "t", "replicates": 5, "network": {"kind": "ring", "n": 9},
                          "model": {"name": "threshold", "threshold": 0.5}, "sweep": {"model.threshold": [0.5, 0.6]}})
    results = sc.run(scenario, tmp_path / "out")
    frame = sc.Results.open(tmp_path / "out").to_pandas()
    assert frame.groupby("model.threshold")["size"].unique().map(list).to_dict() == {0.5: [9], 0.6: [1]}
    assert results.digest == results.summary()["digest"]
    assert "P(global)" in repr(results)


def test_results_offer_the_verbs_of_the_command_line(tmp_path, capsys):
    results = sc.run("quickstart", tmp_path / "out", sets=["replicates=40"], progress=True)
    assert "400/400" in capsys.readouterr().err
    assert [path.name for path in results.plot(["sizes"], out=tmp_path, kind="png")] == ["sizes.png"]
    assert results.report(tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>")
    assert results.compare("seeding.kind")["by"] == "seeding.kind"
    point = results.summary()["points"][0]["id"]
    row = results.to_pandas().query("point == @point and replicate == 3").iloc[0]
    assert results.replay(point, 3).columns["size"][0] == row["size"]
    with pytest.raises(SimcoreError, match="saltelli"):
        results.sensitivity()
    assert results._repr_html_().startswith("<pre>Quickstart") or "P(global)" in results._repr_html_()
    assert sc.cite(sc.load(sc.scenarios()["quickstart"]))


def test_networks_are_shown_in_a_line():
    loaded = sc.from_networkx(nx.star_graph(4))
    assert repr(loaded.network) == "<Network: 5 nodes, 8 arcs, both ways>"
    assert repr(loaded) == "<Loaded: <Network: 5 nodes, 8 arcs, both ways>, known of nodes: nothing but ties>"
    assert repr(sc.from_arcs(3, [0, 0], [1, 2]).network) == "<Network: 3 nodes, 2 arcs>"


def test_notebooks_show_what_is_found_as_text_and_figures_as_pictures():
    graph = nx.karate_club_graph()
    found = sc.census(graph, threshold=0.3)
    assert repr(found) == "<Census: threshold on 34 nodes, exact>"
    assert repr(sc.cascade_trees(graph, threshold=0.3, seeds=[0], replicates=1)[0]).startswith("<Tree: 34 nodes, ")
    assert repr(sc.load(catalogue.find("quickstart"))).startswith("<Scenario quickstart: Quickstart: who starts a cas")
    for thing in (found, sc.describe(graph), sc.verdict(graph, threshold=0.3),
                  sc.influence(graph, budget=2, transmission=0.1, replicates=50)):
        assert thing._repr_html_() == f"<pre>{html.escape(str(thing))}</pre>"
    assert figures.new_figure()._repr_png_().startswith(b"\x89PNG")


def test_notebooks_show_tables():
    found = sc.simulate(nx.star_graph(4), "threshold", threshold=0.3, replicates=10)
    assert "<caption>10 replicates on 5 nodes</caption>" in found._repr_html_()
    assert "<th>size</th>" in found._repr_html_()


PLAIN = {"schema": 1, "title": "t", "seed": np.int64(4), "replicates": np.int32(20), "network": {"kind": "karate-club"},
         "model": {"name": "threshold", "threshold": np.float64(0.3)}, "sweep": {"seeding.count": np.array([1, 3])}}


def test_a_scenario_may_be_plain_data_with_numbers_of_numpy(tmp_path):
    (tmp_path / "t.toml").write_text(
        "schema = 1\ntitle = 't'\nseed = 4\nreplicates = 20\n[network]\nkind = 'karate-club'\n"
        "[model]\nname = 'threshold'\nthreshold = 0.3\n[sweep]\n'seeding.count' = [1, 3]\n")
    wanted = sc.run(tmp_path / "t.toml", tmp_path / "file").digest
    assert sc.run(PLAIN, tmp_path / "plain").digest == wanted
    assert sc.run(sc.load(PLAIN), tmp_path / "loaded", workers=np.int64(1)).digest == wanted
    assert sc.run(PLAIN, tmp_path / "set", sets=["replicates=10"]).to_arrow().num_rows == 20
    sizes = [sc.simulate(GRAPH, threshold=type_(0.3), replicates=count(5), seed=count(1)).outcomes["size"].tolist()
             for type_, count in ((float, int), (np.float64, np.int64))]
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize(("call", "message"), [
    (lambda out: sc.run(42, out), r"a scenario is a file, or a mapping of what a file would say \(got int\)"),
    (lambda out: sc.load(None), r"a scenario is a file, or a mapping .*got NoneType"),
    (lambda out: sc.run({**PLAIN, "model": {"name": "treshold"}}, out), "did you mean 'threshold'"),
    (lambda out: sc.run("quikstart", out), "did you mean 'quickstart'"),
    (lambda out: sc.run("quickstart", out, sets="replicates=2"), r"sets = \['replicates=2'\]"),
    (lambda out: sc.run("quickstart", out, workers="2"), r"workers: must be a whole number, at least 1 \(got '2'\)"),
    (lambda out: sc.run("quickstart", out, workers=-1), r"workers: must be a whole number, at least 1 \(got -1\)"),
    (lambda out: sc.run(PLAIN, out).plot("sizes"), r"figures are named in a list, as \['sizes'\]"),
    (lambda out: sc.run(PLAIN, out).to_arrow("sizes"), r"of: must be 'outcomes' or 'classes' \(got 'sizes'\)"),
    (lambda out: sc.run(PLAIN, out).replay(7, 0), "no point begins with '7'"),
    (lambda out: sc.run({**PLAIN, "sweep": {}}, out).replay(sc.load({**PLAIN, "sweep": {}}).points[0].hash(), "a"),
     r"replicates are numbered from 0 \(got 'a'\)"),
    (lambda out: sc.simulate(GRAPH, 3), "there is no model '3'"),
    (lambda out: sc.simulate("edges.csv"), r"simcore.read_network\(file, direction=...\) returns \(got str\)"),
    (lambda out: sc.cascade_trees(GRAPH, threshold=0.3, replicates="x"), "replicates: must be a whole number"),
    (lambda out: sc.cascade_trees(GRAPH, threshold=0.3, seeds="Zoe"), r"a list of labels, as \['Zoe'\]"),
    (lambda out: sc.influence(GRAPH, budget="x", transmission=0.1), r"budget: must be above 0 \(got 'x'\)"),
    (lambda out: sc.to_networkx("x"), "a network is a graph of networkx"),
    (lambda out: sc.write_network(7, out / "x.csv"), "a network is a graph of networkx"),
    (lambda out: sc.from_networkx(7), r"no graph of networkx \(got int\)"),
    (lambda out: sc.from_arcs(3, [0], [1, 2]), r"as many, in one dimension \(got shapes \(1,\) and \(2,\)\)"),
    (lambda out: sc.from_arcs(3, ["a"], ["b"]), "nodes are whole numbers from 0"),
    (lambda out: sc.from_networkx(GRAPH, parallel="both"), r"parallel: must be 'merge' or 'weights' \(got 'both'\)"),
    (lambda out: sc.read_network(None, direction="both"), r"read from a path \(got NoneType\)"),
    (lambda out: sc.Results.open(3), r"opened by its path \(got int\)"),
    (lambda out: sc.cite("quickstart"), r"what simcore.load returned \(got str\)"),
    (lambda out: sc.from_ndlib(7), r"no model of NDlib \(got int\)"),
])
def test_a_wrong_call_is_refused_in_a_sentence(call, message, tmp_path):
    with pytest.raises(SimcoreError, match=message):
        call(tmp_path / "out")
