"""``[[programme]]``: what is done in a company, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationError, WithJsonSchema

from simcore.errors import did_you_mean
from simcore.mechanisms.programmes import NEVER, Change, Programmes, Seats
from simcore.rng import HORIZON_LIMIT
from simcore.scenario.forms import Section, Text
from simcore.scenario.schema import model_section
from simcore.scenario.sections import read_seeding, validated
from simcore.scenario.seedings import BudgetSeeding, MixtureSeeding
from simcore.scenario.seeds import strategy
from simcore.scenario.wording import findings, shown
from simcore.seeding import Budget, bought, choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from simcore.scenario.axes import Variant
    from simcore.scenario.network_checks import Found
    from simcore.scenario.problems import Problems
    from simcore.scenario.sections import Chosen


class Programme(Section):
    """People whose seats are held, or a parameter that changes."""

    who: Annotated[Any, WithJsonSchema({"type": "object"}), Field(description=(
        "whose seats are held: a table with a kind of [seeding] and its keys, or kind = 'budget'"))] = None
    from_: Annotated[int, Field(alias="from", ge=0, lt=HORIZON_LIMIT, description=(
        "the first period; 0 is the start"))] = 1
    until: Annotated[int | None, Field(ge=1, lt=HORIZON_LIMIT, description=(
        "the first period after it; without it, it goes on to the end"))] = None
    cost: Annotated[float, Field(ge=0, description="of somebody of the front line a period")] = 1.0
    cost_ratio: Annotated[float, Field(gt=0, description="by how much each level up costs more")] = 2.0
    parameter: Annotated[Text | None, Field(description=(
        "instead of people, a parameter of [model] that changes"))] = None
    value: Annotated[Any, Field(description="what it is from then on")] = None


_OF_PEOPLE = ("until", "cost", "cost_ratio")


def read_programmes(variant: Variant, problems: Problems) -> tuple[Programme, ...] | None:
    """Return every ``[[programme]]``, or nothing after noting what is wrong with them."""
    found: list[Programme | None] = []
    for k, data in enumerate(variant.data):
        at = ("programme", k)
        section = validated(Programme, variant._replace(data=data), at, problems, owner="[[programme]]")
        if section is None:
            found.append(None)
            continue
        wrong = list(_wrong(section, data))
        for path, message in wrong:
            problems.add((*at, *path), message, variant.place((*at, *path)))
        if wrong:
            found.append(None)
        elif section.who is None:
            found.append(section)
        elif not isinstance(section.who, dict):
            path = (*at, "who")
            problems.add(path, f"must be a table with a kind (got {shown(section.who)})", variant.place(path))
            found.append(None)
        else:
            who = read_seeding(variant._replace(data=section.who), problems, (*at, "who"))
            found.append(None if who is None else section.model_copy(update={"who": who}))
    return tuple(each for each in found if each is not None) if None not in found else None


def _wrong(programme: Programme, data: Any) -> Iterator[Found]:
    if programme.who is None and programme.parameter is None:
        yield (), "names neither people nor a parameter: who = { kind = ... }, or parameter = ... and value = ..."
    elif programme.who is not None and programme.parameter is not None:
        yield ("parameter",), "a programme is of people or of a parameter; write another [[programme]]"
    elif programme.parameter is not None:
        if "value" not in data:
            yield ("value",), f"is missing: what {programme.parameter} is from period {programme.from_} on"
        for key in _OF_PEOPLE:
            if key in data:
                yield (key,), "is of people; a parameter keeps its value until another [[programme]] changes it"
    elif "value" in data:
        yield ("value",), "is of a parameter, and this programme is of people"
    if programme.until is not None and programme.until <= programme.from_:
        yield ("until",), f"must be after from = {programme.from_}, or it ends before it starts (got {programme.until})"


def check_programmes(programmes: Sequence[Programme], chosen: Chosen) -> Iterator[Found]:
    """Yield the path and the message of what the model does not know, or of values that it cannot have."""
    model, said = chosen.model, chosen.section.model_dump()
    section = model_section(model)
    changing = [name for name in model.Params._fields if name not in model.fixed]  # type: ignore[attr-defined]
    for k, programme in enumerate(programmes):
        name, at = programme.parameter, ("programme", k)
        if model.prepare is None:
            yield at, f"the model '{model.name}' has no programmes"
        elif name is not None and name not in changing:
            why = "cannot change during a run" if name in model.fixed else "is no parameter of this model"
            yield (*at, "parameter"), f"{shown(name)} {why}{did_you_mean(name, changing)}"
        elif name is not None:
            try:
                changed = section.model_validate({**said, name: programme.value})
            except ValidationError as error:
                for finding in findings(error, section, {**said, name: programme.value}, owner=f"'{model.name}'"):
                    yield (*at, "value"), f"as {name}: {finding.message}"
                continue
            params = model.Params(**{field: getattr(changed, field) for field in model.Params._fields})  # type: ignore[attr-defined]
            for key, message in (model.check(params) if model.check else {}).items():
                yield (*at, "value"), f"as {name}: with it, {key} {message}"


def check_horizon(programmes: Sequence[Programme], horizon: int) -> Iterator[Found]:
    """Yield the path and the message of every programme that no period sees."""
    for k, programme in enumerate(programmes):
        if programme.from_ > horizon:
            yield ("programme", k, "from"), (f"must be at most horizon = {horizon}, or it never starts "
                                             f"(got {programme.from_})")


def declared(programmes: Sequence[Programme], params: Any) -> Programmes:
    """Return the programmes as a model takes them."""
    seats = [Seats(each.from_, NEVER if each.until is None else each.until, each.cost, each.cost_ratio)
             for each in programmes if each.who is not None]
    changes = [Change(each.from_, each.parameter, each.value) for each in programmes if each.parameter is not None]
    ends = [seat.end - 1 for seat in seats if seat.end < NEVER]
    first: dict[str, int] = {}
    for change in changes:
        first[change.parameter] = min(change.begin, first.get(change.parameter, change.begin))
    ends += [change.begin - 1 for change in changes
             if change.value == getattr(params, change.parameter, None) and change.begin > first[change.parameter]]
    return Programmes(tuple(seats), tuple(changes), max(ends, default=-1))


def choose_people(programme: Programme, firm: Any, key: np.uint64, number: int, first: int,
                  replicates: int) -> list[NDArray[np.uint32]]:
    """Return whom a programme holds, in each of a block of replicates.

    Parameters
    ----------
    programme : Programme
        With people.
    firm : Firm
    key : uint64
    number : int
        Its place among the programmes.
    first, replicates : int
        Of the replicates w.
    """
    if isinstance(programme.who, BudgetSeeding):
        budget = Budget(programme.who.budget, programme.who.by, programme.cost, programme.cost_ratio)
        return bought(budget, firm, key, number, first, replicates)
    part = (number + 1) << 16 if isinstance(programme.who, MixtureSeeding) else number  # so that no two parts are one
    seeds = choose(strategy(programme.who, firm), firm, key, first, replicates, part)
    return [seeds.nodes[begin:end] for begin, end in zip(seeds.begin, seeds.end, strict=True)]
