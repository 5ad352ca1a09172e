"""A network with its labels and attributes, as every reader and adapter returns it.

Nodes are numbered in the order of their labels: numerically if all are integers (of at most 18 digits), else
as text. So neither the order of rows nor the format of a file can change a result.
"""

from __future__ import annotations

import bisect
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from simcore.errors import NetworkError, did_you_mean
from simcore.network.csr import Network, Parallel, from_arcs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

Direction = Literal["source-influences-target", "target-influences-source", "both"]
Labels: TypeAlias = "NDArray[np.int64] | list[str]"
Columns: TypeAlias = "dict[str, NDArray[np.float64]]"
Groups = dict[str, list[str]]

_INTEGER = re.compile(r"(?a:0|-?[1-9]\d{0,17})")  # as str() writes it, so that a label and its number are one
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


@dataclass(frozen=True, eq=False)
class Loaded:
    """A network, the labels of its nodes and what is known of them.

    Attributes
    ----------
    network : Network
        Its nodes are positions in ``labels``.
    labels : int64[n], list of str, or None
        Ascending; None if a node's number is all it has.
    columns : dict of float64[n]
        Attributes that are numbers, NaN where one is missing.
    groups : dict of list of str
        Attributes that are text.
    report : Report
        What was done to the arcs on the way in.
    """

    network: Network
    labels: Labels | None
    columns: Columns
    groups: Groups
    report: Report

    def node(self, label: int | str) -> int:
        """Return the number of a node, given its label.

        Raises
        ------
        NetworkError
            If no node has this label; the message names a similar one.
        """
        labels: Any = range(self.network.n) if self.labels is None else self.labels
        text, place = str(label), 0
        if isinstance(labels, list) or _INTEGER.fullmatch(text):
            wanted = text if isinstance(labels, list) else int(text)
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
            digest.update(json.dumps(name).encode() + plain.astype("<f8").tobytes())
        for name, texts in sorted(self.groups.items()):
            digest.update(json.dumps([name, texts]).encode())
        return digest.hexdigest()


def number(text: str) -> float | None:
    """Return the number that a text stands for, or nothing."""
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None


def attributes(texts: Mapping[str, Sequence[str]]) -> tuple[Columns, Groups]:
    """Tell attributes that are numbers from those that are text; an empty text is a missing number."""
    columns: Columns = {}
    groups: Groups = {}
    for name, cells in texts.items():
        values = [number(cell or "nan") for cell in cells]
        if None in values or not any(cells):
            groups[name] = list(cells)
        else:
            columns[name] = np.array(values, np.float64)
    return columns, groups


def all_integers(parts: Sequence[Labels]) -> bool:
    """Tell whether every label is an integer."""
    return all(isinstance(part, np.ndarray) or all(map(_INTEGER.fullmatch, part)) for part in parts)


def numbered(parts: Sequence[Labels]) -> tuple[Labels, NDArray[np.int64]]:
    """Give each node the place of its label among all labels.

    Parameters
    ----------
    parts : sequence of int64 array or list of str
        Labels in any order, any number of times.

    Returns
    -------
    tuple of labels and int64 array
        The different labels, ascending; the node of each label of all parts in turn.
    """
    if all_integers(parts):
        values = [part if isinstance(part, np.ndarray) else np.array(list(map(int, part)), np.int64)
                  for part in parts]
        different, nodes = np.unique(np.concatenate(values), return_inverse=True)
        return different, nodes
    texts = [text for part in parts
             for text in (part if isinstance(part, list) else map(str, part.tolist()))]
    ascending = sorted(set(texts))
    place = {text: node for node, text in enumerate(ascending)}
    return ascending, np.fromiter(map(place.__getitem__, texts), np.int64, len(texts))


def reported(network: Network, labels: Labels | None = None, columns: Columns | None = None,
             groups: Groups | None = None, *, self_loops: int = 0, merged: int = 0) -> Loaded:
    """Report on a network; labels and attributes are in the order of its nodes."""
    isolated = int(np.count_nonzero(network.out_degree + network.in_degree == 0))
    report = Report(network.n, network.arcs, not network.symmetric, self_loops, merged, isolated,
                    network.weighted)
    return Loaded(network, labels, columns or {}, groups or {}, report)


def assemble(n: int, source: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None, *,
             direction: Direction, parallel: Parallel = "merge", labels: Labels | None = None,
             columns: Columns | None = None, groups: Groups | None = None) -> Loaded:
    """Build the network of a list of arcs, see `simcore.network.csr.from_arcs`, and report on it."""
    if direction == "target-influences-source":
        source, target = target, source
    network, self_loops, merged = from_arcs(n, source, target, weight, undirected=direction == "both",
                                            parallel=parallel)
    return reported(network, labels, columns, groups, self_loops=self_loops, merged=merged)
