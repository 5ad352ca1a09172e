"""What is known of the nodes of a generated network: the groups that it is made of, numbered from 1."""

from __future__ import annotations

import itertools
import operator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.scenario.build import nodes, spans
from simcore.scenario.networks import Blocks, DegreeCorrected, Forest, Groups, Organisation, Tree
from simcore.seeding import alike

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.labels import Columns
    from simcore.scenario.forms import Section


def names(section: Section) -> tuple[str, ...]:
    """Return the attributes of the nodes of a generated network.

    ``group`` is the block, the community, or the group of the first grouping; ``level`` that of a hierarchy, 1 at the
    top; ``department`` the part below one of those on level 2, to which the top does not belong.
    """
    match section:
        case Blocks() | DegreeCorrected() | Groups() | Forest():
            return ("group",)
        case Tree() | Organisation():
            return ("level", "department")
    return ()


class Sizes(NamedTuple):
    """How many nodes have each value of an attribute."""

    values: NDArray[np.float64]
    nodes: NDArray[np.int64]

    def having(self, value: str | float) -> int:
        """Return how many nodes have a value."""
        wanted = alike(value, text=False)
        return 0 if isinstance(wanted, str) else int(self.nodes[self.values == wanted].sum())

    def within(self, low: float, high: float) -> int:
        """Return how many nodes have a value of a range."""
        return int(self.nodes[(self.values >= low) & (self.values <= high)].sum())


def sizes(section: Section, name: str) -> Sizes:
    """Return how many nodes of a generated network have which value of an attribute, one of `names`."""
    match section:
        case Blocks() | DegreeCorrected():
            counts = np.array(section.sizes)
        case Forest():
            counts = np.full(section.communities, section.size)
        case Groups():
            counts = np.diff(np.minimum(np.arange(-(-section.n // section.size) + 1) * section.size, section.n))
        case Tree() | Organisation() if name == "level":
            counts = np.array(_levels(section))
        case Tree() | Organisation():
            number = (spans(section) or [0])[0]
            counts = np.full(number, ((nodes(section) or 1) - 1) // max(number, 1))
        case _:
            raise ValueError(f"nodes of '{section.kind}' have no attribute '{name}'")  # type: ignore[attr-defined]
    return Sizes(np.arange(1.0, counts.size + 1), counts)


def _levels(section: Tree | Organisation) -> list[int]:
    return list(itertools.accumulate([1, *spans(section)], operator.mul))


def columns(section: Section) -> Columns:
    """Return the attributes of each node of a generated network, float64[n] each; NaN where it has none."""
    found = {}
    for name in names(section):
        values, counts = sizes(section, name)
        if name == "department":
            assert isinstance(section, Tree | Organisation)
            parts = [np.repeat(values, size // max(values.size, 1)) for size in _levels(section)[1:]]
            found[name] = np.concatenate([np.full(1, np.nan), *parts])
        else:
            found[name] = np.repeat(values, counts)
    return found
