"""The contract of a model: data plus one compiled step, and the words its parameters are declared in.

A model's file has, in this order: a docstring with the rule and its DOI, ``Params``, ``State``, the kernels
``reset``, ``step``, ``observe``, ``conclude``, and ``MODEL``. Everything else (validation, sweeps, storage,
summaries, figures) works from the declaration. `docs/models.md` shows how to add one.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_type_hints

import numpy as np
from annotated_types import Ge, Gt, Le
from pydantic import BaseModel, ConfigDict

from simcore._jit import distinguish, inline, kernel, prefetch
from simcore.errors import ModelError, NetworkError, did_you_mean
from simcore.rng import Purpose, Stream, chance, fill_normal, fill_uniform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from simcore.network.csr import Network

Probability = Annotated[float, Ge(0.0), Le(1.0)]


class Single(NamedTuple):
    """The layers of a model that lives on one network."""

    network: Network


class _Value(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Uniform(_Value):
    """An even draw for each node, from ``low`` to ``high``."""

    law: Literal["uniform"] = "uniform"
    low: float
    high: float


class Normal(_Value):
    """A normal draw for each node, redrawn until it lies within [low, high]."""

    law: Literal["normal"] = "normal"
    mean: float
    sd: Annotated[float, Gt(0.0)]
    low: float = 0.0
    high: float = 1.0


class Attribute(_Value):
    """The value that a file gives for each node (a column of the nodes file) or arc (``weight``)."""

    attribute: str


class PerNode:
    """Mark of a parameter that may differ between nodes; kernels see float64[n], or float64[1] if all agree."""


class PerArc:
    """Mark of a probability that may differ between arcs; kernels see uint64[m] of `chance`, or uint64[1]."""


NodeValue = Annotated[float | Uniform | Normal | Attribute, PerNode]
ArcProbability = Annotated[Probability | Literal["weighted-cascade"] | Attribute, PerArc]


# What models share in which every node adopts at most once. ``adopted`` lists nodes in order of adoption;
# ``tally`` counts: those whose influence is spent, all adopters, the last change, the largest step.
SPENT, SIZE, DURATION, PEAK = range(4)


@inline
def begin(tally, adopted, values, seeds, value):
    """Start from the seeds: first in the list, each with this value, and counted."""
    for place, i in enumerate(seeds):
        adopted[place] = i
        values[i] = value
    tally[SPENT], tally[SIZE], tally[DURATION], tally[PEAK] = 0, seeds.size, 0, 0


@inline
def copy(source, target):
    """Copy an array: kernels cannot assign slices, which may allocate."""
    for i in range(source.size):
        target[i] = source[i]


@inline
def restore(network, adopted, size, fresh, values):
    """Undo a replicate in which only adopters and their neighbours changed; everything, if they were many."""
    if 8 * size > values.size:
        copy(fresh, values)
    else:
        for i in adopted[:size]:
            values[i] = fresh[i]
            for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]:
                values[j] = fresh[j]


@inline
def close_step(tally, spent, size, t):
    """Count a finished step in; return how many nodes it activated."""
    new = size - spent
    tally[SPENT] = spent
    tally[SIZE] = size
    if new > 0:
        tally[DURATION] = t
        tally[PEAK] = max(tally[PEAK], new)
    return new


LARGE = 2**17  # nodes from which their state no longer fits into a core's own cache
_ROOM = 1024  # arcs: their list is to stay in the nearest cache
_AHEAD = np.uint64(24)
_TURN = np.uint64(8)


def room_for_arcs(network: Network, dtype: type[np.unsignedinteger[Any]] = np.uint64) -> NDArray[Any]:
    """Return an array that `list_arcs` fills: room for a thousand arcs, and for those of any one node."""
    return np.empty(max(_ROOM, int(network.out_degree.max(initial=0)) + int(_TURN)), dtype)


@inline
def list_arcs(ptr, idx, queue, place, end, large, arcs, sources):
    """List the arcs that leave nodes ``queue[place:end]``, and their sources (if ``sources`` has room), while it lasts.

    Return the next place and the number of arcs. Eight are written at a time and the surplus overwritten: a branch
    at the end of every short row is mispredicted, which costs more than its arcs.
    """
    number = np.uint64(0)
    while place < end:
        i = np.uint64(queue[place])
        first = np.uint64(ptr[i])
        degree = np.uint64(ptr[i + np.uint64(1)]) - first
        if number + max(degree, _TURN) > np.uint64(arcs.size):
            break
        if large:
            prefetch(ptr, np.uint64(queue[min(place + _AHEAD, end - np.uint64(1))]))
            prefetch(idx, first)
        for a in range(_TURN):
            arcs[number + a] = first + a
        for a in range(_TURN, degree):
            arcs[number + a] = first + a
        if sources.size:
            for a in range(max(degree, _TURN)):
                sources[number + a] = i
        number += degree
        place += np.uint64(1)
    return place, number


@inline
def prefetch_target(idx, values, arcs, k, number):
    """Ask for the value of the target of an arc some places ahead in the list: for `LARGE` networks."""
    if k + _AHEAD < number:
        prefetch(values, idx[arcs[k + _AHEAD]])


@kernel
def observe_adoption(state, row):
    """Fill (adopted, new)."""
    row[0] = state.tally[SIZE]
    row[1] = state.tally[SIZE] - state.tally[SPENT]


@kernel
def conclude_adoption(state, row):
    """Fill (size, duration, peak)."""
    row[0], row[1], row[2] = state.tally[SIZE], state.tally[DURATION], state.tally[PEAK]


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A contagion, declared.

    Attributes
    ----------
    name : str
        What a scenario writes in ``[model] name``.
    title, doi : str
        One line for the catalogue, and where the rule was published.
    Params : type
        NamedTuple of the parameters; the annotations are the constraints, the defaults the defaults.
    observables : tuple of str
        The columns of a trajectory, which ``observe`` fills; like the next, adoption's unless said otherwise.
    outcomes : mapping of str to type
        The columns that ``conclude`` fills, and whether they hold `int` or `float`; ``size`` is among them.
    allocate : callable
        ``allocate(layers, params) -> State``: plain Python, once for each network and point.
    reset : kernel
        ``reset(layers, params, state, seeds, stream) -> active``: start a replicate; costs what the last one
        touched.
    step : kernel
        ``step(layers, params, state, stream, t) -> active``: one synchronous update; 0 only if no later step
        can change anything.
    observe, conclude : kernel
        ``observe(state, row)`` and ``conclude(state, row)``: fill one row from counts kept in the state.
    Layers : type
        NamedTuple of the networks the model lives on.
    reads_in_arcs : bool
        Whether the kernels use ``in_idx``.
    check : callable, optional
        ``check(params) -> {name: what is wrong}`` for rules that concern several parameters.
    needs, live : kernel, optional
        Reductions that let faster algorithms serve the model without knowing it: ``needs(layers, params, out)``
        fills the integer need of each node, ``live(layers, params, out)`` the uint64 probability of each arc.
    adopters : str, optional
        The field of the State, uint32[n or more], that lists nodes in order of adoption, each at most once, while
        its field ``tally`` says in ``tally[SIZE]`` how many there are: with it, adoption by class can be recorded.
    """

    name: str
    title: str
    doi: str
    Params: type
    allocate: Callable[..., Any]
    reset: Any
    step: Any
    observables: tuple[str, ...] = ("adopted", "new")
    observe: Any = observe_adoption
    outcomes: Mapping[str, type] = field(default_factory=lambda: {"size": int, "duration": int, "peak": int})
    conclude: Any = conclude_adoption
    Layers: type = Single
    reads_in_arcs: bool = False
    check: Callable[[Any], Mapping[str, str]] | None = None
    needs: Any = None
    live: Any = None
    adopters: str | None = None

    def __post_init__(self) -> None:
        distinguish(self.Params)
        if "size" not in self.outcomes:
            raise ModelError(f"model '{self.name}': outcomes must include 'size' (got {list(self.outcomes)})")


def lacking(model: Model, params: Any, network: Network, columns: Mapping[str, Any]) -> dict[str, str]:
    """Return what the network's files do not give of the attributes that parameters take, by parameter."""
    wrong = {}
    for (name, value), mark in zip(params._asdict().items(), _marks(model.Params), strict=True):
        if not isinstance(value, Attribute):
            continue
        column = value.attribute
        if mark is PerArc:
            if column != "weight" or not network.weighted:
                wrong[name] = f"an arc has no attribute '{column}', only 'weight' where the file gives weights"
        elif column not in columns:
            wrong[name] = (f"the network has no column '{column}' of numbers; it has "
                           f"{', '.join(sorted(columns)) or 'none'}{did_you_mean(column, columns)}")
        elif np.isnan(columns[column]).any():
            wrong[name] = f"the column '{column}' is empty for {np.isnan(columns[column]).sum()} nodes"
    return wrong


def varies_by_draw(params: Any) -> bool:
    """Return whether any parameter is drawn at random for each node."""
    return any(isinstance(value, Uniform | Normal) for value in params)


def attributes(params: Any) -> dict[str, str]:
    """Return which column of the network's files each parameter asks for, by parameter."""
    return {name: value.attribute for name, value in params._asdict().items() if isinstance(value, Attribute)}


def resolve(model: Model, params: Any, network: Network, columns: Mapping[str, NDArray[np.float64]],
            stream: Stream) -> Any:
    """Return the parameters as the kernels see them, on this network.

    Parameters
    ----------
    model : Model
    params : Model.Params
        As declared: numbers, laws, attributes.
    network : Network
    columns : mapping of str to float64[n]
        The attributes of the nodes.
    stream : Stream
        For laws: draws are keyed by (node, w) with purpose PARAMETER plus the parameter's position.

    Returns
    -------
    Model.Params
        `PerNode` fields are float64[n] or float64[1], `PerArc` fields uint64[m] or uint64[1].

    Raises
    ------
    NetworkError
        If a probability that comes from the network lies outside [0, 1].
    """
    out = []
    for position, (value, mark) in enumerate(zip(params, _marks(model.Params), strict=True)):
        if mark is PerNode:
            value = _node_values(value, network.n, columns, stream, Purpose.PARAMETER + position)
        elif mark is PerArc:
            value = _arc_chances(value, network)
        out.append(value)
    return model.Params(*out)


@functools.cache
def _marks(params: type) -> tuple[object, ...]:
    """Return, for each parameter, whether it is marked `PerNode` or `PerArc`."""
    hints = get_type_hints(params, include_extras=True).values()
    return tuple(next((mark for mark in getattr(hint, "__metadata__", ()) if mark in (PerNode, PerArc)), None)
                 for hint in hints)


def _node_values(value: float | Uniform | Normal | Attribute, n: int,
                 columns: Mapping[str, NDArray[np.float64]], stream: Stream, purpose: int) -> NDArray[np.float64]:
    if isinstance(value, Attribute):
        return columns[value.attribute]
    if not isinstance(value, Uniform | Normal):
        return np.array([value], np.float64)
    out = np.empty(n, np.float64)
    if isinstance(value, Uniform):
        fill_uniform(stream.key, stream.w, np.uint64(purpose), out)
        return value.low + (value.high - value.low) * out
    fill_normal(stream.key, stream.w, np.uint64(purpose), value.mean, value.sd, value.low, value.high, out)
    return out


@kernel
def _fill_chances(probability, out):
    for a in range(out.size):
        out[a] = chance(probability[a])


def _arc_chances(value: float | str | Attribute, network: Network) -> NDArray[np.uint64]:
    if isinstance(value, float | int):
        probability = np.array([value], np.float64)
    elif isinstance(value, Attribute):
        probability = network.out_weight / network.scale
        if probability.size and probability.max() > 1.0:
            raise NetworkError.because(f"weights used as probabilities must be at most 1 (got {probability.max()})")
    elif network.weighted:
        probability = network.out_weight / network.in_total[network.out_idx]
    else:
        probability = 1.0 / network.in_degree[network.out_idx]
    out = np.empty(probability.size, np.uint64)
    _fill_chances(probability, out)
    return out
