"""Seeds by chance, by name, or by influence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from simcore._jit import kernel
from simcore.errors import UsageError
from simcore.rng import Purpose, below, bits64, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network

Degree = Literal["in", "out", "total"]
Kind = Literal["random", "given", "top-degree", "influential", "ordinary"]
_U0, _U1 = np.uint64(0), np.uint64(1)
_EVERYBODY = np.empty(0, np.uint32)


class Seeding(NamedTuple):
    """A strategy, resolved for one network.

    Attributes
    ----------
    kind : str
        "random", "given", "top-degree", "influential" (drawn from the top share `top` by degree) or "ordinary"
        (drawn from the rest).
    number : int
        How many seeds.
    nodes : tuple of int
        The nodes of kind "given".
    degree : {"in", "out", "total"}
        What ranks nodes.
    top : float
        The share of nodes that counts as influential.
    """

    kind: Kind = "random"
    number: int = 1
    nodes: tuple[int, ...] = ()
    degree: Degree = "out"
    top: float = 0.1


class Seeds(NamedTuple):
    """The seeds of a block of replicates.

    Attributes
    ----------
    nodes : uint32[...]
        All of them, flat.
    begin, end : int64[R]
        Replicate r starts from ``nodes[begin[r]:end[r]]``; replicates may share.
    """

    nodes: NDArray[np.uint32]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


@kernel
def _draw_distinct(key, first, group, size, marked, out):
    """Fill each row of ``out`` with distinct members of the group, in the order of the candidates."""
    for r in range(out.shape[0]):
        candidate = _U0
        chosen = 0
        while chosen < out.shape[1]:
            place = below(bits64(key, candidate, _U0, first + np.uint64(r), tag(_U0, Purpose.SEED)), size)
            candidate += _U1
            if not marked[place]:
                marked[place] = 1
                out[r, chosen] = place
                chosen += 1
        for k in range(chosen):
            marked[out[r, k]] = 0
            if group.size:
                out[r, k] = group[out[r, k]]


@kernel
def _tie_breakers(key, out):
    for i in range(out.size):
        out[i] = bits64(key, np.uint64(i), _U0, _U0, tag(_U0, Purpose.SEED_TIE))


def rank_by_degree(network: Network, degree: Degree, key: np.uint64) -> NDArray[np.uint32]:
    """Return all nodes, uint32[n], the largest degree first; equal degrees are ordered by the key."""
    by = {"in": network.in_degree, "out": network.out_degree}
    degrees = by[degree] if degree in by else by["in"] + by["out"]
    ties = np.empty(network.n, np.uint64)
    _tie_breakers(key, ties)
    return np.lexsort((ties, -degrees)).astype(np.uint32)


def top_size(n: int, top: float) -> int:
    """Return how many of n nodes are the top share: at least one."""
    return max(1, math.floor(top * n + 0.5))


def refuse_impossible(seeding: Seeding, n: int) -> None:
    """Raise UsageError if there are fewer candidates than seeds among n nodes."""
    top = top_size(n, seeding.top)
    candidates = {"influential": top, "ordinary": n - top}.get(seeding.kind, n)
    if not 0 <= seeding.number <= candidates:
        raise UsageError(f"there are but {candidates} candidates for '{seeding.kind}' seeds among the {n} nodes of the "
                         f"network (got {seeding.number} seeds)")


def choose(seeding: Seeding, network: Network, key: np.uint64, first: int, replicates: int) -> Seeds:
    """Choose the seeds of a block of replicates on one network.

    Parameters
    ----------
    seeding : Seeding
        Checked already: no more seeds than there are candidates.
    network : Network
    key : uint64
        The network's key.
    first : int
        The first replicate w on this network.
    replicates : int
        How many of them.

    Returns
    -------
    Seeds
    """
    if seeding.kind in ("given", "top-degree"):
        nodes = (np.array(seeding.nodes, np.uint32) if seeding.kind == "given"
                 else rank_by_degree(network, seeding.degree, key)[: seeding.number])
        return Seeds(nodes, np.zeros(replicates, np.int64), np.full(replicates, nodes.size))
    group = _EVERYBODY
    if seeding.kind != "random":
        ranked, size = rank_by_degree(network, seeding.degree, key), top_size(network.n, seeding.top)
        group = ranked[:size] if seeding.kind == "influential" else ranked[size:]
    size = group.size if group.size else network.n
    drawn = np.empty((replicates, seeding.number), np.uint32)
    _draw_distinct(key, np.uint64(first), group, np.uint64(size), np.zeros(size, np.uint8), drawn)
    end = np.arange(1, replicates + 1, dtype=np.int64) * seeding.number
    return Seeds(drawn.ravel(), end - seeding.number, end)


@kernel
def _mean_degree(nodes, begin, end, ptr, out):
    for r in range(out.size):
        total = 0
        for i in nodes[begin[r]:end[r]]:
            total += ptr[i + np.uint64(1)] - ptr[i]
        out[r] = total / (end[r] - begin[r]) if end[r] > begin[r] else np.nan


def seed_degrees(network: Network, seeds: Seeds) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean in-degree and out-degree of each replicate's seeds, float64[R]; NaN without seeds."""
    into, out = np.empty((2, seeds.begin.size))
    _mean_degree(*seeds, network.in_ptr, into)
    _mean_degree(*seeds, network.out_ptr, out)
    return into, out
