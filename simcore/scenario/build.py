"""From a ``[network]`` section to the network it declares."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from simcore.network import degree_laws
from simcore.scenario.schema import (
    BarabasiAlbert,
    File,
    Influence,
    Library,
    Poisson,
    PowerLaw,
    Regular,
    TwoClass,
    WattsStrogatz,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simcore.network.loaded import Loaded
    from simcore.scenario.schema import Section

_LIBRARY_NODES = {"karate-club": 34, "les-miserables": 77, "florentine-families": 15, "davis-southern-women": 32}


def nodes(section: Section) -> int | None:
    """Return the number of nodes, or None where only the file knows."""
    return _LIBRARY_NODES[section.kind] if isinstance(section, Library) else getattr(section, "n", None)


def is_fixed(section: Section) -> bool:
    """Return whether there is but one such network, whatever the key."""
    return isinstance(section, File | Library | Regular)


def networks(section: Section, replicates: int) -> int:
    """Return how many networks this many replicates are spread over."""
    count: int | None = getattr(section, "count", None)
    return min(count, replicates) if count else replicates


def expected_arcs(section: Section) -> float | None:
    """Return the number of arcs to expect, or None where only the file knows."""
    n = nodes(section) or 0
    match section:
        case Poisson():
            return n * section.mean_degree
        case Influence():
            return n * section.mean_degree
        case WattsStrogatz():
            return float(n * section.neighbours)
        case BarabasiAlbert():
            return 2.0 * n * section.ties
        case Regular():
            return float(n * (n - 1) if section.kind == "complete" else 2 * n)
        case Library():
            return 10.0 * n
    return None


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


def build(section: Section, key: np.uint64) -> Loaded:
    """Make or read the network that a section declares.

    Parameters
    ----------
    section : Section
        Of ``[network]``, validated.
    key : uint64
        The network's key; what is fixed does not use it.

    Returns
    -------
    Loaded

    Raises
    ------
    NetworkError
        If a file is not what the section says.
    """
    from simcore.network import influence, preferential, regular, small_world
    from simcore.network.loaded import reported
    from simcore.network.poisson import poisson

    match section:
        case Poisson():
            return reported(poisson(section.n, section.mean_degree, key))
        case Influence():
            mean = section.mean_degree
            out: Any = law(section.out_degree, mean)
            if isinstance(section.out_degree, TwoClass):
                _, first, rest = degree_laws.two_class(mean, section.out_degree.share, section.out_degree.factor)
                out = influence.Classes(section.out_degree.share, first, rest)
            into = None if section.in_degree == "poisson" else law(section.in_degree, mean)
            return reported(influence.influence(section.n, out, into, key).network)
        case WattsStrogatz():
            return reported(small_world.watts_strogatz(section.n, section.neighbours, section.rewiring, key))
        case BarabasiAlbert():
            return reported(preferential.barabasi_albert(section.n, section.ties, key))
        case Regular():
            return reported(getattr(regular, section.kind)(section.n))
        case Library():
            from simcore.network import adapters

            return adapters.library(section.kind)
    from simcore.network import read

    assert isinstance(section, File)
    return read.read(section.path, direction=section.direction, format=section.format, source=section.source,
                     target=section.target, weight=section.weight, nodes=section.nodes, node=section.node,
                     parallel=section.parallel)
