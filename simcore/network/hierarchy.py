"""Hierarchies: trees in which nodes of a level have the same span, and organisations, trees with cross ties.

Nodes are numbered level by level from the chief, node 0, so that the children of a node are consecutive. The
pairs of a tree fall into *classes* of one chance: by the depth of their lowest common ancestor, and how far
below it the two stand. A cross tie is drawn in two steps, its class and then a pair of the class; were pairs
drawn evenly and refused in proportion, nearly all would be refused.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.errors import NetworkError
from simcore.network.csr import NODE_LIMIT, Network, from_parts, from_rows
from simcore.network.degrees import degree, table
from simcore.rng import Purpose, below, philox, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from simcore.network.rows import Arcs

_TOGETHER = 2**16  # nodes whose ties are listed together
_LEVEL_LIMIT = 64  # the classes grow with its third power
_TIE_LIMIT = 2**31
_SMALLEST_SCALE = 1e-6
_U0, _U1, _U29, _U32 = (np.uint64(x) for x in (0, 1, 29, 32))
_LOW, _M0, _M1 = (np.uint64(x) for x in (0xFFFFFFFF, 0x9E3779B1, 0x85EBCA77))


class Classes(NamedTuple):
    """The classes of pairs that a cross tie may join, in arrays of length K."""

    depth: NDArray[np.uint64]  # of the lowest common ancestor, 0 for the chief
    near: NDArray[np.uint64]  # levels from there to the nearer end
    far: NDArray[np.uint64]  # levels to the farther end
    pairs: NDArray[np.int64]  # how many there are in the class

    @property
    def distance(self) -> NDArray[np.float64]:
        """The organisational distance x = sqrt(near^2 + far^2 - 2), 0 for siblings, float64[K]."""
        return np.asarray(np.sqrt(self.near**2 + self.far**2 - np.uint64(2)))


@inline
def _is_new(seen, lower, upper):
    """Put a pair into the table of pairs, at the first place that is free, unless it is there already."""
    pair, last = (lower << _U32) | upper, np.uint64(seen.size - 1)
    place = lower * _M0 ^ upper * _M1
    place = (place ^ (place >> _U29)) & last
    while seen[place] != _U0:
        if seen[place] == pair:
            return False
        place = (place + _U1) & last
    seen[place] = pair
    return True


@kernel
def _draw_ties(key, law, classes, first, width, left, attempt, made, seen, lower, upper):
    """Draw cross ties until all are made or a class has no pairs ``left``; return the next attempt and tie.

    Attempt a takes word 0 of the block (a mod 2^32, a div 2^32, 0, CLASS) for the class, half 0 of that of
    TIE for the nearer end, and half 1 for the farther among those that make the class with it.
    """
    while made < lower.size:
        c0, c1 = attempt & _LOW, attempt >> _U32
        attempt += _U1
        word, _, _, _ = philox(key, c0, c1, _U0, tag(_U0, Purpose.NETWORK_CLASS))
        x0, x1, x2, x3 = philox(key, c0, c1, _U0, tag(_U0, Purpose.NETWORK_TIE))
        drawn = degree(law, word)
        depth = classes.depth[drawn]
        near, far = depth + classes.near[drawn], depth + classes.far[drawn]
        a = below(x0 | (x1 << _U32), width[near])  # places within a level
        family, branch = width[far] // width[depth], _U0
        if near > depth:
            branch = width[far] // width[depth + _U1]
        b = a // (width[near] // width[depth]) * family + below(x2 | (x3 << _U32), family - branch)
        if near > depth:  # descendants of the ancestor's child that leads to a are passed over
            own = a // (width[near] // width[depth + _U1]) * branch
            b += branch if b >= own else _U0
        a += first[near]
        b += first[far]
        if _is_new(seen, min(a, b), max(a, b)):
            lower[made], upper[made] = min(a, b), max(a, b)
            made += 1
            left[drawn] -= 1
            if left[drawn] == 0:
                break
    return attempt, made


@kernel
def _fill(spans, widths, ptr, idx):
    """Write the rows of a tree: the manager of a node, then its children, the next nodes of the level below."""
    node, end, child = 0, 0, 1
    for level in range(widths.size):
        above = node - widths[level - 1] if level else 0
        for k in range(widths[level] // spans[level]):
            for _ in range(spans[level]):
                ptr[node] = end
                if level:
                    idx[end] = above + k
                    end += 1
                for c in range(spans[level + 1]):
                    idx[end + c] = child + c
                end += spans[level + 1]
                child += spans[level + 1]
                node += 1
    ptr[node] = end


def _widths(spans: Sequence[int]) -> list[int]:
    """Return the number of nodes of each level, having looked at the spans."""
    if len(spans) >= _LEVEL_LIMIT:
        raise NetworkError.because(f"a hierarchy has at most {_LEVEL_LIMIT} levels (got {len(spans) + 1})")
    if any(span < 1 for span in spans):
        raise NetworkError.because(f"spans are at least 1 (got {min(spans)})")
    widths = list(itertools.accumulate(map(int, spans), lambda width, span: width * span, initial=1))
    if sum(widths) > NODE_LIMIT:
        raise NetworkError.because(f"a network has 0 to {NODE_LIMIT} nodes (got {sum(widths)})")
    return widths


def pair_classes(spans: Sequence[int], *, teams: bool = False) -> Classes:
    """Return the classes of pairs but for those tied already: managers' and, in teams, siblings'."""
    widths = _widths(spans)
    found = []
    for depth, far in itertools.combinations_with_replacement(range(len(widths)), 2):
        for near in range(depth, far + 1):
            pairs = widths[near] * (widths[far] // widths[depth])
            if near > depth:
                pairs -= widths[near] * (widths[far] // widths[depth + 1])
            if near == far:
                pairs //= 2
            if pairs and far > depth + (1 if near == depth or teams else 0):
                found.append((depth, near - depth, far - depth, pairs))
    rows = np.array(found, np.int64).reshape(-1, 4)
    depths, nears, fars = rows[:, :3].astype(np.uint64).T.copy()
    return Classes(depths, nears, fars, rows[:, 3].copy())


def chances(classes: Classes, left: NDArray[np.int64], lambda_: float, zeta: float) -> NDArray[np.float64]:
    """Return how probable each class is for a candidate for a cross tie, up to a factor, float64[K].

    Candidates tied already are passed over; so a class counts with all its pairs as long as some are left.
    """
    depth, distance = classes.depth.astype(np.float64), classes.distance
    energy = np.zeros(depth.size)
    first = np.zeros(depth.size)  # what goes before everything else, in the limit of a scale of 0
    for values, scale in ((depth, lambda_), (distance, zeta)):
        if scale == 0.0:
            first += values
        else:
            energy += values / scale
    open_ = left > 0
    open_ &= first == first[open_].min()
    energy[~open_] = math.inf
    return np.asarray(np.exp(energy.min() - energy) * classes.pairs)


def managers(spans: Sequence[int]) -> NDArray[np.int64]:
    """Return the node above each node of a tree, int64[n]; the chief is above itself."""
    widths = _widths(spans)
    above = [np.zeros(1, np.int64)]
    for level, span in enumerate(spans):
        above.append(sum(widths[:level]) + np.arange(widths[level + 1]) // span)
    return np.concatenate(above)


def _children(spans: Sequence[int]) -> Iterator[tuple[int, NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]]:
    """Yield, for some nodes of a level at a time: the span above, their managers, their places in the span, they."""
    above, first = 0, 1
    for span, width in zip(spans, _widths(spans)[1:], strict=True):
        for begin in range(0, width, _TOGETHER):
            place = np.arange(begin, min(begin + _TOGETHER, width), dtype=np.uint32)
            yield span, above + place // span, place % span, first + place
        above, first = first, first + width


def _line(spans: Sequence[int]) -> Iterator[Arcs]:
    """Yield the ties of the tree, in parts."""
    for _, above, _, nodes in _children(spans):
        yield above, nodes


def _siblings(spans: Sequence[int]) -> Iterator[Arcs]:
    """Yield the pairs of siblings, in parts: those so many places apart."""
    for span, _, place, nodes in _children(spans):
        for apart in range(1, span):
            lower = nodes[place < span - apart]
            yield lower, lower + np.uint32(apart)


def tree(spans: Sequence[int]) -> Network:
    """Build a tree in which every node of level l has ``spans[l]`` children.

    Parameters
    ----------
    spans : sequence of int
        Children of a node on each level but the last, from the chief down, each at least 1: ``[b] * (levels -
        1)`` for a tree of span b. Without any there is but the chief.

    Returns
    -------
    Network
        Symmetric, unweighted.

    Raises
    ------
    NetworkError
        If there are more than 64 levels, a span below 1, or too many nodes.
    """
    widths = _widths(spans)
    n = sum(widths)
    ptr, idx = np.empty(n + 1, np.int64), np.empty(2 * (n - 1), np.uint32)
    _fill(np.array([1, *spans, 0]), np.array(widths), ptr, idx)
    return from_rows(ptr, idx, symmetric=True)


def organisation(spans: Sequence[int], cross_ties: int, lambda_: float, zeta: float, key: np.uint64, *,
                 teams: bool = False, line: bool = True) -> Network:
    """Build an organisation: a tree, and cross ties drawn one after the other from the pairs not yet tied.

    A pair is drawn in proportion to exp(-D / lambda) exp(-x / zeta): D is the depth of the lowest common
    ancestor, x = sqrt(d_i^2 + d_j^2 - 2), and d_i, d_j say how many levels below it the two stand. Scales may
    be infinite, or 0 for the limit: pairs of least D (or x) first, of least D + x if both are 0.

    Parameters
    ----------
    spans : sequence of int
        The tree, see `tree`.
    cross_ties : int
        Number of cross ties, at most that of the pairs not tied before.
    lambda_, zeta : float
        Scale of the depth, and of the distance: 0, or at least 1e-6.
    key : uint64
        The network's key, see `simcore.rng.network_key`. More cross ties keep the earlier ones.
    teams : bool
        Whether siblings are tied to one another from the start.
    line : bool
        Whether the ties of the tree are put in; if not, no cross tie takes their place all the same.

    Returns
    -------
    Network
        Symmetric, unweighted.

    Raises
    ------
    NetworkError
        If an argument is out of its range.

    References
    ----------
    Dodds, Watts & Sabel (2003), doi:10.1073/pnas.1534702100.
    """
    for name, scale in (("lambda", lambda_), ("zeta", zeta)):
        if not (scale == 0.0 or scale >= _SMALLEST_SCALE):
            raise NetworkError.because(f"{name} is 0 or at least {_SMALLEST_SCALE} (got {scale})")
    classes = pair_classes(spans, teams=teams)
    most = min(int(classes.pairs.sum()), _TIE_LIMIT)
    if not 0 <= cross_ties <= most:
        raise NetworkError.because(f"here an organisation has 0 to {most} cross ties (got {cross_ties})")
    width = np.array(_widths(spans), np.uint64)
    first = np.cumsum(width) - width
    lower, upper = np.empty(cross_ties, np.uint32), np.empty(cross_ties, np.uint32)
    seen = np.zeros(2 ** (2 * cross_ties).bit_length(), np.uint64)
    left, attempt, made = classes.pairs.copy(), _U0, 0
    while made < cross_ties:
        law = table(chances(classes, left, lambda_, zeta))
        attempt, made = _draw_ties(key, law, classes, first, width, left, np.uint64(attempt), made, seen,
                                   lower, upper)
    del seen  # it may be larger than the network

    def parts() -> Iterator[Arcs]:
        yield lower, upper
        if line:
            yield from _line(spans)
        if teams:
            yield from _siblings(spans)
    return from_parts(int(width.sum()), parts, undirected=True).network
