"""The promise of the store: one digest, whatever happens on the way."""

from __future__ import annotations

import functools
import itertools
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore import plan
from simcore.errors import ResourceError, ScenarioError, StoreError, UsageError
from simcore.keeping import open_folder
from simcore.preflight import need, refuse_too_large, suggestions
from simcore.runner import run
from simcore.scenario import from_data, load
from simcore.store import Chunk, Store, ordered, sealed
from simcore.study import Study
from simcore.summary import summarise

BASE = {
    "schema": 1, "title": "small", "seed": 5, "replicates": 45, "horizon": 200,
    "network": {"kind": "poisson", "n": 60, "mean_degree": 3.0, "count": 7},
    "model": {"name": "threshold", "threshold": 0.25},
    "seeding": {"kind": "random", "count": 1},
    "sweep": {"model.threshold": [0.18, 0.3], "network.mean_degree": [2.0, 4.0]},
    "record": {"trajectories": True},
}


def scenario(**changes):
    return from_data(BASE | changes)


def finish(folder, scenario_, workers=1, resume=False, boundaries=None):
    study = Study(scenario_)
    store = open_folder(study, folder, resume=resume)
    if boundaries is not None:
        cut(folder, boundaries)
    run(study, store, workers=workers)
    return store


def cut(folder, boundaries):
    """Let the plan have other chunks."""
    for path in folder.glob("plan-*.json"):
        recut(path, boundaries)


def recut(path, boundaries):
    found, _ = sealed.read_json(path)
    path.write_bytes(sealed.to_json(found | {"boundaries": boundaries(found["boundaries"][-1])}))


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
    def starts(rows, degree):
        return [tuple(r["seed_out_degree"]) for r in rows.values() if np.mean(r["seed_out_degree"]) // 1 == degree]
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


@given(st.lists(st.tuples(st.integers(1, 4), st.one_of(st.none(), st.integers(1, 9))), min_size=1, max_size=3),
       st.integers(0, 20), st.integers(1, 30), st.data())
@settings(max_examples=200, deadline=None)
def test_blocks_cover_each_row_once_in_order(shapes, first, more, data):
    groups, position = [], 0
    for number, (points, count) in enumerate(shapes):
        groups.append(plan.Group(str(number), tuple(range(position, position + points)), count, position))
        position += points
    stop = first + more
    rows = sum(more * len(group.points) for group in groups)
    inner = data.draw(st.lists(st.integers(1, max(rows - 1, 1)), max_size=5, unique=True))
    edges = [0, *sorted(edge for edge in inner if edge < rows), rows]
    listed = []
    for begin, end in itertools.pairwise(edges):
        before = len(listed)
        for block in plan.blocks(groups, first, stop, begin, end):
            group = next(group for group in groups if block.point in group.points)
            listed += [(block.point, block.network + (group.networks or 0) * w)
                       for w in range(block.first, block.first + block.replicates)]
        assert len(listed) - before == end - begin
    assert sorted(listed) == [(point, r) for point in range(position) for r in range(first, stop)]


def chunks(**data):
    study = Study(from_data({"schema": 1, "title": "chunks", **data}))
    return np.diff(plan.cut(study.groups, study.scenario.points, {}, 0, study.scenario.replicates)).tolist()


def test_costly_replicates_are_cut_for_several_workers_and_cheap_ones_kept_together():
    company = {"organisation": {"kind": "hierarchy", "levels": 5}, "model": {"name": "culture"},
               "customers": {"kind": "watts-strogatz", "n": 4000, "neighbours": 6, "rewiring": 0.1}}
    assert chunks(replicates=200, **company) == [25] * 8
    assert chunks(replicates=10, **company) == [10]  # a few hundredths of a second

    def threshold(**network):
        return {"network": {"kind": "poisson", "mean_degree": 4.0, **network}, "seeding": {"kind": "random"},
                "model": {"name": "threshold", "threshold": 0.18}}
    assert chunks(replicates=1000, **threshold(n=1000)) == [1000]
    assert chunks(replicates=1000, **threshold(n=1_000_000, count=1)) == [200] * 5  # lanes take many at once
    assert max(chunks(replicates=1000, **threshold(n=1_000_000))) < 20  # which are of no use here


class Watched(list):
    """A list that counts how often it is looked into."""

    looks = 0

    def __getitem__(self, k):
        Watched.looks += 1
        return super().__getitem__(k)


@pytest.mark.parametrize("points", [1, 10_000])
def test_a_chunk_looks_at_few_points_of_many(points):
    """Else the time for planning chunks grows with the square of the number of points."""
    groups = Watched(plan.Group(str(k), Watched(range(k * points, (k + 1) * points)), 1, k * points)
                     for k in range(10_000 // points))
    Watched.looks = 0
    found = list(plan.blocks(groups, 0, 100, 900_000, 900_250))
    assert [(block.point, block.replicates) for block in found] == [(9_000, 100), (9_001, 100), (9_002, 50)]
    assert Watched.looks < 30


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


SLOW = """
schema = 1
title = "slow"
seed = 11
replicates = 60000
[network]
kind = "poisson"
n = 4000
mean_degree = 4.0
count = 300
[model]
name = "threshold"
threshold = 0.18
"""


def start(folder, *more):
    # a suite that runs in the background of a shell ignores interrupts, and its children would, too
    heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen([sys.executable, "-m", "simcore", "run", str(folder / "slow.toml"), "--out",
                             str(folder / "out"), "--no-figures", "--workers", "2", *more], stderr=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True, preexec_fn=heed)


def wait_for_chunks(folder, number, process):
    while len(list((folder / "out" / "chunks").glob("*.parquet"))) < number:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)


@pytest.fixture(scope="module")
def slow_digest(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slow")
    (folder / "slow.toml").write_text(SLOW)
    process = start(folder)
    out, error = process.communicate()
    assert process.returncode == 0, error
    store = Store(folder / "out")
    assert store.digest() in out
    assert len(store.chunks()) >= 8
    return store.digest()


@pytest.mark.parametrize(("how", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_keeps_what_it_finished_and_resumes_to_the_same_digest(how, code, tmp_path, slow_digest):
    (tmp_path / "slow.toml").write_text(SLOW)
    process = start(tmp_path)
    wait_for_chunks(tmp_path, 2, process)
    process.send_signal(how)
    _, error = process.communicate()
    assert process.returncode == code
    assert "Traceback" not in error
    kept = {path.name: path.read_bytes() for path in (tmp_path / "out" / "chunks").glob("*.parquet")}
    assert 2 <= len(kept) < len(Store(tmp_path / "out").chunks())
    if how != signal.SIGKILL:
        assert f"{len(kept)} of " in error
        assert "--resume" in error
    process = start(tmp_path)
    assert "add --resume" in process.communicate()[1]
    assert process.returncode == 2
    process = start(tmp_path, "--resume")
    out, error = process.communicate()
    assert process.returncode == 0, error
    assert slow_digest in out
    assert all((tmp_path / "out" / "chunks" / name).read_bytes() == content for name, content in kept.items())


ROUNDS = SLOW.replace("60000", "4000").replace("threshold = 0.18", "") + """
[sweep]
"model.threshold" = [0.18, 0.22]
[stop]
of = "p_global"
half_width = 0.01
max_replicates = 16000
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_rounds_that_are_stopped_twice_decide_the_same(how, tmp_path):
    """In the first round, and in the second, after which one point has enough."""
    for name in ("stopped", "undisturbed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "slow.toml").write_text(ROUNDS)
    process = start(tmp_path / "undisturbed")
    out, error = process.communicate()
    assert process.returncode == 0, error
    for number, more in ((1, ("--workers", "1")), (5, ("--workers", "1", "--resume"))):
        process = start(tmp_path / "stopped", *more)
        wait_for_chunks(tmp_path / "stopped", number, process)
        process.send_signal(how)
        _, error = process.communicate()
        assert process.returncode == (-9 if how == signal.SIGKILL else 130), error
    process = start(tmp_path / "stopped", "--resume")
    again, error = process.communicate()
    assert process.returncode == 0, error
    stores = [Store(tmp_path / name / "out") for name in ("stopped", "undisturbed")]
    assert stores[0].digest() == stores[1].digest()
    assert stores[0].plans() == stores[1].plans()
    assert [len(plan.get("points", "..")) for plan in stores[0].plans()] == [2, 2, 1]
    assert again == out


@pytest.mark.parametrize("environment", [{"NUMBA_CPU_NAME": "generic"}, {"NUMBA_DISABLE_JIT": "1"}])
def test_the_machine_changes_nothing(environment, tmp_path, digest):
    code = ("import sys; from pathlib import Path; sys.path.insert(0, '.'); from tests.test_study import *;"
            "print(finish(Path(sys.argv[1]), scenario()).digest())")
    own_cache = {"SIMCORE_CACHE": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-W", "error", "-c", code, str(tmp_path / "out")], check=True, text=True,
                          capture_output=True, env=os.environ | environment | own_cache)
    assert done.stdout.strip() == digest


def test_a_network_that_cannot_fit_is_refused_before_anything_is_made():
    for network in ({"kind": "poisson", "n": 2**31 - 1, "count": 1}, {"kind": "complete", "n": 1_000_000}):
        huge = scenario(network=network, sweep={} if network["kind"] == "complete" else BASE["sweep"])
        with pytest.raises(ResourceError, match="GiB are free; use fewer --workers, or a smaller n"):
            refuse_too_large(huge, 64)
    refuse_too_large(scenario(), 2)


def test_results_that_cannot_fit_on_disk_are_refused_with_numbers(tmp_path, monkeypatch):
    many = scenario(replicates=10**9)
    rows = 4 * 10**9 * len(many.points)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=rows - 1))
    with pytest.raises(ResourceError, match=rf"results of 1000000000 replicates of .* take {rows / 2**30:.1f} GiB"):
        refuse_too_large(many, 2, tmp_path / "not" / "there")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=rows))
    refuse_too_large(many, 2, tmp_path / "not" / "there")


def test_memory_is_counted_network_by_network_and_state_by_state():
    def memory(workers=1, **changed):
        network = {"kind": "poisson", "n": 10**6, "mean_degree": 4.0, "count": 1} | changed.pop("network", {})
        return need(scenario(**{"network": network, "sweep": {}, "replicates": 10} | changed), workers).memory
    size = 8e6 + 4 * 4e6
    assert memory(network={"count": 3}) - memory() == 2 * size  # all are kept
    assert memory(network={"count": 9}) - memory() == 4 * size  # four are
    state = memory(workers=2) - memory() - 1.3 * size  # needs, who adopted, and room for their order
    assert 6e6 < state < 16e6
    of_sir = {"name": "sir", "transmission": 0.5, "recovery": 1.0}
    assert memory(model=of_sir) - memory() == pytest.approx(9e6 - state, rel=0.01)  # a byte and two lists a node


def test_customers_count_as_nodes():
    huge = need(from_data({"schema": 1, "title": "a firm", "seed": 5, "replicates": 45, "horizon": 200,
                           "organisation": {"kind": "hierarchy"}, "model": {"name": "culture"},
                           "customers": {"kind": "watts-strogatz", "n": 10**8, "neighbours": 6, "rewiring": 0.1}}), 1)
    assert huge.nodes > 10**8
    assert huge.memory > 10**8 * (8 + 4 * 6)


def test_what_a_run_needs_is_told_before_it_starts(monkeypatch):
    monkeypatch.setattr("simcore.preflight.available_memory", lambda: 2.0**28)
    million = {"kind": "poisson", "n": 10**6, "mean_degree": 6.0, "count": 1}
    found = need(scenario(network=million, sweep={}, replicates=10), 2)
    assert (found.nodes, found.arcs, found.arcs_in_all) == (10**6, 6e6, 6e7)
    assert found.memory > 4 * 6e6 + 8 * 1e6  # the network itself, at least
    assert f"some {found.memory / 2**20:,.0f} MiB, of which 256 are free here; at most 6e+07 arcs" in str(found)
    assert len(suggestions(scenario(replicates=10))) == 1
    assert "0.31 at best" in suggestions(scenario(replicates=10))[0]
    one = {"kind": "poisson", "n": 100, "mean_degree": 3.0, "count": 1}
    assert any("that network alone" in told for told in suggestions(scenario(network=one, sweep={}, replicates=200)))


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
