"""Reads ``[organisation]``, ``[customers]`` and ``[service]``, and checks what concerns several of their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.scenario import network_checks
from simcore.scenario.companies import ORGANISATIONS, Hierarchy, NoCustomers, Service, cross_ties, employees, spans
from simcore.scenario.networks import File, Influence, Reciprocal
from simcore.scenario.networks import Organisation as Crossed
from simcore.scenario.schema import NETWORKS
from simcore.scenario.sections import by_kind, note, validated
from simcore.scenario.wording import choices, one_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.scenario.axes import Variant
    from simcore.scenario.forms import Section
    from simcore.scenario.network_checks import Found
    from simcore.scenario.problems import Problems


CUSTOMERS: dict[str, type[Section]] = {**NETWORKS, "none": NoCustomers}
_GENERATED = {kind: section for kind, section in NETWORKS.items() if "n" in section.model_fields}
DEFAULT_CUSTOMERS = {"kind": "watts-strogatz", "n": 4000, "neighbours": 6, "rewiring": 0.1}


def read_organisation(variant: Variant, problems: Problems) -> Section | None:
    """Return ``[organisation]``, with the section of its informal network if it has one."""
    section = by_kind(ORGANISATIONS, ("organisation",), variant, problems)
    if not isinstance(section, Hierarchy):
        return section
    wrong = list(_hierarchy(section))
    note(wrong, variant, problems)
    if wrong or section.informal is None:
        return None if wrong else section
    table, at = section.informal, ("organisation", "informal")
    if not isinstance(table, dict):
        problems.add(at, f"must be a table with kind and its keys (got {shown(table)})", variant.place(at))
        return None
    kind = table.get("kind")
    if kind not in _GENERATED:
        path = (*at, "kind")
        problems.add(path, one_of(_GENERATED, kind) if "kind" in table else
                     f"is missing; it must be {choices(_GENERATED)}", variant.place(path))
        return None
    data = {key: value for key, value in table.items() if key != "n"} | {"n": employees(section)}
    informal = validated(_GENERATED[kind], variant._replace(data=data), at, problems, owner=f"'{kind}'")
    if informal is None:
        return None
    note(((at + path[1:], message) for path, message in network_checks.check_network(informal)), variant, problems)
    if "n" in table:
        problems.add((*at, "n"), f"is that of the employees, {employees(section)}; leave it out", variant.place(at))
    return section.model_copy(update={"informal": informal})


def _hierarchy(section: Hierarchy) -> Iterator[Found]:
    """Yield why there is no such tree, or why it has no room for so many cross ties."""
    for key in ("levels", "span"):
        if section.spans is not None and getattr(section, key) is not None:
            yield ("organisation", key), "only spans, or levels and span, can be given"
            return
    tree = Crossed.model_validate({"kind": "organisation", "spans": spans(section), "cross_ties": cross_ties(section),
                                   "lambda": section.lambda_, "zeta": section.zeta, "teams": True})
    for path, message in network_checks.check_network(tree):
        yield ("organisation", *path[1:]), message
    n = employees(section)
    for place, label in enumerate(section.front_line or () if n else ()):
        if not isinstance(label, int) or not 0 <= label < (n or 0):
            yield ("organisation", "front_line", place), (f"employees are numbered 0 to {(n or 0) - 1} "
                                                          f"(got {shown(label)})")


def read_customers(variant: Variant, problems: Problems) -> Section | None:
    """Return ``[customers]``."""
    section = by_kind(CUSTOMERS, ("customers",), variant, problems)
    if section is not None and not isinstance(section, NoCustomers):
        note(_customers(section), variant, problems)
    return section


def _customers(section: Any) -> Iterator[Found]:
    for path, message in network_checks.check_network(section):
        yield ("customers", *path[1:]), message
    if isinstance(section, Influence | Reciprocal):
        yield ("customers", "kind"), f"ties of customers go both ways (got {shown(section.kind)})"
    if isinstance(section, File) and section.direction != "both":
        yield ("customers", "direction"), ("must be 'both', since ties of customers go both ways "
                                           f"(got {shown(section.direction)})")
    if getattr(section, "count", None) not in (None, 1):
        yield ("customers", "count"), (f"is that of [organisation]: organisation.count = {section.count} makes so many "
                                       f"companies (got {section.count})")


def read_service(variant: Variant, problems: Problems) -> Service | None:
    """Return ``[service]``."""
    return validated(Service, variant, ("service",), problems, owner="[service]")


def check_service(organisation: Any, service: Service) -> Iterator[Found]:
    """Yield why customers cannot have so many servers."""
    n = employees(organisation)
    if n is None:
        return
    front = len(set(organisation.front_line)) if organisation.front_line else _leaves(organisation)
    if service.servers > front:
        yield ("service", "servers"), f"must be at most {front}, the size of the front line (got {service.servers})"


def _leaves(organisation: Hierarchy) -> int:
    size = 1
    for span in spans(organisation):
        size *= span
    return size
