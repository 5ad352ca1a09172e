"""The words that parameters are declared in, and what they are on a network: a number, a law, a column of a file."""

from __future__ import annotations

import functools
import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import numpy as np
from annotated_types import Ge, Gt, Le, Lt, Unit
from pydantic import BaseModel, ConfigDict

from simcore._jit import kernel
from simcore.errors import NetworkError, did_you_mean
from simcore.maximisation.live_arcs import chances, weighted_cascade
from simcore.rng import Purpose, Stream, exp, fill_normal, fill_uniform, log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simcore.network.csr import Network

    Columns = Mapping[str, NDArray[np.float64]]

Probability = Annotated[float, Ge(0.0), Le(1.0), Unit("probability")]
Rate = Annotated[float, Ge(0.0), Unit("per unit of time")]
DEGREES = ("in-degree", "out-degree", "degree")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class _Value(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Uniform(_Value):
    """An even draw for each node or arc, from ``low`` to ``high``."""

    law: Literal["uniform"] = "uniform"
    low: float
    high: float
    correlation: Annotated[float, Ge(-1.0), Le(1.0)] = 0.0
    of: str = "degree"


class Normal(_Value):
    """A normal draw for each node or arc, redrawn until it lies within [low, high]."""

    law: Literal["normal"] = "normal"
    mean: float
    sd: Annotated[float, Gt(0.0)]
    low: float = 0.0
    high: float = 1.0
    correlation: Annotated[float, Ge(-1.0), Le(1.0)] = 0.0
    of: str = "degree"


class PowerOfDegree(_Value):
    """``factor`` times a power of the node's degree, cut to [low, high]."""

    law: Literal["power-of-degree"] = "power-of-degree"
    factor: Annotated[float, Gt(0.0)]
    exponent: float
    degree: Literal["in-degree", "out-degree", "degree"] = "in-degree"
    low: float = 0.0
    high: float = 1.0


class Attribute(_Value):
    """The value that a file gives for each node (a column of the nodes file) or arc (of its own)."""

    attribute: str


class PerNode:
    """Mark of a parameter that may differ between nodes; kernels see float64[n], or float64[1] if all agree."""


class PerArc:
    """Mark of a probability that may differ between arcs; kernels see uint64[m] of `chance`, or uint64[1]."""


NodeValue = Annotated[float | Uniform | Normal | PowerOfDegree | Attribute, PerNode]
ArcProbability = Annotated[Probability | Literal["weighted-cascade"] | Uniform | Normal | Attribute, PerArc]


class Declared(NamedTuple):
    """What a file may say of a parameter, in words."""

    name: str
    values: str
    unit: str
    default: Any  # None: it must be given


_BOUNDS = {Ge: ("ge", "at least"), Gt: ("gt", "above"), Le: ("le", "at most"), Lt: ("lt", "below")}
_KINDS = {bool: "true or false", int: "whole number", float: "number", str: "text"}


def described(declared: type) -> list[Declared]:
    """Return what ``Model.Params`` declares: kinds of values, ranges, units, defaults."""
    defaults, out = declared._field_defaults, []  # type: ignore[attr-defined]
    for name, whole in get_type_hints(declared, include_extras=True).items():
        optional = type(None) in get_args(whole) and not hasattr(whole, "__metadata__")
        hint = get_args(whole)[0] if optional else whole
        marks = getattr(hint, "__metadata__", ())
        if PerNode in marks:
            values = "number, law, or column of the nodes"
        elif PerArc in marks:
            values = "number from 0 to 1, law, 'weighted-cascade', or attribute of the arcs"
        else:
            kind = get_args(hint)[0] if marks else hint
            bounds = [f"{_BOUNDS[type(mark)][1]} {getattr(mark, _BOUNDS[type(mark)][0]):g}" for mark in marks
                      if type(mark) in _BOUNDS]
            if get_origin(kind) is Literal:
                values = " or ".join(f"'{word}'" for word in get_args(kind))
            elif get_origin(kind) is list:
                values = "list of numbers"
            else:
                values = ", ".join([_KINDS[kind], *([" and ".join(bounds)] if bounds else [])])
        unit = next((mark.unit for mark in marks if isinstance(mark, Unit)), "")
        default = "its own by the other parameters" if optional else defaults.get(name)
        if isinstance(default, Uniform | Normal):
            default = {"law": default.law, **default.model_dump(exclude_defaults=True)}
        out.append(Declared(name, values, unit, default))
    return out


def lacking(declared: type, params: Any, network: Network, columns: Columns, arc_columns: Columns = _NOTHING,
            missing: Mapping[str, str] = _NOTHING) -> dict[str, str]:
    """Return what the network's files do not give of what parameters take from them, by parameter.

    ``missing`` tells where the first missing number of a column stands.
    """
    wrong = {}
    earlier: list[str] = []
    for (name, value), mark in zip(params._asdict().items(), _marks(declared), strict=True):
        if isinstance(value, Attribute) and mark is PerArc:
            known = [*arc_columns, *["weight"] * network.weighted]
            if value.attribute not in known:
                wrong[name] = (f"an arc has no attribute '{value.attribute}'; it has {', '.join(known) or 'none'}"
                               f"{did_you_mean(value.attribute, known)}")
        elif isinstance(value, Attribute):
            wrong[name] = _no_column(value.attribute, columns, (), missing)
        elif isinstance(value, Uniform | Normal) and value.correlation:
            wrong[name] = _no_column(value.of, columns, (*DEGREES, *earlier), missing)
        if mark is PerNode:
            earlier.append(name)
    return {name: message for name, message in wrong.items() if message}


def _no_column(column: str, columns: Columns, besides: tuple[str, ...], missing: Mapping[str, str]) -> str:
    """Return why this is not a column of numbers; nothing if it is."""
    if column in besides:
        return ""
    if column not in columns:
        others = f", and there are {', '.join(besides)}" if besides else ""
        return (f"the network has no column '{column}' of numbers; it has {', '.join(sorted(columns)) or 'none'}"
                f"{others}{did_you_mean(column, [*besides, *sorted(columns)])}")
    empty = np.isnan(columns[column]).sum()
    place = f", first at {missing[column]}" if column in missing else ""
    return f"the column '{column}' is empty for {empty} nodes{place}" if empty else ""


def varies_by_draw(params: Any) -> bool:
    """Return whether any parameter is drawn at random for each node or arc."""
    return any(isinstance(value, Uniform | Normal) for value in params)


def attributes(params: Any) -> dict[str, str]:
    """Return which column of the network's files each parameter asks for, by parameter."""
    return {name: value.attribute for name, value in params._asdict().items() if isinstance(value, Attribute)}


def resolve(declared: type, params: Any, network: Network, columns: Columns, stream: Stream,
            arc_columns: Columns = _NOTHING) -> Any:
    """Return the parameters as the kernels see them, on this network.

    Parameters
    ----------
    declared : type
        ``Model.Params``.
    params : Model.Params
        As declared: numbers, laws, attributes.
    network : Network
    columns : mapping of str to float64[n]
        The attributes of the nodes.
    stream : Stream
        For laws: draws have the purpose PARAMETER plus the parameter's position, see `docs/randomness.md`.
    arc_columns : mapping of str to float64[m], optional
        The attributes of the arcs.

    Returns
    -------
    Model.Params
        `PerNode` fields are float64[n] or float64[1], `PerArc` fields uint64[m] or uint64[1].

    Raises
    ------
    NetworkError
        If a probability that comes from the network lies outside [0, 1].
    """
    out: list[Any] = []
    known = dict(columns)
    for position, (value, mark) in enumerate(zip(params, _marks(declared), strict=True)):
        purpose = np.uint64(Purpose.PARAMETER + position)
        if mark is PerNode:
            out.append(_node_values(value, network, known, stream, purpose))
            known[declared._fields[position]] = out[-1]  # type: ignore[attr-defined]
        else:
            out.append(_arc_chances(value, network, arc_columns, stream, purpose) if mark is PerArc else value)
    return declared(*out)


@functools.cache
def _marks(declared: type) -> tuple[object, ...]:
    """Return, for each parameter, whether it is marked `PerNode` or `PerArc`."""
    hints = get_type_hints(declared, include_extras=True).values()
    return tuple(next((mark for mark in getattr(hint, "__metadata__", ()) if mark in (PerNode, PerArc)), None)
                 for hint in hints)


def _node_values(value: Any, network: Network, known: Columns, stream: Stream,
                 purpose: np.uint64) -> NDArray[np.float64]:
    if isinstance(value, Attribute):
        return known[value.attribute]
    if isinstance(value, PowerOfDegree):
        powers = np.empty(network.n)
        _fill_powers(_degrees(network, value.degree), value.factor, value.exponent, powers)
        return np.clip(powers, value.low, value.high)
    if not isinstance(value, Uniform | Normal):
        return np.array([value], np.float64)
    nodes = np.arange(network.n, dtype=np.uint32)
    values = _draw(value, stream, purpose, nodes, np.zeros(1, np.uint32))
    if not value.correlation:
        return values
    by = _degrees(network, value.of) if value.of in DEGREES else known[value.of]
    return _correlated(values, np.broadcast_to(by, values.shape), value.correlation, stream, purpose)


def _degrees(network: Network, which: str) -> NDArray[np.int64]:
    if which == "degree" and not network.symmetric:
        return network.in_degree + network.out_degree
    return network.in_degree if which == "in-degree" else network.out_degree


@kernel
def _fill_powers(degrees, factor, exponent, out):
    for i in range(out.size):
        if degrees[i] > 0:
            out[i] = factor * exp(exponent * log(np.float64(degrees[i])))
        else:
            out[i] = factor if exponent == 0.0 else 0.0 if exponent > 0.0 else np.inf


def _draw(law: Uniform | Normal, stream: Stream, purpose: np.uint64, first: NDArray[np.uint32],
          second: NDArray[np.uint32]) -> NDArray[np.float64]:
    out = np.empty(first.size)
    if isinstance(law, Uniform):
        fill_uniform(stream.key, stream.w, purpose, first, second, out)
        return law.low + (law.high - law.low) * out
    fill_normal(stream.key, stream.w, purpose, first, second, law.mean, law.sd, law.low, law.high, out)
    return out


def _correlated(values: NDArray[np.float64], by: NDArray[Any], correlation: float, stream: Stream,
                purpose: np.uint64) -> NDArray[np.float64]:
    """Return the values in another order, in which they go with (or against) ``by``: a Gaussian copula.

    Equals of ``by`` stand in a random order. Nelsen (2006), doi:10.1007/0-387-28678-0, section 2.3.
    """
    nodes, (noise, score) = np.arange(by.size, dtype=np.uint32), np.empty((2, by.size))
    for use, out in ((1, noise), (2, score)):
        fill_normal(stream.key, stream.w, purpose, nodes, np.full(1, use, np.uint32), 0.0, 1.0, -np.inf, np.inf, out)
    latent = np.empty(by.size)
    latent[np.lexsort((values, by))] = np.sort(score)
    latent = correlation * latent + math.sqrt(1.0 - correlation * correlation) * noise
    out = np.empty(by.size)
    out[np.argsort(latent, kind="stable")] = np.sort(values)
    return out


def _arc_chances(value: Any, network: Network, arc_columns: Columns, stream: Stream,
                 purpose: np.uint64) -> NDArray[np.uint64]:
    if isinstance(value, float | int):
        probability = np.array([value], np.float64)
    elif isinstance(value, Uniform | Normal):
        sources = np.repeat(np.arange(network.n, dtype=np.uint32), network.out_degree)
        probability = _draw(value, stream, purpose, sources, network.out_idx)
    elif isinstance(value, Attribute):
        name = value.attribute
        probability = arc_columns[name] if name in arc_columns else network.out_weight / network.scale
        beyond = probability[~((probability >= 0.0) & (probability <= 1.0))]
        if beyond.size:
            raise NetworkError.because(f"'{name}' of an arc is used as a probability, so it must be from 0 to 1 "
                                       f"(got {beyond[0]})")
    else:
        return weighted_cascade(network)
    return chances(probability)
