"""One plan, many hands: threads, processes, shards, executors and Dask make the same bits, whoever dies on the way."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import simcore
from simcore import cli
from simcore.errors import RunError, UsageError
from simcore.keeping import open_folder
from simcore.runner import Shard, left, run
from simcore.scenario import from_data
from simcore.store import Chunk, Store, sealed
from simcore.study import Study

BASE = {
    "schema": 1, "title": "small", "seed": 5, "replicates": 100, "horizon": 50,
    "network": {"kind": "poisson", "n": 60, "mean_degree": 3.0, "count": 7},
    "model": {"name": "threshold", "threshold": 0.25},
    "sweep": {"model.threshold": [0.18, 0.3], "network.mean_degree": [2.0, 4.0]},
}


def planned(folder, chunks, **changes):
    """Return a study and its results folder, cut into so many chunks."""
    study = Study(from_data(BASE | changes))
    store = open_folder(study, folder, resume=False)
    path, = folder.glob("plan-*.json")
    plan, _ = sealed.read_json(path)
    rows = plan["boundaries"][-1]
    path.write_bytes(sealed.to_json(plan | {"boundaries": [rows * k // chunks for k in range(chunks + 1)]}))
    return study, store


@pytest.fixture(scope="module")
def digest(tmp_path_factory):
    study, store = planned(tmp_path_factory.mktemp("reference") / "out", 1)
    run(study, store)
    return store.digest()


def test_shards_are_all_of_the_plan_and_no_chunk_twice():
    chunks = [Chunk("p", k, k + 1) for k in range(17)]
    for of in (1, 2, 5, 17, 40):
        assert [chunk for number in range(1, of + 1) for chunk in Shard(number, of).share(chunks)] == chunks


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "a/b", "-1/4", "1/0", "1/4/2", ""])
def test_a_shard_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match="--shard must be i/N with i from 1 to N"):
        Shard.parse(text)


def test_the_tasks_of_a_job_array_are_shards():
    def task(**numbers):
        return Shard.of_job({f"SLURM_ARRAY_TASK_{name}": str(number) for name, number in numbers.items()})
    assert Shard.of_job({}) == (1, 1)
    assert task(ID=3, COUNT=8, MIN=0) == (4, 8)
    assert task(ID=8, COUNT=8, MIN=1) == (8, 8)
    assert task(ID=30, COUNT=4, MIN=10, STEP=10) == (3, 4)
    for odd in ({"ID": 9, "COUNT": 3, "MIN": 1}, {"ID": 15, "COUNT": 4, "MIN": 10, "STEP": 10}):
        with pytest.raises(UsageError, match="must be numbered evenly, as --array=0-39"):
            task(**odd)


def test_shards_in_any_order_make_the_same_digest(tmp_path, digest):
    for number in (3, 1, 3, 2):  # the same one twice
        study, folder = Study(from_data(BASE)), tmp_path / "out"
        if not folder.exists():
            planned(folder, 20)
        store = open_folder(study, folder, resume=True)
        todo = left(store, Shard(number, 3))
        run(study, store, todo=todo)
    assert not store.missing()
    assert store.digest() == digest


@pytest.mark.parametrize("pool", ["threads", "processes"])
def test_any_executor_makes_the_same_digest(pool, tmp_path, digest):
    study, store = planned(tmp_path / "out", 30)
    spawn = multiprocessing.get_context("spawn")
    with (ThreadPoolExecutor(3) if pool == "threads" else ProcessPoolExecutor(2, spawn)) as executor:
        run(study, store, executor=executor)
    assert store.digest() == digest
    assert simcore.run(study.scenario, tmp_path / "out", resume=True).digest == digest


def fail_at(monkeypatch, first):
    run_chunk = Study.run_chunk

    def fickle(self, chunk, **more):
        if chunk.first == first:
            raise ZeroDivisionError("of all things")
        return run_chunk(self, chunk, **more)
    monkeypatch.setattr(Study, "run_chunk", fickle)


def test_a_chunk_that_fails_is_recorded_stops_no_other_and_is_tried_again_when_asked_for(tmp_path, monkeypatch, digest):
    study, store = planned(tmp_path / "out", 10)
    fail_at(monkeypatch, 80)
    told = "1 of 10 chunks failed, all others are done: ZeroDivisionError: of all things; see .*failed, and resume"
    with pytest.raises(RunError, match=told):
        run(study, store)
    assert [chunk.first for chunk in store.missing()] == [80]
    failure, = store.failures()
    assert failure.error == "ZeroDivisionError: of all things"
    assert "in fickle" in failure.traceback
    run(study, store)  # not tried again
    assert left(store).missing == []
    monkeypatch.undo()
    run(study, store, todo=left(store, retry_failed=True))
    assert store.failures() == []
    assert not list((store.folder / "failed").iterdir())
    assert store.digest() == digest


def test_the_command_line_tells_what_failed_and_ends_with_1(tmp_path, monkeypatch, capsys):
    command = ["run", "quickstart", "--out", str(tmp_path / "out"), "--replicates", "20", "--no-figures"]
    fail_at(monkeypatch, 0)
    assert cli.main(command) == 1
    said = capsys.readouterr()
    assert "chunks failed, all others are done: ZeroDivisionError: of all things" in said.err
    assert "Traceback" not in said.err
    assert "not complete" in said.out
    monkeypatch.undo()
    assert cli.main([*command, "--resume"]) == 0  # leaves it alone
    said = capsys.readouterr().err
    assert "chunks that failed before: 1; --retry-failed tries them again" in said
    assert "200 replicates in all; " in said  # none of them done: they were one chunk
    assert cli.main([*command, "--retry-failed"]) == 0
    assert Store(tmp_path / "out").missing() == []


def test_shards_from_the_command_line(tmp_path, monkeypatch, capsys):
    command = ["run", "quickstart", "--out", str(tmp_path / "out"), "--replicates", "400", "--no-figures"]
    monkeypatch.setenv("SLURM_ARRAY_TASK_ID", "2")
    monkeypatch.setenv("SLURM_ARRAY_TASK_COUNT", "2")
    monkeypatch.setenv("SLURM_ARRAY_TASK_MIN", "1")
    assert cli.main(command) == 0
    assert "shard 2/2" in capsys.readouterr().err
    missing = len(Store(tmp_path / "out").missing())
    assert missing == 0 or missing < len(Store(tmp_path / "out").chunks())
    assert cli.main([*command, "--shard", "1/2"]) == 0
    assert "digest" in capsys.readouterr().out
    assert cli.main([*command, "--shard", "3/2"]) == 2


def test_a_cluster_that_is_not_there_is_told(tmp_path, capsys):
    assert cli.main(["run", "quickstart", "--out", str(tmp_path / "out"), "--cluster", "nonsense://x"]) == 2
    assert "--cluster: there is no Dask scheduler at nonsense://x" in capsys.readouterr().err


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0",
                                  silence_logs=logging.CRITICAL) as found:
        yield found


@pytest.mark.filterwarnings("ignore")
def test_dask_makes_the_same_digest_from_the_command_line(tmp_path, cluster, capsys):
    command = ["run", "quickstart", "--replicates", "100", "--no-figures"]
    assert cli.main([*command, "--out", str(tmp_path / "dask"), "--cluster", cluster.scheduler_address]) == 0
    assert cli.main([*command, "--out", str(tmp_path / "threads")]) == 0
    assert Store(tmp_path / "dask").digest() == Store(tmp_path / "threads").digest()


@pytest.mark.filterwarnings("ignore")
def test_a_dask_worker_that_is_killed_loses_nothing(tmp_path, cluster):
    study, store = planned(tmp_path / "out", 200, replicates=20_000)
    killed = []

    def kill():
        while len(list((store.folder / "chunks").glob("*.parquet"))) < 20:
            time.sleep(0.005)
        os.kill(cluster.workers[0].pid, signal.SIGKILL)  # both are busy until all is done
        killed.append(len(store.missing()))
    killer = threading.Thread(target=kill)
    killer.start()
    with cluster.get_client() as client:
        run(study, store, executor=client.get_executor(pure=False))
    killer.join()
    assert killed[0] > 0
    assert store.missing() == store.failures() == store.damaged() == []
    alone, other = planned(tmp_path / "alone", 1, replicates=20_000)
    run(alone, other)
    assert store.digest() == other.digest()


PAGE = Path(__file__).resolve().parents[1] / "docs" / "clusters.md"
EXAMPLES = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def shell(text, folder, **environment):
    done = subprocess.run(["sh", "-euc", text], cwd=folder, text=True, capture_output=True, check=False,
                          env=os.environ | environment | {"PATH": f"{folder}:{os.environ['PATH']}",
                                                          "PYTHONPATH": str(PAGE.parents[1])})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.filterwarnings("ignore")
def test_what_the_page_says_of_clusters_runs_and_makes_one_digest(tmp_path, cluster):
    """The job array is run task by task; of the Snakefile, the commands of its rules."""
    (tmp_path / "simcore").write_text(f'#!/bin/sh\nexec {sys.executable} -m simcore "$@"\n')
    (tmp_path / "simcore").chmod(0o700)
    array, parallel, apart, workers = (text for kind, text in EXAMPLES if kind == "sh")
    dask, processes, snakefile = (text for kind, text in EXAMPLES if kind == "python")
    first, last = re.search(r"--array=(\d+)-(\d+)", array).groups()
    for task in reversed(range(int(first), int(last) + 1)):
        shell(array, tmp_path, SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_MIN=first,
              SLURM_ARRAY_TASK_MAX=last, SLURM_ARRAY_TASK_COUNT=str(int(last) - int(first) + 1))
    shell(parallel, tmp_path)
    shell(apart, tmp_path)
    shell(workers.replace("tcp://scheduler:8786", cluster.scheduler_address), tmp_path)
    (tmp_path / "example.py").write_text(dask)
    printed = shell(f"{sys.executable} example.py", tmp_path)
    (tmp_path / "processes.py").write_text(processes)
    shell(f"{sys.executable} processes.py", tmp_path)
    shard, summary = re.findall(r'shell: "(.*)"', snakefile)
    for number in range(1, int(re.search(r"N = (\d+)", snakefile)[1]) + 1):
        shell(shard.replace("{wildcards.i}", str(number)), tmp_path)
    shell(summary.replace("{output}", "results/snakemake.json"), tmp_path)
    digests = {name: Store(tmp_path / "results" / name).digest()
               for name in ("array", "parallel", "merged", "dask-workers", "dask", "processes", "snakemake")}
    assert len(set(digests.values())) == 1, digests
    assert printed.strip() == digests["dask"]
    assert json.loads((tmp_path / "results" / "snakemake.json").read_text())["complete"] is True
