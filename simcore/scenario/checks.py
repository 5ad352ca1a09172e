"""Rules that concern several keys of a point, checked before any network is made."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from simcore.model import Attribute, Normal, PerArc, Uniform
from simcore.scenario import build
from simcore.scenario.schema import (
    BarabasiAlbert,
    File,
    GivenSeeding,
    Influence,
    Library,
    Poisson,
    PowerLaw,
    RankedSeeding,
    TwoClass,
    WattsStrogatz,
)
from simcore.scenario.wording import shown
from simcore.seeding import top_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simcore.errors import Problem
    from simcore.model import Model
    from simcore.scenario.schema import Section
    from simcore.scenario.toml import KeyPath

Found = tuple["KeyPath", str]
_LEAST = 1e-4  # probability of a normal draw to be kept; below it, redrawing takes for ever
_MOST_TIES = 2**31  # of preferential attachment


def check_network(network: Section) -> Iterator[Found]:
    """Yield the path and the message of what does not fit together in ``[network]``."""
    if isinstance(network, Poisson) and 0 < network.mean_degree >= network.n - 1:
        yield ("network", "mean_degree"), (f"must be below n - 1 = {network.n - 1} "
                                           f"(got {shown(network.mean_degree)}); for a network in which all are "
                                           "tied there is kind = 'complete'")
    if isinstance(network, Influence):
        if network.mean_degree > network.n - 1:
            yield ("network", "mean_degree"), (f"must be at most n - 1 = {network.n - 1} "
                                               f"(got {shown(network.mean_degree)})")
        for key in ("out_degree", "in_degree"):
            yield from _law(("network", key), getattr(network, key), network.mean_degree, network.n)
        if isinstance(network.in_degree, TwoClass):
            yield ("network", "in_degree"), "'two-class' is a law of out_degree only"
    if isinstance(network, WattsStrogatz) and network.neighbours >= network.n:
        yield ("network", "neighbours"), f"must be below n = {network.n} (got {network.neighbours})"
    if isinstance(network, BarabasiAlbert):
        if network.ties >= network.n:
            yield ("network", "ties"), f"must be below n = {network.n} (got {network.ties})"
        elif (network.n - network.ties) * network.ties >= _MOST_TIES:
            yield ("network", "ties"), (f"makes {(network.n - network.ties) * network.ties} ties in all; at most "
                                        f"{_MOST_TIES - 1} are possible (got {network.ties})")


def _law(path: KeyPath, spec: Any, mean: float, n: int) -> Iterator[Found]:
    """Yield why a law of degrees cannot have this mean among n nodes."""
    if spec == "constant" and mean != int(mean):
        yield path, f"'constant' needs a whole mean_degree (got {shown(mean)})"
    if isinstance(spec, PowerLaw):
        if spec.cutoff >= n:
            yield (*path, "cutoff"), f"must be below n = {n} (got {spec.cutoff})"
        elif not 0 < mean < spec.cutoff / 2:
            yield path, ("'power-law' needs a mean_degree above 0 and below cutoff / 2 = "
                         f"{shown(spec.cutoff / 2)} (got {shown(mean)})")


def check_model(model: Model, params: Any) -> Iterator[Found]:
    """Yield the path and the message of what does not fit together in ``[model]``."""
    for name, value in params._asdict().items():
        path: KeyPath = ("model", name)
        if isinstance(value, Uniform | Normal) and value.low >= value.high:
            yield (*path, "high"), f"must be above low = {shown(value.low)} (got {shown(value.high)})"
        elif isinstance(value, Normal) and _kept(value) < _LEAST:
            yield (*path, "mean"), (f"hardly any draw lies between low = {shown(value.low)} and "
                                    f"high = {shown(value.high)} (got mean = {shown(value.mean)}, "
                                    f"sd = {shown(value.sd)})")
    for name, message in (model.check(params) if model.check else {}).items():
        yield ("model", name), message


def _kept(law: Normal) -> float:
    """Return the probability that a normal draw lies within its limits."""
    low, high = ((limit - law.mean) / law.sd / math.sqrt(2) for limit in (law.low, law.high))
    if low > 0:  # on this side the differences of erf would drown
        low, high = -high, -low
    return (math.erfc(-high) - math.erfc(-low)) / 2


def check_columns(network: Section, model: Model, params: Any) -> Iterator[Found]:
    """Yield the path and the message of each parameter that asks the network for what it does not have."""
    if isinstance(network, Library):
        return  # what it has is known once it is made
    hints = get_type_hints(model.Params, include_extras=True)
    for name, value in params._asdict().items():
        if not isinstance(value, Attribute):
            continue
        path, column = ("model", name), shown(value.attribute)
        if not isinstance(network, File):
            yield path, f"takes the column {column} of a network's file, but this network has no file"
        elif PerArc in getattr(hints[name], "__metadata__", ()):
            if value.attribute != "weight":
                yield path, f"an arc has no attribute but 'weight' (got {column})"
            elif network.weight is None:
                yield path, "takes the weights of the file, so network.weight must name their column"
        elif network.nodes is None and "npz" not in (network.format, Path(network.path).suffix[1:]):
            yield path, f"takes the column {column} of the nodes, so network.nodes must name their file"


def check_seeding(network: Section, seeding: Section) -> Iterator[Found]:
    """Yield the path and the message of seeds that the network does not have."""
    n = build.nodes(network)
    if n is None:
        return
    if isinstance(seeding, GivenSeeding):
        for index, node in enumerate(() if isinstance(network, Library) else seeding.nodes):
            if not isinstance(node, int) or not 0 <= node < n:
                yield ("seeding", "nodes", index), (f"nodes of this network are numbered 0 to {n - 1} "
                                                    f"(got {shown(node)})")
        return
    candidates, what = n, "nodes"
    if isinstance(seeding, RankedSeeding):
        top = top_size(n, seeding.top)
        candidates = top if seeding.kind == "influential" else n - top
        what = f"{seeding.kind} nodes among {n}"
    count, share = getattr(seeding, "count", None), getattr(seeding, "share", None)
    if count is not None and count > candidates:
        yield ("seeding", "count"), f"must be at most {candidates}, the number of {what} (got {count})"
    if share is not None and max(1, round(share * n)) > candidates:
        yield ("seeding", "share"), (f"makes {max(1, round(share * n))} seeds, more than the {candidates} {what} "
                                     f"(got {shown(share)})")


def existing(network: Section) -> list[Problem]:
    """Return the problems of a network's files that their first lines show."""
    from simcore.network.read import peek  # only files need the readers

    if not isinstance(network, File):
        return []
    return peek(Path(network.path), format=network.format, source=network.source, target=network.target,
                weight=network.weight, nodes=network.nodes and Path(network.nodes), node=network.node)
