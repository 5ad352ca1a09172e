"""What there is: ``models``, ``scenarios``, ``schema``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simcore import catalogue

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Declare the sub-commands of this file."""
    for name, function in (("models", _models), ("scenarios", _scenarios)):
        command(name, function).add_argument("--json", action="store_true", help="as JSON")
    command("schema", _schema)


def _models(arguments: argparse.Namespace) -> int:
    from simcore.models import catalogue as models
    from simcore.parameters import described

    found = sorted(models().values(), key=lambda model: model.name)
    if arguments.json:
        print(json.dumps([{"name": m.name, "title": m.title, "doi": m.doi,
                           "parameters": [parameter._asdict() for parameter in described(m.Params)],
                           "observables": list(m.observables), "outcomes": list(m.outcomes)} for m in found], indent=1))
        return 0
    for model in found:
        print(f"{model.name}: {model.title} (doi:{model.doi})")
        for name, values, unit, default in described(model.Params):
            given = "" if default is None else f"; {json.dumps(default)} unless given"
            print(f"    {name:16}{values}{f' ({unit})' if unit else ''}{given}")
    return 0


def _scenarios(arguments: argparse.Namespace) -> int:
    import tomllib

    found = {name: tomllib.loads(path.read_text("utf-8")) for name, path in catalogue.scenarios().items()}
    if arguments.json:
        print(json.dumps([{"name": name, "title": data["title"], "doi": data.get("doi")}
                          for name, data in found.items()], indent=1))
        return 0
    for name, data in found.items():
        print(f"{name:32}{data['title']}")
    return 0


def _schema(_arguments: argparse.Namespace) -> int:
    from simcore.models import catalogue as models
    from simcore.scenario.json_schema import json_schema

    print(json.dumps(json_schema(models()), indent=1))
    return 0
