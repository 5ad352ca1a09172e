"""The promise of the store: one digest, whatever happens on the way."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import threading
import time

import pytest

from simcore.errors import ScenarioError, StoreError, UsageError
from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import load
from simcore.store import Chunk, Store, ordered
from simcore.study import Study
from simcore.summary import summarise
from tests.runs import cut, finish, scenario


@pytest.fixture(scope="module")
def digest(tmp_path_factory):
    return finish(tmp_path_factory.mktemp("reference") / "out", scenario()).digest()


@pytest.mark.parametrize("workers", [2, 7])
def test_workers_change_nothing(workers, tmp_path, digest):
    assert finish(tmp_path / "out", scenario(), workers).digest() == digest


@pytest.mark.parametrize("seed", range(4))
def test_chunks_and_their_order_change_nothing(seed, tmp_path, digest, monkeypatch):
    rng = random.Random(seed)

    def boundaries(rows):
        return [0, *sorted(rng.sample(range(1, rows), rng.choice([1, 3, 40]))), rows]
    study = Study(scenario())
    store = open_folder(study, tmp_path / "out", resume=False)
    cut(tmp_path / "out", boundaries)
    chunks = store.chunks()
    rng.shuffle(chunks)
    for chunk in chunks[: len(chunks) // 2]:
        store.write(chunk, *study.run_chunk(chunk))
    run(study, store, workers=3)
    assert store.digest() == digest
    assert not store.missing()
    monkeypatch.setattr(ordered, "_HELD", 0)  # as where there is too much to hold: column by column
    assert store.digest() == digest


def test_more_replicates_extend_a_finished_run(tmp_path, digest):
    finish(tmp_path / "out", scenario(replicates=20))
    with pytest.raises(UsageError, match="--resume"):
        open_folder(Study(scenario()), tmp_path / "out", resume=False)
    store = finish(tmp_path / "out", scenario(), resume=True)
    assert store.digest() == digest
    assert [p["stop"] for p in store.plans()] == [20, 45]


def test_fewer_replicates_leave_a_finished_run_alone(tmp_path, digest):
    finish(tmp_path / "out", scenario())
    assert finish(tmp_path / "out", scenario(replicates=3), resume=True).digest() == digest


def rows_by_point(store):
    columns = store.columns()
    hashes = sorted(point["hash"] for point in store.manifest["points"])
    return {hash_: {name: values[columns["point"] == k].tolist() for name, values in columns.items() if name != "point"}
            for k, hash_ in enumerate(hashes)}


def test_one_more_value_on_an_axis_leaves_other_points_as_they_were(tmp_path):
    few = rows_by_point(finish(tmp_path / "few", scenario()))
    sweep = {"network.mean_degree": [2.0, 3.0, 4.0], "model.threshold": [0.3, 0.18, 0.2]}
    many = rows_by_point(finish(tmp_path / "many", scenario(sweep=sweep)))
    assert len(few) == 4
    assert len(many) == 9
    assert all(many[hash_] == rows for hash_, rows in few.items())


def test_points_share_their_luck_unless_independence_is_asked_for(tmp_path):
    same, independent = (rows_by_point(finish(tmp_path / name, scenario(independent_points=flag)))
                         for name, flag in (("same", False), ("independent", True)))
    by_network = {}
    for hash_, rows in same.items():
        by_network.setdefault(tuple(rows["seed_out_degree"]), []).append(hash_)
    assert sorted(len(group) for group in by_network.values()) == [2, 2]
    assert len({tuple(rows["seed_out_degree"]) for rows in independent.values()}) == 4


def test_replay_is_the_stored_row(tmp_path):
    study = Study(scenario())
    store = finish(tmp_path / "out", scenario())
    table = store.read().to_pylist()
    series = store.read("series").to_pylist()
    for row in random.Random(1).sample(table, 12):
        again = study.replay(row["point"], row["replicate"])
        assert {name: values[0] for name, values in again.columns.items()} == {
            name: row[name] for name in study.scenario.outcomes}
        stored = [[r["adopted"], r["new"]] for r in series
                  if (r["point"], r["replicate"]) == (row["point"], row["replicate"])]
        assert again.trajectory[0].tolist() == stored


@pytest.mark.parametrize("network", [
    {"kind": "poisson", "n": 40, "mean_degree": 3.0},
    {"kind": "poisson", "n": 40, "mean_degree": 3.0, "count": 1},
    {"kind": "influence", "n": 40, "mean_degree": 3.0, "count": 3,
     "out_degree": {"law": "two-class", "factor": 4.0}, "in_degree": "geometric"},
    {"kind": "watts-strogatz", "n": 40, "neighbours": 4, "rewiring": 0.2, "count": 2},
    {"kind": "configuration", "n": 40, "mean_degree": 3.0, "count": 3,
     "degree": {"law": "two-class", "factor": 4.0}},
    {"kind": "barabasi-albert", "n": 40, "ties": 2, "count": 2},
    {"kind": "holme-kim", "n": 40, "ties": 2, "triads": 0.5, "count": 2},
    {"kind": "reciprocal", "n": 40, "mean_degree": 3.0, "reciprocity": 0.5, "count": 2},
    {"kind": "blocks", "sizes": [10, 30], "probabilities": [[0.4, 0.02], [0.02, 0.1]], "count": 2},
    {"kind": "groups", "n": 40, "size": 6, "inside": 0.5, "outside": 1.0, "memberships": 2, "count": 2},
    {"kind": "moore-lattice", "rows": 5, "columns": 8, "rewiring": 0.1, "count": 2},
    {"kind": "von-neumann-lattice", "rows": 5, "columns": 8, "radius": 2, "bounded": True, "count": 2},
    {"kind": "ring-lattice", "n": 40, "neighbours": 4, "bounded": True, "count": 2},
    {"kind": "random-geometric", "n": 40, "mean_degree": 4.0, "torus": True, "count": 2},
    {"kind": "tree", "levels": 4, "span": 3},
    {"kind": "organisation", "spans": [3, 3, 3], "cross_ties": 10, "lambda": 0.5, "zeta": "infinite", "teams": True,
     "count": 2},
    {"kind": "ring", "n": 40},
    {"kind": "les-miserables"},
])
@pytest.mark.parametrize("model", [
    {"name": "threshold", "threshold": {"law": "normal", "mean": 0.2, "sd": 0.1}, "redraw": "replicate"},
    {"name": "independent-cascade", "transmission": "weighted-cascade"},
    {"name": "sir", "transmission": 0.3, "recovery": 0.5},
])
def test_every_network_serves_every_model_in_any_chunks(network, model, tmp_path):
    small = scenario(network=network, model=model, sweep={}, replicates=17,
                     seeding={"kind": "influential", "count": 2, "top": 0.3})
    one = finish(tmp_path / "one", small)
    other = finish(tmp_path / "other", small, workers=2, boundaries=lambda rows: list(range(rows + 1)))
    assert one.digest() == other.digest()
    columns = one.columns()
    assert columns["replicate"].tolist() == list(range(17))
    assert columns["size"].min() >= 2
    count = network.get("count") or (17 if network["kind"] in ("poisson", "influence") else 1)
    assert columns["network"].tolist() == [r % count for r in range(17)]


def test_another_scenario_is_refused(tmp_path):
    finish(tmp_path / "out", scenario())
    for change in ({"seed": 6}, {"horizon": 3}, {"independent_points": True}, {"record": {"outcomes": ["size"]}},
                   {"network": {"kind": "poisson", "n": 60, "count": 8}}):
        with pytest.raises(StoreError, match="another scenario"):
            open_folder(Study(scenario(**change)), tmp_path / "out", resume=True)
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("precious")
    with pytest.raises(UsageError, match="no results folder"):
        open_folder(Study(scenario()), other, resume=True)
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]


def test_a_damaged_chunk_is_named_and_no_value_is_ever_wrong(tmp_path, digest):
    store = finish(tmp_path / "out", scenario())
    path = store.path(store.chunks()[0])
    content = path.read_bytes()
    rng = random.Random(3)
    for _ in range(60):
        damaged = bytearray(content)
        damaged[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path.write_bytes(bytes(damaged))
        try:
            found = store.digest()
        except StoreError as error:
            found = str(error)
        said = path.name in found and "--resume computes it again" in found
        assert said
    path.write_bytes(content[:100])
    with pytest.raises(StoreError, match="--resume computes it again"):
        store.digest()


def test_no_room_is_said_and_leaves_nothing_half_written(tmp_path, monkeypatch):
    study = Study(scenario())
    store = open_folder(study, tmp_path / "out", resume=False)

    def full(_descriptor):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Exception, match="no space is left") as caught:
        run(study, store)
    assert caught.value.exit_code == 4
    monkeypatch.undo()
    assert not [path for path in (tmp_path / "out").rglob("*") if path.suffix in (".tmp", ".parquet")]
    run(study, store)
    assert not store.missing()


@pytest.mark.parametrize("environment", [{"NUMBA_CPU_NAME": "generic"}, {"NUMBA_DISABLE_JIT": "1"}])
def test_the_machine_changes_nothing(environment, tmp_path, digest):
    code = ("import sys; from pathlib import Path; sys.path.insert(0, '.'); from tests.runs import finish, scenario;"
            "print(finish(Path(sys.argv[1]), scenario()).digest())")
    own_cache = {"SIMCORE_CACHE": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-W", "error", "-c", code, str(tmp_path / "out")], check=True, text=True,
                          capture_output=True, env=os.environ | environment | own_cache)
    assert done.stdout.strip() == digest


def own_network(tmp_path, nodes, **model):
    (tmp_path / "edges.csv").write_text("source,target,weight\na,b,0.25\nb,c,1\n")
    (tmp_path / "nodes.csv").write_text(nodes)
    (tmp_path / "own.toml").write_text("schema = 1\ntitle = 'own'\nreplicates = 400\n[network]\nkind = 'file'\n"
                                       "path = 'edges.csv'\nnodes = 'nodes.csv'\nweight = 'weight'\n"
                                       "direction = 'source-influences-target'\n[seeding]\nkind = 'given'\n"
                                       "nodes = ['a']\n[model]\n" + "\n".join(f"{k} = {v}" for k, v in model.items()))
    return load(tmp_path / "own.toml")


def test_parameters_come_from_the_files_of_a_network(tmp_path):
    nodes = "node,phi,hope\na,0.5,1\nb,1.0,\nc,0.3,1\nd,0.1,1\n"
    thresholds = own_network(tmp_path, nodes, name="'threshold'", threshold="{ attribute = 'phi' }")
    assert set(finish(tmp_path / "one", thresholds).columns()["size"]) == {3}
    chances = own_network(tmp_path, nodes, name="'independent-cascade'", transmission="{ attribute = 'weight' }")
    sizes = finish(tmp_path / "two", chances).columns()["size"]
    assert set(sizes) == {1, 3}
    assert abs((sizes == 3).mean() - 0.25) < 4 * (0.25 * 0.75 / 400) ** 0.5
    for column, message in (("hope", "the column 'hope' is empty for 1 nodes"),
                            ("phy", "has no column 'phy' of numbers; it has hope, phi, did you mean 'phi'?")):
        wanting = own_network(tmp_path, nodes, name="'threshold'", threshold=f"{{ attribute = '{column}' }}")
        with pytest.raises(ScenarioError, match=re.escape(message)):
            Study(wanting)


def test_an_edited_manifest_or_plan_is_refused(tmp_path):
    store = finish(tmp_path / "out", scenario())
    manifest = store.folder / "manifest.json"
    original = manifest.read_text()
    for edited in (original.replace('"n": 60', '"n": 61'), "[]", "{}", "nonsense"):
        manifest.write_text(edited)
        with pytest.raises(StoreError, match=re.escape("manifest.json")):
            Store(store.folder)
    manifest.write_text(original)
    plan_file, = store.folder.glob("plan-*.json")
    plan_file.write_text('{"x": 1}')
    with pytest.raises(StoreError, match="not as it was written"):
        store.plans()
    plan_file.unlink()
    assert summarise(store)["complete"] is False


def test_a_file_system_without_hard_links_will_do(tmp_path, monkeypatch, digest):
    def refuse(*_paths):
        raise PermissionError(1, "Operation not permitted")
    monkeypatch.setattr(os, "link", refuse)
    assert finish(tmp_path / "out", scenario()).digest() == digest
    assert not list((tmp_path / "out").glob(".*.tmp"))


def test_chunk_names_tell_plan_and_rows():
    assert Chunk("000000000000-000000000045", 3, 12).name == "000000000000-000000000045-000000000003-000000000012"


def test_an_interrupted_run_gives_up_the_chunk_at_hand(tmp_path, monkeypatch):
    """The thread at work waits until it is told to stop, which it would not be without the runner's word."""
    run_chunk, second, told = Study.run_chunk, threading.Event(), []

    def at_work(self, chunk, *, stopped, **more):
        if chunk.first:
            second.set()
            told.append(any(stopped() or time.sleep(0.01) for _ in range(2000)))
        return run_chunk(self, chunk, stopped=stopped, **more)

    def interrupt(_rows):
        assert second.wait(20)
        raise KeyboardInterrupt
    monkeypatch.setattr(Study, "run_chunk", at_work)
    study = Study(scenario())
    store = open_folder(study, tmp_path / "out", resume=False)
    cut(store.folder, lambda end: [0, 60, 120, end])
    with pytest.raises(KeyboardInterrupt):
        run(study, store, progress=interrupt)
    assert told == [True]
    assert [chunk.first for chunk in store.missing()] == [60, 120]
