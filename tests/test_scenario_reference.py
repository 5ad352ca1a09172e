"""The reference of scenario files has every key and no other, and what it shows can be followed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from simcore import cli
from simcore.parameters import Attribute, Normal, PowerOfDegree, Uniform
from simcore.scenario import load
from simcore.scenario.json_schema import without_null
from simcore.scenario.schema import (
    IMMUNE,
    NETWORKS,
    SEEDINGS,
    ByAttribute,
    Expect,
    Head,
    ModelKeys,
    PowerLaw,
    Record,
    Span,
    Stop,
    Summary,
    Sweep,
    TwoClass,
    Values,
)
from simcore.scenario.seedings import RANKINGS, Among, Cost, VulnerableSeeding

DOCS = (Path(__file__).parent.parent / "docs" / "scenarios.md").read_text()
TYPES = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false",
         "array": "list", "object": "table"}
BOUNDS = {"minimum": "at least {}", "exclusiveMinimum": "above {}", "maximum": "at most {}",
          "exclusiveMaximum": "below {}", "multipleOf": "a multiple of {}"}


def type_in_words(schema):
    if "enum" in schema or "const" in schema:
        return " or ".join(f"`{json.dumps(word)}`" for word in schema.get("enum", [schema.get("const")]))
    if "oneOf" in schema or "$ref" in schema:
        return "see below"
    if "anyOf" in schema:
        return " or ".join(map(type_in_words, schema["anyOf"]))
    if schema["type"] == "array":
        if not schema["items"]:
            return "list of anything"
        kinds = schema["items"].get("anyOf", [schema["items"]])
        return f"list of {' or '.join(TYPES[kind['type']] + 's' * (kind['type'] != 'string') for kind in kinds)}"
    bounds = [words.format(number(schema[key])) for key, words in BOUNDS.items() if key in schema]
    if {"minimum", "maximum"} <= schema.keys():
        bounds = [f"{number(schema['minimum'])} to {number(schema['maximum'])}"]
    return ", ".join([TYPES[schema["type"]], " and ".join(bounds)] if bounds else [TYPES[schema["type"]]])


def number(value):
    """Write a bound: 0 and 0.0 are one to typing, which keeps whichever of two equal annotations came first."""
    return f"{int(value) if value == int(value) else value:_}"


def rows(section):
    """Return what the reference says of each key of a section but the one that tells its kind."""
    schema = without_null(section.model_json_schema())
    for key, keys in schema["properties"].items():
        if key not in ("kind", "law"):
            default = f"`{json.dumps(keys['default'])}`" if "default" in keys else ""
            default = "required" if key in schema.get("required", ()) else default
            yield f"| `{key}` | {type_in_words(keys)} | {default} | {keys.get('description', '')} |"


_POISSON, _INFLUENCE, _CONFIGURATION, *_OTHERS = dict.fromkeys(NETWORKS.values())
REFERENCE = [Head, _POISSON, _INFLUENCE, _CONFIGURATION, PowerLaw, TwoClass, *_OTHERS, ModelKeys, Uniform, Normal,
             PowerOfDegree, Attribute, *dict.fromkeys(SEEDINGS.values()), *RANKINGS, Among, Cost,
             VulnerableSeeding, Sweep, Span, Values,
             Summary, Record, ByAttribute, Stop, Expect]


def test_the_reference_has_every_key_and_no_other():
    wanted = [row for section in REFERENCE for row in rows(section)]
    written = [line for line in DOCS.splitlines() if line.startswith("| `")]
    assert len(written) == len(wanted)
    for row, line in zip(wanted, written, strict=True):
        assert row == line or (row.endswith("|  |") and line.startswith(row[:-2]))
    assert all(f'`"{kind}"`' in DOCS for kind in [*NETWORKS, *IMMUNE])


def test_the_reference_can_be_followed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    example, *others = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    Path("cascade.toml").write_text(example)
    commands = [shlex.split(line, comments=True) for block in re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
                for line in block.splitlines()]
    assert len(commands) > 5
    for _, verb, *arguments in commands:
        if verb in ("check", "show"):
            assert cli.main([verb, *arguments]) == 0, arguments
    head = example.partition("[network]")[0]
    for other in others:
        Path("other.toml").write_text(head + other)
        assert load("other.toml").points
