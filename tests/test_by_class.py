"""Adoption by class as runs record it: the same whatever happens on the way, and summarised and drawn as it is."""

from __future__ import annotations

import csv
import json
import math
import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import simcore as sc
from simcore import adoption, cli, rng
from simcore.errors import ScenarioError, StoreError, UsageError
from simcore.figures import Results, by_class, draw, early_adopters, new_figure
from simcore.keeping import open_folder
from simcore.network.labels import attributes
from simcore.network.loaded import reported
from simcore.runner import run
from simcore.scenario import from_data, from_manifest, load
from simcore.scenario.build import build
from simcore.scenario.classes import node_classes
from simcore.scenario.schema import ByAttribute
from simcore.store import sealed
from simcore.study import Study
from simcore.summary import summarise
from tests.naive import by_class as naive
from tests.strategies import keys, networks

BASE = {
    "schema": 1, "title": "by class", "seed": 5, "replicates": 30, "horizon": 100,
    "network": {"kind": "poisson", "n": 60, "mean_degree": 3.0, "count": 4},
    "model": {"name": "threshold", "threshold": 0.18}, "seeding": {"kind": "random", "count": 1},
    "sweep": {"network.mean_degree": [2.0, 4.0]},
    "record": {"by_class": "out-degree-decile"},
}


def finish(folder, *, workers=1, resume=False, edges=None, **changes):
    study = Study(from_data(BASE | changes))
    store = open_folder(study, folder, resume=resume)
    if edges is not None:
        plan, = folder.glob("plan-*.json")
        found, _ = sealed.read_json(plan)
        rows = found["boundaries"][-1]
        inner = sorted(random.Random(edges).sample(range(1, rows), edges))
        plan.write_bytes(sealed.to_json(found | {"boundaries": [0, *inner, rows]}))
    run(study, store, workers=workers)
    return sc.Results(store)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return finish(tmp_path_factory.mktemp("whole") / "out", record={"by_class": "out-degree-decile",
                                                                    "trajectories": True})


def records(results):
    return results.to_arrow("classes").to_pylist()


def test_it_does_not_depend_on_chunks_workers_or_extension(tmp_path, whole):
    expected = records(whole)
    assert records(finish(tmp_path / "one", edges=1)) == expected
    assert records(finish(tmp_path / "many", workers=3, edges=40)) == expected
    finish(tmp_path / "more", replicates=11)
    assert records(finish(tmp_path / "more", resume=True)) == expected
    few = [row for row in expected if row["replicate"] < 11]
    assert records(finish(tmp_path / "few", replicates=11)) == few


@pytest.mark.parametrize("held", [1, 60, 10**6])
def test_points_are_counted_some_at_once_as_all_are(held, tmp_path, monkeypatch):
    monkeypatch.setattr(adoption, "_HELD", held)  # of 30 replicates of each
    store = finish(tmp_path / "out", edges=7, sweep={"model.threshold": [0.1, 0.2, 0.3], **BASE["sweep"]}).store
    store.discard(store.files()[2])
    hashes = sorted(point["hash"] for point in store.manifest["points"])
    found, expected = list(adoption.by_point(store)), adoption.counts(store, hashes, over_time=False)
    assert len(found) == 6
    for hash_, counted in zip(hashes, found, strict=True):
        assert (counted is None) == (hash_ not in expected)
        if counted is not None:
            assert counted.labels == expected[hash_].labels
            np.testing.assert_array_equal(counted.keys, expected[hash_].keys)
            np.testing.assert_array_equal(counted.sums, expected[hash_].sums)


def test_a_folder_of_other_classes_is_refused(tmp_path):
    finish(tmp_path / "out")
    for record in ({}, {"by_class": "in-degree-decile"}):
        with pytest.raises(StoreError, match="another scenario"):
            finish(tmp_path / "out", resume=True, record=record)


@pytest.mark.parametrize("changes", [
    {"model": {"name": "threshold", "threshold": {"law": "normal", "mean": 0.2, "sd": 0.1}, "redraw": "replicate"}},
    {"model": {"name": "sir", "transmission": 0.3, "recovery": 0.5}},
    {"network": {"kind": "influence", "n": 60, "mean_degree": 3.0}, "model": {"name": "independent-cascade",
                                                                             "transmission": 0.4}},
    {"independent_points": True, "record": {"by_class": "in-degree-decile"}},
])
def test_outcomes_are_what_they_are_without_it_and_nobody_is_lost(changes, tmp_path):
    without = finish(tmp_path / "without", **changes, **({} if "record" in changes else {"record": {}}))
    if "record" in changes:
        without = finish(tmp_path / "none", **changes | {"record": {}})
    results = finish(tmp_path / "with", edges=7, **changes)
    assert results.digest == without.digest
    assert results.summary()["points"][0].keys() == without.summary()["points"][0].keys()
    frame, sizes = results.to_pandas("classes"), results.to_pandas().set_index(["point", "replicate"])["size"]
    assert frame.groupby(["point", "replicate"], observed=True)["new"].sum().sort_index().tolist() == \
        sizes.sort_index().tolist()
    assert (frame[frame["t"] == 0].groupby(["point", "replicate"], observed=True)["nodes"].sum() == 60).all()


def test_sums_over_classes_are_the_trajectory(whole):
    frame = whole.to_pandas("classes")
    series = whole.store.read("series").to_pandas()
    series["point"] = series["point"].astype(str).str[:8]
    stored = series.set_index(["point", "replicate", "t"])["new"]
    new = frame.groupby(["point", "replicate", "t"], observed=True)["new"].sum()
    active = stored[stored.groupby(["point", "replicate"]).cumcount() == stored.index.get_level_values("t")]
    duration = whole.to_pandas().set_index(["point", "replicate"])["duration"]
    assert len(new) > 200
    for (point, replicate, t), number in active.items():
        if t <= duration[point, replicate]:
            assert new[point, replicate, t] == number


def test_replay_tells_the_stored_rows(whole, capsys):
    point = whole.summary()["points"][1]["id"]
    assert cli.main(["replay", str(whole.store.folder), "--point", point, "--replicate", "7", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)["by_class"]
    stored = [row for row in records(whole) if (row["point"], row["replicate"]) == (point, 7)]
    names = ("t", "class", "new", "new_in_degree", "new_out_degree")
    assert [[row[name] for name in names] for row in again] == [[row[name] for name in names] for row in stored]


# ------------------------------------------------------------------------------------------------ what classes are

@given(st.data(), keys)
@settings(max_examples=100, deadline=None)
def test_tenths_equal_their_twin(data, key):
    network, _ = data.draw(networks(min_nodes=1, max_nodes=40))
    for asked, degree in (("out-degree-decile", network.out_degree), ("in-degree-decile", network.in_degree)):
        found = node_classes(asked, None, reported(network), key)
        assert [int(found.labels[c]) for c in found.of] == naive.tenths(degree.tolist(), int(key))


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.integers(2, 12))
@settings(max_examples=150, deadline=None)
def test_quantiles_equal_their_twin(values, number):
    network = build(from_data(BASE | {"network": {"kind": "ring", "n": len(values)}, "sweep": {}}).points[0].network,
                    np.uint64(0)).network
    loaded = reported(network, None, {"x": np.array(values, np.float64)})
    found = node_classes(ByAttribute(attribute="x", quantiles=number), None, loaded, np.uint64(0))
    assert found.of.tolist() == naive.quantiles(values, number)
    for c, label in enumerate(found.labels):
        mine = [value for value, k in zip(values, found.of, strict=True) if k == c]
        assert label == (f"{min(mine)} to {max(mine)}" if min(mine) < max(mine) else str(mine[0]))


def test_values_are_classes_and_what_is_missing_is_one():
    columns, groups = attributes({"age": ["30", "", "9", "9"], "team": ["b", "", "a", "b"]})
    loaded = reported(sc.from_arcs(4, [0], [1]).network, None, columns, groups)

    def found(**asked):
        classes = node_classes(ByAttribute(**asked), None, loaded, np.uint64(0))
        return [classes.labels[c] for c in classes.of], list(classes.labels)
    assert found(attribute="age") == (["30", "(missing)", "9", "9"], ["9", "30", "(missing)"])
    assert found(attribute="age", quantiles=2) == found(attribute="age")
    assert found(attribute="team") == (["b", "(missing)", "a", "b"], ["a", "b", "(missing)"])
    assert adoption.in_order({"10", "9", "(missing)", "9.5 to 9.7"}) == ["9", "9.5 to 9.7", "10", "(missing)"]
    assert adoption.in_order({"b", "(missing)", "10"}) == ["10", "b", "(missing)"]


@pytest.mark.parametrize(("network", "asked", "expected"), [
    ({"kind": "blocks", "sizes": [2, 3], "probabilities": [[0.5, 0.1], [0.1, 0.5]]}, "group", "11222"),
    ({"kind": "groups", "n": 7, "size": 3, "inside": 0.5, "outside": 0.0, "memberships": 2}, "group", "1112223"),
    ({"kind": "tree", "spans": [2, 2]}, "level", "1223333"),
    ({"kind": "organisation", "levels": 3, "span": 2, "cross_ties": 1, "lambda": 1.0, "zeta": 1.0}, "level", "1223333"),
])
def test_structure_makes_classes(network, asked, expected, tmp_path):
    point, = from_data(BASE | {"network": network, "sweep": {}}).points
    classes = node_classes(asked, point.network, build(point.network, np.uint64(1)), np.uint64(1))
    assert "".join(classes.labels[c] for c in classes.of) == expected
    results = finish(tmp_path / "out", network=network, sweep={}, record={"by_class": asked})
    assert {row["class"] for row in records(results)} == {*expected}


def test_influential_seeds_are_the_last_tenth(tmp_path):
    results = finish(tmp_path / "out", seeding={"kind": "influential", "count": 6}, independent_points=True)
    frame = results.to_pandas("classes")
    assert (frame[(frame["t"] == 0) & (frame["class"] == "10")]["new"] == 6).all()
    assert frame[frame["t"] == 0]["new"].sum() == 6 * 60


def own(folder, by_class):
    (folder / "edges.csv").write_text("source,target\n" + "\n".join(f"n{i},n{i + 1}" for i in range(1100)))
    (folder / "nodes.csv").write_text("node,team,age\n" + "\n".join(f"n{i},t{i % 3},{i}" for i in range(1101)))
    (folder / "own.toml").write_text(
        "schema = 1\ntitle = 'own'\nreplicates = 40\nhorizon = 50\n[network]\nkind = 'file'\npath = 'edges.csv'\n"
        "nodes = 'nodes.csv'\ndirection = 'both'\n[model]\nname = 'independent-cascade'\ntransmission = 0.9\n"
        f"[record]\nby_class = {by_class}\n")
    return load(folder / "own.toml")


@pytest.mark.parametrize(("asked", "message"), [
    ("{ attribute = 'teem' }", "no column 'teem'; it has age, team, did you mean 'team'?"),
    ("{ attribute = 'team', quantiles = 3 }", "the column 'team' is text, which has no quantiles"),
    ("{ attribute = 'age' }", ("1101 different values of 'age' are more classes than the 1000 that can be recorded; "
                               "cut it: quantiles = 10")),
])
def test_what_a_file_does_not_give_is_refused(asked, message, tmp_path):
    with pytest.raises(ScenarioError, match=re.escape(message)):
        Study(own(tmp_path, asked))


def test_attributes_of_a_file_are_classes(tmp_path):
    results = sc.run(own(tmp_path, "{ attribute = 'age', quantiles = 4 }"), tmp_path / "out")
    names = [entry["class"] for entry in results.summary()["points"][0]["by_class"]]
    assert names == ["0 to 275", "276 to 550", "551 to 825", "826 to 1100"]
    again = from_manifest(results.store.manifest)
    assert again.record.by_class == ByAttribute(attribute="age", quantiles=4)
    assert Study(again).identity() == results.store.manifest["identity"]


# -------------------------------------------------------------------------------------- what is made of the records

def shares(results, point):
    """Return what share of each class has adopted at each time, [R, T, 10], and the network of each replicate."""
    frame = results.to_pandas("classes")
    frame = frame[frame["point"] == point]
    found = np.zeros((30, frame["t"].max() + 1, 10))
    for row in frame.itertuples():
        found[row.replicate, row.t:, int(row._asdict()["_6"]) - 1] += row.new / row.nodes
    return found, frame.drop_duplicates("replicate").set_index("replicate")["network"].sort_index().to_numpy()


def clustered_error(values, clusters):
    """Written from the formula: the linearised standard error of a mean, by cluster."""
    mean, groups = sum(values) / len(values), sorted(set(clusters))
    spread = [sum(v - mean for v, g in zip(values, clusters, strict=True) if g == group) for group in groups]
    return math.sqrt(len(groups) / (len(groups) - 1) * sum(s * s for s in spread)) / len(values)


@pytest.mark.parametrize("count", [4, 1, None])
def test_curves_are_means_over_replicates_with_errors_by_network(count, tmp_path):
    network = BASE["network"] | ({"count": count} if count else {})
    results = finish(tmp_path / "out", network={k: v for k, v in network.items() if count or k != "count"}, edges=3)
    for entry in results.summary()["points"]:
        hash_, = [p["hash"] for p in results.store.manifest["points"] if p["id"] == entry["id"]]
        curves = adoption.curves(adoption.counts(results.store, [hash_])[hash_])
        expected, networks_ = shares(results, entry["id"])
        clusters = networks_ if len(set(networks_)) > 1 else np.arange(30)
        assert curves.labels == tuple(str(k) for k in range(1, 11))
        assert curves.nodes.tolist() == [6.0] * 10
        assert curves.share.value == pytest.approx(expected.mean(axis=0))
        for t in (0, 1, len(curves.times) - 1):
            for c in (0, 5, 9):
                error = clustered_error(expected[:, t, c].tolist(), clusters.tolist())
                assert curves.share.error[t, c] == pytest.approx(error)
                if t == len(curves.times) - 1:
                    told = entry["by_class"][c]
                    assert (told["class"], told["nodes"]) == (str(c + 1), 6.0)
                    assert told["share_mean"] == pytest.approx(expected[:, t, c].mean())
                    reach = stats.t.ppf(0.975, np.unique(clusters).size - 1) * error
                    assert told["interval"][0] == pytest.approx(max(0, told["share_mean"] - reach))
        frame = results.to_pandas("classes")
        mine = frame[frame["point"] == entry["id"]].groupby("t")[["new", "new_in_degree", "new_out_degree"]].sum()
        assert curves.new.tolist() == [mine["new"].get(t, 0) for t in curves.times]
        for t in mine.index:
            assert curves.degrees["out_degree"].value[t] == mine["new_out_degree"][t] / mine["new"][t]
            assert curves.degrees["in_degree"].value[t] == mine["new_in_degree"][t] / mine["new"][t]


def test_long_curves_are_thinned_and_lose_nobody(tmp_path):
    results = finish(tmp_path / "out", network={"kind": "path", "n": 500}, sweep={}, horizon=1000, replicates=3,
                     seeding={"kind": "given", "nodes": [0]}, model={"name": "threshold", "threshold": 0.5})
    counted, = adoption.counts(results.store, [results.store.manifest["points"][0]["hash"]]).values()
    curves = adoption.curves(counted)
    assert len(curves.times) == adoption.MOST_TIMES
    assert curves.times[-1] == 499
    assert curves.new.sum() == 1500
    assert curves.share.value[-1] == pytest.approx(1)
    assert (np.diff(curves.share.value, axis=0) >= 0).all()
    assert curves.mean_degree == pytest.approx(998 / 500)


def test_what_is_not_recorded_is_said(tmp_path):
    results = finish(tmp_path / "out", record={})
    assert all(entry["by_class"] is None for entry in results.summary()["points"])
    with pytest.raises(UsageError, match="adoption by class is not recorded"):
        results.to_arrow("classes")
    with pytest.raises(UsageError, match="no figure 'by_class' of these results: adoption by class is not recorded"):
        draw(results.store, tmp_path / "figures", names=["by_class"])
    for plot in (by_class.by_class, early_adopters.early_adopters):
        with pytest.raises(UsageError, match="adoption by class is not recorded"):
            plot(Results(results.store))


# ------------------------------------------------------------------------------------------------------- figures

def table(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_figures_are_drawn_where_it_is_recorded_with_the_numbers_of_the_curves(whole, tmp_path):
    paths = draw(whole.store, tmp_path)
    assert [path.stem for path in paths] == ["over_axis", "sizes", "by_class", "early_adopters"]
    again = draw(whole.store, tmp_path / "again", names=["by_class", "early_adopters"])
    for one, other in zip(paths[2:], again, strict=True):
        assert one.read_bytes() == other.read_bytes()
    hashes = {point["point"]["network.mean_degree"]: point["hash"] for point in whole.store.manifest["points"]}
    rows, adopters = (table(path.with_suffix(".csv")) for path in paths[2:])
    for degree, counted in adoption.counts(whole.store, hashes.values()).items():
        curves = adoption.curves(counted)
        setting, = [str(z) for z, hash_ in hashes.items() if hash_ == degree]
        mine = [row for row in rows if row["network.mean_degree"] == setting]
        assert len(mine) == curves.share.value.size
        assert [float(row["share"]) for row in mine] == curves.share.value.T.ravel().tolist()
        those = [row for row in adopters if row["network.mean_degree"] == setting]
        assert [int(row["new"]) for row in those] == curves.new[curves.new > 0].tolist()
        assert float(those[0]["mean_degree"]) == curves.mean_degree
        assert float(those[1]["out_degree"]) == curves.degrees["out_degree"].value[1]


@pytest.mark.parametrize("plot", [by_class.by_class, early_adopters.early_adopters])
def test_figures_are_drawn_on_given_axes(plot, whole):
    axes = new_figure().subplots()
    assert plot(Results(whole.store), axes=axes) is axes
    assert axes.get_xlabel() == "time step t"
    assert axes.lines


def test_lines_of_classes_in_order_are_named_where_they_end(whole):
    results = Results(whole.store)
    for entry in results.entries:
        axes, (curves,) = by_class.by_class(results, entry), results.curves([entry])
        share = dict(zip(curves.labels, curves.share.value[-1].tolist(), strict=True))
        named = list[str]()
        for text in axes.texts[:-1]:  # below all stands small print
            some = [str(k) for part in text.get_text().split(", ")
                    for k in range(int(part.split(" to ")[0]), int(part.split(" to ")[-1]) + 1)]
            assert text.xy[1] == pytest.approx(np.mean([share[label] for label in some]))
            named += some
        assert sorted(named, key=int) == list(share)
        heights = sorted(text.xy[1] for text in axes.texts[:-1])
        assert min(np.diff(heights), default=1.0) > 0.04 * axes.get_ylim()[1]  # no text is written over another


def test_many_classes_are_thinned_to_the_largest_and_one_replicate_has_no_band(tmp_path):
    sizes = list(range(3, 17))
    network = {"kind": "blocks", "sizes": sizes, "probabilities": [[0.3] * 14] * 14}
    results = finish(tmp_path / "out", network=network, sweep={}, record={"by_class": "group"}, replicates=1)
    path, _ = draw(results.store, tmp_path, names=["by_class", "early_adopters"])
    assert "The 8 largest of 14 classes are shown." in " ".join(re.sub("<[^>]*>", " ", path.read_text()).split())
    assert {row["share_low"] for row in table(path.with_suffix(".csv"))} == {""}
    assert len({row["class"] for row in table(path.with_suffix(".csv"))}) == 14
    assert len(by_class.by_class(Results(results.store)).texts) == 1  # groups have no order: small print


def test_early_adopters_are_better_connected_on_sparse_networks_and_worse_on_dense_ones(tmp_path):
    """On Poisson networks: sum k^2 rho_k p_k / sum k rho_k p_k, 2.4281 at z = 1.5 and 4.0083 at z = 5."""
    results = finish(tmp_path / "out", network={"kind": "poisson", "n": 20_000, "count": 8}, replicates=16, horizon=2,
                     seeding={"kind": "random", "share": 0.001}, sweep={"network.mean_degree": [1.5, 5.0]})
    for expected, entry in zip((2.4281, 4.0083), results.summary()["points"], strict=True):
        curves, = Results(results.store).curves([entry])
        value, error = curves.degrees["out_degree"].value[1], curves.degrees["out_degree"].error[1]
        assert abs(value - expected) < 4 * error + 0.01
        assert (value > curves.mean_degree) == (expected < 3)


def test_networks_of_different_labels_keep_their_classes(tmp_path):
    results = finish(tmp_path / "out", network={"kind": "blocks", "sizes": [5, 5], "probabilities": [[0.5, 0.1],
                                                                                                    [0.1, 0.5]]},
                     sweep={"network.sizes": [[5, 5], [4, 6]]}, record={"by_class": "group"})
    for entry in summarise(results.store)["points"]:
        assert [found["nodes"] for found in entry["by_class"]] == entry["point"]["network.sizes"]


def test_keys_are_those_of_the_seeds():
    """Classes of a point use the key of its network, so that the last tenth is that of the seeds."""
    study = Study(from_data(BASE))
    key = rng.network_key(rng.root(5), 2)
    found = node_classes("out-degree-decile", study.scenario.points[0].network, study.network(0, 2), key)
    assert found.labels == tuple(str(k) for k in range(1, 11))
    assert np.bincount(found.of).tolist() == [6] * 10
