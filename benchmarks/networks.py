"""Networks made and read by simcore and by others: the same kind, the same size, one thread each."""

from __future__ import annotations

import atexit
import math
import shutil
import tempfile
from functools import partial
from pathlib import Path
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
from simcore.network.read import read
from simcore.network.rewiring import rewired, shuffled

from .harness import Case, Contestant, Work
from .limits import copy, gather

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Run = Callable[[Sequence[np.uint64]], list[int]]

N, LARGE = 2 * 10**5, 10**6
_ROOT = rng.root(20020430)
_SIGMAS = 5.0


class Peers(NamedTuple):
    """How others make such a network: given their module, one call that makes one; None if they cannot.

    And how often our time theirs is to be at least.
    """

    igraph: Callable[[Any], Callable[[], Any]] | None = None
    networkit: Callable[[Any], Callable[[], Any]] | None = None
    networkx: Callable[[Any], Callable[[], Any]] | None = None
    at_least: tuple[float | None, float | None, float | None] = (None, None, None)


def _case(name: str, title: str, ours: Callable[[np.uint64], Any], ties: float, deviation: float, peers: Peers, *,
          directed: bool = False) -> Case:
    """Return the case of one kind of network; outcomes are numbers of ties (arcs), this many give or take.

    A network is an item; its limits are to copy its arrays, and to look up a value for each of its arcs.
    """
    each = 1 if directed else 2
    example = ours(rng.network_key(_ROOT, 0))
    size = example.out_ptr.nbytes + example.out_idx.nbytes

    def work(round_: int) -> Work:
        return Work([rng.network_key(_ROOT, round_)], np.array([ties]), np.array([each * ties]))

    def agree(made: NDArray[np.int64], expected: NDArray[np.float64]) -> bool:
        return bool(np.all(abs(made - expected) <= _SIGMAS * deviation))

    def simcore() -> Run:
        return lambda keys: [ours(key).arcs // each for key in keys]

    def igraph(make: Callable[[Any], Callable[[], Any]]) -> Run:
        import igraph

        igraph.set_random_number_generator(None)  # its own: by default it asks Python's, and takes longer
        one = make(igraph)
        return lambda keys: [one().ecount() for _ in keys]

    def networkit(make: Callable[[Any], Callable[[], Any]]) -> Run:
        import networkit

        networkit.setNumberOfThreads(1)
        one = make(networkit)
        return lambda keys: [one().numberOfEdges() for _ in keys]

    def networkx(make: Callable[[Any], Callable[[], Any]]) -> Run:
        import networkx

        one = make(networkx)
        return lambda keys: [one().number_of_edges() for _ in keys]

    others = [Contestant(run.__name__, partial(run, make), (run.__name__,), "in law", bar)
              for run, make, bar in zip((igraph, networkit, networkx), peers[:3], peers.at_least, strict=True) if make]
    return Case(name, title, "network", example.n, example.arcs, ("ties",), work,
                [Contestant("simcore", simcore), *others, gather(example), copy(size, each * ties)], agree)


def poisson_case(n: int = LARGE, z: float = 6.0) -> Case:
    """Return the case of Poisson networks."""
    p, pairs = z / (n - 1), n * (n - 1) / 2
    peers = Peers(lambda ig: lambda: ig.Graph.Erdos_Renyi(n=n, p=p),
                  lambda nk: nk.generators.ErdosRenyiGenerator(n, p).generate,
                  lambda nx: lambda: nx.fast_gnp_random_graph(n, p), (4, 5, 60))
    return _case("generate-poisson", f"simple Poisson network, z = {z:g}", lambda key: poisson(n, z, key), pairs * p,
                 math.sqrt(pairs * p), peers)


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


def tree_case(levels: int = 6, span: int = 10) -> Case:
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
                 lambda key: shuffled(given, 1.0, key), given.arcs / 2, 0.0, Peers(igraph, networkit))


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
                 lambda key: rewired(given, share, key), given.arcs / 2, 0.0, Peers(igraph))


def _pairs(network: Any) -> NDArray[np.int64]:
    """Return the ties of a network, the lower end first."""
    source = np.repeat(np.arange(network.n), network.out_degree)
    upward = source < network.out_idx
    return np.stack([source[upward], network.out_idx[upward].astype(np.int64)], axis=1)


def read_case(ties: int = LARGE) -> Case:
    """Return the case of reading a list of edges into a network; of pandas, into a table of two columns."""
    folder = tempfile.mkdtemp(prefix="simcore-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "edges.txt")
    network = poisson(ties // 3, 6.0, rng.network_key(_ROOT, 0))
    pairs = np.random.default_rng(0).permutation(_pairs(network))
    np.savetxt(path, pairs, "%d")
    size, number = path.stat().st_size, len(pairs)

    def work(_: int) -> Work:
        return Work([path], np.array([number]), np.array([2 * number]))

    def simcore() -> Callable[[Sequence[Path]], list[int]]:
        return lambda paths: [read(path, direction="both").network.arcs // 2 for path in paths]

    def networkx() -> Callable[[Sequence[Path]], list[int]]:
        import networkx

        return lambda paths: [networkx.read_edgelist(path, nodetype=int).number_of_edges() for path in paths]

    def pandas(threads: int | None = 1) -> Callable[[Sequence[Path]], list[int]]:
        import pandas

        def tables(paths: Sequence[Path]) -> list[int]:
            with pandas.option_context("mode.max_threads", threads):
                return [len(pandas.read_csv(path, sep=" ", header=None)) for path in paths]
        return tables

    def igraph() -> Callable[[Sequence[Path]], list[int]]:
        import igraph

        return lambda paths: [igraph.Graph.Read_Edgelist(str(path), directed=False).ecount() for path in paths]

    return Case(
        "read-edges", f"a list of {number:,} edges, {size / 1e6:.0f} MB", "file", network.n, network.arcs, ("ties",),
        work, [Contestant("simcore", simcore), Contestant("networkx", networkx, ("networkx",), at_least=10),
               Contestant("pandas", pandas, ("pandas",), at_least=1),
               Contestant("pandas-threads", lambda: pandas(None), ("pandas",)),
               Contestant("igraph", igraph, ("igraph",)),
               gather(network), copy(size, 2 * number)])


CASES: dict[str, Callable[[], Case]] = {
    "generate-poisson": poisson_case, "read-edges": read_case, "influence": influence_case,
    "configuration": configuration_case, "barabasi-albert": barabasi_albert_case,
    "watts-strogatz": watts_strogatz_case, "lattice": lattice_case, "geometric": geometric_case, "blocks": blocks_case,
    "tree": tree_case, "shuffled": shuffled_case, "rewired": rewired_case}
