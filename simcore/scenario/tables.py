"""Keys with dots, and paths of files, in the tables of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.scenario.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simcore.scenario.problems import Problems
    from simcore.scenario.toml import KeyPath

PATHS = (("network", "path"), ("network", "nodes"), ("model", "path"), ("seeding", "path"),
         ("seeding", "parts", "path"), ("immune", "path"), ("immune", "parts", "path"),
         ("organisation", "reports_to"), ("organisation", "informal"),
         ("customers", "path"), ("customers", "nodes"), ("programme", "who", "path"), ("sweep", "path"))


def key_path(text: str) -> KeyPath:
    """Return a path with dots; of a programme it tells the number, from 0."""
    parts = text.split(".")
    return tuple(int(part) if parts[0] == "programme" and place == 1 and part.isdecimal() else part
                 for place, part in enumerate(parts))


def put(data: dict[str, Any], path: KeyPath, value: Any) -> str:
    """Put a value under a path, making the tables on the way; return what is in the way, if anything is."""
    table: Any = data
    for depth, part in enumerate(path[:-1]):
        if isinstance(table, list):
            if not isinstance(part, int) or part >= len(table):
                return f"there are {len(table)} tables [[{path[0]}]], numbered from 0 (got {part})"
            table = table[part]
        else:
            table = table.setdefault(str(part), {})
        if not isinstance(table, dict) and not (isinstance(table, list) and path[0] == "programme"):
            return f"'{'.'.join(map(str, path[:depth + 1]))}' is no table, so it has no key '{path[depth + 1]}'"
    if isinstance(table, list):
        return f"there are {len(table)} tables [[{path[0]}]], so a key follows the number of one (got {path[-1]})"
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
    for path in PATHS:
        for holder, place, at in _holders(data, path):
            given = holder[place]
            if not isinstance(given, str) or not given or problems.is_typed(at):
                continue
            whole = absolute(inside, given)
            if not whole:
                problems.add(path, f"is no path (got {shown(given)})", at)
            elif not Path(whole).is_relative_to(inside):
                problems.add(path, f"a path in a scenario stays inside the scenario's folder (got {shown(given)}); "
                             f"any other is given with --set {'.'.join(path[:2])}=...", at)
            holder[place] = whole or given


def files(data: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the dicts and lists that hold the paths of files other than of networks, and the places in them."""
    network = data.get("network")
    of_network = isinstance(network, dict) and network.get("kind") == "file"
    for path in PATHS:
        if not (of_network and path[0] == "network"):
            for holder, place, _ in _holders(data, path):
                if isinstance(holder[place], str) and holder[place]:
                    yield holder, place


def _holders(data: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[Any, Any, KeyPath]]:
    """Yield the dicts and lists that hold the values of a key, their places in them, and those in the file."""
    yield from _within(data, path, ())
    axes = data.get("sweep")
    for axis, values in axes.items() if isinstance(axes, dict) else ():
        swept = tuple(part for part in key_path(axis) if isinstance(part, str))
        if swept == path[:len(swept)]:
            inside, at = (values.get("values"), ("values",)) if isinstance(values, dict) else (values, ())
            if isinstance(inside, list):
                yield from _within(inside, path[len(swept):], ("sweep", axis, *at))


def _within(holder: Any, path: tuple[str, ...], at: KeyPath) -> Iterator[tuple[Any, Any, KeyPath]]:
    """Yield what `_holders` does of a table, or of each element of a list."""
    places: Iterable[Any] = range(len(holder)) if isinstance(holder, list) else path[:1]
    rest = path if isinstance(holder, list) else path[1:]
    for place in places:
        if isinstance(holder, dict) and place not in holder:
            continue
        if rest and isinstance(holder[place], dict | list):
            yield from _within(holder[place], rest, (*at, place))
        elif not rest:
            yield holder, place, (*at, place)
