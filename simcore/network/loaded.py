"""A network with its labels and attributes, as every reader and adapter returns it."""

from __future__ import annotations

import bisect
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from simcore.errors import NetworkError, did_you_mean
from simcore.network import csr
from simcore.network.labels import Columns, Groups, Labels, is_integer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from simcore.network.csr import Network, Parallel
    from simcore.network.rows import Canonical

Direction = Literal["source-influences-target", "target-influences-source", "both"]

_NEARBY = 1000  # labels on either side among which a similar one is looked for


class Report(NamedTuple):
    """What a network is, and what was done to its arcs on the way in."""

    nodes: int
    arcs: int  # an undirected tie counts twice
    directed: bool
    self_loops: int  # dropped
    merged: int  # rows that repeated a tie
    isolated: int
    weighted: bool
    left_out: int = 0  # dropped: rows outside the window of times, zeros of a matrix

    @property
    def dropped(self) -> int:
        """Rows that became no arc, and were not merged into one either."""
        return self.self_loops + self.left_out


@dataclass(frozen=True, eq=False)
class Loaded:
    """A network, the labels of its nodes and what is known of them.

    Attributes
    ----------
    network : Network
        Its nodes are positions in ``labels``.
    labels : int64[n], sequence of str, or None
        Ascending; None if a node's number is all it has.
    columns : dict of float64[n]
        Attributes that are numbers, NaN where one is missing.
    groups : dict of list of str
        Attributes that are text.
    report : Report
        What was done to the arcs on the way in.
    arc_columns : dict of float64[m]
        Attributes of the arcs, in the order of ``network.out_idx``, as far as they were asked for.
    missing : dict of str
        Where in a file the first missing number of a column stands.
    """

    network: Network
    labels: Labels | None
    columns: Columns
    groups: Groups
    report: Report
    arc_columns: Columns = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        known = ", ".join([*self.columns, *self.groups]) or "nothing but ties"
        return f"<Loaded: {self.network}, known of nodes: {known}>"

    def node(self, label: int | str) -> int:
        """Return the number of a node, given its label.

        Raises
        ------
        NetworkError
            If no node has this label; the message names a similar one.
        """
        labels: Any = range(self.network.n) if self.labels is None else self.labels
        text, place = str(label), 0
        of_text = isinstance(self.labels, Sequence)
        if of_text or is_integer(text):
            wanted = text if of_text else int(text)
            place = bisect.bisect_left(labels, wanted)
            if place < len(labels) and labels[place] == wanted:
                return place
        near = [str(other) for other in labels[max(0, place - _NEARBY) : place + _NEARBY]]
        raise NetworkError.because(f"there is no node '{text}'{did_you_mean(text, near)}")

    def digest(self) -> str:
        """Return the SHA-256 of the network and of the attributes, in the order of their names."""
        digest = hashlib.sha256(self.network.digest().encode())
        for name, values in sorted(self.columns.items()):
            plain = np.where(np.isnan(values), np.nan, values) + 0.0  # one NaN, and no -0.0
            digest.update(json.dumps(name).encode())
            digest.update(np.ascontiguousarray(plain, "<f8").data)
        for name, texts in sorted(self.groups.items()):
            digest.update(json.dumps([name, texts]).encode())
        for name, values in sorted(self.arc_columns.items()):
            digest.update(json.dumps({"arcs": name}).encode())
            digest.update(np.ascontiguousarray(values + 0.0, "<f8").data)
        return digest.hexdigest()


def reported(network: Network, labels: Labels | None = None, columns: Columns | None = None,
             groups: Groups | None = None, *, self_loops: int = 0, merged: int = 0, left_out: int = 0) -> Loaded:
    """Report on a network; labels and attributes are in the order of its nodes."""
    report = Report(network.n, network.arcs, not network.symmetric, self_loops, merged, network.isolated,
                    network.weighted, left_out)
    return Loaded(network, labels, columns or {}, groups or {}, report)


def assemble(n: int, source: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None, *,
             direction: Direction, parallel: Parallel = "merge", labels: Labels | None = None,
             columns: Columns | None = None, groups: Groups | None = None, left_out: int = 0) -> Loaded:
    """Build the network of a list of arcs, see `simcore.network.csr.from_arcs`, and report on it."""
    made = arranged(n, source, target, weight, direction=direction, parallel=parallel)
    return built(made, direction=direction, labels=labels, columns=columns, groups=groups, left_out=left_out)


def arranged(n: int, source: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None, *, direction: Direction,
             parallel: Parallel = "merge") -> Canonical:
    """Return the rows of the network of a list of arcs, see `simcore.network.csr.arranged`."""
    if direction == "target-influences-source":
        source, target = target, source
    return csr.arranged(n, source, target, weight, undirected=direction == "both", parallel=parallel)


def built(made: Canonical, *, direction: Direction, labels: Labels | None = None, columns: Columns | None = None,
          groups: Groups | None = None, left_out: int = 0) -> Loaded:
    """Build the network of rows, and report on it."""
    network, self_loops, merged = csr.as_built(made, symmetric=direction == "both")
    return reported(network, labels, columns, groups, self_loops=self_loops, merged=merged, left_out=left_out)


def along_arcs(network: Network, source: NDArray[np.uint32], target: NDArray[np.uint32], values: NDArray[np.float64],
               direction: Direction) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Put the values of rows beside the arcs that the rows became.

    Parameters
    ----------
    network : Network
        As `assemble` built it from these rows.
    source, target : uint32[rows]
    values : float64[rows]
    direction : {"source-influences-target", "target-influences-source", "both"}

    Returns
    -------
    tuple of float64[m] and int64 array
        The values in the order of ``network.out_idx``; the rows whose value is not that of an earlier row of the
        same arc or tie.
    """
    rows = np.flatnonzero(source != target)
    ways = {"source-influences-target": [(source, target)], "target-influences-source": [(target, source)],
            "both": [(source, target), (target, source)]}[direction]
    n = np.uint64(network.n)
    arc = np.repeat(np.arange(n) * n, network.out_degree) + network.out_idx  # ascending, below 2^64
    places = np.stack([np.searchsorted(arc, tail[rows] * n + head[rows]) for tail, head in ways], axis=1)
    _, first = np.unique(places, return_index=True)  # of the rows, each as often as there are ways
    out = values[rows[first // len(ways)]]
    return out, rows[(out[places] != values[rows][:, None]).any(axis=1)]


def labels_of(loaded: Loaded) -> Sequence[int | str]:
    """Return the label of every node; its number where it has none."""
    labels = loaded.labels
    if labels is None:
        return range(loaded.network.n)
    return labels.tolist() if isinstance(labels, np.ndarray) else list(labels)


def rows_of(loaded: Loaded) -> tuple[NDArray[np.uint32], NDArray[np.uint32], Columns]:
    """Return source, target and numbers of the arcs, weights first; of an undirected tie, one of its arcs."""
    network = loaded.network
    source = np.repeat(np.arange(network.n, dtype=np.uint32), network.out_degree)
    values = {"weight": network.out_weight / network.scale} if network.weighted else {}
    once = source < network.out_idx if network.symmetric else np.ones(network.arcs, np.bool_)
    return source[once], network.out_idx[once], {name: column[once]
                                                 for name, column in (values | loaded.arc_columns).items()}
