"""The seedings that a scenario file may declare, each kind a section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BeforeValidator, Discriminator, Field, PrivateAttr, Tag, WithJsonSchema

from simcore.parameters import Attribute
from simcore.scenario.forms import Forms, Section, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_Count = Annotated[int | None, Field(ge=0, description="number of seeds; 1 if no share is given either")]
_Share = Annotated[float | None, Field(ge=0, le=1, description="share of all nodes; unless 0, at least one of them")]
_Budget = Annotated[float | None, Field(ge=0, description=(
    "instead of their number, what all may cost together: the next who can be paid with what is left"))]
_Degree = Annotated[Literal["in", "out", "total"], Field(description="what ranks nodes, unless `by` does")]
PathRanking = Literal["closeness", "betweenness"]
_Word = Literal["out-degree", "in-degree", "total-degree", "k-core", "pagerank", "eigenvector", "closeness",
                "betweenness", "collective-influence", "voterank"]


class PageRank(Section):
    """Influential are those who influence the influential, the more so the fewer others do."""

    kind: Literal["pagerank"]
    damping: Annotated[float, Field(ge=0, le=0.99, description="share of a score that is passed on")] = 0.85


class OverPaths(Section):
    """Where nodes lie on shortest paths."""

    kind: PathRanking
    pivots: Annotated[int | None, Field(ge=1, description=(
        "number of nodes from which paths are counted; without it, all of up to 10,000 nodes, 256 of more"))] = None


class CollectiveInfluence(Section):
    """Those whose absence breaks the network up."""

    kind: Literal["collective-influence"]
    radius: Annotated[int, Field(ge=1, le=8, description="distance over which ties are counted")] = 2


class DegreeDiscount(Section):
    """The degree, less what other seeds reach."""

    kind: Literal["degree-discount"]
    transmission: Annotated[float, Field(ge=0, le=1, description="that of the cascade")]


_TABLES: dict[str, type[Section]] = {
           "pagerank": PageRank, "closeness": OverPaths, "betweenness": OverPaths,
           "collective-influence": CollectiveInfluence, "degree-discount": DegreeDiscount}
_BY = Forms(words=get_args(_Word), laws=_TABLES, attribute=Attribute, tag="kind")


def _table(value: object) -> object:
    """Write a ranking that has parameters as a table, so that both ways to say it are one."""
    return {"kind": value} if isinstance(value, str) and value in _BY.words and value in _TABLES else value


By = Annotated[
    Annotated[_Word, Tag("word")] | Annotated[PageRank, Tag("PageRank")] | Annotated[OverPaths, Tag("OverPaths")]
    | Annotated[CollectiveInfluence, Tag("CollectiveInfluence")] | Annotated[DegreeDiscount, Tag("DegreeDiscount")]
    | Annotated[Attribute, Tag("Attribute")], Discriminator(_BY.branch), BeforeValidator(_table)]
RANKINGS = (PageRank, OverPaths, CollectiveInfluence, DegreeDiscount)


class Among(Section):
    """Nodes by an attribute: those of one value, or of a range of numbers."""

    attribute: Annotated[Text, Field(description="the attribute")]
    value: Annotated[float | str | None, Field(description="its value")] = None
    low: Annotated[float | None, Field(description="the least value, if there is a range")] = None
    high: Annotated[float | None, Field(description="the largest value, if there is a range")] = None


_AMONG = Forms(attribute=Among)
_Among = Annotated[Among | None, _AMONG, Field(description="who can be a seed; without it, all nodes")]


class Cost(Section):
    """What each seed costs: acquisition + contact times those it influences, or what an attribute says."""

    acquisition: Annotated[float, Field(ge=0, description="for the person")] = 1.0
    contact: Annotated[float, Field(ge=0, description="for each of those whom it influences")] = 0.0
    attribute: Annotated[Text | None, Field(description="the attribute, instead of these two")] = None


_Cost = Annotated[Cost | None, Field(description="what each costs, see below; 1 without it")]


class _Counted(Section):
    """So many seeds of all nodes."""

    kind: str
    count: _Count = None
    share: _Share = None
    budget: _Budget = None
    cost: _Cost = None


class _CountedAmong(_Counted):
    """So many seeds of those who can be one."""

    among: _Among = None


class RandomSeeding(_CountedAmong):
    """Seeds drawn evenly."""

    kind: Literal["random"]


class TopDegreeSeeding(_CountedAmong):
    """The best-connected nodes."""

    kind: Literal["top-degree"]
    degree: Annotated[Literal["in", "out", "total"], Field(description="what ranks nodes")] = "out"


class TopSeeding(_CountedAmong):
    """The best by a ranking."""

    kind: Literal["top"]
    by: Annotated[By, _BY, Field(description="what ranks nodes")]


class RankedSeeding(_CountedAmong):
    """Seeds drawn evenly from the top share by a ranking ("influential"), or from the rest ("ordinary")."""

    kind: Literal["influential", "ordinary"]
    degree: _Degree = "out"
    top: Annotated[float, Field(gt=0, lt=1, description="share of all who can be seeds that is influential")] = 0.1
    by: Annotated[By | None, _BY, Field(description="what ranks nodes; without it, degree")] = None


class GivenSeeding(Section):
    """Seeds by label, or by number where a network has no labels."""

    kind: Literal["given"]
    nodes: Annotated[list[int | str], Field(min_length=1, description="the seeds; numbers begin at 0")]


class Listed(NamedTuple):
    """A label, and where it stands in a file of seeds."""

    label: str
    line: int
    column: int


class FileSeeding(Section):
    """Seeds by label, or by number where a network has no labels, from a file."""

    kind: Literal["file"]
    path: Annotated[Text, Field(description="the file: a label in each line; of .csv and .tsv, a column of labels")]
    column: Annotated[Text, Field(description="that column")] = "node"
    _listed: tuple[Listed, ...] = PrivateAttr(())

    @property
    def listed(self) -> tuple[Listed, ...]:
        """The labels in the file, once it is read."""
        return self._listed

    def read(self, listed: tuple[Listed, ...]) -> FileSeeding:
        """Return this section, knowing what is in the file."""
        copy = self.model_copy()
        copy._listed = listed
        return copy


class FriendSeeding(_Counted):
    """Friends of people drawn evenly: of those who influence such a person, one drawn evenly."""

    kind: Literal["friend"]


class MaximisedSeeding(_Counted):
    """Those who together reach most in expectation: the optimum but for a share that is certified (OPIM-C)."""

    kind: Literal["influence-maximisation"]
    model: Annotated[Literal["independent-cascade", "linear-threshold"], Field(description=(
        "under which model they reach most, whatever the scenario's is"))] = "independent-cascade"
    transmission: Annotated[float | None, Field(ge=0, le=1, description=(
        "of the cascade; without it, 1 / in-degree of the target, by weight"))] = None
    epsilon: Annotated[float, Field(gt=0, le=0.4, description="how much less than 1 - 1/e is to be certified")] = 0.05


class NeighbourhoodSeeding(_Counted):
    """A node drawn evenly and those around it, the nearest first, whichever way ties point."""

    kind: Literal["neighbourhood"]


class GroupSeeding(_Counted):
    """Seeds drawn evenly from one group, which is drawn too: that of a node drawn evenly."""

    kind: Literal["group"]
    attribute: Annotated[Text | None, Field(description=(
        "the attribute that makes the groups; without it, they are communities"))] = None


class QuotaSeeding(Section):
    """So many seeds from each of several groups."""

    kind: Literal["quotas"]
    attribute: Annotated[Text, Field(description="the attribute that makes the groups")]
    counts: Annotated[dict[str, Annotated[int, Field(ge=0)]] | None, Field(min_length=1, description=(
        "number of seeds by value of the attribute"))] = None
    each: Annotated[int | None, Field(ge=1, description=(
        "number of seeds from every group, instead of counts; all of one that is smaller"))] = None
    by: Annotated[By | None, _BY, Field(description="what ranks nodes; without it, seeds are drawn evenly")] = None


class MixtureSeeding(Section):
    """Several ways to choose seeds: each takes what none before it has taken."""

    kind: Literal["mixture"]
    parts: Annotated[list[Annotated[Any, WithJsonSchema({"type": "object"})]], Field(min_length=1, description=(
        "tables with a kind and its keys, as they stand in this section"))]


class BudgetSeeding(Section):
    """Employees whom a budget buys, in some order, passing over whom the rest does not buy."""

    kind: Literal["budget"]
    budget: Annotated[float, Field(ge=0, description="what the people may cost a period, see cost and cost_ratio")]
    by: Annotated[Literal["executives", "hubs", "hubs-per-cost", "random", "front-line", "subtree"], Field(description=(
        "from the top down; by informal ties; by these over cost; evenly drawn; the front line first; whole subtrees"))]


class VulnerableSeeding(_Counted):
    """Drawn evenly from those whom one of those who influence them can convince alone: of models with thresholds."""

    kind: Literal["vulnerable"]
    count: Annotated[int | None, Field(ge=0, description="number of them; 1 if no share is given either")] = None


class Nobody(Section):
    """Nobody."""

    kind: Literal["nobody"]


SeedingSection = (RandomSeeding | TopDegreeSeeding | TopSeeding | RankedSeeding | GivenSeeding | FileSeeding
                  | FriendSeeding | MaximisedSeeding | NeighbourhoodSeeding | GroupSeeding | QuotaSeeding
                  | MixtureSeeding)
ImmuneSection = Nobody | VulnerableSeeding | SeedingSection


def identity(seeding: Section) -> Mapping[str, Any]:
    """Return what decides the seeds, defaults left out: of a file, its labels, wherever it lies."""
    if isinstance(seeding, FileSeeding):
        return {"kind": "given", "nodes": [listed.label for listed in seeding.listed]}
    if isinstance(seeding, MixtureSeeding):
        return {"kind": "mixture", "parts": [identity(part) for part in seeding.parts]}
    return seeding.model_dump(exclude_defaults=True)
