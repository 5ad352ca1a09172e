"""How a results folder begins, and how one begins again of which the manifest or a plan is damaged."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.errors import RunError, StoreError, UsageError
from simcore.store import sealed
from simcore.store.folder import Store
from simcore.store.manifest import FORMAT
from simcore.store.parts import IDENTITY, PARTS
from simcore.store.plans import read_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

_PLAN = re.compile(r"plan-(\d+)-(\d+)")


def create(folder: Path | str, manifest: Mapping[str, Any]) -> Store:
    """Create a results folder, or open the one that somebody else created a moment ago.

    Parameters
    ----------
    folder : path
    manifest : mapping
        What results are of; see `simcore.keeping.manifest`.

    Returns
    -------
    Store

    Raises
    ------
    UsageError
        If the folder cannot be made.
    """
    folder, whole = Path(folder), {"format": FORMAT, **manifest}
    known: dict[str, Any] | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            sealed.write(folder / "manifest.json", sealed.to_json(whole), exclusive=True)
            known = whole
    except (OSError, RunError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        why = cause.strerror if isinstance(cause, OSError) else str(error)
        raise UsageError(f"{folder}: this folder cannot be made ({why}); choose another --out") from None
    return Store(folder, known)


def may_be_made(folder: Path) -> bool:
    """Tell whether nothing is there, or what a run left that was killed before it had written a manifest.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    bool
    """
    if not folder.is_dir():
        return not folder.exists()
    return all(path.name.startswith(".manifest.json.") or (path.name in PARTS and not any(path.iterdir()))
               for path in folder.iterdir())


def mend(folder: Path | str, manifest: Mapping[str, Any]) -> tuple[Store, list[tuple[int, int]]]:
    """Open a results folder, setting aside a manifest or plans that are damaged; the former is written again.

    Parameters
    ----------
    folder : path
    manifest : mapping
        What it should be.

    Returns
    -------
    tuple of Store and list of (first, stop)
        The plans that are to be made again; where each is decided by those before it, the first of them.

    Raises
    ------
    UsageError
        If the manifest is damaged and a chunk does not say that it belongs to this one.
    """
    folder = Path(folder)
    try:
        store = Store(folder)
    except StoreError:
        for path in (folder / "chunks").glob("*.parquet"):
            with contextlib.suppress(StoreError):
                if _identity(sealed.read_parquet(path)) != manifest["identity"]:
                    raise UsageError(f"{folder}: its manifest is damaged, and {path.name} may be of another "
                                     "scenario; choose another --out") from None
        _set_aside(folder / "manifest.json")
        store = create(folder, manifest)
    lost: list[tuple[int, int]] = []
    for path in sorted(store.folder.glob("plan-*.json")):
        try:
            if lost and "stop" in manifest["scenario"]:
                raise StoreError("rests on one that is damaged")
            read_plan(path)
        except StoreError:
            _set_aside(path)
            if name := _PLAN.fullmatch(path.stem):  # else it is a copy that somebody made
                lost.append((int(name[1]), int(name[2])))
    return store, lost


def _identity(table: pa.Table) -> str:
    return str((table.schema.metadata or {}).get(IDENTITY, b""), "ascii", "replace")


def _set_aside(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.replace(path.with_name(f"{path.name}.damaged"))
