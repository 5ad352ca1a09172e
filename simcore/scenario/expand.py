"""From the sections of a scenario and its axes to its points."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.scenario import checks, seed_checks
from simcore.scenario.axes import Variant, refuse_twin, variants
from simcore.scenario.points import Point
from simcore.scenario.schema import canonical
from simcore.scenario.sections import Chosen, note, read_horizon, read_model, read_network, read_seeding
from simcore.scenario.seedings import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simcore.scenario.points import Axis
    from simcore.scenario.problems import Problems

Indices = tuple[int, ...]


class _Read(NamedTuple):
    """The variants of a section that can be read, by the positions of the values on its own axes."""

    own: tuple[int, ...]  # which axes those are
    found: Mapping[Indices, tuple[Variant, Any]]


def read_points(tables: Mapping[str, Any], axes: Sequence[Axis], problems: Problems, *,
                allow_code: bool) -> list[Point]:
    """Return the product of the axes, the last one fastest; every different section is read once.

    Parameters
    ----------
    tables : mapping
        The sections as the file has them, None where there is none to read, and ``horizon``.
    axes : sequence of Axis
    problems : Problems
        Learns what is wrong; points that concerns are left out.
    allow_code : bool
        Whether ``[model] path`` may be run.
    """
    def read(table: str, reader: Callable[[Variant], Any]) -> _Read:
        return _read(table, tables, axes, reader, problems)

    every = (read("network", lambda variant: read_network(variant, problems)),
             read("model", lambda variant: read_model(variant, problems, allow_code=allow_code)),
             read("seeding", lambda variant: read_seeding(variant, problems)),
             read("horizon", lambda variant: read_horizon(variant, problems)))
    points, seen = [], set()
    for indices in itertools.product(*(range(len(axis.values)) for axis in axes)):
        at = [tuple(indices[k] for k in section.own) for section in every]
        if not all(here in section.found for here, section in zip(at, every, strict=True)):
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
        setting = {axis.path: axis.values[index] for axis, index in zip(axes, indices, strict=True)}
        points.append(Point(network, chosen.model, chosen.section, chosen.params, seeding, horizon, setting,
                            chosen.code))
    return points


def _read(table: str, tables: Mapping[str, Any], axes: Sequence[Axis], reader: Callable[[Variant], Any],
          problems: Problems) -> _Read:
    own = tuple(k for k, axis in enumerate(axes) if axis.table == table)
    found: dict[Indices, tuple[Variant, Any]] = {}
    first: dict[str, Indices] = {}
    for indices, variant in () if tables[table] is None else variants(
            table, tables[table], [axes[k] for k in own], tables["sweep"], problems):
        said = reader(variant)
        if said is None:
            continue
        found[indices] = variant, said
        twin = first.setdefault(_identity(said), indices)
        if twin is not indices:
            place = next(k for k in range(len(own)) if twin[k] != indices[k])
            axis = axes[own[place]]
            refuse_twin(problems, axis, tables["sweep"], indices[place], twin[place])
    return _Read(own, found)


def _identity(said: Any) -> str:
    """Return a text that two sections share if they make the same points."""
    if isinstance(said, int):
        return str(said)
    if isinstance(said, Chosen):
        return canonical({"section": said.section.model_dump(exclude={"path"}), "code": said.code})
    return canonical(identity(said))
