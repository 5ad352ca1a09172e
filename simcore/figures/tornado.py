"""What decides: a bar for each input, the longest on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from simcore import sensitivity
from simcore.figures import words
from simcore.figures.levers import COMPANY
from simcore.figures.over_axis import LABELS
from simcore.figures.results import of_results
from simcore.figures.style import CYCLE, INK, Drawn, bars, caption, legend, new_figure, noted, styled
from simcore.quantities import P_GLOBAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from simcore.figures.results import Results, Rows


class _Drawn(NamedTuple):
    """How a number of each input is drawn."""

    name: str
    label: str
    color: str
    offset: float


_HEIGHT = 0.36
_BARS = "Thin lines are 95 % intervals."
_SOBOL = (_Drawn("total", "total index", CYCLE[0].color, _HEIGHT / 2),
          _Drawn("first", "first-order index", CYCLE[4].color, -_HEIGHT / 2))
_MORRIS = (_Drawn("mu_star", "μ*: mean size of an effect", CYCLE[0].color, _HEIGHT / 2),
           _Drawn("sigma", "σ: its spread", CYCLE[4].color, -_HEIGHT / 2))


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    design = results.scenario.get("sweep", {}).get("design", "grid")
    if design not in sensitivity.DESIGNS:
        return f"the design is '{design}', not {' or '.join(map(repr, sensitivity.DESIGNS))}"
    return "" if results.summary["complete"] else "the run is not complete"


def _parts(found: Mapping[str, Any]) -> tuple[_Drawn, ...]:
    return _SOBOL if found["design"] == "saltelli" else _MORRIS


def rows(found: Mapping[str, Any]) -> Rows:
    """Return the data of the figure, what decides most first."""
    size = _parts(found)[0].name
    out = []
    for entry in sorted(found["inputs"], key=lambda entry: -float(entry[size])):
        row = {key: value for key, value in entry.items() if not key.endswith("_interval")}
        for key, value in entry.items():
            if key.endswith("_interval"):
                name = key.removesuffix("_interval")
                row |= {f"{name}_low": value[0], f"{name}_high": value[1]}
        out.append(row)
    return out


@styled
def tornado(found: Mapping[str, Any], axes: Axes | None = None) -> Axes:
    """Draw what `simcore.sensitivity.sensitivity` found: two bars for each input, with their 95 % intervals.

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
    data = rows(found)[::-1]
    places = np.arange(len(data))
    for part in _parts(found):
        at = places + part.offset
        values = [row[part.name] for row in data]
        axes.barh(at, values, _HEIGHT, color=part.color, label=part.label)
        axes.errorbar(values, at, xerr=bars(data, part.name), color=INK, linestyle="none", elinewidth=0.7)
        noise = [row.get(f"{part.name}_noise", row.get("noise")) for row in data]
        known = [(x, y) for x, y in zip(noise, at, strict=True) if x is not None]
        axes.plot([x for x, _ in known], [y for _, y in known], color=INK, marker="|", markersize=7, linestyle="none")
    axes.axvline(0.0, color=INK, linewidth=0.6)
    axes.set_yticks(places, [words.label(row["input"]) for row in data])
    of = LABELS.get(found["of"]) or words.outcome(found["of"])
    axes.set_xlabel(f"share of the variance of {of}" if found["design"] == "saltelli" else
                    f"effect on {of}, over the whole range of an input", loc="right")  # it may be wider than the axis
    return noted(axes, _said(found))


def _said(found: Mapping[str, Any]) -> list[str]:
    return [words.sentence(found["scenario"]), f"n = {words.reach(found['nodes'])};",
            f"{found['points']:,} points, {found['replicates']:,} replicates each.", _BARS, _chance(found)]


@styled
def of(found: Mapping[str, Any]) -> Drawn:
    """Draw what `simcore.sensitivity.sensitivity` found, with legend and caption."""
    figure = new_figure("single", 22 + 9 * len(found["inputs"]))
    tornado(found, figure.subplots())
    legend(figure, _handles(found))
    caption(figure, _said(found))
    return Drawn(figure, rows(found))


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw what decides whether cascades are global; of a company, what decides commitment, customers, and value."""
    quantities = COMPANY if "organisation" in results.scenario else {P_GLOBAL: ""}
    found = [sensitivity.sensitivity(results.store, name) for name in quantities]
    figure = new_figure("double" if len(found) > 1 else "single", 22 + 9 * len(found[0]["inputs"]))
    for axes, one, label in zip(figure.subplots(1, len(found), squeeze=False)[0], found, quantities.values(),
                                strict=True):
        tornado(one, axes)
        if len(found) > 1:
            axes.set_title(label)
            axes.set_xlabel("share of its variance" if one["design"] == "saltelli" else "effect over the whole range")
    legend(figure, _handles(found[0]))
    caption(figure, results.caption(results.entries, f"{found[0]['points']:,} points.", _BARS, *map(_chance, found)))
    return Drawn(figure, [{"of": one["of"], **row} for one in found for row in rows(one)])


def _handles(found: Mapping[str, Any]) -> list[Any]:
    indices = [Patch(color=part.color, label=part.label) for part in _parts(found)]
    if found["noise"] is None:
        return indices
    return [*indices, Line2D([], [], color=INK, marker="|", linestyle="none", label="what is chance of it")]


def _chance(found: Mapping[str, Any]) -> str:
    of = LABELS.get(found["of"]) or words.outcome(found["of"])
    return "" if found["noise"] is None else f"Of the variance of {of}, {100 * found['noise']:.2g} % is chance."
