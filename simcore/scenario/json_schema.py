"""The JSON Schema of a scenario file, by which editors complete and check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Discriminator, Field, create_model

from simcore.scenario.companies import ORGANISATIONS, NoCustomers, Service
from simcore.scenario.networks import Network
from simcore.scenario.programmes import Programme
from simcore.scenario.schema import (
    LISTS,
    TABLES,
    Expect,
    Head,
    Record,
    Span,
    Stop,
    Summary,
    Sweep,
    Values,
    model_section,
)
from simcore.scenario.seedings import ImmuneSection, Nobody, RandomSeeding, SeedingSection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model import Model


def json_schema(models: Mapping[str, Model]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file, for editors.

    It accepts every valid scenario, and more: rules that concern several keys are left to ``simcore check``, and
    so is whether a key is missing, since an axis of the sweep can stand in for any.
    """
    axis = Annotated[list[Any], Field(min_length=1)] | Span | Values
    known: Any = Union[*(model_section(model) for model in models.values())]
    organisation: Any = Union[*ORGANISATIONS.values()]
    sections: dict[str, tuple[Any, Any]] = {
        "network": (Annotated[Network, Discriminator("kind")], None),
        "organisation": (Annotated[organisation, Discriminator("kind")], None),
        "customers": (Annotated[Network | NoCustomers, Discriminator("kind")], None),
        "service": (Service, Service()),
        "model": (Annotated[known, Discriminator("name")], ...),
        "seeding": (Annotated[SeedingSection, Discriminator("kind")], RandomSeeding(kind="random", count=1)),
        "immune": (Annotated[ImmuneSection, Discriminator("kind")], Nobody(kind="nobody")),
        "sweep": (dict[str, axis], {}), "summary": (Summary, Summary()), "record": (Record, Record()),
        "stop": (Stop | None, None)}
    lists: dict[str, tuple[Any, Any]] = {"programme": (list[Programme], []), "expect": (list[Expect], [])}
    fields: dict[str, Any] = {name: (Annotated[section, Field(description=(TABLES | LISTS)[name])], default)
                              for name, (section, default) in (sections | lists).items()}
    schema = create_model("Scenario", __base__=Head, **fields).model_json_schema(by_alias=True)
    for name, key in (("network", "kind"), ("organisation", "kind"), ("customers", "kind"), ("model", "name"),
                      ("seeding", "kind"), ("immune", "kind")):
        table = schema["properties"][name]
        for branch in table["oneOf"]:
            schema["$defs"][branch["$ref"].rpartition("/")[2]]["required"] = [key]
        table["anyOf"] = [{"oneOf": table.pop("oneOf")}, {"type": "object", "not": {"required": [key]}}]
    schema["properties"]["sweep"]["properties"] = Sweep.model_json_schema()["properties"]  # beside the axes
    schema["properties"]["model"]["anyOf"].append({"type": "object", "required": ["path"]})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **without_null(schema)}


def without_null(schema: Any) -> Any:
    """Leave out null, which TOML does not have."""
    if isinstance(schema, list):
        return [without_null(item) for item in schema if item != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    out = {key: without_null(value) for key, value in schema.items() if value is not None}
    if len(out.get("anyOf", ())) == 1:
        out |= out.pop("anyOf")[0]
    return out
