"""Processes that compute chunks beside this one: where blocks are short, threads wait for the interpreter's lock.

They are forked, with everything that this process has read and compiled, so they start in milliseconds and share its
networks. Who forks must be alone: a lock that another thread holds at that moment stays locked for ever in the copy.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import itertools
import mmap
import multiprocessing
import signal
import sys
import threading
import warnings
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simcore.store import Chunk, Store
    from simcore.study import Study

_MANY = 32  # blocks of a chunk, which takes tenths of a second: so many at least are short
_KILL_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class Flag:
    """A bit that is set once, for threads of this process and for processes forked from it."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def set(self) -> None:
        """Set it."""
        self._byte[0] = 1

    def is_set(self) -> bool:
        """Return whether it was set."""
        return self._byte[0] == 1


def pay(study: Study, store: Store, chunks: Sequence[Chunk], workers: int) -> bool:
    """Return whether processes may be forked, and are faster than threads: there are many short blocks to compute."""
    return (sys.platform == "linux" and 1 < workers < len(chunks) and _is_alone()
            and len(list(itertools.islice(study.blocks(chunks[0], store.among(chunks[0])), _MANY))) == _MANY)


def _others() -> list[threading.Thread]:
    """Return the threads that run Python besides this one, other than one that looks after a bar of tqdm."""
    return [thread for thread in threading.enumerate() if thread is not threading.current_thread()
            and not type(thread).__module__.startswith("tqdm.")]


def _is_alone() -> bool:
    """Return whether this is the main thread, and no other runs Python."""
    return threading.current_thread() is threading.main_thread() and not _others()


def ready(study: Study, store: Store, chunk: Chunk, algorithm: str | None) -> None:
    """Compute the first block of a chunk for nothing, so that what it imports and compiles is there in every copy."""
    block = next(study.blocks(chunk, store.among(chunk)))
    with contextlib.suppress(Exception):  # which a worker will meet as well, and tell of
        study.run_chunk(chunk._replace(stop=chunk.first + block.replicates), algorithm=algorithm,
                        among=store.among(chunk))


def forked(work: Callable[[Chunk, bool], str], workers: int) -> ProcessPoolExecutor:
    """Return an executor of processes forked here and now, which know `work` without being sent it: see `work`.

    An interrupt of the terminal is left to this process, and should it die they die with it.
    """
    for other in _others():  # begun since, as a pool is replaced: who imports something is done soon
        other.join(5)
    with _signals_held(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads of libraries, which no Python waits for
        pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), _begin, (work,))
        pool.submit(int)
    return pool


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Let interrupts wait until copies of this process, which inherit that they wait, know what to do about them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_inherited: Callable[[Chunk, bool], str]


def _begin(work: Callable[[Chunk, bool], str]) -> None:
    global _inherited
    _inherited = work
    ctypes.CDLL(None).prctl(_KILL_WITH_PARENT, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT, signal.SIGTERM])
    gc.freeze()  # a collection would write to every page that is shared


def inherited(chunk: Chunk, again: bool) -> str:
    """Do the work that this process was forked for."""
    return _inherited(chunk, again)
