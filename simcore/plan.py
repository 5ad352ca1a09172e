"""The plan: a flat list of all replicates, cut into chunks by arithmetic alone."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.engine.choice import PILOT
from simcore.scenario.build import count, effort, expected_arcs
from simcore.scenario.build import networks as number_of_networks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from simcore.scenario.points import Point

CHUNK_COST = 5e7  # arcs: a few tenths of a second
CHUNK_ROWS = 200  # at least, where there are as many
CHUNK_MOST = 4e8  # arcs: some two seconds, after which fewer rows do, unless they are run together
CHUNKS = 8  # at least, of which none need be cheap, so that all workers have some
_OVERHEAD = 500.0  # arcs' worth of work for a replicate that does nothing
_BUILDING = 8.0  # making a network costs about as much as this many passes over its arcs


class Block(NamedTuple):
    """Consecutive replicates of one point on one network: what an algorithm runs at once."""

    point: int  # position among the points
    network: int  # g
    first: int  # w of the first replicate
    replicates: int


class Group(NamedTuple):
    """The points that share their networks, in the order of their hashes."""

    network_hash: str
    points: tuple[int, ...]
    networks: int | None  # None: one for each replicate
    before: int  # points of the groups before it

    def shares(self, first: int, stop: int, row: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield (g, its first row, first w, replicates) of the networks from the one that a row of the group is in.

        Rows count from the group's first; replicates are those among first .. stop - 1.
        """
        points = len(self.points)
        if self.networks is None:
            for g in range(first + row // points, stop):
                yield g, (g - first) * points, 0, 1
            return
        all_g = np.arange(min(self.networks, stop))
        begin = np.maximum(-((all_g - first) // self.networks), 0)
        number = np.maximum(-((all_g - stop) // self.networks), 0) - begin
        edges = np.concatenate([[0], np.cumsum(number * points)])
        for k in range(int(np.searchsorted(edges, row, side="right")) - 1, all_g.size):
            yield k, int(edges[k]), int(begin[k]), int(number[k])


def groups(points: Sequence[Point], network_hashes: Sequence[str], hashes: Sequence[str]) -> list[Group]:
    """Return the points by network hash, in the order of the plan."""
    by_network: dict[str, list[int]] = {}
    for position, network_hash in enumerate(network_hashes):
        by_network.setdefault(network_hash, []).append(position)
    found, before = list[Group](), 0
    for network_hash, members in sorted(by_network.items()):
        found.append(Group(network_hash, tuple(sorted(members, key=lambda p: hashes[p])),
                           count(points[members[0]].network), before))
        before += len(members)
    return found


def of_some(all_groups: Sequence[Group], kept: Collection[int]) -> list[Group]:
    """Return what groups are of some of their points alone."""
    found, before = list[Group](), 0
    for group in all_groups:
        if points := tuple(point for point in group.points if point in kept):
            found.append(group._replace(points=points, before=before))
            before += len(points)
    return found


def cut(all_groups: Sequence[Group], points: Sequence[Point], arcs: Mapping[str, float], first: int,
        stop: int) -> list[int]:
    """Return the rows at which chunks begin, and the number of rows.

    Parameters
    ----------
    all_groups : sequence of Group
    points : sequence of Point
    arcs : mapping of network hash to float
        Number of arcs of the networks that come from files; others are expected from their sections.
    first, stop : int
        The replicates.
    """
    sized = [_sized(group, points, arcs, stop - first) for group in all_groups]
    most = max(CHUNK_COST, min(CHUNK_MOST, sum(left * each for left, each, _ in sized) / CHUNKS))
    boundaries, row, cost, rows = [0], 0, 0.0, 0
    for left, each, together in sized:
        while left:
            least = CHUNK_ROWS - rows if together else min(CHUNK_ROWS - rows, int((most - cost) / each))
            wanted = max(least, int((CHUNK_COST - cost) / each), 1)
            if wanted >= left:
                row, rows, cost, left = row + left, rows + left, cost + left * each, 0
            else:
                row, left = row + wanted, left - wanted
                boundaries.append(row)
                rows, cost = 0, 0.0
    return [*boundaries, row] if row > boundaries[-1] else boundaries


class _Sized(NamedTuple):
    """How much work there is in a group."""

    rows: int
    each: float  # arcs
    together: bool  # whether an algorithm may run many replicates on one network for less, at most of the points


def _sized(group: Group, points: Sequence[Point], arcs: Mapping[str, float], replicates: int) -> _Sized:
    section = points[group.points[0]].network
    size = arcs.get(group.network_hash) or effort(section) or 1.0
    rows, networks = replicates * len(group.points), number_of_networks(section, replicates)
    each = size + _OVERHEAD + _BUILDING * (expected_arcs(section) or size) * networks / rows
    reduced = sum((point.model.needs is not None or point.model.live is not None)
                  and point.model.reduces(point.params, False) for point in (points[p] for p in group.points))
    return _Sized(rows, each, 2 * reduced >= len(group.points) and replicates > PILOT * networks)


def blocks(all_groups: Sequence[Group], first: int, stop: int, begin: int, end: int) -> Iterator[Block]:
    """Yield the blocks of rows begin .. end - 1 of the plan of replicates first .. stop - 1.

    What lies outside of these rows costs nothing, since there may be very many points.
    """
    each = stop - first
    for k in range(bisect.bisect_right(all_groups, begin // each, key=_before) - 1, len(all_groups)):
        group = all_groups[k]
        offset = group.before * each
        if offset >= end:
            break
        for g, edge, start, number in group.shares(first, stop, max(begin - offset, 0)):
            row = offset + edge
            if row >= end:
                break
            if not number:
                continue
            for position in range(max(begin - row, 0) // number, min(-((row - end) // number), len(group.points))):
                at = row + position * number
                low, high = max(at, begin), min(at + number, end)
                yield Block(group.points[position], g, start + low - at, high - low)


def _before(group: Group) -> int:
    return group.before
