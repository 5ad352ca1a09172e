"""Adoption by class as a run recorded it: how much of each class adopts, when, and how well connected adopters are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.errors import UsageError
from simcore.scenario.classes import MISSING
from simcore.store import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from simcore.store import Store

NOT_RECORDED = "adoption by class is not recorded; [record] by_class says by which classes to"
MOST_TIMES = 200  # of a curve: beyond, they are evenly spread
_SUMS = ("replicates", "nodes", "in_degree", "out_degree", "new", "new_in_degree", "new_out_degree")


class Counts(NamedTuple):
    """What was counted at one point.

    Attributes
    ----------
    labels : tuple of str
        The classes in their order.
    keys : int64[..., 3]
        Cluster (replicates on one network, or single ones where there is but one), t and class of each row.
    sums : int64[..., 7]
        Over the replicates of a cluster: at t = 0 their number, and the nodes and degrees of the class; new adopters,
        and their degrees.
    """

    labels: tuple[str, ...]
    keys: NDArray[np.int64]
    sums: NDArray[np.int64]


class Means(NamedTuple):
    """Means and their standard errors, clustered by network; NaN where there is none."""

    value: NDArray[np.float64]
    error: NDArray[np.float64]


class Curves(NamedTuple):
    """Adoption over time at one point.

    Attributes
    ----------
    labels : tuple of str
        C classes in their order.
    nodes : float64[C]
        Mean number of nodes of each.
    times : int64[T]
    share : Means of float64[T, C]
        Share of each class that has adopted by then.
    new : int64[T]
        Who adopted since the time before, over all replicates.
    degrees : dict of Means of float64[T]
        Mean ``in_degree`` and ``out_degree`` of those.
    mean_degree : float
        Of all nodes.
    """

    labels: tuple[str, ...]
    nodes: NDArray[np.float64]
    times: NDArray[np.int64]
    share: Means
    new: NDArray[np.int64]
    degrees: dict[str, Means]
    mean_degree: float


def is_recorded(store: Store) -> bool:
    """Tell whether a run recorded adoption by class."""
    return "by_class" in store.manifest["scenario"]["record"]


def in_order(labels: Collection[str]) -> list[str]:
    """Return the labels of classes in their order: by number if all begin with one, what is missing last."""
    numbers = {}
    for label in labels:
        try:
            numbers[label] = math.inf if label == MISSING else float(label.partition(" to ")[0])
        except ValueError:
            return sorted(labels, key=lambda text: (text == MISSING, text))
    return sorted(labels, key=lambda label: numbers[label])


def columns(store: Store) -> dict[str, Any]:
    """Return what is recorded, as far as the run is done, in the order of points, replicates, times and classes.

    ``point`` is the position of the point in the manifest, as in `Store.columns`; ``class`` an Arrow dictionary.

    Raises
    ------
    UsageError
        If nothing is recorded.
    """
    if not is_recorded(store):
        raise UsageError(f"{store.folder}: {NOT_RECORDED}")
    place = {hash_: k for k, hash_ in enumerate(sorted(point["hash"] for point in store.manifest["points"]))}
    parts: dict[str, list[Any]] = {name: [] for name in ("point", "replicate", "network", "t", "class", *_SUMS[1:])}
    labels = dict[str, int]()
    for table in store.tables("classes"):
        for hash_, part, called in _by_point(table, place):
            codes = np.array([labels.setdefault(label, len(labels)) for label in called])
            for name, values in parts.items():
                values.append(np.full(part["t"].size, place[hash_]) if name == "point" else
                              codes[part[name]] if name == "class" else part[name])
    whole = {name: np.concatenate([np.empty(0, np.int64), *values]) for name, values in parts.items()}
    ordered = in_order(labels)
    whole["class"] = np.array([ordered.index(label) for label in labels], np.int64)[whole["class"]]
    order = np.lexsort([whole[name] for name in ("class", "t", "replicate", "point")])
    out: dict[str, Any] = {name: values[order] for name, values in whole.items()}
    return out | {"class": words(ordered, out["class"])}


def counts(store: Store, hashes: Collection[str], *, over_time: bool = True) -> dict[str, Counts]:
    """Return what was counted at these points, as far as the run is done.

    Parameters
    ----------
    store : Store
    hashes : collection of str
        Of the points.
    over_time : bool
        Whether to tell times apart; else all new adopters stand at t = 0.
    """
    outcomes, ordered = store.columns(), sorted(point["hash"] for point in store.manifest["points"])
    several = {hash_ for k, hash_ in enumerate(ordered)
               if np.unique(outcomes["network"][outcomes["point"] == k]).size > 1}
    found: dict[str, list[Counts]] = {}
    for table in store.tables("classes"):
        for hash_, part, labels in _by_point(table, hashes):
            cluster = part["network" if hash_ in several else "replicate"]
            first = part["t"] == 0
            keys = np.stack([cluster, part["t"] * over_time, part["class"]], axis=1)
            sums = np.stack([first, *(part[name] * first for name in _SUMS[1:4]), *(part[name] for name in _SUMS[4:])],
                            axis=1)
            found.setdefault(hash_, []).append(Counts(labels, *_summed(keys, sums)))
    return {hash_: _joined(parts) for hash_, parts in found.items()}


def _by_point(table: pa.Table, hashes: Collection[str]) -> Iterator[
        tuple[str, dict[str, NDArray[np.int64]], tuple[str, ...]]]:
    """Yield points of a table, their columns, and the labels of classes that the column ``class`` counts."""
    table = table.unify_dictionaries().combine_chunks()
    known = table.column("point").chunk(0).dictionary.to_pylist()
    place = table.column("point").chunk(0).indices.to_numpy()
    found = {name: table.column(name).to_numpy() for name in ("replicate", "network", "t", *_SUMS[1:])}
    classes = table.column("class").chunk(0)
    found["class"] = classes.indices.to_numpy().astype(np.int64)
    for k, hash_ in enumerate(known):
        if hash_ in hashes:
            yield (hash_, {name: values[place == k] for name, values in found.items()},
                   tuple(classes.dictionary.to_pylist()))


def _summed(keys: NDArray[np.int64], sums: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Add up the rows that have the same keys; the rows left are ordered by time."""
    order = np.lexsort((keys[:, 0], keys[:, 2], keys[:, 1]))
    keys, sums = keys[order], sums[order]
    begin = np.flatnonzero(np.any(np.diff(keys, axis=0, prepend=-1) != 0, axis=1))
    return keys[begin], np.add.reduceat(sums, begin, axis=0)


def _joined(parts: Sequence[Counts]) -> Counts:
    labels = in_order({label for part in parts for label in part.labels})
    place = {label: k for k, label in enumerate(labels)}
    for part in parts:
        part.keys[:, 2] = np.array([place[label] for label in part.labels])[part.keys[:, 2]]
    keys, sums = _summed(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("keys", "sums")))
    there = np.unique(keys[:, 2])  # a chunk's labels are those of all its points
    keys[:, 2] = np.searchsorted(there, keys[:, 2])
    return Counts(tuple(labels[k] for k in there), keys, sums)


class _Clusters(NamedTuple):
    """The clusters of a point: G of them, C classes."""

    of: NDArray[np.int64]  # the cluster of each row
    weight: NDArray[np.float64]  # float64[G, C]: replicates in which the class has nodes
    nodes: NDArray[np.float64]  # float64[G, C]: nodes of the class in each of them


def _clusters(counted: Counts) -> _Clusters:
    different, of = np.unique(counted.keys[:, 0], return_inverse=True)
    first = counted.keys[:, 1] == 0
    shape = different.size, len(counted.labels)
    weight, nodes = np.zeros(shape), np.zeros(shape)
    np.add.at(weight, (of[first], counted.keys[first, 2]), counted.sums[first, 0])
    np.add.at(nodes, (of[first], counted.keys[first, 2]), counted.sums[first, 1])
    return _Clusters(of, weight, nodes / np.maximum(weight, 1.0))


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> Means:
    """Return the ratios of the sums over clusters, the first axis, with linearised standard errors."""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = above.sum(axis=0) / below.sum(axis=0)
        spread = above - value * below
        number = np.count_nonzero(below, axis=0)
        error = np.sqrt(number / (number - 1.0) * (spread**2).sum(axis=0)) / below.sum(axis=0)
    return Means(value, np.where(number > 1, error, np.nan))


def final(counted: Counts) -> Means:
    """Return the share of each class that adopts in all, float64[C]."""
    clusters = _clusters(counted)
    total = np.zeros(clusters.nodes.shape)
    np.add.at(total, (clusters.of, counted.keys[:, 2]), counted.sums[:, 4])
    return _ratio(total / np.maximum(clusters.nodes, 1.0), clusters.weight)


def mean_nodes(counted: Counts) -> NDArray[np.float64]:
    """Return the mean number of nodes of each class, float64[C]."""
    clusters = _clusters(counted)
    return np.asarray((clusters.nodes * clusters.weight).sum(axis=0) / clusters.weight.sum(axis=0), np.float64)


def curves(counted: Counts) -> Curves:
    """Return adoption over time."""
    clusters, last = _clusters(counted), int(counted.keys[:, 1].max())
    times = np.unique(np.linspace(0, last, min(last + 1, MOST_TIMES)).round().astype(np.int64))
    ends = np.searchsorted(counted.keys[:, 1], times, side="right")
    adopted, shares, ratios = np.zeros(clusters.nodes.shape), list[Means](), list[list[Means]]()
    number = clusters.nodes.shape[0]
    for begin, end in zip([0, *ends[:-1]], ends, strict=True):
        of, sums = clusters.of[begin:end], counted.sums[begin:end].astype(np.float64)
        np.add.at(adopted, (of, counted.keys[begin:end, 2]), sums[:, 4])
        shares.append(_ratio(adopted / np.maximum(clusters.nodes, 1.0), clusters.weight))
        new, into, out = (np.bincount(of, sums[:, k], number).astype(np.float64) for k in (4, 5, 6))
        ratios.append([_ratio(into, new), _ratio(out, new)])
    first = counted.keys[:, 1] == 0
    _, nodes, _, out_degree, *_ = counted.sums[first].sum(axis=0)
    return Curves(
        counted.labels, mean_nodes(counted), times, _stacked(shares),
        np.diff(np.cumsum(counted.sums[:, 4])[ends - 1], prepend=0),
        {name: _stacked([pair[k] for pair in ratios]) for k, name in enumerate(("in_degree", "out_degree"))},
        float(out_degree / nodes))


def _stacked(parts: Sequence[Means]) -> Means:
    return Means(*(np.stack([getattr(part, name) for part in parts]) for name in Means._fields))
