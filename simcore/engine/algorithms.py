"""What an algorithm declares, and what it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from simcore.model import Model
    from simcore.seeding import Seeds


class Task(NamedTuple):
    """Consecutive replicates of one point on one network, as the kernels see them.

    Attributes
    ----------
    model : Model
    layers, params : NamedTuple
        See `simcore.parameters.resolve`.
    seeds : Seeds
        Of all the replicates.
    key : uint64
        The network's key.
    first : int
        The first replicate w on this network.
    horizon : int
        The largest time step.
    """

    model: Model
    layers: Any
    params: Any
    seeds: Seeds
    key: np.uint64
    first: int
    horizon: int

    @property
    def replicates(self) -> int:
        """How many there are."""
        return self.seeds.begin.size

    def part(self, begin: int, end: int) -> Task:
        """Return the task of replicates begin .. end - 1 of this one.

        Parameters
        ----------
        begin, end : int
            Counted from the first replicate of this task.

        Returns
        -------
        Task
        """
        return self._replace(first=self.first + begin, seeds=self.seeds.part(begin, end))


class Pilot(NamedTuple):
    """What the first replicates came to."""

    share: float  # of the nodes that they took on average
    longest: float  # duration of one of them; the horizon, if the model does not tell


class Algorithm(NamedTuple):
    """A way to run replicates; on every column it supplies it equals the plain one bit for bit.

    Attributes
    ----------
    name : str
        What ``--algorithm`` takes and the provenance records.
    reduction : str or None
        The field of `Model` that it works through ("needs" or "live"); None: it runs the model's own kernels.
    supplies : callable
        ``supplies(model) -> frozenset`` of outcome columns.
    fits : callable
        ``fits(task) -> bool``: whether it can run this task, and its arrays fit into memory.
    cost : callable
        ``cost(task, pilot) -> float``: expected work, in arcs of the plain algorithm, if replicates are like these.
    run : callable
        ``run(task) -> float64[R, len(model.outcomes)]``; a column that it does not supply is NaN.
    """

    name: str
    reduction: str | None
    supplies: Callable[[Model], frozenset[str]]
    fits: Callable[[Task], bool]
    cost: Callable[[Task, Pilot], float]
    run: Callable[[Task], NDArray[np.float64]]
