"""From a ``[network]`` section to the network it declares."""

from __future__ import annotations

import functools
import math
import operator
from typing import TYPE_CHECKING, Any

from simcore.network import degree_laws
from simcore.scenario.companies import CompanySection, cross_ties, employees, from_files
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
    Regular,
    RingLattice,
    Tree,
    TwoClass,
    WattsStrogatz,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simcore.network.csr import Network
    from simcore.network.loaded import Loaded
    from simcore.scenario.forms import Section

_PERIODS = 100.0  # in which everybody in a company does something
_LIBRARY_NODES = {"karate-club": 34, "les-miserables": 77, "florentine-families": 15, "davis-southern-women": 32}


def nodes(section: Section) -> int | None:
    """Return the number of nodes, or None where only the file knows or it would be too large."""
    n: int | None
    match section:
        case Library():
            n = _LIBRARY_NODES[section.kind]
        case Lattice():
            n = section.rows * section.columns
        case Blocks() | DegreeCorrected():
            n = sum(section.sizes)
        case DegreeSequence():
            n = len(section.sequence)
        case Forest():
            n = section.communities * section.size
        case Tree() | Organisation():
            n = sum(_level_sizes(section))
        case CompanySection():
            n = employees(section.organisation)
        case _:
            n = getattr(section, "n", None)
    return n if n and n <= MAX_NODES else None


def spans(section: Tree | Organisation) -> list[int]:
    """Return the number of children of a node on each level but the last."""
    if section.spans is not None:
        return section.spans
    return [section.span or 1] * ((section.levels or 1) - 1)


def _level_sizes(section: Tree | Organisation) -> list[int]:
    """Return the number of nodes on each level, up to the first that is too large."""
    sizes = [1]
    for span in spans(section):
        if sizes[-1] > MAX_NODES:
            break
        sizes.append(sizes[-1] * span)
    return sizes


def team_ties(section: Organisation) -> int:
    """Return how many pairs of nodes have the same node above them."""
    return sum(size * (span - 1) // 2 for size, span in zip(_level_sizes(section)[1:], spans(section), strict=True))


def given(section: Section) -> Section | None:
    """Return the section of the one network that a network is, or is led from; None if it is made of a key."""
    if isinstance(section, File | Library):
        return section.model_copy(update={"rewiring": 0.0, "swaps": 0.0, "count": None})
    if isinstance(section, CompanySection):
        return section if from_files(section) else None
    return section if isinstance(section, Regular | Tree) else None


def is_fixed(section: Section) -> bool:
    """Return whether there is but one such network, whatever the key."""
    return isinstance(section, File | Library | Regular | Tree) and not leads(section)


def leads(section: Section) -> bool:
    """Return whether ties of a network are led elsewhere once it is made or read."""
    return bool(getattr(section, "swaps", 0.0) or (isinstance(section, File | Library) and section.rewiring))


def count(section: Section) -> int | None:
    """Return how many networks there are; None if there is one for each replicate."""
    return 1 if is_fixed(section) else getattr(section, "count", None)


def networks(section: Section, replicates: int) -> int:
    """Return how many networks this many replicates are spread over."""
    return min(count(section) or replicates, replicates)


def expected_arcs(section: Section) -> float | None:
    """Return the number of arcs to expect, or None where only the file knows."""
    n = nodes(section) or 0
    match section:
        case Poisson() | Influence() | Configuration() | Reciprocal() | RandomGeometric():
            return n * section.mean_degree
        case WattsStrogatz() | RingLattice():
            return float(n * section.neighbours)
        case BarabasiAlbert() | HolmeKim():
            return 2.0 * n * section.ties
        case Lattice():
            r = section.radius
            return float(n * ((2 * r + 1) ** 2 - 1 if section.kind == "moore-lattice" else 2 * r * (r + 1)))
        case Groups():
            return n * (section.memberships * section.inside * (section.size - 1) + section.outside)
        case Blocks():
            return math.fsum(size * sum(map(operator.mul, section.sizes, row))
                             for size, row in zip(section.sizes, section.probabilities, strict=True))
        case DegreeCorrected():
            return math.fsum(size * sum(row) for size, row in zip(section.sizes, section.mean_degrees, strict=True))
        case DegreeSequence():
            return float(sum(section.sequence))
        case Forest():
            return n * section.mean_degree + 2.0 * (section.communities - section.trees) * section.bridges
        case Tree():
            return 2.0 * (n - 1)
        case Organisation():
            return 2.0 * ((n - 1) * section.line + section.cross_ties + team_ties(section) * section.teams)
        case Regular():
            return float(n * (n - 1) if section.kind == "complete" else 2 * n)
        case Library():
            return 10.0 * n
        case CompanySection():
            customers = 0.0 if section.market is None else expected_arcs(section.market)
            own = 2.0 * cross_ties(section.organisation) + 10.0 * n if n else None
            return None if own is None or customers is None else own + customers
    return None


def effort(section: Section) -> float | None:
    """Return what a replicate on such a network costs, in arcs; None where only the file knows."""
    arcs = expected_arcs(section)
    return _PERIODS * (arcs or 1e4) if isinstance(section, CompanySection) else arcs


@functools.lru_cache(maxsize=16)  # many networks have the same law, and an exponent takes seconds
def law(spec: Any, mean: float) -> NDArray[np.float64]:
    """Return the probability of each degree, float64[K], of a law with this mean; not to be changed.

    Raises
    ------
    ValueError
        If the law cannot have this mean.
    """
    match spec:
        case "poisson":
            return degree_laws.poisson(mean)
        case "geometric":
            return degree_laws.geometric(mean)
        case "constant":
            if mean != int(mean):
                raise ValueError(f"a constant degree needs a whole mean_degree (got {mean})")
            return degree_laws.constant(int(mean))
    if isinstance(spec, PowerLaw):
        return degree_laws.power_law(spec.exponent, mean, spec.cutoff)
    return degree_laws.two_class(mean, spec.share, spec.factor).mixture


def _drawn(spec: Any, mean: float) -> Any:
    """Return a law of degrees as the networks take it that draw from it."""
    from simcore.network.influence import Classes

    if not isinstance(spec, TwoClass):
        return law(spec, mean)
    _, first, rest = degree_laws.two_class(mean, spec.share, spec.factor)
    return Classes(spec.share, first, rest)


def scale(value: float | str) -> float:
    """Return a scale as a number."""
    return math.inf if isinstance(value, str) else value


def _corrected(section: DegreeCorrected, key: np.uint64) -> Network:
    """Return a degree-corrected block model, its weights drawn from a law."""
    from simcore.network import blocks

    means = [math.fsum(row) for row in section.mean_degrees]
    laws = [law(section.degree if mean else "poisson", mean) for mean in means]
    return blocks.degree_corrected(section.sizes, section.mean_degrees,
                                   blocks.drawn_weights(section.sizes, laws, key), key).network


def led(section: Any, loaded: Loaded, key: np.uint64) -> Loaded:
    """Return a network with its ties led elsewhere, if its section says so.

    Raises
    ------
    NetworkError
        If it has weights, or too many nodes or arcs.
    """
    from simcore.network import rewiring
    from simcore.network.loaded import reported

    if not leads(section):
        return loaded
    if section.swaps:
        network = rewiring.shuffled(loaded.network, section.swaps, key)
    else:
        network = rewiring.rewired(loaded.network, section.rewiring, key)
    return reported(network, loaded.labels, loaded.columns, loaded.groups)


def build(section: Section, key: np.uint64, base: Any = None) -> Loaded:
    """Make or read the network that a section declares.

    Parameters
    ----------
    section : Section
        Of ``[network]``, validated.
    key : uint64
        The network's key; what is fixed does not use it.
    base : Loaded, optional
        The network of the section that is `given`, if it is known already.

    Returns
    -------
    Loaded

    Raises
    ------
    NetworkError
        If a file is not what the section says, or the network cannot be.
    """
    from simcore.network.loaded import reported
    from simcore.scenario.attributes import columns

    if isinstance(section, CompanySection):
        from simcore.scenario import firms

        return firms.make(section, key, base)
    if isinstance(section, Library | File):
        return led(section, base or _read(section), key)
    return base or led(section, reported(_made(section, key), columns=columns(section)), key)


def _read(section: Library | File) -> Loaded:
    if isinstance(section, Library):
        from simcore.network import adapters

        return adapters.library(section.kind)
    from simcore.network import read

    return read.read(**section.asked())


def _made(section: Section, key: np.uint64) -> Network:
    from simcore.network import (
        blocks,
        clustered,
        configuration,
        forest,
        geometric,
        groups,
        hierarchy,
        influence,
        lattices,
        preferential,
        regular,
    )
    from simcore.network.poisson import poisson

    match section:
        case Poisson():
            return poisson(section.n, section.mean_degree, key)
        case Influence():
            out = _drawn(section.out_degree, section.mean_degree)
            chance = section.in_degree == "poisson" and not section.correlation
            into = None if chance else law(section.in_degree, section.mean_degree)
            return influence.influence(section.n, out, into, key, correlation=section.correlation).network
        case Configuration():
            degrees = configuration.drawn_degrees(section.n, _drawn(section.degree, section.mean_degree), key)
            return configuration.configuration(degrees, key, section.assortativity).network
        case DegreeSequence():
            return configuration.configuration(section.sequence, key, section.assortativity).network
        case WattsStrogatz():
            return lattices.ring_lattice(section.n, section.neighbours, section.rewiring, key)
        case BarabasiAlbert():
            return preferential.barabasi_albert(section.n, section.ties, key)
        case HolmeKim():
            return clustered.holme_kim(section.n, section.ties, section.triads, key)
        case Reciprocal():
            return clustered.reciprocal(section.n, section.mean_degree, section.reciprocity, key)
        case Blocks():
            return blocks.blocks(section.sizes, section.probabilities, key)
        case DegreeCorrected():
            return _corrected(section, key)
        case Groups():
            return groups.affiliation(section.n, section.size, section.inside, section.outside, key,
                                      memberships=section.memberships)
        case Forest():
            return forest.forest(section.communities, section.size, section.mean_degree, section.bridges, key,
                                 trees=section.trees, span=section.span)
        case Lattice():
            lattice = lattices.moore_lattice if section.kind == "moore-lattice" else lattices.von_neumann_lattice
            return lattice(section.rows, section.columns, section.radius, section.rewiring, key,
                           bounded=section.bounded)
        case RingLattice():
            return lattices.ring_lattice(section.n, section.neighbours, section.rewiring, key, bounded=section.bounded)
        case RandomGeometric():
            return geometric.random_geometric(section.n, section.mean_degree, key, torus=section.torus)
        case Tree():
            return hierarchy.tree(spans(section))
        case Organisation():
            return hierarchy.organisation(spans(section), section.cross_ties, scale(section.lambda_),
                                          scale(section.zeta), key, teams=section.teams, line=section.line)
    assert isinstance(section, Regular)
    network: Network = getattr(regular, section.kind)(section.n)
    return network
