"""Speed: how often our time others take, what was to be reached, and what an arc costs over the size of the network."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator

from simcore.errors import UsageError
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, Look, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

_LINE, _MARGIN = 5.0, 22.0  # mm: a case, and what is above and below all of them
_CURVE = re.compile(r"scale-1e\d+")  # cases whose costs make a curve: of one kind of cascade
_LIMIT = "gather: one random read per arc; copy: a streaming copy."
_SAID = ("Medians of ratios of times taken in turns, with 95 % bootstrap intervals.", "Right of 1, ours is faster.",
         "Ticks: to be reached.", _LIMIT)
_LIMITS = {"gather": Look(FAINT, "o", "-", filled=True), "copy": Look(FAINT, "s", "-", filled=True)}
_POWERS = str.maketrans("0123456789", "\N{SUPERSCRIPT ZERO}\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}\N{SUPERSCRIPT THREE}"
                        "\N{SUPERSCRIPT FOUR}\N{SUPERSCRIPT FIVE}\N{SUPERSCRIPT SIX}\N{SUPERSCRIPT SEVEN}"
                        "\N{SUPERSCRIPT EIGHT}\N{SUPERSCRIPT NINE}")


@styled
def ratios(report: Mapping[str, Any], axes: Axes | None = None) -> Axes:
    """Draw how often our time others take, a line for each case.

    Parameters
    ----------
    report : mapping
        Of ``simcore bench --json``.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If nothing was measured.
    """
    rows = _measured(report)
    cases = list(dict.fromkeys(row["case"] for row in rows))
    axes = axes or new_figure("double", _MARGIN + _LINE * len(cases)).subplots()
    looks = _looks(rows)
    for peer, look in looks.items():
        axes.plot([], [], linestyle="none", label=peer, **look.symbol)
    for row in rows:
        y, (low, high) = cases.index(row["case"]), row["ratio_interval"]
        axes.errorbar([row["ratio"]], [y], xerr=[[row["ratio"] - low], [high - row["ratio"]]], linestyle="none",
                      **looks[row["peer"]].symbol)
        if row["at_least"]:
            axes.plot([row["at_least"]], [y], color=looks[row["peer"]].color, marker="|", markersize=9)
    axes.axvline(1.0, color=FAINT, linewidth=0.6, linestyle=":")
    axes.set_yticks(range(len(cases)), cases)
    axes.set_ylim(len(cases) - 0.5, -0.5)
    axes.set_xlabel("time of others over ours")
    scale(axes, "x", logarithmic=True)
    axes.xaxis.set_major_locator(LogLocator(numticks=6))
    return noted(axes, _SAID)


def _measured(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = [row for row in report["cases"] if row["ratio"] > 0]
    if not rows:
        raise UsageError("nothing was measured, so there is nothing to draw")
    return rows


def _looks(rows: Sequence[Mapping[str, Any]]) -> dict[str, Look]:
    there = {row["peer"] for row in rows}
    looks = {peer: CYCLE[k % len(CYCLE)]._replace(filled=k >= len(CYCLE))
             for k, peer in enumerate(sorted(there - set(_LIMITS)))}
    return looks | {peer: look for peer, look in _LIMITS.items() if peer in there}


def _curve(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list({row["arcs"]: row for row in _measured(report) if _CURVE.fullmatch(row["case"])}.values())


@styled
def costs(report: Mapping[str, Any], axes: Axes | None = None) -> Axes:
    """Draw what an arc costs over the size of the network.

    Parameters
    ----------
    report : mapping
        Of ``simcore bench --json``.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If networks of different sizes were not measured.
    """
    ordered = sorted(_curve(report), key=lambda row: row["arcs"])
    if not ordered:
        raise UsageError("networks of different sizes were not measured: simcore bench scale-1e4 scale-1e5")
    axes = axes or new_figure().subplots()
    arcs = [row["arcs"] for row in ordered]
    for name, color in (("ours", INK), ("peer", FAINT)):
        axes.plot(arcs, [row[f"{name}_ns_per_arc"] for row in ordered], color=color, marker="o",
                  label="simcore" if name == "ours" else "gather")
    axes.set(xlabel="arcs", ylabel="nanoseconds an arc")
    scale(axes, "x", logarithmic=True)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: "10" + f"{math.log10(value):.0f}".translate(_POWERS)))
    axes.xaxis.set_major_locator(LogLocator())
    axes.set_ylim(bottom=0)
    axes.legend()
    return noted(axes, ["Medians of times taken in turns, without intervals.", _LIMIT])


@styled
def drawn(report: Mapping[str, Any]) -> Drawn:
    """Draw the ratios of a report of ``simcore bench``, a line for each case, and the curve of costs if it has one.

    Raises
    ------
    UsageError
        If nothing was measured.
    """
    rows, two = _measured(report), len(_curve(report)) > 1
    figure = new_figure("double", _MARGIN + _LINE * len({row["case"] for row in rows}))
    left, *right = figure.subplots(1, 1 + two, width_ratios=[2, 1][: 1 + two], squeeze=False)[0]
    ratios(report, left)
    if right:
        costs(report, right[0])
    legend(figure, [Line2D([], [], linestyle="none", label=peer, **look.symbol) for peer, look in _looks(rows).items()])
    caption(figure, _SAID)
    return Drawn(figure, [_row(row) for row in rows])


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    low, high = row["ratio_interval"]
    names = ("case", "peer", "n", "arcs", "replicates", "algorithm", "ours_seconds", "peer_seconds", "ratio")
    return {**{name: row[name] for name in names}, "low": low, "high": high, "at_least": row["at_least"],
            "ours_ns_per_arc": row["ours_ns_per_arc"], "peer_ns_per_arc": row["peer_ns_per_arc"],
            "equal": row["equal"]}
