"""What the command line puts into a scenario: ``--set key=value``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.errors import ScenarioError
from simcore.scenario import toml
from simcore.scenario.tables import PATHS, absolute, key_path, put
from simcore.scenario.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simcore.scenario.problems import Problems
    from simcore.scenario.toml import KeyPath


_HALF = re.compile(r"[+-]?(\.[0-9]+|[0-9]+\.)(e[+-]?[0-9]+)?", re.IGNORECASE)


def apply(texts: Iterable[str], data: dict[str, Any], problems: Problems) -> None:
    """Replace keys of a document, and the axes over them, one text after the other.

    Parameters
    ----------
    texts : iterable of str
        ``key=value``: the key is a path with dots, the value TOML, or else text. Paths of files are relative to the
        working directory.
    data : dict
        The document, which is changed.
    problems : Problems
        Learns what was typed, and what of it cannot be.
    """
    for text in texts:
        key, equals, typed = (part.strip() for part in text.partition("="))
        path = _path(key)
        if not equals or "" in path:
            problems.add_argument(f"takes key=value (got {shown(text)})")
            continue
        problems.typed.add(path)
        axes = data.get("sweep")
        if path[0] != "sweep" and isinstance(axes, dict):
            for axis in [axis for axis in axes if key_path(axis)[:len(path)] == path]:
                del axes[axis]
            around = next((axis for axis in axes if key.startswith(f"{axis}.")), None)
            if around is not None:
                problems.add(path, f"'{around}' is swept, so only the whole of it can be set")
                continue
        wrong = put(data, path, _typed(path, value(typed)))
        if wrong:
            problems.add(path, wrong)


def _path(key: str) -> KeyPath:
    """Return a key with dots as a path; what follows ``sweep`` is one key, whose quotes the shell may have left."""
    table, dot, axis = key.partition(".")
    if table == "sweep" and dot:
        return table, axis.strip("\"'")
    return key_path(key)


def value(text: str) -> Any:
    """Return what was typed as TOML has it, or as a number without a digit before or after its point, or as text."""
    try:
        data = toml.parse(f"v = {text}").data
    except ScenarioError:
        return float(text) if _HALF.fullmatch(text) else text
    return data["v"] if len(data) == 1 else text


def _typed(path: KeyPath, value: Any) -> Any:
    """Return a value with the paths of files in it made absolute."""
    if isinstance(value, dict):
        return {key: _typed((*path, key), inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_typed(path, item) for item in value]
    spelt = key_path(str(path[1])) if path[0] == "sweep" and len(path) == 2 and path not in PATHS else path
    named = tuple(part for part in spelt if isinstance(part, str))
    return absolute(Path(), value) or value if named in PATHS and isinstance(value, str) else value
