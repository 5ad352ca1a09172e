"""The catalogue: one file per model; `MODELS` finds them, and refuses two of one name."""

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

__all__ = ["catalogue", "find", "load"]


@functools.cache
def catalogue() -> Mapping[str, Model]:
    """Return every model of the package by name.

    Returns
    -------
    mapping of str to Model

    Raises
    ------
    ModelError
        If two have one name.
    """
    found: dict[str, Model] = {}
    for info in pkgutil.iter_modules(__path__):
        model: Model = importlib.import_module(f"{__name__}.{info.name}").MODEL
        if model.name in found:
            raise ModelError(f"two models are named '{model.name}'")
        found[model.name] = model
    return found


def find(name: str) -> Model:
    """Return the catalogue's model of this name.

    Parameters
    ----------
    name : str

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        If there is none; the message lists the names.
    """
    models = catalogue()
    if name not in models:
        raise ModelError(f"there is no model '{name}'; models are {', '.join(sorted(models))}"
                         f"{did_you_mean(name, models)}")
    return models[name]


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
