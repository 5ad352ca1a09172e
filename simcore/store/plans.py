"""Plans: how the rows of a range of replicates are cut into chunks, and what chunks are called."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.errors import StoreError
from simcore.store import sealed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NAME = re.compile(r"(\d{12,}-\d{12,})-(\d{12,})-(\d{12,})")


class Chunk(NamedTuple):
    """A contiguous range of the rows of one plan.

    Attributes
    ----------
    plan : str
        Its name: the first replicate of the plan and the one after its last.
    first, stop : int
        Rows first .. stop - 1 of that plan.
    """

    plan: str
    first: int
    stop: int

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return f"{self.plan}-{self.first:012d}-{self.stop:012d}"

    @classmethod
    def named(cls, name: str) -> Chunk | None:
        """Return the chunk of this name; None if it is not that of a chunk.

        Parameters
        ----------
        name : str
            Of a file, without its ending.

        Returns
        -------
        Chunk or None
        """
        found = _NAME.fullmatch(name)
        return found and cls(found[1], int(found[2]), int(found[3]))


def read_plan(path: Path) -> dict[str, Any]:
    """Return a plan, and its name."""
    plan, is_sealed = sealed.read_json(path)
    name = path.stem.removeprefix("plan-")
    wanted = {"first", "stop", "boundaries"}
    if not (wanted <= set(plan) and (is_sealed or wanted == set(plan)) and _is_plan(plan)
            and name == f"{plan['first']:012d}-{plan['stop']:012d}"):
        raise StoreError(f"{path}: is not as it was written; --resume writes it again")
    return plan | {"name": name}


def _is_plan(plan: Mapping[str, Any]) -> bool:
    """Tell whether a plan has the shape of one, whoever sealed it."""
    edges, points = plan["boundaries"], plan.get("points", [])
    return (isinstance(edges, list) and all(type(number) is int for number in [plan["first"], plan["stop"], *edges])
            and all(low < high for low, high in itertools.pairwise([-1, *edges, 2**53]))
            and isinstance(points, list) and all(isinstance(point, str) for point in points))
