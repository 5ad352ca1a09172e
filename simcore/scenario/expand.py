"""From the sections of a scenario and its axes to its points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.scenario import checks, seed_checks
from simcore.scenario.axes import ABSENT, Variant, refuse_twin, variants
from simcore.scenario.points import Point
from simcore.scenario.schema import canonical
from simcore.scenario.sections import Chosen, note, read_horizon, read_model, read_network, read_seeding
from simcore.scenario.seedings import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.scenario.designs import Design
    from simcore.scenario.problems import Problems

Indices = tuple[int, ...]


class _Read(NamedTuple):
    """The variants of a section that can be read, by the positions of the values on its own axes."""

    own: tuple[int, ...]  # which axes those are
    found: Mapping[Indices, tuple[Variant, Any]]
    first: Mapping[Indices, Indices]  # the first that makes the same section


def read_points(tables: Mapping[str, Any], design: Design, problems: Problems, *,
                allow_code: bool) -> tuple[list[Point], list[int]]:
    """Return the points of a design, each once, and for each of its rows the position of its point.

    Every different section is read once. The product of the axes has each point once, and so no positions.

    Parameters
    ----------
    tables : mapping
        The sections as the file has them, None where there is none to read, and ``horizon``.
    design : Design
    problems : Problems
        Learns what is wrong; points that concerns are left out.
    allow_code : bool
        Whether ``[model] path`` may be run.
    """
    def read(table: str, reader: Callable[[Variant], Any]) -> _Read:
        return _read(table, tables, design, reader, problems)

    every = (read("network", lambda variant: read_network(variant, problems)),
             read("model", lambda variant: read_model(variant, problems, allow_code=allow_code)),
             read("seeding", lambda variant: read_seeding(variant, problems)),
             read("horizon", lambda variant: read_horizon(variant, problems)))
    points, seen = list[Point](), set()
    rows, known = list[int](), dict[tuple[Indices, ...], int]()
    for indices in design.every():
        at = [tuple(indices[k] for k in section.own) for section in every]
        if not all(here in section.found for here, section in zip(at, every, strict=True)):
            continue
        if design.rows is not None:
            at = [section.first[here] for here, section in zip(at, every, strict=True)]
            rows.append(known.setdefault(tuple(at), len(points)))
            if rows[-1] < len(points):
                continue
        (_, network), (of_model, chosen), (of_seeding, seeding), (_, horizon) = (
            section.found[here] for here, section in zip(at, every, strict=True))
        if ("model", at[0], at[1]) not in seen:
            seen.add(("model", at[0], at[1]))
            note(checks.check_columns(network, chosen.model, chosen.params), of_model, problems)
        if ("seeding", at[0], at[2]) not in seen:
            seen.add(("seeding", at[0], at[2]))
            note(seed_checks.check_seeding(network, seeding), of_seeding, problems)
            for problem in seed_checks.check_listed(network, seeding):
                problems.add_elsewhere(problem)
        setting = {axis.path: axis.values[index] for axis, index in zip(design.axes, indices, strict=True)
                   if index != ABSENT}
        points.append(Point(network, chosen.model, chosen.section, chosen.params, seeding, horizon, setting,
                            chosen.code))
    return points, rows


def _read(table: str, tables: Mapping[str, Any], design: Design, reader: Callable[[Variant], Any],
          problems: Problems) -> _Read:
    own = tuple(k for k, axis in enumerate(design.axes) if axis.table == table)
    axes = [design.axes[k] for k in own]
    found: dict[Indices, tuple[Variant, Any]] = {}
    twins: dict[str, Indices] = {}
    first: dict[Indices, Indices] = {}
    for indices, variant in () if tables[table] is None else variants(
            table, tables[table], axes, design.of(own), tables["sweep"], problems):
        said = reader(variant)
        if said is None:
            continue
        found[indices] = variant, said
        twin = first[indices] = twins.setdefault(_identity(said), indices)
        if twin is not indices and design.rows is None:
            place = next(k for k in range(len(own)) if twin[k] != indices[k])
            refuse_twin(problems, axes[place], tables["sweep"], indices[place], twin[place])
    return _Read(own, found, first)


def _identity(said: Any) -> str:
    """Return a text that two sections share if they make the same points."""
    if isinstance(said, int):
        return str(said)
    if isinstance(said, Chosen):
        return canonical({"section": said.section.model_dump(exclude={"path"}), "code": said.code})
    return canonical(identity(said))
