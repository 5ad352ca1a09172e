"""From a strategy to the seeds of every replicate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore._jit import kernel
from simcore.maximisation.live_arcs import cascade, chances, choice, weighted_cascade
from simcore.maximisation.opim import opim
from simcore.network.company import NOBODY
from simcore.seeding import draws
from simcore.seeding.kept import inward, kept, ties
from simcore.seeding.members import grouping, members
from simcore.seeding.prices import affordable, candidates, costs, keep_affordable
from simcore.seeding.rankings import order
from simcore.seeding.strategies import (
    Bought,
    Friends,
    Given,
    Group,
    Maximised,
    Mixture,
    Neighbourhood,
    Quotas,
    Random,
    Share,
    Top,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from simcore.maximisation.live_arcs import LiveArcs
    from simcore.network.csr import Network
    from simcore.network.loaded import Loaded
    from simcore.seeding.members import Among
    from simcore.seeding.rankings import Ranking
    from simcore.seeding.strategies import Strategy

_U1 = np.uint64(1)
_NOBODY = np.empty(0, np.uint32)


class Seeds(NamedTuple):
    """The seeds of a block of replicates.

    Attributes
    ----------
    nodes : uint32[...]
        All of them, flat.
    begin, end : int64[R]
        Replicate r starts from ``nodes[begin[r]:end[r]]``; replicates may share.
    in_degree, out_degree : float64[R]
        Means over the seeds; NaN without any.
    """

    nodes: NDArray[np.uint32]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    in_degree: NDArray[np.float64]
    out_degree: NDArray[np.float64]

    def part(self, first: int, stop: int) -> Seeds:
        """Return those of replicates first .. stop - 1.

        Parameters
        ----------
        first, stop : int

        Returns
        -------
        Seeds
        """
        some = slice(first, stop)
        return Seeds(self.nodes, self.begin[some], self.end[some], self.in_degree[some], self.out_degree[some])


@kernel
def _mean_degrees(nodes, begin, end, in_ptr, out_ptr, into, out):
    for r in range(out.size):
        total_in = total_out = 0
        for i in nodes[begin[r]:end[r]]:
            total_in += in_ptr[i + _U1] - in_ptr[i]
            total_out += out_ptr[i + _U1] - out_ptr[i]
        number = end[r] - begin[r]
        into[r] = total_in / number if number else np.nan
        out[r] = total_out / number if number else np.nan


def _seeds(network: Network, nodes: NDArray[np.uint32], begin: NDArray[np.int64], end: NDArray[np.int64]) -> Seeds:
    into, out = np.empty((2, begin.size))
    _mean_degrees(nodes, begin, end, network.in_ptr, network.out_ptr, into, out)
    return Seeds(nodes, begin, end, into, out)


def given(network: Network, nodes: ArrayLike, replicates: int) -> Seeds:
    """Return the same seeds, numbers of nodes, for each of a block of replicates.

    Parameters
    ----------
    network : Network
    nodes : array_like of int[k]
    replicates : int

    Returns
    -------
    Seeds
    """
    array = np.asarray(nodes, np.uint32)
    return _seeds(network, array, np.zeros(replicates, np.int64), np.full(replicates, array.size))


def top_size(n: int, top: float) -> int:
    """Return how many of n nodes are the top share: at least one.

    Parameters
    ----------
    n : int
    top : float
        The share, 0 to 1.

    Returns
    -------
    int
    """
    return max(1, math.floor(top * n + 0.5))


def best(loaded: Loaded, by: Ranking, among: Among | None, key: np.uint64, count: int) -> NDArray[np.uint32]:
    """Return the best nodes that a condition holds for, at most `count`."""
    if among is None:
        return order(loaded, by, key, min(count, loaded.network.n))
    n = loaded.network.n
    return _filtered(order(loaded, by, key, n), members(loaded, among), n)[:count]


def _filtered(ranked: NDArray[np.uint32], some: NDArray[np.uint32], n: int) -> NDArray[np.uint32]:
    chosen = np.zeros(n, np.bool_)
    chosen[some] = True
    return ranked[chosen[ranked]]


@kept
def _sought(loaded: Loaded, share: Share, key: np.uint64) -> NDArray[np.uint32]:
    """Return the nodes that are influential, or ordinary, in the order of their ranks."""
    ranked = best(loaded, share.by, share.among, key, loaded.network.n)
    size = top_size(ranked.size, share.top)
    return ranked[:size] if share.influential else ranked[size:]


@kept
def _maximal(loaded: Loaded, wanted: Maximised, key: np.uint64, within: Bought | None = None) -> NDArray[np.uint32]:
    """Return the nodes that together reach most, in the order in which they were chosen, perhaps within a budget."""
    network = loaded.network
    if not network.n or not wanted.number:
        return _NOBODY
    if wanted.model == "linear-threshold":
        live: LiveArcs = choice(network)
    else:
        chance = weighted_cascade(network) if wanted.transmission is None else chances(np.array([wanted.transmission]))
        live = cascade(network, chance)
    paid: dict[str, Any] = {} if within is None else {"cost": costs(loaded, within.price), "budget": within.budget}
    return opim(live, key, min(wanted.number, network.n), epsilon=wanted.epsilon, delta=1.0 / max(network.n, 2),
                **paid).seeds


@kept
def _influenced(loaded: Loaded) -> NDArray[np.uint32]:
    """Return the nodes that somebody influences."""
    return np.flatnonzero(loaded.network.in_degree).astype(np.uint32)


def asked(quotas: Quotas, loaded: Loaded) -> list[tuple[int | None, int]]:
    """Return the groups, ascending, and how many seeds are asked of each; None is a group that nobody is in."""
    found = grouping(loaded, quotas.attribute)
    if isinstance(quotas.numbers, int):
        return [(g, quotas.numbers) for g in range(len(found.values))]
    return sorted(((found.find(value), number) for value, number in quotas.numbers),
                  key=lambda pair: -1 if pair[0] is None else pair[0])


def most(strategy: Strategy, loaded: Loaded) -> int:
    """Return the largest number of seeds that a strategy may choose.

    Parameters
    ----------
    strategy : Strategy
    loaded : Loaded

    Returns
    -------
    int
    """
    match strategy:
        case Given():
            return len(strategy.nodes)
        case Bought():
            return loaded.network.n
        case Mixture():
            return min(sum(most(part, loaded) for part in strategy.parts), loaded.network.n)
        case Quotas():
            return min(sum(number for _, number in asked(strategy, loaded)), loaded.network.n)
    return min(strategy.number, loaded.network.n)


class _Rows(NamedTuple):
    """Where seeds are appended, see `simcore.seeding.draws`."""

    marked: NDArray[np.uint8]
    out: NDArray[np.uint32]
    filled: NDArray[np.int64]

    @property
    def already(self) -> int:
        """Whom an order is passed over for, at most."""
        return int(self.filled.max(initial=0)) + int(self.marked.sum())


def _append(strategy: Strategy, loaded: Loaded, key: np.uint64, first: np.uint64, part: int, rows: _Rows) -> None:
    """Append the seeds of one strategy to those that there are."""
    n, here = loaded.network.n, (key, first, np.uint64(part))
    match strategy:
        case Random():
            group = _NOBODY if strategy.among is None else members(loaded, strategy.among)
            size = n if strategy.among is None else group.size
            draws.append_drawn(*here, -1, group, np.uint64(size), strategy.number, *rows)
        case Given():
            draws.append_first(np.array(strategy.nodes, np.uint32), len(strategy.nodes), *rows)
        case Top():
            ranked = best(loaded, strategy.by, strategy.among, key, strategy.number + rows.already)
            draws.append_first(ranked, strategy.number, *rows)
        case Share():
            group = _sought(loaded, strategy._replace(number=0), key)
            draws.append_drawn(*here, -1, group, np.uint64(group.size), strategy.number, *rows)
        case Friends():
            network = inward(loaded)
            draws.append_friends(*here, _influenced(loaded), network.in_ptr, network.in_idx, strategy.number, *rows)
        case Maximised():
            best_ones = _maximal(loaded, strategy._replace(number=strategy.number + rows.already), key)
            draws.append_first(best_ones, strategy.number, *rows)
        case Neighbourhood():
            network = ties(loaded)
            draws.append_neighbourhoods(*here, network.out_ptr, network.out_idx, strategy.number,
                                        np.empty(n, np.uint64), np.empty(n, np.uint32), *rows)
        case Group():
            found = grouping(loaded, strategy.attribute)
            draws.append_grouped(*here, found.group, found.begin, found.members, strategy.number, *rows)
        case Quotas():
            found = grouping(loaded, strategy.attribute)
            for g, number in asked(strategy, loaded):
                group = found.of(g)
                if strategy.by is not None:
                    ranked = _filtered(order(loaded, strategy.by, key, n), group, n)
                    draws.append_first(ranked, number, *rows)
                elif g is not None:
                    draws.append_drawn(*here, g, group, np.uint64(group.size), number, *rows)
        case Mixture():
            for place, each in enumerate(strategy.parts):
                _append(each, loaded, key, first, part + place, rows)


def choose(strategy: Strategy, loaded: Loaded, key: np.uint64, first: int, replicates: int, part: int = 0,
           immune: NDArray[np.uint32] = _NOBODY) -> Seeds:
    """Choose the seeds of a block of replicates on one network.

    Parameters
    ----------
    strategy : Strategy
        Where it asks for more than there are, it gets what there is; see `lacking`.
    loaded : Loaded
    key : uint64
        The network's key.
    first : int
        The first replicate w on this network.
    replicates : int
        How many of them.
    part : int
        Number of the choice, where there are several in one scenario that must not share their luck.
    immune : uint32[...], optional
        Nodes that cannot be chosen: they are passed over, and all other luck is what it is without them.

    Returns
    -------
    Seeds
    """
    network = loaded.network
    if isinstance(strategy, Bought):
        return _bought(strategy, loaded, key, first, replicates, part, immune)
    if isinstance(strategy, Given) and not immune.size:
        return given(network, strategy.nodes, replicates)
    if isinstance(strategy, Top) and not immune.size:
        return given(network, best(loaded, strategy.by, strategy.among, key, strategy.number), replicates)
    width = most(strategy, loaded)
    rows = _Rows(np.zeros(network.n, np.uint8), np.empty((replicates, width), np.uint32),
                 np.zeros(replicates, np.int64))
    rows.marked[immune] = 1
    _append(strategy, loaded, key, np.uint64(first), part, rows)
    begin = np.arange(replicates) * width
    return _seeds(network, rows.out.ravel(), begin, begin + rows.filled)


def _bought(strategy: Bought, loaded: Loaded, key: np.uint64, first: int, replicates: int, part: int,
            immune: NDArray[np.uint32]) -> Seeds:
    """Choose whom a budget buys in each of a block of replicates."""
    network, of, cost = loaded.network, strategy.of, costs(loaded, strategy.price)
    if isinstance(of, Top | Maximised):
        ranked = (best(loaded, of.by, of.among, key, network.n) if isinstance(of, Top) else
                  _maximal(loaded, of._replace(number=network.n), key, strategy))
        free = np.setdiff1d(np.arange(network.n, dtype=np.uint32), immune)
        return given(network, affordable(_filtered(ranked, free, network.n), cost, strategy.budget), replicates)
    number = candidates(cost, strategy.budget)
    seeds = choose(of._replace(number=number), loaded, key, first, replicates, part, immune)
    keep_affordable(seeds.nodes, seeds.begin, seeds.end, cost, strategy.budget)
    return _seeds(network, seeds.nodes, seeds.begin, seeds.end)


def with_people(seeds: Seeds, people: Sequence[Sequence[NDArray[np.uint32]]]) -> Seeds:
    """Return seeds among customers, and after them whom programmes hold.

    Parameters
    ----------
    seeds : Seeds
    people : sequence of sequence of uint32[...]
        Of each programme, of each replicate.

    Returns
    -------
    Seeds
        For each replicate its seeds, then the people of each programme; `NOBODY` stands before each of these lists.
        Degrees are those of the customers.
    """
    nobody = np.array([NOBODY], np.uint32)
    rows = [np.concatenate([seeds.nodes[begin:end], *(part for held in people for part in (nobody, held[r]))])
            for r, (begin, end) in enumerate(zip(seeds.begin, seeds.end, strict=True))]
    sizes = np.array([row.size for row in rows])
    ends = np.cumsum(sizes)
    return seeds._replace(nodes=np.concatenate(rows).astype(np.uint32), begin=ends - sizes, end=ends)
