"""What a network is: its size, its components, how mutual its arcs are, its degrees, what is known of its nodes."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.network.csr import with_in_arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network
    from simcore.network.loaded import Loaded


class Degrees(NamedTuple):
    """The degrees of all nodes in short; None where there are no nodes."""

    mean: float | None
    median: float | None
    max: int | None
    sd: float | None  # of these nodes, with divisor n


class Attribute(NamedTuple):
    """What is known of an attribute of the nodes or arcs."""

    different: int  # values, the missing ones apart
    missing: int


class Description(NamedTuple):
    """What a network is, and what was done to its arcs on the way in."""

    nodes: int
    arcs: int  # an undirected tie counts twice
    directed: bool
    weighted: bool
    dropped: int  # rows that became no arc: self-loops, and what is left out
    left_out: int  # rows outside the window of times, zeros of a matrix
    merged: int  # rows that repeated a tie
    isolated: int
    components: int  # weak: the directions of arcs do not matter
    largest_component: float | None  # share of the nodes
    reciprocity: float | None  # share of arcs that have an arc back
    in_degree: Degrees
    out_degree: Degrees
    columns: dict[str, Attribute]  # numbers
    groups: dict[str, Attribute]  # texts
    arc_columns: dict[str, Attribute]  # numbers beside the arcs

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        plain = self._asdict()
        for name in ("in_degree", "out_degree"):
            plain[name] = plain[name]._asdict()
        for name in ("columns", "groups", "arc_columns"):
            plain[name] = {key: attribute._asdict() for key, attribute in plain[name].items()}
        return plain

    def __repr__(self) -> str:
        arcs = f"{self.arcs:,}, directed" if self.directed else f"{self.arcs:,}, from ties that go both ways"
        rows = {
            "nodes": f"{self.nodes:,}, {self.isolated:,} of them isolated",
            "arcs": arcs + (", weighted" if self.weighted else ""),
            "dropped": f"{self.dropped - self.left_out:,} self-loops"
                       + f", {self.left_out:,} rows outside the window of times, or zeros" * (self.left_out > 0),
            "merged": f"{self.merged:,} rows that repeat a tie",
            "components": f"{self.components:,}, the largest with {_percent(self.largest_component)} of the nodes",
            "reciprocity": f"{_percent(self.reciprocity)} of the arcs have an arc back",
        }
        for name, degrees in (("in-degree", self.in_degree), ("out-degree", self.out_degree)):
            rows[name] = ", ".join(f"{key} {'-' if value is None else f'{value:,.4g}'}"
                                   for key, value in degrees._asdict().items())
        for name, attributes in (("columns", self.columns), ("groups", self.groups), ("of arcs", self.arc_columns)):
            if attributes:
                rows[name] = ", ".join(f"{key} ({_said(attribute)})" for key, attribute in attributes.items())
        return "\n".join(f"{name:13}{text}" for name, text in rows.items())

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.4g} %"


def _said(attribute: Attribute) -> str:
    return f"{attribute.different:,} different" + f", {attribute.missing:,} missing" * bool(attribute.missing)


@inline
def root(parent, i):
    """Return who stands for the component of a node, halving the way there."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = np.uint64(parent[i])
    return i


@kernel
def _join(ptr, idx, parent):
    """Point each node at the first node of its weak component."""
    for i in range(np.uint64(parent.size)):
        parent[i] = i
    for i in range(np.uint64(parent.size)):
        for a in range(np.uint64(ptr[i]), np.uint64(ptr[i + np.uint64(1)])):
            one, other = root(parent, i), root(parent, np.uint64(idx[a]))
            parent[max(one, other)] = min(one, other)
    for i in range(np.uint64(parent.size)):
        parent[i] = root(parent, i)


@kernel
def _mutual(out_ptr, out_idx, in_ptr, in_idx):
    """Return how many arcs have an arc back: rows are sorted, so both are walked side by side."""
    mutual = 0
    for i in range(out_ptr.size - 1):
        a, b = out_ptr[i], in_ptr[i]
        while a < out_ptr[i + 1] and b < in_ptr[i + 1]:
            here, there = out_idx[a], in_idx[b]
            mutual += here == there
            a += here <= there
            b += there <= here
    return mutual


def components(network: Network) -> NDArray[np.uint32]:
    """Return for each node the first node of its weak component, uint32[n]."""
    first = np.empty(network.n, np.uint32)
    _join(network.out_ptr, network.out_idx, first)
    return first


def reciprocity(network: Network) -> float | None:
    """Return the share of arcs that have an arc back, or None without any."""
    both = with_in_arcs(network)
    return _mutual(both.out_ptr, both.out_idx, both.in_ptr, both.in_idx) / both.arcs if both.arcs else None


def _degrees(degrees: NDArray[np.int64]) -> Degrees:
    if not degrees.size:
        return Degrees(None, None, None, None)
    return Degrees(float(degrees.mean()), float(np.median(degrees)), int(degrees.max()), float(degrees.std()))


def describe(loaded: Loaded) -> Description:
    """Describe a network.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    Description
        Degrees count arcs, whatever their weights.
    """
    network, report = loaded.network, loaded.report
    _, sizes = np.unique(components(network), return_counts=True)
    columns, arc_columns = (
        {name: Attribute(int(np.unique(values[~np.isnan(values)]).size), int(np.isnan(values).sum()))
         for name, values in known.items()} for known in (loaded.columns, loaded.arc_columns))
    groups = {name: Attribute(len({*texts} - {""}), texts.count("")) for name, texts in loaded.groups.items()}
    return Description(
        report.nodes, report.arcs, report.directed, report.weighted, report.dropped, report.left_out,
        report.merged, report.isolated, sizes.size, float(sizes.max() / network.n) if sizes.size else None,
        reciprocity(network),
        _degrees(network.in_degree), _degrees(network.out_degree), columns, groups, arc_columns)
