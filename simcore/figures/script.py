"""What the scripts of published figures share: results in, a figure out, a sentence where that cannot be."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.errors import SimcoreError, UsageError
from simcore.figures.results import Results
from simcore.figures.style import save
from simcore.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    parser.add_argument("out", type=Path, metavar="OUT", help="the figure: .svg, .pdf or .png; its data go beside it")
    arguments = parser.parse_args(argv)
    try:
        figure, rows = plot(Store(arguments.results))
        save(figure, arguments.out, rows)
    except SimcoreError as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return UsageError.exit_code
    return 0


def results_of(store: Store, scenario: str, along: str, *others: str) -> Results:
    """Return the results of a scenario of the catalogue, or refuse those of another design.

    Parameters
    ----------
    store : Store
    scenario : str
        Its name.
    along : str
        The number that is swept over the most values.
    *others : str
        What else is swept.

    Raises
    ------
    UsageError
        If something else is swept, or nothing is done yet.
    """
    results = Results(store)
    if results.longest != along or not set(others) <= set(results.axes):
        swept = ", ".join(results.axes) or "nothing"
        raise UsageError(f"{store.folder}: this figure is of results over {', '.join((along, *others))}, and here "
                         f"{swept} is swept; simcore run {scenario} makes such results")
    return results
