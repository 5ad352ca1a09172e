"""Rules that concern several keys of a point, checked before any network is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcore.scenario import build
from simcore.scenario.schema import BarabasiAlbert, File, GivenSeeding, Influence, Poisson, RankedSeeding, WattsStrogatz
from simcore.seeding import top_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simcore.model import Model
    from simcore.scenario.schema import Section

Found = tuple[tuple[str, ...], str]


def check_point(network: Section, model: Model, params: Any, seeding: Section,
                columns: Mapping[str, str]) -> Iterator[Found]:
    """Yield the path and the message of everything that does not fit together."""
    yield from _network(network)
    n = build.nodes(network)
    if n is not None:
        yield from _seeds(seeding, n)
    for name, message in (model.check(params) if model.check else {}).items():
        yield ("model", name), message
    if columns and not isinstance(network, File):
        for name, column in columns.items():
            yield ("model", name), f"takes the column '{column}' of a network's files, but this network has none"


def _network(network: Section) -> Iterator[Found]:
    if isinstance(network, Poisson) and 0 < network.mean_degree >= network.n - 1:
        yield ("network", "mean_degree"), (f"must be below n - 1 = {network.n - 1} (got {network.mean_degree}); "
                                           "a network in which all are tied is kind = 'complete'")
    if isinstance(network, Influence):
        if network.mean_degree > network.n - 1:
            yield ("network", "mean_degree"), f"must be at most n - 1 = {network.n - 1} (got {network.mean_degree})"
        for key in ("out_degree", "in_degree"):
            try:
                build.law(getattr(network, key), network.mean_degree)
            except ValueError as error:
                yield ("network", key), str(error)
        if getattr(network.in_degree, "law", "") == "two-class":
            yield ("network", "in_degree"), "the two classes differ in out_degree only"
    if isinstance(network, WattsStrogatz) and network.neighbours >= network.n:
        yield ("network", "neighbours"), f"must be below n = {network.n} (got {network.neighbours})"
    if isinstance(network, BarabasiAlbert) and network.ties >= network.n:
        yield ("network", "ties"), f"must be below n = {network.n} (got {network.ties})"


def _seeds(seeding: Section, n: int) -> Iterator[Found]:
    if isinstance(seeding, GivenSeeding):
        for node in seeding.nodes:
            if not isinstance(node, int) or not 0 <= node < n:
                yield ("seeding", "nodes"), f"nodes of this network are numbered 0 to {n - 1} (got {node!r})"
        return
    candidates, what = n, "nodes"
    if isinstance(seeding, RankedSeeding):
        top = top_size(n, seeding.top)
        candidates, what = (top, "influential nodes") if seeding.kind == "influential" else (n - top, "ordinary nodes")
    count = getattr(seeding, "count", None)
    if count is not None and count > candidates:
        yield ("seeding", "count"), f"there are but {candidates} {what} (got {count} seeds)"


def existing(network: Section) -> list[Any]:
    """Return the problems of a network file that its first lines show."""
    from simcore.network.read import peek  # noqa: PLC0415 - only files need the readers

    if not isinstance(network, File):
        return []
    return peek(Path(network.path), format=network.format, source=network.source, target=network.target,
                weight=network.weight, nodes=Path(network.nodes) if network.nodes else None, node=network.node)
