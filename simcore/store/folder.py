"""A results folder: what is planned, what is done, what failed."""

from __future__ import annotations

import bisect
import contextlib
import datetime
import itertools
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.errors import StoreError
from simcore.store import ordered, sealed
from simcore.store.manifest import read_manifest
from simcore.store.parts import IDENTITY, ran, refuse_foreign, types
from simcore.store.plans import Chunk, read_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    import numpy as np
    import pyarrow as pa


class Failure(NamedTuple):
    """Why a chunk could not be computed.

    Attributes
    ----------
    chunk : Chunk
    error, traceback : str
    """

    chunk: Chunk
    error: str
    traceback: str


class Store:
    """A results folder.

    Parameters
    ----------
    folder : path
        Must hold a manifest; see `simcore.store.beginning.create`.
    manifest : dict, optional
        What that says, where it is known; of many points it is large, and would fill memory twice.

    Attributes
    ----------
    progress : callable
        Called with the number of rows of each file of outcomes, series or classes that is read.

    Raises
    ------
    StoreError
        If there is no manifest, or it is damaged or of a newer format.
    """

    def __init__(self, folder: Path | str, manifest: dict[str, Any] | None = None) -> None:
        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder) if manifest is None else manifest
        self.progress: Callable[[int], object] = int
        self._among: dict[str, tuple[str, ...] | None] = {}

    def add_plan(self, first: int, stop: int, boundaries: list[int], among: Sequence[str] | None = None) -> None:
        """Record how the rows of replicates first .. stop - 1, of all points or of some, are cut into chunks.

        Parameters
        ----------
        first, stop : int
        boundaries : list of int
            Ascending row numbers, from 0 to the number of rows: each chunk begins at one and stops at the next.
        among : sequence of str, optional
            Hashes of the points, if not all.
        """
        some = {} if among is None else {"points": list(among)}
        with contextlib.suppress(FileExistsError):
            sealed.write(self.folder / f"plan-{first:012d}-{stop:012d}.json",
                         sealed.to_json({"first": first, "stop": stop, "boundaries": boundaries, **some}),
                         exclusive=True)

    def plans(self) -> list[dict[str, Any]]:
        """Return the plans in the order of their replicates, the longest where two began alike.

        Returns
        -------
        list of dict
            ``first``, ``stop``, ``boundaries``, ``name``, and ``points`` where it is of some.

        Raises
        ------
        StoreError
            If one is missing in between, or damaged.
        """
        found = [read_plan(path) for path in sorted(self.folder.glob("plan-*.json"))]
        plans: list[dict[str, Any]] = []
        for plan in sorted(found, key=lambda plan: (plan["first"], -plan["stop"])):
            end = plans[-1]["stop"] if plans else 0
            if plan["first"] > end:
                raise StoreError(f"{self.folder}: the plan of replicates {plan['first']} to {plan['stop']} does not "
                                 "follow the one before it")
            if plan["first"] == end:
                plans.append(plan)
        return plans

    def among(self, chunk: Chunk) -> tuple[str, ...] | None:
        """Return the hashes of the points that the plan of a chunk is of; None if it is of all.

        Parameters
        ----------
        chunk : Chunk

        Returns
        -------
        tuple of str or None
        """
        if "stop" not in self.manifest["scenario"]:
            return None
        if chunk.plan not in self._among:
            points = read_plan(self.folder / f"plan-{chunk.plan}.json").get("points")
            self._among[chunk.plan] = None if points is None else tuple(points)
        return self._among[chunk.plan]

    def chunks(self) -> list[Chunk]:
        """Return all chunks of all plans, done or not."""
        return [Chunk(plan["name"], first, stop) for plan in self.plans()
                for first, stop in itertools.pairwise(plan["boundaries"])]

    @property
    def parts(self) -> tuple[str, ...]:
        """What is stored of each chunk, its outcomes last, since they mark it as done."""
        by_class = "by_class" in self.manifest["scenario"]["record"]
        return ("series",) * bool(self.manifest["observables"]) + ("classes",) * by_class + ("chunks",)

    def path(self, chunk: Chunk, part: str = "chunks") -> Path:
        """Return where a chunk is or will be.

        Parameters
        ----------
        chunk : Chunk
        part : {"chunks", "series", "classes"}

        Returns
        -------
        Path
        """
        return self.folder / part / f"{chunk.name}.parquet"

    def files(self) -> list[Chunk]:
        """Return what is done, in the order of the plans: chunks, or what several were put together into."""
        plans = {plan["name"]: set(plan["boundaries"]) for plan in self.plans()}
        names = (Chunk.named(path.stem) for path in (self.folder / "chunks").glob("*.parquet"))
        known = [chunk for chunk in names if chunk and {chunk.first, chunk.stop} <= plans.get(chunk.plan, set())]
        found: list[Chunk] = []
        for chunk in sorted(known, key=lambda chunk: (chunk.plan, chunk.first, -chunk.stop)):
            if not found or found[-1].plan != chunk.plan or found[-1].stop <= chunk.first:
                found.append(chunk)
        return found

    def missing(self, damaged: Collection[Chunk] = ()) -> list[Chunk]:
        """Return the chunks that are still to be computed, or again since a file is damaged.

        Parameters
        ----------
        damaged : collection of Chunk
            Files that count as missing.

        Returns
        -------
        list of Chunk
        """
        done = [chunk for chunk in self.files() if chunk not in set(damaged)]
        left = []
        for chunk in self.chunks():
            place = bisect.bisect(done, (chunk.plan, chunk.first, float("inf"))) - 1
            if place < 0 or done[place].plan != chunk.plan or done[place].stop < chunk.stop:
                left.append(chunk)
        return left

    def damaged(self) -> list[Chunk]:
        """Return which of `files` are not as they were written, or want one of their parts."""
        return [chunk for chunk in self.files() if self.damage(chunk)]

    def damage(self, chunk: Chunk) -> list[str]:
        """Return what is wrong with the files of a chunk.

        Parameters
        ----------
        chunk : Chunk

        Returns
        -------
        list of str
            A sentence for each part that is damaged; empty if none is.
        """
        wrong = []
        for part in self.parts:
            try:
                self.read_file(chunk, part)
            except StoreError as error:
                wrong.append(str(error))
        return wrong

    def discard(self, chunk: Chunk) -> None:
        """Delete the files of a chunk, the mark that it is done first.

        Parameters
        ----------
        chunk : Chunk
        """
        for part in reversed(self.parts):
            self.path(chunk, part).unlink(missing_ok=True)

    def write(self, chunk: Chunk, table: pa.Table, series: pa.Table | None = None,
              classes: pa.Table | None = None) -> None:
        """Store a computed chunk; its outcomes last, since they mark it as done.

        Parameters
        ----------
        chunk : Chunk
        table : Table
            A row for each replicate: the keys and the outcomes.
        series : Table, optional
            A row for each replicate: its trajectories, float64[T + 1] each.
        classes : Table, optional
            A row for each replicate, time step and class.
        """
        for part, content in (("series", series), ("classes", classes), ("chunks", table)):
            if content is not None:
                self.write_part(chunk, part, content)
        with contextlib.suppress(FileNotFoundError):
            self._failed(chunk).unlink()

    def write_part(self, chunk: Chunk, part: str, content: pa.Table) -> None:
        """Store one of the files of a chunk.

        Parameters
        ----------
        chunk : Chunk
        part : {"chunks", "series", "classes"}
        content : Table
        """
        named = content.replace_schema_metadata(
            {**(content.schema.metadata or {}), IDENTITY: self.manifest["identity"]})
        sealed.write(self.path(chunk, part), sealed.to_parquet(named))

    def _failed(self, chunk: Chunk) -> Path:
        return self.folder / "failed" / f"{chunk.name}.json"

    def fail(self, chunk: Chunk, error: str, traceback: str) -> None:
        """Record why a chunk could not be computed, so that it is not tried again unless somebody asks for it.

        Parameters
        ----------
        chunk : Chunk
        error : str
            In one line.
        traceback : str
        """
        sealed.write(self._failed(chunk), sealed.to_json({
            "error": error, "traceback": traceback,
            "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")}))

    def failures(self) -> list[Failure]:
        """Return the chunks that failed and are still missing; one whose record is damaged only is missing."""
        found = []
        for chunk in self.missing():
            if self._failed(chunk).is_file():
                with contextlib.suppress(StoreError):
                    record, _ = sealed.read_json(self._failed(chunk))
                    found.append(Failure(chunk, record["error"], record["traceback"]))
        return found

    def read(self, part: str = "chunks") -> pa.Table:
        """Return everything that is done, in the order of the plans.

        Parameters
        ----------
        part : {"chunks", "series", "classes"}

        Returns
        -------
        Table
            Empty if nothing is done.

        Raises
        ------
        StoreError
            If a file is damaged; the message names it.
        """
        import pyarrow as pa

        tables = list(self.tables(part))
        return pa.concat_tables(tables).unify_dictionaries() if tables else pa.table({})

    def tables(self, part: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield what is done, file by file; errors are those of `read`.

        Parameters
        ----------
        part : {"chunks", "series", "classes"}
        columns : sequence of str, optional
            All by default.

        Yields
        ------
        Table
        """
        if part in self.parts:
            for chunk in self.files():
                yield self.read_file(chunk, part, columns)

    def read_file(self, chunk: Chunk, part: str = "chunks", columns: Sequence[str] | None = None) -> pa.Table:
        """Return what is in a file of a chunk.

        Parameters
        ----------
        chunk : Chunk
        part : {"chunks", "series", "classes"}
        columns : sequence of str, optional
            All by default.

        Returns
        -------
        Table

        Raises
        ------
        StoreError
            If the file is missing or damaged, or simcore did not write it.
        """
        import pyarrow as pa

        path, known = self.path(chunk, part), types(part, self.manifest)
        rows = chunk.stop - chunk.first if part == "chunks" else None
        table = sealed.read_parquet(path, rows=rows, columns=columns)
        refuse_foreign(table, part, known if columns is None else {name: known.get(name, "") for name in columns},
                       path)
        self.progress(chunk.stop - chunk.first)
        names = [name for name in known if columns is None or name in columns]
        return pa.Table.from_arrays([table.column(name) for name in names], names, metadata=table.schema.metadata)

    def ran(self, chunk: Chunk) -> dict[str, int]:
        """Return how many replicates of a file each algorithm ran.

        Parameters
        ----------
        chunk : Chunk

        Returns
        -------
        dict

        Raises
        ------
        StoreError
            As for `read_file`.
        """
        return ran(self.read_file(chunk, columns=()), self.path(chunk))

    def algorithms(self) -> dict[str, int]:
        """Return how many replicates of what is done each algorithm ran."""
        ran = Counter[str]()
        for chunk in self.files():
            ran.update(self.ran(chunk))
        return dict(ran)

    def columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return what is done as arrays in (point hash, replicate) order: the keys and every outcome.

        ``point`` is the position of the point in the manifest, whose points are in the order of their hashes.
        """
        return ordered.columns(self)

    def by_point(self, outcomes: Sequence[str] | None = None) -> Iterator[dict[str, np.ndarray[Any, Any]]]:
        """Yield what `columns` returns point by point, in the order of their hashes; few of them are held at once.

        Parameters
        ----------
        outcomes : sequence of str, optional
            Those wanted beside the keys; all by default.

        Yields
        ------
        dict of array
            Of length 0 for a point of which nothing is done.
        """
        return ordered.by_point(self, outcomes)

    def digest(self) -> str:
        """Return the identity of the result: SHA-256 of every outcome in (point hash, replicate) order.

        Chunks, order, workers, algorithm, versions and timings are not in it. NaN and -0.0 are made canonical.
        """
        return ordered.digest(self)
