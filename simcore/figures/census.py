"""What every node would set off: over its degree, and how concentrated it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.figures import words
from simcore.figures.style import CYCLE, FAINT, Drawn, caption, new_figure, noted, scale, styled
from simcore.instruments.concentration import lorenz

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Rows
    from simcore.instruments.every_node import Census

_POINTS = 200  # of the Lorenz curve in the data
_SIZES = ("Size of the cascade that a node starts alone; symbols: mean over the nodes of an out-degree; bars: 10 % to "
          "90 % of them.")


def rows(census: Census) -> Rows:
    """Return the data: cascades by out-degree of the seed, then the Lorenz curve."""
    out: Rows = []
    degree = census.network.out_degree
    for k in np.unique(degree).tolist():
        sizes = census.size[degree == k]
        low, middle, high = np.quantile(sizes, [0.1, 0.5, 0.9], method="inverted_cdf")
        out.append({"of": "size", "out_degree": k, "nodes": sizes.size, "mean": float(sizes.mean()), "low": float(low),
                    "median": float(middle), "high": float(high)})
    held = lorenz(census.size)
    places = np.unique(np.linspace(0, held.size - 1, _POINTS).round().astype(np.int64))
    return out + [{"of": "lorenz", "share_of_nodes": k / max(held.size - 1, 1), "share_of_sizes": float(held[k])}
                  for k in places.tolist()]


@styled
def sizes(census: Census, axes: Axes | None = None) -> Axes:
    """Draw the mean size of the cascades that nodes of each out-degree start, and where eight in ten of them lie."""
    axes = axes or new_figure().subplots()
    data = [row for row in rows(census) if row["of"] == "size"]
    degree = [row["out_degree"] for row in data]
    axes.vlines(degree, [row["low"] for row in data], [row["high"] for row in data], color=FAINT, linewidth=0.7)
    axes.plot(degree, [row["mean"] for row in data], **CYCLE[0].symbol, linestyle="none")
    scale(axes, "y", logarithmic=census.network.n > 0 and float(census.size.max()) > 30)
    axes.set(xlabel="out-degree", ylabel="cascade size")
    return noted(axes, [f"{_said(census)}.", _SIZES])


@styled
def concentration(census: Census, axes: Axes | None = None) -> Axes:
    """Draw the Lorenz curve of the sizes."""
    axes = axes or new_figure().subplots()
    data: list[Any] = [row for row in rows(census) if row["of"] == "lorenz"]
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.7)
    axes.plot([row["share_of_nodes"] for row in data], [row["share_of_sizes"] for row in data], color=CYCLE[1].color)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="share of nodes, least influential first", ylabel="share of all sizes")
    return noted(axes, [f"{_said(census)}.", _lorenz(census)])


def _said(census: Census) -> str:
    """Return of what a census is."""
    said = ", ".join(f"{name} = {words.printable(str(value))}" for name, value in census.parameters.items())
    exact = f"means of {census.samples:,} samples" if census.samples else "exact"
    return f"n = {census.network.n:,}; {census.model}, {said}; {exact}"


def _lorenz(census: Census) -> str:
    return f"Lorenz curve, Gini {census.gini:.3f}."


@styled
def drawn(census: Census, title: str) -> Drawn:
    """Draw a census, with caption."""
    figure = new_figure("double", 60)
    left, right = figure.subplots(1, 2)
    sizes(census, left)
    concentration(census, right)
    caption(figure, [f"{words.printable(title)}: {_said(census)}.", f"Left: {_SIZES[0].lower()}{_SIZES[1:]}",
                     f"Right: {_lorenz(census)}"])
    return Drawn(figure, rows(census))
