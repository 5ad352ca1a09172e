"""Runs that are stopped and resumed keep what they finished, decide the same, and end with the same digest."""

from __future__ import annotations

import functools
import signal

import pytest

from simcore.store import Store
from tests.runs import begin, slow, wait_for_chunks

SLOW = slow(replicates=60000, n=4000, count=300)


def start(folder, *more):
    # a suite that runs in the background of a shell ignores interrupts, and its children would, too
    heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    return begin(folder, "--no-figures", "--workers", "2", *more, preexec_fn=heed)


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
