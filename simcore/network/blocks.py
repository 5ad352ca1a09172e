"""Stochastic block models: who is tied to whom depends on the blocks that nodes belong to.

Every node throws a Poisson number of darts, each at a block and at a node in it. A pair hit from both sides
by Poisson numbers of darts of mean r / 2 each is tied, hits beyond the first counting nothing, with
probability 1 - exp(-r), independently of all others; -ln(1 - p) for r gives p exactly. Darts that hit their
thrower say nothing about any pair. So the darts of a block need one law of their number and one of their
aim, however many nodes there are.

Blocks are numbered from 0 and consist of consecutive nodes. Communities that are all alike, inside and to one
another (the planted partition), are the matrix with one value on its diagonal and another beside it.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel, prefetch
from simcore.errors import NetworkError
from simcore.network.csr import from_parts
from simcore.network.degree_laws import poisson as poisson_pmf
from simcore.network.degrees import degree, table
from simcore.network.rows import BLOCK
from simcore.rng import Purpose, below, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    from simcore.network.csr import Built, Network
    from simcore.network.rows import Arcs

_NODES = 2**14  # whose darts are thrown together
_AHEAD = 32  # darts whose targets are on their way from memory
_COUNT, _WEIGHT = np.uint64(Purpose.NETWORK_COUNT), np.uint64(Purpose.NETWORK_WEIGHT)
_U0, _U1, _U11, _U32 = (np.uint64(x) for x in (0, 1, 11, 32))


class Members(NamedTuple):
    """Who is in each block, and how easily hit.

    Attributes
    ----------
    first : uint64[B + 1]
        First node of each block; the last entry is the number of nodes.
    below : uint64[n]
        Weights added up within each block, in units of 2^-53 of their sum; empty if they are all the same.
    guide : uint32[G]
        The first node possible for each value of the top bits of 53, and the last node.
    guide_first : uint64[B]
        Where the guide of each block begins.
    guide_shift : uint64[B]
        How many of the 53 bits its guide leaves out.
    """

    first: NDArray[np.uint64]
    below: NDArray[np.uint64]
    guide: NDArray[np.uint32]
    guide_first: NDArray[np.uint64]
    guide_shift: NDArray[np.uint64]


@inline
def _guided(members, block, bits):
    """Return the place in the guide for a draw from a block."""
    return members.guide_first[block] + (bits >> _U11 >> members.guide_shift[block])


@kernel
def _hit(members, blocks, bits, exact, nodes):
    """Find the node of each block that 64 random bits stand for; what that reads is fetched well ahead.

    If it need not be exact, it is another that rows are dealt out with, most often by the guide alone.
    """
    if members.below.size == 0:
        for a in range(bits.size):
            first = members.first[blocks[a]]
            nodes[a] = first + below(bits[a], members.first[blocks[a] + _U1] - first)
        return
    for a in range(bits.size):
        if a + 2 * _AHEAD < bits.size:
            far = a + 2 * _AHEAD
            prefetch(members.guide, _guided(members, blocks[far], bits[far]))
        if exact and a + _AHEAD < bits.size:
            near = a + _AHEAD
            prefetch(members.below, members.guide[_guided(members, blocks[near], bits[near])])
        place = _guided(members, blocks[a], bits[a])
        i = np.uint64(members.guide[place])
        if exact or i >> BLOCK != np.uint64(members.guide[place + _U1]) >> BLOCK:
            while members.below[i] <= bits[a] >> _U11:
                i += _U1
        nodes[a] = i


@kernel
def _guide(units, first, shift, guide):
    """Note, for each value of the top bits, the first node possible."""
    i = 0
    for top in range(guide.size - 1):
        while units[i] <= np.uint64(top) << shift:
            i += 1
        guide[top] = first + i
    guide[guide.size - 1] = first + units.size - 1


@kernel
def draw_numbers(key, purpose, law, first, counts):
    """Draw a number for each node, such as that of its darts: word i mod 4 of the block (i div 4, 0, 0, purpose)."""
    for a in range(counts.size):
        i = np.uint64(first + a)
        words = philox(key, i >> np.uint64(2), _U0, _U0, tag(_U0, purpose))
        counts[a] = degree(law, words[i & np.uint64(3)])


@kernel
def _throw(key, first, counts, aim, throwers, blocks, bits):
    """Throw darts: word 0 of the block (i, t, 0, 0, TIE) aims dart t of node i at a block, half 1 hits a node there."""
    dart = 0
    for a in range(counts.size):
        i = np.uint64(first + a)
        for t in range(np.uint64(counts[a])):
            x0, _, x2, x3 = philox(key, i, t, _U0, tag(_U0, Purpose.NETWORK_TIE))
            throwers[dart], blocks[dart], bits[dart] = i, degree(aim, x0), x2 | (x3 << _U32)
            dart += 1


@kernel
def _draw_throwers(key, first, counts, bits):
    """Draw who threw instead, if nodes have weights: half 0 of the block (i, t, 0, 1, TIE)."""
    dart = 0
    for a in range(counts.size):
        for t in range(np.uint64(counts[a])):
            x0, x1, _, _ = philox(key, np.uint64(first + a), t, _U0, tag(_U1, Purpose.NETWORK_TIE))
            bits[dart] = x0 | (x1 << _U32)
            dart += 1


def _checked(sizes: ArrayLike, matrix: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return sizes of blocks and a matrix between them, or refuse what is none."""
    blocks, between = np.asarray(sizes), np.asarray(matrix, np.float64)
    if blocks.ndim != 1 or (blocks.size and blocks.dtype.kind not in "iu") or blocks.min(initial=0) < 0:
        raise NetworkError.because(f"sizes of blocks are whole numbers of at least 0 (got {sizes!r})")
    if between.shape != (blocks.size, blocks.size):
        raise NetworkError.because(f"{blocks.size} blocks have a matrix of {blocks.size} rows and columns "
                                   f"(got {between.shape})")
    wrong = between[~((between >= 0) & (between < np.inf))]
    if wrong.size:
        raise NetworkError.because(f"what is between blocks is finite and at least 0 (got {wrong[0]})")
    return blocks.astype(np.int64), between


def _refuse_lopsided(ties: NDArray[np.float64], what: str) -> None:
    """Refuse a matrix in which two blocks have not as many ties from either side."""
    for r, s in np.argwhere(~np.isclose(ties, ties.T, rtol=1e-9, atol=0))[:1]:
        raise NetworkError.because(f"{what} are the same seen from either block "
                                   f"(got {ties[r, s]} from block {r} to {s}, {ties[s, r]} back)")


def _darts(key: np.uint64, flow: NDArray[np.float64], members: Members, *,
           exact: bool = True) -> Iterator[Arcs]:
    """Yield thrower and target of the darts, flow[r, s] / 2 from a node of block r at block s on average, in parts.

    Unless they are to be exact, nodes that have weights may be others that rows are dealt out with.
    """
    for block, (first, last) in enumerate(itertools.pairwise(members.first.tolist())):
        total = flow[block].sum()
        if not total:
            continue
        number, aim = table(poisson_pmf(total / 2)), table(flow[block])
        for begin in range(first, last, _NODES):
            counts = np.empty(min(_NODES, last - begin), np.int64)
            draw_numbers(key, _COUNT, number, begin, counts)
            throwers, targets, blocks = np.empty((3, counts.sum()), np.uint32)
            bits = np.empty(throwers.size, np.uint64)
            _throw(key, begin, counts, aim, throwers, blocks, bits)
            _hit(members, blocks, bits, exact, targets)
            if members.below.size:
                _draw_throwers(key, begin, counts, bits)
                _hit(members, np.full_like(blocks, block), bits, exact, throwers)
            yield throwers, targets


def _starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)])


def _even(sizes: NDArray[np.int64]) -> Members:
    """Return the members of blocks, all alike."""
    none = np.empty(0, np.uint64)
    return Members(_starts(sizes).astype(np.uint64), none, none.astype(np.uint32), none, none)


def _weighted(first: NDArray[np.int64], has_ties: NDArray[np.bool_], weights: NDArray[np.float64]) -> Members:
    """Return the members of blocks, each with its weight."""
    if weights.shape != (first[-1],):
        raise NetworkError.because(f"each node has a weight (got {weights.shape} for {first[-1]} nodes)")
    if not weights.min(initial=0.0) >= 0:
        raise NetworkError.because(f"a weight is at least 0 (got {weights.min()})")
    bits = np.array([max(size, 1).bit_length() - 1 for size in np.diff(first).tolist()], np.uint64)
    lengths = np.where(has_ties, (_U1 << bits) + _U1, _U0)
    begins = np.cumsum(lengths) - lengths
    below, guide = np.zeros(weights.size, np.uint64), np.empty(lengths.sum(), np.uint32)
    for r in np.flatnonzero(has_ties):
        total = np.cumsum(weights[first[r]:first[r + 1]])
        if not 0 < total[-1] < np.inf:
            raise NetworkError.because("weights in a block with ties have a finite sum above 0 "
                                       f"(got {total[-1]} in block {r})")
        total /= total[-1]
        total *= 2.0**53
        units = below[first[r]:first[r + 1]]
        units[:] = np.rint(total, out=total)
        _guide(units, first[r], np.uint64(53) - bits[r], guide[begins[r]:begins[r] + lengths[r]])
    return Members(first.astype(np.uint64), below, guide, begins, np.uint64(53) - bits)


def probabilities(sizes: ArrayLike, mean_degrees: ArrayLike) -> NDArray[np.float64]:
    """Return the tie probabilities that give nodes these mean numbers of neighbours.

    Parameters
    ----------
    sizes : array_like of int, shape (B,)
        Number of nodes in each block.
    mean_degrees : array_like of float, shape (B, B)
        Mean number of neighbours in block s (column) that a node in block r (row) has.

    Returns
    -------
    float64[B, B]
        Mean degrees divided by the number of nodes there to be tied to.

    Raises
    ------
    NetworkError
        If the matrix has another shape, a negative entry, or more neighbours than there are, or sizes times
        mean degrees, the ties between two blocks, are not the same seen from either.
    """
    blocks, wanted = _checked(sizes, mean_degrees)
    _refuse_lopsided(wanted * blocks[:, None], "ties between two blocks (size times mean degree)")
    others = np.maximum(blocks - np.eye(blocks.size), 0)
    for r, s in np.argwhere((wanted > others) & (blocks[:, None] > 0))[:1]:
        raise NetworkError.because(f"a node of block {r} has at most {others[r, s]:.0f} neighbours "
                                   f"in block {s} (got {wanted[r, s]})")
    return np.where(others > 0, wanted / np.maximum(others, 1), 0.0)


def blocks(sizes: ArrayLike, probability: ArrayLike, key: np.uint64) -> Network:
    """Build a network of the stochastic block model: each pair is tied with the probability of its blocks.

    Parameters
    ----------
    sizes : array_like of int, shape (B,)
        Number of nodes in each block.
    probability : array_like of float, shape (B, B)
        Probability that two nodes are tied, by their blocks; symmetric, each from 0 to below 1.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

    Returns
    -------
    Network
        Symmetric, unweighted.

    Raises
    ------
    NetworkError
        If the sizes or the probabilities are out of range, or the matrix is not square or not symmetric.

    References
    ----------
    Holland, Laskey & Leinhardt (1983), doi:10.1016/0378-8733(83)90021-7; planted partition: Condon & Karp
    (2001), doi:10.1002/1098-2418(200103)18:2<116::AID-RSA1001>3.0.CO;2-2.
    """
    nodes, tied = _checked(sizes, probability)
    if tied.max(initial=0.0) >= 1.0:
        raise NetworkError.because(f"the probability of a tie lies below 1 (got {tied.max()})")
    _refuse_lopsided(tied, "probabilities of a tie")
    members, flow = _even(nodes), np.asarray(-np.log1p(-tied) * nodes, np.float64)
    return from_parts(int(nodes.sum()), lambda: _darts(key, flow, members), undirected=True).network


def drawn_weights(sizes: ArrayLike, laws: Sequence[NDArray[np.float64]], key: np.uint64) -> NDArray[np.float64]:
    """Draw the weights of the nodes of a degree-corrected block model.

    Parameters
    ----------
    sizes : array_like of int, shape (B,)
        Number of nodes in each block.
    laws : sequence of float64[K]
        Of each block: the probability of the weights 0, 1, 2, ...
    key : uint64
        The network's key.

    Returns
    -------
    float64[n]
    """
    first = _starts(np.asarray(sizes, np.int64))
    weights = np.empty(first[-1])
    for law, begin, end in zip(laws, first[:-1], first[1:], strict=True):
        draw_numbers(key, _WEIGHT, table(law), begin, weights[begin:end])
    return weights


def degree_corrected(sizes: ArrayLike, mean_degrees: ArrayLike, weights: ArrayLike, key: np.uint64) -> Built:
    """Build a network of the degree-corrected block model: a node has ties in proportion to its weight.

    The number of ties between nodes i and j is Poisson of mean t_i t_j T_rs, with t the weights as shares of
    their block and T_rs the mean number of ties between the blocks (twice that inside one); repeated ties
    count once, so each pair is tied with probability 1 - exp(-t_i t_j T_rs), independently of all others.

    Parameters
    ----------
    sizes : array_like of int, shape (B,)
        Number of nodes in each block.
    mean_degrees : array_like of float, shape (B, B)
        Mean number of ties to block s (column) that a node in block r (row) has, before self-loops and
        repeated ties are left out.
    weights : array_like of float, shape (n,)
        Of each node, at least 0; only their proportions within a block matter.
    key : uint64
        The network's key, see `simcore.rng.network_key`.

    Returns
    -------
    Built
        The network, symmetric and unweighted, the self-loops dropped and the repeated ties merged.

    Raises
    ------
    NetworkError
        If sizes, mean degrees or weights are out of range or do not fit each other, or a block that has ties
        has no weight.

    References
    ----------
    Karrer & Newman (2011), doi:10.1103/PhysRevE.83.016107.
    """
    nodes, flow = _checked(sizes, mean_degrees)
    _refuse_lopsided(flow * nodes[:, None], "ties between two blocks (size times mean degree)")
    flow = np.where(nodes[:, None] > 0, flow, 0.0)
    members = _weighted(_starts(nodes), flow.sum(axis=1) > 0, np.asarray(weights, np.float64))
    throws, near = [_darts(key, flow, members)], [_darts(key, flow, members, exact=False)]
    del weights, members  # the last are gone with the second throw: rows need memory
    return from_parts(int(nodes.sum()), throws.pop, near=near.pop, undirected=True)
