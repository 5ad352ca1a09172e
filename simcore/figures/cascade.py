"""One cascade on its network: who adopted when, and who convinced whom; as a picture, or as it goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.animation import PillowWriter
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import BoundaryNorm, Normalize
from matplotlib.ticker import MaxNLocator

from simcore.errors import UsageError
from simcore.figures import words
from simcore.figures.style import FAINT, INK, Drawn, caption, new_figure, noted, styled
from simcore.network.adapters import as_loaded
from simcore.network.layout import positions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simcore.engine.trees import Tree
    from simcore.figures.results import Rows
    from simcore.network.csr import Network

_MOST_TICKS = 8


def rows(tree: Tree) -> Rows:
    """Return the data of the figure: who adopted when, and who convinced them (empty: nobody)."""
    return [{"node": int(node), "time": int(time), "parent": int(tree.nodes[parent]) if parent >= 0 else None}
            for node, time, parent in zip(tree.nodes, tree.time, tree.parent, strict=True)]


@styled
def cascade(network: Any, tree: Tree, axes: Axes | None = None, *, until: int | None = None,
            at: NDArray[np.float64] | None = None) -> Axes:
    """Draw a network of at most 2,000 nodes, its adopters coloured by time, lines from who convinced whom.

    Parameters
    ----------
    network : networkx graph, scipy sparse matrix, Loaded or Network
    tree : Tree
        A cascade on it, see `simcore.cascade_trees`.
    axes : Axes, optional
        Where to draw; those of a new figure by default.
    until : int, optional
        Only what has happened by this time; everything by default.
    at : float64[n, 2], optional
        Where the nodes are; near those they are tied to by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If there are more nodes.
    """
    network, axes = as_loaded(network).network, axes or new_figure().subplots()
    at = positions(network) if at is None else at
    sources = np.repeat(np.arange(network.n), np.diff(network.out_ptr))
    ties = np.stack([at[sources], at[network.out_idx]], axis=1)
    dense = len(ties) > 1000
    axes.add_collection(LineCollection(list(ties), colors=FAINT, linewidths=0.2, alpha=0.25, zorder=1,
                                       rasterized=dense))
    there = tree.time <= (tree.time.max(initial=0) if until is None else until)
    child = np.flatnonzero(there & (tree.parent >= 0))
    told = np.stack([at[tree.nodes[tree.parent[child]]], at[tree.nodes[child]]], axis=1)
    axes.add_collection(LineCollection(list(told), colors=INK, linewidths=0.5, zorder=2))
    size = min(26.0, 9000.0 / max(1, network.n))
    axes.scatter(at[:, 0], at[:, 1], s=0.4 * size, facecolor="white", edgecolor=FAINT, linewidth=0.3, zorder=3)
    norm = Normalize(0, max(1, tree.time.max(initial=0)))
    roots = there & (tree.parent < 0)
    for mine, marker, times in ((there & ~roots, "o", 1.0), (roots, "*", 6.0)):
        x, y = at[tree.nodes[mine]].T
        axes.scatter(x, y, s=times * size, c=tree.time[mine], cmap=colormaps["viridis"], marker=marker, norm=norm,
                     edgecolor=INK, linewidth=0.3, zorder=4)
    axes.set(xticks=[], yticks=[], aspect="equal")
    axes.margins(0.03)
    axes.spines[:].set_visible(False)
    return noted(axes, _said(network, tree))


def _said(network: Network, tree: Tree) -> list[str]:
    return [f"n = {network.n:,}; one replicate: {tree.nodes.size:,} adopt.",
            "Stars: who started or adopted by itself. Dark lines: who convinced whom."]


@styled
def drawn(network: Any, tree: Tree, title: str = "") -> Drawn:
    """Draw a cascade, with the key of its colours and a caption."""
    figure, network = new_figure("single", 85), as_loaded(network).network
    axes = cascade(network, tree, figure.subplots())
    _key(axes, tree)
    caption(figure, [words.sentence(title) if title else "", *_said(network, tree)])
    return Drawn(figure, rows(tree))


def _key(axes: Axes, tree: Tree) -> None:
    last = max(1, int(tree.time.max(initial=0)))
    norm: Any = BoundaryNorm(np.arange(-0.5, last + 1), 256) if last <= _MOST_TICKS else Normalize(0, last)
    bar = axes.figure.colorbar(ScalarMappable(norm, colormaps["viridis"]), ax=axes, shrink=0.6, aspect=30, pad=0.01,
                               orientation="horizontal", label="time of adoption")
    bar.locator = MaxNLocator(_MOST_TICKS, integer=True, steps=[1, 2, 5, 10])
    bar.update_ticks()
    bar.outline.set_linewidth(0.4)


@styled
def animate(network: Any, tree: Tree, path: Path | str, *, per_second: int = 2) -> Path:
    """Write a cascade as an animated GIF, one picture for each time step.

    Parameters
    ----------
    network : networkx graph, scipy sparse matrix, Loaded or Network
        Of at most 2,000 nodes.
    tree : Tree
        A cascade on it, see `simcore.cascade_trees`.
    path : path
        Ends in .gif.
    per_second : int
        Time steps a second.

    Returns
    -------
    Path

    Raises
    ------
    UsageError
        If there are more nodes, or the path ends otherwise, or cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".gif":
        raise UsageError(f"{path}: an animation is written as .gif (got '{path.suffix}')")
    figure, network = new_figure("single", 85), as_loaded(network).network
    canvas = FigureCanvasAgg(figure)
    axes, at = figure.subplots(), positions(network)
    writer = PillowWriter(fps=per_second)
    try:
        with writer.saving(canvas.figure, str(path), dpi=120):
            for t in range(int(tree.time.max(initial=0)) + 1):
                axes.clear()
                cascade(network, tree, axes, until=t, at=at)
                axes.set_title(f"t = {t}: {int((tree.time <= t).sum()):,} of {network.n:,}", fontsize=8)
                writer.grab_frame()
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
    return path
