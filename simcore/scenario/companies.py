"""An organisation and its customers in a scenario: ``[organisation]``, ``[customers]``, ``[service]``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from simcore.scenario.forms import MAX_NODES, Networks, Section, Text
from simcore.scenario.networks import File, Library, Scale, identity

Labels = Annotated[list[int | str] | None, Field(min_length=1, description=(
    "who is of the front line; without it, all who have no reports"))]
LEVELS, SPAN = 5, 5


class Hierarchy(Section):
    """A tree of teams: siblings are tied, and some pairs across."""

    kind: Literal["hierarchy"]
    spans: Annotated[list[Annotated[int, Field(ge=1, le=MAX_NODES)]] | None, Field(min_length=1, description=(
        "reports of a manager on each level but the last, from the top; instead of levels and span"))] = None
    levels: Annotated[int | None, Field(ge=1, le=64, description=f"number of levels, {LEVELS} without it")] = None
    span: Annotated[int | None, Field(ge=1, le=MAX_NODES, description=(
        f"reports of every manager, {SPAN} without it"))] = None
    cross_ties: Annotated[int | None, Field(ge=0, description=(
        "ties between those who are not of one team, nor manager and report; without it, half as many as people, "
        "none in a single team")
        )] = None
    lambda_: Annotated[Scale, Field(alias="lambda", description=(
        "depth of the lowest common superior over which cross ties become rare"))] = 0.5
    zeta: Annotated[Scale, Field(description=(
        "distance below that superior over which cross ties become rare"))] = 0.5
    informal: Annotated[Any, WithJsonSchema({"type": "object"}), Field(description=(
        "a network that replaces teams and cross ties: a table with kind and its keys, but for n"))] = None
    front_line: Labels = None
    count: Networks = None


class ChartFile(Section):
    """An organisation of one's own: a reports-to list, and who is in touch with whom."""

    kind: Literal["file"]
    reports_to: Annotated[Text, Field(description="a table of people and who is above each")]
    informal: Annotated[Text, Field(description=(
        "a network of their ties, in any format; accounts that the list lacks are dropped"))]
    source: Annotated[Text, Field(description="column of both files: the person, one end of a tie")] = "source"
    target: Annotated[Text, Field(description="column of both files: who is above, the other end")] = "target"
    front_line: Labels = None
    count: Networks = None


class Service(Section):
    """Who serves whom."""

    servers: Annotated[int, Field(ge=1, le=1000, description="front-line employees who serve a customer")] = 1
    within: Annotated[Literal["organisation", "department"], Field(description=(
        "whether they may be of any department, or are all of one"))] = "organisation"


class NoCustomers(Section):
    """An organisation alone."""

    kind: Literal["none"]


ORGANISATIONS: dict[str, type[Section]] = {"hierarchy": Hierarchy, "file": ChartFile}


class CompanySection(Section):
    """The three together, which stand for the network of a point."""

    kind: Literal["company"] = "company"
    organisation: Any
    customers: Any
    service: Service

    @property
    def market(self) -> Section | None:
        """The network of the customers; None if there are none."""
        found: Section = self.customers
        return None if isinstance(found, NoCustomers) else found

    @property
    def count(self) -> int | None:
        """How many companies there are; without it each replicate has its own."""
        found: int | None = self.organisation.count
        return found


def spans(section: Hierarchy) -> list[int]:
    """Return the reports of a manager on each level but the last."""
    if section.spans is not None:
        return section.spans
    return [SPAN if section.span is None else section.span] * ((section.levels or LEVELS) - 1)


def employees(section: Any) -> int | None:
    """Return how many people there are; None where only a file knows, or there would be too many."""
    if not isinstance(section, Hierarchy):
        return None
    size, total = 1, 1
    for span in spans(section):
        size *= span
        total += size
        if total > MAX_NODES:
            return None
    return total


def cross_ties(section: Hierarchy) -> int:
    """Return how many ties go across teams."""
    if section.cross_ties is not None:
        return section.cross_ties
    return (employees(section) or 0) // 2 if len(spans(section)) > 1 else 0


def from_files(section: CompanySection) -> bool:
    """Return whether anything of a company is read from files."""
    return isinstance(section.organisation, ChartFile) or isinstance(section.customers, File | Library)


def whole_identity(section: CompanySection, digest: str) -> dict[str, Any]:
    """Return what decides a company, defaults left out; of files, what is in them."""
    read = {"reports_to", "informal", "source", "target"} if isinstance(section.organisation, ChartFile) else set()
    out = {"organisation": section.organisation.model_dump(exclude={"count", *read}, exclude_defaults=True),
           "service": section.service.model_dump(exclude_defaults=True)}
    out["customers"] = identity(section.customers)
    return out | ({"files": digest} if from_files(section) else {})
