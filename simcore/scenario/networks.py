"""The networks that a scenario file may declare, each kind a section."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from simcore.scenario.forms import MAX_NODES, Forms, Networks, Nodes, OneNetwork, Section, Text


class PlainLaw(Section):
    """A law of degrees that the mean alone determines."""

    law: Literal["poisson", "geometric", "constant"]


class PowerLaw(Section):
    """P(k) proportional to (k + c)^-exponent up to a cutoff, c set by the mean."""

    law: Literal["power-law"]
    exponent: Annotated[float, Field(gt=1, description="P(k) falls as k^-exponent")]
    cutoff: Annotated[int, Field(ge=1, le=10_000_000, description="the largest degree")]


class TwoClass(Section):
    """A share of the nodes, the first ones, has `factor` times the mean of the others; both are Poisson."""

    law: Literal["two-class"]
    share: Annotated[float, Field(gt=0, lt=1, description="share of the nodes in the first class")] = 0.1
    factor: Annotated[float, Field(gt=0, description="mean degree of the first class, over that of the others")]


def _word(value: object) -> object:
    """Write a law that has no parameters as its name, so that both ways to say it are one."""
    return value.law if isinstance(value, PlainLaw) else value


_DEGREES = Forms(words=("poisson", "geometric", "constant"),
                 laws={"poisson": PlainLaw, "geometric": PlainLaw, "constant": PlainLaw,
                       "power-law": PowerLaw, "two-class": TwoClass})
Law = Annotated[
    Annotated[Literal["poisson", "geometric", "constant"], Tag("word")] | Annotated[PlainLaw, Tag("PlainLaw")]
    | Annotated[PowerLaw, Tag("PowerLaw")] | Annotated[TwoClass, Tag("TwoClass")],
    Discriminator(_DEGREES.branch), _DEGREES, AfterValidator(_word)]


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
    count: Networks = None


class Configuration(Section):
    """Undirected: each node has a number of neighbours drawn from a law, whoever they are."""

    kind: Literal["configuration"]
    n: Nodes
    mean_degree: Annotated[float, Field(ge=0, description="mean number of neighbours, at most n - 1")]
    degree: Annotated[Law, Field(description="how many neighbours a node has")] = "poisson"
    count: Networks = None


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
    bounded: _Bounded = False
    count: Networks = None


class RingLattice(Section):
    """A ring, or a line if bounded, in which each node is tied to its nearest neighbours, some ties rewired."""

    kind: Literal["ring-lattice"]
    n: Nodes
    neighbours: Annotated[int, Field(ge=2, multiple_of=2, description=(
        "neighbours, half of them on either side, fewer than n"))]
    rewiring: _Rewired = 0.0
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
_Scale = Annotated[
    Annotated[float, Field(ge=0), Tag("number")] | Annotated[Literal["infinite"], Tag("word")],
    Discriminator(_SCALES.branch), _SCALES]


class Organisation(Section):
    """A tree, and cross ties between nodes that are not tied already."""

    kind: Literal["organisation"]
    spans: _Spans = None
    levels: _Levels = None
    span: _Span = None
    cross_ties: Annotated[int, Field(ge=0, description="number of cross ties, at most that of the pairs not tied")]
    lambda_: Annotated[_Scale, Field(alias="lambda", description=(
        "depth of the lowest common superior over which cross ties become rare"))]
    zeta: Annotated[_Scale, Field(description="distance below that superior over which cross ties become rare")]
    teams: Annotated[bool, Field(description="whether children of the same node are tied to one another")] = False
    count: Networks = None


class Regular(Section):
    """The shapes on which everything can be worked out by hand."""

    kind: Literal["complete", "star", "path", "ring"]
    n: Nodes
    count: OneNetwork = 1


class Library(Section):
    """A network that ships inside networkx."""

    kind: Literal["karate-club", "les-miserables", "florentine-families", "davis-southern-women"]
    count: OneNetwork = 1


class File(Section):
    """A network of one's own."""

    kind: Literal["file"]
    path: Annotated[Text, Field(description=(
        "the file: .csv, .tsv, .txt, .edges, each of them also with .gz behind, or .npz"))]
    direction: Annotated[
        Literal["source-influences-target", "target-influences-source", "both"],
        Field(description="which way influence flows along a row")]
    format: Annotated[Literal["csv", "edges", "npz"] | None, Field(description=(
        "what the file is, where its name does not tell"))] = None
    source: Annotated[Text, Field(description="column (array) of the sources")] = "source"
    target: Annotated[Text, Field(description="column (array) of the targets")] = "target"
    weight: Annotated[Text | None, Field(description="column (array) of weights; without it, none are read")] = None
    nodes: Annotated[Text | None, Field(description=(
        "CSV file of all nodes, isolated ones too, and of their attributes"))] = None
    node: Annotated[Text, Field(description="its column of labels")] = "node"
    parallel: Annotated[Literal["merge", "weights"], Field(description=(
        "whether rows that repeat a tie count once, or are counted into its weight"))] = "merge"
    count: OneNetwork = 1


Network = (Poisson | Influence | Configuration | WattsStrogatz | BarabasiAlbert | HolmeKim | Reciprocal | Blocks
           | Groups | Lattice | RingLattice | RandomGeometric | Tree | Organisation | Regular | Library | File)
