"""Networks that are given, and then led elsewhere or made of degrees that are given: their luck, hashes and labels."""

import numpy as np
import pytest

from simcore import rng
from simcore.errors import NetworkError, ScenarioError
from simcore.keeping import open_folder
from simcore.network.adapters import library
from simcore.network.lattices import moore_lattice
from simcore.network.rewiring import rewired, shuffled
from simcore.runner import run
from simcore.scenario import from_data, from_manifest, load
from simcore.scenario.build import build, count, expected_arcs, nodes
from simcore.study import Study

EDGES = "source,target\n" + "".join(f"p{i},p{(i + k) % 20}\n" for i in range(20) for k in (1, 2, 5))


def study(**network):
    return Study(from_data({"schema": 1, "title": "t", "replicates": 7, "network": network,
                            "model": {"name": "threshold", "threshold": 0.3}, "seeding": {"kind": "top-degree"}}))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "edges.csv").write_text(EDGES)
    (tmp_path / "people.csv").write_text("node,age\n" + "".join(f"p{i},{i}\n" for i in range(21)))
    (tmp_path / "degrees.csv").write_text("name,ties\n" + "".join(f"a{i},{i % 4}\n" for i in range(11)))
    return tmp_path


def test_each_network_has_its_own_luck_and_keeps_its_labels(folder):
    file = {"kind": "file", "path": "edges.csv", "direction": "both", "nodes": "people.csv"}
    given = study(**file).network(0, 0)
    for led, make in (({"swaps": 2.0}, shuffled), ({"rewiring": 0.5}, rewired)):
        found = study(**file, **led, count=3)
        for g in range(3):
            loaded = found.network(0, g)
            key = rng.network_key(rng.root(0), g)
            assert loaded.network.digest() == make(given.network, *led.values(), key).digest()
            assert loaded.labels == given.labels
            assert loaded.columns["age"].tolist() == given.columns["age"].tolist()
            assert loaded.report.arcs == given.report.arcs
        assert len({found.network(0, g).digest() for g in range(3)} | {given.digest()}) == 4
        assert found.size(0) == given.network.n == 21


def test_the_hash_knows_what_is_given_and_how_it_is_led(folder):
    file = {"kind": "file", "path": "edges.csv", "direction": "both"}
    (folder / "same.csv").write_text(EDGES)
    plain, led = study(**file), study(**file, swaps=2.0)
    assert plain.hashes == study(**file, swaps=0.0, rewiring=0.0, count=1).hashes
    assert led.hashes == study(**file | {"path": "same.csv"}, swaps=2, count=5).hashes
    assert len({*plain.hashes, *led.hashes, *study(**file, swaps=3.0).hashes, *study(**file, rewiring=0.1).hashes}) == 4
    assert len({study(kind="karate-club", **more).hashes[0] for more in ({}, {"swaps": 1.0}, {"rewiring": 0.5})}) == 3


def test_there_are_as_many_networks_as_the_scenario_says(tmp_path):
    for led, networks in (({}, 1), ({"swaps": 1.0}, 7), ({"swaps": 1.0, "count": 2}, 2),
                          ({"rewiring": 1.0, "count": 3}, 3)):
        found = study(kind="karate-club", **led)
        section = found.scenario.points[0].network
        assert count(section) == (led.get("count") if led else 1)
        assert nodes(section) == 34
        store = open_folder(found, tmp_path / f"{networks} {len(led)}", resume=False)
        run(found, store, workers=2)
        columns = store.columns()
        assert len(np.unique(columns["network"])) == networks
        again = Study(from_manifest(store.manifest))
        assert again.identity() == found.identity()
        row = int(np.flatnonzero(columns["replicate"] == 5)[0])
        assert again.replay(found.hashes[0], 5).columns["size"][0] == columns["size"][row]


def test_lattices_are_led_with_every_degree_kept():
    key = rng.network_key(3, 0)
    scenario = from_data({"schema": 1, "title": "t", "model": {"name": "threshold", "threshold": 0.3},
                          "network": {"kind": "moore-lattice", "rows": 30, "columns": 30, "swaps": 0.25}})
    found = build(scenario.points[0].network, key).network
    lattice = moore_lattice(30, 30, 1, 0.0, key)
    assert found.digest() == shuffled(lattice, 0.25, key).digest()
    assert np.all(found.out_degree == 8)
    kept = np.isin(*(np.repeat(np.arange(900), 8) * 900 + network.out_idx for network in (found, lattice)))
    assert abs(kept.mean() - np.exp(-0.5)) < 4 * np.sqrt(0.24 / 3600) + 0.01  # refused exchanges leave some more


def test_weights_are_not_led_elsewhere(folder):
    (folder / "edges.csv").write_text("source,target,weight\na,b,2\nb,c,3\n")
    with pytest.raises(ScenarioError, match="ties with weights"):
        study(kind="file", path="edges.csv", direction="both", weight="weight", swaps=1.0)
    section = study(kind="file", path="edges.csv", direction="both", weight="weight").scenario.points[0].network
    with pytest.raises(NetworkError, match="weights"):
        build(section.model_copy(update={"swaps": 1.0}), rng.network_key(0, 0))


def test_degrees_of_a_file_are_those_of_a_list(folder):
    degrees = [i % 4 for i in range(11)]
    file = study(kind="degree-sequence", path="degrees.csv", column="ties")
    listed = study(kind="degree-sequence", degrees=degrees)
    assert file.hashes == listed.hashes
    assert file.hashes != study(kind="degree-sequence", degrees=degrees[::-1]).hashes
    assert file.hashes != study(kind="degree-sequence", degrees=degrees, assortativity=0.1).hashes
    assert file.network(0, 4).digest() == listed.network(0, 4).digest()
    assert file.size(0) == 11
    assert expected_arcs(file.scenario.points[0].network) == sum(degrees)
    assert np.all(file.network(0, 4).network.out_degree <= degrees)
    shown = from_manifest({"scenario": {"name": "t", **file.scenario.resolved()}})
    assert Study(shown).hashes == file.hashes


def test_degrees_stay_inside_the_folder_of_the_scenario(folder):
    (folder / "inner").mkdir()
    (folder / "inner" / "mine.toml").write_text(
        'schema = 1\ntitle = "t"\n[network]\nkind = "degree-sequence"\npath = "../degrees.csv"\ncolumn = "ties"\n'
        '[model]\nname = "threshold"\nthreshold = 0.3\n')
    with pytest.raises(ScenarioError, match="inside the scenario's folder"):
        load(folder / "inner" / "mine.toml")
    assert nodes(load(folder / "inner" / "mine.toml", sets=["network.path=degrees.csv"]).points[0].network) == 11


def test_networks_of_the_library_are_as_they_were():
    assert study(kind="karate-club").network(0, 0).digest() == library("karate-club").digest()
