"""The catalogue: one file per model, named as the model is."""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.util
import pkgutil
import sys
from typing import TYPE_CHECKING

from simcore.errors import ModelError, did_you_mean
from simcore.model import Model

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["catalogue", "find", "load", "names"]


@functools.cache
def names() -> tuple[str, ...]:
    """Return the names of the models of the package, which are those of their files.

    Returns
    -------
    tuple of str
        Sorted.
    """
    return tuple(sorted(info.name.replace("_", "-") for info in pkgutil.iter_modules(__path__)))


def catalogue() -> Mapping[str, Model]:
    """Return every model of the package by name.

    Returns
    -------
    mapping of str to Model
    """
    return {name: find(name) for name in names()}


def find(name: str) -> Model:
    """Return the catalogue's model of this name; no other is imported.

    Parameters
    ----------
    name : str

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        If there is none; the message lists the names. Or if its file is named otherwise.
    """
    if name not in names():
        raise ModelError(f"there is no model '{name}'; models are {', '.join(names())}"
                         f"{did_you_mean(str(name), names())}")
    model: Model = importlib.import_module(f"{__name__}.{name.replace('-', '_')}").MODEL
    if model.name != name:
        raise ModelError(f"model '{model.name}' stands in the file of '{name}'; a model's file has its name")
    return model


def load(path: Path) -> Model:
    """Return the ``MODEL`` that a file outside the package declares; this runs the file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        If the file is missing, fails, or declares no `Model`.
    """
    try:
        return _load(path.resolve(), hashlib.sha256(path.read_bytes()).hexdigest())
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise ModelError(f"{path}: {'there is no such file' if missing else error.strerror or error}") from None


@functools.cache
def _load(path: Path, _content: str) -> Model:
    # numba's cache finds the model's types by the name of their module, which so depends on the place alone
    name = f"simcore_model_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ModelError(f"{path}: a model is a Python file (.py)")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise ModelError(f"{path}: {type(error).__name__}: {error}") from error
    model = getattr(module, "MODEL", None)
    if not isinstance(model, Model):
        got = f" (got {model!r})" if model is not None else ""
        raise ModelError(f"{path}: a model's file declares MODEL = simcore.model.Model(...){got}")
    return model
