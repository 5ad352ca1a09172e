"""How degrees are distributed in a network: the share of nodes with at least so many arcs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D

from simcore.figures import words
from simcore.figures.style import CYCLE, Drawn, caption, legend, new_figure, noted, scale, styled
from simcore.network.adapters import as_loaded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simcore.figures.results import Rows
    from simcore.network.csr import Network

FEW = 30  # different degrees: so many have a symbol each


def _kinds(network: Network) -> dict[str, NDArray[np.int64]]:
    """Return the degrees to draw: one kind where ties go both ways."""
    if network.symmetric:
        return {"degree": network.out_degree}
    return {"in-degree": network.in_degree, "out-degree": network.out_degree}


def _marked(network: Network) -> bool:
    """Tell whether each degree has a symbol: there are few."""
    return all(np.unique(degrees).size <= FEW for degrees in _kinds(network).values())


def rows(network: Any) -> Rows:
    """Return the data of the figure: for each degree that a node has, how many nodes have as much or more."""
    out, network = [], as_loaded(network).network
    for name, degrees in _kinds(network).items():
        different, counts = np.unique(degrees, return_counts=True)
        at_least = counts[::-1].cumsum()[::-1]
        out += [{"of": name, "degree": int(k), "nodes": int(number), "share_at_least": number / network.n}
                for k, number in zip(different, at_least, strict=True)]
    return out


@styled
def degrees(network: Any, axes: Axes | None = None) -> Axes:
    """Draw P(degree >= k) over k, both logarithmic, for the nodes that have an arc.

    Parameters
    ----------
    network : networkx graph, scipy sparse matrix, Loaded or Network
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes
    """
    network, axes = as_loaded(network).network, axes or new_figure().subplots()
    data = rows(network)
    most, bottom = max((row["degree"] for row in data), default=1), 0.6 / max(network.n, 1)
    for name, look in zip(_kinds(network), CYCLE, strict=False):
        seen = [row for row in data if row["of"] == name and row["degree"]]
        if not seen:
            continue
        k, share = [row["degree"] for row in seen], [row["share_at_least"] for row in seen]
        axes.step([1, *k, k[-1]], [share[0], *share, bottom],  # P holds from the degree before: a step to the left
                  where="pre", color=look.color, linestyle=look.dashes, label=name)
        if _marked(network):
            axes.plot(k, share, **look.symbol, linestyle="none")
    axes.set(xlim=(0.8, 1.25 * max(most, 2)), ylim=(bottom, 1.6))
    scale(axes, "x", logarithmic=True)
    scale(axes, "y", logarithmic=True)
    axes.set(xlabel="degree k" if network.symmetric else "in- or out-degree k", ylabel="P(degree ≥ k)")
    return noted(axes, [f"n = {network.n:,}; {network.arcs:,} arcs.", *_none(network)])


def _none(network: Network) -> list[str]:
    """Return how many nodes a logarithmic axis leaves out."""
    return [f"{100 * (values == 0).mean():.3g} % of the nodes have {name} 0." for name, values in
            _kinds(network).items() if network.n and not values.all()]


@styled
def drawn(network: Any, title: str) -> Drawn:
    """Draw the degrees of a network, with legend and caption."""
    figure, network = new_figure("single", 60), as_loaded(network).network
    degrees(network, figure.subplots())
    kinds, marked = _kinds(network), _marked(network)
    if len(kinds) > 1:
        legend(figure, [Line2D([], [], **look.symbol if marked else {"color": look.color}, linestyle=look.dashes,
                               label=name) for name, look in zip(kinds, CYCLE, strict=False)])
    caption(figure, [f"{words.printable(title)}: n = {network.n:,}; {network.arcs:,} arcs.", *_none(network)])
    return Drawn(figure, rows(network))
