"""Rules of ``[model]`` that concern several keys, or the network, checked before any network is made."""

from __future__ import annotations

import functools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from simcore.parameters import Attribute, Normal, PerArc, PowerOfDegree, Uniform
from simcore.scenario.networks import File, Library
from simcore.scenario.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.model import Model
    from simcore.scenario.forms import Section
    from simcore.scenario.network_checks import Found
    from simcore.scenario.toml import KeyPath

_LEAST = 1e-4  # probability of a normal draw to be kept; below it, redrawing takes for ever


@functools.cache
def _hints(params: Any) -> dict[str, Any]:
    return get_type_hints(params, include_extras=True)


def check_model(model: Model, params: Any) -> Iterator[Found]:
    """Yield the path and the message of what does not fit together in ``[model]``."""
    hints = _hints(model.Params)
    for name, value in params._asdict().items():
        path: KeyPath = ("model", name)
        if isinstance(value, Uniform | Normal | PowerOfDegree) and value.low >= value.high:
            yield (*path, "high"), f"must be above low = {shown(value.low)} (got {shown(value.high)})"
        elif isinstance(value, Normal) and _kept(value) < _LEAST:
            yield (*path, "mean"), (f"hardly any draw lies between low = {shown(value.low)} and "
                                    f"high = {shown(value.high)} (got mean = {shown(value.mean)}, "
                                    f"sd = {shown(value.sd)})")
        if isinstance(value, Uniform | Normal) and PerArc in getattr(hints[name], "__metadata__", ()):
            for key, outside in (("low", value.low < 0), ("high", value.high > 1), ("correlation", value.correlation)):
                if outside:
                    rule = "must be a probability" if key != "correlation" else "is for what differs between nodes"
                    yield (*path, key), f"{rule} (got {shown(getattr(value, key))})"
    for name, message in (model.check(params) if model.check else {}).items():
        yield ("model", name), message


def _kept(law: Normal) -> float:
    """Return the probability that a normal draw lies within its limits."""
    low, high = ((limit - law.mean) / law.sd / math.sqrt(2) for limit in (law.low, law.high))
    if low > 0:  # on this side the differences of erf would drown
        low, high = -high, -low
    return (math.erfc(-high) - math.erfc(-low)) / 2


def check_columns(network: Section, model: Model, params: Any) -> Iterator[Found]:
    """Yield the path and the message of each parameter that asks the network for what it does not have."""
    if isinstance(network, Library):
        return  # what it has is known once it is made
    hints = _hints(model.Params)
    for name, value in params._asdict().items():
        if not isinstance(value, Attribute):
            continue
        path, column = ("model", name), shown(value.attribute)
        if not isinstance(network, File):
            yield path, f"takes the column {column} of a network's file, but this network has no file"
        elif PerArc in getattr(hints[name], "__metadata__", ()):
            if value.attribute in (network.attributes or ()):
                continue
            if value.attribute != "weight":
                yield path, f"takes a column of the arcs, so network.attributes must name it (got {column})"
            elif network.weight is None:
                yield path, "takes the weights of the file, so network.weight must name their column"
        elif network.nodes is None and not _holds_attributes(network):
            yield path, f"takes the column {column} of the nodes, so network.nodes must name their file"


def _holds_attributes(network: File) -> bool:
    """Return whether the file of the network may tell attributes of nodes itself."""
    from simcore.network.formats import FORMATS, of_name

    kind = network.format or of_name(Path(network.path))
    return kind in FORMATS and FORMATS[kind].attributes
