"""Processes forked to compute chunks: the same results as by threads, and nobody is left behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from unittest import mock

import pytest

from simcore import plan, processes
from simcore.errors import ModelError, ResourceError, RunError
from simcore.keeping import open_folder
from simcore.runner import run
from simcore.scenario import from_data
from simcore.store import Store
from simcore.store.upkeep import fsck
from simcore.study import Study
from tests.runs import begin, slow, wait_for_chunks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")

MANY = {"schema": 1, "title": "many short blocks", "seed": 3, "replicates": 400, "horizon": 50,
        "network": {"kind": "poisson", "n": 50, "mean_degree": 3.0, "count": 400},
        "model": {"name": "threshold", "threshold": 0.25}, "seeding": {"kind": "random", "count": 1},
        "sweep": {"model.threshold": [0.18, 0.3], "network.mean_degree": [2.0, 4.0]}}


def opened(folder, **changes):
    study = Study(from_data(MANY | changes))
    with mock.patch.multiple(plan, CHUNK_COST=1.0, CHUNK_ROWS=100):
        return study, open_folder(study, folder, resume=True)


@pytest.fixture(scope="module")
def digest(tmp_path_factory):
    study, store = opened(tmp_path_factory.mktemp("one") / "out")
    run(study, store)
    return store.digest()


@pytest.fixture
def pools(monkeypatch):
    """The pools that are forked, in a process that is alone whatever runs the tests."""
    made, forked = [], processes.forked

    def noted(*arguments):
        made.append(forked(*arguments))
        return made[-1]
    monkeypatch.setattr(processes, "forked", noted)
    monkeypatch.setattr(processes, "_is_alone", lambda: True)
    return made


def gone(pids):
    """Return whether these processes end, without being told to."""
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize("workers", [2, 3])
def test_processes_change_nothing(tmp_path, digest, pools, workers):
    study, store = opened(tmp_path / "out")
    rows = []
    run(study, store, workers=workers, progress=rows.append)
    assert len(pools) == 1
    assert sum(rows) == 1600
    assert store.digest() == digest
    assert fsck(store) == []


def test_they_are_forked_for_many_short_blocks_where_nobody_else_is_at_work(tmp_path, monkeypatch):
    study, store = opened(tmp_path / "out")
    monkeypatch.setattr(processes, "_is_alone", lambda: True)
    assert processes.pay(study, store, store.chunks(), 2)
    assert not processes.pay(study, store, store.chunks(), 1)
    assert not processes.pay(study, store, store.chunks()[:2], 2)
    few, kept = opened(tmp_path / "few", network=MANY["network"] | {"count": 1})
    assert not processes.pay(few, kept, kept.chunks() * 9, 2)
    monkeypatch.undo()
    other = threading.Timer(20, int)
    other.start()
    assert not processes.pay(study, store, store.chunks(), 2)
    other.cancel()


@pytest.mark.parametrize("always", [False, True])
def test_a_worker_that_is_killed_is_replaced(tmp_path, digest, pools, monkeypatch, always):
    study, store = opened(tmp_path / "out")
    run_chunk, victim, seen = Study.run_chunk, store.chunks()[1], tmp_path / "seen"

    def deadly(self, chunk, **more):
        if chunk == victim and (always or not seen.exists()):
            seen.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return run_chunk(self, chunk, **more)
    monkeypatch.setattr(Study, "run_chunk", deadly)
    if always:
        with pytest.raises(RunError, match=r"1 of .* chunks failed.*the worker that computed it ended, twice"):
            run(study, store, workers=2)
        assert store.missing() == [victim]
    else:
        run(study, store, workers=2)
        assert store.digest() == digest
    assert len(pools) > 1


def test_a_pool_is_forked_anew_when_a_thread_that_began_since_has_ended(tmp_path, digest, pools, monkeypatch):
    """Its locks would stay locked for ever in a copy. It ends .3 s after the pool was asked for."""
    study, store = opened(tmp_path / "out")
    run_chunk, forked, fork, victim = Study.run_chunk, processes.forked, os.fork, store.chunks()[1]
    began, seen, asked, alive = tmp_path / "began", tmp_path / "seen", threading.Event(), []
    other = threading.Thread(target=lambda: asked.wait(20) and time.sleep(0.3))

    def deadly(self, chunk, **more):
        if chunk == victim and not seen.exists():
            while not began.exists():
                time.sleep(0.01)
            seen.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return run_chunk(self, chunk, **more)

    def begin_once(_rows):
        if other.ident is None:
            other.start()
            began.touch()

    def asked_for(*arguments):
        if other.is_alive():
            asked.set()
        return forked(*arguments)

    def noted():
        alive.append(other.is_alive())
        return fork()
    monkeypatch.setattr(Study, "run_chunk", deadly)
    monkeypatch.setattr(processes, "forked", asked_for)
    monkeypatch.setattr(os, "fork", noted)
    run(study, store, workers=2, progress=begin_once)
    assert asked.is_set()
    assert len(pools) > 1
    assert alive == [False] * 2 * len(pools)
    assert store.digest() == digest


@pytest.mark.parametrize(("error", "raised", "told"), [
    (MemoryError(), ResourceError, "memory does not suffice"),
    (ModelError("model.py:3: step: is odd"), ModelError, "step: is odd"),
    (ValueError("odd"), RunError, r"1 of .* chunks failed, all others are done: ValueError: odd")])
def test_what_goes_wrong_in_a_process_is_told_here(tmp_path, pools, monkeypatch, error, raised, told):
    study, store = opened(tmp_path / "out")
    run_chunk, last = Study.run_chunk, store.chunks()[-1]

    def failing(self, chunk, **more):
        if chunk == last:
            raise error
        return run_chunk(self, chunk, **more)
    monkeypatch.setattr(Study, "run_chunk", failing)
    with pytest.raises(raised, match=told):
        run(study, store, workers=2)
    assert len(pools) == 1
    assert last in store.missing()
    assert [failure.chunk for failure in store.failures()] == [last] * (raised is RunError)


def test_an_interrupt_leaves_no_process_and_no_chunk_behind(tmp_path, digest, pools, monkeypatch):
    """The process at work waits until it is told to stop."""
    study, store = opened(tmp_path / "out")
    run_chunk, workers = Study.run_chunk, []

    def at_work(self, chunk, *, stopped, **more):
        if chunk.first and any(stopped() or time.sleep(0.01) for _ in range(2000)):
            (tmp_path / "told").touch()
        return run_chunk(self, chunk, stopped=stopped, **more)

    def interrupt(_rows):
        workers.extend(pools[0]._processes)
        raise KeyboardInterrupt
    with monkeypatch.context() as patched:
        patched.setattr(Study, "run_chunk", at_work)
        with pytest.raises(KeyboardInterrupt):
            run(study, store, workers=2, progress=interrupt)
    assert len(workers) == 2
    assert gone(workers)
    assert (tmp_path / "told").exists()
    assert [chunk.first for chunk in store.missing()] == [chunk.first for chunk in store.chunks()[1:]]
    run(study, store, workers=2)
    assert store.digest() == digest


def test_workers_that_end_with_an_interrupt_cause_no_traceback(tmp_path, pools, monkeypatch):
    """As SIGTERM to a whole group makes them: Python's own pool trips over chunks that were cancelled as it broke."""
    study, store = opened(tmp_path / "out")
    monkeypatch.setattr("concurrent.futures.process.EXTRA_QUEUED_CALLS", -1)  # so that chunks wait

    def interrupt(_rows):
        for pid in pools[0]._processes:
            os.kill(pid, signal.SIGKILL)
        raise KeyboardInterrupt
    with mock.patch.object(threading, "excepthook") as told, pytest.raises(KeyboardInterrupt):
        run(study, store, workers=2, progress=interrupt)
    assert not told.called, told.call_args


def test_an_interrupt_of_a_worker_alone_is_ignored(tmp_path, digest, pools):
    study, store = opened(tmp_path / "out")

    def interrupt(_rows):
        for pid in pools[0]._processes or ():
            os.kill(pid, signal.SIGINT)
    run(study, store, workers=2, progress=interrupt)
    assert len(pools) == 1
    assert store.failures() == []
    assert store.digest() == digest


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_they_end_with_the_process_that_forked_them(tmp_path, signal_):
    """SIGINT goes to all of them, as from a terminal; SIGTERM too, as from a queueing system; SIGKILL to the first."""
    (tmp_path / "slow.toml").write_text(slow(replicates=40000, n=1000, count=20000))
    process = begin(tmp_path, "--workers", "2", start_new_session=True)
    wait_for_chunks(tmp_path, 1, process)
    workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(workers) == 2
    (os.kill if signal_ == signal.SIGKILL else os.killpg)(process.pid, signal_)
    _, said = process.communicate(timeout=60)
    assert process.returncode == {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}[signal_]
    assert "Traceback" not in said
    assert gone(workers)
    store = Store(tmp_path / "out")
    assert store.missing()
    assert fsck(store) == [] or signal_ == signal.SIGKILL  # which may leave a temporary file
