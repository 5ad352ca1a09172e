"""What every node reaches along live arcs, all nodes answered by the same samples.

Sample w of an independent cascade is replicate w of the model under the same key, bit for bit: an attempt belongs to
its pair of nodes. Where ties go both ways and all are as likely to be live, a node reaches its component; else each
sample is a network of live arcs on which one active node suffices for everybody, whose census is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import kernel
from simcore.engine.census import cascades
from simcore.engine.components import components
from simcore.network.csr import from_rows
from simcore.rng import Purpose, Stream, attempt, attempts, bits64, chance, exp, log, tag, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from simcore.network.csr import Network

_U0, _U1 = np.uint64(0), np.uint64(1)
LANES = 32  # samples whose attempts are drawn together


class Spread(NamedTuple):
    """What single seeds reach, over several samples.

    Attributes
    ----------
    mean : float64[n]
    error : float64[n]
        Standard error; infinite for one sample. The samples are shared, so the errors of two nodes are not independent.
    p_global : float64[n]
        The share of samples in which a node reaches enough others.
    """

    mean: NDArray[np.float64]
    error: NDArray[np.float64]
    p_global: NDArray[np.float64]


@kernel
def _draw(key, source, target, chances, block, live):
    """Draw in which samples of a block each arc is live."""
    for a in range(live.size):
        live[a] = attempts(key, np.uint64(source[a]), np.uint64(target[a]), np.uint64(block),
                           chances[np.uint64(a) if chances.size > 1 else _U0])


@kernel
def _look_up(parent, size, reached):
    """Fill in how many nodes the component of each node has."""
    for i in range(reached.size):
        reached[i] = size[parent[i]]


@kernel
def _note(reached, least, total, squares, hits):
    for i in range(reached.size):
        total[i] += reached[i]
        squares[i] += reached[i] * reached[i]
        hits[i] += reached[i] >= least


@kernel
def _keep_live(ptr, idx, live, lane, live_ptr, live_idx):
    """Copy the arcs that are live in a sample; return how many there are."""
    number, bit = _U0, np.uint64(lane)
    live_ptr[0] = 0
    for i in range(np.uint64(ptr.size - 1)):
        for a in range(np.uint64(ptr[i]), np.uint64(ptr[i + _U1])):
            live_idx[number] = idx[a]
            number += (np.uint64(live[a]) >> bit) & _U1
        live_ptr[i + _U1] = number
    return number


@kernel
def _infect(ptr, idx, stream, transmission, recovery, live):
    """Draw along which arcs each node infects others before it recovers: bit 0 of ``live``."""
    stays, spares = log(1.0 - recovery) if recovery < 1.0 else 0.0, log(1.0 - transmission)
    for i in range(np.uint64(ptr.size - 1)):
        steps = 1.0
        if recovery < 1.0:
            bits = bits64(stream.key, i, _U0, stream.w, tag(_U0, Purpose.PERIOD))
            steps = 1.0 + np.floor(log(1.0 - unit(bits)) / stays)
        likely = chance(1.0 - exp(steps * spares))
        for a in range(np.uint64(ptr[i]), np.uint64(ptr[i + _U1])):
            live[a] = attempt(stream, i, np.uint64(idx[a]), likely)


def _census(network: Network, live: NDArray[np.uint32], lane: int) -> NDArray[np.int64]:
    ptr, idx = np.empty(network.n + 1, np.int64), np.empty(network.arcs + 1, np.uint32)
    number = _keep_live(network.out_ptr, network.out_idx, live, lane, ptr, idx)
    return cascades(from_rows(ptr, idx[:number]), np.ones(network.n, np.int32)).size


def cascade_reaches(network: Network, chances: NDArray[np.uint64], key: np.uint64,
                    samples: range) -> Iterator[NDArray[np.int64]]:
    """Yield how many each node reaches in each sample of an independent cascade, int64[n].

    Parameters are those of `simcore.engine.components.components`; any network, ``chances`` uint64[m] or uint64[1].
    """
    if network.symmetric and chances.size == 1:
        for parent, size in components(network, chances[0], key, samples):
            reached = np.empty(network.n, np.int64)
            _look_up(parent, size, reached)
            yield reached
        return
    source = np.repeat(np.arange(network.n, dtype=np.uint32), network.out_degree)
    live, drawn = np.empty(network.arcs, np.uint32), -1
    for w in samples:
        if w // LANES != drawn:
            drawn = w // LANES
            _draw(key, source, network.out_idx, chances, drawn, live)
        yield _census(network, live, w % LANES)


def epidemic_reaches(network: Network, transmission: float, recovery: float, key: np.uint64,
                     samples: range) -> Iterator[NDArray[np.int64]]:
    """Yield how many each node infects in the end in each sample of SIR in discrete time, int64[n].

    A node stays infected for k steps with probability (1 - recovery)^(k - 1) recovery, and infects along each arc with
    1 - (1 - transmission)^k: arcs from the same node go together. Equal to the model `sir` in law, not in its draws.
    Kenah & Robins (2007), doi:10.1103/PhysRevE.76.036113; Kuulasmaa (1982), doi:10.2307/3213827.
    """
    live = np.zeros(network.arcs, np.uint32)
    for w in samples:
        if recovery == 0.0 or transmission in (0.0, 1.0):
            live[:] = int(transmission > 0.0)
        else:
            _infect(network.out_ptr, network.out_idx, Stream(key, np.uint64(w)), transmission, recovery, live)
        yield _census(network, live, 0)


def spread(reaches: Iterator[NDArray[np.int64]], n: int, least: int = 1,
           progress: Callable[[int], object] = int) -> Spread:
    """Return what nodes reach on average, and how often at least so many, from what they reach in each sample."""
    (total, squares, hits), number = np.zeros((3, n)), 0
    for reached in reaches:
        _note(reached, least, total, squares, hits)
        number += 1
        progress(1)
    mean = total / number
    if number == 1:
        return Spread(mean, np.full(n, np.inf), hits)
    variance = np.maximum(squares / number - mean * mean, 0.0) * number / (number - 1)
    return Spread(mean, np.sqrt(variance / number), hits / number)
