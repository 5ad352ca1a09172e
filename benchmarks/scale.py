"""What an arc costs from 10^5 arcs to 10^8, and how much memory: one cascade at a time, z = 4."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simcore.errors import ResourceError
from simcore.machine import available_memory

from . import hot_loop, models

if TYPE_CHECKING:
    from collections.abc import Callable

    from .harness import Case

STATE = 16  # bytes a node that a worker may take besides the network
_MAKING = 60  # bytes a node that the network, a cascade and the counting of it take at most
_SPARE = 2**26  # bytes of memory that may come and go whatever is measured


def fitting(n: int, make: Callable[[], Case]) -> Case:
    """Return a case of n nodes, its memory bounded.

    Raises
    ------
    ResourceError
        If memory does not suffice to measure it.
    """
    free, needed = available_memory(), _MAKING * n
    if free is not None and needed > free:
        raise ResourceError(f"a cascade on {n:,} nodes and {4 * n:,} arcs needs some {needed / 2**30:.1f} GiB here, "
                            f"and {free / 2**30:.1f} GiB are free")
    return make()._replace(at_most_bytes=STATE * n + _SPARE)


def _threshold(k: int) -> Callable[[], Case]:
    n = 10**k // 4
    return partial(fitting, n, partial(hot_loop.one_cascade, f"scale-1e{k}", n, 10 ** max(0, 6 - k)))


def _independent_cascade(k: int) -> Callable[[], Case]:
    n = 10**k // 4
    return partial(fitting, n, partial(models.one_independent_cascade, f"scale-1e{k}-ic", n))


CASES: dict[str, Callable[[], Case]] = {f"scale-1e{k}": _threshold(k) for k in (5, 6, 7, 8)} | {
    "scale-1e8-ic": _independent_cascade(8)}
