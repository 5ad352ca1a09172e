"""From a ``[seeding]`` section to the strategy that it declares, and from a file of seeds to labels."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.errors import NetworkError, Problem
from simcore.network import files, text
from simcore.parameters import Attribute
from simcore.scenario.seedings import (
    CollectiveInfluence,
    DegreeDiscount,
    FileSeeding,
    FriendSeeding,
    GivenSeeding,
    GroupSeeding,
    Listed,
    MaximisedSeeding,
    MixtureSeeding,
    NeighbourhoodSeeding,
    OverPaths,
    PageRank,
    QuotaSeeding,
    RandomSeeding,
    TopDegreeSeeding,
    TopSeeding,
)
from simcore.seeding import (
    Among,
    Bought,
    Friends,
    Given,
    Group,
    Maximised,
    Mixture,
    Neighbourhood,
    Price,
    Quotas,
    Random,
    Ranking,
    Share,
    Strategy,
    Top,
)

if TYPE_CHECKING:
    from simcore.network.loaded import Loaded
    from simcore.scenario.forms import Section

_MAX_BYTES = 64 * 2**20
_LISTED = 20  # problems shown of one file
_DEGREES = {"out": Ranking("out-degree"), "in": Ranking("in-degree"), "total": Ranking("total-degree")}


def number(section: Any, n: int) -> int:
    """Return how many seeds a section asks for among n nodes."""
    if section.share is None:
        return int(section.count or 0)
    return max(1, round(section.share * n)) if section.share else 0


def strategy(section: Section, loaded: Loaded) -> Strategy:
    """Return the strategy of a section in numbers of nodes.

    Raises
    ------
    NetworkError
        If the network does not have a node that is named.
    """
    match section:
        case GivenSeeding():
            return Given(tuple(loaded.node(label) for label in dict.fromkeys(section.nodes)))
        case FileSeeding():
            return Given(tuple(dict.fromkeys(_nodes(section, loaded))))
        case MixtureSeeding():
            return Mixture(tuple(strategy(part, loaded) for part in section.parts))
        case QuotaSeeding():
            numbers = tuple(sorted(section.counts.items())) if section.counts else section.each or 0
            return Quotas(section.attribute, numbers, ranking(section.by) if section.by else None)
    found: Any = _drawn(section, number(section, loaded.network.n))
    budget: float | None = getattr(section, "budget", None)
    bought: Strategy = found if budget is None else Bought(found, budget, price(section))
    return bought


def price(section: Any) -> Price:
    """Return what a seed of a section costs."""
    cost = getattr(section, "cost", None)
    return Price() if cost is None else Price(**cost.model_dump())


def _drawn(section: Section, asked: int) -> Strategy:
    match section:
        case FriendSeeding():
            return Friends(asked)
        case MaximisedSeeding():
            return Maximised(asked, section.model, section.transmission, section.epsilon)
        case NeighbourhoodSeeding():
            return Neighbourhood(asked)
        case GroupSeeding():
            return Group(asked, section.attribute)
    chosen: Any = section
    among = chosen.among and Among(chosen.among.attribute, chosen.among.value, *bounds(chosen.among))
    match section:
        case RandomSeeding():
            return Random(asked, among)
        case TopDegreeSeeding():
            return Top(asked, _DEGREES[section.degree], among)
        case TopSeeding():
            return Top(asked, ranking(section.by), among)
    by = ranking(chosen.by) if chosen.by else _DEGREES[chosen.degree]
    return Share(asked, chosen.kind == "influential", by, chosen.top, among)


def bounds(among: Any) -> tuple[float, float]:
    """Return the range that a condition allows."""
    return (-math.inf if among.low is None else among.low, math.inf if among.high is None else among.high)


def ranking(by: Any) -> Ranking:
    """Return a ranking as the strategies take it."""
    match by:
        case PageRank():
            return Ranking("pagerank", damping=by.damping)
        case OverPaths():
            return Ranking(by.kind, pivots=by.pivots)
        case CollectiveInfluence():
            return Ranking("collective-influence", radius=by.radius)
        case DegreeDiscount():
            return Ranking("degree-discount", transmission=by.transmission)
        case Attribute():
            return Ranking("attribute", attribute=by.attribute)
    return Ranking(by)


def _nodes(section: FileSeeding, loaded: Loaded) -> list[int]:
    """Return the nodes that a file names."""
    found, unknown = list[int](), list[Problem]()
    for listed in section.listed:
        try:
            found.append(loaded.node(listed.label))
        except NetworkError as error:
            unknown += [problem._replace(file=section.path, line=listed.line, column=listed.column)
                        for problem in error.problems]
    if unknown:
        raise NetworkError(first(unknown))
    return found


def first(problems: list[Problem]) -> list[Problem]:
    """Return the first problems, and how many more there are."""
    more = len(problems) - _LISTED
    told = [Problem("", None, None, "", f"and {more} more problem{'s' * (more > 1)}")] * (more > 0)
    return problems[:_LISTED] + told


def read_file(path: Path, column: str) -> tuple[Listed, ...]:
    """Read the labels in a file of seeds.

    Parameters
    ----------
    path : Path
        A label in each line, but for blank ones and those that begin with # or %; or a table, whose name ends in
        ``.csv`` or ``.tsv``. Either may be packed (``.gz``).
    column : str
        Of the table.

    Raises
    ------
    NetworkError
        If it is not such a file.
    """
    problems = files.Problems()
    if Path(path.name.lower().removesuffix(".gz")).suffix not in (".csv", ".tsv"):
        lines = text.Table(path, problems, _MAX_BYTES, spaced=True).lines()
        found = [Listed(line.strip(), number, len(line) - len(line.lstrip()) + 1) for number, line in lines]
    else:
        table = text.Table(path, problems, _MAX_BYTES)
        place, = table.columns([column])
        found = []
        for row in (row for block in table.blocks() for row in table.rows(block)):
            if row.cells[place]:
                found.append(Listed(row.cells[place], row.line, table.column(row, place)))
            else:
                table.wrong(row, place, "the label is missing")
        problems.check()
    if not found:
        raise NetworkError.because("the file names no node", file=path)
    return tuple(found)
