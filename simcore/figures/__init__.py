"""Figures of results: those that suit a design are drawn by `draw`; each is a function of its own.

They take what `simcore.run` and `simcore.Results.open` return; or `Results` of this module, summarised once for many.

>>> import simcore as sc
>>> from simcore.figures import over_axis
>>> axes = over_axis.over_axis(sc.Results.open("results/mine"))  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from simcore.errors import UsageError, did_you_mean
from simcore.figures import (
    by_class,
    cascade,
    chart,
    commitment,
    company,
    convergence,
    degrees,
    differences,
    early_adopters,
    ecdf,
    gains,
    heat_map,
    histogram,
    iso_curves,
    levers,
    multiplier,
    outcomes,
    over_axis,
    over_time,
    ridge,
    sizes,
    spread,
    tornado,
    trade_off,
    virality,
    who,
    winners,
)
from simcore.figures.results import Results
from simcore.figures.style import Drawn, new_figure, save, style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from simcore.store import Store

__all__ = ["Drawn", "Results", "by_class", "cascade", "chart", "commitment", "company", "convergence", "degrees",
           "differences", "draw", "early_adopters", "ecdf", "gains", "heat_map", "histogram", "iso_curves",
           "levers", "multiplier", "new_figure", "outcomes", "over_axis", "over_time", "ridge", "save", "sizes",
           "spread", "style", "tornado", "trade_off", "virality", "who", "winners"]

Kind = Literal["svg", "pdf", "png"]
WIDE = 5  # two axes with as many values make a plane
FEW_POINTS = 8  # so many have their sizes drawn unasked


class _Module(Protocol):
    """What the file of a figure has."""

    def unsuited(self, results: Results, /) -> str:
        """Return why there is no such figure of these results; nothing if there is."""

    def drawn(self, results: Results, /) -> Drawn:
        """Draw the figure."""


FIGURES: dict[str, _Module] = {"over_axis": over_axis, "heat_map": heat_map, "multiplier": multiplier,
                               "sizes": sizes, "by_class": by_class, "early_adopters": early_adopters,
                               "tornado": tornado, "ecdf": ecdf, "histogram": histogram, "ridge": ridge,
                               "over_time": over_time, "who": who, "gains": gains, "virality": virality,
                               "convergence": convergence, "company": company, "commitment": commitment,
                               "chart": chart, "winners": winners, "trade_off": trade_off, "iso_curves": iso_curves,
                               "levers": levers, "outcomes": outcomes}


def draw(store: Store, out: Path, names: Sequence[str] | None = None, kind: Kind = "svg", *,
         summary: Mapping[str, Any] | None = None) -> list[Path]:
    """Draw figures of a results folder, each with its data as CSV beside it.

    Parameters
    ----------
    store : Store
    out : Path
        The folder to write to.
    names : sequence of str, optional
        Which figures; those that suit the design by default.
    kind : {"svg", "pdf", "png"}
    summary : mapping, optional
        Of this store, where it is known already: it takes longer than a figure where there are many points.

    Returns
    -------
    list of Path
        The figures, without their data.

    Raises
    ------
    UsageError
        If there is no such figure, or not of these results, or nothing is done yet.
    """
    if isinstance(names, str):
        raise UsageError(f"figures are named in a list, as [{names!r}] (got text)")
    for name in names or ():
        if name not in FIGURES:
            raise UsageError(f"there is no figure '{name}'; figures are {', '.join(FIGURES)}"
                             f"{did_you_mean(name, FIGURES)}")
    results = Results(store, summary)
    for name in names or ():
        if why := FIGURES[name].unsuited(results):
            there = ", ".join(other for other in FIGURES if not FIGURES[other].unsuited(results))
            raise UsageError(f"{store.folder}: there is no figure '{name}' of these results: {why}; there is {there}")
    paths = []
    for name in names or suited(results):
        figure, rows = FIGURES[name].drawn(results)
        paths.append(save(figure, out / f"{name}.{kind}", rows))
    return paths


def suited(results: Results) -> list[str]:
    """Return the names of the figures that suit the design."""
    recorded = [name for name in ("by_class", "early_adopters") if not FIGURES[name].unsuited(results)]
    if not levers.unsuited(results):
        return ["levers", *recorded]
    if "organisation" in results.scenario and not results.is_drawn:
        return [name for name in ("company", "commitment", "winners", "trade_off")
                if not FIGURES[name].unsuited(results)]
    if results.is_drawn:
        return [name for name in ["tornado"] if not FIGURES[name].unsuited(results)] + recorded
    if sum(len(results.axes[path]) >= WIDE for path in results.numeric) > 1:
        return ["heat_map", *recorded]
    usual = ("over_axis", "multiplier") if results.is_of_cascades else ("outcomes", "over_time")
    names = [name for name in usual if not FIGURES[name].unsuited(results)]
    names += ["sizes"] if not names or len(results.entries) <= FEW_POINTS else []
    return [*names, *recorded]
