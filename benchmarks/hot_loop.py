"""Watts's cascades: the hot loop, from a few nodes to ten million."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from simcore._jit import kernel
from simcore.engine import census
from simcore.models import threshold
from simcore.seeding import given

from . import peers
from .cascades import Cascades, Items
from .harness import Case, Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

PHI = 0.18


@kernel
def _cascade(ptr, idx, need, seeds, met, queue, outcomes, arcs):
    """Spread from each seed the naive way, counting adopters, steps, and the arcs that leave adopters."""
    for k in range(seeds.size):
        queue[0] = seeds[k]
        met[seeds[k]] = -ptr.size
        size = last = 1
        place = arcs[k] = t = 0
        while place < size:
            i = queue[place]
            place += 1
            for a in range(ptr[i], ptr[i + np.uint64(1)]):
                j = idx[a]
                met[j] += 1
                arcs[k] += 1
                if met[j] == need[j]:
                    queue[size] = j
                    size += 1
            if place == last and size > last:
                last, t = size, t + 1
        outcomes[k, 0], outcomes[k, 1] = size, t
        for i in queue[:size]:
            met[i] = 0
            for a in range(ptr[i], ptr[i + np.uint64(1)]):
                met[idx[a]] = 0


def _cascades(n: int, z: float, number: int, *outcomes: str, phi: float = PHI,
              algorithm: str | None = None) -> Cascades:
    return Cascades(threshold.MODEL, {"threshold": phi}, n, z, number, outcomes or ("size",), algorithm)


def _work(cascades: Cascades, round_: int) -> Work:
    return _naive(cascades, cascades.items(round_))


def _naive(cascades: Cascades, items: Items) -> Work:
    network, number = cascades.network, items.seeds.begin.size
    outcomes, arcs = np.empty((number, 2), np.int64), np.empty(number, np.int64)
    _cascade(network.out_ptr, network.out_idx, peers.need_of(cascades), items.seeds.nodes[items.seeds.begin],
             np.zeros(network.n, np.int32), np.empty(network.n, np.uint32), outcomes, arcs)
    return Work(items, outcomes[:, : len(cascades.outcomes)], arcs)


def threshold_z4(n: int = 10_000, number: int = 2048, few: int = 128) -> Case:
    """Return the case of Watts's cascades, most of them global, in the middle of the window."""
    cascades = _cascades(n, 4.0, number)
    return cascades.case(
        "threshold-z4", "threshold .18 from random single seeds, 87 % of them global", partial(_work, cascades),
        peers.cynetdiff(peers.cynetdiff_threshold, cascades, few, at_least=150),
        peers.ndlib(peers.ndlib_threshold, cascades, 4, at_least=20_000),
        peers.graph_tool(peers.graph_tool_threshold, cascades, 16, at_least=1500))


def threshold_z4_lanes(n: int = 10_000, number: int = 2048, few: int = 128) -> Case:
    """Return the case of the same cascades by lanes, which also serve where seeds are not single."""
    cascades = _cascades(n, 4.0, number, algorithm="lanes-sweeping")
    return cascades.case("threshold-z4-lanes", "threshold .18 from random single seeds, by lanes",
                         partial(_work, cascades),
                         peers.cynetdiff(peers.cynetdiff_threshold, cascades, few, at_least=150))


def threshold_z4_durations(n: int = 10_000, number: int = 2048, few: int = 128) -> Case:
    """Return the case of the same cascades with the exact number of steps each takes."""
    cascades = _cascades(n, 4.0, number, "size", "duration")
    return cascades.case(
        "threshold-z4-durations", "threshold .18 from random single seeds, with durations", partial(_work, cascades),
        peers.cynetdiff(peers.cynetdiff_threshold, cascades, few, at_least=60),
        peers.ndlib(peers.ndlib_threshold, cascades, 4, at_least=8000),
        peers.graph_tool(peers.graph_tool_threshold, cascades, 16))


def threshold_z6(n: int = 10_000, number: int = 4096, few: int = 512) -> Case:
    """Return the case of cascades most of which die out at once: what counts is what a replicate costs."""
    cascades = _cascades(n, 6.0, number)
    return cascades.case(
        "threshold-z6", "threshold .18 from random single seeds, mostly tiny cascades", partial(_work, cascades),
        peers.cynetdiff(peers.cynetdiff_threshold, cascades, few, at_least=20), by_item=True)


def threshold_z6_all(n: int = 10_000, few: int = 512) -> Case:
    """Return the case of the cascade that every node of one network sets off."""
    cascades = _cascades(n, 6.0, n)
    need = peers.need_of(cascades)

    def work(round_: int) -> Work:
        order = np.random.default_rng(round_).permutation(n).astype(np.uint32)
        ends = np.arange(n + 1)
        seeds = given(cascades.network, order, 1)._replace(begin=ends[:-1], end=ends[1:])
        return _naive(cascades, Items(0, seeds))

    def ours() -> Callable[[Items], NDArray[np.int64]]:
        return lambda items: census.cascades(cascades.network, need, items.seeds.nodes).size[:, None]
    return cascades.case(
        "threshold-z6-all", "threshold .18, every node of the network as the seed", work,
        peers.cynetdiff(peers.cynetdiff_threshold, cascades, few, at_least=300), ours=ours, by_item=True,
        algorithm=lambda: "census")


def tiny_cascades(n: int = 10**6, number: int = 20_000) -> Case:
    """Return the case of cascades that fill small components: ten nodes on average, the rest untouched."""
    cascades = _cascades(n, 0.9, number, phi=0.05)
    return cascades.case("tiny-cascades-1e6", "any one neighbour suffices, ten nodes on average",
                         partial(_work, cascades), peers.cynetdiff(peers.cynetdiff_threshold, cascades, number))


def one_cascade(name: str, n: int, number: int, limit: float | None = None) -> Case:
    """Return the case of single global cascades whose state may not fit into a core's own cache; always the same."""
    cascades = _cascades(n, 4.0, number, algorithm="plain")
    work = _work(cascades, 0)
    return cascades.case(name, "threshold .18, one cascade at a time", lambda _: work, limit=limit)


def many_cascades(name: str, n: int, number: int = 512) -> Case:
    """Return the case of as many replicates as share a network at once; the census knows how large each is."""
    cascades = _cascades(n, 4.0, number, algorithm="lanes-sweeping")
    need = peers.need_of(cascades)

    def work(round_: int) -> Work:
        items = cascades.items(round_)
        one = _naive(cascades, Items(items.first, items.seeds.part(0, 1)))
        sizes = census.cascades(cascades.network, need, items.seeds.nodes).size[:, None]
        return Work(items, sizes, sizes[:, 0] * (one.arcs[0] / one.outcome[0, 0]))
    return cascades.case(name, f"threshold .18, {number} replicates", work, limit=1 / 0.9)


CASES: dict[str, Callable[[], Case]] = {
    "threshold-z4": threshold_z4, "threshold-z4-lanes": threshold_z4_lanes,
    "threshold-z4-durations": threshold_z4_durations, "threshold-z6": threshold_z6,
    "threshold-z6-all": threshold_z6_all, "tiny-cascades-1e6": tiny_cascades,
    "threshold-1e6": partial(one_cascade, "threshold-1e6", 10**6, 4, 1 / 6),
    "threshold-1e6-lanes": partial(many_cascades, "threshold-1e6-lanes", 10**6),
    "threshold-1e7": partial(one_cascade, "threshold-1e7", 10**7, 1, 1 / 6)}
