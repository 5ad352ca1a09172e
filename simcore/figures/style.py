"""How every figure looks and is written: one style, two widths, equal bytes each time, its data beside it."""

from __future__ import annotations

import contextlib
import csv
import functools
import io
import itertools
import math
import textwrap
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, ParamSpec, TypeVar

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from simcore.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.contour import QuadContourSet
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    from simcore.figures.results import Rows

P = ParamSpec("P")
R = TypeVar("R")
KINDS = ("svg", "pdf", "png")
WIDTHS = {"single": 85.0, "double": 175.0}  # mm: one and two columns of a journal
INK, FAINT = "#000000", "#5f5f5f"
_INCH = 25.4
_SMALL: dict[str, Any] = {"fontsize": 6, "color": FAINT, "linespacing": 1.25}
_NOTE = "_small print"  # which a legend leaves out
_LABELLED = 0.45  # of the axes from their middle: nearer to an edge, a label would be cut off
_UNDATED: dict[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None},
                                       "png": {"Software": None}}
_RC: dict[Any, Any] = {
    "font.size": 8, "axes.labelsize": 8, "axes.titlesize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7,
    "legend.fontsize": 7, "legend.title_fontsize": 7, "legend.frameon": False, "legend.handlelength": 3.2,
    "legend.columnspacing": 1.4, "legend.labelspacing": 0.3, "legend.borderaxespad": 0.0,
    "text.parse_math": False,  # titles and values are the reader's words, dollars included
    "axes.linewidth": 0.6, "axes.spines.top": False, "axes.spines.right": False, "axes.labelpad": 3,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.minor.width": 0.4, "ytick.minor.width": 0.4,
    "lines.linewidth": 1.0, "lines.markersize": 3.6, "lines.markeredgewidth": 0.8, "errorbar.capsize": 1.5,
    "image.cmap": "cividis", "savefig.dpi": 200, "svg.fonttype": "none", "pdf.fonttype": 42,
    "svg.hashsalt": "simcore",
}


class Look(NamedTuple):
    """What tells a line from the others: its colour, and without colours its marker and dashes."""

    color: str
    marker: str
    dashes: Any
    filled: bool = False

    @property
    def symbol(self) -> dict[str, Any]:
        """What `Axes.plot` is told of colour and marker."""
        inside = self.color if self.filled else "white"
        return {"color": self.color, "marker": self.marker, "markerfacecolor": inside}


# Okabe and Ito (2008), with a dark grey for their yellow, which is too pale for lines on white
CYCLE = (
    Look("#0072b2", "o", "-"), Look("#d55e00", "s", (0, (5, 1.5))), Look("#009e73", "^", (0, (1.2, 1.2))),
    Look("#cc79a7", "D", (0, (5, 1.5, 1.2, 1.5))), Look("#e69f00", "v", (0, (3, 1))),
    Look("#56b4e9", "P", (0, (8, 2))), Look("#000000", "X", (0, (1.2, 2.5))),
    Look("#4a4a4a", "*", (0, (8, 1.5, 1.2, 1.5))),
)


class Drawn(NamedTuple):
    """A figure and its data.

    Attributes
    ----------
    figure : Figure
    rows : list of dict
        One mapping a row, by column.
    """

    figure: Figure
    rows: Rows


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Draw in simcore's style, whatever the reader's own settings are.

    Yields
    ------
    None
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_RC)
        yield


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function draw in simcore's style."""
    @functools.wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        with style():
            return function(*args, **kwargs)
    return inner


class Picture(Figure):
    """A figure that a notebook shows, also where nobody uses pyplot."""

    @styled
    def _repr_png_(self) -> bytes:
        content = io.BytesIO()
        self.savefig(content, format="png")
        return content.getvalue()


def new_figure(width: Literal["single", "double"] = "single", height: float = 68.0) -> Figure:
    """Return an empty figure of one or two columns of a journal.

    Parameters
    ----------
    width : {"single", "double"}
        85 or 175 mm.
    height : float
        In mm.

    Returns
    -------
    Figure
    """
    figure = Picture(figsize=(WIDTHS[width] / _INCH, height / _INCH), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03, wspace=0.04, hspace=0.04)  # type: ignore[union-attr, call-arg]
    return figure


def bars(rows: Rows, name: str) -> list[list[float]]:
    """Return how far the interval of each row's value reaches below and above it; 0 where there is none."""
    def reach(row: dict[str, Any], bound: str) -> float:
        end = row[f"{name}_{bound}"]
        return 0.0 if end is None else max(0.0, (row[name] - end) * (1 if bound == "low" else -1))
    return [[reach(row, bound) for row in rows] for bound in ("low", "high")]


def caption(figure: Figure, sentences: Sequence[str]) -> None:
    """Write small print below a figure, which grows by as much, instead of below each of its axes."""
    for axes in figure.axes:
        for there in _notes(axes):
            there.remove()
    lines = _lines(sentences, figure.get_figwidth() * 72 * 0.98)
    _grow(figure, 7.5 * len(lines))
    figure.supxlabel("\n".join(lines), x=0.01, ha="left", **_SMALL)


def noted(axes: Axes, sentences: Sequence[str]) -> Axes:
    """Write small print below axes, and below what is there of it; return them."""
    lines = _lines(sentences, axes.get_window_extent().width * 72 / axes.figure.dpi)
    there = _notes(axes)
    for note in there:
        note.set_text("\n".join([note.get_text(), *lines]))
    if not there:
        axes.annotate("\n".join(lines), (0.0, 0.0), (0.0, -4.0), xycoords=("axes fraction", axes.xaxis.label),
                      textcoords="offset points", va="top", annotation_clip=False, label=_NOTE, **_SMALL)
    return axes


def _notes(axes: Axes) -> list[Text]:
    return [text for text in axes.texts if text.get_label() == _NOTE]


def _lines(sentences: Sequence[str], room: float) -> list[str]:
    """Return lines of small print, each at most so many points wide where its words are."""
    columns = max(1, int(room / 3.2))  # most letters of 6 pt are that many points wide or wider
    text = " ".join(filter(None, sentences)).replace(" %", "\N{NO-BREAK SPACE}%")
    lines = textwrap.wrap(text, columns, break_on_hyphens=False)
    while columns > 1 and max(map(_width, lines), default=0.0) > room:
        columns -= 1
        lines = textwrap.wrap(text, columns, break_on_hyphens=False)
    return lines


def _width(line: str) -> float:
    """Return how many points a line of small print is wide."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        return float(TextToPath().get_text_width_height_descent(line, FontProperties(size=6), False)[0])


def legend(figure: Figure, handles: Sequence[Any], title: str = "") -> Legend | None:
    """Put the legend above all axes, in as many columns as fit; the figure grows by as much."""
    if not handles:
        return None
    room, handle_width = int(figure.get_figwidth() * 72 / 3.9), 9  # in letters
    for handle in handles:
        handle.set_label(textwrap.fill(str(handle.get_label()), room - handle_width))
    lines = [str(handle.get_label()).split("\n") for handle in handles]
    rows = math.ceil(len(handles) / max(1, room // (max(map(len, itertools.chain(*lines))) + handle_width)))
    _grow(figure, 9.0 * (rows * max(map(len, lines)) + bool(title)))
    return figure.legend(handles=handles, loc="outside upper left", ncols=math.ceil(len(handles) / rows),
                         title=title or None, alignment="left")


def _grow(figure: Figure, points: float) -> None:
    figure.set_figheight(figure.get_figheight() + points / 72)


def label_curves(axes: Axes, curves: QuadContourSet, digits: int) -> None:
    """Label curves of equal height, but for those whose labels an edge would cut."""
    def said(height: float) -> str:
        return f"{height:.{digits}f}".removeprefix("0")

    tried = list(axes.clabel(curves, inline=False, fontsize=6, fmt=said))
    places = [axes.transAxes.inverted().transform(axes.transData.transform(text.get_position())) for text in tried]
    cut = {text.get_text() for text, place in zip(tried, places, strict=True) if abs(place - 0.5).max() > _LABELLED}
    for text in tried:
        text.remove()
    if whole := [height for height in curves.levels if said(height) not in cut]:
        axes.clabel(curves, whole, fontsize=6, fmt=said)


def scale(axes: Axes, which: Literal["x", "y"], *, logarithmic: bool, whole: bool = False) -> None:
    """Set the scale of an axis as drawn so far, its numbers written as people do: 1,000, not 10^3."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    if logarithmic:
        axes.set(**{f"{which}scale": "log"})
        low, high = sorted(axis.get_view_interval())
        if high < 300 * low:
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    else:
        axis.set_major_locator(MaxNLocator(8, integer=whole, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_minor_formatter(NullFormatter())


@styled
def save(figure: Figure, path: Path | str, data: Rows) -> Path:
    """Write a figure, byte for byte the same each time, and its data as CSV beside it.

    Parameters
    ----------
    figure : Figure
    path : path
        Ends in .svg, .pdf or .png; its folder is made if there is none.
    data : list of dict
        One mapping a row, by column.

    Returns
    -------
    Path

    Raises
    ------
    UsageError
        If the path ends otherwise, or cannot be written.
    """
    path = Path(path)
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise UsageError(f"{path}: a figure is written as {', '.join(KINDS)} (got '{path.suffix}')")
    matplotlib.rcParams["svg.hashsalt"] = path.stem  # so that two figures inside one page share no id
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a vector file shows it in the reader's font
        engine = figure.get_layout_engine()
        if engine is not None:  # once, and the same for all kinds
            engine.execute(figure)
            figure.set_layout_engine(None)
        figure.savefig(content, format=kind, metadata=_UNDATED[kind])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.getvalue())
        path.with_suffix(".csv").write_bytes(as_csv(data).encode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
    return path


def as_csv(data: Rows) -> str:
    """Return rows as CSV; text that a spreadsheet would take for a formula gets a leading apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    names = list(dict.fromkeys(name for row in data for name in row))
    writer.writerow(_cell(name) for name in names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in data)
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
