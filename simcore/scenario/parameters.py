"""A model's parameters from plain values, checked as a scenario's are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from simcore.errors import UsageError
from simcore.parameters import lacking
from simcore.scenario.model_checks import check_model
from simcore.scenario.schema import Head, model_section
from simcore.scenario.toml import dotted, plain
from simcore.scenario.wording import findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simcore.model import Model
    from simcore.network.loaded import Loaded
    from simcore.scenario.schema import Section


def validated(table: str, section: type[Section], values: Mapping[str, Any]) -> Section:
    """Return a section with these values; UsageError with everything that is wrong with them."""
    try:
        return section.model_validate(plain(values))
    except ValidationError as error:
        found = findings(error, section, values, owner="these arguments", table=table or "scenario")
        raise UsageError("; ".join(f"{dotted(finding.path)}: {finding.message}" for finding in found)) from None


def times(seed: int, replicates: int, horizon: int) -> tuple[int, int, int]:
    """Return the root of all randomness, the replicates and the horizon; UsageError with everything wrong with them."""
    given = {"schema": 1, "title": "", "seed": seed, "replicates": replicates, "horizon": horizon}
    head = cast("Head", validated("", Head, given))
    return head.seed, head.replicates, head.horizon


def model_parameters(model: Model, values: Mapping[str, Any]) -> Any:
    """Return ``model.Params`` with these values.

    Raises
    ------
    UsageError
        With everything that is wrong with them.
    """
    section = model_section(model)
    try:
        valid = section.model_validate(plain(values))
    except ValidationError as error:
        found = findings(error, section, values, owner=f"'{model.name}'", table="model")
        raise UsageError("; ".join(f"{dotted(finding.path)}: {finding.message}" for finding in found)) from None
    params = model.Params(**{name: getattr(valid, name) for name in model.Params._fields})  # type: ignore[attr-defined]
    if wrong := list(check_model(model, params)):
        raise UsageError("; ".join(f"{dotted(path[1:])}: {message}" for path, message in wrong))
    return params


def fitting_parameters(model: Model, values: Mapping[str, Any], loaded: Loaded) -> Any:
    """Return ``model.Params`` with these values, which find on a network what they take from it.

    Raises
    ------
    UsageError
        With everything that is wrong with them, or else everything that the network lacks.
    """
    params = model_parameters(model, values)
    if wrong := lacking(model.Params, params, loaded.network, loaded.columns, loaded.arc_columns, loaded.missing):
        raise UsageError("; ".join(f"{name}: {message}" for name, message in wrong.items()))
    return params
