"""What nodes remember of the doses that they took in meetings, in whole units, so that sums do not depend on order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.rng import Purpose, below, bits64, chance, exp, log, normal, occurs, philox, tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

_UNITS = 2.0**32  # of a dose of 1
_LARGEST = 2.0**20  # dose: the sum of a thousand stays below 2^30
_BEGINNING = 2**23  # sequence of the draws for what is remembered at t = 0
_U0, _U32 = np.uint64(0), np.uint64(32)


class Memory(NamedTuple):
    """What kernels see of it; make one by `memory`."""

    need: np.ndarray  # int64[n]: units that suffice
    doses: np.ndarray  # int64[memory, n]: one for each of the last steps, mostly 0
    total: np.ndarray  # int64[n]: their sum


def memory(threshold: NDArray[np.float64], length: int, n: int) -> Memory:
    """Return the empty memories, of this length, of n nodes with these thresholds, float64[n] or float64[1]."""
    need = np.ceil(np.clip(threshold, -1.0, 2.0**30) * _UNITS - 1e-9 * _UNITS).astype(np.int64)
    return Memory(np.broadcast_to(need, n).copy(), np.zeros((length, n), np.int64), np.zeros(n, np.int64))


@inline
def suffice(memory, i):
    """Return whether a node remembers doses that add up to its threshold."""
    return memory.total[i] >= memory.need[i]


@inline
def _take(memory, params, stream, i, place, sequence):
    dose = params.dose
    if params.dose_sd > 0.0:
        ratio = params.dose_sd / params.dose
        variance = log(1.0 + ratio * ratio)
        z = normal(stream.key, i, stream.w, sequence, Purpose.DOSE)
        dose = min(exp(log(params.dose) - variance / 2.0 + np.sqrt(variance) * z), _LARGEST)
    memory.doses[place, i] = np.int64(np.floor(dose * _UNITS + 0.5))
    memory.total[i] += memory.doses[place, i]


@kernel
def begin(memory, params, stream, seeds):
    """Forget all; with `filled`, remember what would have come from as many infected as there are seeds."""
    length, n = memory.doses.shape
    for i in range(n):
        memory.total[i] = 0
    for place in range(length):
        for i in range(n):
            memory.doses[place, i] = 0
            if params.filled:
                bits = bits64(stream.key, np.uint64(i), np.uint64(place), stream.w, tag(_U0, Purpose.MEMORY))
                if occurs(bits, chance(params.exposure * seeds / n)):
                    _take(memory, params, stream, np.uint64(i), place, _BEGINNING + place)


@kernel
def exchange(memory, network, params, status, now, stream, t):
    """Let every node forget its oldest dose, meet another, and perhaps take a dose, if that is infected (status 1).

    ``now`` is how many are.
    """
    length, n = memory.doses.shape
    place = (t - 1) % length
    for node in range(n):
        memory.total[node] -= memory.doses[place, node]
        memory.doses[place, node] = 0
    for node in range(n if now > 0 else 0):
        i = np.uint64(node)
        first, end = np.uint64(network.in_ptr[i]), np.uint64(network.in_ptr[i + np.uint64(1)])
        others = np.uint64(n - 1) if params.mixing else end - first
        if others > 0:
            x0, x1, x2, x3 = philox(stream.key, i, _U0, stream.w, tag(t, Purpose.MEET))
            met = below(x0 | (x1 << _U32), others)
            j = met + np.uint64(met >= i) if params.mixing else np.uint64(network.in_idx[first + met])
            if status[j] == 1 and occurs(x2 | (x3 << _U32), chance(params.exposure)):
                _take(memory, params, stream, i, place, t)
