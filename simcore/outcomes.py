"""What replicates came to: arrays by block of the plan, and the tables that chunks of them are stored as."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.engine import COLUMNS
from simcore.store import ALGORITHMS, to_table, words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from simcore.engine import Classes
    from simcore.model import Model
    from simcore.network.csr import Network
    from simcore.seeding import Seeds


class Adoption(NamedTuple):
    """Who adopts when, by class.

    Attributes
    ----------
    classes : Classes
    rows : int64[..., 6]
        See `simcore.engine.COLUMNS`; replicates are counted from the first of the block.
    """

    classes: Classes
    rows: NDArray[np.int64]

    def columns(self) -> dict[str, NDArray[np.int64]]:
        """Return the columns of the rows, ``class`` as a position among the labels.

        Beside the new adopters of a class stands how many nodes it has, and beside the sums of their degrees those of
        the class.
        """
        counted = dict(zip(COLUMNS, self.rows.T, strict=True))
        totals = _totals(self.classes)[counted["class"]]
        return {**{name: counted[name] for name in COLUMNS[:3]},
                **{name: totals[:, k] for k, name in enumerate(("nodes", "in_degree", "out_degree"))},
                **{name: counted[name] for name in COLUMNS[3:]}}

    def as_dicts(self) -> list[dict[str, Any]]:
        """Return each row as plain values by column, for JSON."""
        return [dict(zip(COLUMNS, row, strict=True)) | {"class": self.classes.labels[row[2]]}
                for row in self.rows.tolist()]


class Outcomes(NamedTuple):
    """What a block of replicates came to."""

    columns: dict[str, NDArray[Any]]  # of length R
    ran: dict[str, int]  # replicates, by the algorithm that ran them
    trajectory: NDArray[np.float64]  # float64[R, T + 1 or 0, K]
    adoption: Adoption | None = None  # where it is recorded


class Rows(NamedTuple):
    """Which rows of the results a block of replicates is: equally spaced ones of a point, all on one network."""

    point: int  # position among the points
    network: int
    first: int
    step: int
    number: int

    @property
    def replicates(self) -> NDArray[np.int64]:
        """Their numbers, int64[R]."""
        return self.first + self.step * np.arange(self.number)


def outcome_columns(model: Model, rows: NDArray[np.float64], network: Network, seeds: Seeds,
                    wanted: Collection[str], more: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the outcomes of a block that are wanted: the model's, in their types, what every model has, and more."""
    columns: dict[str, NDArray[Any]] = {name: rows[:, k].astype(np.int64 if kind is int else np.float64)
                                        for k, (name, kind) in enumerate(model.outcomes.items())
                                        if name == "size" or name in wanted}
    columns["share"] = columns["size"] / max(network.n, 1)
    columns |= {"seed_in_degree": seeds.in_degree, "seed_out_degree": seeds.out_degree,
                "seeds": seeds.end - seeds.begin, **more}
    return {name: columns[name] for name in wanted}


def joined(parts: Sequence[Outcomes]) -> Outcomes:
    """Return the outcomes of single replicates of one block as those of the block."""
    adoption = parts[0].adoption
    if adoption is not None:
        rows = np.concatenate([part.adoption.rows for part in parts if part.adoption is not None])
        rows[:, 0] = np.cumsum((rows[:, 1] == 0) & (rows[:, 2] == 0)) - 1  # each replicate begins so
        adoption = adoption._replace(rows=rows)
    return Outcomes(_columns(parts), _ran(parts), np.concatenate([part.trajectory for part in parts]), adoption)


def _ran(parts: Sequence[Outcomes]) -> dict[str, int]:
    ran = Counter[str]()
    for part in parts:
        ran.update(part.ran)
    return dict(ran)


def _columns(parts: Sequence[Outcomes]) -> dict[str, NDArray[Any]]:
    return {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns}


def tables(hashes: Sequence[str], rows: Sequence[Rows], done: Sequence[Outcomes],
           observables: Sequence[str]) -> tuple[pa.Table, pa.Table | None, pa.Table | None]:
    """Return the tables of a chunk: outcomes, and trajectories and adoption by class where they are recorded.

    Parameters
    ----------
    hashes : sequence of str
        Of all points.
    rows : sequence of Rows
    done : sequence of Outcomes
        Those of each block of the chunk.
    observables : sequence of str
        The columns of a trajectory; none where none is recorded.
    """
    return (_outcomes(hashes, rows, done), _series(hashes, rows, done, observables) if observables else None,
            _adoption(hashes, rows, done) if done[0].adoption is not None else None)


def _outcomes(hashes: Sequence[str], rows: Sequence[Rows], done: Sequence[Outcomes]) -> pa.Table:
    """Return outcomes as a table: one row per (point, replicate)."""
    numbers = np.array([part.number for part in rows])
    within = np.arange(numbers.sum()) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    return to_table({
        "point": _points(hashes, [part.point for part in rows], numbers),
        "replicate": np.repeat([part.first for part in rows], numbers)
                     + np.repeat([part.step for part in rows], numbers) * within,
        "network": np.repeat([part.network for part in rows], numbers), **_columns(done)
    }).replace_schema_metadata({ALGORITHMS: json.dumps(_ran(done))})


def _series(hashes: Sequence[str], rows: Sequence[Rows], done: Sequence[Outcomes],
            observables: Sequence[str]) -> pa.Table:
    """Return trajectories as a long table: one row per (point, replicate, t)."""
    times = [part.trajectory.shape[1] for part in done]
    numbers = [part.number for part in rows]
    return to_table({
        "point": _points(hashes, [part.point for part in rows], np.multiply(times, numbers)),
        "replicate": np.concatenate([np.repeat(part.replicates, number)
                                     for part, number in zip(rows, times, strict=True)]),
        "t": np.concatenate([np.tile(np.arange(number), size) for number, size in zip(times, numbers, strict=True)]),
        **{name: np.concatenate([part.trajectory[:, :, k].ravel() for part in done])
           for k, name in enumerate(observables)}})


def _adoption(hashes: Sequence[str], rows: Sequence[Rows], done: Sequence[Outcomes]) -> pa.Table:
    """Return adoption by class as a long table: one row per (point, replicate, t, class) that somebody joins.

    At t = 0 every class has a row.
    """
    found = [(which, part.adoption) for which, part in zip(rows, done, strict=True) if part.adoption is not None]
    numbers, parts = [len(adoption.rows) for _, adoption in found], [adoption.columns() for _, adoption in found]
    labels = list(dict.fromkeys(label for _, adoption in found for label in adoption.classes.labels))
    place = {label: k for k, label in enumerate(labels)}
    classes = np.concatenate([np.array([place[label] for label in adoption.classes.labels])[part["class"]]
                              for (_, adoption), part in zip(found, parts, strict=True)])
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return to_table({
        "point": _points(hashes, [which.point for which, _ in found], numbers),
        "replicate": np.concatenate([which.replicates[part["replicate"]]
                                     for (which, _), part in zip(found, parts, strict=True)]),
        "network": np.repeat([which.network for which, _ in found], numbers),
        **{name: columns[name] for name in columns if name != "replicate"}, "class": words(labels, classes)})


def _totals(classes: Classes) -> NDArray[np.int64]:
    """Return nodes, in-degrees and out-degrees of each class, int64[C, 3]."""
    number = len(classes.labels)
    sums = [np.bincount(classes.of, weights, number)
            for weights in (None, classes.network.in_degree, classes.network.out_degree)]
    return np.stack(sums, axis=1).astype(np.int64)


def _points(hashes: Sequence[str], positions: Sequence[int], numbers: Sequence[int] | NDArray[np.int64]) -> pa.Array:
    """Return the hashes of the points at these positions, each as many times as it has rows."""
    used, indices = np.unique(positions, return_inverse=True)
    return words([hashes[i] for i in used], np.repeat(indices, numbers))
