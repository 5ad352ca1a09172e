"""The contract of a model: data plus one compiled step, and the words its parameters are declared in.

A model's file has, in this order: a docstring with the rule and its DOI, ``Params``, ``State``, the kernels
``reset``, ``step``, ``observe``, ``conclude``, and ``MODEL``. Everything else (validation, sweeps, storage,
summaries, figures) works from the declaration. `docs/adding-a-model.md` shows how to add one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore._jit import distinguish, inline, kernel, prefetch
from simcore.errors import ModelError

# a model's file finds the words for its parameters here
from simcore.parameters import ArcProbability as ArcProbability
from simcore.parameters import NodeValue as NodeValue
from simcore.parameters import Probability as Probability
from simcore.parameters import Rate as Rate
from simcore.parameters import Uniform as Uniform
from simcore.rng import CERTAIN, HORIZON_LIMIT, Purpose, bits64, chance, log, occurs, tag, waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from simcore.network.csr import Network


class Single(NamedTuple):
    """The layers of a model that lives on one network."""

    network: Network


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
def adopt(left, adopted, size, j):
    """Let a node adopt; return the number of adopters."""
    left[j] = -1
    adopted[size] = j
    return size + np.uint64(1)


@inline
def in_weight(network, i):
    """Return the in-weight of a node, in fixed point; its in-degree if arcs have no weights."""
    return network.in_total[i] if network.in_total.size else network.in_ptr[i + 1] - network.in_ptr[i]


@inline
def of(values, k):
    """Return the k-th value, or the one that all share."""
    return values[np.uint64(k) if values.size > 1 else np.uint64(0)]


@inline
def scaled(probability, factor):
    """Return a `chance` times a factor, cut to [0, 1]."""
    if factor == 1.0:
        return probability
    share = 1.0 if probability == CERTAIN else np.float64(probability) * 2.0**-64
    return np.uint64(chance(min(1.0, max(0.0, factor * share))))


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


# What models share in which nodes are infected, perhaps again and again: the tally counts those infected now, and
# ever, the last change, the most at once (as int64, or float64 where a change has a time), and perhaps those immune
# now. ``ever`` lists, and ``seen`` marks, those infected at any time.
NOW, EVER, CHANGED, MOST, IMMUNE = range(5)


@inline
def outbreak(tally, status, seen, infected, ever, seeds):
    """Start from the seeds: undo what the last replicate touched, and infect them (status 1)."""
    for i in ever[:np.int64(tally[EVER])]:
        status[i] = seen[i] = 0
    for place, i in enumerate(seeds):
        status[i] = seen[i] = 1
        infected[place] = ever[place] = i
    tally[NOW], tally[EVER], tally[CHANGED], tally[MOST] = seeds.size, seeds.size, 0, seeds.size


@inline
def note(ever, seen, tally, i):
    """Count a node in that is infected, unless it was before; ``ever`` has room for one more than all."""
    ever[np.int64(tally[EVER])] = i
    tally[EVER] += not seen[i]
    seen[i] += not seen[i]


@inline
def close_outbreak(tally, now, changed, t):
    """Count a finished step in."""
    tally[NOW] = now
    tally[MOST] = max(tally[MOST], now)
    tally[CHANGED] = t if changed else tally[CHANGED]


@inline
def happens(stream, i, t, purpose, probability):
    """Tell whether what has this probability for a node in a step happens."""
    return occurs(bits64(stream.key, np.uint64(i), np.uint64(0), stream.w, tag(t, purpose)), chance(probability))


@inline
def move_on(stream, t, purpose, probability, nodes, number, status, value, into, moved):
    """Let each of the first ``number`` nodes of a list move on to a status with this probability.

    Those who do are added to the list ``into``, unless that is empty. Return how many stay and the new number there.
    """
    stay = 0
    for i in nodes[:number]:
        if happens(stream, i, t, purpose, probability):
            status[i] = value
            if into.size:
                into[moved] = i
            moved += 1
        else:
            nodes[stay] = i
            stay += 1
    return stay, moved


@inline
def append(nodes, number, more):
    """Add nodes to a list; return the new number there."""
    for i in more:
        nodes[number] = i
        number += 1
    return number


@inline
def infect(network, status, infected, transmission, stream, t, caught, number):
    """Let the infected infect the susceptible (status 0): status 1, added to the list of those caught.

    One draw for each contact. Return the number of contacts and the new number on the list.
    """
    contacts = 0
    for i in infected:
        for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]:
            if status[j] == 0:
                contacts += 1
                if occurs(bits64(stream.key, i, j, stream.w, tag(t, Purpose.TRANSMIT)), chance(transmission)):
                    status[j] = 1
                    caught[number] = j
                    number += 1
    return contacts, number


_NEVER = np.uint32(2**32 - 1)
_CERTAIN = 1e3  # a hazard that no waiting time of 64 bits withstands for a step


def outside(network: Network, any_: bool) -> NDArray[np.uint32]:
    """Return room for the step in which each node adopts from outside the network, uint32[n] if any does."""
    return np.full(network.n if any_ else 0, _NEVER)


@inline
def adopt_outside(when, t, left, adopted, size):
    """Let those adopt whose step this is and who have something left; return the number of adopters."""
    for i in range(when.size):
        if when[i] == t and left[i] > 0:
            size = adopt(left, adopted, size, i)
    return size


@inline
def left_outside(advertising, when, size):
    """Return how many nodes advertising may still win."""
    return np.uint64(max(0, when.size - np.int64(size)) if advertising > 0.0 else 0)


@kernel
def draw_outside(stream, advertising, eager, when):
    """Draw the step in which each node adopts by advertising, a hazard per step; the eager adopt in the first."""
    hazard = -log(1.0 - advertising) if advertising < 1.0 else _CERTAIN
    for i in range(when.size if advertising > 0.0 else 0):
        patience = waiting(bits64(stream.key, np.uint64(i), np.uint64(0), stream.w, tag(0, Purpose.OUTSIDE)))
        when[i] = _NEVER
        if patience <= hazard * HORIZON_LIMIT:
            t = np.ceil(patience / hazard)
            while t * hazard < patience:  # the quotient was rounded
                t += 1.0
            while (t - 1.0) * hazard >= patience and t > 1.0:
                t -= 1.0
            when[i] = max(t, 1.0)
    for i in eager:
        when[i] = 1


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
def prefetch_target(idx, values, arcs, k, number, large):
    """Ask for the value of the target of an arc some places ahead in the list, if the network is `LARGE`."""
    if large and k + _AHEAD < number:
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


RECURRENT = {"size": int, "ever": int, "duration": int, "peak": int}  # outcomes where nodes are infected again


@kernel
def observe_sir(state, row):
    """Fill (susceptible, infected, recovered) where nobody is infected twice."""
    now, ever = state.tally[NOW], state.tally[EVER]
    row[0], row[1], row[2] = state.status.size - ever, now, ever - now


@kernel
def observe_sirs(state, row):
    """Fill (susceptible, infected, recovered) where the recovered are susceptible again."""
    now, immune = state.tally[NOW], state.tally[IMMUNE]
    row[0], row[1], row[2] = state.status.size - now - immune, now, immune


@kernel
def observe_recurrent(state, row):
    """Fill (susceptible, infected)."""
    row[0], row[1] = state.status.size - state.tally[NOW], state.tally[NOW]


@kernel
def conclude_recurrent(state, row):
    """Fill (size, ever, duration, peak): infected at the end, and at any time."""
    row[0], row[1], row[2], row[3] = state.tally[NOW], state.tally[EVER], state.tally[CHANGED], state.tally[MOST]


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
