"""The laws of degrees that a scenario file may name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from simcore.scenario.forms import Forms, Section


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
