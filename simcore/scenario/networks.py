"""The networks that a scenario file may declare, each kind a section."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Discriminator, Field, PrivateAttr, Tag
from pydantic_core import PydanticCustomError

from simcore.scenario.forms import MAX_NODES, Forms, Networks, Nodes, OneNetwork, Section, Text
from simcore.scenario.laws import Law  # noqa: TC001 - pydantic reads it
from simcore.scenario.laws import PowerLaw as PowerLaw
from simcore.scenario.laws import TwoClass as TwoClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Poisson(Section):
    """Each pair of nodes is tied with the same probability, mean_degree / (n - 1)."""

    kind: Literal["poisson"]
    n: Nodes
    mean_degree: Annotated[float, Field(ge=0, description="mean number of neighbours, below n - 1")]
    count: Networks = None


class Influence(Section):
    """Directed: each node influences a number of others drawn from a law."""

    kind: Literal["influence"]
    n: Nodes
    mean_degree: Annotated[float, Field(ge=0, description=(
        "mean number of nodes that a node influences, at most n - 1"))]
    out_degree: Annotated[Law, Field(description="how many a node influences")] = "poisson"
    in_degree: Annotated[Law, Field(description="how many influence a node; no 'two-class'")] = "poisson"
    correlation: Annotated[float, Field(ge=-1, le=1, description=(
        "share of the nodes whose in-degree has the rank of their out-degree; below 0, the opposite rank"))] = 0.0
    count: Networks = None


_Assortativity = Annotated[float | None, Field(ge=-1, le=1, description=(
    "correlation of the degrees at both ends of a tie, reached by exchanging ties; without it, by chance about 0"))]


class Configuration(Section):
    """Undirected: each node has a number of neighbours drawn from a law, whoever they are."""

    kind: Literal["configuration"]
    n: Nodes
    mean_degree: Annotated[float, Field(ge=0, description="mean number of neighbours, at most n - 1")]
    degree: Annotated[Law, Field(description="how many neighbours a node has")] = "poisson"
    assortativity: _Assortativity = None
    count: Networks = None


class DegreeSequence(Section):
    """Undirected: each node has the number of neighbours that is said of it, whoever they are."""

    kind: Literal["degree-sequence"]
    degrees: Annotated[list[Annotated[int, Field(ge=0, lt=MAX_NODES)]] | None, Field(min_length=1, description=(
        "how many neighbours each node has, each fewer than there are nodes"))] = None
    path: Annotated[Text | None, Field(description="CSV file of all nodes instead, with a column of degrees")] = None
    column: Annotated[Text, Field(description="that column")] = "degree"
    assortativity: _Assortativity = None
    count: Networks = None
    _listed: tuple[int, ...] = PrivateAttr(())

    @property
    def sequence(self) -> Sequence[int]:
        """The degrees, those of the file once it is read."""
        return self._listed if self.degrees is None else self.degrees

    def read(self, degrees: Iterable[int]) -> DegreeSequence:
        """Return this section, knowing what is in the file."""
        copy = self.model_copy()
        copy._listed = tuple(degrees)
        return copy


class WattsStrogatz(Section):
    """A ring in which each node is tied to its nearest neighbours, some ties rewired."""

    kind: Literal["watts-strogatz"]
    n: Nodes
    neighbours: Annotated[int, Field(ge=2, multiple_of=2, description=(
        "neighbours on the ring, half of them on either side, fewer than n"))]
    rewiring: Annotated[float, Field(ge=0, le=1, description="probability of each tie to be rewired")]
    count: Networks = None


class BarabasiAlbert(Section):
    """Growth in which newcomers tie to nodes in proportion to degree."""

    kind: Literal["barabasi-albert"]
    n: Nodes
    ties: Annotated[int, Field(ge=1, description="ties of each newcomer, fewer than n")]
    count: Networks = None


_Rewired = Annotated[float, Field(ge=0, le=1, description="probability of each tie to be rewired")]
_Swaps = Annotated[float, Field(ge=0, description=(
    "exchanges tried for each tie, which keep every degree; instead of rewiring"))]
_Rows = Annotated[int, Field(ge=1, le=MAX_NODES, description=(
    "rows of nodes, at least 2 radius + 1 unless bounded"))]
_Columns = Annotated[int, Field(ge=1, le=MAX_NODES, description=(
    "columns of nodes, at least 2 radius + 1 unless bounded"))]
_Radius = Annotated[int, Field(ge=1, le=1_000, description="reach of a tie, in rows and columns")]
_Bounded = Annotated[bool, Field(description="whether it ends at its edges, instead of going on at the opposite ones")]


class Lattice(Section):
    """Each node is tied to the square around it (Moore) or the diamond (von Neumann), some ties rewired."""

    kind: Literal["moore-lattice", "von-neumann-lattice"]
    rows: _Rows
    columns: _Columns
    radius: _Radius = 1
    rewiring: _Rewired = 0.0
    swaps: _Swaps = 0.0
    bounded: _Bounded = False
    count: Networks = None


class RingLattice(Section):
    """A ring, or a line if bounded, in which each node is tied to its nearest neighbours, some ties rewired."""

    kind: Literal["ring-lattice"]
    n: Nodes
    neighbours: Annotated[int, Field(ge=2, multiple_of=2, description=(
        "neighbours, half of them on either side, fewer than n"))]
    rewiring: _Rewired = 0.0
    swaps: _Swaps = 0.0
    bounded: _Bounded = False
    count: Networks = None


class RandomGeometric(Section):
    """Nodes anywhere on a square, tied where they are near one another."""

    kind: Literal["random-geometric"]
    n: Nodes
    mean_degree: Annotated[float, Field(ge=0, description="mean number of neighbours, which sets how near that is")]
    torus: Annotated[bool, Field(description="whether the square goes on at the opposite edge")] = False
    count: Networks = None


class Groups(Section):
    """Ties are many inside groups, few between them; a node may belong to several groups."""

    kind: Literal["groups"]
    n: Nodes
    size: Annotated[int, Field(ge=1, description="members of a group, at most n; the last may have fewer")]
    inside: Annotated[float, Field(ge=0, le=1, description="probability that two members of a group are tied")]
    outside: Annotated[float, Field(ge=0, description=(
        "mean number of ties of a node outside its groups, 0 or below n - 1 - memberships * (size - 1)"))]
    memberships: Annotated[int, Field(ge=1, lt=2**24, description="groups that each node belongs to")] = 1
    count: Networks = None


def _chances(row: object) -> object:
    """Refuse a row as a whole, so that it is told once."""
    if not isinstance(row, list) or not all(type(chance) in (int, float) and 0 <= chance < 1 for chance in row):
        raise PydanticCustomError("row", "must be a list of numbers, each at least 0 and below 1")
    return row


class Blocks(Section):
    """Each pair of nodes is tied with the probability of their blocks, which are consecutive nodes."""

    kind: Literal["blocks"]
    sizes: Annotated[list[Annotated[int, Field(ge=1, le=MAX_NODES)]], Field(min_length=1, description=(
        "number of nodes of each block"))]
    probabilities: Annotated[
        list[Annotated[list[Annotated[float, Field(ge=0, lt=1)]], BeforeValidator(_chances)]],
        Field(description=("of each block, the probabilities of a tie to a node of each block: numbers of at least 0 "
                           "and below 1, the same in both directions"))]
    count: Networks = None


def _means(row: object) -> object:
    """Refuse a row as a whole, so that it is told once."""
    if not isinstance(row, list) or not all(type(mean) in (int, float) and 0 <= mean < math.inf for mean in row):
        raise PydanticCustomError("row", "must be a list of numbers, each at least 0")
    return row


class DegreeCorrected(Section):
    """Ties are many or few by the blocks of nodes, which are consecutive, and by the weights of nodes in them."""

    kind: Literal["degree-corrected-blocks"]
    sizes: Annotated[list[Annotated[int, Field(ge=1, le=MAX_NODES)]], Field(min_length=1, description=(
        "number of nodes of each block"))]
    mean_degrees: Annotated[
        list[Annotated[list[Annotated[float, Field(ge=0)]], BeforeValidator(_means)]],
        Field(description=("of each block, the mean numbers of ties of a node to each block: numbers of at least 0; "
                           "times the sizes, the same in both directions"))]
    degree: Annotated[Law, Field(description=(
        "how weights differ, which is how many ties a node expects; of each block, its mean is that of the block"))]
    count: Networks = None


class Forest(Section):
    """Communities of one size, each tied by a few bridges to the one above it in a tree."""

    kind: Literal["forest"]
    communities: Annotated[int, Field(ge=1, le=MAX_NODES, description="number of communities")]
    size: Annotated[int, Field(ge=1, le=MAX_NODES, description="members of a community")]
    mean_degree: Annotated[float, Field(ge=0, description=(
        "mean number of neighbours in the own community, 0 or below size - 1"))]
    bridges: Annotated[int, Field(ge=0, description="ties between a community and the one above it, at most size^2")]
    trees: Annotated[int, Field(ge=1, description="communities with none above, at most their number")] = 1
    span: Annotated[int, Field(ge=1, le=MAX_NODES, description=(
        "communities below each: 1 makes chains, many make stars"))] = 2
    count: Networks = None


class HolmeKim(Section):
    """Growth in which newcomers tie to nodes in proportion to degree, or close triangles."""

    kind: Literal["holme-kim"]
    n: Nodes
    ties: Annotated[int, Field(ge=1, description="ties of each newcomer, fewer than n")]
    triads: Annotated[float, Field(ge=0, le=1, description=(
        "probability that a tie of a newcomer, other than its first, goes to a neighbour of its neighbour"))]
    count: Networks = None


class Reciprocal(Section):
    """Directed: arcs go anywhere, and some of them are answered."""

    kind: Literal["reciprocal"]
    n: Nodes
    mean_degree: Annotated[float, Field(ge=0, description=(
        "mean number of nodes that a node influences; times 2 - reciprocity, below n - 1"))]
    reciprocity: Annotated[float, Field(ge=0, le=1, description="probability that an arc has an arc back")]
    count: Networks = None


_Spans = Annotated[list[Annotated[int, Field(ge=1, le=MAX_NODES)]] | None, Field(description=(
    "children of a node on each level but the last, from the top, each at least 1"))]
_Levels = Annotated[int | None, Field(ge=1, le=64, description=(
    "number of levels, instead of spans: all but the last have the same span"))]
_Span = Annotated[int | None, Field(ge=1, le=MAX_NODES, description="that span, given with levels")]


class Tree(Section):
    """A hierarchy: nodes are numbered level by level from the top, and those of a level have as many children."""

    kind: Literal["tree"]
    spans: _Spans = None
    levels: _Levels = None
    span: _Span = None
    count: OneNetwork = 1


_SCALES = Forms(number=True, words=("infinite",))
Scale = Annotated[
    Annotated[float, Field(ge=0), Tag("number")] | Annotated[Literal["infinite"], Tag("word")],
    Discriminator(_SCALES.branch), _SCALES]


class Organisation(Section):
    """A tree, and cross ties between nodes that are not tied already."""

    kind: Literal["organisation"]
    spans: _Spans = None
    levels: _Levels = None
    span: _Span = None
    cross_ties: Annotated[int, Field(ge=0, description="number of cross ties, at most that of the pairs not tied")]
    lambda_: Annotated[Scale, Field(alias="lambda", description=(
        "depth of the lowest common superior over which cross ties become rare"))]
    zeta: Annotated[Scale, Field(description="distance below that superior over which cross ties become rare")]
    teams: Annotated[bool, Field(description="whether children of the same node are tied to one another")] = False
    line: Annotated[bool, Field(description=(
        "whether the ties of the tree are put in; if not, no cross tie takes their place"))] = True
    count: Networks = None


class Regular(Section):
    """The shapes on which everything can be worked out by hand."""

    kind: Literal["complete", "star", "path", "ring"]
    n: Nodes
    count: OneNetwork = 1


_Led = Annotated[int | None, Field(ge=1, le=10**9, description=(
    "number of networks where ties are led elsewhere, as of any other kind; else there is but one"))]


class Library(Section):
    """A network that ships inside networkx."""

    kind: Literal["karate-club", "les-miserables", "florentine-families", "davis-southern-women"]
    rewiring: _Rewired = 0.0
    swaps: _Swaps = 0.0
    count: _Led = None


_Format = Literal["csv", "edges", "adjacency", "parquet", "npz", "matrix-market", "graphml", "gml", "pajek", "json"]
_TIMES = Forms(number=True, text="a date in quotes")
_Time = Annotated[Annotated[float, Tag("number")] | Annotated[Text, Tag("word")], Discriminator(_TIMES.branch)]


class File(Section):
    """A network of one's own."""

    kind: Literal["file"]
    path: Annotated[Text, Field(description="the file; its ending tells its format, see below")]
    direction: Annotated[
        Literal["source-influences-target", "target-influences-source", "both"],
        Field(description="which way influence flows along a row")]
    format: Annotated[_Format | None, Field(description="what the file is, where its name does not tell")] = None
    source: Annotated[Text, Field(description="column (array, key) of the sources")] = "source"
    target: Annotated[Text, Field(description="column (array, key) of the targets")] = "target"
    weight: Annotated[Text | None, Field(description=(
        "column (array, key) of weights; without it, none are read"))] = None
    attributes: Annotated[list[Text] | None, Field(min_length=1, description=(
        "columns of numbers that parameters may take that differ between arcs"))] = None
    nodes: Annotated[Text | None, Field(description=(
        "CSV file of all nodes, isolated ones too, and of their attributes"))] = None
    node: Annotated[Text, Field(description="its column of labels")] = "node"
    parallel: Annotated[Literal["merge", "weights"], Field(description=(
        "whether rows that repeat a tie count once, or are counted into its weight"))] = "merge"
    project: Annotated[Literal["source", "target"] | None, Field(description=(
        "where rows are memberships: the column whose nodes stay, tied if they share one"))] = None
    time: Annotated[Text | None, Field(description="column of times; only rows in the window count")] = None
    from_: Annotated[_Time | None, _TIMES, Field(alias="from", description="the first time in the window")] = None
    until: Annotated[_Time | None, _TIMES, Field(description="the first time after the window")] = None
    rewiring: _Rewired = 0.0
    swaps: _Swaps = 0.0
    count: _Led = None

    def asked(self) -> dict[str, Any]:
        """Return what the section asks of its files, as arguments of `simcore.network.read.read`."""
        return self.model_dump(exclude={"kind", "count", "rewiring", "swaps"}, exclude_none=True)


Network = (Poisson | Influence | Configuration | DegreeSequence | WattsStrogatz | BarabasiAlbert | HolmeKim | Reciprocal
           | Blocks | DegreeCorrected | Groups | Forest | Lattice | RingLattice | RandomGeometric | Tree | Organisation
           | Regular | Library | File)


def identity(network: Section, digest: str = "") -> dict[str, Any]:
    """Return what decides a network, defaults left out: of a file, what is in it, wherever it lies.

    Parameters
    ----------
    network : Section
        Of ``[network]``.
    digest : str
        Of the arrays and attributes of a network from a file.

    Returns
    -------
    dict
        For hashing.
    """
    said = network.model_dump(exclude={"count"}, exclude_defaults=True)
    if isinstance(network, File):
        return {"file": digest} | {key: said[key] for key in ("rewiring", "swaps") if key in said}
    if isinstance(network, DegreeSequence):
        degrees = hashlib.sha256(np.array(network.sequence, "<u4").tobytes()).hexdigest()
        return {key: said[key] for key in ("kind", "assortativity") if key in said} | {"degrees": degrees}
    return said
