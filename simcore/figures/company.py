"""What becomes of a company: commitment and customers by what is swept, against the twin where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from simcore.errors import UsageError, did_you_mean
from simcore.figures import points, winners, words
from simcore.figures.results import MOST_LINES, evenly, of_results
from simcore.figures.style import CYCLE, FAINT, Drawn, bars, caption, legend, new_figure, noted, scale, styled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from simcore.figures.results import Results, Rows
    from simcore.figures.style import Look

MOST_PANELS = 8
_FEW = 3  # panels that leave room for every number of the axis
_TWIN = {"gain_at_after": "commitment kept,\nagainst the twin", "customers": "customers more\nthan the twin"}
_TWIN_AT_END = {"gain": "commitment at the end,\nagainst the twin", "customers": "customers more\nthan the twin"}
_ALONE = {"mean": "mean commitment at the end", "customers": "customers at the end"}


@of_results
def unsuited(results: Results) -> str:
    """Return why there is no such figure of these results; nothing if there is."""
    if "organisation" not in results.scenario:
        return "it is of an organisation and its customers"
    return "" if results.axes else "nothing is swept"


def _quantities(results: Results) -> Mapping[str, str]:
    entry = results.entries[0]
    if "twin" not in entry:
        return _ALONE
    kept = entry["twin"].get("gain_at_after")
    return _TWIN if kept and kept["mean"] is not None else _TWIN_AT_END


def _layout(results: Results) -> tuple[str, str | None, list[str]]:
    """Return what goes along the axis, what tells lines apart, and what tells panels apart."""
    by = sorted(results.axes, key=lambda path: -len(results.axes[path]))
    along = max(results.numeric, key=lambda path: len(results.axes[path]), default=by[0])
    rest = [path for path in by if path != along]
    return along, rest[0] if rest else None, rest[1:]


def _read(entry: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    found = entry["twin"].get(name) if "twin" in entry else entry["outcomes"].get(name)
    return None if found is None or found["mean"] is None else found


@of_results
def rows(results: Results) -> Rows:
    """Return the data of the figure: a row for each point."""
    if why := unsuited(results):
        raise UsageError(f"{results.store.folder}: {why}, so there is nothing to draw")
    out = []
    for entry in results.entries:
        row: dict[str, Any] = {path: entry["point"].get(path) for path in results.axes}
        for name in _quantities(results):
            found = _read(entry, name)
            low, high = (found["interval"] or (None, None)) if found else (None, None)
            row |= {name: found["mean"] if found else None, f"{name}_low": low, f"{name}_high": high}
        out.append(row)
    return out


@of_results
def panels(results: Results) -> list[dict[str, Any]]:
    """Return the settings that are drawn side by side: at most eight, evenly spread."""
    return evenly(_settings(results), MOST_PANELS)


def _settings(results: Results) -> list[dict[str, Any]]:
    *_, others = _layout(results)
    different = [{path: entry["point"].get(path) for path in others} for entry in results.entries]
    return list({repr(setting): setting for setting in different}.values())


def _looks(results: Results, apart: str | None) -> list[tuple[Look, Any]]:
    return list(zip(CYCLE, evenly(results.axes[apart], MOST_LINES) if apart else [None], strict=False))


@styled
@of_results
def company(results: Results, of: str | None = None, setting: Mapping[str, Any] | None = None,
            axes: Axes | None = None) -> Axes:
    """Draw the mean of a quantity over the number with the most values, against the twin where there is one.

    Parameters
    ----------
    results : Results
    of : str, optional
        Of a twin ``"gain_at_after"`` (or ``"gain"``) or ``"customers"``, else ``"mean"`` or ``"customers"``; the first
        by default.
    setting : mapping, optional
        Which of `panels`; the first by default.
    axes : Axes, optional
        Where to draw; those of a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    UsageError
        If it is of no organisation, nothing is swept, or there is no such quantity.
    """
    data, quantities = rows(results), _quantities(results)
    name = of or next(iter(quantities))
    if name not in quantities:
        raise UsageError(f"{results.store.folder}: {' or '.join(quantities)} can be drawn of these results (got '{of}')"
                         f"{did_you_mean(name, quantities)}")
    setting, axes = panels(results)[0] if setting is None else setting, axes or new_figure().subplots()
    along, apart, _ = _layout(results)
    places = {repr(value): k for k, value in enumerate(results.axes[along])}
    numeric = along in results.numeric
    for look, value in _looks(results, apart):
        there = [row for row in data if row[name] is not None and all(row[p] == v for p, v in setting.items())
                 and (apart is None or row[apart] == value)]
        there.sort(key=lambda row: places[repr(row[along])])
        x = [row[along] if numeric else places[repr(row[along])] for row in there]
        axes.errorbar(x, [row[name] for row in there], bars(there, name), **look.symbol, linestyle=look.dashes,
                      elinewidth=0.8, label=words.shown(value) if apart else None)
    if "twin" in results.entries[0]:
        axes.axhline(0.0, color=FAINT, linewidth=0.6)
    if numeric:
        scale(axes, "x", logarithmic=results.is_logarithmic(along))
    else:
        axes.set_xticks(range(len(places)), [words.shown(value) for value in results.axes[along]], rotation=20)
    axes.set(xlabel=_named(results, along), ylabel=quantities[name])
    return noted(axes, results.caption(results.entries, *_said(results), points.at(setting)))


@styled
@of_results
def drawn(results: Results) -> Drawn:
    """Draw a row of panels for commitment and one for customers: a panel for each remaining setting."""
    data = rows(results)
    along, apart, _ = _layout(results)
    settings, number = panels(results), len(_settings(results))
    quantities = _quantities(results)
    figure = new_figure("double" if len(settings) > 1 else "single", 50.0 * len(quantities) + 5)
    grid = figure.subplots(len(quantities), len(settings), squeeze=False, sharex=True, sharey="row")
    for line, name in zip(grid, quantities, strict=True):
        for axes, setting in zip(line, settings, strict=True):
            company(results, name, setting, axes)
            axes.label_outer()
            if along in results.numeric and len(settings) > _FEW:
                ends = sorted(results.axes[along])
                axes.set_xticks([ends[0], ends[-1]])
    for axes, setting in zip(grid[0], settings, strict=True):
        axes.set_title(_title(results, setting), loc="left", fontsize=6)
    legend(figure, [Line2D([], [], **look.symbol, linestyle=look.dashes, label=words.shown(value))
                    for look, value in _looks(results, apart)] if apart else [], _named(results, apart or ""))
    caption(figure, results.caption(results.entries, *_said(results),
                                    f"{len(settings)} of {number} settings are shown." * (len(settings) < number)))
    return Drawn(figure, data)


def _said(results: Results) -> list[str]:
    """Return what the bars are, and the twins."""
    if "twin" not in results.entries[0]:
        shared = "Points share their luck, so that differences between them are surer."
        return ["Bars are 95 % intervals of each point by itself.",
                shared * (not results.scenario["independent_points"])]
    kept = f"Kept: {winners.when(results)}." * ("gain_at_after" in _quantities(results))
    return ["Bars are 95 % intervals.", kept,
            "Twins are the same organisation under the same luck, to which nothing was done."]


def _named(results: Results, path: str) -> str:
    """Return what an axis stands for: of a programme's value the parameter."""
    table, _, key = path.rpartition(".")
    if table.startswith("programme.") and key == "value":
        number = int(table.removeprefix("programme."))
        return f"{words.label(results.scenario['programme'][number]['parameter'])}, programme {number + 1}"
    return words.label(path)


def _title(results: Results, setting: Mapping[str, Any]) -> str:
    return ",\n".join(f"{_named(results, path)} {words.shown(value)}" for path, value in setting.items())
