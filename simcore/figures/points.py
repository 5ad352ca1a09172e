"""What figures of a few points share: which are shown, what they are called, how they are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from simcore.figures import words
from simcore.figures.results import MOST_LINES, evenly
from simcore.figures.style import CYCLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simcore.figures.results import Results

MOST_PANELS = 4


def setting(results: Results, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the swept parameters of a point."""
    return {path: entry["point"][path] for path in results.axes}


def few(results: Results, most: int = MOST_LINES) -> list[Any]:
    """Return at most so many of the points, evenly spread."""
    return evenly(results.entries, most)


def title(results: Results, entry: Mapping[str, Any]) -> str:
    """Return what stands above the panel of a point."""
    return words.printable(", ".join(
        f"{words.label(path)} = {words.shown(value)}" if not isinstance(value, str) else words.shown(value)
        for path, value in setting(results, entry).items()), 60)


def handles(results: Results, entries: Sequence[Mapping[str, Any]], *, marked: bool = False) -> list[Line2D]:
    """Return what a legend shows of points that are lines."""
    if not results.axes:
        return []
    return [Line2D([], [], **(look.symbol if marked else {"color": look.color}), linestyle=look.dashes,
                   label=words.name(setting(results, entry), titled=True))
            for entry, look in zip(entries, CYCLE, strict=False)]


def left_out(results: Results, entries: Sequence[Any]) -> str:
    """Return the sentence of the caption about points that are not shown."""
    less = len(entries) < len(results.entries)
    return f"{len(entries)} of {len(results.entries)} points are shown." if less else ""
