"""Designs: from the axes of a sweep to its rows, which say what value each axis has at each point."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.errors import NetworkError, did_you_mean
from simcore.scenario import sampling
from simcore.scenario.axes import ABSENT, DRAWN, Variant, alike, fixed, place, read_axes
from simcore.scenario.constraints import Constraint, parse
from simcore.scenario.design_files import read_table
from simcore.scenario.schema import Head, Sweep
from simcore.scenario.sections import validated
from simcore.scenario.wording import keys_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simcore.scenario.points import Axis
    from simcore.scenario.problems import Problems

MAX_POINTS = 1_000_000
BLOCKS = ("saltelli", "morris")  # designs that lose their meaning with any of their rows
Row = tuple[int, ...]  # for each axis, the position of its value


class Design(NamedTuple):
    """What a sweep makes of its axes."""

    sweep: Sweep
    axes: tuple[Axis, ...]
    rows: tuple[Row, ...] | None  # None: the product of the axes, the last one fastest

    def every(self) -> Iterable[Row]:
        """Return all rows."""
        return _product(self.axes) if self.rows is None else self.rows

    def of(self, own: Sequence[int]) -> Iterable[Row]:
        """Return the different rows of these axes alone."""
        if self.rows is None:
            return _product([self.axes[k] for k in own])
        return dict.fromkeys(tuple(row[k] for k in own) for row in self.rows)


def _product(axes: Sequence[Axis]) -> Iterable[Row]:
    return itertools.product(*(range(len(axis.values)) for axis in axes))


def read_design(data: Mapping[str, Any], problems: Problems) -> Design:
    """Return the design of a document, with the axes that can be read.

    Parameters
    ----------
    data : mapping
        The document.
    problems : Problems
        Learns what is wrong.
    """
    given = data.get("sweep", {})
    given = given if isinstance(given, dict) else {}
    keys = {key: given[key] for key in given if key in keys_of(Sweep)}
    sweep = validated(Sweep, Variant(keys, {}), ("sweep",), problems, owner="[sweep]")
    swept = {path: value for path, value in given.items() if path not in keys}
    if sweep is None or not _sound(sweep, swept, problems):
        return Design(Sweep(), (), None)
    if sweep.design == "list":
        swept |= _table(sweep, problems)
        sweep = Sweep(design="zip", constraints=sweep.constraints)
    axes = read_axes(sweep.design, swept, data, problems)
    constraints = _constraints(sweep, axes, data, problems)
    design = (_drawn if sweep.design in DRAWN else _listed)(sweep, axes, data, problems)
    if constraints and design.axes:
        rows = tuple(row for row in design.every() if _allowed(row, design.axes, constraints, data))
        if not rows:
            problems.add(("sweep", "constraints"), "leave no point")
        design = design._replace(rows=rows)
    return design


def _sound(sweep: Sweep, swept: Mapping[str, Any], problems: Problems) -> bool:
    """Return whether the keys of a design fit together, after noting what does not."""
    name, drawn = sweep.design, sweep.design in DRAWN
    rules = {
        "samples": (f"is for designs that draw their values: {', '.join(DRAWN)}" if sweep.samples and not drawn else
                    f"is missing: how many to draw; '{name}' needs it" if drawn and not sweep.samples else
                    f"must be a power of two: 64, 128, 256, ... (got {sweep.samples})"
                    if name in ("sobol", "saltelli") and sweep.samples and sweep.samples & (sweep.samples - 1) else ""),
        "levels": "is a key of 'morris' designs only" if sweep.levels and name != "morris" else "",
        "path": ("is missing: the file that lists the points; 'list' needs it" if name == "list" and not sweep.path else
                 "is a key of 'list' designs only" if sweep.path and name != "list" else ""),
        "constraints": (f"would tear the blocks of a '{name}' design apart" if sweep.constraints and name in BLOCKS
                        else ""),
        "design": (f"'list' has its axes in its file (got {shown(next(iter(swept)))})" if name == "list" and swept else
                   f"'{name}' needs at least one axis" if drawn and not swept else "")}
    found = {key: message for key, message in rules.items() if message}
    for key, message in found.items():
        problems.add(("sweep", key), message)
    return not found


def _table(sweep: Sweep, problems: Problems) -> dict[str, Any]:
    """Return the columns of a file of points; what is typed on the command line replaces a column."""
    if problems.has(("sweep", "path")):  # a path that is refused is not read
        return {}
    try:
        columns = read_table(Path(sweep.path or ""))
    except NetworkError as error:
        for problem in error.problems:
            problems.add_elsewhere(problem)
        return {}
    return {path: values for path, values in columns.items() if not problems.is_typed(tuple(path.split(".")))}


def _too_many(number: int, problems: Problems) -> bool:
    if number > MAX_POINTS:
        problems.add(("sweep",), f"the axes make {number} points; at most {MAX_POINTS} are possible")
    return number > MAX_POINTS


def _listed(sweep: Sweep, axes: list[Axis], data: Mapping[str, Any], problems: Problems) -> Design:
    """Return a design whose axes list their values."""
    if sweep.design == "zip":
        lengths = {axis.path: len(axis.values) for axis in axes}
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"'{path}' has {length}" for path, length in lengths.items())
            problems.add(("sweep", axes[0].path), f"a 'zip' pairs values, so all axes have as many ({said})")
            axes = []
        number = len(axes[0].values) if axes else 0
        first: dict[str, int] = {}
        for row in range(number):
            earlier = first.setdefault(alike([axis.values[row] for axis in axes]), row)
            if earlier != row:
                problems.add(("sweep", axes[0].path), f"value number {row + 1} makes the same point as number "
                             f"{earlier + 1}, together with those of the other axes")
        return Design(sweep, tuple(axes), tuple((row,) * len(axes) for row in range(number)) if axes else None)
    if sweep.design == "one-at-a-time":
        base = (0,) * len(axes)
        rows = [base, *((*base[:k], index, *base[k + 1:]) for k, axis in enumerate(axes)
                        for index in range(1, len(axis.values)))]
        return Design(sweep, tuple(axes), tuple(dict.fromkeys(_conditioned(row, axes, data) for row in rows)))
    if _too_many(math.prod(len(axis.values) for axis in axes), problems):
        return Design(sweep, tuple(axis._replace(values=axis.values[:1]) for axis in axes), None)  # enough to go on
    plain = Design(sweep, tuple(axes), None)
    if not any(axis.when for axis in axes):
        return plain
    return plain._replace(rows=tuple(dict.fromkeys(_conditioned(row, axes, data) for row in plain.every())))


def _drawn(sweep: Sweep, axes: list[Axis], data: Mapping[str, Any], problems: Problems) -> Design:
    """Return a design that draws the values of its axes."""
    assert sweep.samples is not None
    if not axes or _too_many(sampling.rows(sweep.design, sweep.samples, len(axes)), problems):
        return Design(sweep, (), None)
    seed = data.get("seed", Head.model_fields["seed"].default)
    if not isinstance(seed, int) or not 0 <= seed < 2**63:  # which is told elsewhere
        return Design(sweep, (), None)
    cube = unit_cube(sweep, [axis.path for axis in axes], seed)
    columns, found = [], []
    for axis, column in zip(axes, cube.T.tolist(), strict=True):
        if axis.span is None:
            number = len(axis.values)
            columns.append([min(int(u * number), number - 1) for u in column])
            found.append(axis)
        else:
            places: dict[Any, int] = {}
            columns.append([places.setdefault(place(axis, u), len(places)) for u in column])
            found.append(axis._replace(values=tuple(places)))
    rows = [_conditioned(row, found, data) for row in zip(*columns, strict=True)]
    return Design(sweep, tuple(found), tuple(rows))


def unit_cube(sweep: Sweep, paths: Sequence[str], seed: int) -> Any:
    """Return the rows of a design that draws them, in the unit cube: float64[rows, axes]."""
    return sampling.SAMPLERS[sweep.design](sweep.samples or 1, paths, seed, sweep.levels or 4)


def _conditioned(row: Row, axes: Sequence[Axis], data: Mapping[str, Any]) -> Row:
    """Return a row without the values of axes whose conditions are not met."""
    if not any(axis.when for axis in axes):
        return row
    here: dict[str, Any] = {}
    swept = {axis.path for axis in axes}
    out = []
    for axis, index in zip(axes, row, strict=True):
        met = all(_is_among(here.get(path) if path in swept else fixed(path, data), wanted)
                  for path, wanted in (axis.when or {}).items())
        out.append(index if met else ABSENT)
        if met:
            here[axis.path] = axis.values[index]
    return tuple(out)


def _is_among(value: Any, wanted: Any) -> bool:
    return alike(value) in map(alike, wanted if isinstance(wanted, list) else [wanted])


def _constraints(sweep: Sweep, axes: Sequence[Axis], data: Mapping[str, Any],
                 problems: Problems) -> list[Constraint]:
    """Return the constraints of a design, after noting what is wrong with them."""
    found = []
    for index, text in enumerate(sweep.constraints or ()):
        at, constraint = ("sweep", "constraints", index), parse(text)
        if constraint is None:
            problems.add(at, "must compare sums of axes, keys and numbers, such as '2 * seeding.count <= network.n' "
                         f"(got {shown(text)})")
            continue
        for path in {term.path for term in constraint.terms if term.path}:
            axis = next((axis for axis in axes if axis.path == path), None)
            values = [fixed(path, data)] if axis is None else [*axis.values] if axis.span is None else [axis.span.to]
            wrong = next((value for value in values if isinstance(value, bool) or not isinstance(value, int | float)),
                         0.0)
            if wrong is None:
                problems.add(at, f"'{path}' is neither an axis nor a key of the scenario"
                             f"{did_you_mean(path, [axis.path for axis in axes])}")
            elif isinstance(wrong, bool) or not isinstance(wrong, int | float):
                problems.add(at, f"'{path}' is not always a number (got {shown(wrong)})")
        if not problems.has(at):
            found.append(constraint)
    return found


def _allowed(row: Row, axes: Sequence[Axis], constraints: Iterable[Constraint], data: Mapping[str, Any]) -> bool:
    values = {axis.path: axis.values[index] for axis, index in zip(axes, row, strict=True) if index != ABSENT}
    swept = {axis.path for axis in axes}
    return all(constraint.holds({**{term.path: fixed(term.path, data) for term in constraint.terms
                                    if term.path and term.path not in swept}, **values})
               for constraint in constraints)
