"""What results are expected to be: ``[[expect]]``, and whether each speaks of something that there is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from simcore.scenario.axes import Variant, alike
from simcore.scenario.build import is_fixed
from simcore.scenario.schema import Expect
from simcore.scenario.sections import note, validated
from simcore.scenario.wording import choices, one_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.scenario.network_checks import Found
    from simcore.scenario.points import Axis, Point
    from simcore.scenario.problems import Problems
    from simcore.scenario.schema import Record

SUMMARISED = ("p_global", "share_given_global", "multiplier", "direct_ratio")
COMPARED = ("multiplier", "direct_ratio")  # with the point that differs in its seeds alone
OF_ADOPTERS = ("new_in_degree", "new_out_degree")  # mean degrees of those who adopt at a time


def read_expectations(given: Any, axes: Sequence[Axis], points: Sequence[Point], record: Record | None,
                      problems: Problems) -> tuple[Expect, ...]:
    """Return the expectations of a document, having noted what is wrong with them.

    Parameters
    ----------
    given : list of dict
        As the file has them.
    axes : sequence of Axis
    points : sequence of Point
        None where something else is wrong.
    record : Record, optional
        With the outcomes spelt out.
    problems : Problems
    """
    if not isinstance(given, list) or not all(isinstance(table, dict) for table in given):
        problems.add(("expect",), f"must be a list of tables: [[expect]] (got {shown(given)})")
        return ()
    found = []
    for k, table in enumerate(given):
        variant = Variant(table, {("expect", k): ("expect", k)})
        expectation = validated(Expect, variant, ("expect", k), problems, owner="[[expect]]")
        if expectation is not None and points and record is not None:
            note(((("expect", k, *path), message) for path, message in _wrong(expectation, axes, points, record)),
                 variant, problems)
            found.append(expectation)
    return tuple(found)


def setting(expectation: Expect, points: Sequence[Point]) -> Point | None:
    """Return the point that an expectation is of; None if there is no such point, or more than one."""
    wanted = {path: alike(value) for path, value in expectation.at.items()}
    found = [point for point in points if {path: alike(value) for path, value in point.setting.items()} == wanted]
    return found[0] if len(found) == 1 else None


def _wrong(expectation: Expect, axes: Sequence[Axis], points: Sequence[Point], record: Record) -> Iterator[Found]:
    """Yield the path within an expectation and the message of what is wrong with it."""
    yield from _place(expectation, axes)
    point = setting(expectation, points) or points[0]
    known = [*SUMMARISED, *(record.outcomes or ())]
    timed = [*(point.model.observables if record.trajectories else ()),
             *(OF_ADOPTERS if record.by_class is not None else ())]
    of, over_time = expectation.of, expectation.time is not None or expectation.statistic == "peak-time"
    if not over_time and of in timed and of not in known:
        yield ("of",), f"is recorded at each time step, so time = ... must say which (got {shown(of)})"
    elif over_time and not timed:
        yield ("of",), f"no time step is recorded; [record] trajectories = true records them (got {shown(of)})"
    elif of not in (timed if over_time else known):
        yield ("of",), one_of(timed if over_time else known, of)
    else:
        yield from _form(expectation, point, record)
        if of in COMPARED:
            yield from _compared(expectation, points)


def _place(expectation: Expect, axes: Sequence[Axis]) -> Iterator[Found]:
    """Yield why there is no such point."""
    swept = {axis.path: axis for axis in axes}
    for path, value in expectation.at.items():
        if path not in swept:
            known = f"must be {choices(swept)}" if swept else "nothing is swept"
            yield ("at", path), f"{known} (got {shown(path)})"
        elif alike(value) not in map(alike, swept[path].values):
            yield ("at", path), f"is no value of this axis (got {shown(value)}); values are {shown(swept[path].values)}"
    for path in swept:
        if path not in expectation.at:
            yield ("at",), f"does not say which value of '{path}', which is swept (got {shown(expectation.at)})"


def _form(expectation: Expect, point: Point, record: Record) -> Iterator[Found]:
    """Yield what of an expectation does not suit its quantity."""
    of, outcomes = expectation.of, record.outcomes or []
    if (expectation.value is None) == (expectation.probabilities is None):
        yield ("value",), ("only one of value and probabilities can be given" if expectation.probabilities else
                           "is missing: what the quantity is expected to be")
    if expectation.time is not None and expectation.time > point.horizon:
        yield ("time",), f"must be at most {point.horizon}, the horizon (got {expectation.time})"
    if expectation.statistic != "mean" and of in (*SUMMARISED, *OF_ADOPTERS):
        yield ("statistic",), f"'{of}' is no average of what each replicate has (got {shown(expectation.statistic)})"
    if expectation.statistic == "peak-time" and expectation.time is not None:
        yield ("time",), f"is what 'peak-time' asks for (got {expectation.time})"
    if expectation.per_node and (of in (*SUMMARISED, *OF_ADOPTERS) or expectation.statistic == "peak-time"):
        yield ("per_node",), f"'{of}' is no number of nodes (got true)"
    for name in expectation.where:
        if of in (*COMPARED, *OF_ADOPTERS):
            yield ("where", name), f"'{of}' is known of all replicates together only"
        elif name not in outcomes:
            yield ("where", name), one_of(outcomes, name)
    if expectation.probabilities is not None:
        yield from _law(expectation, point)


def _law(expectation: Expect, point: Point) -> Iterator[Found]:
    """Yield why no law can be compared with that of this outcome."""
    law = expectation.probabilities or []
    if point.model.outcomes.get(expectation.of) is not int:
        whole = [name for name, kind in point.model.outcomes.items() if kind is int]
        yield ("of",), f"has a law only where it is a whole number: {choices(whole)} (got {shown(expectation.of)})"
    if min(law) < 0 or math.fsum(law) > 1 + 1e-6:
        yield ("probabilities",), f"must be probabilities of at most 1 in all (got {shown(law)})"
    if getattr(point.network, "count", None) is not None and not is_fixed(point.network):
        yield ("probabilities",), "replicates that share a network are not independent; leave out network.count"
    for key, there in (("tolerance", expectation.tolerance > 0), ("per_node", expectation.per_node),
                       ("statistic", expectation.statistic != "mean"), ("time", expectation.time is not None)):
        if there:
            yield (key,), "cannot stand beside probabilities"


def _compared(expectation: Expect, points: Sequence[Point]) -> Iterator[Found]:
    """Yield why there is nothing to compare influential seeds with."""
    kind = "seeding.kind"
    twin = expectation.model_copy(update={"at": {**expectation.at, kind: "random"}})
    if expectation.at.get(kind) != "influential" or setting(twin, points) is None:
        yield ("of",), (f"compares \"{kind}\" = 'influential' with 'random', which must both be swept, at the former "
                        f"(got {shown(expectation.of)})")
