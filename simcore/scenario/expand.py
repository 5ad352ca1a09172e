"""From the sections of a scenario and its axes to its points."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.scenario import model_checks, network_checks, seed_checks
from simcore.scenario.axes import ABSENT, Variant, refuse_twin, variants
from simcore.scenario.companies import CompanySection
from simcore.scenario.organisations import check_service, read_customers, read_organisation, read_service
from simcore.scenario.points import Point
from simcore.scenario.programmes import check_horizon, check_programmes, read_programmes
from simcore.scenario.schema import canonical
from simcore.scenario.sections import Chosen, note, read_horizon, read_model, read_network, read_seeding
from simcore.scenario.seedings import Nobody, identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from simcore.scenario.designs import Design
    from simcore.scenario.forms import Section
    from simcore.scenario.problems import Problems

Indices = tuple[int, ...]


class _Read(NamedTuple):
    """The variants of a section that can be read, by the positions of the values on its own axes."""

    own: tuple[int, ...]  # which axes those are
    found: Mapping[Indices, Any]
    first: Mapping[Indices, Indices]  # the first that makes the same section, where rows are listed
    again: Callable[[Indices], Variant]  # the variant, which is not kept: there may be very many

    def note(self, found: Iterable[network_checks.Found], indices: Indices, problems: Problems) -> None:
        """Note what does not fit together, where the values of a variant stand."""
        if wrong := list(found):
            note(wrong, self.again(indices), problems)


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

    every = {"model": read("model", lambda variant: read_model(variant, problems, allow_code=allow_code)),
             "seeding": read("seeding", lambda variant: read_seeding(variant, problems)),
             "horizon": read("horizon", lambda variant: read_horizon(variant, problems)),
             "programme": read("programme", lambda variant: read_programmes(variant, problems))}
    layers = {"network": read_network} if "organisation" not in tables else {
        "organisation": read_organisation, "customers": read_customers, "service": read_service}
    if "immune" in tables:
        every["immune"] = read("immune", lambda variant: read_seeding(variant, problems, ("immune",)))
    for table, reader in layers.items():
        every[table] = read(table, functools.partial(reader, problems=problems))
    points, seen = list[Point](), set[Any]()
    rows, known = list[int](), dict[tuple[Indices, ...], int]()
    for indices in design.every():
        at = {table: tuple(indices[k] for k in section.own) for table, section in every.items()}
        if not all(at[table] in section.found for table, section in every.items()):
            continue
        if design.rows is not None:
            at = {table: section.first[at[table]] for table, section in every.items()}
            rows.append(known.setdefault(tuple(at.values()), len(points)))
            if rows[-1] < len(points):
                continue
        found = {table: section.found[at[table]] for table, section in every.items()}
        chosen, seeding, done = (found[table] for table in ("model", "seeding", "programme"))
        network, where = _layers(found), tuple(at[table] for table in layers)
        if ("model", where, at["model"]) not in seen:
            seen.add(("model", where, at["model"]))
            every["model"].note(_check_layers(network, chosen, found), at["model"], problems)
        if ("seeding", where, at["seeding"]) not in seen:
            seen.add(("seeding", where, at["seeding"]))
            whom = network.market if isinstance(network, CompanySection) else network
            every["seeding"].note(seed_checks.check_seeding(whom, seeding) if whom else [], at["seeding"], problems)
            for problem in seed_checks.check_listed(whom, seeding) if whom else ():
                problems.add_elsewhere(problem)
        immune = found.get("immune")
        if isinstance(immune, Nobody):
            immune = None
        if immune is not None and ("immune", where, at["model"], at["immune"]) not in seen:
            seen.add(("immune", where, at["model"], at["immune"]))
            every["immune"].note(seed_checks.check_immune(network, immune, chosen.model), at["immune"], problems)
            for problem in seed_checks.check_listed(network, immune):
                problems.add_elsewhere(problem)
        if ("programme", at["model"], at["programme"]) not in seen:
            seen.add(("programme", at["model"], at["programme"]))
            every["programme"].note(check_programmes(done, chosen), at["programme"], problems)
        if ("horizon", at["horizon"], at["programme"]) not in seen:
            seen.add(("horizon", at["horizon"], at["programme"]))
            every["programme"].note(check_horizon(done, found["horizon"]), at["programme"], problems)
        setting = {axis.path: axis.values[index] for axis, index in zip(design.axes, indices, strict=True)
                   if index != ABSENT}
        points.append(Point(network, chosen.model, chosen.section, chosen.params, seeding, found["horizon"], setting,
                            chosen.code, done, immune=immune))
    return points, rows


def _layers(found: Mapping[str, Any]) -> Section:
    """Return the section of the network, or of a company."""
    if "network" in found:
        network: Section = found["network"]
        return network
    return CompanySection(organisation=found["organisation"], customers=found["customers"],
                          service=found["service"])


def _check_layers(network: Section, chosen: Chosen, found: Mapping[str, Any]) -> Iterator[network_checks.Found]:
    """Yield why a model cannot live on these layers."""
    if isinstance(network, CompanySection) and chosen.model.prepare is None:
        yield ("model", "name"), f"lives on a [network], not on an [organisation] (got '{chosen.model.name}')"
    elif not isinstance(network, CompanySection) and chosen.model.prepare is not None:
        yield ("model", "name"), f"lives on an [organisation], not on a [network] (got '{chosen.model.name}')"
    elif isinstance(network, CompanySection):
        yield from check_service(found["organisation"], found["service"])
    else:
        yield from model_checks.check_columns(network, chosen.model, chosen.params)


def _read(table: str, tables: Mapping[str, Any], design: Design, reader: Callable[[Variant], Any],
          problems: Problems) -> _Read:
    own = tuple(k for k, axis in enumerate(design.axes) if axis.table == table)
    axes = [design.axes[k] for k in own]
    found: dict[Indices, Any] = {}
    twins: dict[bytes, Indices] = {}
    first: dict[Indices, Indices] = {}
    made = functools.partial(variants, table, tables[table], axes, sweep=tables["sweep"], problems=problems)
    for indices, variant in () if tables[table] is None else made(design.of(own)):
        said = reader(variant)
        if said is None:
            continue
        found[indices] = said
        twin = twins.setdefault(hashlib.sha256(_identity(said).encode()).digest(), indices)
        if design.rows is not None:
            first[indices] = twin
        elif twin is not indices:
            place = next(k for k in range(len(own)) if twin[k] != indices[k])
            refuse_twin(problems, axes[place], tables["sweep"], indices[place], twin[place])
    return _Read(own, found, first, lambda indices: next(made([indices]))[1])


def _identity(said: Any) -> str:
    """Return a text that two sections share if they make the same points."""
    if isinstance(said, int):
        return str(said)
    if isinstance(said, Chosen):
        return canonical({"section": said.section.model_dump(exclude={"path"}), "code": said.code})
    if isinstance(said, tuple):
        return canonical({"programme": [each.model_dump() | {"who": each.who and dict(identity(each.who))}
                                        for each in said]})
    return canonical(identity(said))
