"""Opinions of two kinds, and opinions from 0 to 1: what their models share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from simcore._jit import inline, kernel
from simcore.errors import NetworkError
from simcore.parameters import Normal, PowerOfDegree, Uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Two opinions, 0 and 1, uint8[n]. ``mutual`` says that influence always goes both ways, so that what is counted along
# the arcs out of a node need not be counted along those into it.
ONES, DISCORDANT, TURNED = range(3)  # of the tally: nodes with opinion 1, arcs between opinions, the last change


@inline
def turn(network, mutual, opinion, tally, i, t):
    """Let a node change its opinion, and count."""
    own = opinion[i] = np.uint8(1) - opinion[i]
    more = 0
    for j in network.out_idx[network.out_ptr[i]:network.out_ptr[i + np.uint64(1)]]:
        more += 1 if opinion[j] != own else -1
    if mutual:
        more *= 2
    else:
        for j in network.in_idx[network.in_ptr[i]:network.in_ptr[i + np.uint64(1)]]:
            more += 1 if opinion[j] != own else -1
    tally[ONES] += 1 if own else -1
    tally[DISCORDANT] += more
    tally[TURNED] = t


@kernel
def divide(network, mutual, opinion, tally, seeds):
    """Let the seeds hold opinion 1, all others 0."""
    for i in range(opinion.size):
        opinion[i] = 0
    tally[ONES] = tally[DISCORDANT] = tally[TURNED] = 0
    for i in seeds:
        turn(network, mutual, opinion, tally, i, 0)


TWO = {"size": int, "duration": int}  # outcomes
ONE = "nodes with opinion 1 at the end"  # are counted


@kernel
def observe_two(state, row):
    """Fill (ones, discordant), or (ones)."""
    for column in range(row.size):
        row[column] = state.tally[column]


@kernel
def conclude_two(state, row):
    """Fill (size, duration)."""
    row[0], row[1] = state.tally[ONES], state.tally[TURNED]


# Opinions from 0 to 1, float64[n].
MOVED = 0  # of the tally: the last step in which an opinion changed
Tolerance = Annotated[float, Ge(1e-6), Le(1.0)]  # the width of `cells`, which have their room


def outside(**parameters: Any) -> dict[str, str]:
    """Return which parameters of the nodes do not lie in [0, 1], and how: for a `Model.check`."""
    wrong = {}
    for name, value in parameters.items():
        law = isinstance(value, Uniform | Normal | PowerOfDegree)
        for limit, number in {"low = ": value.low, "high = ": value.high}.items() if law else {"": value}.items():
            if isinstance(number, float) and not 0.0 <= number <= 1.0:
                wrong[name] = f"must lie between 0 and 1 (got {limit}{number:g})"
    return wrong


def refuse_outside(**values: NDArray[np.float64]) -> None:
    """Raise NetworkError if parameters of the nodes that come from the network do not lie in [0, 1]."""
    for name, array in values.items():
        for i in np.flatnonzero((array < 0.0) | (array > 1.0))[:1]:
            raise NetworkError.because(f"values used as {name} must lie between 0 and 1 (got {array[i]:g} of node {i})")


@kernel
def hold(given, opinion, seeds):
    """Let nodes hold the opinions given, float64[n] or float64[1], and the seeds 1."""
    for i in range(opinion.size):
        opinion[i] = given[i if given.size > 1 else 0]
    for i in seeds:
        opinion[i] = 1.0


@inline
def move(opinion, after, tolerance, tally, t):
    """Let those take the opinions ``after`` who move by more than the tolerance; return their number."""
    moves = 0
    for i in range(opinion.size):
        if abs(after[i] - opinion[i]) > tolerance:
            opinion[i] = after[i]
            moves += 1
    if moves:
        tally[MOVED] = t
    return moves


@inline
def moments(opinion):
    """Return the mean and the variance, added up in the order of nodes; 0 without any."""
    mean = variance = 0.0
    for x in opinion:
        mean += x
    mean /= max(opinion.size, 1)
    for x in opinion:
        variance += (x - mean) * (x - mean)
    return mean, variance / max(opinion.size, 1)


@kernel
def observe_moments(state, row):
    """Fill (mean, variance)."""
    row[0], row[1] = moments(state.opinion)


CLUSTERS = {"size": int, "clusters": int, "duration": int}  # outcomes


def cells(tolerance: float) -> NDArray[np.uint32]:
    """Return the cells, all empty, that [0, 1] is cut into to tell clusters."""
    return np.zeros(int(np.ceil(1.0 / tolerance)), np.uint32)


@inline
def cell(x, cells):
    """Return the cell that an opinion lies in."""
    return min(np.int64(x * cells.size), cells.size - 1)


@kernel
def conclude_clusters(state, row):
    """Fill (size, clusters, duration); clusters are runs of cells that are not empty."""
    largest, number, cells = 0, 0, state.cells
    for x in state.opinion:
        cells[cell(x, cells)] += 1
    for x in state.opinion:
        c, size = cell(x, cells), 0
        if c == 0 or cells[c - 1] == 0:
            while c < cells.size and cells[c] > 0:
                size += cells[c]
                cells[c] = 0
                c += 1
        largest, number = max(largest, size), number + (size > 0)
    row[0], row[1], row[2] = largest, number, state.tally[MOVED]
