"""From a scenario file to a validated scenario, or to every problem in it at once."""

from __future__ import annotations

import copy
import hashlib
import itertools
import math
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from simcore import models
from simcore.errors import ModelError, Problem, ScenarioError, UsageError, did_you_mean
from simcore.model import attributes
from simcore.scenario import toml
from simcore.scenario.checks import check_point
from simcore.scenario.points import STANDARD_OUTCOMES, Axis, Point, Scenario
from simcore.scenario.schema import (NETWORKS, SEEDINGS, Head, Record, Section, Span, Summary, canonical,
                                     model_section)
from simcore.scenario.wording import choices, describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simcore.model import Model

TABLES = ("network", "model", "seeding", "sweep", "summary", "record")
SWEEPABLE = ("network", "model", "seeding")
PATH_KEYS = (("network", "path"), ("network", "nodes"), ("model", "path"))
MAX_POINTS = 1_000_000


def load(path: Path | str, *, sets: Sequence[str] = (), allow_code: bool = False) -> Scenario:
    """Read, complete and validate a scenario file.

    Parameters
    ----------
    path : path
        TOML 1.0, see `docs/scenarios.md`.
    sets : sequence of str
        ``"key=value"``: replaces a key, or an axis by one value. Values are TOML, or else text; paths in them are
        relative to the working directory.
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
        If a ``set`` is not ``key=value``.
    """
    document = toml.read(path)
    reader = _Reader(document, Path(path))
    for text in sets:
        reader.set(text)
    return reader.scenario(allow_code=allow_code)


def from_data(data: Mapping[str, Any], *, name: str = "scenario", allow_code: bool = False) -> Scenario:
    """Complete and validate a scenario given as plain data; errors as in `load`."""
    return _Reader(toml.Document(copy.deepcopy(dict(data)), {}, name), Path(name)).scenario(allow_code=allow_code)


class _Reader:
    """The document while it is being validated, and the problems found so far."""

    def __init__(self, document: toml.Document, path: Path) -> None:
        self.document = document
        self.data = document.data
        self.path = path
        self.problems: dict[Problem, None] = {}
        self.given: set[tuple[str, ...]] = set()  # what the command line set: it has no place in the file

    def set(self, text: str) -> None:
        key, equals, value_text = text.partition("=")
        key = key.strip()
        if not equals or not key:
            raise UsageError(f"--set takes key=value (got '{text}')")
        try:
            value = tomllib.loads(f"v = {value_text}")["v"]
        except (tomllib.TOMLDecodeError, RecursionError, ValueError):
            value = value_text.strip()
        axes = self.data.get("sweep")
        parts = tuple(key.split("."))
        if parts[0] == "sweep" and len(parts) > 1:
            parts = ("sweep", key.partition(".")[2])
        elif isinstance(axes, dict):
            axes.pop(key, None)
        if parts in PATH_KEYS and isinstance(value, str):
            value = str(Path(value).resolve())
        try:
            _put(self.data, parts, value)
        except KeyError as error:
            raise UsageError(f"--set {key}: {error.args[0]}") from None
        self.given.add(parts)

    def add(self, path: tuple[Any, ...], message: str) -> None:
        line, column = self.document.locate(path)
        place = self.document.file
        if any(path[: len(given)] == given for given in self.given):
            place, line, column = "--set", None, None
        self.problems[Problem(place, line, column, toml.dotted(path), message)] = None

    def validate(self, section: type[Section], data: Any, path: tuple[Any, ...],
                 axes: Mapping[tuple[str, ...], int] | None = None) -> Any:
        """Return the validated section, or None after adding its problems."""
        try:
            return section.model_validate(data)
        except ValidationError as error:
            for entry in error.errors():
                where, message = describe(entry, section, data)
                full = (*path, *where)
                for swept, index in (axes or {}).items():
                    if full[: len(swept)] == swept:
                        full = ("sweep", ".".join(swept), index, *full[len(swept):])
                self.add(full, message)
            return None

    def scenario(self, *, allow_code: bool) -> Scenario:
        data = self.data
        for key in TABLES:
            if key in data and not isinstance(data[key], dict):
                self.add((key,), f"must be a table: [{key}] (got {data[key]!r})")
        for key in ("network", "model"):
            if key not in data:
                self.add((), f"the section [{key}] is missing")
        tables = {key: value for key in TABLES if isinstance(value := data.get(key, {}), dict)}
        tables.setdefault("seeding", {})
        tables["seeding"] = tables["seeding"] or {"kind": "random", "count": 1}
        top = {key: value for key, value in data.items() if key not in TABLES}
        for key in set(top) - {field.alias or name for name, field in Head.model_fields.items()}:
            self.add((key,), "unknown key" + _known([*TABLES, *(f.alias or n for n, f in Head.model_fields.items())], key))
            top.pop(key)
        axes = self.axes(tables.get("sweep", {}))
        swept_horizon = any(axis.path == "horizon" for axis in axes)
        head = self.validate(Head, {**top, **({"horizon": 0} if swept_horizon else {})}, ())
        summary = self.validate(Summary, tables.get("summary", {}), ("summary",))
        record = self.validate(Record, tables.get("record", {}), ("record",))
        points = self.points({key: tables.get(key, {}) for key in SWEEPABLE}
                             | {"horizon": top.get("horizon", 1000)}, axes, allow_code=allow_code)
        record = self.outcomes(record, points)
        if self.problems:
            ordered = sorted(self.problems, key=lambda p: (p.line is None, p.line or 0, p.column or 0))
            raise ScenarioError(ordered)
        return Scenario(self.path.stem, head.title, head.doi, head.description, head.seed, head.replicates,
                        head.independent_points, axes, tuple(points), summary, record,
                        {key: tables.get(key, {}) for key in SWEEPABLE}, self.path)

    def axes(self, sweep: Mapping[str, Any]) -> tuple[Axis, ...]:
        found = []
        for path, values in sweep.items():
            parts = tuple(path.split("."))
            if path != "horizon" and (parts[0] not in SWEEPABLE or len(parts) < 2):
                self.add(("sweep", path), "an axis is a path into [network], [model] or [seeding], or 'horizon'"
                         + did_you_mean(path, [f"{t}.{k}" for t in SWEEPABLE for k in self.data.get(t, {})]))
            elif path == "network.count":
                self.add(("sweep", path), "the number of networks is not part of a point and cannot be swept")
            elif isinstance(values, dict):
                span = self.validate(Span, values, ("sweep", path))
                if span is not None:
                    whole = isinstance(values["from"], int) and isinstance(values["to"], int)
                    found.append(Axis(path, _spread(span, whole=whole)))
            elif not isinstance(values, list) or not values:
                self.add(("sweep", path), f"must be a list of values, or from, to and count (got {values!r})")
            else:
                texts = [canonical({"v": value}) for value in values]
                for index, text in enumerate(texts):
                    if text in texts[:index]:
                        self.add(("sweep", path, index), f"the value {values[index]!r} is there already")
                found.append(Axis(path, tuple(values)))
        number = math.prod(len(axis.values) for axis in found)
        if number > MAX_POINTS:
            self.add(("sweep",), f"the axes make {number} points; at most {MAX_POINTS} are possible")
            return ()
        return tuple(found)

    def points(self, base: dict[str, Any], axes: tuple[Axis, ...], *, allow_code: bool) -> list[Point]:
        """Return the product of the axes, each distinct section validated once."""
        done: dict[str, Any] = {}
        points = []
        for indices in itertools.product(*(range(len(axis.values)) for axis in axes)):
            here = {key: copy.deepcopy(value) for key, value in base.items()} if axes else base
            places = {}
            for axis, index in zip(axes, indices, strict=True):
                parts = tuple(axis.path.split("."))
                try:
                    _put(here, parts, axis.values[index])
                except KeyError as error:
                    self.add(("sweep", axis.path), str(error.args[0]))
                places[parts] = index
            point = self.point(here, places, done, allow_code)
            if point is not None:
                setting = {axis.path: axis.values[index] for axis, index in zip(axes, indices, strict=True)}
                points.append(Point(*point[:6], setting, point[6]))
        return points

    def point(self, here: dict[str, Any], places: dict[tuple[str, ...], int], done: dict[str, Any],
              allow_code: bool) -> tuple[Any, ...] | None:
        network = self.once(done, "network", here, places, lambda d: self.by_kind(NETWORKS, "network", d, places))
        seeding = self.once(done, "seeding", here, places, lambda d: self.by_kind(SEEDINGS, "seeding", d, places))
        found = self.once(done, "model", here, places, lambda d: self.model(d, places, allow_code=allow_code))
        horizon = self.once(done, "horizon", {"horizon": {"schema": 1, "title": "", "horizon": here["horizon"]}}, places,
                            lambda d: self.validate(Head, d, (), places))
        if network is None or seeding is None or found is None or horizon is None:
            return None
        model, section, params, code = found
        key = canonical({"check": [network.model_dump(), seeding.model_dump(), section.model_dump(exclude={"path"})]})
        if key not in done:
            done[key] = True
            columns = attributes(params)
            for path, message in check_point(network, model, params, seeding, columns):
                full: tuple[Any, ...] = path
                if path in places:
                    full = ("sweep", ".".join(path), places[path])
                self.add(full, message)
        return network, model, section, params, seeding, horizon.horizon, code

    def once(self, done: dict[str, Any], key: str, here: dict[str, Any], places: dict[tuple[str, ...], int],
             make: Any) -> Any:
        try:
            text = key + canonical({"v": here.get(key, {})})
        except TypeError:  # dates and times, which no key takes
            text = key + repr(here.get(key, {}))
        if text not in done:
            done[text] = make(here.get(key, {}))
        return done[text]

    def by_kind(self, kinds: Mapping[str, type[Section]], table: str, data: dict[str, Any],
                places: Mapping[tuple[str, ...], int]) -> Section | None:
        if not data:
            return None  # a missing section is reported by itself
        kind = data.get("kind")
        if kind not in kinds if isinstance(kind, str) else True:
            path: tuple[Any, ...] = (table, "kind")
            if path in places:
                path = ("sweep", f"{table}.kind", places[path])
            got = "is missing; it" if kind is None else "must be one of"
            words = choices(kinds)
            self.add(path, f"is missing; it is one of {words}" if kind is None else
                     f"{got} {words} (got {kind!r}){did_you_mean(str(kind), kinds)}")
            return None
        data = self.inside(table, data)
        section: Section | None = self.validate(kinds[str(kind)], data, (table,), places)
        if section is not None and table == "seeding" and kind != "given":
            count, share = getattr(section, "count", None), getattr(section, "share", None)
            if count is not None and share is not None:
                self.add((table, "share"), "give count or share, not both")
            if count is None and share is None:
                section = section.model_copy(update={"count": 1})
        return section

    def inside(self, table: str, data: dict[str, Any]) -> dict[str, Any]:
        """Resolve the paths that the file gives, which must stay inside its folder."""
        out = dict(data)
        for key in (key for name, key in PATH_KEYS if name == table and isinstance(data.get(key), str)):
            if (table, key) in self.given:
                continue
            folder = self.path.parent.resolve()
            path = (folder / data[key]).resolve()
            if not path.is_relative_to(folder):
                self.add((table, key), f"a path in a scenario stays inside the scenario's folder (got '{data[key]}'); "
                         f"give any other with --set {table}.{key}=...")
            out[key] = str(path)
        return out

    def model(self, data: dict[str, Any], places: Mapping[tuple[str, ...], int], *,
              allow_code: bool) -> tuple[Model, Section, Any, str] | None:
        if not data:
            return None
        data = self.inside("model", data)
        path, name = data.get("path"), data.get("name")
        code = ""
        if isinstance(path, str):
            if not allow_code:
                self.add(("model", "path"), "this runs the code of a file; allow it with --allow-code")
                return None
            try:
                model = models.load(Path(path))
            except ModelError as error:
                self.add(("model", "path"), str(error))
                return None
            code = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        elif not isinstance(name, str):
            self.add(("model", "name"), f"is missing; it is one of {choices(models.catalogue())}" if name is None
                     else f"must be text in quotes (got {name!r})")
            return None
        else:
            try:
                model = models.find(name)
            except ModelError as error:
                where: tuple[Any, ...] = ("model", "name")
                if where in places:
                    where = ("sweep", "model.name", places[("model", "name")])
                self.add(where, str(error))
                return None
        section = self.validate(model_section(model), data, ("model",), places)
        if section is None:
            return None
        params = model.Params(**{field: getattr(section, field) for field in model.Params._fields})  # type: ignore[attr-defined]
        return model, section, params, code

    def outcomes(self, record: Record | None, points: list[Point]) -> Record | None:
        """Spell out which outcomes are kept, refusing those that a model does not have."""
        if record is None or not points:
            return record
        known = sorted(set(points[0].model.outcomes).intersection(*(p.model.outcomes for p in points))
                       | set(STANDARD_OUTCOMES))
        for index, name in enumerate(record.outcomes or ()):
            if name not in known:
                self.add(("record", "outcomes", index), f"there is no outcome '{name}'; outcomes are "
                         f"{choices(known)}{did_you_mean(name, known)}")
        kept = known if record.outcomes is None else sorted({*record.outcomes, "share"})
        return record.model_copy(update={"outcomes": kept})


def _put(data: dict[str, Any], parts: tuple[str, ...], value: Any) -> None:
    for depth, part in enumerate(parts[:-1]):
        data = data.setdefault(part, {})
        if not isinstance(data, dict):
            raise KeyError(f"'{'.'.join(parts[:depth + 1])}' is not a table, so it has no '{parts[depth + 1]}'")
    data[parts[-1]] = value


def _spread(span: Span, *, whole: bool) -> tuple[float, ...]:
    """Return the values of a span, without the last digits that even spacing leaves: 0.3, not 0.30000000000000004."""
    step = (span.to - span.from_) / (span.count - 1)
    values = [float(f"{span.from_ + step * k:.12g}") for k in range(span.count)]
    return tuple(int(value) for value in values) if whole and all(v.is_integer() for v in values) else tuple(values)


def _known(keys: Iterable[str], key: str) -> str:
    names = list(keys)
    return f"; keys are {', '.join(names)}{did_you_mean(key, names)}"


def from_manifest(manifest: Mapping[str, Any], *, allow_code: bool = False) -> Scenario:
    """Return the scenario that a results folder was made from; errors as in `load`."""
    data = dict(manifest["scenario"])
    name = data.pop("name")
    reader = _Reader(toml.Document(copy.deepcopy(data), {}, name), Path(name))
    reader.given.update(PATH_KEYS)  # resolved when the folder was made
    return reader.scenario(allow_code=allow_code)
