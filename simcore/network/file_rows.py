"""What every reader returns: the rows of a file, before anything is made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.network.labels import Columns, Groups, Part

    Notes = Sequence[tuple[int, int, str]]

T = TypeVar("T")


@dataclass(eq=False)
class Rows:
    """The arcs or ties of a file, and its nodes, as they stand there.

    Attributes
    ----------
    sources, targets : list of parts of labels
    values : mapping of str to float64[rows]
        The numbers that were asked for, by the names of their columns.
    note : callable
        ``note([(row, column, message), ...])`` notes problems of rows, given in their order; column 0 is the source,
        1 the target, then come ``values``.
    mutual : bool or bool[rows], optional
        Whether the file says that a row has no direction; None if it says nothing about that.
    nodes : list of parts of labels
        Nodes that the file names beside its rows.
    complete : bool
        Whether those are all nodes.
    columns, groups
        The attributes of those, in their order.
    left_out : int
        Rows that are no arcs.
    """

    sources: Sequence[Part]
    targets: Sequence[Part]
    values: Mapping[str, NDArray[np.float64]]
    note: Callable[[Notes], None]
    mutual: bool | NDArray[np.bool_] | None = None
    nodes: Sequence[Part] = ()
    complete: bool = False
    columns: Columns = field(default_factory=dict)
    groups: Groups = field(default_factory=dict)
    left_out: int = 0

    def hand_over(self) -> list[Part]:
        """Return all labels and forget them: they may take more memory than the network that is made of them."""
        parts = [*self.sources, *self.targets, *self.nodes]
        self.sources, self.targets, self.nodes = (), (), ()
        return parts


def both_ways(source: NDArray[Any], target: NDArray[Any], mutual: NDArray[np.bool_],
              direction: str | None) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.integer]]:
    """Return the ends of rows, ties among arcs once in each direction, and which rows those are."""
    rows = np.arange(mutual.size, dtype=np.uint32)
    if direction == "both" or not mutual.any():
        return source, target, rows
    turned = rows[mutual]
    return (np.concatenate([source, target[turned]]), np.concatenate([target, source[turned]]),
            np.concatenate([rows, turned]))


def renumbered(notes: Notes, rows: NDArray[np.integer]) -> Notes:
    """Return notes about some rows as notes about those that they were taken from."""
    return sorted((int(rows[row]), column, message) for row, column, message in notes)


def placed(places: Iterable[T], notes: Notes) -> Iterator[tuple[T, int, str]]:
    """Yield notes with the places of their rows, given those of all rows in turn."""
    rest, passed = iter(places), 0
    place: Any = None
    for row, column, message in notes:
        while passed <= row:
            place, passed = next(rest), passed + 1
        yield place, column, message
