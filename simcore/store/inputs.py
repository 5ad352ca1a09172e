"""What a scenario reads from files, kept in its results folder: for workers, other machines, and when the files change.

Networks are kept as arrays that every process of a machine maps into its memory, and so shares.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.errors import StoreError
from simcore.network.csr import Network
from simcore.network.loaded import Loaded, Report
from simcore.store import sealed

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ARRAYS = ("out_ptr", "out_idx", "out_weight", "in_ptr", "in_idx", "in_weight", "in_total")
_SYMMETRIC = {"in_ptr": "out_ptr", "in_idx": "out_idx", "in_weight": "out_weight"}
_HEX = 64


def keep_network(folder: Path, loaded: Loaded) -> str:
    """Keep a network in a results folder and return its digest, which names it."""
    digest = loaded.digest()
    target = folder / "networks" / digest
    if target.exists():
        try:
            kept_network(folder, digest)
            return digest
        except StoreError:
            shutil.rmtree(target)
    arrays: dict[str, NDArray[Any]] = {name: getattr(loaded.network, name) for name in _ARRAYS
                                       if not (loaded.network.symmetric and name in _SYMMETRIC)}
    texts = list(loaded.labels) if isinstance(loaded.labels, Sequence) else None
    if loaded.labels is not None and texts is None:
        arrays["labels"] = np.asarray(loaded.labels)
    columns = {"columns": loaded.columns, "arc_columns": loaded.arc_columns}
    for kind, found in columns.items():
        arrays |= {f"{kind}-{k}": values for k, values in enumerate(found.values())}
    temporary = folder / "networks" / f".{digest}.{uuid.uuid4().hex}.tmp"
    with sealed.told(temporary.parent):
        temporary.mkdir(parents=True)
        for name, values in arrays.items():
            with (temporary / f"{name}.npy").open("xb") as stream:
                np.save(stream, values, allow_pickle=False)
                stream.flush()
                os.fsync(stream.fileno())
    sealed.write(temporary / "index.json", sealed.to_json({
        "n": loaded.network.n, "scale": loaded.network.scale, "symmetric": loaded.network.symmetric,
        "report": loaded.report._asdict(), "missing": dict(loaded.missing), "labels": texts, "groups": loaded.groups,
        **{kind: list(found) for kind, found in columns.items()},
        "arrays": {name: _hash(temporary / f"{name}.npy") for name in arrays}}))
    try:
        temporary.rename(target)
    except OSError:  # somebody else was faster
        shutil.rmtree(temporary, ignore_errors=True)
        if not (target / "index.json").is_file():
            raise
    return digest


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def kept_network(folder: Path, digest: str) -> Loaded:
    """Return a network that is kept in a results folder, mapped into memory.

    Raises
    ------
    StoreError
        If it is damaged.
    """
    place = folder / "networks" / digest
    index, _ = sealed.read_json(place / "index.json")
    found = {}
    for name, wanted in index["arrays"].items():
        path = place / f"{name}.npy"
        try:
            if _hash(path) != wanted:
                raise StoreError("its content is not what was written")
            found[name] = _mapped(path)
        except (OSError, ValueError, StoreError) as error:
            raise StoreError(f"{path}: damaged ({error}); --resume writes it again") from error
    if index["symmetric"]:
        found |= {name: found[twin] for name, twin in _SYMMETRIC.items()}
    columns, arc_columns = ({name: found[f"{kind}-{k}"] for k, name in enumerate(index[kind])}
                            for kind in ("columns", "arc_columns"))
    network = Network(**{name: found[name] for name in _ARRAYS}, scale=index["scale"])
    labels = index["labels"] if index["labels"] is not None else found.get("labels")
    return Loaded(network, labels, columns, index["groups"], Report(**index["report"]), arc_columns, index["missing"])


def _mapped(path: Path) -> NDArray[Any]:
    try:
        # "c", since kernels are compiled for arrays that can be written to, though none writes
        array: NDArray[Any] = np.load(path, mmap_mode="c", allow_pickle=False).view(np.ndarray)
    except ValueError:  # nothing to map
        array = np.load(path, allow_pickle=False)
    return array


def named(path: Path) -> str:
    """Return the name of a copy of this file, which begins with its hash."""
    return f"{_hash(path)}-{path.name}"


def keep_file(folder: Path, path: Path) -> str:
    """Keep a copy of a file in a results folder and return its name there."""
    content = path.read_bytes()
    name = f"{hashlib.sha256(content).hexdigest()}-{path.name}"
    try:
        kept_file(folder, name)
    except StoreError:
        sealed.write(folder / "inputs" / name, content)
    return name


def kept_file(folder: Path, name: str) -> Path:
    """Return the path of a copy.

    Raises
    ------
    StoreError
        If it is damaged.
    """
    path = folder / "inputs" / Path(name).name
    try:
        if _hash(path) != name[:_HEX]:
            raise StoreError("its content is not what was written")
    except (OSError, StoreError) as error:
        raise StoreError(f"{path}: damaged ({error}); --resume writes it again") from error
    return path
