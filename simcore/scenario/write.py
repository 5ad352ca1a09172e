"""Plain data as TOML, for showing a resolved scenario."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_toml(data: Mapping[str, Any]) -> str:
    """Write a scenario's tables, one level deep, and lists of tables as TOML 1.0."""
    tables = [(f"[{_key(key)}]", value) for key, value in data.items() if isinstance(value, dict)]
    tables += [(f"[[{_key(key)}]]", item) for key, value in data.items() if _is_list(value) for item in value]
    lines = [f"{_key(key)} = {inline(value)}" for key, value in data.items()
             if not isinstance(value, dict) and not _is_list(value)]
    for head, table in tables:
        lines += ["", head]
        lines += [f"{_key(name)} = {inline(value)}" for name, value in table.items()]
    return "\n".join(lines) + "\n"


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else _text(key)


def _text(text: str) -> str:  # JSON's escapes are TOML's, but for the one character JSON leaves alone
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(value: Any) -> str:
    """Write one value in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {inline(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(inline(inner) for inner in value) + "]"
    if isinstance(value, str):
        return _text(value)
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
