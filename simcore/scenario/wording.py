"""Validation errors in the words of this project: the rule, the value, the choices, the nearest word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simcore.scenario.schema import Section

_RULES = {
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_type": "must be text in quotes",
    "list_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "dataclass_type": "must be a table",
    "finite_number": "must be finite",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "too_short": "must have at least {min_length} entry",
}


def choices(words: Iterable[str]) -> str:
    """Return ``'a', 'b' or 'c'``."""
    quoted = [f"'{word}'" for word in words]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else quoted[0]


def shown(value: object) -> str:
    """Return a value as a message shows it, cut where it is long."""
    text = {True: "true", False: "false"}.get(value, repr(value)) if isinstance(value, bool) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def describe(entry: Any, section: type[Section], data: Any) -> tuple[tuple[Any, ...], str]:
    """Return the path, as the file has it, and the message of one of pydantic's errors.

    Parameters
    ----------
    entry : ErrorDetails
        One entry of ``ValidationError.errors()``.
    section : type of Section
        What was validated.
    data : dict
        Against what.
    """
    kind, value, context = entry["type"], entry["input"], entry.get("ctx", {})
    path = _in_file(entry["loc"], data, keep_last=kind in ("missing", "missing_argument"))
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        key = str(entry["loc"][-1])
        keys = _keys(section, path[:-1], data)
        name = data.get("kind") or data.get("name") if len(path) == 1 and isinstance(data, dict) else None
        of = f" of '{name}'" if name else ""
        known = f"; keys{of} are {', '.join(keys)}" if keys else ""
        return path, f"unknown key{known}{did_you_mean(key, keys)}"
    if kind in ("missing", "missing_argument"):
        field = section.model_fields.get(str(path[-1])) if len(path) == 1 else None
        why = f": {field.description}" if field is not None and field.description else ""
        return path, f"is missing{why}"
    if kind in ("literal_error", "enum"):
        words = [word.strip().strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        return path, f"must be {context['expected']} (got {shown(value)}){did_you_mean(str(value), words)}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return path, _law(value, context)
    rule = _RULES.get(kind, entry["msg"][0].lower() + entry["msg"][1:])
    return path, f"{rule.format(**context)} (got {shown(value)})"


def _law(value: Any, context: Mapping[str, Any]) -> str:
    tags = [tag.strip().strip("'") for tag in context.get("expected_tags", "").split(",")]
    laws = [tag for tag in tags if tag not in ("number", "word", "attribute")]
    forms = [{"number": "a number", "word": "a word"}[tag] for tag in tags if tag in ("number", "word")]
    if laws:
        forms.append(f"a table with law = {choices(laws)}")
    if "attribute" in tags:
        forms.append("a table with attribute = the name of a column")
    law = value.get("law") if isinstance(value, dict) else None
    near = did_you_mean(law, laws) if isinstance(law, str) else ""
    return f"must be {' or '.join(forms)} (got {shown(value)}){near}"


def _in_file(loc: tuple[Any, ...], data: Any, *, keep_last: bool) -> tuple[Any, ...]:
    """Leave out the parts of pydantic's path that name a branch of a union instead of a key of the file."""
    path: list[Any] = []
    for position, part in enumerate(loc):
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        elif not (keep_last and position == len(loc) - 1):
            continue
        path.append(part)
    return tuple(path)


def _keys(section: type[Section], path: tuple[Any, ...], data: Any) -> list[str]:
    """Return the keys that are known where an unknown one stands: of the section itself, not of its laws."""
    if path:
        return []
    return [field.alias or name for name, field in section.model_fields.items()]
