"""Figures of single points, replicates and cascades: their data are those of the results, or it is said why not."""

from __future__ import annotations

import inspect
import re

import networkx as nx
import numpy as np
import pytest
from matplotlib.axes import Axes
from PIL import Image

import simcore as sc
from simcore import figures
from simcore.errors import UsageError
from simcore.figures import (
    FIGURES,
    Results,
    cascade,
    convergence,
    draw,
    ecdf,
    gains,
    histogram,
    new_figure,
    outcomes,
    over_time,
    ridge,
    suited,
    virality,
    who,
)
from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import from_data
from simcore.study import Study

BASE = {
    "schema": 1, "title": "Small", "seed": 3, "replicates": 60, "horizon": 12,
    "network": {"kind": "poisson", "n": 150, "mean_degree": 3.0, "count": 12},
    "model": {"name": "independent-cascade", "transmission": 0.5},
    "record": {"outcomes": ["size", "share", "structural_virality"], "trajectories": True},
    "sweep": {"seeding.count": [1, 4], "seeding.kind": ["random", "influential"]},
}
ALL = ("outcomes", "ecdf", "histogram", "ridge", "over_time", "who", "gains", "virality", "convergence")


def results_of(folder, **changes):
    study = Study(from_data(BASE | changes))
    store = open_folder(study, folder, resume=False)
    run(study, store)
    return Results(store)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return results_of(tmp_path_factory.mktemp("replicates") / "out")


@pytest.fixture(scope="module")
def tree():
    graph = nx.karate_club_graph()
    found = sc.cascade_trees(graph, "independent-cascade", transmission=0.4, seeds=[0], replicates=1)
    return sc.from_networkx(graph).network, found[0]


def of(rows, entry):
    return [row for row in rows if all(row[path] == value for path, value in entry["point"].items())]


def test_all_are_drawn_by_name_with_their_data(results, tmp_path):
    for path in draw(results.store, tmp_path, ALL, summary=results.summary):
        text = path.read_text()
        assert "n = 150; 60 replicates a point." in text.replace("\N{NO-BREAK SPACE}", " ")
        assert path.with_suffix(".csv").read_text().count("\n") > 2


@pytest.mark.parametrize("name", ALL)
def test_a_figure_is_drawn_on_given_axes_or_new_ones(name, results):
    plot = getattr(FIGURES[name], name)
    assert isinstance(plot(results), Axes)
    axes = new_figure().subplots()
    assert plot(results, axes=axes) is axes
    assert axes.get_ylabel()


def functions_of_results():
    modules = filter(inspect.ismodule, (getattr(figures, name) for name in figures.__all__))
    return [function for module in modules for name, function in inspect.getmembers(module, inspect.isfunction)
            if not name.startswith("_") and function.__module__ == module.__name__
            and next(iter(inspect.signature(function).parameters), "") == "results"]


@pytest.mark.parametrize("function", functions_of_results(), ids=lambda each: f"{each.__module__}.{each.__name__}")
def test_whatever_takes_results_takes_those_of_the_api(function, results):
    needed = [parameter for parameter in inspect.signature(function).parameters.values()
              if parameter.default is parameter.empty][1:]
    with pytest.raises(UsageError, match=r"figures are drawn of results.*got str"):
        function("results/own", *needed)
    if not needed and (function.__name__ == "unsuited" or not inspect.getmodule(function).unsuited(results)):
        assert function(sc.Results(results.store)) is not None


@pytest.mark.parametrize("name", FIGURES)
def test_what_does_not_suit_results_is_refused(name, results):
    if FIGURES[name].unsuited(results):
        with pytest.raises(UsageError, match=re.escape(str(results.store.folder))):
            FIGURES[name].drawn(results)


@pytest.mark.parametrize("name", ALL)
def test_a_legend_on_axes_of_ones_own_names_the_settings(name, results):
    axes = getattr(FIGURES[name], name)(sc.Results(results.store))
    named = [text.get_text() for text in axes.legend().get_texts()] if axes.get_legend_handles_labels()[1] else []
    whole = FIGURES[name].drawn(results).figure.legends
    assert bool(named) == bool(whole) or name == "over_time"
    assert len(set(named)) == len(named)


def test_distributions_are_those_of_the_replicates(results):
    for entry in results.entries:
        share = results.replicates(entry)["share"]
        assert share.size == 60
        for row in of(ecdf.rows(results), entry):
            assert row["at_most"] == pytest.approx((share <= row["share"]).mean())
        bins = histogram.counted(results, entry)
        assert sum(row["of_replicates"] for row in bins) == pytest.approx(1.0)
        assert sum(row["of_replicates"] for row in bins if row["from"] >= 0.2 - 1e-9) == pytest.approx(
            (share >= 0.2).mean())
    assert len(ridge.rows(results)) == 4 * histogram.BINS


def test_estimates_end_where_the_summary_is(results):
    for entry in results.entries:
        found = {row["of"]: row for row in of(convergence.rows(results), entry)}  # the last of each
        for name, last in found.items():
            assert last["replicates"] == 60
            value, ends = (entry[key] for key in (("p_global", "p_global_interval") if name == "p_global" else
                                                  ("share_mean", "share_interval")))
            assert [last["estimate"], last["low"], last["high"]] == pytest.approx([value, *ends])
        assert [*found] == ["p_global", "share"]


def test_courses_are_those_recorded(results):
    entry = results.entries[0]
    runs, spread = over_time.courses(results, entry)
    found = results.replicates(entry)
    assert over_time.observable(results) == "adopted"
    assert np.array_equal(runs[:, -1], found["size"])
    assert np.array_equal(spread, found["share"] >= 0.1)
    assert (runs[:, 0] == 1).all()


def test_kinds_are_paired_by_replicate(results):
    first, second = results.entries[:2]
    rows = who.drawn(results).rows
    difference = results.replicates(second)["share"] - results.replicates(first)["share"]
    row, = of(rows, second)
    assert row["difference"] == pytest.approx(difference.mean())
    assert row["difference_low"] < row["difference"] < row["difference_high"]
    assert of(rows, first)[0]["difference"] is None


def test_gains_are_adopters_for_each_seed(results):
    for entry in results.entries:
        row, = of(gains.drawn(results).rows, entry)
        assert row["gain"] == pytest.approx(results.replicates(entry)["size"].mean() / entry["point"]["seeding.count"])


def test_trees_of_one_seed_lie_between_star_and_path(results):
    rows = [row for row in virality.rows(results) if row["seeding.count"] == 1]
    assert len(rows) > 30
    for row in rows:
        size = row["size"]
        assert 2 * (size - 1) / size - 1e-9 <= row["structural_virality"] <= (size + 1) / 3 + 1e-9


def test_what_was_not_recorded_or_swept_is_said(tmp_path):
    bare = results_of(tmp_path / "out", record={}, sweep={}, replicates=5)
    for name, why in (("over_time", "trajectories"), ("who", "nothing but numbers"), ("gains", "seeding.budget"),
                      ("virality", "structural_virality"), ("ridge", "no number is swept")):
        with pytest.raises(UsageError, match=why):
            draw(bare.store, tmp_path, [name], summary=bare.summary)
        with pytest.raises(UsageError, match=why):
            getattr(FIGURES[name], name)(bare)
    assert len(draw(bare.store, tmp_path / "figures", ["ecdf", "histogram", "convergence"])) == 3


def test_a_cascade_is_drawn_with_who_convinced_whom(tree):
    network, found = tree
    figure, rows = cascade.drawn(network, found, "Karate club")
    assert {row["node"] for row in rows if row["parent"] is None} == {0}
    times = {row["node"]: row["time"] for row in rows}
    assert all(times[row["node"]] == times[row["parent"]] + 1 for row in rows if row["parent"] is not None)
    ties, told = figure.axes[0].collections[:2]
    assert len(ties.get_segments()) == 156
    assert len(told.get_segments()) == found.nodes.size - 1
    early = cascade.cascade(network, found, until=0)
    assert not early.collections[1].get_segments()


def test_an_animation_has_a_picture_for_each_step(tree, tmp_path):
    network, found = tree
    with Image.open(cascade.animate(network, found, tmp_path / "cascade.gif")) as image:
        assert image.n_frames == found.time.max() + 1
    with pytest.raises(UsageError, match=r"written as .gif \(got '.mp4'\)"):
        cascade.animate(network, found, tmp_path / "cascade.mp4")


def test_large_networks_are_not_drawn(tree):
    with pytest.raises(UsageError, match=r"at most 2,000 nodes \(got 2,001\)"):
        cascade.cascade(sc.from_networkx(nx.path_graph(2001)).network, tree[1])


def test_outcomes_are_the_means_of_the_summary(results):
    for entry in results.entries:
        found = {row["outcome"]: row for row in of(outcomes.rows(results), entry)}
        assert set(found) == {"structural_virality", "size"}
        for name, row in found.items():
            assert [row["mean"], row["mean_low"], row["mean_high"]] == [
                entry["outcomes"][name]["mean"], *entry["outcomes"][name]["interval"]]


def test_a_model_that_is_not_about_cascades_is_drawn_by_its_own_outcomes(results, tmp_path):
    learning = results_of(tmp_path / "out", network={"kind": "complete", "n": 20}, model={"name": "march-1991"},
                          seeding={"kind": "random", "count": 0}, record={},
                          sweep={"model.socialisation": [0.1, 0.9], "model.learning": [0.1, 0.9]})
    assert suited(learning) == ["outcomes", "sizes"]
    assert outcomes.chosen(learning)[:2] == ["code", "members"]
    assert results.is_of_cascades
    assert suited(results)[0] == "over_axis"
    with pytest.raises(UsageError, match="no outcome 'clusters' is recorded"):
        outcomes.outcomes(learning, "clusters")


@pytest.mark.parametrize(("model", "network", "counted"), [
    ({"name": "voter"}, {"kind": "complete", "n": 20}, "nodes with opinion 1 at the end"),
    ({"name": "axelrod", "features": 3, "traits": 3}, {"kind": "complete", "n": 20}, "nodes in the largest region"),
    ({"name": "sis", "transmission": 0.2, "recovery": 0.5}, {"kind": "complete", "n": 20}, "nodes infected at the end"),
    ({"name": "threshold", "threshold": 0.2}, {"kind": "complete", "n": 20}, "nodes reached"),
])
def test_labels_say_what_size_counts(model, network, counted, tmp_path):
    found = results_of(tmp_path / "out", model=model, network=network, record={}, sweep={"seeding.count": [1, 4]},
                       replicates=10)
    for name in ("size", "share"):
        assert found.named(name) == f"mean {'number' if name == 'size' else name} of {counted}"
    assert outcomes.outcomes(found, "size").get_ylabel().replace("\n", " ") == f"mean number of {counted}"
    assert histogram.histogram(found).get_xlabel() == ridge.ridge(found).get_xlabel() == f"share of {counted}"


@pytest.mark.parametrize(("names", "counted"), [(["voter", "majority"], "nodes with opinion 1 at the end"),
                                                (["sir", "sis"], "nodes reached")])
def test_models_compared_are_not_said_to_count_what_one_of_them_does(names, counted, tmp_path):
    found = results_of(tmp_path / "out", record={}, sweep={"model.name": names}, replicates=10, model={
        "transmission": 0.5, "recovery": 0.5} if "sir" in names else {})
    assert found.named("size") == f"mean number of {counted}"
