"""Worlds: fixed samples of live arcs, 64 at a time, and greedy seeds by simulation on them.

World w of an independent cascade is replicate w of the model `independent-cascade` under the same key: who is reached
there is who adopts here. Under linear thresholds it is equal in law only. What seeds reach in fixed worlds is
submodular, so that lazy evaluation (CELF: Leskovec et al. 2007, doi:10.1145/1281192.1281239) finds the seeds of the
plain greedy method, exactly.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.errors import ResourceError
from simcore.maximisation.cover import knapsack
from simcore.maximisation.reverse_sets import chosen
from simcore.rng import Purpose, attempts, bits64, tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from simcore.maximisation.live_arcs import Choice
    from simcore.network.csr import Network

_U0, _U1, _U32, _U63 = (np.uint64(x) for x in (0, 1, 32, 63))
_M1, _M2, _M4, _LOW = (np.uint64(x) for x in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F, 0xFF))
BLOCK = 64  # worlds in a word
MOST_BYTES = 2**32


class Worlds(NamedTuple):
    """Which arcs are live in which worlds.

    Attributes
    ----------
    out_ptr, out_idx
        Those of the network.
    live : uint64[blocks, m]
        Bit w mod 64 of block w // 64 is the arc's in world w.
    """

    out_ptr: NDArray[np.int64]
    out_idx: NDArray[np.uint32]
    live: NDArray[np.uint64]

    @property
    def number(self) -> int:
        """How many worlds there are."""
        return BLOCK * len(self.live)


@kernel
def _draw_attempts(key, out_ptr, out_idx, chance, live):
    for b in range(live.shape[0]):
        block = np.uint64(2 * b)
        for i in range(out_ptr.size - 1):
            for a in range(out_ptr[i], out_ptr[i + 1]):
                p = chance[a if chance.size > 1 else 0]
                source, target = np.uint64(i), np.uint64(out_idx[a])
                live[b, a] = (attempts(key, source, target, block, p)
                              | attempts(key, source, target, block + _U1, p) << _U32)


def _room(network: Network, number: int) -> NDArray[np.uint64]:
    blocks = -(-number // BLOCK)
    if 8 * blocks * network.arcs > MOST_BYTES:
        raise ResourceError(f"{number} worlds of {network.arcs} arcs take more than {MOST_BYTES >> 30} GiB; ask for "
                            "fewer, or choose seeds by reverse-reachable sets")
    return np.zeros((blocks, network.arcs), np.uint64)


def cascade_worlds(network: Network, chance: NDArray[np.uint64], key: np.uint64, number: int) -> Worlds:
    """Draw worlds of independent cascades.

    Parameters
    ----------
    network : Network
    chance : uint64[m] or uint64[1]
        That an attempt succeeds, in the order of ``network.out_idx``.
    key : uint64
        The network's key.
    number : int
        How many at least: they come in blocks of 64.

    Raises
    ------
    ResourceError
        If they take more than 4 GiB.
    """
    live = _room(network, number)
    _draw_attempts(key, network.out_ptr, network.out_idx, chance, live)
    return Worlds(network.out_ptr, network.out_idx, live)


@kernel
def _draw_choices(key, out_ptr, out_idx, choice, live):
    for w in range(64 * live.shape[0]):
        for j in range(choice.in_ptr.size - 1):
            bits = bits64(key, np.uint64(j), _U0, np.uint64(w), tag(_U0, Purpose.SEED_WORLD))
            a = chosen(choice, np.uint64(j), bits)
            if a < np.uint64(choice.in_ptr[j + 1]):
                i = np.uint64(choice.in_idx[a])
                low, high = np.uint64(out_ptr[i]), np.uint64(out_ptr[i + _U1])
                while low + _U1 < high:  # rows are sorted by target
                    middle = (low + high) >> _U1
                    if out_idx[middle] <= j:
                        low = middle
                    else:
                        high = middle
                live[w >> 6, low] |= _U1 << (np.uint64(w) & _U63)


def choice_worlds(network: Network, choice: Choice, key: np.uint64, number: int) -> Worlds:
    """Draw worlds of linear thresholds; parameters are those of `cascade_worlds`, and which arcs may be live."""
    live = _room(network, number)
    _draw_choices(key, network.out_ptr, network.out_idx, choice, live)
    return Worlds(network.out_ptr, network.out_idx, live)


@inline
def _ones(x):
    x -= (x >> _U1) & _M1
    x = (x & _M2) + ((x >> (_U1 + _U1)) & _M2)
    x = (x + (x >> np.uint64(4))) & _M4
    x += x >> np.uint64(8)
    x += x >> np.uint64(16)
    return np.int64((x + (x >> _U32)) & _LOW)


class _Search(NamedTuple):
    """Where a search is in each world of a block; all is zero between searches."""

    reached: NDArray[np.uint64]  # of each node
    waiting: NDArray[np.uint64]  # bits of it that are still to be passed on
    queue: NDArray[np.uint32]  # of nodes that have some, in a circle
    met: NDArray[np.uint32]  # nodes reached


@inline
def _search(out_ptr, out_idx, live, covered, search, i):
    """Find whom a node reaches in the worlds of a block in which nobody has reached them; return how many are met."""
    start = ~covered[i]
    if not start:
        return 0
    reached, waiting, queue, n = search.reached, search.waiting, search.queue, np.uint64(search.queue.size)
    reached[i] = waiting[i] = start
    queue[0] = search.met[0] = i
    number, at, size = 1, _U0, _U1
    while size:
        u = np.uint64(queue[at])
        at = at + _U1 if at + _U1 < n else _U0
        size -= _U1
        bits, waiting[u] = waiting[u], _U0
        for a in range(out_ptr[u], out_ptr[u + _U1]):
            j = np.uint64(out_idx[a])
            new = bits & live[a] & ~(reached[j] | covered[j])
            if new:
                if not reached[j]:
                    search.met[number] = j
                    number += 1
                reached[j] |= new
                if not waiting[j]:
                    place = at + size
                    queue[place if place < n else place - n] = j
                    size += _U1
                waiting[j] |= new
    return number


@kernel
def _gain(worlds, covered, search, i):
    """Return how many more are reached, in all worlds together, if this node is a seed too."""
    total = 0
    for b in range(worlds.live.shape[0]):
        for j in search.met[:_search(worlds.out_ptr, worlds.out_idx, worlds.live[b], covered[b], search, i)]:
            total += _ones(search.reached[j])
            search.reached[j] = _U0
    return total


@kernel
def _gains(worlds, covered, search, first, gains):
    for k in range(gains.size):
        gains[k] = _gain(worlds, covered, search, np.uint64(first + k))


@kernel
def _take(worlds, covered, search, i):
    for b in range(worlds.live.shape[0]):
        for j in search.met[:_search(worlds.out_ptr, worlds.out_idx, worlds.live[b], covered[b], search, i)]:
            covered[b, j] |= search.reached[j]
            search.reached[j] = _U0


class Greedy(NamedTuple):
    """Seeds that are greedy in a sample of worlds.

    Attributes
    ----------
    seeds : uint32[k]
        In the order of their choice.
    spread : float
        How many they reach on average over these worlds, which they are chosen for.
    at_most : float
        More than that no choice within the budget reaches there.
    evaluations : int
        How often it was simulated what a node adds.
    """

    seeds: NDArray[np.uint32]
    spread: float
    at_most: float
    evaluations: int


def celf(worlds: Worlds, cost: NDArray[np.float64], budget: float, *,
         progress: Callable[[int], object] = lambda _: None) -> Greedy:
    """Choose the seed that adds most for its cost again and again, as long as one can be paid.

    Parameters
    ----------
    worlds : Worlds
    cost : float64[n]
        Of each node, above 0.
    budget : float
        With a cost of 1 each, the number of seeds. With other costs the best single node takes the place of all if it
        reaches more: see `simcore.maximisation.cover.cover_within`.
    progress : callable, optional
        Told the number of evaluations.

    Returns
    -------
    Greedy

    Notes
    -----
    A node is asked again only when nobody's last answer is better.
    """
    n, number = worlds.out_ptr.size - 1, worlds.number
    covered = np.zeros((worlds.live.shape[0], n), np.uint64)
    search = _Search(*np.zeros((2, n), np.uint64), *np.zeros((2, n), np.uint32))
    gains = np.empty(n, np.int64)
    for first in range(0, n, 1024):
        _gains(worlds, covered, search, first, gains[first:first + 1024])
        progress(min(first + 1024, n))
    most = knapsack(gains, cost, budget)
    alone = int(np.argmax(np.where(cost <= budget, gains, 0)))
    seeds, spent, total, evaluations, single = list[int](), 0.0, 0, n, int(gains[alone]) if cost[alone] <= budget else 0
    heap = [(-gains[i] / cost[i], i, 0) for i in range(n)]
    heapq.heapify(heap)
    while heap:
        _, i, asked = heapq.heappop(heap)
        if cost[i] > budget - spent:
            continue
        if asked < len(seeds):
            gains[i] = _gain(worlds, covered, search, np.uint64(i))
            heapq.heappush(heap, (-gains[i] / cost[i], i, len(seeds)))
            evaluations += 1
            progress(evaluations)
            continue
        _take(worlds, covered, search, np.uint64(i))
        total, spent = total + int(gains[i]), spent + float(cost[i])
        gains[i] = 0
        seeds.append(i)
    most = min(most, total + knapsack(gains, cost, budget))  # gains of before are no less than those of now
    if single > total:
        seeds, total = [alone], single
    return Greedy(np.array(seeds, np.uint32), total / number, most / number, evaluations)
