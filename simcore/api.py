"""Scenarios from Python: run one, open its results, and do with them what the command line does."""

from __future__ import annotations

import html
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simcore import adoption, catalogue, citations, keeping, machine, outcomes, runner, stopping
from simcore.errors import UsageError, needing
from simcore.export import cells
from simcore.overview import table
from simcore.scenario import Scenario, load
from simcore.store import Store, understood
from simcore.study import Study
from simcore.summary import in_file_order, summarise, swept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import xarray as xr


class Results:
    """A results folder: tidy tables and summaries of what is done so far."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def open(cls, folder: Path | str) -> Results:
        """Open a results folder; `StoreError` if it is none.

        Parameters
        ----------
        folder : path

        Returns
        -------
        Results

        Raises
        ------
        StoreError, UsageError
            If it is none, or its manifest is damaged.
        """
        if not isinstance(folder, str | os.PathLike):
            raise UsageError(f"a results folder is opened by its path (got {type(folder).__name__})")
        return cls(Store(folder))

    @property
    def digest(self) -> str:
        """The identity of the outcomes."""
        return self.store.digest()

    def summary(self) -> dict[str, Any]:
        """Return what ``simcore summary --json`` prints."""
        return summarise(self.store)

    def to_arrow(self, of: Literal["outcomes", "classes"] = "outcomes") -> pa.Table:
        """Return one row per (point, replicate): the swept parameters, and every outcome.

        Of "classes", where adoption by class is recorded, one row per (point, replicate, t, class).

        Parameters
        ----------
        of : {"outcomes", "classes"}

        Returns
        -------
        pyarrow.Table
            ``point`` (id), a column for each swept path, ``replicate``, ``network``, and the outcomes: size and degrees
            in nodes, share from 0 to 1, durations in time steps.

        Raises
        ------
        UsageError
            If ``of`` is neither, or adoption by class is not recorded.
        """
        import pyarrow as pa

        if of not in ("outcomes", "classes"):
            raise UsageError(f"of: must be 'outcomes' or 'classes' (got {of!r})")
        columns = adoption.columns(self.store) if of == "classes" else self.store.columns()
        points = sorted(self.store.manifest["points"], key=lambda point: point["hash"])
        place = columns.pop("point")
        with understood():
            paths = {path: pa.array(cells(point["point"].get(path) for point in points))
                     for path in swept(self.store.manifest)}
        ids = pa.array([point["id"] for point in points])
        return pa.table({"point": ids.take(pa.array(place)),
                         **{path: values.take(pa.array(place)) for path, values in paths.items()}, **columns})

    def to_pandas(self, of: Literal["outcomes", "classes"] = "outcomes") -> pd.DataFrame:
        """Return `to_arrow` as a pandas data frame (extra ``pandas``).

        Parameters
        ----------
        of : {"outcomes", "classes"}

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        UsageError
            If pandas is not installed.
        """
        with needing("pandas", "to_pandas"):
            import pandas
        frame = self.to_arrow(of).to_pandas()
        assert isinstance(frame, pandas.DataFrame)
        return frame

    def to_polars(self, of: Literal["outcomes", "classes"] = "outcomes") -> pl.DataFrame:
        """Return `to_arrow` as a polars data frame (extra ``polars``).

        Parameters
        ----------
        of : {"outcomes", "classes"}

        Returns
        -------
        polars.DataFrame

        Raises
        ------
        UsageError
            If polars is not installed.
        """
        with needing("polars", "to_polars"):
            import polars
        frame = polars.from_arrow(self.to_arrow(of))
        assert isinstance(frame, polars.DataFrame)
        return frame

    def to_xarray(self) -> xr.Dataset:
        """Return every outcome as a labelled array (extra ``xarray``).

        Its dimensions are the swept parameters and ``replicate`` where the design is a full grid; else ``point``, whose
        swept parameters are coordinates, and ``replicate``. What is not there (yet) is NaN.

        Returns
        -------
        xarray.Dataset
            float64[axes ..., R] or float64[P, R] for each outcome.

        Raises
        ------
        UsageError
            If xarray is not installed.
        """
        with needing("xarray", "to_xarray"):
            import xarray
        manifest, columns = self.store.manifest, self.store.columns()
        points, axes = in_file_order(manifest), swept(manifest)
        places = {hash_: k for k, hash_ in enumerate(sorted(point["hash"] for point in points))}
        order = np.empty(len(points), np.int64)
        order[[places[point["hash"]] for point in points]] = np.arange(len(points))
        replicates = int(columns["replicate"].max(initial=-1)) + 1
        is_grid = "rows" not in points[0]
        shape = [len(values) for values in axes.values()] if is_grid else [len(points)]
        arrays = {}
        for name in manifest["columns"]:
            whole = columns[name].size == len(points) * replicates
            array = np.full((len(points), replicates), 0 if whole else np.nan, columns[name].dtype if whole else float)
            array[order[columns["point"]], columns["replicate"]] = columns[name]
            arrays[name] = array.reshape(*shape, replicates)
        labels = {path: cells(values) for path, values in axes.items()}
        dims = [*(labels if is_grid else ["point"]), "replicate"]
        coords: dict[str, Any] = labels if is_grid else {
            "point": [point["id"] for point in points],
            **{path: ("point", cells(point["point"].get(path) for point in points)) for path in axes}}
        return xarray.Dataset({name: (dims, array) for name, array in arrays.items()},
                              coords | {"replicate": np.arange(replicates)}, {"title": manifest["scenario"]["title"]})

    def plot(self, names: Sequence[str] | None = None, *, out: Path | str | None = None,
             kind: Literal["svg", "pdf", "png"] = "svg") -> list[Path]:
        """Draw figures, those that suit the design unless named, each with its data beside it; return their files.

        Parameters
        ----------
        names : sequence of str, optional
            Of `simcore.figures.FIGURES`; those that suit the design by default.
        out : path, optional
            The folder to write to; ``figures`` in the results folder by default.
        kind : {"svg", "pdf", "png"}

        Returns
        -------
        list of Path

        Raises
        ------
        UsageError
            If there is no such figure, or not of these results.
        """
        from simcore.figures import draw

        return draw(self.store, Path(out) if out is not None else self.store.folder / "figures", names, kind)

    def report(self, out: Path | str | None = None) -> Path:
        """Write all of it as one page of HTML, ``report.html`` in the folder unless said, and return its path.

        Parameters
        ----------
        out : path, optional
            The page.

        Returns
        -------
        Path

        Raises
        ------
        UsageError
            If there are no results yet, or it cannot be written.
        """
        from simcore.report import report

        return report(self.store, Path(out) if out is not None else self.store.folder / "report.html")

    def replay(self, point: str, replicate: int, *, allow_code: bool = False) -> outcomes.Outcomes:
        """Run one replicate again, alone, with its trajectory.

        Parameters
        ----------
        point : str
            The first digits of its hash, as tables and figures name it.
        replicate : int
        allow_code : bool
            Whether a model that is a file may be run.

        Returns
        -------
        Outcomes
            ``columns`` of length 1, as they are stored, and trajectories.

        Raises
        ------
        UsageError
            If there is no such point or replicate.
        """
        return keeping.stored(self.store, allow_code=allow_code).replay(point, replicate)

    def compare(self, by: str, of: str = "p_global") -> dict[str, Any]:
        """Return what ``simcore compare --json`` prints: paired differences between the values of an axis.

        Parameters
        ----------
        by : str
            A swept path; its first value is what others are compared with.
        of : str
            ``"p_global"``, or an outcome whose mean is compared.

        Returns
        -------
        dict
            ``by``, and ``pairs``: each a setting, two values, their difference, its 95 % interval and what pairing
            gained.

        Raises
        ------
        UsageError
            If it is no axis of this scenario, or there is no such quantity.
        """
        from simcore.comparison import compare

        return compare(self.store, by, of)

    def sensitivity(self, of: str = "p_global") -> dict[str, Any]:
        """Return what ``simcore sensitivity --json`` prints: which of the swept parameters decide.

        Parameters
        ----------
        of : str
            ``"p_global"``, or an outcome whose mean is meant.

        Returns
        -------
        dict
            Indices of each parameter, with intervals.

        Raises
        ------
        UsageError
            If the design is none that tells: ``saltelli``, ``morris``.
        """
        from simcore.sensitivity import sensitivity

        return sensitivity(self.store, of)

    def __repr__(self) -> str:
        return table(self.summary())

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def run(what: Scenario | Mapping[str, Any] | Path | str, out: Path | str | None = None, *, workers: int | None = None,
        resume: bool = False, sets: Sequence[str] = (), allow_code: bool = False,
        executor: Executor | Callable[[], Executor] | None = None, shard: str = "1/1", retry_failed: bool = False,
        progress: bool | None = None) -> Results:
    """Run a scenario into a results folder, or go on with it.

    Parameters
    ----------
    what : Scenario, mapping, path or str
        What `simcore.scenario.load` returned, or takes; or the name of a scenario of the catalogue.
    out : path, optional
        The results folder; ``results/<scenario>`` if not given.
    workers : int, optional
        1 or more threads, or processes where blocks are short, see `simcore.processes`; one a core if not given.
    resume : bool
        Whether to go on with a folder that exists; damaged files in it are made again.
    sets, allow_code
        See `simcore.scenario.load`.
    executor : concurrent.futures.Executor, or callable that returns one, optional
        Runs the chunks in place of threads: of processes, of Dask, of MPI; its workers need this package, and the
        results folder under the same path. One that a callable makes is made anew when it breaks, as a pool of
        processes does of which one is killed.
    shard : str
        ``"i/N"``: only this of N equal parts, into a folder that all share.
    retry_failed : bool
        Whether to try again what failed before.
    progress : bool, optional
        Whether to show a bar; by default at a terminal and in a notebook.

    Returns
    -------
    Results

    Raises
    ------
    ScenarioError, UsageError
        If there is no such scenario, or something in it is wrong, or the folder is another's.
    RunError
        If chunks failed, once all others are done.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a notebook without widgets: the bar is one of letters
        from tqdm.auto import tqdm
    threads: Any = machine.available_cores() if workers is None else workers
    if not isinstance(threads, int | np.integer) or threads < 1:
        raise UsageError(f"workers: must be a whole number, at least 1 (got {workers!r})")
    named = catalogue.find(str(what)) if isinstance(what, str | os.PathLike) else what
    loaded = named if isinstance(named, Scenario) else load(named, sets=sets, allow_code=allow_code)
    planned, part = Study(loaded), runner.Shard.parse(shard)
    folder = Path(out) if out is not None else Path("results", loaded.name)
    store = keeping.open_folder(planned, folder, resume=resume or retry_failed or part.of > 1,
                                cite=[str(work) for work in citations.cite(loaded)])
    shown = progress if progress is not None else sys.stderr.isatty() or "ipykernel" in sys.modules
    going = True
    while going:
        todo = runner.left(store, part, retry_failed=retry_failed)
        with tqdm(total=sum(chunk.stop - chunk.first for chunk in todo.missing), unit="rep", unit_scale=True,
                  disable=not shown) as bar:
            runner.run(planned, store, workers=int(threads), executor=executor, todo=todo,
                       progress=bar.update)
        going = stopping.go_on(planned, store)
    return Results(store)
