"""Run what is to be verified, and say what comes of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from simcore.keeping import open_folder
from simcore.preflight import refuse_too_large
from simcore.runner import run
from simcore.scenario.expectations import OF_ADOPTERS
from simcore.study import Study
from simcore.verify import formulas, structures
from simcore.verify.measure import Readings, chi_squared
from simcore.verify.targets import THEORY
from simcore.verify.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from simcore.scenario.schema import Expect
    from simcore.verify.targets import Source


def verify(sources: Sequence[Source], folder: Path, *, workers: int = 1,
           progress: Callable[[int], Any] = int) -> list[Verdict]:
    """Run scenarios and hold what they come to against what is expected.

    Parameters
    ----------
    sources : sequence of Source
    folder : path
        Where each scenario has, or gets, a results folder of its name.
    workers : int
        Number of threads.
    progress : callable
        Called with the number of replicates, or networks, as they are done.

    Returns
    -------
    list of Verdict
        In the order of targets.
    """
    found: list[Verdict] = []
    for source in sources:
        if source.scenario is not None:
            judged: Iterator[Verdict] = _scenario(source, folder, workers, progress)
        elif source.law is not None:
            judged = source.law.check()
            progress(1)
        else:
            judged = formulas.verdicts() if source.name == THEORY else structures.verdicts(source.structures, progress)
        found += [verdict for verdict in judged if source.only in (None, verdict.target)]
    return sorted(found, key=lambda verdict: verdict.target or 10**9)


def _scenario(source: Source, folder: Path, workers: int, progress: Callable[[int], Any]) -> Iterator[Verdict]:
    """Yield the verdicts on a scenario, having run what of it is missing."""
    scenario = source.scenario
    assert scenario is not None
    refuse_too_large(scenario, workers)
    study = Study(scenario)
    store = open_folder(study, folder / source.name, resume=True)
    progress(source.work - sum(chunk.stop - chunk.first for chunk in store.missing()))
    run(study, store, workers=workers, progress=progress)
    readings = Readings(store)
    sizes = sorted({point["n"] for point in store.manifest["points"]})
    n = f"{sizes[0]:,}" + f" to {sizes[-1]:,}" * (len(sizes) > 1)
    for expectation in scenario.expectations:
        yield _judged(expectation, readings, source.name, scenario.doi)._replace(
            sample=f"n = {n}; {scenario.replicates:,} replicates a point")


def _judged(expectation: Expect, readings: Readings, name: str, doi: str | None) -> Verdict:
    said = expectation.source or (f"doi:{doi}" if doi else "")
    when = {"t": expectation.time} if expectation.time is not None else {}
    at = {**expectation.at, **when, **expectation.where}
    common = (expectation.target, name, at, words(expectation))
    if expectation.probabilities is not None:
        compared = readings.compare(expectation)
        statistic, freedom = chi_squared(compared)
        return Verdict(*common, freedom, statistic, math.sqrt(2.0 * freedom), 0.0, said, compared)
    observed = readings.observe(expectation)
    return Verdict(*common, expectation.value or 0.0, *observed, expectation.tolerance, said)


def words(expectation: Expect) -> str:
    """Return what an expectation is of, in words."""
    quantity = expectation.of + " / n" * expectation.per_node
    if expectation.probabilities is not None:
        return f"law of {quantity}"
    if expectation.statistic == "peak-time":
        return f"time of the largest {quantity}"
    if expectation.of in OF_ADOPTERS:
        return f"{expectation.of.removeprefix('new_').replace('_', '-')} of new adopters"
    return f"median {quantity}" if expectation.statistic == "median" else quantity
