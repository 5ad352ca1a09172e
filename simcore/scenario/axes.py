"""The axes of a sweep, and the variants of a section that they make."""

from __future__ import annotations

import copy
import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from simcore.scenario.points import Axis
from simcore.scenario.schema import Span, canonical
from simcore.scenario.tables import put
from simcore.scenario.wording import findings, homes, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simcore.scenario.problems import Problems
    from simcore.scenario.toml import KeyPath

SWEPT = ("network", "model", "seeding")
MAX_POINTS = 1_000_000


class Variant(NamedTuple):
    """A section with one value of each of its axes in it, and where in the file those values stand."""

    data: Any
    places: Mapping[KeyPath, KeyPath]

    def place(self, path: KeyPath, *, of_key: bool = False) -> KeyPath:
        """Return where what is at this path of the scenario stands; its key, not its value, if asked for that."""
        for swept, at in self.places.items():
            if path[:len(swept)] == swept:
                return at[:2] if of_key and path == swept else (*at, *path[len(swept):])
        return path


def read_axes(data: Mapping[str, Any], problems: Problems) -> tuple[Axis, ...]:
    """Return the axes of the document, without those that are wrong."""
    sweep = data.get("sweep", {})
    if not isinstance(sweep, dict):
        return ()
    axes = []
    for path, given in sweep.items():
        wrong, meant = _wrong_path(path, given, data) or _overlap(path, sweep) or ("", [path])
        if wrong:
            problems.add(("sweep", path), wrong)
        values = _values(path, given, problems) if not wrong else ()
        if values:
            axes.append(Axis(path, values))
        else:
            problems.excused.update(tuple(other.split(".")) for other in meant)
    number = math.prod(len(axis.values) for axis in axes)
    if number > MAX_POINTS:
        problems.add(("sweep",), f"the axes make {number} points; at most {MAX_POINTS} are possible")
        return tuple(Axis(axis.path, axis.values[:1]) for axis in axes)  # enough to find what else is wrong
    return tuple(axes)


def _wrong_path(path: str, given: object, data: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """Return what is wrong with the path of an axis, if anything is, and which paths may be meant."""
    table, _, rest = path.partition(".")
    if path == "network.count":
        return "the number of networks is no part of a point, so it cannot be swept", []
    if path == "horizon" or (table in SWEPT and rest and all(rest.split("."))):
        return None
    if path in SWEPT and isinstance(given, dict) and given:
        key = next(iter(given))
        return (f"an axis is one key in quotes: \"{path}.{key}\" = {shown(given[key])}",
                [f"{path}.{key}" for key in given])
    meant = None if table in SWEPT else _meant(path, data)
    near = f", did you mean '{meant}'?" if meant else ""
    return (f"an axis is the path of a key of [network], [model] or [seeding], or 'horizon'{near}",
            [meant] if meant else [])


def _meant(path: str, data: Mapping[str, Any]) -> str | None:
    """Return the path that the wrong path of an axis may stand for."""
    known = [(key, table) for key, tables in homes().items() for table in tables if table in SWEPT]
    known += [(key, table) for table in SWEPT if isinstance(data.get(table), dict) for key in data[table]]
    paths = {f"{table}.{key}": key for key, table in known if (key, table) != ("count", "network")}
    return (next((whole for whole, key in paths.items() if path == key), None)
            or nearest(path, [*paths, "horizon"]))


def _overlap(path: str, sweep: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    around = next((other for other in sweep if path.startswith(f"{other}.")), None)
    return (f"'{around}' is an axis already, and this lies within it", [path]) if around else None


def _values(path: str, given: object, problems: Problems) -> tuple[Any, ...]:
    """Return the values of an axis; none if they are wrong."""
    at: KeyPath = ("sweep", path)
    if isinstance(given, list) and given:
        axis = Axis(path, tuple(given))
        said: dict[str, int] = {}
        for index, value in enumerate(given):
            earlier = said.setdefault(alike(value), index)
            if earlier != index:
                refuse_twin(problems, axis, {path: given}, index, earlier)
        return axis.values
    if isinstance(given, dict) and given.keys() & {"from", "to", "count"}:
        try:
            span = Span.model_validate(given)
        except ValidationError as error:
            for finding in findings(error, Span, given, owner="an axis"):
                problems.add((*at, *finding.path), finding.message)
            return ()
        if span.from_ == span.to:
            problems.add((*at, "to"), f"must differ from 'from' (got {shown(given['to'])})")
            return ()
        whole = isinstance(given["from"], int) and isinstance(given["to"], int)
        return spread(span.from_, span.to, span.count, whole=whole)
    rule = "must not be empty" if given == [] else "must be a list of values, or a table of from, to and count"
    problems.add(at, f"{rule} (got {shown(given)})")
    return ()


def alike(value: object) -> str:
    """Return a text that two values share if no key can tell them apart."""
    if isinstance(value, dict):
        return canonical({key: alike(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return canonical({"list": [alike(item) for item in value]})
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)


def refuse_twin(problems: Problems, axis: Axis, sweep: Mapping[str, Any], index: int, earlier: int) -> None:
    """Note that two values of an axis make the same points."""
    problems.add(tuple(axis.path.split(".")), f"{shown(axis.values[index])} makes the same points as "
                 f"{shown(axis.values[earlier])}, which stands before it", value_place(axis, sweep, index))


def value_place(axis: Axis, sweep: Mapping[str, Any], index: int) -> KeyPath:
    """Return where a value of an axis stands: values that are no list share one place."""
    at: KeyPath = ("sweep", axis.path)
    return (*at, index) if isinstance(sweep[axis.path], list) else at


def spread(first: float, last: float, count: int, *, whole: bool) -> tuple[float, ...]:
    """Return evenly spaced values, each the number nearest to its exact decimal: 0.3, not 0.30000000000000004.

    Between `whole` ends, whole numbers stay so.
    """
    begin, end = Fraction(repr(first)), Fraction(repr(last))
    values = [begin + (end - begin) * Fraction(k, count - 1) for k in range(count)]
    return tuple(int(value) if whole and value.denominator == 1 else float(value) for value in values)


def variants(table: str, data: Any, axes: Sequence[Axis], sweep: Mapping[str, Any],
             problems: Problems) -> Iterator[tuple[tuple[int, ...], Variant]]:
    """Yield the variants of a section by the positions of its axes' values, the last axis fastest.

    Parameters
    ----------
    table : str
        The section, or ``"horizon"``.
    data : dict or int
        What the file says there.
    axes : sequence of Axis
        Those of this section.
    sweep : mapping
        As the file has it.
    problems : Problems
        Learns of axes that have no place in the section.
    """
    for indices in itertools.product(*(range(len(axis.values)) for axis in axes)):
        here = {table: copy.deepcopy(data)}
        places: dict[KeyPath, KeyPath] = {}
        wrong = ""
        for axis, index in zip(axes, indices, strict=True):
            path: KeyPath = tuple(axis.path.split("."))
            places[path] = value_place(axis, sweep, index)
            if wrong := put(here, path, copy.deepcopy(axis.values[index])):
                problems.add(("sweep", axis.path), wrong)
                break
        if not wrong:
            yield indices, Variant(here[table], places)
