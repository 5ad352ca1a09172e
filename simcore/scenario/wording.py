"""What is wrong with a section, in the words of a scenario file: the rule, the value, the choices, the nearest word."""

from __future__ import annotations

import datetime
import difflib
import functools
import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args, get_origin

from simcore import models
from simcore.errors import did_you_mean
from simcore.scenario.schema import IMMUNE, NETWORKS, SEEDINGS, Forms, Head, Record, Stop, Summary, model_section

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pydantic import BaseModel, ValidationError
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from simcore.scenario.toml import KeyPath

_RULES = {
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_type": "must be text in quotes",
    "list_type": "must be a list",
    "dict_type": "must be a table",
    "finite_number": "must be finite",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}
_NUMBER = re.compile(r"[+-]?(\d[\d_]*)(\.\d+)?([eE][+-]?\d+)?")


class Finding(NamedTuple):
    """One thing that is wrong with a section; `of_key` if it is the key, whatever its value."""

    path: KeyPath
    message: str
    of_key: bool = False
    missing: bool = False


def choices(words: Iterable[str]) -> str:
    """Return ``'a', 'b' or 'c'``."""
    return _listed([f"'{word}'" for word in words])


def _listed(items: list[str], comma: str = "") -> str:
    return f"{', '.join(items[:-1])}{comma} or {items[-1]}" if len(items) > 1 else "".join(items)


def shown(value: object) -> str:
    """Return a value as a message shows it: as TOML, cut where it is long."""
    text = _toml(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        inside = ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return repr(value) if isinstance(value, str) else str(value)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `did_you_mean` would name."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1)), None)


def one_of(known: Collection[str], value: object) -> str:
    """Say that a value must be one of these words."""
    near = did_you_mean(value, known) if isinstance(value, str) else ""
    return f"must be {choices(known)} (got {shown(value)}){near}"


def unknown(key: str, keys: Collection[str], owner: str, table: str = "") -> str:
    """Say that a key is unknown, which keys there are, and which of them or of other sections may be meant."""
    of = f" of {owner}" if owner else ""
    known = f"the only key{of} is {next(iter(keys))}" if len(keys) == 1 else f"keys{of} are {', '.join(keys)}"
    near = _meant(key, keys)
    hint = f", did you mean '{near}'?" if near else _elsewhere(key, table)
    return f"unknown key; {known}{hint}"


def _meant(key: str, keys: Collection[str]) -> str | None:
    """Return the key that an unknown one may be a misspelling of; a key of the top of the file is none."""
    return None if "" in homes().get(key, {}) else nearest(key, keys)


@functools.cache
def homes() -> Mapping[str, Mapping[str, list[str]]]:
    """Return for each key the tables that have it, and for which kinds or models; the top of the file is ``""``."""
    found: dict[str, dict[str, list[str]]] = {}
    named: Mapping[str, Mapping[str, type[BaseModel]]] = {
        "network": NETWORKS, "model": {name: model_section(model) for name, model in models.catalogue().items()},
        "seeding": SEEDINGS, "immune": IMMUNE, "summary": {"": Summary}, "record": {"": Record}, "stop": {"": Stop},
        "": {"": Head}}
    for table, sections in named.items():
        for name, section in sections.items():
            for key in keys_of(section):
                found.setdefault(key, {}).setdefault(table, []).append(name)
    return found


def _elsewhere(key: str, table: str) -> str:
    found = homes().get(key, {})
    if table and table in found:
        return f"; it is a key of {choices(found[table])}"
    if "" in found:
        return "; it belongs above the first [section]"
    if not found:
        return ""
    return f"; it is a key of {_listed([f'[{home}]' for home in found])}"


def keys_of(section: type[BaseModel]) -> list[str]:
    """Return the keys of a section as a file has them."""
    return [field.alias or name for name, field in section.model_fields.items()]


def findings(error: ValidationError, section: type[BaseModel], data: Mapping[str, Any], *, owner: str = "",
             table: str = "") -> list[Finding]:
    """Return what pydantic found wrong with a section.

    Parameters
    ----------
    error : ValidationError
        Of this section and data.
    section : type of Section
    data : mapping
        The table of the file.
    owner : str
        Whose keys these are, as messages say it.
    table : str
        The table's name; none at the top of the file.
    """
    by_path: dict[KeyPath, list[ErrorDetails]] = {}
    for entry in error.errors():
        by_path.setdefault(_path(entry["loc"], section), []).append(entry)
    found = [_finding(path, entries, section, data, owner, table) for path, entries in by_path.items()]
    misspelt = {(*finding.path[:-1], _meant(str(finding.path[-1]), keys_of(_beside(finding.path, section, data))))
                for finding in found if finding.of_key and not finding.missing}
    return [finding for finding in found if not (finding.missing and finding.path in misspelt)]


def _finding(path: KeyPath, entries: list[ErrorDetails], section: type[BaseModel], data: Mapping[str, Any],
             owner: str, table: str) -> Finding:
    kind, value = entries[0]["type"], entries[0]["input"]
    beside, key = _beside(path, section, data), str(path[-1])
    if beside is not section:
        owner, table = f"'{_named(path, section, data)}'", ""
    if kind == "extra_forbidden":
        return Finding(path, unknown(key, keys_of(beside), owner, table), of_key=True)
    field = _field(beside, key)
    if kind == "missing":
        needs = f"; {owner} needs it" if owner else ""
        why = f": {field.description}" if field and field.description else ""
        words = _words(field.annotation) if field and get_origin(field.annotation) is Literal else ()
        known = f"; it must be {choices(words)}" * bool(words)
        return Finding(path, f"is missing{needs}{why}{known}", of_key=True, missing=True)
    forms = _forms(field)
    if forms and kind in ("union_tag_invalid", "float_type", "literal_error", "model_type"):
        return _of_forms(path, forms, value)
    if kind == "literal_error" and field:
        return Finding(path, one_of(_words(field.annotation), value))
    rules = [_RULES[entry["type"]].format(**{name: _plain(bound) for name, bound in entry.get("ctx", {}).items()})
             if entry["type"] in _RULES else entry["msg"].replace("Input should", "must") for entry in entries]
    rule = " or ".join([rules[0], *(rule.removeprefix("must be ") for rule in rules[1:])])
    return Finding(path, f"{rule} (got {shown(value)}){_mend(kind, value)}")


def _path(loc: KeyPath, section: type[BaseModel]) -> KeyPath:
    """Return where an error is, without the names that pydantic gives to the branches of unions."""
    if len(loc) > 1 and isinstance(loc[1], int):
        return loc[:2]
    forms = _forms(_field(section, str(loc[0])))
    return (loc[0], *loc[2:]) if forms and not forms.one else loc


def _beside(path: KeyPath, section: type[BaseModel], data: Mapping[str, Any]) -> type[BaseModel]:
    """Return the section whose key a path ends in: this one, or the table of a law or an attribute within."""
    forms, value = _forms(_field(section, str(path[0]))), data.get(str(path[0]))
    if len(path) == 1 or forms is None or not isinstance(value, dict):
        return section
    return forms.laws.get(value.get(forms.tag, ""), forms.attribute or section)


def _named(path: KeyPath, section: type[BaseModel], data: Mapping[str, Any]) -> str:
    """Return what messages call the table under a key of a section."""
    forms = _forms(_field(section, str(path[0])))
    return str(path[0]) if forms is None or forms.one else str(data[str(path[0])].get(forms.tag, "attribute"))


def _field(section: type[BaseModel], key: str) -> FieldInfo | None:
    return next((field for name, field in section.model_fields.items() if (field.alias or name) == key), None)


def _forms(field: FieldInfo | None) -> Forms | None:
    return next((mark for mark in field.metadata if isinstance(mark, Forms)), None) if field else None


def _words(annotation: Any) -> tuple[str, ...]:
    """Return the words of a Literal, also of one that may be left out."""
    inside = get_args(annotation)
    return _words(inside[0]) if type(None) in inside else inside


def _plain(bound: object) -> object:
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _mend(kind: str, value: object) -> str:
    """Return what to write instead, where that is plain."""
    if kind == "int_type" and isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f": write {int(value)}"
    if isinstance(value, str) and (_NUMBER.fullmatch(value) if kind in ("int_type", "float_type") else
                                   value in ("true", "false") if kind == "bool_type" else False):
        return ": remove the quotes"
    if kind == "list_type" and isinstance(value, str | int) and not isinstance(value, bool):
        return f": write [{shown(value)}]"
    return ""


def _of_forms(path: KeyPath, forms: Forms, value: object) -> Finding:
    if forms.laws and isinstance(value, dict) and forms.tag in value:
        return Finding((*path, forms.tag), one_of(forms.laws, value[forms.tag]))
    phrases = ["a number"] * forms.number + [f"'{word}'" for word in forms.words]
    if forms.laws:
        phrases.append(f"a table with {forms.tag} = {choices(forms.laws)}")
    if forms.attribute:
        phrases.append("a table with attribute = the name of a column")
    if forms.text:
        phrases.append(forms.text)
    mend = ""
    if isinstance(value, str) and value in forms.laws:
        needs = [f"{key} = ..." for key, field in forms.laws[value].model_fields.items()
                 if field.is_required() and key != forms.tag]
        mend = f": write {{ {', '.join([f'{forms.tag} = {shown(value)}', *needs])} }}"
    elif isinstance(value, str):
        mend = _mend("float_type", value) if forms.number else ""
        mend = mend or did_you_mean(value, [*forms.words, *forms.laws])
    return Finding(path, f"must be {_listed(phrases, ',')} (got {shown(value)}){mend}")
