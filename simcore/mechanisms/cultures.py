"""Cultures of some features, each with one of some traits, and the regions that share one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.rng import Purpose, below, halves, tag

if TYPE_CHECKING:
    from simcore.network.csr import Network


class Cultures(NamedTuple):
    """The traits of all nodes, and what it takes to tell regions of one culture.

    Attributes
    ----------
    trait : uint16[n, features]
    ptr, idx : int64[n + 1], uint32[m]
        The out-arcs of the network.
    region, members : uint32[n]
        For each node another one of its region, or itself, which then stands for it and counts its members.
    """

    trait: np.ndarray
    ptr: np.ndarray
    idx: np.ndarray
    region: np.ndarray
    members: np.ndarray


def cultures(network: Network, features: int) -> Cultures:
    """Return cultures not drawn yet."""
    n = network.n
    return Cultures(np.empty((n, features), np.uint16), network.out_ptr, network.out_idx, np.empty(n, np.uint32),
                    np.empty(n, np.uint32))


@inline
def shared(trait, i, j):
    """Return the number of features in which two nodes have one trait."""
    number = 0
    for f in range(trait.shape[1]):
        number += trait[i, f] == trait[j, f]
    return number


@inline
def _active(trait, i, neighbours):
    number = 0
    for j in neighbours:
        number += 0 < shared(trait, i, j) < trait.shape[1]
    return number


@inline
def active_around(network, trait, i):
    """Return the number of arcs of a node that join it to nodes with whom it shares some traits, but not all."""
    return (_active(trait, i, network.in_idx[network.in_ptr[i]:network.in_ptr[i + np.uint64(1)]])
            + _active(trait, i, network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]))


@kernel
def draw_cultures(cultures, traits, seeds, stream):
    """Draw everybody's traits, evenly, but that of a seed in each feature is 0; return the number of active arcs."""
    trait, ptr, arcs = cultures.trait, cultures.ptr, 0
    for i in range(trait.shape[0]):
        for f in range(0, trait.shape[1], 2):
            bits, more = halves(stream.key, np.uint64(i), np.uint64(f // 2), stream.w, tag(0, Purpose.START))
            trait[i, f] = below(bits, np.uint64(traits))
            if f + 1 < trait.shape[1]:
                trait[i, f + 1] = below(more, np.uint64(traits))
    for i in seeds:
        for f in range(trait.shape[1]):
            trait[i, f] = 0
    for i in range(trait.shape[0]):
        arcs += _active(trait, i, cultures.idx[ptr[i]:ptr[i + 1]])
    return arcs


@inline
def imitate(trait, i, j, place):
    """Let i take over the trait of j in the feature at this place among those in which they differ."""
    for f in range(trait.shape[1]):
        if trait[i, f] != trait[j, f]:
            if place == 0:
                trait[i, f] = trait[j, f]
                break
            place -= 1


@inline
def _standing_for(region, i):
    while region[i] != i:
        region[i] = region[region[i]]
        i = region[i]
    return i


@kernel
def regions(cultures):
    """Return the size of the largest region and the number of regions: nodes of one culture, joined by arcs."""
    region, members, features = cultures.region, cultures.members, cultures.trait.shape[1]
    for i in range(region.size):
        region[i], members[i] = i, 0
    for i in range(region.size):
        for j in cultures.idx[cultures.ptr[i]:cultures.ptr[i + 1]]:
            if shared(cultures.trait, i, j) == features:
                region[_standing_for(region, i)] = _standing_for(region, j)
    largest = number = 0
    for i in range(region.size):
        place = _standing_for(region, i)
        members[place] += 1
        largest, number = max(largest, members[place]), number + (place == i)
    return largest, number
