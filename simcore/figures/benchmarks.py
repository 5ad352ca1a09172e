"""Speed: how often our time others take, what was to be reached, and what an arc costs over the size of the network."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator

from simcore.errors import UsageError
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, Look, caption, legend, new_figure, scale, styled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

_LINE, _MARGIN = 5.0, 22.0  # mm: a case, and what is above and below all of them
_CURVE = re.compile(r"scale-1e\d+")  # cases whose costs make a curve: of one kind of cascade
_LIMITS = {"gather": Look(FAINT, "o", "-", filled=True), "copy": Look(FAINT, "s", "-", filled=True)}
_POWERS = str.maketrans("0123456789", "\N{SUPERSCRIPT ZERO}\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}\N{SUPERSCRIPT THREE}"
                        "\N{SUPERSCRIPT FOUR}\N{SUPERSCRIPT FIVE}\N{SUPERSCRIPT SIX}\N{SUPERSCRIPT SEVEN}"
                        "\N{SUPERSCRIPT EIGHT}\N{SUPERSCRIPT NINE}")


@styled
def drawn(report: Mapping[str, Any]) -> Drawn:
    """Draw the ratios of a report of ``simcore bench``, a line for each case, and the curve of costs if it has one.

    Raises
    ------
    UsageError
        If nothing was measured.
    """
    rows = [row for row in report["cases"] if row["ratio"] > 0]
    if not rows:
        raise UsageError("nothing was measured, so there is nothing to draw")
    cases = list(dict.fromkeys(row["case"] for row in rows))
    curve = list({row["arcs"]: row for row in rows if _CURVE.fullmatch(row["case"])}.values())
    two = len(curve) > 1
    figure = new_figure("double", _MARGIN + _LINE * len(cases))
    left, *right = figure.subplots(1, 1 + two, width_ratios=[2, 1][: 1 + two], squeeze=False)[0]
    handles = _ratios(left, rows, cases)
    if right:
        _costs(right[0], curve)
    legend(figure, handles)
    caption(figure, ["Medians of ratios of times taken in turns, with 95 % bootstrap intervals.",
                     "Right of 1, ours is faster.", "Ticks: to be reached.",
                     "gather: one random read per arc; copy: a streaming copy."])
    return Drawn(figure, [_row(row) for row in rows])


def _ratios(axes: Axes, rows: Sequence[Mapping[str, Any]], cases: Sequence[str]) -> list[Line2D]:
    there = {row["peer"] for row in rows}
    peers = sorted(there - set(_LIMITS))
    looks = {peer: CYCLE[k % len(CYCLE)]._replace(filled=k >= len(CYCLE)) for k, peer in enumerate(peers)}
    looks |= {peer: look for peer, look in _LIMITS.items() if peer in there}
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
    return [Line2D([], [], linestyle="none", label=peer, **look.symbol) for peer, look in looks.items()]


def _costs(axes: Axes, curve: Sequence[Mapping[str, Any]]) -> None:
    ordered = sorted(curve, key=lambda row: row["arcs"])
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


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    low, high = row["ratio_interval"]
    names = ("case", "peer", "n", "arcs", "replicates", "algorithm", "ours_seconds", "peer_seconds", "ratio")
    return {**{name: row[name] for name in names}, "low": low, "high": high, "at_least": row["at_least"],
            "ours_ns_per_arc": row["ours_ns_per_arc"], "peer_ns_per_arc": row["peer_ns_per_arc"],
            "equal": row["equal"]}
