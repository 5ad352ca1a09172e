"""Networks made by simcore and by others: the same kind, the same size, one thread each.

Run it with ``python -m benchmarks.networks [--quick] [--json] [--case NAME]``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import rng
from simcore.network import degree_laws
from simcore.network.blocks import blocks
from simcore.network.configuration import configuration
from simcore.network.geometric import random_geometric
from simcore.network.hierarchy import tree
from simcore.network.influence import influence
from simcore.network.lattices import ring_lattice, von_neumann_lattice
from simcore.network.poisson import poisson
from simcore.network.preferential import barabasi_albert
from simcore.network.rewiring import rewired, shuffled

from .harness import Case, Contestant, Work, command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Run = Callable[[Sequence[np.uint64]], list[int]]

N, NUMBER = 10**6, 2
_ROOT = rng.root(20020430)
_SIGMAS = 5.0


class Peers(NamedTuple):
    """How others make such a network: given their module, one call that makes one; None if they cannot."""

    igraph: Callable[[Any], Callable[[], Any]] | None = None
    networkit: Callable[[Any], Callable[[], Any]] | None = None


def _case(name: str, title: str, ours: Callable[[np.uint64], Any], ties: float, deviation: float, peers: Peers, *,
          directed: bool = False, number: int = NUMBER) -> Case:
    """Return the case of one kind of network; outcomes are numbers of ties (arcs), this many give or take."""
    each = 1 if directed else 2

    def work(round_: int) -> Work:
        keys = [rng.network_key(_ROOT, round_ * number + g) for g in range(number)]
        return Work(keys, np.full(number, ties), np.full(number, each * ties))

    def agree(made: NDArray[np.int64], expected: NDArray[np.float64]) -> bool:
        return bool(np.all(abs(made - expected) <= _SIGMAS * deviation))

    def simcore() -> Run:
        return lambda keys: [ours(key).arcs // each for key in keys]

    def igraph() -> Run:
        import igraph

        igraph.set_random_number_generator(None)  # its own: by default it asks Python's, and takes longer
        make = peers.igraph(igraph)  # type: ignore[misc]
        return lambda keys: [make().ecount() for _ in keys]

    def networkit() -> Run:
        import networkit

        networkit.setNumberOfThreads(1)
        make = peers.networkit(networkit)  # type: ignore[misc]
        return lambda keys: [make().numberOfEdges() for _ in keys]

    contestants = [Contestant("simcore", simcore)]
    if peers.igraph:
        contestants.append(Contestant("igraph", igraph, ("igraph",)))
    if peers.networkit:
        contestants.append(Contestant("networkit", networkit, ("networkit",)))
    return Case(name, title, "network", work, contestants, agree)


def poisson_case(n: int = N, z: float = 6.0) -> Case:
    """Return the case of Poisson networks."""
    p, pairs = z / (n - 1), n * (n - 1) / 2
    return _case("poisson", f"Poisson network, n = {n:,}, z = {z:g}", lambda key: poisson(n, z, key), pairs * p,
                 math.sqrt(pairs * p), Peers(lambda ig: lambda: ig.Graph.Erdos_Renyi(n=n, p=p),
                                             lambda nk: nk.generators.ErdosRenyiGenerator(n, p).generate))


def influence_case(n: int = N, z: float = 6.0) -> Case:
    """Return the case of directed influence networks."""
    p, law = z / (n - 1), degree_laws.poisson(z)
    return _case("influence", f"directed Poisson network, n = {n:,}, z = {z:g}",
                 lambda key: influence(n, law, None, key).network, n * z, math.sqrt(n * z) + z,
                 Peers(lambda ig: lambda: ig.Graph.Erdos_Renyi(n=n, p=p, directed=True),
                       lambda nk: nk.generators.ErdosRenyiGenerator(n, p, directed=True).generate), directed=True)


def configuration_case(n: int = N, z: float = 6.0) -> Case:
    """Return the case of networks of given degrees; of others, without their loops and repeated ties."""
    degrees = np.random.default_rng(0).poisson(z, n)
    degrees[0] += degrees.sum() % 2
    listed, lost = degrees.tolist(), z**2 / 4 + z / 2  # ties that are self-loops or repeated
    return _case("configuration", f"configuration model of Poisson degrees, n = {n:,}, z = {z:g}",
                 lambda key: configuration(degrees, key).network, degrees.sum() / 2, lost + 1,
                 Peers(lambda ig: lambda: ig.Graph.Degree_Sequence(listed, method="configuration").simplify()))


def barabasi_albert_case(n: int = N, m: int = 3) -> Case:
    """Return the case of preferential attachment; the first newcomers differ between programs."""
    return _case("barabasi-albert", f"preferential attachment, n = {n:,}, m = {m}",
                 lambda key: barabasi_albert(n, m, key), n * m, m * m,
                 Peers(lambda ig: lambda: ig.Graph.Barabasi(n, m),
                       lambda nk: nk.generators.BarabasiAlbertGenerator(m, n, m).generate))


def watts_strogatz_case(n: int = N, half: int = 3, rewiring: float = 0.1) -> Case:
    """Return the case of small worlds."""
    return _case("watts-strogatz", f"small world, n = {n:,}, {2 * half} neighbours, {rewiring:g} rewired",
                 lambda key: ring_lattice(n, 2 * half, rewiring, key), n * half, 0.0,
                 Peers(lambda ig: lambda: ig.Graph.Watts_Strogatz(1, n, half, rewiring),
                       lambda nk: nk.generators.WattsStrogatzGenerator(n, half, rewiring).generate))


def lattice_case(n: int = N) -> Case:
    """Return the case of square lattices on the torus."""
    side = math.isqrt(n)
    return _case("lattice", f"von Neumann lattice, {side} x {side}",
                 lambda key: von_neumann_lattice(side, side, 1, 0.0, key), 2.0 * side**2, 0.0,
                 Peers(lambda ig: lambda: ig.Graph.Lattice([side, side], circular=True)))


def geometric_case(n: int = N, z: float = 6.0) -> Case:
    """Return the case of random geometric networks on the torus."""
    radius = math.sqrt(z / (math.pi * (n - 1)))
    return _case("geometric", f"random geometric network, n = {n:,}, z = {z:g}",
                 lambda key: random_geometric(n, z, key, torus=True), n * z / 2, math.sqrt(n * z / 2),
                 Peers(lambda ig: lambda: ig.Graph.GRG(n, radius, torus=True)))


def blocks_case(n: int = N, number: int = 10) -> Case:
    """Return the case of stochastic blocks, two thirds of all ties inside them."""
    size = n // number
    inside = 4.0 / (size - 1)
    chances = np.full((number, number), 2.0 / (n - size)) + np.eye(number) * (inside - 2.0 / (n - size))
    return _case("blocks", f"{number} stochastic blocks of {size:,}, z = 6",
                 lambda key: blocks([size] * number, chances, key), 3.0 * size * number, math.sqrt(3.0 * n),
                 Peers(lambda ig: lambda: ig.Graph.SBM(pref_matrix=chances.tolist(), block_sizes=[size] * number)))


def tree_case(levels: int = 7, span: int = 10) -> Case:
    """Return the case of trees."""
    nodes, spans = (span**levels - 1) // (span - 1), [span] * (levels - 1)
    return _case("tree", f"tree of span {span}, n = {nodes:,}", lambda _: tree(spans), nodes - 1.0, 0.0,
                 Peers(lambda ig: lambda: ig.Graph.Tree(nodes, span)))


def shuffled_case(n: int = N, z: float = 6.0) -> Case:
    """Return the case of ends of ties exchanged, every degree kept: one proposal for each tie."""
    given = poisson(n, z, rng.network_key(_ROOT, 0))
    pairs = _pairs(given)

    def igraph(ig: Any) -> Callable[[], Any]:
        graph = ig.Graph(n, pairs)

        def shuffle() -> Any:
            graph.rewire(n=given.arcs // 2)
            return graph
        return shuffle

    def networkit(nk: Any) -> Callable[[], Any]:
        graph = nk.GraphFromCoo(tuple(np.ascontiguousarray(pairs.T)), n)

        def shuffle() -> Any:
            algorithm = nk.randomization.EdgeSwitching(graph, 1.0, False)
            algorithm.run()
            return algorithm.getGraph()
        return shuffle
    return _case("shuffled", f"one exchange of ends per tie, Poisson network, n = {n:,}, z = {z:g}",
                 lambda key: shuffled(given, 1.0, key), given.arcs / 2, 0.0, Peers(igraph, networkit), number=1)


def rewired_case(n: int = N, z: float = 6.0, share: float = 0.1) -> Case:
    """Return the case of ties led elsewhere."""
    given = poisson(n, z, rng.network_key(_ROOT, 0))
    pairs = _pairs(given)

    def igraph(ig: Any) -> Callable[[], Any]:
        graph = ig.Graph(n, pairs)

        def lead() -> Any:
            graph.rewire_edges(share)
            return graph
        return lead
    return _case("rewired", f"{share:.0%} of the ties led elsewhere, Poisson network, n = {n:,}, z = {z:g}",
                 lambda key: rewired(given, share, key), given.arcs / 2, 0.0, Peers(igraph), number=1)


def _pairs(network: Any) -> NDArray[np.int64]:
    """Return the ties of a network, the lower end first."""
    source = np.repeat(np.arange(network.n), network.out_degree)
    upward = source < network.out_idx
    return np.stack([source[upward], network.out_idx[upward].astype(np.int64)], axis=1)


CASES: dict[str, Callable[[], Case]] = {
    "poisson": poisson_case, "influence": influence_case, "configuration": configuration_case,
    "barabasi-albert": barabasi_albert_case, "watts-strogatz": watts_strogatz_case, "lattice": lattice_case,
    "geometric": geometric_case, "blocks": blocks_case, "tree": tree_case, "shuffled": shuffled_case,
    "rewired": rewired_case}


def main(arguments: Sequence[str] | None = None) -> None:
    command("benchmarks.networks", __doc__, CASES, arguments)


if __name__ == "__main__":
    main()
