"""The network itself: directed arcs in compressed rows, canonical, checked once at the door."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.errors import NetworkError
from simcore.network import rows
from simcore.network.rows import count
from simcore.network.rows import row_starts as row_starts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import ArrayLike, NDArray

    from simcore.network.rows import Arcs

NODE_LIMIT = 2**32 - 1
_NO_ARCS = np.empty(0, np.uint32)
_NO_WEIGHTS = np.empty(0, np.int64)
_NOBODY = np.empty(0, np.uint32)

Parallel = Literal["merge", "weights"]


class Network(NamedTuple):
    """Directed arcs from influence to influenced, as kernels see them.

    Rows are sorted by target, without self-loops or parallel arcs. An undirected tie is two arcs, and the
    in-arrays of a symmetric network are its out-arrays.

    Attributes
    ----------
    out_ptr, in_ptr : int64[n + 1]
        Where each node's arcs begin; ``in_ptr`` is always there, so in-degrees are.
    out_idx, in_idx : uint32[m]
        Targets of out-arcs, sources of in-arcs (empty until `with_in_arcs`, unless symmetric).
    out_weight, in_weight : int64[m]
        Fixed-point weights, ``scale`` units to 1.0; empty in an unweighted network.
    in_total : int64[n]
        Total in-weight of each node; empty in an unweighted network, where it is the in-degree.
    scale : int
        Units of weight in 1.0; 1 in an unweighted network.
    immune : uint32[...]
        Nodes that never adopt, whatever happens: no arc leads to them, see `simcore.network.immune`.
    """

    out_ptr: NDArray[np.int64]
    out_idx: NDArray[np.uint32]
    out_weight: NDArray[np.int64]
    in_ptr: NDArray[np.int64]
    in_idx: NDArray[np.uint32]
    in_weight: NDArray[np.int64]
    in_total: NDArray[np.int64]
    scale: int
    immune: NDArray[np.uint32] = _NOBODY

    def __repr__(self) -> str:
        ways = ", both ways" if self.symmetric else ""
        weights = ", weighted" if self.weighted else ""
        return f"<Network: {self.n} nodes, {self.arcs} arcs{ways}{weights}>"

    @property
    def n(self) -> int:
        """Number of nodes."""
        return self.out_ptr.size - 1

    @property
    def arcs(self) -> int:
        """Number of arcs; an undirected tie counts twice."""
        return self.out_idx.size

    @property
    def symmetric(self) -> bool:
        """Whether the network was built from undirected ties."""
        return self.in_ptr is self.out_ptr

    @property
    def weighted(self) -> bool:
        """Whether arcs carry weights."""
        return self.in_total.size > 0

    @property
    def out_degree(self) -> NDArray[np.int64]:
        """Number of nodes each node influences, int64[n]."""
        return np.diff(self.out_ptr)

    @property
    def in_degree(self) -> NDArray[np.int64]:
        """Number of nodes that influence each node, int64[n]."""
        return np.diff(self.in_ptr)

    @property
    def isolated(self) -> int:
        """Number of nodes without any arc."""
        return int(_isolated(self.out_ptr, self.in_ptr))

    def digest(self) -> str:
        """Return the SHA-256 of the canonical arrays: the same for every file format and order of rows."""
        digest = hashlib.sha256(f"{self.n} {self.arcs} {self.scale}".encode())
        for array in (self.out_ptr, self.out_idx, self.out_weight):
            digest.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data)
        return digest.hexdigest()


class Built(NamedTuple):
    """A network and what was done to the arcs on the way in."""

    network: Network
    self_loops: int  # dropped
    merged: int  # rows that repeated a tie


@inline
def _in_units(weight, scale):
    return max(np.rint(weight * scale), 1.0)


@kernel
def _isolated(out_ptr, in_ptr):
    number = 0
    for i in range(out_ptr.size - 1):
        number += (out_ptr[i + 1] == out_ptr[i]) & (in_ptr[i + 1] == in_ptr[i])
    return number


@kernel
def _arriving(tail, head, weight, scale, total):
    """Add to each node's total what arrives there from others, in units; as it is where the scale is 0."""
    for a in range(tail.size):
        if tail[a] != head[a]:
            total[head[a]] += _in_units(weight[a], scale) if scale > 0 else weight[a]


@kernel
def _place(tail, head, weight, scale, ptr, idx, out_weight):
    """Write heads into the rows of their tails, one place below ``ptr``, which goes down to there; and the units."""
    for a in range(tail.size):
        at = ptr[tail[a]] - 1
        ptr[tail[a]] = at
        idx[at] = head[a]
        out_weight[at] = np.int64(_in_units(weight[a], scale))


@kernel
def _merge_parallel(ptr, idx, weight):
    """Sort rows in place, without self-loops, and merge equal neighbours, adding weights; return the arcs left.

    Rows are sorted by Shell's sort.
    """
    left = 0
    begin = ptr[0]
    for i in range(ptr.size - 1):
        end = ptr[i + 1]
        gap = 1
        while 3 * gap + 1 < end - begin:
            gap = 3 * gap + 1
        while gap > 0:
            for a in range(begin + gap, end):
                target, own = idx[a], weight[a]
                b = a
                while b >= begin + gap and idx[b - gap] > target:
                    idx[b], weight[b] = idx[b - gap], weight[b - gap]
                    b -= gap
                idx[b], weight[b] = target, own
            gap //= 3
        ptr[i] = left
        for a in range(begin, end):
            if left > ptr[i] and idx[a] == idx[left - 1]:
                weight[left - 1] += weight[a]
            elif idx[a] != i:
                idx[left], weight[left] = idx[a], weight[a]
                left += 1
        begin = end
    ptr[ptr.size - 1] = left
    return left


@kernel
def _transpose(ptr, idx, weight, start, in_idx, in_weight):
    """Fill sources and weights of in-arcs; rows come out sorted because sources are visited in order."""
    for i in range(ptr.size - 1):
        for a in range(ptr[i], ptr[i + 1]):
            place = start[idx[a]]
            start[idx[a]] = place + 1
            in_idx[place] = i
            if weight.size:
                in_weight[place] = weight[a]


@kernel
def _add_up(idx, weight, total):
    for a in range(idx.size):
        total[idx[a]] += weight[a]


def _checked(weight: NDArray[np.float64], tail: NDArray[np.uint32], head: NDArray[np.uint32], n: int, *,
             undirected: bool) -> tuple[NDArray[np.float64], int]:
    """Return weights, those of self-loops sound too, and the largest scale that keeps totals below 2^62 units."""
    if not np.isfinite(weight).all() or weight.min(initial=1.0) <= 0:
        bad = weight[~(np.isfinite(weight) & (weight > 0)) & (tail != head)]
        if bad.size:
            raise NetworkError.because(f"weights must be finite and above 0 (got {bad[0]})")
        weight = np.where(tail == head, 1.0, weight)

    def largest(scale: int) -> float:
        total = np.zeros(n)
        _arriving(tail, head, weight, scale, total)
        if undirected:
            _arriving(head, tail, weight, scale, total)
        return float(total.max(initial=0.0))

    scale = 1
    if not np.array_equal(np.rint(weight), weight):
        scale = 2 ** int(np.clip(60 - np.ceil(np.log2(max(largest(0), 1.0))), 0, 32))
    if largest(scale) >= 2.0**62:
        raise NetworkError.because("the weights arriving at one node add up to 2^62 or more")
    return weight, scale


def from_arcs(n: int, source: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None, *,
              undirected: bool = False, parallel: Parallel = "merge") -> Built:
    """Build the canonical network of a list of arcs.

    Parameters
    ----------
    n : int
        Number of nodes, 0 to 2^32 - 1.
    source, target : array_like of int, shape (rows,)
        Influence flows from ``source`` to ``target``.
    weight : array_like of float, shape (rows,), optional
        Above 0. Weights of parallel arcs are added.
    undirected : bool
        Whether each row is a tie, influence flowing both ways.
    parallel : {"merge", "weights"}
        Whether rows that repeat an arc without weights count once, or are counted into its weight.

    Returns
    -------
    Built
        The network, the self-loops dropped and the rows merged into others.

    Raises
    ------
    NetworkError
        If a node or a weight is out of range.
    """
    return as_built(arranged(n, source, target, weight, undirected=undirected, parallel=parallel), symmetric=undirected)


def arranged(n: int, source: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None, *,
             undirected: bool = False, parallel: Parallel = "merge") -> rows.Canonical:
    """Return the rows of the network of `from_arcs`, from which the rest of it is made without the arcs themselves."""
    if not 0 <= n <= NODE_LIMIT:
        raise NetworkError.because(f"a network has 0 to {NODE_LIMIT} nodes (got {n})")
    if parallel not in ("merge", "weights"):
        raise NetworkError.because(f"parallel: must be 'merge' or 'weights' (got {parallel!r})")
    ends = [np.asarray(end) for end in (source, target)]
    if ends[0].shape != ends[1].shape or ends[0].ndim != 1:
        raise NetworkError.because("sources and targets are as many, in one dimension "
                                   f"(got shapes {ends[0].shape} and {ends[1].shape})")
    for end in ends:
        if end.size and not np.issubdtype(end.dtype, np.integer):
            raise NetworkError.because(f"nodes are whole numbers from 0 (got {end[0]!r})")
        if end.size and (end.min() < 0 or end.max() >= n):
            bad = end[(end < 0) | (end >= n)][0]
            raise NetworkError.because(f"nodes are numbered 0 to {n - 1} (got {bad})")
    tail, head = (end.astype(np.uint32, copy=False) for end in ends)
    if weight is None and parallel == "merge":
        return rows.canonical(n, lambda: [(tail, head)], undirected=undirected)
    values = np.ones(tail.size) if weight is None else np.asarray(weight, np.float64)
    values, scale = _checked(values, tail, head, n, undirected=undirected)
    ptr = np.zeros(n + 1, np.int64)
    for nodes in (tail, head) if undirected else (tail,):
        count(nodes, ptr)
    np.cumsum(ptr, out=ptr)  # where rows end, and begin once they are full
    idx, out_weight = np.empty(ptr[-1], np.uint32), np.empty(ptr[-1], np.int64)
    for one, other in ((tail, head), (head, tail)) if undirected else ((tail, head),):
        _place(one, other, values, scale, ptr, idx, out_weight)
    left = _merge_parallel(ptr, idx, out_weight)
    given, self_loops = idx.size, int(np.count_nonzero(tail == head)) * (2 if undirected else 1)
    idx.resize(left, refcheck=False)  # gives back what is not needed, and copies nothing
    out_weight.resize(left, refcheck=False)
    spare = int(np.bitwise_or.reduce(out_weight)) | scale
    shift = (spare & -spare).bit_length() - 1  # the largest unit there is, so that it does not tell how rows were split
    out_weight >>= shift
    return rows.Canonical(ptr, idx, given, self_loops, out_weight, scale >> shift)


def from_parts(n: int, parts: Callable[[], Iterable[Arcs]], *, undirected: bool,
               near: Callable[[], Iterable[Arcs]] | None = None) -> Built:
    """Build the canonical network of arcs that come in parts, twice over, so that no more than a part need be kept.

    Parameters
    ----------
    n : int
        Number of nodes.
    parts : callable
        ``parts()`` yields sources and targets, uint32[k] each; the same whenever it is called.
    undirected : bool
        Whether each is a tie, influence flowing both ways.
    near : callable, optional
        Arcs to be counted at first instead, if that is less work: as many, and the nodes may be others that share all
        bits from `simcore.network.rows.BLOCK` on.

    Returns
    -------
    Built
        The network, unweighted, the self-loops dropped and the repeated arcs (ties) merged.
    """
    return as_built(rows.canonical(n, parts, undirected=undirected, near=near), symmetric=undirected)


def as_built(made: rows.Canonical, *, symmetric: bool = False, nobody: int = 0) -> Built:
    """Build the network of canonical rows; so many of the heads given were nobody."""
    merged, each = made.given - nobody - made.self_loops - made.idx.size, 2 if symmetric else 1
    network = from_rows(made.ptr, made.idx, made.weight, scale=made.scale, symmetric=symmetric)
    return Built(network, made.self_loops // each, merged // each)


def tidied(ptr: NDArray[np.int64], idx: NDArray[np.uint32], *, symmetric: bool = False, nobody: int = 0) -> Built:
    """Build the network of rows in any order, so many of the entries n, which is nobody; the arrays are used up."""
    return as_built(rows.tidied(ptr, idx), symmetric=symmetric, nobody=nobody)


def from_rows(ptr: NDArray[np.int64], idx: NDArray[np.uint32], weight: NDArray[np.int64] = _NO_WEIGHTS, *,
              scale: int = 1, symmetric: bool = False) -> Network:
    """Build the network of rows that are canonical already."""
    n = ptr.size - 1
    total = np.zeros(n if weight.size else 0, np.int64)
    if weight.size:
        _add_up(idx, weight, total)
    if symmetric:
        return Network(ptr, idx, weight, ptr, idx, weight, total, scale)
    return Network(ptr, idx, weight, row_starts(idx, n), _NO_ARCS, _NO_WEIGHTS, total, scale)


def with_in_arcs(network: Network) -> Network:
    """Return the network with its in-arcs built, for models that read them."""
    if network.symmetric or network.in_idx.size == network.arcs:
        return network
    in_idx, in_weight = np.empty_like(network.out_idx), np.empty_like(network.out_weight)
    _transpose(network.out_ptr, network.out_idx, network.out_weight, network.in_ptr[:-1].copy(), in_idx, in_weight)
    return network._replace(in_idx=in_idx, in_weight=in_weight)
