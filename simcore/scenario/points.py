"""A validated scenario and its points: one setting of all swept parameters each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.scenario import networks
from simcore.scenario.schema import canonical
from simcore.scenario.seedings import identity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simcore.model import Model
    from simcore.scenario.schema import Expect, Record, Section, Span, Stop, Summary, Sweep

STANDARD_OUTCOMES = ("share", "seed_in_degree", "seed_out_degree")
TREE_OUTCOMES = ("generations", "breadth", "structural_virality")  # recorded only if asked for


class Axis(NamedTuple):
    """One swept path and its values; where they are drawn, each once, in the order of the rows."""

    path: str
    values: tuple[Any, ...]
    span: Span | None = None  # what they are drawn from
    when: Mapping[str, Any] | None = None

    @property
    def table(self) -> str:
        """The section that the path leads into; ``"horizon"`` is its own."""
        return self.path.partition(".")[0]

    def declared(self) -> Any:
        """Return what a file says of the axis."""
        if self.span is not None:
            return _plain(self.span)
        return {"values": list(self.values), "when": dict(self.when)} if self.when else list(self.values)


@dataclass(frozen=True, slots=True)
class Point:
    """One setting of everything that decides results.

    Attributes
    ----------
    network, seeding, model_section : Section
        As validated, every default visible.
    model : Model
    params : Model.Params
        As declared, not yet resolved on a network.
    horizon : int
    setting : mapping of str to value
        The swept paths and their values here.
    code : str
        SHA-256 of the model's file where it is not of the catalogue.
    """

    network: Section
    model: Model
    model_section: Section
    params: Any
    seeding: Section
    horizon: int
    setting: Mapping[str, Any]
    code: str = ""

    def network_hash(self, digest: str = "") -> str:
        """Return the hash of the network; that of a file needs the digest of its arrays and attributes."""
        return hashlib.sha256(canonical({"network": networks.identity(self.network, digest)}).encode()).hexdigest()

    def hash(self, digest: str = "") -> str:
        """Return the hash of all that decides this point's results, other than the root seed.

        Defaults are left out, so that a key that is added to a model later changes nobody's points.
        """
        model = self.model_section.model_dump(exclude={"path"}, exclude_defaults=True)
        return hashlib.sha256(canonical({
            "network": self.network_hash(digest), "model": {**model, "name": self.model.name, "code": self.code},
            "seeding": identity(self.seeding), "horizon": self.horizon}).encode()).hexdigest()


@dataclass(frozen=True)
class Scenario:
    """What a file declares, validated, every default visible.

    Attributes
    ----------
    name : str
        The file's name without its ending.
    title, doi, description : str
    seed, replicates : int
    independent_points : bool
        Whether each point has its own luck in seeding and dynamics, instead of common random numbers.
    axes : tuple of Axis
    sweep : Sweep
        How the axes make points.
    points : tuple of Point
        In the order of the rows of the design: of a grid, the last axis fastest.
    rows : tuple of int
        For each row of the design the position of its point; none for a grid of all values, which has each once.
    summary : Summary
    record : Record
        With `outcomes` spelt out.
    expectations : tuple of Expect
        Part of no hash: what results are held against.
    file : Path, optional
        Where it was read from.
    stop : Stop, optional
        Part of no hash: when points have enough replicates, which begin with `replicates`.
    """

    name: str
    title: str
    doi: str | None
    description: str | None
    seed: int
    replicates: int
    independent_points: bool
    axes: tuple[Axis, ...]
    sweep: Sweep
    points: tuple[Point, ...]
    rows: tuple[int, ...]
    summary: Summary
    record: Record
    expectations: tuple[Expect, ...] = ()
    file: Path | None = None
    stop: Stop | None = None

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcome columns kept, in name order."""
        return tuple(sorted(self.record.outcomes or ()))

    def resolved(self) -> dict[str, Any]:
        """Return the scenario as a file would say it with nothing left out.

        Of a section whose kind is swept, it says what all kinds have in common: the rest has no place in a file.
        """
        head = {"schema": 1, "title": self.title, "doi": self.doi, "description": self.description,
                "seed": self.seed, "replicates": self.replicates, "horizon": self.points[0].horizon,
                "independent_points": self.independent_points}
        out: dict[str, Any] = {key: value for key, value in head.items() if value is not None}
        for table, name in (("network", "network"), ("model", "model_section"), ("seeding", "seeding")):
            sections = {id(section): section for point in self.points if (section := getattr(point, name))}
            swept = [axis.path for axis in self.axes if axis.table == table]
            out[table] = _common([_plain(section) for section in sections.values()], table, swept)
        out |= {"summary": _plain(self.summary), "record": _plain(self.record)}
        if self.stop is not None:
            out["stop"] = _plain(self.stop)
        if self.axes:
            design = _plain(self.sweep) if self.rows else {}
            out["sweep"] = design | {axis.path: axis.declared() for axis in self.axes}
        if self.expectations:
            out["expect"] = [_plain(expectation) for expectation in self.expectations]
        return out


def _plain(section: Section) -> dict[str, Any]:
    return section.model_dump(by_alias=True, exclude_none=True)


def _common(tables: list[dict[str, Any]], path: str, swept: list[str]) -> dict[str, Any]:
    """Return the first table without what is not the same in all others, unless it is swept."""
    first, *others = tables
    return {key: value for key, value in first.items()
            if all(key in other for other in others)
            and (all(other[key] == value for other in others)
                 or any(f"{axis}.".startswith(f"{path}.{key}.") for axis in swept))}
