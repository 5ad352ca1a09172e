"""The manifest of a results folder: what formats of it there are, and whether it has the shape of one."""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import TYPE_CHECKING, Any

from simcore.errors import ModelError, ProblemsError, StoreError
from simcore.store import sealed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FORMAT = 2
READABLE = (1, 2)
_TYPES = {"int64", "float64"}  # of columns


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a results folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    dict

    Raises
    ------
    StoreError
        If there is none, or it is damaged or of a newer format.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        raise StoreError(f"{folder}: this is no results folder (it has no manifest.json)")
    manifest, is_sealed = sealed.read_json(path)
    known = manifest.get("format")
    if not (is_sealed or manifest.pop("seal", None) == _old_seal(manifest)):
        raise StoreError(f"{path}: is not as it was written; --resume writes it again")
    if known not in READABLE:
        raise StoreError(f"{path}: format {known!r} is not one that this version of simcore reads "
                         f"({', '.join(map(str, READABLE))})")
    if not _is_manifest(manifest):
        raise StoreError(f"{path}: is none that simcore wrote")
    return manifest


def _old_seal(manifest: Mapping[str, Any]) -> str:
    """Return the hash of a manifest's content, which a manifest of format 1 carries."""
    content = {key: value for key, value in manifest.items() if key != "seal"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _is_manifest(manifest: Mapping[str, Any]) -> bool:
    """Tell whether a manifest has the shape of one, whoever sealed it."""
    try:
        scenario, points = manifest["scenario"], manifest["points"]
        texts = [manifest["identity"], scenario["name"], scenario["title"], *manifest["observables"],
                 *scenario["record"]["outcomes"],
                 *(point[key] for point in points for key in ("id", "hash", "network"))]
        layers = ("network",) if "organisation" not in scenario else ("organisation", "customers", "service")
        tables = [manifest["columns"], *(scenario[key] for key in (*layers, "model", "seeding")),
                  *(point["point"] for point in points)]
        whole = [scenario["horizon"], scenario["seed"], scenario["replicates"], *(point["n"] for point in points)]
        listed = {"rows" in point for point in points if not point.get("is_twin")}
        twins, hashes = {point["twin"] for point in points if "twin" in point}, {point["hash"] for point in points}
        return bool(len(listed) == 1 and twins <= hashes and len(hashes) == len(points)
                    and isinstance(manifest["observables"], list)
                    and all(isinstance(text, str) for text in texts)
                    and all(isinstance(table, dict) for table in [*tables, scenario.get("sweep", {})])
                    and all(isinstance(number, int) for number in whole)
                    and isinstance(scenario["summary"]["global_share"], int | float)
                    and all(isinstance(name, str) for kind in ("networks", "files")
                            for name in manifest.get("inputs", {kind: {}})[kind].values())
                    and set(manifest["columns"].values()) <= _TYPES
                    and {"share", *scenario["record"]["outcomes"]} <= set(manifest["columns"]))
    except (KeyError, TypeError, AttributeError):
        return False


@contextlib.contextmanager
def understood() -> Iterator[None]:
    """Tell that a manifest says what simcore never wrote, where its values make no sense.

    Yields
    ------
    None

    Raises
    ------
    StoreError
        In place of what went wrong inside.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, ModelError, ProblemsError, TypeError, ValueError) as error:
        raise StoreError(f"manifest.json: is none that simcore wrote, or can use here ({error})") from error
