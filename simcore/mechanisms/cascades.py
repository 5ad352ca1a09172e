"""Who convinced whom, found after the fact: draws are named by what they are for, so that they can be made again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.mechanisms.epidemics import happens
from simcore.rng import Purpose, attempt, bits64, chance, occurs, tag, waiting

if TYPE_CHECKING:
    from numpy.typing import NDArray

_U0, _U1 = np.uint64(0), np.uint64(1)


class Cascade(NamedTuple):
    """Who adopted when, and room for who convinced them.

    Attributes
    ----------
    nodes : uint32[k]
        In the order of adoption.
    time : int64[k]
        The step in which each adopted; 0: the seeds.
    place : int64[n]
        The place of each node among them; -1 if it is none.
    parent : int64[k]
        The place of the one who convinced it; -1: nobody, which is what it begins with.
    least : uint64[k]
        The least draw of those who may have.
    when : float64[k]
        The time of adoption, where time is continuous.
    """

    nodes: NDArray[np.uint32]
    time: NDArray[np.int64]
    place: NDArray[np.int64]
    parent: NDArray[np.int64]
    least: NDArray[np.uint64]
    when: NDArray[np.float64]


@inline
def may_have(cascade, stream, k, child):
    """Note that the k-th adopter convinced a later one, if its draw is the least of those who did."""
    draw = bits64(stream.key, np.uint64(cascade.nodes[child]), np.uint64(cascade.nodes[k]), stream.w,
                  tag(_U0, Purpose.PARENT))
    if cascade.parent[child] < 0 or draw < cascade.least[child]:
        cascade.parent[child], cascade.least[child] = k, draw


@kernel
def trace_last(layers, params, stream, cascade):  # noqa: ARG001 - the signature of `Model.trace`
    """Find who convinced whom where those do who adopted in the step before."""
    ptr, idx = layers.network.out_ptr, layers.network.out_idx
    for k in range(cascade.nodes.size):
        i = np.uint64(cascade.nodes[k])
        for j in idx[ptr[i]:ptr[i + _U1]]:
            child = cascade.place[j]
            if child >= 0 and cascade.time[child] == cascade.time[k] + 1:
                may_have(cascade, stream, k, child)


@inline
def _transmits(stream, i, j, t, likely, once):
    """Tell whether a contact infected: by one draw for each step, or by that of the one attempt on the pair."""
    if once:
        return attempt(stream, i, j, likely)
    return occurs(bits64(stream.key, i, j, stream.w, tag(t, Purpose.TRANSMIT)), likely)


@inline
def _trace_contacts(network, stream, transmission, recovery, cascade):
    ptr, idx, likely = network.out_ptr, network.out_idx, chance(transmission)
    end = cascade.time[-1] if cascade.time.size else 0
    for k in range(cascade.nodes.size):
        i, until = np.uint64(cascade.nodes[k]), cascade.time[k] + 1
        while until < end and not happens(stream, i, until, Purpose.RECOVER, recovery):
            until += 1
        for j in idx[ptr[i]:ptr[i + _U1]]:
            child = cascade.place[j]
            if child >= 0 and cascade.time[k] < cascade.time[child] <= until and _transmits(
                    stream, i, np.uint64(j), cascade.time[child], likely, recovery == 1.0):
                may_have(cascade, stream, k, child)


@kernel
def trace_contacts(layers, params, stream, cascade):
    """Find who infected whom where the infected recover by chance, step by step."""
    _trace_contacts(layers.network, stream, params.transmission, params.recovery, cascade)


@kernel
def trace_all_contacts(layers, params, stream, cascade):
    """Find who infected whom where nobody recovers."""
    _trace_contacts(layers.network, stream, params.transmission, 0.0, cascade)


@kernel
def trace_meetings(layers, params, stream, cascade):
    """Find who infected whom in continuous time: whoever met them first."""
    ptr, idx, when = layers.network.out_ptr, layers.network.out_idx, cascade.when
    for k in range(cascade.nodes.size):
        when[k] = 0.0 if cascade.time[k] == 0 else np.inf
    for k in range(cascade.nodes.size if params.transmission > 0.0 else 0):
        i, until = np.uint64(cascade.nodes[k]), np.inf
        if params.recovery > 0.0:
            until = when[k] + waiting(bits64(stream.key, i, _U0, stream.w, tag(0, Purpose.DURATION))) / params.recovery
        for j in idx[ptr[i]:ptr[i + _U1]]:
            child = cascade.place[j]
            if child > k:
                drawn = bits64(stream.key, i, np.uint64(j), stream.w, tag(0, Purpose.CONTACT))
                met = when[k] + waiting(drawn) / params.transmission
                if met < until and met < when[child]:
                    when[child], cascade.parent[child] = met, k
