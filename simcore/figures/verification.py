"""Theory against simulation: what was expected and observed, laws as QQ plots, and all deviations together."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simcore.errors import UsageError
from simcore.figures import words
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, Look, caption, new_figure, noted, save, scale, styled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from simcore.verify.verdicts import Verdict

LEVELS = 200  # quantiles of a QQ plot
_COLUMNS, _HEIGHT = 3, 52.0
_REACH = 3.0  # standard errors
_VALUES = ["Dashes: expected; grey: tolerance.",
           "Symbols: simulated, with bars of three standard errors, clustered by network."]


def draw(verdicts: Sequence[Verdict], out: Path) -> list[Path]:
    """Draw what was simulated for each scenario, and the deviations of all, each with its data as CSV beside it.

    Parameters
    ----------
    verdicts : sequence of Verdict
    out : Path
        The folder to write to.

    Returns
    -------
    list of Path
        The figures, without their data.
    """
    chance = [verdict for verdict in verdicts if verdict.z is not None]
    paths = []
    for name in dict.fromkeys(verdict.scenario for verdict in chance):
        figure, rows = drawn([verdict for verdict in chance if verdict.scenario == name])
        paths.append(save(figure, out / f"{name}.svg", rows))
    free = [verdict for verdict in chance if not verdict.tolerance]
    if free:
        figure, rows = drawn_deviations(free)
        paths.append(save(figure, out / "deviations.svg", rows))
    return paths


@styled
def drawn(verdicts: Sequence[Verdict]) -> Drawn:
    """Draw the verdicts on one scenario: a panel for each quantity."""
    groups: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict in verdicts:
        apart = [_setting(verdict.setting)] if verdict.compared else [*verdict.setting]
        groups.setdefault((verdict.quantity, *apart), []).append(verdict)
    columns = min(_COLUMNS, len(groups))
    lines = math.ceil(len(groups) / columns)
    figure = new_figure("double" if columns > 1 else "single", _HEIGHT * lines)
    panels = np.atleast_1d(figure.subplots(lines, columns)).ravel()
    for axes, group in zip(panels, groups.values(), strict=False):
        if group[0].compared is not None:
            law(group[0], axes)
        else:
            values(group, axes)
        axes.set_title(group[0].quantity)
    for axes in panels[len(groups):]:
        axes.remove()
    are_laws = [group[0].compared is not None for group in groups.values()]
    said = [*_VALUES] * (not all(are_laws))
    said += ["Of a law: quantiles of the replicates over its own; dotted: equal."] * any(are_laws)
    caption(figure, [*_of(verdicts[0]), *said])
    return Drawn(figure, [row for verdict in verdicts for row in _rows(verdict)])


@styled
def values(group: Sequence[Verdict], axes: Axes | None = None) -> Axes:
    """Draw what was expected and simulated of one quantity, over the number that varies most, or side by side.

    Parameters
    ----------
    group : sequence of Verdict
        On one quantity of one scenario.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes
    """
    axes = axes or new_figure().subplots()
    numbers = {path: {verdict.setting[path] for verdict in group} for path in group[0].setting
               if all(isinstance(verdict.setting.get(path), int | float) for verdict in group)}
    along = max(numbers, key=lambda path: len(numbers[path]), default=None)
    if along is not None and len(numbers[along]) < 2:
        along = None
    series: dict[str, list[Verdict]] = {}
    for verdict in group:
        rest = {path: value for path, value in verdict.setting.items() if path != along}
        series.setdefault(_setting(rest) if along else "", []).append(verdict)
    looks: list[Look] = [CYCLE[k % len(CYCLE)] for k in range(len(series))]
    for (label, line), look in zip(series.items(), looks, strict=True):
        xs = [verdict.setting[along] if along else place for place, verdict in enumerate(line)]
        expected = [verdict.expected for verdict in line]
        axes.plot(xs, expected, color=INK, marker="_", markersize=9, linestyle="none", zorder=1)
        axes.errorbar(xs, expected, [verdict.tolerance for verdict in line], color="#cccccc", linewidth=4, capsize=0,
                      linestyle="none", zorder=0)
        axes.errorbar(xs, [verdict.observed for verdict in line], [_REACH * verdict.standard_error for verdict in line],
                      linestyle="none", label=label, **look.symbol)
    if along:
        axes.set_xlabel(words.label(along))
        scale(axes, "x", logarithmic=False)
    else:
        axes.set_xticks(range(len(group)), [_setting(verdict.setting) for verdict in group],
                        rotation=20 if len(group) > 1 else 0, ha="right" if len(group) > 1 else "center")
        axes.margins(x=0.3)
    if len(series) > 1:
        axes.legend()
    return noted(axes, [*_of(group[0]), *_VALUES])


def _of(verdict: Verdict) -> list[str]:
    """Return which scenario, and how much of it was simulated."""
    return [f"{words.printable(verdict.scenario)}{f': {verdict.sample}' if verdict.sample else ''}."]


@styled
def law(verdict: Verdict, axes: Axes | None = None) -> Axes:
    """Draw quantiles of what was observed over those of the law.

    Parameters
    ----------
    verdict : Verdict
        On a law.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If it is on a value.
    """
    if verdict.compared is None:
        raise UsageError(f"{verdict.scenario}: {verdict.quantity} is a value, not a law")
    axes = axes or new_figure().subplots()
    found = _both(verdict.compared)
    most = max(int(quantiles.max()) for quantiles in found)
    axes.plot([0, most], [0, most], color=FAINT, linewidth=0.6, linestyle=":", zorder=0)
    axes.plot(*found, linestyle="none", **CYCLE[0].symbol)
    axes.set(xlabel=", ".join(filter(None, ["quantiles of the law", _setting(verdict.setting)])), ylabel="observed")
    which: Literal["x", "y"]
    for which in ("x", "y"):
        scale(axes, which, logarithmic=False, whole=True)
    return noted(axes, [*_of(verdict), "Quantiles of the replicates over those of the law; dotted: equal."])


def _both(compared: Any) -> list[Any]:
    """Return the quantiles of a law, and those of what was observed."""
    return [_quantiles(weights) for weights in (compared.law, compared.counts)]


def _quantiles(weights: Any) -> Any:
    """Return evenly spaced quantiles of a law on 0, 1, 2, ..."""
    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    return np.searchsorted(np.cumsum(weights) / np.sum(weights), levels)


@styled
def deviations(verdicts: Sequence[Verdict], axes: Axes | None = None) -> Axes:
    """Draw the deviations that chance alone makes over the quantiles of the normal law that they should have.

    Parameters
    ----------
    verdicts : sequence of Verdict
        Without a tolerance.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes
    """
    axes = axes or new_figure("single", 68).subplots()
    data = _ordered(verdicts)
    axes.plot([-_REACH, _REACH], [-_REACH, _REACH], color=FAINT, linewidth=0.6, linestyle=":", zorder=0)
    axes.plot([x for x, _ in data], [verdict.z or 0.0 for _, verdict in data], linestyle="none", **CYCLE[0].symbol)
    axes.set(xlabel="quantiles of the normal law", ylabel="deviation (standard errors)")
    return noted(axes, _said(verdicts))


def _said(verdicts: Sequence[Verdict]) -> list[str]:
    return [f"{len(verdicts)} expectations without a tolerance.",
            "Those that share networks hang together. Dotted: equal."]


def _ordered(verdicts: Sequence[Verdict]) -> list[tuple[float, Verdict]]:
    """Return the verdicts by deviation, each after its quantile of the normal law."""
    ordered = sorted(verdicts, key=lambda verdict: verdict.z or 0.0)
    return [(NormalDist().inv_cdf((k + 0.5) / len(ordered)), verdict) for k, verdict in enumerate(ordered)]


@styled
def drawn_deviations(verdicts: Sequence[Verdict]) -> Drawn:
    """Draw the deviations of all, with their data."""
    figure = new_figure("single", 68)
    deviations(verdicts, figure.subplots())
    caption(figure, _said(verdicts))
    return Drawn(figure, [{"normal_quantile": x, **_row(verdict)} for x, verdict in _ordered(verdicts)])


def _setting(setting: Mapping[str, Any]) -> str:
    return words.name(setting)


def _rows(verdict: Verdict) -> list[dict[str, Any]]:
    """Return what is drawn of a verdict: its values, or of a law the points of its QQ plot."""
    if verdict.compared is None:
        return [_row(verdict)]
    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    return [{"scenario": verdict.scenario, "quantity": verdict.quantity, "setting": _setting(verdict.setting),
             "level": float(level), "quantile_of_law": int(law), "quantile_observed": int(observed)}
            for level, law, observed in zip(levels, *_both(verdict.compared), strict=True)]


def _row(verdict: Verdict) -> dict[str, Any]:
    return {"scenario": verdict.scenario, "quantity": verdict.quantity, "setting": _setting(verdict.setting),
            "expected": verdict.expected, "observed": verdict.observed, "standard_error": verdict.standard_error,
            "z": verdict.z, "tolerance": verdict.tolerance}
