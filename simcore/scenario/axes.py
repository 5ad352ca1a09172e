"""The axes of a sweep, and the variants of a section that they make."""

from __future__ import annotations

import functools
import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from simcore.errors import did_you_mean
from simcore.scenario.points import Axis
from simcore.scenario.schema import Span, Sweep, Values, canonical
from simcore.scenario.tables import key_path, put
from simcore.scenario.wording import findings, homes, keys_of, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simcore.scenario.problems import Problems
    from simcore.scenario.toml import KeyPath

SWEPT = ("network", "organisation", "customers", "service", "model", "seeding", "immune", "programme")
DRAWN = ("random", "latin-hypercube", "sobol", "saltelli", "morris")  # designs that draw the values of their axes
ABSENT = -1  # the position of the value of an axis that has none


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


def read_axes(design: str, given: Mapping[str, Any], data: Mapping[str, Any], problems: Problems) -> list[Axis]:
    """Return the axes of a sweep, without those that are wrong; those that a design draws have no values yet.

    Parameters
    ----------
    design : str
    given : mapping
        The axes as the file has them.
    data : mapping
        The document.
    problems : Problems
    """
    axes: list[Axis] = []
    for path, value in given.items():
        wrong, meant = _wrong_path(path, value, data) or _overlap(path, given) or ("", [path])
        if wrong:
            problems.add(("sweep", path), wrong)
        axis = None if wrong else _axis(design, path, value, [axis.path for axis in axes], data, problems)
        if axis is not None:
            axes.append(axis)
        else:
            problems.excused.update(key_path(other) for other in meant)
    return axes


def _wrong_path(path: str, given: object, data: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """Return what is wrong with the path of an axis, if anything is, and which paths may be meant."""
    table, _, rest = path.partition(".")
    if path in ("network.count", "organisation.count"):
        return "the number of networks is no part of a point, so it cannot be swept", []
    if path == "horizon" or (table in SWEPT and rest and all(rest.split("."))):
        return None
    if path in SWEPT and isinstance(given, dict) and given:
        key = next(iter(given))
        return (f"an axis is one key in quotes: \"{path}.{key}\" = {shown(given[key])}",
                [f"{path}.{key}" for key in given])
    own = keys_of(Sweep)
    meant = None if table in SWEPT or did_you_mean(path, own) else _meant(path, data)
    near = (f", did you mean '{meant}'?" if meant else
            f"; keys of [sweep] itself are {', '.join(own)}{did_you_mean(path, own)}" if not rest
            else "")
    return (f"an axis is the path of a key of {', '.join(f'[{table}]' for table in SWEPT)}, or 'horizon'{near}",
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


def _axis(design: str, path: str, given: object, before: list[str], data: Mapping[str, Any],
          problems: Problems) -> Axis | None:
    """Return an axis, or nothing after noting what is wrong with it."""
    at: KeyPath = ("sweep", path)
    if isinstance(given, list) and given:
        return _listed(design, Axis(path, tuple(given)), {path: given}, problems)
    section = (Span if isinstance(given, dict) and given.keys() & {"from", "to", "count"} else
               Values if isinstance(given, dict) and "values" in given else None)
    if section is None:
        rule = "must not be empty" if given == [] else "must be a list of values, or a table of from, to and count"
        problems.add(at, f"{rule} (got {shown(given)})")
        return None
    try:
        found: Any = section.model_validate(given)
    except ValidationError as error:
        for finding in findings(error, section, given, owner="an axis"):  # type: ignore[arg-type]
            problems.add((*at, *finding.path), finding.message)
        return None
    if wrong := _wrong_conditions(found.when, before, design, data):
        problems.add((*at, "when", *wrong[:-1]), wrong[-1])
        return None
    if section is Values:
        return _listed(design, Axis(path, tuple(found.values), when=found.when), {path: given}, problems)
    whole = all(isinstance(given[end], int) for end in ("from", "to"))  # type: ignore[index]
    for key, message in _wrong_span(design, found, whole):
        problems.add((*at, key), message)
        return None
    if design in DRAWN:
        return Axis(path, (), found, found.when)
    return Axis(path, spread(found, whole=whole), when=found.when)


def _listed(design: str, axis: Axis, sweep: Mapping[str, Any], problems: Problems) -> Axis:
    """Return a listed axis, after noting which of its values make the same points."""
    said: dict[str, int] = {}
    for index, value in enumerate(axis.values if design != "zip" else ()):
        earlier = said.setdefault(alike(value), index)
        if earlier != index:
            refuse_twin(problems, axis, sweep, index, earlier)
    return axis


def _wrong_span(design: str, span: Span, whole: bool) -> Iterator[tuple[str, str]]:
    """Yield the key and the message of what no axis can span."""
    if span.from_ == span.to:
        yield "to", f"must differ from 'from' (got {shown(span.to)})"
    if span.scale == "log":
        for key, end in (("from", span.from_), ("to", span.to)):
            if end <= 0:
                yield key, f"must be above 0 on a log scale (got {shown(end)})"
    if span.whole and not whole:
        key, end = ("to", span.to) if span.from_.is_integer() else ("from", span.from_)
        yield key, f"must be a whole number, as the values are (got {shown(end)})"
    if (span.count is None) != (design in DRAWN):
        yield "count", ("is missing: the number of values" if span.count is None else
                        f"a '{design}' design draws its values: samples says how many (got {span.count})")


def _wrong_conditions(when: Mapping[str, Any] | None, before: list[str], design: str,
                      data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the path within a condition and the message of what is wrong with it; nothing if nothing is."""
    if when and design == "zip":
        return ("a 'zip' pairs values, so all of its axes have one in each point",)
    for path in when or ():
        if path not in before and fixed(path, data) is None:
            near = did_you_mean(path, before)
            return path, f"is no axis that stands before this one, nor a key of the scenario{near}"
    return ()


def fixed(path: str, data: Mapping[str, Any]) -> Any:
    """Return what the file says at a path; None if nothing."""
    value: Any = data
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def alike(value: object) -> str:
    """Return a text that two values share if no key can tell them apart."""
    if isinstance(value, dict):
        return canonical({key: alike(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return canonical({"list": [alike(item) for item in value]})
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)


def refuse_twin(problems: Problems, axis: Axis, sweep: Mapping[str, Any], index: int, earlier: int) -> None:
    """Note that two values of an axis make the same points."""
    problems.add(key_path(axis.path), f"{shown(axis.values[index])} makes the same points as "
                 f"{shown(axis.values[earlier])}, which stands before it", value_place(axis, sweep, index))


def value_place(axis: Axis, sweep: Mapping[str, Any], index: int) -> KeyPath:
    """Return where a value of an axis stands: values that are no list share one place."""
    at: KeyPath = ("sweep", axis.path)
    given = sweep.get(axis.path)
    if isinstance(given, dict) and "values" in given:
        return (*at, "values", index)
    return (*at, index) if isinstance(given, list) else at if given is not None else ("sweep", "path")


def spread(span: Span, *, whole: bool) -> tuple[float, ...]:
    """Return the values of a span, each the number nearest to its exact decimal: 0.3, not 0.30000000000000004.

    Between `whole` ends, whole numbers stay so.
    """
    assert span.count is not None
    steps = [Fraction(k, span.count - 1) for k in range(span.count)]
    if span.scale == "log":
        values = [Fraction(_between_logs(span.from_, span.to, step)) for step in steps]
        values[0], values[-1] = Fraction(repr(span.from_)), Fraction(repr(span.to))
    else:
        begin, end = Fraction(repr(span.from_)), Fraction(repr(span.to))
        values = [begin + (end - begin) * step for step in steps]
    if span.whole:
        return tuple(dict.fromkeys(map(round, values)))
    return tuple(int(value) if whole and value.denominator == 1 else float(value) for value in values)


def place(axis: Axis, u: float) -> Any:
    """Return the value of an axis that a coordinate u in [0, 1] of the unit cube stands for."""
    span = axis.span
    if span is None:
        return axis.values[min(int(u * len(axis.values)), len(axis.values) - 1)]
    low, high = sorted((span.from_, span.to)) if span.whole else (span.from_, span.to)
    end = high + span.whole
    value = float(_between_logs(low, end, Fraction(u))) if span.scale == "log" else low + (end - low) * u
    return int(min(math.floor(value), high)) if span.whole else value


def _between_logs(low: float, high: float, u: Fraction) -> Decimal:
    """Return low (high / low)^u, the same on every machine."""
    first, last = _log(repr(low)), _log(repr(high))
    return (first + (last - first) * u.numerator / u.denominator).exp()


@functools.lru_cache(maxsize=64)  # of the ends of axes
def _log(number: str) -> Decimal:
    return Decimal(number).ln()


def variants(table: str, data: Any, axes: Sequence[Axis], chosen: Iterable[tuple[int, ...]],
             sweep: Mapping[str, Any], problems: Problems) -> Iterator[tuple[tuple[int, ...], Variant]]:
    """Yield the variants of a section by the positions of its axes' values.

    Parameters
    ----------
    table : str
        The section, or ``"horizon"``.
    data : dict or int
        What the file says there.
    axes : sequence of Axis
        Those of this section.
    chosen : iterable of tuple of int
        Positions of the values on these axes, `ABSENT` for none.
    sweep : mapping
        As the file has it.
    problems : Problems
        Learns of axes that have no place in the section.
    """
    paths = [key_path(axis.path) for axis in axes]  # which many variants share
    for indices in chosen:
        here = {table: _copy(data)}
        places: dict[KeyPath, KeyPath] = {}
        wrong = ""
        for axis, index, path in zip(axes, indices, paths, strict=True):
            if index == ABSENT:
                continue
            places[path] = value_place(axis, sweep, index)
            if wrong := put(here, path, _copy(axis.values[index])):
                problems.add(("sweep", axis.path), wrong)
                break
        if not wrong:
            yield indices, Variant(here[table], places)


def _copy(data: Any) -> Any:
    """Return a copy of what a file said, as `copy.deepcopy` would, which takes several times as long."""
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    return [_copy(value) for value in data] if isinstance(data, list) else data
