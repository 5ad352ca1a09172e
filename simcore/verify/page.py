"""The page of the documentation that shows all verdicts."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import simcore
from simcore.errors import UsageError
from simcore.verify.verdicts import markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simcore.verify.verdicts import Verdict

MARK = "<!-- what follows is written by simcore verify -->\n"
_PACKAGE = Path(simcore.__file__).parent


def code_digest() -> str:
    """Return the first digits of the SHA-256 of all sources of the package."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def above_mark(path: Path) -> str:
    """Return what stands in a page above the mark.

    Parameters
    ----------
    path : Path
        A page in Markdown.

    Returns
    -------
    str

    Raises
    ------
    UsageError
        If the page cannot be read, or has no mark.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error
    if MARK not in text:
        raise UsageError(f"{path}: has no line {MARK.strip()!r}, after which the table would stand")
    return text.partition(MARK)[0]


def on_page(path: Path, verdicts: Sequence[Verdict]) -> None:
    """Put verdicts into a page, in the place of what stands there after the mark.

    Parameters
    ----------
    path : Path
        A page in Markdown.
    verdicts : sequence of Verdict

    Raises
    ------
    UsageError
        If the page cannot be read, or has no mark.
    """
    above = above_mark(path)
    made = (f"simcore {simcore.__version__}, {datetime.datetime.now(datetime.UTC):%Y-%m-%d}, sources {code_digest()}.")
    path.write_text(f"{above}{MARK}\n{made}\n\n{markdown(verdicts)}\n", encoding="utf-8")
