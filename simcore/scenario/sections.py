"""From the tables of a file to validated sections."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import ValidationError

from simcore import models
from simcore.errors import ModelError, NetworkError
from simcore.scenario import model_checks, network_checks, seed_checks, seeds
from simcore.scenario.degree_files import read_degrees
from simcore.scenario.networks import DegreeSequence
from simcore.scenario.schema import IMMUNE, NETWORKS, SEEDINGS, Head, Section, model_section
from simcore.scenario.seedings import BudgetSeeding, FileSeeding, MixtureSeeding
from simcore.scenario.wording import choices, findings, one_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simcore.model import Model
    from simcore.scenario.axes import Variant
    from simcore.scenario.problems import Problems
    from simcore.scenario.toml import KeyPath

S = TypeVar("S", bound=Section)
PARTS = {kind: section for kind, section in SEEDINGS.items() if section is not MixtureSeeding}
_KINDS: dict[Any, dict[str, type[Section]]] = {
    "seeding": SEEDINGS, "immune": IMMUNE, "programme": {"budget": BudgetSeeding, **SEEDINGS}}


class Chosen(NamedTuple):
    """A model and its section."""

    model: Model
    section: Section
    params: Any  # Model.Params, as declared
    code: str  # SHA-256 of its file, if it is not of the catalogue


def validated(section: type[S], variant: Variant, path: KeyPath, problems: Problems, *,
              owner: str = "") -> S | None:
    """Return a section, or nothing after noting what is wrong with it."""
    try:
        return section.model_validate(variant.data)
    except ValidationError as error:
        table = str(path[0]) if path else ""
        for finding in findings(error, section, variant.data, owner=owner, table=table):
            whole = (*path, *finding.path)
            if not (finding.missing and whole in problems.excused):
                problems.add(whole, finding.message, variant.place(whole, of_key=finding.of_key))
        return None


def read_network(variant: Variant, problems: Problems) -> Section | None:
    """Return ``[network]``."""
    section = by_kind(NETWORKS, ("network",), variant, problems)
    if isinstance(section, DegreeSequence) and section.path is not None and section.degrees is None:
        if problems.has(variant.place(("network", "path"))):  # a path that is refused is not read
            return None
        try:
            section = section.read(read_degrees(Path(section.path), section.column))
        except NetworkError as error:
            for problem in error.problems:
                problems.add_elsewhere(problem)
            return None
    if section is not None:
        note(network_checks.check_network(section), variant, problems)
    return section


def note(found: Iterable[network_checks.Found], variant: Variant, problems: Problems) -> None:
    """Note what does not fit together, where the values of this section stand."""
    for path, message in found:
        problems.add(path, message, variant.place(path))


def read_seeding(variant: Variant, problems: Problems, path: KeyPath = ("seeding",)) -> Section | None:
    """Return ``[seeding]`` or ``[immune]``, a part of it, or the people of a programme.

    It has one seed if it does not say how many, and knows what is in its file.
    """
    kinds = PARTS if "parts" in path else _KINDS[path[0]]
    section = by_kind(kinds, path, variant, problems)
    if section is None:
        return None
    wrong = list(seed_checks.check_keys(section, path))
    note(wrong, variant, problems)
    if wrong or problems.has(variant.place((*path, "path"))):  # a path that is refused is not read
        return None
    if isinstance(section, FileSeeding):
        return _read_file(section, problems)
    if isinstance(section, MixtureSeeding):
        return _read_parts(section, variant, problems, path)
    if not hasattr(section, "share"):
        return section
    asked = [getattr(section, key, None) for key in ("count", "share", "budget")]
    return section if any(value is not None for value in asked) else section.model_copy(update={"count": 1})


def _read_file(section: FileSeeding, problems: Problems) -> FileSeeding | None:
    """Return the section with the labels in its file, or nothing after noting what is wrong with it."""
    try:
        return section.read(seeds.read_file(Path(section.path), section.column))
    except NetworkError as error:
        for problem in error.problems:
            problems.add_elsewhere(problem)
        return None


def _read_parts(section: MixtureSeeding, variant: Variant, problems: Problems, path: KeyPath) -> MixtureSeeding | None:
    """Return the section with each of its parts read."""
    parts = []
    for place, data in enumerate(section.parts):
        at = (*path, "parts", place)
        if isinstance(data, dict):
            parts.append(read_seeding(variant._replace(data=data), problems, at))
        else:
            problems.add(at, f"must be a table (got {shown(data)})", variant.place(at))
            parts.append(None)
    return None if None in parts else section.model_copy(update={"parts": parts})


def by_kind(kinds: Mapping[str, type[Section]], table: KeyPath, variant: Variant,
            problems: Problems) -> Section | None:
    """Return the section that the kind of a table stands for."""
    kind = variant.data.get("kind")
    if isinstance(kind, str) and kind in kinds:
        return validated(kinds[kind], variant, table, problems, owner=f"'{kind}'")
    path = (*table, "kind")
    if "kind" in variant.data:
        problems.add(path, one_of(kinds, kind), variant.place(path))
    elif path not in problems.excused:
        problems.add(path, f"is missing; it must be {choices(kinds)}", variant.place(path))
    return None


def read_model(variant: Variant, problems: Problems, *, allow_code: bool) -> Chosen | None:
    """Return ``[model]`` and the model that it names; running its file is `allow_code`."""
    path, name = variant.data.get("path"), variant.data.get("name")
    code = ""
    try:
        if "path" in variant.data:
            at: KeyPath = ("model", "path")
            if not isinstance(path, str) or not path:
                problems.add(at, f"must be the path of a Python file (got {shown(path)})", variant.place(at))
                return None
            if not allow_code:
                problems.add(at, "runs the code of a file, which needs --allow-code", variant.place(at))
                return None
            model = models.load(Path(path))
            code = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        else:
            at, known = ("model", "name"), models.names()
            if name not in known:
                if "name" in variant.data:
                    problems.add(at, one_of(known, name), variant.place(at))
                elif at not in problems.excused:
                    problems.add(at, f"is missing; it must be {choices(known)}")
                return None
            model = models.find(name)
        section = validated(model_section(model), variant, ("model",), problems, owner=f"'{model.name}'")
    except ModelError as error:
        problems.add(at, str(error), variant.place(at))
        return None
    if section is None:
        return None
    fields = model.Params._fields  # type: ignore[attr-defined]
    params = model.Params(**{field: getattr(section, field) for field in fields})
    try:
        note(model_checks.check_model(model, params), variant, problems)
    except Exception as error:
        if not code:
            raise
        problems.add(at, f"its check fails: {type(error).__name__}: {error}", variant.place(at))
    return Chosen(model, section, params, code)


def read_horizon(variant: Variant, problems: Problems) -> int | None:
    """Return ``horizon``."""
    head = validated(Head, variant._replace(data={"schema": 1, "title": "", "horizon": variant.data}), (), problems)
    return None if head is None else head.horizon
