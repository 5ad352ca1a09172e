"""Live arcs: what a random network of influence is drawn from, seen from those who are influenced.

Influence reaches a node just where live arcs lead to it. In an independent cascade every arc is live by itself, with
its transmission; under linear thresholds every node has one live arc into it, or none. Kempe, Kleinberg & Tardos
(2003), doi:10.1145/956750.956769.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from simcore._jit import inline, kernel
from simcore.network.csr import with_in_arcs
from simcore.rng import CERTAIN, log
from simcore.rng import chance as chance_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network


class Cascade(NamedTuple):
    """Arcs that are live independently of one another.

    Attributes
    ----------
    in_ptr, in_idx
        Those of the network.
    chance : uint64[m] or uint64[1]
        That an arc is live (`simcore.rng.chance`), in the order of ``in_idx``; one for all.
    rate : float64[n]
        1 / -log(1 - p) where all arcs into a node have the same p, 0 where they are certain; negative where they
        differ, or have none.
    """

    in_ptr: NDArray[np.int64]
    in_idx: NDArray[np.uint32]
    chance: NDArray[np.uint64]
    rate: NDArray[np.float64]


class Choice(NamedTuple):
    """At most one live arc into each node, with probabilities in proportion to weights.

    Attributes
    ----------
    in_ptr, in_idx
        Those of the network.
    reach : int64[m] or int64[0]
        Weights of the arcs into a node, added up in their order; empty without weights.
    total : int64[n] or int64[0]
        What they are shares of; no arc is live with what is left of it.
    """

    in_ptr: NDArray[np.int64]
    in_idx: NDArray[np.uint32]
    reach: NDArray[np.int64]
    total: NDArray[np.int64]


LiveArcs: TypeAlias = Cascade | Choice


@kernel
def _turn(out_ptr, out_idx, chance, start, out):
    """Put the values of arcs into the order of ``in_idx``; ``start`` is used up."""
    for i in range(out_ptr.size - 1):
        for a in range(out_ptr[i], out_ptr[i + 1]):
            j = out_idx[a]
            out[start[j]] = chance[a]
            start[j] += 1


@inline
def _rate(chance):
    """Return 1 / -log(1 - p); 0 if p is certain, -1 if it is 0."""
    if chance == CERTAIN:
        return 0.0
    if chance == 0:
        return -1.0
    p = np.float64(chance) * 2.0**-64
    if p > 0.125:
        return -1.0 / log(1.0 - p) if p < 1.0 else 0.0
    s = p / (2.0 - p)  # 1 - p would lose the digits of a small p: -log(1 - p) = 2 atanh(s)
    w = s * s
    return 0.5 / (s * (1.0 + w * (1 / 3 + w * (1 / 5 + w * (1 / 7 + w * (1 / 9 + w * (1 / 11 + w / 13)))))))


@kernel
def _fill_rates(in_ptr, chance, rate):
    if chance.size == 1:
        common = _rate(chance[0])
        for i in range(rate.size):
            rate[i] = common
        return
    for i in range(rate.size):
        begin, end = in_ptr[i], in_ptr[i + 1]
        same = begin < end
        for a in range(begin, end):
            same &= chance[a] == chance[begin]
        rate[i] = _rate(chance[begin]) if same else -1.0


@kernel
def _fill_chances(probability, out):
    for a in range(out.size):
        out[a] = chance_of(probability[a])


def chances(probability: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return probabilities as `simcore.rng.chance` has them."""
    out = np.empty(probability.size, np.uint64)
    _fill_chances(probability, out)
    return out


def weighted_cascade(network: Network) -> NDArray[np.uint64]:
    """Return the chance of each arc if its source has a share of the in-weight of its target, uint64[m]."""
    if network.weighted:
        return chances(network.out_weight / network.in_total[network.out_idx])
    return chances(1.0 / network.in_degree[network.out_idx])


def cascade(network: Network, chance: NDArray[np.uint64]) -> Cascade:
    """Return the live arcs of an independent cascade.

    Parameters
    ----------
    network : Network
    chance : uint64[m] or uint64[1]
        That an attempt succeeds, in the order of ``network.out_idx``.
    """
    network = with_in_arcs(network)
    if chance.size == network.arcs > 1:
        out, turned = chance, np.empty_like(chance)
        _turn(network.out_ptr, network.out_idx, out, network.in_ptr[:-1].copy(), turned)
        chance = turned
    rate = np.empty(network.n)
    _fill_rates(network.in_ptr, chance, rate)
    return Cascade(network.in_ptr, network.in_idx, chance, rate)


@kernel
def _add_up(in_ptr, weight, reach):
    for i in range(in_ptr.size - 1):
        sum_ = 0
        for a in range(in_ptr[i], in_ptr[i + 1]):
            sum_ += weight[a]
            reach[a] = sum_


def choice(network: Network, *, weights: bool = False) -> Choice:
    """Return the live arcs of linear thresholds.

    Parameters
    ----------
    network : Network
    weights : bool
        Whether the weights are the probabilities, instead of their shares of the in-weight of a node.
    """
    network = with_in_arcs(network)
    reach = np.empty(network.arcs if network.weighted or weights else 0, np.int64)
    total = network.in_total
    if reach.size:
        _add_up(network.in_ptr, network.in_weight if network.weighted else np.ones(network.arcs, np.int64), reach)
        if weights:
            total = np.full(network.n, network.scale)
    return Choice(network.in_ptr, network.in_idx, reach, total)
