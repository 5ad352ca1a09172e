"""What goes wrong on the way: nothing finished is lost, nothing wrong is written, and the message says what to do."""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import threading
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from simcore import cli, machine, runner
from simcore.errors import ResourceError, RunError
from simcore.runner import run
from simcore.store import Store
from simcore.store.upkeep import fsck
from simcore.study import Study
from tests import killed
from tests.runs import begin, slow, wait_for_chunks

KILLS = int(os.environ.get("SIMCORE_KILLS", "8"))  # 200 before a release


@pytest.fixture(scope="module")
def digest(tmp_path_factory):
    return finished(tmp_path_factory.mktemp("reference") / "out")


def finished(folder):
    """Return the digest of a run that nobody disturbs."""
    process = multiprocessing.get_context("forkserver").Process(target=killed.work, args=(str(folder), "threads"))
    process.start()
    process.join(300)
    return Store(folder).digest()


def children(pid):
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def there(folder):
    return {path: path.stat().st_ino for path in folder.glob("chunks/*.parquet")}  # the mark that a chunk is done


def test_runs_killed_at_random_moments_lose_nothing(tmp_path, digest):
    """SIGKILL of the process, or of a worker: 0 files lost or written again, 0 rows twice, the same digest.

    Each comes when any number of what is missing is there, and a moment of about a chunk later; other runs are left to
    finish, so that beginnings are hit as well as ends.
    """
    seed = int(os.environ.get("SIMCORE_KILLS_SEED", "8"))
    context, rng, runs = multiprocessing.get_context("forkserver"), random.Random(seed), 0
    context.set_forkserver_preload(["tests.killed"])
    began = time.monotonic()
    finished(tmp_path / "undisturbed")
    chunks = len(Store(tmp_path / "undisturbed").chunks())
    each = (time.monotonic() - began) / chunks
    kills: list[tuple[str, int]] = []  # of what, and how many chunks were there
    while len(kills) < KILLS or not runs:
        folder = tmp_path / f"{runs}"
        kept = there(folder)
        process = context.Process(target=killed.work, args=(str(folder), rng.choice(killed.WAYS)))
        process.start()
        if len(kills) < KILLS and rng.random() < 0.6:
            wanted = rng.randint(min(len(kept), chunks - 1), chunks - 1)
            while process.is_alive() and len(there(folder)) < wanted:
                time.sleep(0.001)
            process.join(rng.uniform(0.0, 2 * each))
            workers = children(process.pid)
            if process.is_alive():
                victim = rng.choice(workers) if workers and rng.random() < 0.7 else process.pid
                os.kill(victim, signal.SIGKILL)
                kills.append(("worker" if victim in workers else "parent", len(there(folder))))
                process.join(120)
                for orphan in workers:  # whose pool is gone
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(orphan, signal.SIGKILL)
        process.join(120)
        assert process.exitcode is not None
        now = there(folder)
        assert all(now.get(path) == inode for path, inode in kept.items())
        if process.exitcode == 0:
            store = Store(folder)
            assert store.missing() == fsck(store) == []
            assert store.files() == store.chunks()
            assert store.digest() == digest
            shutil.rmtree(folder)
            runs += 1
    spread = {who: [sum(low <= min(at, chunks - 1) < low + chunks // 4 for one, at in kills if one == who)
                    for low in range(0, chunks, chunks // 4)] for who in ("parent", "worker")}
    print(f"{len(kills)} kills, by quarters of the run {spread}; {runs} runs finished with the same digest")


def start(folder, *more, before=(), preexec=None):
    (folder / "slow.toml").write_text(slow(replicates=40000, n=4000, count=200))
    return begin(folder, "--no-figures", "--workers", "1", *more, before=before, preexec_fn=preexec)


def ended(process, code, told):
    _, said = process.communicate(timeout=300)
    assert process.returncode == code, said
    assert re.search(told, said), said
    assert "Traceback" not in said


def whole(folder):
    """Assert that what is there is right, and nothing is half written."""
    assert fsck(Store(folder)) == []
    assert not list(folder.rglob("*.tmp"))


def test_a_quota_is_told_keeps_what_was_finished_and_leaves_nothing_half_written(tmp_path):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000))
    ended(start(tmp_path, preexec=limit), 4,
          "no space is left; what was finished is kept, so free some space and resume")
    whole(tmp_path / "out")


def without_rights():
    """Return what a command begins with so that file permissions hold for it, also for root."""
    if os.geteuid():
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root may write anywhere")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def test_permission_lost_on_the_way_is_told_and_keeps_what_was_finished(tmp_path):
    process = start(tmp_path, before=without_rights())
    wait_for_chunks(tmp_path, 1, process)
    chunks = tmp_path / "out" / "chunks"
    chunks.chmod(0o500)
    try:
        ended(process, 1, r"chunks: cannot be written into \(Permission denied\); what was finished is kept, so see to "
              "that and resume")
    finally:
        chunks.chmod(0o700)
    whole(tmp_path / "out")
    assert 0 < len(Store(tmp_path / "out").missing()) < len(Store(tmp_path / "out").chunks())


def test_a_folder_that_is_read_only_is_told_before_anything_is_computed(tmp_path):
    (tmp_path / "out").mkdir()
    before = without_rights()
    (tmp_path / "out").chmod(0o500)
    ended(start(tmp_path, before=before), 2,
          r"out: this folder cannot be made \(Permission denied\); choose another --out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_limit_of_memory_is_told_before_anything_is_made(tmp_path):
    limit = functools.partial(resource.setrlimit, resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
    ended(start(tmp_path, "--set", "network.n=100_000_000", preexec=limit), 4,
          "a network of 100000000 nodes .* needs some .* GiB with 1 worker, and .* GiB are free; use fewer --workers")
    assert not (tmp_path / "out").exists()


def test_memory_that_runs_out_on_the_way_is_told_and_keeps_what_was_finished(tmp_path, monkeypatch, capsys):
    run_chunk = Study.run_chunk

    def greedy(self, chunk, **more):
        if chunk.first:
            raise MemoryError
        return run_chunk(self, chunk, **more)
    monkeypatch.setattr(Study, "run_chunk", greedy)
    study = Study(killed.SCENARIO)
    store = killed.opened(study, tmp_path / "out", resume=False)
    with pytest.raises(ResourceError, match="memory does not suffice"):
        run(study, store)
    assert store.failures() == []
    whole(tmp_path / "out")


def test_what_may_still_be_taken_heeds_every_limit(monkeypatch, tmp_path):
    free = machine.available_memory()
    monkeypatch.setattr(machine, "CGROUP", tmp_path)
    (tmp_path / "memory.max").write_text("3000000\n")
    (tmp_path / "memory.current").write_text("1000000\n")
    assert machine.available_memory() == 2_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert machine.available_memory() > free / 2


def test_two_runs_in_one_folder_disturb_nobody(tmp_path, digest):
    study = Study(killed.SCENARIO)
    stores = [killed.opened(study, tmp_path / "out", resume=True) for _ in range(2)]
    both = [threading.Thread(target=run, args=(Study(killed.SCENARIO), store)) for store in stores]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert stores[0].digest() == digest
    whole(tmp_path / "out")


def forked(target, *arguments):
    process = multiprocessing.get_context("forkserver").Process(target=target, args=arguments)
    process.start()
    process.join(120)
    assert process.exitcode == 0


def test_a_pool_whose_worker_died_is_told(tmp_path):
    forked(_with_a_dead_worker, str(tmp_path / "out"))
    whole(tmp_path / "out")


def pool():
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(2, multiprocessing.get_context("fork"))


def _with_a_dead_worker(folder):
    study = Study(killed.SCENARIO)
    store = killed.opened(study, folder, resume=False)
    runner.compute = _die  # what is sent to the workers
    told = r"the workers ended .* what was finished is kept, so resume"
    with pool() as executor, pytest.raises(RunError, match=told):
        run(study, store, executor=executor)


def _die(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_pool_that_is_made_anew_when_it_breaks_finishes_all_but_what_breaks_it(tmp_path, digest):
    forked(_with_workers_that_die, str(tmp_path / "out"))
    store = Store(tmp_path / "out")
    (failure,) = store.failures()
    assert failure.chunk == store.chunks()[7] == store.missing()[0]
    assert "the worker that computed it ended, twice" in failure.error
    assert len(store.missing()) == 1
    forked(killed.retry, str(tmp_path / "out"))
    assert store.failures() == store.missing() == []
    assert store.digest() == digest
    assert fsck(store) == []  # a worker that its pool took along may leave a temporary file


def _with_workers_that_die(folder):
    """Chunk 3 takes its worker along the first time, chunk 7 always."""
    study = Study(killed.SCENARIO)
    store = killed.opened(study, folder, resume=False)
    compute, chunks = runner.compute, store.chunks()

    def sometimes(folder, algorithm, code, chunk, again):
        first = Path(folder, ".seen")
        if chunk == chunks[7] or (chunk == chunks[3] and not first.exists()):
            first.touch()
            _die()
        return compute(folder, algorithm, code, chunk, again)
    _with_workers_that_die.compute = sometimes
    runner.compute = _sometimes
    with pytest.raises(RunError, match="1 of 40 chunks failed, all others are done: RunError: the worker that comp"):
        run(study, store, executor=pool)
    Path(folder, ".seen").unlink()


def _sometimes(*arguments):
    return _with_workers_that_die.compute(*arguments)


def test_an_executor_that_takes_nothing_is_told(tmp_path):
    study = Study(killed.SCENARIO)
    broken = pool()
    with pytest.raises(BrokenExecutor):
        broken.submit(_die).result()
    with pytest.raises(RunError, match="takes no chunks"):
        run(study, killed.opened(study, tmp_path / "out", resume=False), executor=lambda: broken)


def test_a_folder_killed_before_it_had_a_manifest_is_begun_again(tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".manifest.json.0123.tmp").write_text("{")
    assert cli.main(["run", "quickstart", "--replicates", "3", "--no-figures", "--out", str(tmp_path / "out")]) == 0
