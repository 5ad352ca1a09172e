"""What a scenario file may say: every section, key, range and default. Nothing else is accepted."""

from __future__ import annotations

import functools
import json
import warnings
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_type_hints

from pydantic import Discriminator, Field, PydanticUserError, Tag, TypeAdapter, create_model

from simcore.errors import ModelError
from simcore.parameters import Attribute, Normal, PerArc, PerNode, PowerOfDegree, Uniform
from simcore.rng import HORIZON_LIMIT

# readers of scenarios find all sections here
from simcore.scenario.forms import Forms as Forms
from simcore.scenario.forms import One, Text
from simcore.scenario.forms import Section as Section
from simcore.scenario.networks import File as File
from simcore.scenario.networks import Influence as Influence
from simcore.scenario.networks import Network
from simcore.scenario.networks import Poisson as Poisson
from simcore.scenario.networks import PowerLaw as PowerLaw
from simcore.scenario.networks import TwoClass as TwoClass
from simcore.scenario.seedings import GivenSeeding as GivenSeeding
from simcore.scenario.seedings import ImmuneSection, SeedingSection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model import Model

DesignName = Literal["grid", "zip", "one-at-a-time", "list", "random", "latin-hypercube", "sobol", "saltelli",
                     "morris"]
_When = Annotated[dict[str, Any] | None, Field(min_length=1, description=(
    "only where these axes, which stand before it, or keys have these values, or one of these"))]


class Sweep(Section):
    """How the axes of a sweep make points."""

    design: Annotated[DesignName, Field(description="how points are made of the axes, see below")] = "grid"
    samples: Annotated[int | None, Field(ge=1, le=1_000_000, description=(
        "how many points, blocks of points (saltelli) or walks (morris) are drawn"))] = None
    levels: Annotated[int | None, Field(ge=2, le=1000, multiple_of=2, description=(
        "of morris: how many values of each axis there are, an even number, 4 without it"))] = None
    path: Annotated[Text | None, Field(description=(
        "of list: a CSV or Parquet file, its columns named as axes are, a row for each point"))] = None
    constraints: Annotated[list[str] | None, Field(min_length=1, description=(
        "comparisons that all points fulfil; others are left out"))] = None


class Span(Section):
    """Values of an axis between two ends."""

    from_: Annotated[float, Field(alias="from", description="the first value")]
    to: Annotated[float, Field(description="the last value")]
    count: Annotated[int | None, Field(ge=2, le=100_000, description=(
        "number of values, evenly spaced; required unless the design draws them"))] = None
    scale: Annotated[Literal["linear", "log"], Field(description=(
        "whether equal steps add, or multiply: then both ends are above 0"))] = "linear"
    whole: Annotated[bool, Field(description="whether values are rounded, or drawn, as whole numbers")] = False
    when: _When = None


class Values(Section):
    """Listed values of an axis, with a condition."""

    values: Annotated[list[Any], Field(min_length=1, description="the values")]
    when: _When = None


class Summary(Section):
    """How outcomes are summarised."""

    global_share: Annotated[float, Field(gt=0, le=1, description=(
        "a cascade of at least this share of all nodes is global"))] = 0.1


class ByAttribute(Section):
    """The nodes by their value of an attribute."""

    attribute: str
    quantiles: Annotated[int | None, Field(ge=2, le=100, description=(
        "number of classes, each of about as many nodes, that numbers are cut into; without it, each value is one")
        )] = None


_CLASSES = Forms(words=("in-degree-decile", "out-degree-decile", "group", "level"), attribute=ByAttribute)
ByClass = Annotated[
    Annotated[Literal["in-degree-decile", "out-degree-decile", "group", "level"], Tag("word")]
    | Annotated[ByAttribute, Tag("ByAttribute")], Discriminator(_CLASSES.branch)]


class Record(Section):
    """What is kept of each replicate."""

    outcomes: Annotated[list[str] | None, Field(min_length=1, description=(
        "outcomes to keep, 'share' always among them; without it, all"))] = None
    trajectories: Annotated[bool, Field(description="whether to keep each time step too")] = False
    by_class: Annotated[ByClass | None, _CLASSES, Field(description=(
        "classes of nodes whose adoption over time is kept"))] = None

    @property
    def every_step(self) -> bool:
        """Whether something is kept of each time step, for which the plain algorithm must run."""
        return self.trajectories or self.by_class is not None


class Stop(Section):
    """When a point has enough replicates."""

    of: Annotated[str, Field(description="p_global, or an outcome, of which the mean is taken")] = "p_global"
    half_width: Annotated[float, Field(gt=0, description="a point is done once half its interval is at most this wide")]
    confidence: Annotated[float, Field(gt=0.5, lt=1, description=(
        "probability with which the interval holds the true value, all looks at it taken together"))] = 0.95
    max_replicates: Annotated[int, Field(ge=1, le=10**9, description="a point is done with so many in any case")]


class Expect(Section):
    """What is expected of a quantity at a point."""

    at: Annotated[dict[str, Any], Field(default_factory=dict, description=(
        "the point: every key that is swept, and its value there"))]
    of: Annotated[str, Field(description="the quantity, see below")]
    value: Annotated[float | None, Field(description="what it is expected to be")] = None
    probabilities: Annotated[list[float] | None, Field(min_length=1, description=(
        "instead of a value, how likely an outcome is 0, 1, 2, ...; what is missing to 1 lies beyond"))] = None
    statistic: Annotated[Literal["mean", "median", "peak-time"], Field(description=(
        "what is taken over the replicates: of a trajectory also the time of its largest value, on average"))] = "mean"
    time: Annotated[int | None, Field(ge=0, lt=HORIZON_LIMIT, description=(
        "time step, for what is recorded of each"))] = None
    where: Annotated[dict[str, float], Field(default_factory=dict, description=(
        "only replicates in which these outcomes have these values"))]
    per_node: Annotated[bool, Field(description="whether the quantity is divided by the number of nodes")] = False
    tolerance: Annotated[float, Field(ge=0, description=(
        "deviation allowed beside chance: for few nodes, or a value that is known only so well"))] = 0.0
    source: Annotated[str | None, Field(description=(
        "where the value comes from; without it, the scenario's doi"))] = None
    target: Annotated[int | None, Field(ge=1, description="its number in docs/verification.md")] = None


class Head(Section):
    """The keys of a scenario outside its tables."""

    schema_: Annotated[One, Field(alias="schema", description="version of this format, which is 1")]
    title: Annotated[str, Field(description="what the scenario is, in one line")]
    doi: Annotated[str | None, Field(description="where it was published")] = None
    description: Annotated[str | None, Field(description="what else there is to say")] = None
    seed: Annotated[int, Field(ge=0, lt=2**63, description="root of all randomness")] = 0
    replicates: Annotated[int, Field(ge=1, le=10**9, description="realisations of each point")] = 100
    horizon: Annotated[int, Field(ge=0, lt=HORIZON_LIMIT, description="largest time step")] = 1000
    independent_points: Annotated[bool, Field(description=(
        "whether each point has luck of its own, instead of sharing it with all points"))] = False


TABLES = {
    "network": "who can influence whom",
    "organisation": "who works there, under whom and with whom",
    "customers": "who tells whom",
    "service": "who serves whom",
    "model": "how influence works",
    "seeding": "who starts",
    "immune": "who never adopts",
    "sweep": "which keys take several values",
    "summary": "how outcomes are summarised",
    "record": "what is kept",
    "stop": "when a point has enough replicates",
}
LISTS = {"programme": "what is done, and for how long", "expect": "what results are expected to be"}


def union_by_kind(union: Any) -> dict[str, type[Section]]:
    """Return the section that each value of ``kind`` stands for."""
    return {kind: section for section in get_args(union)
            for kind in get_args(section.model_fields["kind"].annotation)}


NETWORKS = union_by_kind(Network)
SEEDINGS = union_by_kind(SeedingSection)
IMMUNE = union_by_kind(ImmuneSection)

_NODE_VALUES = Forms(number=True, laws={"uniform": Uniform, "normal": Normal, "power-of-degree": PowerOfDegree},
                     attribute=Attribute)
_ARC_CHANCES = Forms(number=True, words=("weighted-cascade",), laws={"uniform": Uniform, "normal": Normal},
                     attribute=Attribute)
_NodeValue = Annotated[
    Annotated[float, Tag("number")] | Annotated[Uniform, Tag("Uniform")] | Annotated[Normal, Tag("Normal")]
    | Annotated[PowerOfDegree, Tag("PowerOfDegree")] | Annotated[Attribute, Tag("Attribute")],
    Discriminator(_NODE_VALUES.branch), _NODE_VALUES]
_ArcChance = Annotated[
    Annotated[float, Field(ge=0, le=1), Tag("number")] | Annotated[Literal["weighted-cascade"], Tag("word")]
    | Annotated[Uniform, Tag("Uniform")] | Annotated[Normal, Tag("Normal")] | Annotated[Attribute, Tag("Attribute")],
    Discriminator(_ARC_CHANCES.branch), _ARC_CHANCES]


class ModelKeys(Section):
    """The keys of every model; its parameters stand beside them."""

    name: Annotated[Text, Field(description="a model of the catalogue, see `simcore models`")]
    path: Annotated[Text | None, Field(description=(
        "a Python file that declares the model instead; it is run, which needs --allow-code"))] = None
    redraw: Annotated[Literal["network", "replicate"], Field(description=(
        "for what parameters that follow a law are drawn anew"))] = "network"


@functools.cache
def model_section(model: Model) -> type[Section]:
    """Return the section that declares this model: its name and every one of its parameters.

    Raises
    ------
    ModelError
        If a parameter cannot stand in a file.
    """
    name: Any = Literal[model.name]
    fields: dict[str, Any] = {"name": (Annotated[name, Field(description=model.title)], model.name)}
    parameter = "Params"
    try:
        defaults = model.Params._field_defaults  # type: ignore[attr-defined]
        for parameter, hint in get_type_hints(model.Params, include_extras=True).items():
            if parameter in ModelKeys.model_fields:
                raise ModelError(f"a parameter cannot be named '{parameter}'")
            marks = getattr(hint, "__metadata__", ())
            declared: Any = _NodeValue if PerNode in marks else _ArcChance if PerArc in marks else hint
            TypeAdapter(declared)
            fields[parameter] = (declared, defaults.get(parameter, ...))
    except (AttributeError, NameError, TypeError, PydanticUserError) as error:
        raise ModelError(f"'{parameter}' is declared as what no file can hold") from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a parameter may bear the name of a method of pydantic
        return create_model(model.name, __base__=ModelKeys, __doc__=model.title, **fields)


def canonical(data: Mapping[str, Any]) -> str:
    """Return data as JSON of one and only one form, for hashing."""
    return _CANONICAL.encode(data)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
