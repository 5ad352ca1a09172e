"""Keys with dots, and paths of files, in the tables of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.scenario.wording import shown

if TYPE_CHECKING:
    from simcore.scenario.problems import Problems
    from simcore.scenario.toml import KeyPath

PATHS = (("network", "path"), ("network", "nodes"), ("model", "path"))


def put(data: dict[str, Any], path: KeyPath, value: Any) -> str:
    """Put a value under a path, making the tables on the way; return what is in the way, if anything is."""
    table: Any = data
    for depth, part in enumerate(path[:-1]):
        table = table.setdefault(str(part), {})
        if not isinstance(table, dict):
            return f"'{'.'.join(map(str, path[:depth + 1]))}' is no table, so it has no key '{path[depth + 1]}'"
    table[str(path[-1])] = value
    return ""


def absolute(folder: Path, path: str) -> str:
    """Return a path made absolute, without links; nothing if that is impossible."""
    try:
        return str((folder / path).resolve()) if path else ""
    except (OSError, RuntimeError, ValueError):  # loops of links, NUL
        return ""


def keep_inside(data: dict[str, Any], folder: Path, problems: Problems) -> None:
    """Make the paths of files absolute; those that the file gives must stay inside its folder."""
    inside = folder.resolve()
    axes = data.get("sweep")
    for table, key in PATHS:
        holders: list[tuple[Any, Any, KeyPath]] = [(data.get(table), key, (table, key))]
        if isinstance(axes, dict) and isinstance(values := axes.get(f"{table}.{key}"), list):
            holders += [(values, index, ("sweep", f"{table}.{key}", index)) for index in range(len(values))]
        for holder, place, at in holders:
            path = holder[place] if isinstance(holder, list) or (isinstance(holder, dict) and place in holder) else None
            if not isinstance(path, str) or not path or problems.is_typed(at):
                continue
            whole = absolute(inside, path)
            if not whole:
                problems.add((table, key), f"is no path (got {shown(path)})", at)
            elif not Path(whole).is_relative_to(inside):
                problems.add((table, key), "a path in a scenario stays inside the scenario's folder "
                             f"(got {shown(path)}); any other is given with --set {table}.{key}=...", at)
            holder[place] = whole or path
