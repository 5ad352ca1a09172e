"""Runs what is missing of a study, chunk by chunk, on any executor; nothing that is finished is lost."""

from __future__ import annotations

import contextlib
import functools
import os
import traceback
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simcore import processes
from simcore.errors import ModelError, ResourceError, RunError, UsageError
from simcore.keeping import stored
from simcore.store import Chunk, Store
from simcore.study import Stopped, Study

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


_OTHERS_AT_ONCE = 1000  # chunks that an executor of unknown size is given at once


class Shard(NamedTuple):
    """One of several equal parts of a plan, numbered from 1."""

    number: int = 1
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Return what ``"i/N"`` says.

        Raises
        ------
        UsageError
            If it is not of that form, or there is no such shard.
        """
        number, _, of = text.partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            raise UsageError(f"--shard must be i/N with i from 1 to N, as 3/40 (got {text})")
        return cls(int(number), int(of))

    @classmethod
    def of_job(cls, environment: Mapping[str, str] = os.environ) -> Shard:
        """Return the shard of this task of a SLURM job array; the whole outside of one.

        Raises
        ------
        UsageError
            If the numbers of the array's tasks do not follow one another.
        """
        if "SLURM_ARRAY_TASK_ID" not in environment:
            return cls()
        task, first, of, step = (int(environment.get(f"SLURM_ARRAY_TASK_{name}", default)) for name, default in
                                 (("ID", "0"), ("MIN", "0"), ("COUNT", "1"), ("STEP", "1")))
        number, rest = divmod(task - first, step)
        if rest or not 0 <= number < of:
            raise UsageError(f"SLURM_ARRAY_TASK_ID: the tasks of a job array must be numbered evenly, as --array=0-39 "
                             f"(got {task} in an array of {of} from {first}); or say which shard this is by --shard")
        return cls(number + 1, of)

    def share(self, chunks: list[Chunk]) -> list[Chunk]:
        """Return the chunks of this shard, out of all."""
        return chunks[(self.number - 1) * len(chunks) // self.of:self.number * len(chunks) // self.of]

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


class Left(NamedTuple):
    """What is to be done: chunks that are missing, those among them whose files are damaged, and those given up."""

    missing: list[Chunk]
    damaged: list[Chunk]
    failed: list[Chunk]  # not missing: they failed before, and are not tried again


def left(store: Store, shard: Shard = Shard(), *, retry_failed: bool = False) -> Left:  # noqa: B008 - a constant
    """Return what is to be done of a shard: what is missing or damaged, and failed only if it is to be tried again."""
    damaged, share = store.damaged(), set(shard.share(store.chunks()))
    failed = [] if retry_failed else [failure.chunk for failure in store.failures() if failure.chunk in share]
    wanted = share.difference(failed)
    return Left([chunk for chunk in store.missing(damaged) if chunk in wanted], damaged, failed)


def run(study: Study, store: Store, *, workers: int = 1, algorithm: str | None = None,
        executor: Executor | Callable[[], Executor] | None = None, todo: Left | None = None,
        progress: Callable[[int], object] = int) -> None:
    """Compute and store every chunk that is to be done.

    Parameters
    ----------
    study : Study
    store : Store
        Of this study.
    workers : int
        Number of threads; compiled code runs without the interpreter's lock. Processes, where they are faster and may
        be forked, see `simcore.processes`. Of an executor that is made here, twice as many chunks are under way.
    algorithm : str, optional
        Forces an algorithm.
    executor : Executor, or callable that returns one, optional
        Runs chunks instead, wherever it likes: workers need this package and the results folder. One that is made here
        is made anew when it breaks, as pools of processes do of which one is killed; a chunk that breaks it alone has
        failed.
    todo : Left, optional
        See `left`; without it, all that is missing and did not fail before.
    progress : callable
        Called with the number of rows of each chunk as it is stored.

    Raises
    ------
    ResourceError
        If memory or disk run out. What was finished is stored, whatever is raised.
    RunError
        If chunks failed, once all others are done; or if the folder cannot be written into, or an executor broke.
    """
    todo = todo or left(store)
    for chunk in todo.damaged:
        if chunk not in todo.missing:  # put together from several, which are computed again one by one
            store.discard(chunk)
    stop, again, failed = processes.Flag(), set(todo.damaged), list[str]()
    work, pool = _way(study, store, todo.missing, workers, algorithm, executor, stop)

    def attempt(chunks: Sequence[Chunk], pool: Executor, most: int) -> _Broken | None:
        """Compute chunks; return what is left of them where the pool broke."""
        begun, lost, why = set[Chunk](), list[Chunk](), None
        try:
            for chunk, future in _as_done(chunks, lambda chunk: pool.submit(work, chunk, chunk in again), most,
                                          cancel=executor is not None):
                begun.add(chunk)
                try:
                    failed.extend(filter(None, [_outcome(future, store, chunk)]))
                except BrokenExecutor as error:
                    lost.append(chunk)
                    why = error
                    continue
                progress(chunk.stop - chunk.first)
        except BaseException:
            stop.set()  # so that who is at work gives up at the end of a block
            raise
        rest = [chunk for chunk in chunks if chunk not in begun]
        return _Broken(lost, rest, why) if lost or rest else None

    def give_up(chunk: Chunk, why: BrokenExecutor | None) -> None:
        failed.append(_failed(store, chunk, RunError(f"the worker that computed it ended, twice ({why})")))
        progress(chunk.stop - chunk.first)

    try:
        if isinstance(pool, Executor):
            if broken := attempt(todo.missing, pool, _OTHERS_AT_ONCE):
                raise RunError(f"the workers ended ({broken.why}); what was finished is kept, so resume; a function "
                               "that makes the executor, in its place, lets a run go on by itself")
        else:
            _replacing(pool, todo.missing, functools.partial(attempt, most=2 * workers), give_up)
    except MemoryError as error:
        raise ResourceError("memory does not suffice for this network; use fewer --workers, or a smaller n") from error
    if failed:
        raise RunError(f"{len(failed)} of {len(todo.missing)} chunks failed, all others are done: {failed[0]}; see "
                       f"{store.folder / 'failed'}, and resume with --retry-failed once the cause is gone")


def _way(study: Study, store: Store, chunks: Sequence[Chunk], workers: int, algorithm: str | None,
         executor: Executor | Callable[[], Executor] | None,
         stop: processes.Flag) -> tuple[Callable[[Chunk, bool], str], Executor | Callable[[], Executor]]:
    """Return what computes a chunk, and the executor to run it, or what makes one."""
    if executor is not None:
        code = any(point.code for point in study.scenario.points)
        return functools.partial(compute, str(store.folder.resolve()), algorithm, code), executor
    here = functools.partial(_here, study, store, algorithm, stop.is_set)
    if processes.pay(study, store, chunks, workers):
        processes.ready(study, store, chunks[0], algorithm)
        return processes.inherited, functools.partial(processes.forked, here, workers)
    return here, functools.partial(ThreadPoolExecutor, workers, "simcore")


class _Broken(NamedTuple):
    """What is left of some chunks since a pool broke."""

    lost: list[Chunk]  # under way: one of them may be why
    rest: list[Chunk]
    why: BrokenExecutor | None


def _as_done(chunks: Sequence[Chunk], submit: Callable[[Chunk], Future[str]],
             most: int, *, cancel: bool) -> Iterator[tuple[Chunk, Future[str]]]:
    """Yield chunks as they are done, so many at most under way; those that a broken pool does not take are left out."""
    waiting, running = iter(chunks), dict[Future[str], Chunk]()
    try:
        while True:
            with contextlib.suppress(BrokenExecutor):
                while len(running) < most and (chunk := next(waiting, None)):
                    running[submit(chunk)] = chunk
            if not running:
                return
            done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future
    finally:  # who is told to stop needs no more, and a pool that breaks meanwhile trips over what is cancelled
        for future in running if cancel else ():
            future.cancel()


def _replacing(make: Callable[[], Executor], chunks: Sequence[Chunk],
               attempt: Callable[[Sequence[Chunk], Executor], _Broken | None],
               give_up: Callable[[Chunk, BrokenExecutor | None], object]) -> None:
    """Compute chunks on executors that are made anew when they break; those that were under way go on one by one."""
    batches, doubtful = [list(chunks)], set[Chunk]()
    while batches:
        with make() as pool:
            taken, broken = False, None
            while batches and broken is None:
                batch = batches.pop(0)
                broken = attempt(batch, pool)
                taken = taken or broken is None or len(broken.rest) < len(batch)
        if not taken:
            raise RunError("the executor that was made for it takes no chunks; what was finished is kept, so resume")
        if broken is None:
            continue
        for chunk in broken.lost:
            if chunk in doubtful:
                give_up(chunk, broken.why)
            else:
                batches.insert(0, [chunk])
        doubtful.update(broken.lost)
        batches += [broken.rest] * bool(broken.rest)


def _here(study: Study, store: Store, algorithm: str | None, stopped: Callable[[], bool], chunk: Chunk,
          again: bool) -> str:
    """Compute and store a chunk, unless somebody else did; return why it failed, or nothing."""
    if stopped() or (not again and store.path(chunk).is_file()):
        return ""
    try:
        tables = study.run_chunk(chunk, algorithm=algorithm, stopped=stopped, among=store.among(chunk))
    except (MemoryError, ModelError, ResourceError, Stopped):
        raise
    except Exception as error:
        return _failed(store, chunk, error)
    store.write(chunk, *tables)
    return ""


def compute(folder: str, algorithm: str | None, allow_code: bool, chunk: Chunk, again: bool) -> str:
    """Compute a chunk from a results folder alone, as a worker elsewhere does; return why it failed, or nothing."""
    manifest = (Path(folder) / "manifest.json").stat()
    study, store = _opened(folder, (manifest.st_ino, manifest.st_mtime_ns), allow_code)
    return _here(study, store, algorithm, bool, Chunk(*chunk), again)


@functools.lru_cache(maxsize=2)
def _opened(folder: str, _when: tuple[int, int], allow_code: bool) -> tuple[Study, Store]:
    """Return what a folder holds, read once for all its chunks unless somebody makes it anew."""
    store = Store(folder)
    return stored(store, allow_code=allow_code), store


def _outcome(future: Future[str], store: Store, chunk: Chunk) -> str:
    """Return why a chunk failed, or nothing; the failure of a worker that died of it is recorded here."""
    try:
        return future.result()
    except Exception as error:
        if type(error).__name__ != "KilledWorker":  # of Dask: a chunk that several workers died of
            raise
        return _failed(store, chunk, error)


def _failed(store: Store, chunk: Chunk, error: Exception) -> str:
    said = f"{type(error).__name__}: {error}"
    store.fail(chunk, said, "".join(traceback.format_exception(error)))
    return said
