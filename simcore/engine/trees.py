"""Cascade trees: who convinced whom, and how that spreads out.

A node that adopts in step t was convinced by somebody who adopted in step t - 1: under thresholds by those who
completed what it needed, under independent cascades by those whose attempt succeeded; or in an earlier step, where
infections go on, by those whose contact in this step infects. Of several, the one with the least draw of PARENT is its
parent. Seeds, and whoever adopts by itself or is won from outside, have none: they are roots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore._jit import kernel
from simcore.mechanisms.adoption import SIZE
from simcore.mechanisms.cascades import Cascade, may_have
from simcore.rng import Stream, attempt

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from simcore.engine.algorithms import Task

SHAPES = {"generations": int, "breadth": int, "structural_virality": float}
_U1 = np.uint64(1)


class Tree(NamedTuple):
    """A cascade: its nodes in the order of adoption.

    Attributes
    ----------
    nodes : uint32[k]
    time : int64[k]
        When each adopted; 0: the seeds.
    parent : int64[k]
        The place of the one who convinced it; -1: a root.
    generation : int64[k]
        Arcs from its root.
    """

    nodes: NDArray[np.uint32]
    time: NDArray[np.int64]
    parent: NDArray[np.int64]
    generation: NDArray[np.int64]

    def __repr__(self) -> str:
        shape = ", ".join(f"{name} {value:.4g}" for name, value in self.shape.items())
        return f"<Tree: {self.nodes.size} nodes, {shape}>"

    @property
    def shape(self) -> dict[str, float]:
        """Generations after the roots, the most nodes in one of them, and structural virality, by name."""
        deep = int(self.generation.max(initial=0))
        broad = int(np.bincount(self.generation, minlength=1).max())
        return dict(zip(SHAPES, (deep, broad, structural_virality(self.parent)), strict=True))


@kernel
def _trace(network, stream, chances, need, got, cascade):
    """Fill in who convinced each adopter, where those do who adopted in the step before.

    There are ``chances`` of arcs, or else a ``need`` of each node; ``got`` begins with zeros.
    """
    ptr, idx, weight, time, parent = network.out_ptr, network.out_idx, network.out_weight, cascade.time, cascade.parent
    for k in range(cascade.nodes.size):
        i = np.uint64(cascade.nodes[k])
        if parent[k] >= 0 and need.size > 0 and (need[i] <= 0 or got[k] < need[i]):
            parent[k] = -1  # it adopted by itself, or was won from outside
        for a in range(np.uint64(ptr[i]), np.uint64(ptr[i + _U1])):
            j = np.uint64(idx[a])
            child = cascade.place[j]
            if child < 0 or time[child] <= time[k]:
                continue
            got[child] += weight[a] if weight.size else 1
            if time[child] != time[k] + 1 or (chances.size > 0 and not attempt(stream, i, j, chances[a])):
                continue
            may_have(cascade, stream, k, child)


@kernel
def _descend(parent, generation):
    """Fill in how far each is from its root; parents come before their children."""
    for k in range(parent.size):
        generation[k] = generation[parent[k]] + 1 if parent[k] >= 0 else 0


@kernel
def _weigh(parent, below):
    """Fill ``below`` with the nodes of each subtree; parents come before their children."""
    for k in range(parent.size):
        below[k] = 1
    for k in range(parent.size - 1, -1, -1):
        if parent[k] >= 0:
            below[parent[k]] += below[k]


@kernel
def _sum_up(parent, below, whole):
    """Return the sum of s (n - s) over arcs; ``whole`` is filled with the nodes of each one's tree."""
    total = 0
    for k in range(parent.size):
        whole[k] = whole[parent[k]] if parent[k] >= 0 else below[k]
        total += below[k] * (whole[k] - below[k])
    return total


def structural_virality(parent: ArrayLike) -> float:
    """Return the mean distance between two nodes of a tree: the Wiener index over the number of pairs.

    Parameters
    ----------
    parent : array_like of int, shape (k,)
        The place of each node's parent, which comes before it; -1 for a root. Of several trees, pairs count that are
        in the same one.

    Returns
    -------
    float
        0 where nobody convinced anybody. Summed in whole numbers, so exact but for one division.

    Notes
    -----
    Goel, Anderson, Hofman & Watts (2016), doi:10.1287/mnsc.2015.2158, eq. 1, as the sum over arcs of s (n - s), s
    being the nodes below one.
    """
    parents = np.asarray(parent, np.int64)
    below = np.empty(parents.size, np.int64)
    _weigh(parents, below)
    pairs = sum(n * (n - 1) for n in below[parents < 0].tolist())
    return 2 * int(_sum_up(parents, below, np.empty(parents.size, np.int64))) / pairs if pairs else 0.0


def grow(task: Task) -> tuple[NDArray[np.float64], list[Tree]]:
    """Run replicates as the plain algorithm does, and find who convinced whom.

    Parameters
    ----------
    task : Task
        Its model has trees, see `simcore.model.Model`.

    Returns
    -------
    outcomes : float64[R, len(model.outcomes)]
    trees : list of Tree
        One for each replicate.
    """
    model, network = task.model, task.layers[0]
    state: Any = model.allocate(task.layers, task.params)
    chances, need = np.empty(0, np.uint64), np.empty(0, np.int64)
    if model.trace is None and model.live is not None:
        chances = np.empty(network.arcs, np.uint64)
        model.live(task.layers, task.params, chances)
    elif model.trace is None:
        need = np.empty(network.n, np.int64)
        model.needs(task.layers, task.params, need)
    place, trees = np.full(network.n, -1, np.int64), []
    outcomes = np.empty((task.replicates, len(model.outcomes)))
    for r in range(task.replicates):
        stream = Stream(task.key, np.uint64(task.first + r))
        seeds = task.seeds.nodes[task.seeds.begin[r]:task.seeds.end[r]]
        active, t, sizes = model.reset(task.layers, task.params, state, seeds, stream), 0, [seeds.size]
        while active > 0 and t < task.horizon:
            t += 1
            active = model.step(task.layers, task.params, state, stream, t)
            sizes.append(int(state.tally[SIZE]))  # and EVER, which stands there, too
        model.conclude(state, outcomes[r])
        nodes = getattr(state, model.adopters or "")[:sizes[-1]].copy()
        time = np.repeat(np.arange(len(sizes)), np.diff(sizes, prepend=0))
        place[nodes] = np.arange(nodes.size)
        cascade = Cascade(nodes, time, place, np.full(nodes.size, -1), np.empty(nodes.size, np.uint64),
                          np.empty(nodes.size))
        if model.trace is not None:
            model.trace(task.layers, task.params, stream, cascade)
        else:
            _trace(network, stream, chances, need, np.zeros(nodes.size, np.int64), cascade)
        place[nodes] = -1
        generation = np.empty(nodes.size, np.int64)
        _descend(cascade.parent, generation)
        trees.append(Tree(nodes, time, cascade.parent, generation))
    return outcomes, trees


def shapes(trees: list[Tree]) -> dict[str, NDArray[np.float64]]:
    """Return the shape of each tree as columns, see `SHAPES`."""
    found = [tree.shape for tree in trees]
    return {name: np.array([shape[name] for shape in found], np.float64) for name in SHAPES}
