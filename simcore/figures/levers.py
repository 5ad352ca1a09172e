"""What each lever does by itself: differences from the first point of a design that moves one at a time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from simcore.comparison import compare
from simcore.errors import UsageError, did_you_mean
from simcore.figures import words
from simcore.figures.results import of_results
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, bars, caption, legend, new_figure, noted, scale, styled
from simcore.quantities import P_GLOBAL, crossed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcore.figures.results import Results, Rows

DESIGN = "one-at-a-time"
COMPANY = {"mean": "mean commitment at the end", "customers": "customers at the end", "npv": "net present value"}
_CASCADE = {P_GLOBAL: "P(global)", "share": "mean share reached"}
_FIRST, _LATER = CYCLE[1], CYCLE[0]
_ROW, _MARGIN = 3.4, 14.0  # mm


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    design = results.scenario.get("sweep", {}).get("design", "grid")
    return "" if design == DESIGN and results.axes else f"the design is '{design}', not '{DESIGN}'"


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure: what moving each lever to each of its values changes, the largest first.

    A lever is ``inert`` if all intervals of all its differences contain zero.
    """
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}")
    known = {name: crossed(results.store, name) for name in _quantities(results)}
    levers: list[tuple[float, Rows]] = []
    for path in results.axes:
        made: dict[str, dict[str, Any]] = {}
        moves = False
        for name, data in known.items():
            for pair in compare(results.store, path, name, data)["pairs"]:
                low, high = pair["interval"] or (-math.inf, math.inf)
                moves |= not low <= 0.0 <= high
                row = made.setdefault(repr(pair["value"]), {
                    "lever": path, "from": results.axes[path][0], "to": pair["value"]})
                row |= {name: pair["difference"], f"{name}_low": low, f"{name}_high": high}
        largest = max(abs(row[next(iter(known))]) for row in made.values())
        levers.append((largest, [{**row, "inert": not moves} for row in made.values()]))
    return [row for _, made in sorted(levers, key=lambda lever: -lever[0]) for row in made]


def _quantities(results: Results) -> dict[str, str]:
    return COMPANY if "organisation" in results.scenario else _CASCADE


@styled
@of_results
def levers(results: Results, of: str | None = None, axes: Axes | None = None) -> Axes:
    """Draw what moving each lever changes in a quantity, a row for each; what is not told from zero is pale.

    Parameters
    ----------
    results : Results
    of : str, optional
        Of a company ``"mean"``, ``"customers"`` or ``"npv"``, else ``"p_global"`` or ``"share"``; the first by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If the design does not move one lever at a time, or there is no such quantity.
    """
    data, known = rows(results), _quantities(results)
    name = of or next(iter(known))
    if name not in known:
        raise UsageError(f"{results.store.folder}: {' or '.join(known)} can be drawn of these results (got '{of}')"
                         f"{did_you_mean(name, known)}")
    axes = axes or new_figure("double", _MARGIN + _ROW * len({row["lever"] for row in data})).subplots()
    _panel(axes, results, data, name)
    return noted(axes, _said(results))


def _panel(axes: Axes, results: Results, data: Rows, name: str) -> None:
    names = list(dict.fromkeys(row["lever"] for row in data))
    axes.axvline(0.0, color=INK, linewidth=0.6, zorder=1)
    for place, lever in enumerate(names):
        for row, look in zip((row for row in data if row["lever"] == lever), (_FIRST, _LATER, *CYCLE[2:]),
                             strict=False):
            told = not row[f"{name}_low"] <= 0.0 <= row[f"{name}_high"]
            axes.errorbar([row[name]], [-place], xerr=bars([row], name), linestyle="none", elinewidth=0.8,
                          **look.symbol, markersize=3.0, alpha=1.0 if told else 0.3)
    scale(axes, "x", logarithmic=False)
    axes.locator_params(axis="x", nbins=4)
    axes.grid(axis="y", color=FAINT, linewidth=0.2, alpha=0.5)
    axes.set_xlabel(_quantities(results)[name])
    moves = [" \N{RIGHTWARDS ARROW} ".join((words.shown(results.axes[lever][0]) or "none", "; ".join(
        words.shown(row["to"]) for row in data if row["lever"] == lever))) for lever in names]
    axes.set_yticks([-place for place in range(len(names))],
                    [f"{words.label(lever)} {move}" for lever, move in zip(names, moves, strict=True)], fontsize=6)
    axes.set_ylim(0.6 - len(names), 0.6)


def _said(results: Results) -> list[str]:
    return results.caption(results.entries, "Differences from the first point, paired under the same luck; "
                           "bars: 95 %; pale: the interval contains zero.")


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw a row for each lever and a panel for each quantity; what is not told from zero is pale."""
    data, quantities = rows(results), _quantities(results)
    figure = new_figure("double", _MARGIN + _ROW * len({row["lever"] for row in data}))
    figure.get_layout_engine().set(rect=(0.03, 0.0, 0.97, 1.0))  # type: ignore[union-attr, call-arg]
    grid = figure.subplots(1, len(quantities), squeeze=False, sharey=True)[0]
    for axes, name in zip(grid, quantities, strict=True):
        _panel(axes, results, data, name)
        axes.label_outer()
    legend(figure, [Line2D([], [], linestyle="none", label=label, **look.symbol)
                    for look, label in ((_FIRST, "first value after the arrow"), (_LATER, "second"))])
    caption(figure, _said(results))
    return Drawn(figure, data)
