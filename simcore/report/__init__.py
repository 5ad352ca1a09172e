"""Results as one page that opens from a file: what was asked, what came out, how sure that is, how to repeat it."""

from __future__ import annotations

import base64
import functools
import re
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.errors import StoreError, UsageError
from simcore.figures import FIGURES, Results, draw, suited
from simcore.report.numbers import chart, main, quantities, rows, with_theory
from simcore.report.sentences import asked, enough, findings, known
from simcore.scenario.write import to_toml

if TYPE_CHECKING:
    from simcore.store import Store

__all__ = ["report"]

_MORE = ("who", "over_time", "gains", "virality")
_ENLARGED = 2.0  # letters of a journal are small on a screen
MOST_ROWS = 500  # of the table, beyond which it shows the first ones and says where all are


class Picture(NamedTuple):
    """A figure inside the page."""

    name: str
    about: str
    data: str  # base64 of SVG
    width: int  # in pixels of the page


def report(store: Store, out: Path) -> Path:
    """Write a results folder as one self-contained page of HTML.

    Parameters
    ----------
    store : Store
    out : Path
        The page; one that exists is replaced.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    UsageError
        If the folder holds no results yet, or the page cannot be written.
    """
    results = Results(store)
    shown, about = quantities(results), main(results)
    text = _template().render(
        title=results.scenario["title"], description=results.scenario.get("description", ""),
        known=known(results.scenario["name"]), about=asked(results),
        findings=findings(results, about), enough=enough(results, about),
        quantities=shown, theory=with_theory(results, shown),
        columns=[*results.axes], rows=rows(results, shown)[:MOST_ROWS],
        points=len(results.entries), pictures=_pictures(results), sensitivity=_sensitivity(store),
        chart=chart(results, shown), digest=results.summary["digest"], complete=results.summary["complete"],
        provenance=_flat(store.manifest["provenance"]), cite=store.manifest.get("cite", []), folder=store.folder.name,
        toml=to_toml({key: value for key, value in results.scenario.items() if key != "name"}),
        css=_file("page.css"), script=_file("page.js"))
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror})") from None
    return out


def _file(name: str) -> str:
    return resources.files("simcore.report").joinpath(name).read_text("utf-8")


@functools.cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                       lstrip_blocks=True).from_string(_file("page.html"))


def _pictures(results: Results) -> list[Picture]:
    """Draw what suits the design, how large cascades become, who differs from whom, and how sure that is."""
    names = suited(results)
    if not results.is_drawn:
        more = ["convergence"] if "organisation" in results.scenario else ["sizes", *_MORE, "convergence"]
        names += [name for name in more if name not in names and not FIGURES[name].unsuited(results)]
    with tempfile.TemporaryDirectory() as folder:
        paths = draw(results.store, Path(folder), names, summary=results.summary)
        return [_picture(path) for path in paths]


def _picture(path: Path) -> Picture:
    svg = path.read_bytes()
    width = re.search(rb'<svg[^>]* width="([0-9.]+)pt"', svg)
    return Picture(path.stem, (FIGURES[path.stem].__doc__ or "").partition("\n")[0], base64.b64encode(svg).decode(),
                   round(_ENLARGED * float(width[1])) if width else 960)


def _sensitivity(store: Store) -> str:
    """Return which parameters decide, as a table, where the design can tell."""
    from simcore.sensitivity import sensitivity, table

    try:
        return table(sensitivity(store, "p_global"))
    except (UsageError, StoreError):
        return ""


def _flat(tree: Any, before: str = "") -> list[tuple[str, str]]:
    """Return nested facts as names with dots and texts."""
    if isinstance(tree, dict):
        return [fact for key, value in tree.items() for fact in _flat(value, f"{before}.{key}" if before else key)]
    return [(before, str(tree))]
