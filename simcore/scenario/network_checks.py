"""Rules of ``[network]`` that concern several keys, checked before any network is made."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from simcore.scenario import build
from simcore.scenario.companies import ChartFile, CompanySection
from simcore.scenario.forms import MAX_NODES
from simcore.scenario.networks import (
    BarabasiAlbert,
    Blocks,
    Configuration,
    DegreeCorrected,
    DegreeSequence,
    File,
    Forest,
    Groups,
    HolmeKim,
    Influence,
    Lattice,
    Library,
    Organisation,
    Poisson,
    PowerLaw,
    RandomGeometric,
    Reciprocal,
    RingLattice,
    Tree,
    TwoClass,
    WattsStrogatz,
)
from simcore.scenario.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simcore.errors import Problem
    from simcore.scenario.schema import Section
    from simcore.scenario.toml import KeyPath

Found = tuple["KeyPath", str]
_MOST_TIES = 2**31  # of preferential attachment, and across an organisation
_MOST_ENDS = 2**32  # expected: those drawn must stay below the 2**33 that can be matched
_MOST_LEVELS = 64
_LEAST_SCALE = 1e-6


def check_network(network: Section) -> Iterator[Found]:
    """Yield the path and the message of what does not fit together in ``[network]``."""
    match network:
        case Poisson() if 0 < network.mean_degree >= network.n - 1:
            yield ("network", "mean_degree"), (f"must be below n - 1 = {network.n - 1} "
                                               f"(got {shown(network.mean_degree)}); for a network in which all are "
                                               "tied there is kind = 'complete'")
        case Influence() | Configuration():
            yield from _degrees(network)
        case DegreeSequence():
            yield from _sequence(network)
        case WattsStrogatz() | RingLattice() if network.neighbours >= network.n:
            yield ("network", "neighbours"), f"must be below n = {network.n} (got {network.neighbours})"
        case BarabasiAlbert() | HolmeKim():
            if network.ties >= network.n:
                yield ("network", "ties"), f"must be below n = {network.n} (got {network.ties})"
            elif (network.n - network.ties) * network.ties >= _MOST_TIES:
                yield ("network", "ties"), (f"makes {(network.n - network.ties) * network.ties} ties in all; at most "
                                            f"{_MOST_TIES - 1} are possible (got {network.ties})")
        case Reciprocal():
            ends = network.mean_degree * (2.0 - network.reciprocity)
            if 0 < ends >= network.n - 1:
                yield ("network", "mean_degree"), (f"times 2 - reciprocity must be below n - 1 = {network.n - 1} "
                                                   f"(got {shown(network.mean_degree)})")
        case Blocks():
            yield from _matrix(network, network.probabilities, "probabilities")
        case DegreeCorrected():
            yield from _matrix(network, network.mean_degrees, "mean_degrees")
            yield from _weights(network)
        case Groups():
            yield from _groups(network)
        case Forest():
            yield from _forest(network)
        case Lattice():
            yield from _lattice(network)
        case RandomGeometric():
            # the share of all places that the largest radius covers: 1/2 on the torus, 1 on the square
            most = (network.n - 1) * (math.pi / 4 if network.torus else math.pi - 8.0 / 3.0 + 0.5)
            if network.mean_degree > most:
                yield ("network", "mean_degree"), (f"must be at most {most:.6g}, where ties reach across the square "
                                                   f"(got {shown(network.mean_degree)})")
        case Tree() | Organisation():
            yield from _hierarchy(network)
        case File():
            yield from _file(network)
    yield from _led(network)


def _led(network: Any) -> Iterator[Found]:
    """Yield why the ties of a network cannot be led elsewhere, or why there is but one such network."""
    if getattr(network, "rewiring", 0) and getattr(network, "swaps", 0):
        yield ("network", "swaps"), f"only one of rewiring and swaps can be above 0 (got {shown(network.swaps)})"
    if isinstance(network, File | Library) and build.is_fixed(network) and network.count not in (None, 1):
        yield ("network", "count"), ("must be 1, since there is but one such network, unless rewiring or swaps lead "
                                     f"its ties elsewhere (got {network.count})")
    if isinstance(network, File) and build.leads(network):
        for key, weighted in (("weight", network.weight is not None), ("parallel", network.parallel == "weights")):
            if weighted:
                yield ("network", key), f"ties with weights are not led elsewhere (got {shown(getattr(network, key))})"


def _sequence(network: DegreeSequence) -> Iterator[Found]:
    """Yield why nodes cannot have these degrees."""
    if (network.degrees is None) == (network.path is None):
        if network.path is None:
            yield ("network", "degrees"), "is missing; 'degree-sequence' needs it, or a path"
        else:
            yield ("network", "path"), "only one of degrees and path can be given"
        return
    n = len(network.sequence)
    for place, degree in enumerate(network.sequence):
        if degree >= n:
            yield (("network", "degrees", place) if network.path is None else ("network", "path")), (
                f"a node has fewer than n = {n} neighbours (got {degree})")
            return


def _degrees(network: Influence | Configuration) -> Iterator[Found]:
    """Yield why the nodes cannot have their degrees."""
    mean, n = network.mean_degree, network.n
    if mean > n - 1:
        yield ("network", "mean_degree"), f"must be at most n - 1 = {n - 1} (got {shown(mean)})"
    if isinstance(network, Configuration):
        yield from _law(("network", "degree"), network.degree, mean, n)
        if n * mean > _MOST_ENDS:
            yield ("network", "mean_degree"), f"times n must be at most {_MOST_ENDS} (got {shown(mean)})"
        return
    for key in ("out_degree", "in_degree"):
        yield from _law(("network", key), getattr(network, key), mean, n)
    if isinstance(network.in_degree, TwoClass):
        yield ("network", "in_degree"), "'two-class' is a law of out_degree only"
    if network.correlation and mean == 0:
        yield ("network", "correlation"), f"needs a mean_degree above 0 (got {shown(network.correlation)})"


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


def _matrix(network: Blocks | DegreeCorrected, rows: Sequence[Sequence[float]], key: str) -> Iterator[Found]:
    """Yield why blocks of these sizes cannot have these probabilities of ties, or mean degrees."""
    number, path = len(network.sizes), ("network", key)
    if build.nodes(network) is None:
        yield ("network", "sizes"), _too_many(network.sizes)
    if len(rows) != number:
        yield path, f"must be {number} lists, one for each block (got {len(rows)})"
        return
    for r, row in enumerate(rows):
        if len(row) != number:
            yield (*path, r), f"must be {number} numbers, one for each block (got {len(row)})"
            return
    for r, s in itertools.combinations(range(number), 2):
        wanted = rows[r][s] if isinstance(network, Blocks) else rows[r][s] * network.sizes[r] / network.sizes[s]
        if not math.isclose(wanted, rows[s][r], rel_tol=0.0 if isinstance(network, Blocks) else 1e-9):
            what = f"as is number {s + 1}" if isinstance(network, Blocks) else f"to match number {s + 1}"
            yield (*path, s), (f"number {r + 1} must be {shown(wanted)} {what} of list {r + 1}, "
                               f"since ties have no direction (got {shown(rows[s][r])})")
            return


def _weights(network: DegreeCorrected) -> Iterator[Found]:
    """Yield why the nodes of blocks cannot have such weights."""
    if isinstance(network.degree, TwoClass):
        yield ("network", "degree"), "'two-class' is a law of the degrees of other networks only"
    for mean in {sum(row) for row in network.mean_degrees} - {0}:
        for found in _law(("network", "degree"), network.degree, mean, sum(network.sizes)):
            yield found
            return


def _forest(network: Forest) -> Iterator[Found]:
    """Yield why there is no such forest."""
    size = network.size
    if build.nodes(network) is None:
        yield ("network", "communities"), _too_many(network.communities)
    if network.trees > network.communities:
        yield ("network", "trees"), f"must be at most communities = {network.communities} (got {network.trees})"
    if network.bridges > size**2:
        yield ("network", "bridges"), f"must be at most size^2 = {size**2} (got {network.bridges})"
    if 0 < network.mean_degree >= size - 1:
        yield ("network", "mean_degree"), (f"must be 0, or below size - 1 = {size - 1} "
                                           f"(got {shown(network.mean_degree)})")


def _groups(network: Groups) -> Iterator[Found]:
    """Yield why nodes cannot be so in groups."""
    n, outside = network.n, network.outside
    others = n - 1 - network.memberships * (network.size - 1)
    if network.size > n:
        yield ("network", "size"), f"must be at most n = {n} (got {network.size})"
    elif outside and (others <= 0 or outside / others * (n - 1) >= n - 1):  # also if it is so but for rounding
        yield ("network", "outside"), (f"must be 0, or below n - 1 - memberships * (size - 1) = {others} "
                                       f"(got {shown(outside)})")


def _lattice(network: Lattice) -> Iterator[Found]:
    """Yield why there is no lattice of this size."""
    least = 1 if network.bounded else 2 * network.radius + 1
    for key in ("rows", "columns"):
        if getattr(network, key) < least:
            yield ("network", key), (f"must be at least 2 radius + 1 = {least} unless bounded = true "
                                     f"(got {getattr(network, key)})")
    if build.nodes(network) is None:
        yield ("network", "columns"), _too_many(network.columns)


def _hierarchy(network: Tree | Organisation) -> Iterator[Found]:
    """Yield why there is no such tree, or why it has no room for so many cross ties."""
    if network.spans is not None:
        for key in ("levels", "span"):
            if getattr(network, key) is not None:
                yield ("network", key), "only spans, or levels and span, can be given"
    elif network.levels is None and network.span is None:
        yield ("network", "spans"), f"is missing; '{network.kind}' needs it, or levels and span"
        return
    else:
        for key, other in (("levels", "span"), ("span", "levels")):
            if getattr(network, key) is None:
                yield ("network", key), f"is missing; {other} needs it"
                return
    key = "span" if network.spans is None else "spans"
    if len(build.spans(network)) >= _MOST_LEVELS:
        yield ("network", key), (f"makes {len(build.spans(network)) + 1} levels; at most {_MOST_LEVELS} are possible "
                                 f"(got {shown(getattr(network, key))})")
    elif build.nodes(network) is None:
        yield ("network", key), _too_many(getattr(network, key))
    elif isinstance(network, Organisation):
        yield from _cross_ties(network)


def _cross_ties(network: Organisation) -> Iterator[Found]:
    """Yield why an organisation cannot have its cross ties."""
    n = build.nodes(network) or 0
    most = min(n * (n - 1) // 2 - (n - 1) - build.team_ties(network) * network.teams, _MOST_TIES)
    if network.cross_ties > most:
        yield ("network", "cross_ties"), f"must be at most {most}, the pairs not tied yet (got {network.cross_ties})"
    for key, scale in (("lambda", network.lambda_), ("zeta", network.zeta)):
        if not isinstance(scale, str) and 0 < scale < _LEAST_SCALE:
            yield ("network", key), f"must be 0 or at least {_LEAST_SCALE} (got {shown(scale)})"


def _too_many(given: object) -> str:
    return f"makes more than {MAX_NODES} nodes (got {shown(given)})"


def _file(network: File) -> Iterator[Found]:
    """Yield what makes no sense in what is asked of a file."""
    from simcore.network.formats import contradictions, request

    for key, message in contradictions(request(**network.asked())):
        yield ("network", key), message
    if network.attributes and build.leads(network):
        yield ("network", "attributes"), ("arcs that are led elsewhere have no attributes "
                                          f"(got {shown(network.attributes)})")


def existing(network: Section) -> list[Problem]:
    """Return the problems of a network's files that their first lines show."""
    from simcore.network.read import peek  # only files need the readers

    if isinstance(network, CompanySection):
        chart = network.organisation
        charts = [] if not isinstance(chart, ChartFile) else [
            problem for path in (chart.reports_to, chart.informal)
            for problem in peek(path, source=chart.source, target=chart.target)]
        return charts + (existing(network.market) if network.market else [])
    if not isinstance(network, File):
        return []
    return peek(**network.asked())
