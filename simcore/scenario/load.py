"""From a scenario file to a validated scenario, or to every problem in it at once."""

from __future__ import annotations

import copy
import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.errors import UsageError, did_you_mean
from simcore.scenario import toml
from simcore.scenario.axes import SWEPT, Variant
from simcore.scenario.classes import check_classes
from simcore.scenario.designs import read_design
from simcore.scenario.expand import read_points
from simcore.scenario.expectations import read_expectations
from simcore.scenario.organisations import DEFAULT_CUSTOMERS
from simcore.scenario.points import SEED_OUTCOMES, STANDARD_OUTCOMES, TREE_OUTCOMES, Point, Scenario
from simcore.scenario.problems import Problems
from simcore.scenario.programmes import declared
from simcore.scenario.schema import LISTS, TABLES, Head, Record, Stop, Summary, canonical
from simcore.scenario.sections import validated
from simcore.scenario.sets import apply
from simcore.scenario.tables import files, keep_inside
from simcore.scenario.wording import keys_of, nearest, one_of, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNNAMED = "scenario"  # what plain data is called
_OF_COMPANIES = ("organisation", "customers", "service")
_OF_NETWORKS = {"network": "stands beside [organisation], which has networks of its own",
                "immune": "stands beside [organisation], and is of models on a [network]"}
_EXPECTED_STILL = {("seed",), ("replicates",)}  # what may be set without making another scenario of it


def load(path: Path | str | Mapping[str, Any], *, sets: Sequence[str] = (), allow_code: bool = False) -> Scenario:
    """Read, complete and validate a scenario: a file, or what a file would say.

    Parameters
    ----------
    path : path or mapping
        TOML 1.0, see `docs/scenarios.md`; or the same as plain data, in which paths are relative to the working
        directory and stay inside it.
    sets : sequence of str
        ``"key=value"``: replaces a key, or an axis by one value. Values are TOML, or else text; paths in them are
        relative to the working directory. Of any but the seed and the replicates, expectations know nothing: they
        are left out.
    allow_code : bool
        Whether ``[model] path`` may be run.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With all problems, each at its file, line and column.
    UsageError
        If it is neither.
    """
    if not isinstance(path, str | os.PathLike | Mapping):
        raise UsageError(f"a scenario is a file, or a mapping of what a file would say (got {type(path).__name__})")
    if isinstance(sets, str):
        raise UsageError(f"sets: must be a list, as sets = [{sets!r}] (got text)")
    file = None if isinstance(path, Mapping) else Path(path)
    document = toml.Document(toml.plain(path), {}, _UNNAMED) if isinstance(path, Mapping) else toml.read(path)
    problems = Problems(document)
    apply(sets, document.data, problems)
    if problems.typed - _EXPECTED_STILL:
        document.data.pop("expect", None)
    keep_inside(document.data, file.parent if file else Path(), problems)
    return _scenario(document.data, problems, file.stem if file else _UNNAMED, file, allow_code=allow_code)


def from_data(data: Mapping[str, Any], *, name: str = _UNNAMED, allow_code: bool = False) -> Scenario:
    """Complete and validate a scenario given as plain data.

    Paths in it are relative to the working directory and stay inside it; errors are as in `load`.

    Parameters
    ----------
    data : mapping
        What a file would say.
    name : str
        What it is called in messages and results.
    allow_code : bool
        Whether models may be files, which are run.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        All problems at once.
    """
    document = toml.Document(toml.plain(data), {}, name)
    problems = Problems(document)
    keep_inside(document.data, Path(), problems)
    return _scenario(document.data, problems, name, None, allow_code=allow_code)


def from_manifest(manifest: Mapping[str, Any], kept: Mapping[str, Path] | None = None, *,
                  allow_code: bool = False) -> Scenario:
    """Return the scenario that a results folder was made from, reading kept copies of files; errors as in `load`.

    Parameters
    ----------
    manifest : mapping
        Of a results folder.
    kept : mapping of str to Path, optional
        Where the copy of each file is.
    allow_code : bool
        Whether models may be files, which are run.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        All problems at once.
    """
    data = copy.deepcopy(dict(manifest["scenario"]))
    name = data.pop("name")
    for holder, place in files(data):
        holder[place] = str((kept or {}).get(holder[place], holder[place]))
    return _scenario(data, Problems(toml.Document(data, {}, name)), name, None, allow_code=allow_code)


def _scenario(data: dict[str, Any], problems: Problems, name: str, file: Path | None, *,
              allow_code: bool) -> Scenario:
    tables = _tables(data, problems)
    design = read_design(data, problems)
    axes = design.axes
    top = {key: value for key, value in data.items()
           if key not in [*TABLES, *LISTS] and (key in keys_of(Head) or not _is_section(value))}
    swept = {"horizon": 0} if any(axis.path == "horizon" for axis in axes) else {}
    head = validated(Head, Variant(top | swept, {}), (), problems)
    summary = validated(Summary, Variant(tables["summary"], {}), ("summary",), problems, owner="[summary]")
    record = validated(Record, Variant(tables["record"], {}), ("record",), problems, owner="[record]")
    tables["horizon"] = data.get("horizon", Head.model_fields["horizon"].default)
    points, rows = read_points(tables, design, problems, allow_code=allow_code)
    whole = _with_twins(points)
    if record is not None and points:
        record = _recorded(record, points, problems)
    stop = _stop(data, record, head, problems)
    if len(whole) > len(points) and head is not None and head.independent_points:
        problems.add(("independent_points",), "must be false where there are programmes: a point and its twin without "
                     "them share their luck (got true)")
    expectations = read_expectations(data.get("expect", []), axes, points, record, problems)
    problems.check()
    assert head is not None
    assert summary is not None
    assert record is not None
    return Scenario(name, head.title, head.doi, head.description, head.seed, head.replicates,
                    head.independent_points, axes, design.sweep, tuple(whole), tuple(rows), summary, record,
                    expectations, file, stop)


def _tables(data: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """Return the sections of a document; None in the place of one that cannot be read."""
    known = ", ".join([*(f"[{name}]" for name in TABLES), *(f"[[{name}]]" for name in LISTS)])
    for key, value in data.items():
        if _is_section(value) and key not in [*TABLES, *LISTS, *keys_of(Head)]:
            problems.add((key,), f"unknown section; sections are {known}{did_you_mean(key, [*TABLES, *LISTS])}")
            problems.excused.add((nearest(key, TABLES) or key,))
    company = "organisation" in data
    tables: dict[str, Any] = {"programme": _programmes(data, problems)}
    defaults = {"seeding": {"kind": "random", "count": 0} if company else {"kind": "random"},
                "immune": {"kind": "nobody"}, "customers": DEFAULT_CUSTOMERS}
    for key, meaning in TABLES.items():
        if key in (_OF_NETWORKS if company else _OF_COMPANIES):
            if key in data:
                problems.add((key,), _OF_NETWORKS[key] if company else
                             f"needs an [organisation]; [{key}] is a part of a company")
            continue
        value = data.get(key, defaults.get(key, {}))
        tables[key] = value if isinstance(value, dict) else {} if key not in SWEPT else None
        if isinstance(value, list) and _is_section(value):
            problems.add((key,), f"stands once, as [{key}], not as [[{key}]]")
        elif not isinstance(value, dict):
            problems.add((key,), f"must be a section: [{key}] (got {shown(value)})")
        elif key in ("network", "model") and key not in data:
            tables[key] = None
            if (key,) not in problems.excused:
                problems.add((key,), f"is missing: a section [{key}] that says {meaning}")
    return tables


def _stop(data: Mapping[str, Any], record: Record | None, head: Head | None, problems: Problems) -> Stop | None:
    """Return ``[stop]``, if there is one."""
    if not isinstance(data.get("stop"), dict):
        return None
    stop = validated(Stop, Variant(data["stop"], {}), ("stop",), problems, owner="[stop]")
    known = ["p_global", *(record.outcomes or ())] if record else []
    if stop is not None and known and stop.of not in known:
        problems.add(("stop", "of"), one_of(known, stop.of))
    if stop is not None and head is not None and stop.max_replicates < head.replicates:
        problems.add(("stop", "max_replicates"), f"must be at least replicates = {head.replicates}, with which points "
                     f"begin (got {stop.max_replicates})")
    return stop


def _programmes(data: Mapping[str, Any], problems: Problems) -> list[dict[str, Any]]:
    """Return the tables of programmes."""
    value = data.get("programme", [])
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        problems.add(("programme",), f"must be a list of tables: [[programme]] (got {shown(value)})")
        return []
    return value


def _with_twins(points: list[Point]) -> list[Point]:
    """Return the points, and after them a twin without programmes for those that have some, each once."""
    out = []
    twins: dict[str, Point] = {}
    for point in points:
        if point.programmes:
            whole = dataclasses.replace(point, done=declared(point.programmes, point.params))
            out.append(whole)
            twin = whole.twin()
            twins.setdefault(twin.hash() + canonical(twin.network.model_dump()), twin)
        else:
            out.append(point)
    return [*out, *twins.values()]


def _is_section(value: object) -> bool:
    """Tell whether a value may have been given as a [section] or a [[section]]."""
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _recorded(record: Record, points: Sequence[Point], problems: Problems) -> Record:
    """Spell out which outcomes are kept, refusing what not every model has."""
    different = list({id(point.model): point.model for point in points}.values())
    known = sorted(set.intersection(*(set(model.outcomes) for model in different)) | set(STANDARD_OUTCOMES))
    more = SEED_OUTCOMES + (TREE_OUTCOMES if all(model.has_trees for model in different) else ())
    for index, name in enumerate(record.outcomes or ()):
        if name not in (*known, *more):
            problems.add(("record", "outcomes", index), one_of([*known, *more], name))
    if record.trajectories and len({model.observables for model in different}) > 1:
        problems.add(("record", "trajectories"), "the models that are swept have no common observables to record")
    if record.by_class is not None:
        for message in check_classes(record.by_class, points):
            problems.add(("record", "by_class"), message)
    kept = known if record.outcomes is None else sorted({*record.outcomes, "share"})
    return record.model_copy(update={"outcomes": kept})
