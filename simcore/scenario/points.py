"""A validated scenario and its points: one setting of all swept parameters each."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore.mechanisms.programmes import Programmes
from simcore.scenario import networks
from simcore.scenario.companies import CompanySection, whole_identity
from simcore.scenario.schema import canonical
from simcore.scenario.seedings import Nobody, identity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simcore.model import Model
    from simcore.scenario.schema import Expect, Record, Section, Span, Stop, Summary, Sweep

STANDARD_OUTCOMES = ("share", "seed_in_degree", "seed_out_degree")
TREE_OUTCOMES = ("generations", "breadth", "structural_virality")  # recorded only if asked for, as are these
SEED_OUTCOMES = ("seeds", "seed_cost")


_NOTHING = Programmes()
_NOBODY = Nobody(kind="nobody")


class Axis(NamedTuple):
    """One swept path and its values; where they are drawn, each once, in the order of the rows.

    Attributes
    ----------
    path : str
        Section and key, as in ``network.mean_degree``.
    values : tuple of value
    span : Span, optional
        What they are drawn from.
    when : mapping of str to value, optional
        What other axes must be for this one to have a value.
    """

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
    programmes : tuple of Section
        What is done.
    done : Programmes
        The same as the model takes it.
    is_twin : bool
        Whether this is a point of which all programmes were left out, but for when they would have ended.
    immune : Section, optional
        Who never adopts; nobody without it.
    """

    network: Section
    model: Model
    model_section: Section
    params: Any
    seeding: Section
    horizon: int
    setting: Mapping[str, Any]
    code: str = ""
    programmes: tuple[Any, ...] = ()
    done: Programmes = _NOTHING
    is_twin: bool = False
    immune: Section | None = None

    def network_hash(self, digest: str = "") -> str:
        """Return the hash of the network; that of a file needs the digest of its arrays and attributes.

        Parameters
        ----------
        digest : str
            Of the arrays, hexadecimal; empty for a generated network.

        Returns
        -------
        str
            SHA-256, 64 hexadecimal digits.
        """
        said = (whole_identity(self.network, digest) if isinstance(self.network, CompanySection) else
                networks.identity(self.network, digest))
        return hashlib.sha256(canonical({"network": said}).encode()).hexdigest()

    def hash(self, digest: str = "", network_hash: str = "") -> str:
        """Return the hash of all that decides this point's results, other than the root seed.

        Defaults are left out, so that a key that is added to a model later changes nobody's points.

        Parameters
        ----------
        digest : str
            As in `network_hash`.
        network_hash : str
            What that returns, where it is known already: many points share it.

        Returns
        -------
        str
            SHA-256, 64 hexadecimal digits.
        """
        model = self.model_section.model_dump(exclude={"path"}, exclude_defaults=True)
        done = [{**each.model_dump(exclude={"who"}, exclude_defaults=True),
                 "who": each.who and identity(each.who)} for each in self.programmes]
        return hashlib.sha256(canonical({
            "network": network_hash or self.network_hash(digest),
            "model": {**model, "name": self.model.name, "code": self.code},
            "seeding": identity(self.seeding), "horizon": self.horizon} | ({"programme": done} if done else {})
            | ({"twin": self.done.ended} if self.is_twin else {})
            | ({"immune": identity(self.immune)} if self.immune else {})).encode()).hexdigest()

    def twin(self) -> Point:
        """Return the point at which nothing is done, but it is noted when the programmes would have ended."""
        setting = {path: value for path, value in self.setting.items() if not path.startswith("programme.")}
        return dataclasses.replace(self, programmes=(), done=Programmes(ended=self.done.ended), is_twin=True,
                                   setting=setting)


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

    def __repr__(self) -> str:
        swept = ", ".join(axis.path for axis in self.axes)
        return (f"<Scenario {self.name}: {self.title} {len(self.points)} points{f' over {swept}' if swept else ''}, "
                f"{self.replicates} replicates of each>")

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcome columns kept, in name order."""
        return tuple(sorted(self.record.outcomes or ()))

    def _sections(self) -> dict[str, list[Section]]:
        """Return the sections of all points by their table."""
        found: dict[str, list[Any]] = {}
        some_are_immune = any(point.immune for point in self.points)
        for point in self.points:
            parts = ({"network": point.network} if not isinstance(point.network, CompanySection) else
                     {"organisation": point.network.organisation, "customers": point.network.customers,
                      "service": point.network.service})
            others = {"model": point.model_section, "seeding": point.seeding} | (
                {"immune": point.immune or _NOBODY} if some_are_immune else {})
            for table, section in (parts | others).items():
                found.setdefault(table, []).append(section)
        return found

    def resolved(self) -> dict[str, Any]:
        """Return the scenario as a file would say it with nothing left out.

        Of a section whose kind is swept, it says what all kinds have in common: the rest has no place in a file.
        """
        head = {"schema": 1, "title": self.title, "doi": self.doi, "description": self.description,
                "seed": self.seed, "replicates": self.replicates, "horizon": self.points[0].horizon,
                "independent_points": self.independent_points}
        out: dict[str, Any] = {key: value for key, value in head.items() if value is not None}
        for table, found in self._sections().items():
            sections = {id(section): section for section in found}
            swept = [axis.path for axis in self.axes if axis.table == table]
            out[table] = _common([_plain(section) for section in sections.values()], table, swept)
        out |= {"summary": _plain(self.summary), "record": _plain(self.record)}
        if self.stop is not None:
            out["stop"] = _plain(self.stop)
        if first := next((point.programmes for point in self.points if point.programmes), ()):
            out["programme"] = [{key: value for key, value in _plain(each).items()
                                 if key not in _NOT_OF[each.who is None]} for each in first]
        if self.axes:
            design = _plain(self.sweep) if self.rows else {}
            out["sweep"] = design | {axis.path: axis.declared() for axis in self.axes}
        if self.expectations:
            out["expect"] = [_plain(expectation) for expectation in self.expectations]
        return out


# keys of a programme that only people have, or a parameter
_NOT_OF = {True: ("who", "until", "cost", "cost_ratio"), False: ("parameter", "value")}


def _plain(section: Section) -> dict[str, Any]:
    return section.model_dump(by_alias=True, exclude_none=True)


def _common(tables: list[dict[str, Any]], path: str, swept: list[str]) -> dict[str, Any]:
    """Return the first table without what is not the same in all others, unless it is swept."""
    first, *others = tables
    return {key: value for key, value in first.items()
            if all(key in other for other in others)
            and (all(other[key] == value for other in others)
                 or any(f"{axis}.".startswith(f"{path}.{key}.") for axis in swept))}
