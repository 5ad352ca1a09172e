"""Whether influentials matter, rule by rule: how often they and others succeed, and M beside D."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from simcore.figures import words
from simcore.figures.style import CYCLE, FAINT, INK, Drawn, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from simcore.figures.results import Rows

_WHO = (("p_random", "random person", CYCLE[0]), ("p_influential", "influential person", CYCLE[1]))
_RATIOS = (("m", "M: global cascades", CYCLE[2]), ("d", "D: people influenced", CYCLE[3]))


def rows(found: Mapping[str, Any]) -> Rows:
    """Return the data: of each rule, what is drawn, and its interval."""
    return [{"rule": rule["name"], "of": name, "value": rule[name]["value"], "low": rule[name]["interval"][0],
             "high": rule[name]["interval"][1]} for rule in found["rules"] for name, _, _ in (*_WHO, *_RATIOS)]


def _dots(axes: Axes, found: Mapping[str, Any], of: tuple[tuple[str, str, Any], ...]) -> None:
    for k, (name, label, look) in enumerate(of):
        axes.plot([], [], **look.symbol, linestyle="none", label=label)
        for place, rule in enumerate(found["rules"]):
            value, (low, high) = rule[name]["value"], rule[name]["interval"]
            if value is None:
                continue
            at = place + 0.24 * (k - 0.5)
            if low is not None and high is not None:
                axes.plot([low, high], [at, at], color=look.color, linewidth=1.0)
            axes.plot([value], [at], **look.symbol, linestyle="none")


@styled
def chances(found: Mapping[str, Any], axes: Axes | None = None) -> Axes:
    """Draw P(global cascade) from a random and from an influential person, a line for each rule.

    Parameters
    ----------
    found : mapping
        What `simcore.Verdict.as_dict` returns.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes
    """
    axes = axes or new_figure().subplots()
    _dots(axes, found, _WHO)
    axes.set(xlim=(-0.02, 1.02), xlabel="P(global cascade)")
    return noted(_ruled(axes, found), _said(found))


@styled
def ratios(found: Mapping[str, Any], axes: Axes | None = None) -> Axes:
    """Draw M beside D, a line for each rule: where M is left of D, the influential start less than in proportion.

    Parameters
    ----------
    found : mapping
        What `simcore.Verdict.as_dict` returns.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes
    """
    axes = axes or new_figure().subplots()
    _dots(axes, found, _RATIOS)
    scale(axes, "x", logarithmic=False)
    axes.axvline(1.0, color=INK, linewidth=0.5, zorder=1)
    axes.set_xlim(left=0.0)
    axes.set(xlabel="ratio, influential to random person")
    return noted(_ruled(axes, found), _said(found))


def _ruled(axes: Axes, found: Mapping[str, Any]) -> Axes:
    axes.set_yticks(range(len(found["rules"])), [words.printable(rule["name"]) for rule in found["rules"]])
    axes.set_ylim(len(found["rules"]) - 0.5, -0.5)
    axes.axhline(0.5, color=FAINT, linewidth=0.4, linestyle=":")
    return axes


def _said(found: Mapping[str, Any]) -> list[str]:
    return [f"{words.printable(found['title'])}: {found['nodes']:,} people, {found['arcs']:,} arcs.",
            "First line: the rule that was asked about; below: what would change the answer.",
            f"Influential: the {100 * found['top']:g} % who influence most;",
            f"global: {100 * found['global_share']:g} % of all.",
            "Where M is left of D, the influential start less than in proportion.", f"Bars: 95 % ({_units(found)})."]


def _units(found: Mapping[str, Any]) -> str:
    """Return what the intervals are about."""
    return ", or ".join(dict.fromkeys(rule["intervals"] for rule in found["rules"]))


@styled
def drawn(found: Mapping[str, Any]) -> Drawn:
    """Draw a verdict as `simcore.Verdict.as_dict` tells it."""
    number = len(found["rules"])
    figure = new_figure("double", 26 + 6.0 * number)
    left, right = figure.subplots(1, 2, sharey=True)
    chances(found, left)
    ratios(found, right)
    right.label_outer()
    legend(figure, [Line2D([], [], **look.symbol, linestyle="none", label=label)
                    for _, label, look in (*_WHO, *_RATIOS)])
    caption(figure, _said(found))
    return Drawn(figure, rows(found))
