"""What figures of a few points or lines share: which are shown, what they are called, how they are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from simcore.figures import words
from simcore.figures.results import MOST_LINES, evenly
from simcore.figures.style import CYCLE, new_figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simcore.figures.results import Line, Results

MOST_PANELS = 4


def setting(results: Results, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the swept parameters of a point."""
    return {path: entry["point"][path] for path in results.axes}


def settings(results: Results, entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the swept parameters of some points."""
    return [setting(results, entry) for entry in entries]


def few(results: Results, most: int = MOST_LINES) -> list[Any]:
    """Return at most so many of the points, evenly spread."""
    return evenly(results.entries, most)


def title(results: Results, entry: Mapping[str, Any]) -> str:
    """Return what stands above the panel of a point."""
    return words.printable(", ".join(
        f"{words.label(path)} = {words.shown(value)}" if not isinstance(value, str) else words.shown(value)
        for path, value in setting(results, entry).items()), 60)


def handles(settings: Iterable[Mapping[str, Any]], *, marked: bool = True, dashed: bool = True) -> list[Line2D]:
    """Return what a legend shows of settings drawn in the looks of the cycle: nothing where none is swept."""
    return [Line2D([], [], **(look.symbol if marked else {"color": look.color}),
                   linestyle=look.dashes if dashed else "none", label=words.name(setting, titled=True))
            for setting, look in zip(settings, CYCLE, strict=False) if setting]


def side_by_side(number: int, height: float) -> tuple[Figure, list[Axes]]:
    """Return a figure of so many panels in a row that share what goes up: one column for one of them, else two."""
    figure = new_figure("double" if number > 1 else "single", height)
    panels = list(figure.subplots(1, number, squeeze=False, sharey=True)[0])
    return figure, panels


def in_pairs(results: Results, panels: Sequence[Line], draw: Callable[..., object]) -> tuple[Figure, NDArray[Any]]:
    """Return a figure of planes, two in a row, each drawn by ``draw`` under the name of its setting."""
    high, wide = (len(panels) + 1) // 2, min(len(panels), 2)
    figure = new_figure("single" if wide == 1 else "double", 65.0 * high + 5)
    grid = figure.subplots(high, wide, squeeze=False, sharex=True, sharey=True)
    for axes, panel in zip(grid.flat, panels, strict=False):
        draw(results, panel, axes)
        axes.label_outer()
        if panel.setting:
            axes.set_title(words.name(panel.setting), loc="left")
    for axes in grid.flat[len(panels):]:
        axes.set_axis_off()
    return figure, grid


def at(setting: Mapping[str, Any]) -> str:
    """Return the sentence of the small print that says of which setting axes are."""
    return f"At {words.name(setting)}." if setting else ""


def left_out(results: Results, entries: Sequence[Any]) -> str:
    """Return the sentence of the caption about points that are not shown."""
    less = len(entries) < len(results.entries)
    return f"{len(entries)} of {len(results.entries)} points are shown." if less else ""
