"""The machine's own limits: what any program that walks along arcs, or writes bytes, must at least do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore._jit import kernel

from .harness import COPY, GATHER, Contestant

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcore.network.csr import Network

GATHERED = 5 * 10**6  # arcs at least, in one call


@kernel
def _gather(idx, values):
    """Add up a value of the target of every arc: the bare traffic of a cascade that takes all."""
    total = np.int64(0)
    for a in range(idx.size):
        total += values[idx[a]]
    return total


def gather(network: Network, at_least: float | None = None) -> Contestant:
    """Return the limit of one random gather per arc of a network, arcs in the order they are stored in."""
    def prepare() -> Callable[[Any], int]:
        values = np.ones(network.n, np.int32)
        passes = -(-GATHERED // max(network.arcs, 1))

        def run(_: Any) -> int:
            for _pass in range(passes):
                _gather(network.out_idx, values)
            return passes * network.arcs
        return run
    return Contestant(GATHER, prepare, at_least=at_least)


def copy(size: int, arcs: int) -> Contestant:
    """Return the limit of a streaming copy of so many bytes, which an item with so many arcs is made of."""
    def prepare() -> Callable[[Any], int]:
        source = np.ones(size // 8 + 1)
        target = np.empty_like(source)

        def run(_: Any) -> int:
            np.copyto(target, source)
            return arcs
        return run
    return Contestant(COPY, prepare)
