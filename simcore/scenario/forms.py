"""What the sections of a scenario file are made of."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_NODES = 2**31 - 1


def _one(value: int) -> int:
    if value != 1:
        raise PydanticCustomError("one", "must be 1")
    return value


def _one_network(value: int) -> int:
    if value != 1:
        raise PydanticCustomError("one", "must be 1, since there is but one such network")
    return value


# Literal[1] would also take true and 1.0
One = Annotated[int, AfterValidator(_one), WithJsonSchema({"type": "integer", "const": 1})]
Text = Annotated[str, Field(min_length=1)]
Nodes = Annotated[int, Field(ge=1, le=MAX_NODES, description="number of nodes")]
Networks = Annotated[int | None, Field(ge=1, le=10**9, description=(
    "number of networks: replicate r uses network r mod count; without it each replicate has a fresh one"))]
OneNetwork = Annotated[int, AfterValidator(_one_network), Field(description="there is but one such network"),
                       WithJsonSchema({"type": "integer", "const": 1})]


class Section(BaseModel):
    """A table of the file: exact types, no unknown keys, no infinities."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True,
                              protected_namespaces=())


@dataclasses.dataclass(frozen=True)
class Forms:
    """What a value may be that has several forms, so that they are told apart by their looks.

    Attributes
    ----------
    number : bool
        Whether a number will do.
    words : tuple of str
        The texts that will do.
    laws : mapping of str to type
        The tables that will do, by the word that tells them apart.
    attribute : type, optional
        The table with an ``attribute``, if that will do.
    text : str
        What a text stands for, if any text will do.
    tag : str
        The key of that word.
    """

    number: bool = False
    words: tuple[str, ...] = ()
    laws: Mapping[str, type[BaseModel]] = dataclasses.field(default_factory=dict)
    attribute: type[BaseModel] | None = None
    text: str = ""
    tag: str = "law"

    @property
    def one(self) -> bool:
        """Whether there is but one form, so that nothing needs to be told apart."""
        return not (self.number or self.words or self.laws)

    def branch(self, value: object) -> str:
        """Return the tag of the form that a value has."""
        if isinstance(value, BaseModel):
            return type(value).__name__
        if not isinstance(value, dict):
            return "word" if isinstance(value, str) else "number"
        word = value.get(self.tag)
        if isinstance(word, str) and word in self.laws:
            return self.laws[word].__name__
        return self.attribute.__name__ if self.attribute and "attribute" in value and self.tag not in value else "none"
