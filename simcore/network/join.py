"""From the rows of a file, and perhaps a file of nodes, to a network: joined by label, mismatches told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from simcore.errors import NetworkError
from simcore.network.files import about, shown
from simcore.network.labels import numbered, size
from simcore.network.loaded import Direction, along_arcs, arranged, assemble, built
from simcore.network.projection import projected

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from simcore.network.csr import Parallel
    from simcore.network.file_rows import Notes, Rows
    from simcore.network.files import Problems
    from simcore.network.formats import Request
    from simcore.network.labels import Columns, Groups
    from simcore.network.loaded import Loaded
    from simcore.network.names import Names
    from simcore.network.nodes import Nodes

    _Kept = slice | NDArray[np.int64]

_NONE = np.empty(0, np.uint32)


@dataclass(eq=False)
class _Numbered:
    """The nodes that labels stand for: of the rows, of what else the file names, of a file of nodes."""

    labels: NDArray[np.int64] | Names
    source: NDArray[np.uint32]
    target: NDArray[np.uint32]
    named: NDArray[np.uint32]
    given: NDArray[np.uint32]

    def first(self, wanted: NDArray[np.bool_], columns: Collection[int], message: str) -> Notes:
        """Return a note for each of some nodes where it stands first in these columns of the rows."""
        left, notes = wanted.copy(), []
        within = np.zeros(self.source.size, np.bool_)
        for column in columns:
            within |= wanted[(self.source, self.target)[column]]
        for row in np.flatnonzero(within).tolist():
            for column in columns:
                node = int((self.source, self.target)[column][row])
                if left[node]:
                    left[node] = False
                    notes.append((row, column, f"node {shown(str(self.labels[node]))} {message}"))
        return notes


def joined(asked: Request, rows: Rows, nodes: Nodes | None, problems: Problems) -> Loaded:
    """Make the network that was asked for.

    Parameters
    ----------
    asked : Request
    rows : Rows
        Of the file of the network.
    nodes : Nodes, optional
        Of a file of nodes.
    problems : Problems
        Learns what does not fit together.
    """
    if rows.mutual and asked.direction != "both":
        raise NetworkError.because("the ties of this file have no direction, so it must be 'both' "
                                   f"(got {asked.direction!r})", file=asked.path, key="direction")
    found = _numbered(rows, nodes)
    if nodes is not None:
        _note_strangers(asked, rows, nodes, found, problems)
    elif not len(found.labels) and not rows.complete:
        problems.add(asked.path, "the file holds no arcs; a network without arcs needs a file of its nodes")
    members = _members(asked, rows, found)
    problems.check()
    kept = slice(None) if asked.time is None else _within(asked, rows.values[asked.time])
    left_out = rows.left_out + found.source.size - found.source[kept].size
    with about(asked.path):
        loaded = (_projection(asked, found, members, kept) if asked.project is not None else
                  _network(asked, rows, found, kept))
    loaded = replace(loaded, report=loaded.report._replace(left_out=left_out),
                     arc_columns=_along_arcs(asked, rows, found, kept, loaded))
    columns, groups = _attributes(asked, rows, nodes, found, members, problems)
    problems.check()
    labels = found.labels
    if asked.project is not None:
        labels = labels[members] if isinstance(labels, np.ndarray) else labels.taken(members)
    return replace(loaded, labels=labels,
                   columns=columns, groups=groups, missing={} if nodes is None else nodes.missing)


def _numbered(rows: Rows, nodes: Nodes | None) -> _Numbered:
    """Give nodes the numbers of their labels."""
    count, more = sum(map(size, rows.sources)), sum(map(size, rows.nodes))
    labels, ids = numbered(rows.hand_over() + ([] if nodes is None else [nodes.labels]))
    source, target, named, given = np.split(ids, [count, 2 * count, 2 * count + more])
    return _Numbered(labels, source, target, named.copy(), given.copy())


def _note_strangers(asked: Request, rows: Rows, nodes: Nodes, found: _Numbered, problems: Problems) -> None:
    """Note the nodes of one file that the other lacks; those left out of a projection may lack."""
    strange = np.ones(len(found.labels), np.bool_)
    strange[found.given] = False
    columns = {None: (0, 1), "source": (0,), "target": (1,)}[asked.project]
    rows.note(found.first(strange, columns, f"is not in {asked.nodes}"))
    for column in columns:
        strange[(found.source, found.target)[column]] = False
    for node in found.named[strange[found.named]].tolist() if asked.project is None else ():
        problems.add(asked.path, f"node {shown(str(found.labels[node]))} is not in {asked.nodes}")
    if rows.complete:
        strange[:] = True
        strange[found.named] = False
        nodes.note([(int(k), f"node {shown(str(found.labels[found.given[k]]))} is not in {asked.path}")
                    for k in np.flatnonzero(strange[found.given])])


def _members(asked: Request, rows: Rows, found: _Numbered) -> NDArray[np.int64]:
    """Return the nodes that stay: of two modes only one, which must not overlap the other."""
    stays = np.ones(len(found.labels), np.bool_)
    if asked.project is not None:
        kept, others = _modes(asked, found)
        stays[others] = False
        overlap = np.zeros_like(stays)
        overlap[kept] = True
        rows.note(found.first(overlap & ~stays, [1 if asked.project == "source" else 0],
                              "stands in both columns, but what a projection ties shares things of another kind"))
    return np.flatnonzero(stays)


def _within(asked: Request, times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows within the window of times."""
    first, last = asked.window
    return np.flatnonzero((first <= times) & (times < last))


def _modes(asked: Request, found: _Numbered) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the ends of rows that stay, and those that are shared."""
    return (found.source, found.target) if asked.project == "source" else (found.target, found.source)


def _projection(asked: Request, found: _Numbered, members: NDArray[np.int64], kept: _Kept) -> Loaded:
    """Tie the nodes that stay by what they share."""
    number = np.empty(len(found.labels), np.uint32)
    number[members] = np.arange(members.size)
    nodes, groups = (ends[kept] for ends in _modes(asked, found))
    ties = projected(number[nodes], groups, members.size, asked.max_bytes)
    loaded = assemble(members.size, ties.source, ties.target, ties.shared if asked.parallel == "weights" else None,
                      direction="both")
    return replace(loaded, report=loaded.report._replace(merged=ties.merged))


def _network(asked: Request, rows: Rows, found: _Numbered, kept: _Kept) -> Loaded:
    """Build the network of the rows, which are forgotten before the last of it is made, if nothing needs them."""
    weight = None if asked.weight is None else rows.values[asked.weight][kept]
    made = arranged(len(found.labels), found.source[kept], found.target[kept], weight,
                    direction=cast("Direction", asked.direction), parallel=cast("Parallel", asked.parallel))
    del weight
    if not asked.attributes:
        rows.values, found.source, found.target = {}, _NONE, _NONE
    return built(made, direction=cast("Direction", asked.direction))


def _along_arcs(asked: Request, rows: Rows, found: _Numbered, kept: _Kept, loaded: Loaded) -> Columns:
    """Return the attributes of arcs, and note rows of the same tie that do not agree."""
    columns: Columns = {}
    notes = []
    for column, name in enumerate(asked.roles, 2):
        if name in asked.attributes:
            values = rows.values[name][kept]
            columns[name], wrong = along_arcs(loaded.network, found.source[kept], found.target[kept], values,
                                              cast("Direction", asked.direction))
            notes += [(int(np.arange(found.source.size)[kept][row]), column,
                       f"rows of the same tie must agree (got {values[row]:g} here, another value before)")
                      for row in wrong]
    rows.note(sorted(notes))
    return columns


def _attributes(asked: Request, rows: Rows, nodes: Nodes | None, found: _Numbered, members: NDArray[np.int64],
                problems: Problems) -> tuple[Columns, Groups]:
    """Return the attributes of the nodes that stay, in their order."""
    columns, groups = _ordered(rows.columns, rows.groups, found.named, members)
    if nodes is None:
        return columns, groups
    more, texts = _ordered(nodes.columns, nodes.groups, found.given, members)
    for name in [name for name in (columns | groups) if name in more | texts]:
        problems.add(asked.nodes, f"the attribute {shown(name)} is in {asked.path} already")
    return columns | more, groups | texts


def _ordered(columns: Columns, groups: Groups, nodes: NDArray[np.uint32],
             members: NDArray[np.int64]) -> tuple[Columns, Groups]:
    """Return what is known of nodes, put into the order of those that stay."""
    if not columns and not groups:
        return {}, {}
    place = np.empty(int(nodes.max(initial=0)) + 1, np.int64)
    place[nodes] = np.arange(nodes.size)
    order = place[members]
    return ({name: values[order] for name, values in columns.items()},
            {name: [texts[k] for k in order.tolist()] for name, texts in groups.items()})
