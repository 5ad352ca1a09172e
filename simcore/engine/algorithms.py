"""What an algorithm declares, and the choice of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simcore.engine import plain
from simcore.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from simcore.model import Model


class Algorithm(NamedTuple):
    """A way to run a block of replicates; on every column it supplies it equals the plain one bit for bit.

    Attributes
    ----------
    name : str
        What ``--algorithm`` takes and the provenance records.
    reduction : str or None
        The field of `Model` that it works through ("needs" or "live"); None: it runs the model's own kernels.
    supplies : callable
        ``supplies(model) -> frozenset`` of outcome columns.
    fits : callable
        ``fits(n, arcs, replicates) -> bool``: whether its arrays fit into memory.
    cost : callable
        ``cost(n, arcs, replicates) -> float``: expected work, in arcs of the plain algorithm.
    run : callable
        As `simcore.engine.plain.run`.
    """

    name: str
    reduction: str | None
    supplies: Callable[[Model], frozenset[str]]
    fits: Callable[[int, int, int], bool]
    cost: Callable[[int, int, int], float]
    run: Callable[..., tuple[NDArray[np.float64], NDArray[np.float64]]]


PLAIN = Algorithm("plain", None, lambda model: frozenset(model.outcomes), lambda n, arcs, replicates: True,
                  lambda n, arcs, replicates: float(arcs * replicates), plain.run)
ALGORITHMS = (PLAIN,)


def select(model: Model, wanted: Iterable[str], *, trajectories: bool, n: int, arcs: int, replicates: int,
           name: str | None = None) -> Algorithm:
    """Return the cheapest algorithm that supplies what is wanted and fits into memory.

    Raises
    ------
    UsageError
        If the algorithm asked for by name does not exist or does not supply what is wanted.
    """
    needed = frozenset(wanted) & frozenset(model.outcomes)
    able = [algorithm for algorithm in ALGORITHMS
            if (algorithm.reduction is None or getattr(model, algorithm.reduction) is not None)
            and needed <= algorithm.supplies(model) and (algorithm is PLAIN or not trajectories)
            and algorithm.fits(n, arcs, replicates)]
    if name is not None:
        names = [algorithm.name for algorithm in able]
        if name not in names:
            raise UsageError(f"there is no algorithm '{name}' for this; algorithms are {', '.join(names)}"
                             f"{did_you_mean(name, names)}")
        return able[names.index(name)]
    return min(able, key=lambda algorithm: algorithm.cost(n, arcs, replicates))
