"""The suite of benchmarks, which lies beside the package, or inside an installed copy of it."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from typing import TYPE_CHECKING, Any

from simcore import catalogue
from simcore.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_PACKAGE = "benchmarks"


def _module(name: str) -> Any:
    """Return a module of the suite."""
    folder = catalogue.folder(_PACKAGE)
    if _PACKAGE not in sys.modules:
        spec = importlib.util.spec_from_file_location(_PACKAGE, folder / "__init__.py",
                                                      submodule_search_locations=[str(folder)])
        if spec is None or spec.loader is None or not folder.is_dir():
            raise UsageError("the benchmarks are not where simcore is; install it from its wheel, or use a checkout")
        sys.modules[_PACKAGE] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[_PACKAGE])
    return importlib.import_module(f"{_PACKAGE}.{name}")


def run(suite: str = "all", names: Sequence[str] = (), *, peers: bool = False, quick: bool = False,
        say: Callable[[str], object] = str) -> dict[str, Any]:
    """Measure the cases of a suite.

    Parameters
    ----------
    suite : str
        One of hot-loop, models, networks, start-up, scale, or all.
    names : sequence of str
        Only these cases of it, if any.
    peers : bool
        Whether other programs take part, as far as they are installed.
    quick : bool
        5 rounds instead of 15.
    say : callable
        Told the name of each case before it is measured.

    Returns
    -------
    dict
        The report, see `benchmarks/README.md`, ready for JSON.

    Raises
    ------
    UsageError
        If there is no such case.
    """
    suites = _module("suites")
    cases = suites.cases(suite)
    for name in names:
        if name not in cases:
            raise UsageError(f"there is no case '{name}' in suite {suite}; cases are {', '.join(cases)}"
                             f"{did_you_mean(name, cases)}")
    report: dict[str, Any] = suites.run({name: cases[name] for name in names or cases}, peers=peers, quick=quick,
                                        say=say)
    return report


def table(report: dict[str, Any]) -> str:
    """Return a report as a table, losing cases first."""
    lines = [*_module("report").table(report["cases"])]
    lines += [f"skipped: {name}: {peer} ({reason})" for name, reasons in report["skipped"].items()
              for peer, reason in reasons.items()]
    return "\n".join(lines)


def regressions(report: dict[str, Any], baseline: Path) -> list[str]:
    """Return in what a report is worse than a stored one: each a sentence.

    Raises
    ------
    UsageError
        If the file is no report.
    """
    try:
        before = json.loads(baseline.read_text("utf-8"))["cases"]
        found: list[str] = _module("report").regressions(report["cases"], before)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{baseline}: is no report that simcore bench --json printed ({error})") from None
    return found
