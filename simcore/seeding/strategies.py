"""Seeds by chance, by name, or by influence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from simcore._jit import kernel
from simcore.errors import UsageError
from simcore.rng import Purpose, below, bits64, tag

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

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
    in_degree, out_degree : float64[R]
        Means over the seeds; NaN without any.
    """

    nodes: NDArray[np.uint32]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    in_degree: NDArray[np.float64]
    out_degree: NDArray[np.float64]


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
    """Return the same seeds, numbers of nodes, for each of a block of replicates."""
    array = np.asarray(nodes, np.uint32)
    return _seeds(network, array, np.zeros(replicates, np.int64), np.full(replicates, array.size))


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
        ranked = seeding.nodes or rank_by_degree(network, seeding.degree, key)
        return given(network, ranked[: seeding.number], replicates)
    group = _EVERYBODY
    if seeding.kind != "random":
        ranked, size = rank_by_degree(network, seeding.degree, key), top_size(network.n, seeding.top)
        group = ranked[:size] if seeding.kind == "influential" else ranked[size:]
    size = group.size if group.size else network.n
    drawn = np.empty((replicates, seeding.number), np.uint32)
    _draw_distinct(key, np.uint64(first), group, np.uint64(size), np.zeros(size, np.uint8), drawn)
    end = np.arange(1, replicates + 1, dtype=np.int64) * seeding.number
    return _seeds(network, drawn.ravel(), end - seeding.number, end)
