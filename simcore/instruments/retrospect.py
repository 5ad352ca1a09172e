"""Influencers found in successful cascades, and what they are worth the next time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import engine, models, rng
from simcore.engine.trees import Tree, grow
from simcore.errors import UsageError, did_you_mean
from simcore.intervals import mean_half
from simcore.network.adapters import as_loaded
from simcore.parameters import resolve
from simcore.scenario.parameters import fitting_parameters
from simcore.seeding import Random, Ranking, choose, order
from simcore.seeding.seeds import Seeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

FOUND_BY = ("start", "broadcast", "early")
EARLY = 0.01  # of those who adopt


class Mean(NamedTuple):
    """A mean size and its 95 % interval."""

    value: float
    interval: tuple[float, float]


class Hindsight(NamedTuple):
    """What those who stood out in the largest cascades are worth when they start again.

    Attributes
    ----------
    people : uint32[k]
        Those who stood out in the largest cascades of the first half of the replicates.
    apparent : Mean
        The cascades there by which they were chosen.
    held_out : Mean
        Their cascades in replicates that nobody had seen.
    same_degree : Mean
        Those of other people with the same out-degree, one for each, in the same replicates.
    everybody : Mean
        Those of random people.
    """

    people: NDArray[np.uint32]
    apparent: Mean
    held_out: Mean
    same_degree: Mean
    everybody: Mean


def hindsight(network: Any, model: str = "independent-cascade", *, replicates: int = 1000, people: int = 20,
              again: int = 50, seed: int = 0, horizon: int = 1000, found_by: str = "start",
              **parameters: Any) -> Hindsight:
    """Find "influencers" in successful cascades, and have them start again.

    Replicates 0 .. R - 1 start from random people. Of the largest cascades those are taken who started them, who
    convinced most people, or who were among the first hundredth to adopt, each person once; each then starts `again`
    replicates that come after all these. Beside each stands another person of the same out-degree (of the next,
    if there is none), drawn by the network's key.

    Parameters
    ----------
    network : networkx graph, scipy sparse matrix, Loaded or Network
    model : str
    replicates, people, again, seed, horizon : int
    found_by : "start", "broadcast" or "early"
        The rule by which people stand out; the last two need a model with cascade trees.
    **parameters
        The model's, as a scenario gives them.

    Returns
    -------
    Hindsight

    Raises
    ------
    UsageError
        If a parameter is missing or does not fit the network, or there are not so many people.

    Notes
    -----
    The comparison of Bakshy, Hofman, Mason & Watts (2011), doi:10.1145/1935826.1935845, without hindsight.
    """
    found, loaded = models.find(model), as_loaded(network)
    declared = fitting_parameters(found, parameters, loaded)
    if not 0 < people <= min(loaded.network.n, replicates) or again < 2:
        raise UsageError(f"people: 1 to {min(loaded.network.n, replicates)} of them, each at least twice again (got "
                         f"{people} and {again})")
    if found_by not in FOUND_BY:
        raise UsageError(f"found_by: {', '.join(FOUND_BY)} (got '{found_by}'){did_you_mean(found_by, FOUND_BY)}")
    if found_by != "start" and not found.has_trees:
        raise UsageError(f"found_by: '{found_by}' needs a model with cascade trees, which '{model}' has not")
    key = rng.network_key(rng.root(seed), 0)
    params = resolve(found.Params, declared, loaded.network, loaded.columns, rng.Stream(key, np.uint64(0)),
                     loaded.arc_columns)

    def task(seeds: Seeds, first: int) -> engine.Task:
        return engine.Task(found, found.Layers(loaded.network), params, seeds, key, first, horizon)

    def sizes(seeds: Seeds, first: int) -> NDArray[np.float64]:
        return engine.run(task(seeds, first), ["size"])[0][:, list(found.outcomes).index("size")]

    chosen = choose(Random(), loaded, key, 0, replicates)
    seen, best = sizes(chosen, 0), dict[int, float]()
    for r in np.argsort(-seen, kind="stable").tolist():
        trees = [] if found_by == "start" else grow(task(chosen.part(r, r + 1), r))[1]
        for i in _standing_out(trees[0], found_by) if trees else chosen.nodes[chosen.begin[r]:chosen.end[r]].tolist():
            best.setdefault(i, float(seen[r]))
        if len(best) >= people:
            break
    first = np.array([*best][:people], np.uint32)
    alike = _alike(loaded.network.out_degree, first, order(loaded, Ranking(), key, loaded.network.n))
    others = choose(Random(), loaded, key, replicates, first.size * again)
    return Hindsight(first, _mean(np.array([*best.values()])[:people, None]), *(
        _mean(sizes(seeds, replicates).reshape(first.size, again))
        for seeds in (_repeated(first, again), _repeated(alike, again), others)))


def _standing_out(tree: Tree, found_by: str) -> Iterator[int]:
    """Return who convinced most people (of several, who adopted first), or the first of those who adopted."""
    if found_by == "broadcast":
        return iter([int(tree.nodes[np.bincount(tree.parent[tree.parent >= 0], minlength=1).argmax()])])
    return iter(tree.nodes[:math.ceil(EARLY * tree.nodes.size)].tolist())


def _repeated(nodes: NDArray[np.uint32], times: int) -> Seeds:
    every = np.repeat(nodes, times)
    return Seeds(every, np.arange(every.size), np.arange(1, every.size + 1), np.zeros(every.size), np.zeros(every.size))


def _alike(degree: NDArray[np.int64], people: NDArray[np.uint32], ranked: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return for each of these people the nearest in the order by degree who is none of them."""
    place, taken, out = np.empty(ranked.size, np.int64), np.zeros(ranked.size + 2, np.bool_), list[int]()
    place[ranked] = np.arange(1, ranked.size + 1)
    taken[place[people]] = True
    for i in people.tolist():
        low = high = int(place[i])
        while low > 0 and taken[low]:
            low -= 1
        while high <= ranked.size and taken[high]:
            high += 1
        near = [int(ranked[at - 1]) for at in (low, high) if 1 <= at <= ranked.size] or [i]
        gaps = [abs(int(degree[j]) - int(degree[i])) for j in near]
        out.append(near[gaps.index(min(gaps))])
    return np.array(out, np.uint32)


def _mean(sizes: NDArray[np.float64]) -> Mean:
    """Return the mean over people of their mean sizes; the interval is that of the mean over people."""
    each = sizes.mean(axis=1)
    reach = mean_half(each, np.arange(each.size))
    return Mean(float(each.mean()), (float(each.mean()) - reach, float(each.mean()) + reach))
