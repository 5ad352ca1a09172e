"""Were there enough replicates: estimates of what the results are about, and their intervals, as they came in."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import UsageError
from simcore.figures import outcomes, points, words
from simcore.figures.results import of_results
from simcore.figures.sizes import unsuited as unsuited
from simcore.figures.style import CYCLE, Drawn, caption, legend, new_figure, noted, scale, styled
from simcore.intervals import clustering, mean_interval, proportion
from simcore.quantities import P_GLOBAL, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simcore.figures.results import Results, Rows

FIRST, TIMES = 10, 40  # the least number of replicates, and how many numbers are tried


@of_results
def chosen(results: Results) -> list[str]:
    """Return what is drawn: P(global) and the mean share reached, or the first outcomes that results are about."""
    own = outcomes.chosen(results)[:2]
    return [P_GLOBAL, "share"] if results.is_of_cascades or not own else own


def _estimate(of: str, values: NDArray[Any],
              clusters: NDArray[np.int64]) -> tuple[float | None, Sequence[float] | None]:
    if of == P_GLOBAL:
        return proportion(values, clusters)[:2]
    there = np.isfinite(values)
    return mean_interval(values[there], clusters[there])


def _course(results: Results, entry: Mapping[str, Any], of: str) -> Rows:
    found = results.replicates(entry)
    values = found["share"] >= results.scenario["summary"]["global_share"]
    values = values if of == P_GLOBAL else found[of].astype(float)
    clusters = found["network"] if of == P_GLOBAL else clustering(found)
    out = []
    for number in np.unique(np.geomspace(min(FIRST, values.size), values.size, TIMES).round().astype(int)):
        value, interval = _estimate(of, values[:number], clusters[:number])
        low, high = interval or (None, None)
        out.append({**points.setting(results, entry), "n": entry["n"], "replicates": int(number), "of": of,
                    "estimate": value, "low": low, "high": high})
    return out


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure."""
    return [row for of in chosen(results) for entry in points.few(results, points.MOST_PANELS)
            for row in _course(results, entry, of)]


@styled
@of_results
def convergence(results: Results, of: str = P_GLOBAL, axes: Axes | None = None) -> Axes:
    """Draw an estimate over the number of replicates, with its 95 % band, for at most four points.

    Parameters
    ----------
    results : Results
    of : str
        ``"p_global"``, or an outcome whose mean is estimated.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If no such outcome is recorded.
    """
    if of not in names(results.store):
        raise UsageError(f"{results.store.folder}: no outcome {of!r} is recorded")
    axes = axes or new_figure().subplots()
    for entry, look in zip(points.few(results, points.MOST_PANELS), CYCLE, strict=False):
        course = [{key: np.nan if value is None else value for key, value in row.items()}
                  for row in _course(results, entry, of)]
        number = [row["replicates"] for row in course]
        axes.plot(number, [row["estimate"] for row in course], color=look.color, linestyle=look.dashes,
                  label=words.name(points.setting(results, entry)))
        axes.fill_between(number, [row["low"] for row in course], [row["high"] for row in course],
                          color=look.color, alpha=0.2, linewidth=0)
    scale(axes, "x", logarithmic=True)
    label = "P(global cascade)" if of == P_GLOBAL else results.named(of)
    axes.set(xlabel="replicates", ylabel=textwrap.fill(label, 24))
    if of in (P_GLOBAL, "share"):
        axes.set_ylim(-0.03, 1.03)
    return noted(axes, _said(results, [of]))


def _said(results: Results, what: Sequence[str]) -> list[str]:
    """Return the caption of these estimates."""
    shown = points.few(results, points.MOST_PANELS)
    bands = [results.bars(shown).replace("Bars", "Bands")] * (P_GLOBAL in what)
    bands += ["Of means: 95 %."] * (what != [P_GLOBAL])
    return results.caption(shown, *bands, points.left_out(results, shown))


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw estimates as they came in, side by side, with legend and caption."""
    what = chosen(results)
    figure = new_figure("double" if len(what) > 1 else "single", 60)
    for of, axes in zip(what, figure.subplots(1, len(what), squeeze=False)[0], strict=True):
        convergence(results, of, axes)
    shown = points.few(results, points.MOST_PANELS)
    legend(figure, points.handles(points.settings(results, shown), marked=False),
           words.title(points.setting(results, shown[0])))
    caption(figure, _said(results, what))
    return Drawn(figure, rows(results))
