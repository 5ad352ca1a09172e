"""Rules of ``[seeding]`` that concern several keys, or the network, checked before any network is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore import models
from simcore.errors import Problem, did_you_mean
from simcore.parameters import Attribute
from simcore.scenario import attributes, build
from simcore.scenario.networks import File, Library
from simcore.scenario.seedings import (
    FileSeeding,
    GivenSeeding,
    GroupSeeding,
    MixtureSeeding,
    QuotaSeeding,
    RankedSeeding,
    VulnerableSeeding,
)
from simcore.scenario.seeds import bounds, first, number
from simcore.scenario.wording import shown
from simcore.seeding import alike, top_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.model import Model
    from simcore.scenario.attributes import Sizes
    from simcore.scenario.forms import Section
    from simcore.scenario.network_checks import Found
    from simcore.scenario.toml import KeyPath

_COUNTED = 10**8  # nodes up to which those of an attribute are counted


def check_keys(seeding: Any, path: KeyPath) -> Iterator[Found]:
    """Yield the path and the message of what does not fit together in a seeding, whatever the network."""
    among = getattr(seeding, "among", None)
    if among is not None:
        ends = [end for end in ("low", "high") if getattr(among, end) is not None]
        if ends and among.value is not None:
            yield (*path, "among", ends[0]), "only value, or low and high, can be given"
        elif not ends and among.value is None:
            yield (*path, "among"), f"says no value of '{among.attribute}', and neither low nor high"
        elif len(ends) == 2 and among.low > among.high:
            yield (*path, "among", "high"), f"must be at least low = {shown(among.low)} (got {shown(among.high)})"
    ways = ("count", "share", "budget") if hasattr(seeding, "share") else ()
    asked = [key for key in ways if getattr(seeding, key) is not None]
    for key in asked[1:]:
        yield (*path, key), f"only one of {asked[0]} and {key} can be given"
    if "budget" in asked and len(path) > 1:
        yield (*path, "budget"), "is of the whole [seeding] or [immune], not of a part or a programme"
    cost = getattr(seeding, "cost", None)
    if cost is not None and cost.attribute is not None and len(cost.model_dump(exclude_defaults=True)) > 1:
        yield (*path, "cost", "attribute"), "only the attribute, or acquisition and contact, can be given"
    elif cost is not None and cost.attribute is None and cost.acquisition == cost.contact == 0.0:
        yield (*path, "cost", "acquisition"), "acquisition and contact cannot both be 0"
    if isinstance(seeding, QuotaSeeding):
        if seeding.counts is None and seeding.each is None:
            yield (*path, "counts"), "is missing; 'quotas' needs it, or each"
        elif seeding.counts is not None and seeding.each is not None:
            yield (*path, "each"), "only one of counts and each can be given"


def check_seeding(network: Section, seeding: Section, path: KeyPath = ("seeding",)) -> Iterator[Found]:
    """Yield the path and the message of seeds that the network does not have."""
    if isinstance(seeding, MixtureSeeding):
        for place, part in enumerate(seeding.parts):
            yield from check_seeding(network, part, (*path, "parts", place))
    for at, name in _asked_for(seeding):
        if wrong := _attribute(network, name):
            yield (*path, *at), wrong
            return
    n = build.nodes(network)
    if n is None:
        return
    match seeding:
        case GivenSeeding():
            for index, node in enumerate(() if isinstance(network, Library) else seeding.nodes):
                if not isinstance(node, int) or not 0 <= node < n:
                    yield (*path, "nodes", index), _numbered(n, node)
        case QuotaSeeding():
            yield from _quotas(network, seeding, n, path)
        case MixtureSeeding():
            asked = sum(_seeds(part, n) for part in seeding.parts)
            if asked > n:
                yield (*path, "parts"), f"ask for {asked} seeds, more than the {n} nodes"
        case FileSeeding():
            return
        case _:
            yield from _count(network, seeding, n, path)


def check_immune(network: Section, immune: Section, model: Model) -> Iterator[Found]:
    """Yield the path and the message of people who cannot be immune here."""
    if model.adopters is None:
        yield ("immune", "kind"), (f"needs a model in which a node adopts once and for all, "
                                   f"{one_for_all()} (got '{model.name}')")
    elif isinstance(immune, VulnerableSeeding) and model.needs is None:
        yield ("immune", "kind"), (f"must be another kind: under '{model.name}', which has no thresholds, whoever "
                                   "influences somebody can convince them alone (got \"vulnerable\")")
    yield from check_seeding(network, immune, ("immune",))


def one_for_all() -> str:
    """Return the models in which nodes can be immune."""
    return ", ".join(sorted(name for name, model in models.catalogue().items() if model.adopters))


def check_listed(network: Section, seeding: Section) -> list[Problem]:
    """Return the problems of the labels in files of seeds, where nodes are numbers."""
    n = build.nodes(network)
    if n is None or isinstance(network, Library):
        return []
    if isinstance(seeding, MixtureSeeding):
        return [problem for part in seeding.parts for problem in check_listed(network, part)]
    if not isinstance(seeding, FileSeeding):
        return []
    return first([Problem(seeding.path, listed.line, listed.column, "", _numbered(n, listed.label))
                  for listed in seeding.listed if not _is_node(listed.label, n)])


def _is_node(label: str, n: int) -> bool:
    return label.isdecimal() and int(label) < n and str(int(label)) == label


def _numbered(n: int, node: object) -> str:
    return f"nodes of this network are numbered 0 to {n - 1} (got {shown(node)})"


def _asked_for(seeding: Any) -> Iterator[tuple[KeyPath, str]]:
    """Yield the keys that name an attribute, and the attribute."""
    among, by = getattr(seeding, "among", None), getattr(seeding, "by", None)
    if among is not None:
        yield ("among", "attribute"), among.attribute
    if getattr(seeding, "cost", None) is not None and seeding.cost.attribute is not None:
        yield ("cost", "attribute"), seeding.cost.attribute
    if isinstance(by, Attribute):
        yield ("by", "attribute"), by.attribute
    if getattr(seeding, "attribute", None) is not None:
        yield ("attribute",), seeding.attribute


def _attribute(network: Section, name: str) -> str:
    """Return why the nodes of a network do not have an attribute, as far as the scenario tells."""
    if isinstance(network, Library):
        return ""
    if isinstance(network, File):
        named = network.nodes is not None or "npz" in (network.format, Path(network.path).suffix[1:])
        return "" if named else (f"takes the column {shown(name)} of the nodes, so network.nodes must name their file")
    known = attributes.names(network)
    has = f"they have {' and '.join(known)}" if known else "they have none"
    return "" if name in known else (f"nodes of this network have no attribute {shown(name)}; {has}"
                                     f"{did_you_mean(name, known)}")


def _sizes(network: Section, name: str, n: int) -> Sizes | None:
    """Return how many nodes have which value of an attribute, where that is known and soon counted."""
    return None if isinstance(network, File | Library) or n > _COUNTED else attributes.sizes(network, name)


def _nobody(sizes: Sizes, name: str, value: str | float) -> str:
    return f"no node has {name} = {alike(value, text=True)}; values are 1 to {sizes.values.size}"


def _quotas(network: Section, seeding: QuotaSeeding, n: int, path: KeyPath) -> Iterator[Found]:
    sizes = _sizes(network, seeding.attribute, n)
    if sizes is None:
        return
    for value, count in (seeding.counts or {}).items():
        there = sizes.having(value)
        if not there:
            yield (*path, "counts", value), _nobody(sizes, seeding.attribute, value)
        elif count > there:
            yield (*path, "counts", value), (f"must be at most {there}, the number of nodes with {seeding.attribute} = "
                                             f"{value} (got {count})")


def _seeds(seeding: Any, n: int) -> int:
    """Return how many seeds a part of a mixture asks for, as far as it says."""
    match seeding:
        case GivenSeeding():
            return len(seeding.nodes)
        case FileSeeding():
            return len(seeding.listed)
        case QuotaSeeding():
            return sum((seeding.counts or {}).values())
    return number(seeding, n)


def _count(network: Section, seeding: Any, n: int, path: KeyPath) -> Iterator[Found]:
    """Yield why there are not so many seeds to choose from."""
    candidates, what = n, "nodes"
    among = getattr(seeding, "among", None)
    if among is not None and (sizes := _sizes(network, among.attribute, n)):
        if among.value is not None and not sizes.having(among.value):
            yield (*path, "among", "value"), _nobody(sizes, among.attribute, among.value)
            return
        candidates = sizes.within(*bounds(among)) if among.value is None else sizes.having(among.value)
        what = "nodes that among leaves"
    if isinstance(seeding, GroupSeeding) and seeding.attribute and (sizes := _sizes(network, seeding.attribute, n)):
        candidates, what = int(sizes.nodes.sum()), f"nodes with a {seeding.attribute}"
    if isinstance(seeding, RankedSeeding):
        top = min(candidates, top_size(candidates, seeding.top))
        what = f"{seeding.kind} {what}{f' among {n}' * (among is None)}"
        candidates = top if seeding.kind == "influential" else candidates - top
    if seeding.count is not None and seeding.count > candidates:
        yield (*path, "count"), f"must be at most {candidates}, the number of {what} (got {seeding.count})"
    if seeding.share is not None and number(seeding, n) > candidates:
        yield (*path, "share"), (f"makes {number(seeding, n)} seeds, more than the {candidates} {what} "
                                 f"(got {shown(seeding.share)})")
