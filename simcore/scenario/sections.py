"""From the tables of a file to validated sections."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import ValidationError

from simcore import models
from simcore.errors import ModelError
from simcore.scenario import checks
from simcore.scenario.schema import NETWORKS, SEEDINGS, Head, Section, model_section
from simcore.scenario.wording import choices, findings, one_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simcore.model import Model
    from simcore.scenario.axes import Variant
    from simcore.scenario.problems import Problems
    from simcore.scenario.toml import KeyPath

S = TypeVar("S", bound=Section)


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
    section = _by_kind(NETWORKS, "network", variant, problems)
    if section is not None:
        note(checks.check_network(section), variant, problems)
    return section


def note(found: Iterable[checks.Found], variant: Variant, problems: Problems) -> None:
    """Note what does not fit together, where the values of this section stand."""
    for path, message in found:
        problems.add(path, message, variant.place(path))


def read_seeding(variant: Variant, problems: Problems) -> Section | None:
    """Return ``[seeding]``, with one seed if it does not say how many."""
    section = _by_kind(SEEDINGS, "seeding", variant, problems)
    if section is None or not hasattr(section, "share"):
        return section
    count, share = getattr(section, "count", None), getattr(section, "share", None)
    if count is not None and share is not None:
        path = ("seeding", "share")
        problems.add(path, "only one of count and share can be given", variant.place(path, of_key=True))
    return section if count is not None or share is not None else section.model_copy(update={"count": 1})


def _by_kind(kinds: Mapping[str, type[Section]], table: str, variant: Variant,
             problems: Problems) -> Section | None:
    kind = variant.data.get("kind")
    if isinstance(kind, str) and kind in kinds:
        return validated(kinds[kind], variant, (table,), problems, owner=f"'{kind}'")
    path = (table, "kind")
    if "kind" in variant.data:
        problems.add(path, one_of(kinds, kind), variant.place(path))
    elif path not in problems.excused:
        problems.add(path, f"is missing; it must be {choices(kinds)}")
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
            at, known = ("model", "name"), sorted(models.catalogue())
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
        note(checks.check_model(model, params), variant, problems)
    except Exception as error:
        if not code:
            raise
        problems.add(at, f"its check fails: {type(error).__name__}: {error}", variant.place(at))
    return Chosen(model, section, params, code)


def read_horizon(variant: Variant, problems: Problems) -> int | None:
    """Return ``horizon``."""
    head = validated(Head, variant._replace(data={"schema": 1, "title": "", "horizon": variant.data}), (), problems)
    return None if head is None else head.horizon
