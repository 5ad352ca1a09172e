"""What a scenario file may say: every section, key, range and default. Nothing else is accepted."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, create_model

from simcore.model import Attribute, Model, Normal, PerArc, PerNode, Uniform
from simcore.rng import HORIZON_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_NODES = 2**31 - 1
Share = Annotated[float, Field(gt=0, le=1)]
Nodes = Annotated[int, Field(ge=1, le=MAX_NODES, description="number of nodes")]
Networks = Annotated[int | None, Field(ge=1, description="number of networks; absent: a fresh one for each replicate")]
One = Annotated[Literal[1], Field(description="there is but one such network")]


class Section(BaseModel):
    """A table of the file: exact types, no unknown keys, no infinities."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Poisson(Section):
    """Each pair of nodes is tied with the same probability."""

    kind: Literal["poisson"]
    n: Nodes
    mean_degree: Annotated[float, Field(ge=0, description="mean number of neighbours")]
    count: Networks = None


class PlainLaw(Section):
    """A law of degrees that the mean alone determines."""

    law: Literal["poisson", "geometric", "constant"]


class PowerLaw(Section):
    """P(k) proportional to (k + c)^-exponent up to a cutoff, c set by the mean."""

    law: Literal["power-law"]
    exponent: Annotated[float, Field(gt=1)]
    cutoff: Annotated[int, Field(ge=1, le=10_000_000)]


class TwoClass(Section):
    """A share of the nodes, the first ones, has `factor` times the mean of the others; both Poisson."""

    law: Literal["two-class"]
    share: Annotated[float, Field(gt=0, lt=1)] = 0.1
    factor: Annotated[float, Field(gt=0)]


def _tagged(field: str, words: tuple[str, ...] = ()) -> Discriminator:
    """Tell the branches of a union apart by their type, or by the value of a field of a table."""
    def kind(value: object) -> str:
        if isinstance(value, dict):
            return str(value.get(field, "attribute" if "attribute" in value else f"no {field}"))
        if isinstance(value, BaseModel | Uniform | Normal):
            return str(getattr(value, field))
        if isinstance(value, Attribute):
            return "attribute"
        return "word" if isinstance(value, str) else "number"
    return Discriminator(kind)


Law = Annotated[
    Annotated[Literal["poisson", "geometric", "constant"], Tag("word")]
    | Annotated[PlainLaw, Tag("poisson")] | Annotated[PlainLaw, Tag("geometric")] | Annotated[PlainLaw, Tag("constant")]
    | Annotated[PowerLaw, Tag("power-law")] | Annotated[TwoClass, Tag("two-class")], _tagged("law")]


class Influence(Section):
    """Directed: each node influences a number of others drawn from a law."""

    kind: Literal["influence"]
    n: Nodes
    mean_degree: Annotated[float, Field(ge=0, description="mean number of nodes that a node influences")]
    out_degree: Law = "poisson"
    in_degree: Law = "poisson"
    count: Networks = None


class WattsStrogatz(Section):
    """A ring in which each node is tied to its nearest neighbours, some ties rewired."""

    kind: Literal["watts-strogatz"]
    n: Nodes
    neighbours: Annotated[int, Field(ge=2, multiple_of=2)]
    rewiring: Annotated[float, Field(ge=0, le=1)]
    count: Networks = None


class BarabasiAlbert(Section):
    """Growth in which newcomers tie to nodes in proportion to degree."""

    kind: Literal["barabasi-albert"]
    n: Nodes
    ties: Annotated[int, Field(ge=1, description="ties of each newcomer")]
    count: Networks = None


class Regular(Section):
    """The shapes on which everything can be worked out by hand."""

    kind: Literal["complete", "star", "path", "ring"]
    n: Nodes
    count: One = 1


class Library(Section):
    """A network that ships inside networkx."""

    kind: Literal["karate-club", "les-miserables", "florentine-families", "davis-southern-women"]
    count: One = 1


class File(Section):
    """A network of one's own."""

    kind: Literal["file"]
    path: str
    direction: Literal["source-influences-target", "target-influences-source", "both"]
    format: Literal["csv", "edges", "npz"] | None = None
    source: str = "source"
    target: str = "target"
    weight: str | None = None
    nodes: str | None = None
    node: str = "node"
    parallel: Literal["merge", "weights"] = "merge"
    count: One = 1


Network = Poisson | Influence | WattsStrogatz | BarabasiAlbert | Regular | Library | File


class RandomSeeding(Section):
    """Seeds drawn evenly."""

    kind: Literal["random"]
    count: Annotated[int | None, Field(ge=0)] = None
    share: Share | None = None


class TopSeeding(Section):
    """The best-connected nodes."""

    kind: Literal["top-degree"]
    count: Annotated[int | None, Field(ge=0)] = None
    share: Share | None = None
    degree: Literal["in", "out", "total"] = "out"


class RankedSeeding(Section):
    """Seeds drawn evenly from the top share by degree ("influential"), or from the rest ("ordinary")."""

    kind: Literal["influential", "ordinary"]
    count: Annotated[int | None, Field(ge=0)] = None
    share: Share | None = None
    degree: Literal["in", "out", "total"] = "out"
    top: Annotated[float, Field(gt=0, lt=1, description="the share of nodes that counts as influential")] = 0.1


class GivenSeeding(Section):
    """Seeds by label, or by number where a network has no labels."""

    kind: Literal["given"]
    nodes: Annotated[list[int | str], Field(min_length=1)]


SeedingSection = RandomSeeding | TopSeeding | RankedSeeding | GivenSeeding


class Span(Section):
    """Evenly spaced values of an axis."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)
    from_: Annotated[float, Field(alias="from")]
    to: float
    count: Annotated[int, Field(ge=2, le=100_000)]


class Summary(Section):
    """How outcomes are summarised."""

    global_share: Share = 0.1


class Record(Section):
    """What is kept of each replicate."""

    outcomes: Annotated[list[str], Field(min_length=1)] | None = None
    trajectories: bool = False


class Head(Section):
    """The keys of a scenario outside its tables."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    title: str
    doi: str | None = None
    description: str | None = None
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    replicates: Annotated[int, Field(ge=1, le=10**12)] = 100
    horizon: Annotated[int, Field(ge=0, lt=HORIZON_LIMIT, description="largest time step")] = 1000
    independent_points: bool = False


def union_by_kind(union: Any) -> dict[str, type[Section]]:
    """Return the section that each value of ``kind`` stands for."""
    return {kind: section for section in union.__args__
            for kind in section.model_fields["kind"].annotation.__args__}


NETWORKS = union_by_kind(Network)
SEEDINGS = union_by_kind(SeedingSection)

_NUMBER = Annotated[float, Tag("number")]
_LAWS = (Annotated[Uniform, Tag("uniform")] | Annotated[Normal, Tag("normal")])
_FROM_FILE = Annotated[Attribute, Tag("attribute")]


@functools.cache
def model_section(model: Model) -> type[Section]:
    """Return the section that declares this model: its name and every one of its parameters."""
    fields: dict[str, Any] = {
        "name": (Literal[model.name], model.name),
        "path": (str | None, None),
        "redraw": (Literal["network", "replicate"], "network"),
    }
    defaults = model.Params._field_defaults  # type: ignore[attr-defined]
    for name, hint in get_type_hints(model.Params, include_extras=True).items():
        marks = getattr(hint, "__metadata__", ())
        if PerNode in marks:
            hint = Annotated[_NUMBER | _LAWS | _FROM_FILE, _tagged("law")]
        elif PerArc in marks:
            number = Annotated[Annotated[float, Field(ge=0, le=1)], Tag("number")]
            word = Annotated[Literal["weighted-cascade"], Tag("word")]
            hint = Annotated[number | word | _FROM_FILE, _tagged("law")]
        fields[name] = (hint, defaults.get(name, ...))
    return create_model(model.name, __base__=Section, __doc__=model.title, **fields)


def canonical(data: Mapping[str, Any]) -> str:
    """Return data as JSON of one and only one form, for hashing."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def json_schema(models: Mapping[str, Model]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file, for editors."""
    axis = Annotated[list[Any] | Span, Field(description="a list of values, or from, to and count")]
    model_union: Any = functools.reduce(lambda a, b: a | b, (model_section(model) for model in models.values()))
    scenario = create_model(
        "Scenario", __base__=Head, network=(Annotated[Network, Discriminator("kind")], ...),
        model=(Annotated[model_union, Discriminator("name")], ...),
        seeding=(Annotated[SeedingSection, Discriminator("kind")], RandomSeeding(kind="random", count=1)),
        sweep=(dict[str, axis], {}), summary=(Summary, Summary()), record=(Record, Record()))
    schema = scenario.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "simcore-scenario-1", **schema}
