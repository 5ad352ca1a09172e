"""How points that share their luck differ: a difference with its interval for each setting, in groups by value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from simcore.figures import words
from simcore.figures.results import evenly
from simcore.figures.style import CYCLE, INK, Drawn, bars, caption, legend, new_figure, noted, scale, styled
from simcore.quantities import P_GLOBAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from simcore.figures.results import Rows

MOST = 40  # settings in one figure


def rows(found: Mapping[str, Any]) -> Rows:
    """Return the data of the figure."""
    return [{**pair["setting"], found["by"]: pair["value"], "difference": pair["difference"],
             "difference_low": (pair["interval"] or [None])[0], "difference_high": (pair["interval"] or [None])[-1],
             "variance_reduction": pair["variance_reduction"]} for pair in found["pairs"]]


def _values(found: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(words.shown(pair["value"]) for pair in found["pairs"]))[:len(CYCLE)]


@styled
def differences(found: Mapping[str, Any], axes: Axes | None = None) -> Axes:
    """Draw what `simcore.comparison.compare` found.

    Parameters
    ----------
    found : mapping
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes
    """
    axes = axes or new_figure().subplots()
    settings = {words.name(pair["setting"]): None for pair in found["pairs"]}
    places = {name: -k for k, name in enumerate(evenly(list(settings), MOST))}
    axes.axvline(0.0, color=INK, linewidth=0.6, zorder=1)
    known = _values(found)
    for k, (value, look) in enumerate(zip(known, CYCLE, strict=False)):
        shift = 0.5 * (k - (len(known) - 1) / 2) / len(known)
        seen = [(row, places[words.name(pair["setting"])] - shift)
                for row, pair in zip(rows(found), found["pairs"], strict=True)
                if words.shown(pair["value"]) == value and words.name(pair["setting"]) in places]
        data = [row for row, _ in seen]
        axes.errorbar([row["difference"] for row in data], [at for _, at in seen], xerr=bars(data, "difference"),
                      linestyle="none", elinewidth=0.8, **look.symbol, label=value)
    axes.set_yticks([*places.values()], [*places])
    scale(axes, "x", logarithmic=False)
    axes.set_xlabel(f"difference of {'P(global)' if found['of'] == P_GLOBAL else words.outcome(found['of'])}")
    return noted(axes, _said(found))


def _said(found: Mapping[str, Any]) -> list[str]:
    settings = len({words.name(pair["setting"]) for pair in found["pairs"]})
    luck = "each point with luck of its own" if found["independent_points"] else "which share their luck"
    return [words.sentence(found["scenario"]), f"n = {words.reach(found['nodes'])}.",
            f"Compared with {words.shown(found['against'])}.",
            f"Paired by {found['replicates']:,} replicates, {luck}.", "Bars: 95 %.",
            f"{MOST} of {settings} settings are shown." * (settings > MOST)]


@styled
def of(found: Mapping[str, Any]) -> Drawn:
    """Draw what `simcore.comparison.compare` found, with legend and caption."""
    settings = len({words.name(pair["setting"]) for pair in found["pairs"]})
    values = _values(found)
    figure = new_figure("single", 24 + 5 * min(settings, MOST))
    differences(found, figure.subplots())
    legend(figure, [Line2D([], [], linestyle="none", label=value, **look.symbol)
                    for value, look in zip(values, CYCLE, strict=False)], words.label(found["by"]))
    caption(figure, _said(found))
    return Drawn(figure, rows(found))
