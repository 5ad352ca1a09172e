"""Who belongs to what: nodes by the attributes that a network's files give, or by its communities."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.network.csr import row_starts
from simcore.network.labels import number
from simcore.seeding.communities import communities
from simcore.seeding.kept import kept, ties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simcore.network.loaded import Loaded


class Among(NamedTuple):
    """The nodes that have a value of an attribute, or one of a range.

    Attributes
    ----------
    attribute : str
    value : str or float, optional
        Of those who are meant; without it a range is.
    low, high : float
        Ends of the range, both in it.
    """

    attribute: str
    value: str | float | None = None
    low: float = -math.inf
    high: float = math.inf


class Grouping(NamedTuple):
    """Nodes put into groups.

    Attributes
    ----------
    values : sequence of str or float
        What the members of each group have in common, ascending; empty for communities.
    group : int64[n]
        The group of each node; -1 if it is in none, for want of a value.
    begin : int64[groups + 1]
        Group g is ``members[begin[g]:begin[g + 1]]``.
    members : uint32[...]
        Ascending within each group.
    """

    values: Sequence[str | float]
    group: NDArray[np.int64]
    begin: NDArray[np.int64]
    members: NDArray[np.uint32]

    def find(self, value: str | float) -> int | None:
        """Return the group of this value, which may be a number written as text; nothing if there is none."""
        wanted = alike(value, text=bool(self.values) and isinstance(self.values[0], str))
        return self.values.index(wanted) if wanted in self.values else None

    def of(self, group: int | None) -> NDArray[np.uint32]:
        """Return the members of a group."""
        return self.members[:0] if group is None else self.members[self.begin[group]:self.begin[group + 1]]


def alike(value: str | float, *, text: bool) -> str | float:
    """Return a value as a column of texts, or of numbers, would have it.

    Parameters
    ----------
    value : str or float
    text : bool
        Whether the column is one of texts.

    Returns
    -------
    str or float
    """
    if text:
        return value if isinstance(value, str) else str(int(value) if value == int(value) else value)
    found = number(value) if isinstance(value, str) else value
    return value if found is None else float(found)


@kept
def grouping(loaded: Loaded, attribute: str | None) -> Grouping:
    """Put nodes into the groups of an attribute, or into communities where none is named."""
    values: Sequence[str | float] = []
    if attribute is None:
        group = communities(ties(loaded))
    elif attribute in loaded.groups:
        values = sorted(set(loaded.groups[attribute]) - {""})
        place = {text: g for g, text in enumerate(values)} | {"": -1}
        group = np.array([place[text] for text in loaded.groups[attribute]], np.int64)
    else:
        column = loaded.columns[attribute]
        different, group = np.unique(column, return_inverse=True)
        values = different[~np.isnan(different)].tolist()
        group = np.where(np.isnan(column), -1, group)
    found = np.argsort(group, kind="stable")[np.count_nonzero(group < 0):].astype(np.uint32)
    begin = row_starts(group[found].astype(np.uint32), int(group.max(initial=-1)) + 1)
    return Grouping(values, group, begin, found)


@kept
def members(loaded: Loaded, among: Among) -> NDArray[np.uint32]:
    """Return the nodes that a condition holds for, ascending."""
    if among.value is not None:
        found = grouping(loaded, among.attribute)
        return found.of(found.find(among.value))
    column = loaded.columns[among.attribute]
    return np.flatnonzero((column >= among.low) & (column <= among.high)).astype(np.uint32)
