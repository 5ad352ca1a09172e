"""What the scripts of published figures share: results in, a figure out, a sentence where that cannot be."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simcore.errors import SimcoreError, UsageError
from simcore.figures.results import Results
from simcore.figures.style import save
from simcore.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.figures.style import Drawn


def publish(plot: Callable[[Store], Drawn], argv: Sequence[str] | None = None) -> int:
    """Draw the figure of a results folder that the command line names, and return the exit code.

    Parameters
    ----------
    plot : callable
        Its docstring is the help.
    argv : sequence of str, optional
        Results folder and figure; those of the command line by default.
    """
    parser = argparse.ArgumentParser(description=plot.__doc__)
    parser.add_argument("results", type=Path, metavar="RESULTS", help="a results folder")
    parser.add_argument("out", type=Path, metavar="OUT",
                        help="the figure: .svg, .pdf or .png; its data go beside it")
    arguments = parser.parse_args(argv)
    try:
        figure, rows = plot(Store(arguments.results))
        save(figure, arguments.out, rows)
    except SimcoreError as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return UsageError.exit_code
    return 0


def results_of(store: Store, scenario: str, *swept: str, may: Sequence[str] = (),
               fixed: Mapping[str, str] | None = None) -> Results:
    """Return the results of a scenario of the catalogue, or refuse those of another design.

    Parameters
    ----------
    store : Store
    scenario : str
        Its name.
    *swept : str
        What is swept, the number with the most values among them.
    may : sequence of str
        What may be swept besides.
    fixed : mapping of str to str, optional
        What has one value only.

    Raises
    ------
    UsageError
        If the results are of another design, or nothing is done yet.
    """
    results, fixed = Results(store), fixed or {}
    tables = {path: path.partition(".")[::2] for path in fixed}
    alike = all(results.scenario[table].get(key) == fixed[path] for path, (table, key) in tables.items())
    there = set(results.axes)
    if not (alike and {*swept} <= there <= {*swept, *may} and results.longest in swept):
        wanted = ", ".join((*swept, *(f"{path} = {value}" for path, value in fixed.items())))
        given = ", ".join(results.axes) or "nothing"
        raise UsageError(f"{store.folder}: this figure is of results over {wanted}; here {given} is swept; "
                         f"simcore run {scenario} makes such")
    return results


def series_of(store: Store, *names: str) -> dict[str, NDArray[np.float64]]:
    """Return what was recorded over time: for each point, by hash, float64[R, T + 1, names], by replicate and time.

    Parameters
    ----------
    store : Store
    *names : str
        Observables.
    """
    tables = [table.select(["point", "replicate", "t", *names]) for table in store.tables("series")]
    hashes = np.array([hash_ for table in tables for hash_ in table.column("point").to_pylist()])
    columns = {name: np.concatenate([table.column(name).to_numpy() for table in tables])
               for name in ("replicate", "t", *names)}
    order = np.lexsort((columns["t"], columns["replicate"], hashes))
    values = np.stack([columns[name][order] for name in names], axis=1)
    shape = (-1, int(columns["t"].max()) + 1, len(names))
    points, begin = np.unique(hashes[order], return_index=True)
    return {str(point): part.reshape(shape)
            for point, part in zip(points, np.split(values, begin[1:]), strict=True)}
