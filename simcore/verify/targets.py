"""What there is to verify, and what of it somebody asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simcore import catalogue
from simcore.errors import UsageError, did_you_mean
from simcore.scenario import load
from simcore.verify.culture import LAWS
from simcore.verify.formulas import FORMULAS
from simcore.verify.structures import STRUCTURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simcore.scenario import Scenario
    from simcore.verify.culture import Law
    from simcore.verify.structures import Structure

THEORY, NETWORKS = "theory", "networks"


class Source(NamedTuple):
    """Something that verdicts come from.

    Attributes
    ----------
    name : str
        Of a scenario, or ``theory`` or ``networks``, the two tables.
    scenario : Scenario, optional
        With expectations.
    structures : sequence of Structure
        Rows of the table of networks.
    only : int, optional
        The one target whose verdicts are asked for.
    law : Law, optional
        Of the culture model.
    """

    name: str
    scenario: Scenario | None = None
    structures: Sequence[Structure] = ()
    only: int | None = None
    law: Law | None = None

    @property
    def work(self) -> int:
        """How many replicates, or networks, it takes."""
        replicates = len(self.scenario.points) * self.scenario.replicates if self.scenario else 0
        return replicates + sum(row.networks for row in self.structures) + (self.law is not None)


def files(*, every: bool) -> dict[str, Path]:
    """Return the scenarios of the folder ``verification`` by name: the quick ones, or all."""
    folder = catalogue.folder("verification")
    return {path.stem: path for part in ("quick", *["full"] * every) for path in sorted((folder / part).glob("*.toml"))}


def sources(names: Sequence[str] = (), *, every: bool = False, allow_code: bool = False) -> list[Source]:
    """Return what is asked for.

    Parameters
    ----------
    names : sequence of str
        Scenarios of the folder ``verification``, ``theory``, ``networks``, numbers of targets, scenarios of the
        catalogue or files; without any, all that is quick.
    every : bool
        Whether to return everything.
    allow_code : bool
        Whether ``[model] path`` of a file may be run.

    Returns
    -------
    list of Source

    Raises
    ------
    UsageError
        If there is no such thing, or it has no expectations.
    """
    known = files(every=True)
    if not names:
        return [Source(THEORY), Source(NETWORKS, structures=STRUCTURES),
                *(Source(law.name, law=law) for law in LAWS if every or law.quick),
                *(_scenario(path) for path in files(every=every).values())]
    return [found for name in names for found in _named(name, known, allow_code=allow_code)]


def _named(name: str, known: dict[str, Path], *, allow_code: bool) -> Iterable[Source]:
    if name == THEORY:
        return [Source(THEORY)]
    if name == NETWORKS:
        return [Source(NETWORKS, structures=STRUCTURES)]
    laws = {law.name: law for law in LAWS}
    if name in laws:
        return [Source(name, law=laws[name])]
    if name in known:
        return [_scenario(known[name])]
    if name.isdecimal():
        return _numbered(int(name), known)
    if Path(name).suffix or name in catalogue.scenarios():
        return [_scenario(catalogue.find(name), allow_code=allow_code)]
    choices = [THEORY, NETWORKS, *laws, *known, *catalogue.scenarios()]
    raise UsageError(f"there is nothing to verify named '{name}'; names are numbers of targets, files, and "
                     f"{', '.join(choices)}{did_you_mean(name, choices)}")


def _scenario(path: Path, *, allow_code: bool = False) -> Source:
    scenario = load(path, allow_code=allow_code)
    if not scenario.expectations:
        raise UsageError(f"{path}: expects nothing; [[expect]] says what a quantity should be")
    return Source(scenario.name, scenario)


def _numbered(target: int, known: dict[str, Path]) -> list[Source]:
    """Return everything that has verdicts on a target."""
    found = [Source(THEORY, only=target)] * any(row.target == target for row in FORMULAS)
    rows = [row for row in STRUCTURES if row.target == target]
    found += [Source(NETWORKS, structures=rows)] * bool(rows)
    found += [Source(law.name, law=law) for law in LAWS if law.target == target]
    for source in map(_scenario, known.values()):
        assert source.scenario is not None
        if any(expectation.target == target for expectation in source.scenario.expectations):
            found.append(source._replace(only=target))
    if not found:
        raise UsageError(f"there is no target {target}; docs/verification.md lists them")
    return found
