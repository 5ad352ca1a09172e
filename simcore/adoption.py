"""Adoption by class as a run recorded it: how much of each class adopts, when, and how well connected adopters are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.errors import UsageError
from simcore.intervals import student
from simcore.scenario.classes import MISSING
from simcore.store import words
from simcore.store.columns import numbers, positions, whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.store import Chunk, Store

NOT_RECORDED = "adoption by class is not recorded; [record] by_class says by which classes to"
_HELD = 2**19  # replicates whose counts are held at once
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
    """Means, their standard errors, clustered by network, and halves of 95 % intervals; NaN where there is none."""

    value: NDArray[np.float64]
    error: NDArray[np.float64]
    half: NDArray[np.float64]


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
    first = {}
    for label in labels:
        try:
            first[label] = math.inf if label == MISSING else float(label.partition(" to ")[0])
        except ValueError:
            return sorted(labels, key=lambda text: (text == MISSING, text))
    return sorted(labels, key=lambda label: first[label])


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
    for chunk in store.files():
        for name, values in _rows(store, chunk, place, labels).items():
            parts[name].append(values)
    found = {name: np.concatenate([np.empty(0, np.int64), *values]) for name, values in parts.items()}
    ordered = in_order(labels)
    found["class"] = np.array([ordered.index(label) for label in labels], np.int64)[found["class"]]
    order = np.lexsort([found[name] for name in ("class", "t", "replicate", "point")])
    out: dict[str, Any] = {name: values[order] for name, values in found.items()}
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
    return _counts(store, _files(store), hashes, over_time=over_time)


def by_point(store: Store) -> Iterator[Counts | None]:
    """Yield what was counted at each point, times not told apart, by their hashes; few of them are held at once.

    None stands for a point of which nothing is done.
    """
    files, hashes = _files(store), sorted(point["hash"] for point in store.manifest["points"])
    some = max(_HELD // max((plan["stop"] for plan in store.plans()), default=1), 1)
    for begin in range(0, len(hashes), some):
        found = _counts(store, files, hashes[begin:begin + some], over_time=False)
        yield from (found.get(hash_) for hash_ in hashes[begin:begin + some])


class _File(NamedTuple):
    """A file, and where what is in it stands among the hashes of points in their order."""

    chunk: Chunk
    first: int
    last: int


class _Files(NamedTuple):
    files: list[_File]
    place: dict[str, int]
    several: NDArray[np.bool_]  # whether a point is run on several networks


def _files(store: Store) -> _Files:
    """Return which files there are, and what they hold."""
    place = {hash_: k for k, hash_ in enumerate(sorted(point["hash"] for point in store.manifest["points"]))}
    files, several, one = list[_File](), np.zeros(len(place), np.bool_), np.full(len(place), -1)
    for chunk in store.files():
        table = store.read_file(chunk, "chunks", ("point", "network"))
        point = positions(whole(table.column("point")), place, store.path(chunk))
        network = numbers(whole(table.column("network")))
        new = one[point] < 0
        one[point[new]] = network[new]
        several[point[one[point] != network]] = True
        files.append(_File(chunk, int(point.min()), int(point.max())))
    return _Files(files, place, several)


def _rows(store: Store, chunk: Chunk, place: Mapping[str, int], labels: dict[str, int]) -> dict[str, NDArray[np.int64]]:
    """Return what a file holds, points and classes as numbers; labels that were not known before are added to these."""
    table = store.read_file(chunk, "classes").unify_dictionaries()
    classes = whole(table.column("class"))
    codes = np.array([labels.setdefault(label, len(labels)) for label in classes.dictionary.to_pylist()], np.int64)
    return {"point": positions(whole(table.column("point")), place, store.path(chunk, "classes")),
            "class": codes[numbers(classes.indices)],
            **{name: numbers(whole(table.column(name))) for name in ("replicate", "network", "t", *_SUMS[1:])}}


def _counts(store: Store, held: _Files, hashes: Collection[str], *, over_time: bool) -> dict[str, Counts]:
    """Return what was counted at some points, from the files that hold any of them."""
    wanted = np.zeros(len(held.place), np.bool_)
    wanted[[held.place[hash_] for hash_ in hashes]] = True
    labels = dict[str, int]()
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for chunk, begin, end in held.files:
        if not wanted[begin:end + 1].any():
            continue
        rows = _rows(store, chunk, held.place, labels)
        kept = wanted[rows["point"]]
        if not kept.any():
            continue
        part = {name: values[kept] for name, values in rows.items()}
        first = part["t"] == 0
        keys = np.stack([np.where(held.several[part["point"]], part["network"], part["replicate"]),
                         part["t"] * over_time, part["class"], part["point"]], axis=1)
        sums = np.stack([first, *(part[name] * first for name in _SUMS[1:4]), *(part[name] for name in _SUMS[4:])],
                        axis=1)
        parts.append(_summed(keys, sums))
    if not parts:
        return {}
    keys, sums = _summed(*map(np.concatenate, zip(*parts, strict=True)))
    found, edges = {}, np.searchsorted(keys[:, 3], np.arange(len(held.place) + 1))
    for hash_ in hashes:
        begin, end = edges[held.place[hash_]:held.place[hash_] + 2]
        if begin < end:
            found[hash_] = _named(list(labels), keys[begin:end, :3], sums[begin:end])
    return found


def _summed(keys: NDArray[np.int64], sums: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Add up the rows that have the same keys; the rows left are ordered by point, then time."""
    order = np.lexsort((keys[:, 0], keys[:, 2], *keys.T[1::2]))
    keys, sums = keys[order], sums[order]
    begin = np.flatnonzero(np.any(np.diff(keys, axis=0, prepend=-1) != 0, axis=1))
    return keys[begin], np.add.reduceat(sums, begin, axis=0)


def _named(labels: Sequence[str], keys: NDArray[np.int64], sums: NDArray[np.int64]) -> Counts:
    """Return what was counted at a point, by the classes that it has, in their order."""
    there = np.unique(keys[:, 2])
    ordered = in_order(sorted(labels[k] for k in there))
    keys[:, 2] = np.array([ordered.index(labels[k]) for k in there], np.int64)[np.searchsorted(there, keys[:, 2])]
    return Counts(tuple(ordered), *_summed(keys, sums))


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
    error = np.where(number > 1, error, np.nan)
    return Means(value, error, error * student(number - 1))


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
