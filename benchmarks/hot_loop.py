"""The hot loop, and what feeds it, against peers and the machine's own limit.

Run it with ``python -m benchmarks.hot_loop [--quick] [--json] [--case NAME]``.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from simcore import rng
from simcore._jit import kernel
from simcore.engine import plain
from simcore.model import Single
from simcore.models import threshold
from simcore.network.loaded import reported
from simcore.network.poisson import poisson
from simcore.parameters import resolve
from simcore.seeding import Random, choose

from .harness import Case, Contestant, Work, command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from simcore.seeding import Seeds

_ROOT = rng.root(20020430)
_HORIZON = 10**6
_GATHERED = 5 * 10**6  # arcs at least, in one call of the gather
_SIGMAS = 5.0


class Cascades:
    """Cascades of one threshold on one Poisson network, each from a random seed; new ones every round."""

    def __init__(self, n: int, z: float, phi: float, number: int):
        self.phi, self.number = phi, number
        self.key = rng.network_key(_ROOT, 0)
        self.network = poisson(n, z, self.key)
        self.loaded = reported(self.network)
        self.need = np.maximum(1, np.ceil(phi * self.network.in_degree - 1e-9)).astype(np.int32)

    def work(self, round_: int) -> Work:
        n = self.network.n
        seeds = choose(Random(), self.loaded, self.key, round_ * self.number, self.number)
        sizes, arcs = np.empty((2, self.number), np.int64)
        _cascade(self.network.out_ptr, self.network.out_idx, self.need, seeds.nodes, np.zeros(n, np.int32),
                 np.empty(n, np.uint32), sizes, arcs)
        return Work(seeds, sizes, arcs)

    def ours(self) -> Callable[[Seeds], NDArray[np.float64]]:
        layers = Single(self.network)
        params = resolve(threshold.Params, threshold.Params(self.phi), self.network, {},
                         rng.Stream(self.key, np.uint64(0)))

        def run(seeds: Seeds) -> NDArray[np.float64]:
            outcomes, _ = plain.run(threshold.MODEL, layers, params, seeds, self.key, 0, _HORIZON, False)
            return outcomes[:, list(threshold.MODEL.outcomes).index("size")]
        return run

    def cynetdiff(self) -> Callable[[Seeds], list[int]]:
        """Thresholds lie half a neighbour below the need, out of reach of its float32 sums.

        They are lost at every reset, so to assign them is part of a cascade. Where any neighbour suffices, no
        threshold need be assigned: an influence of 1 reaches whatever threshold is drawn.
        """
        from cynetdiff.models import LinearThresholdModel

        degree = np.maximum(self.network.in_degree, 1)
        alone = self.need.max() == 1
        influence = np.float32(1.0) / (np.ones_like(degree) if alone else degree)
        thresholds = ((self.need - 0.5) / degree).astype(np.float32)
        model = LinearThresholdModel(self.network.out_ptr[:-1].astype(np.uint32), self.network.out_idx, rng=0,
                                     influence=influence.astype(np.float32)[self.network.out_idx])

        def cascade(seed: int) -> int:
            model.set_seeds([seed])
            if not alone:
                model._assign_thresholds(thresholds)
            model.advance_until_completion()
            return model.get_num_activated_nodes()
        return lambda seeds: [cascade(seed) for seed in seeds.nodes.tolist()]

    def ndlib(self, number: int = 6, *, status: bool = True) -> Callable[[Seeds], list[int]]:
        """Only the first cascades of a round, each until an iteration changes nothing.

        With ``status`` as NDlib's documentation has it: each iteration returns the nodes that changed.
        """
        import networkx as nx
        from ndlib.models.epidemics import ThresholdModel
        from ndlib.models.ModelConfig import Configuration

        graph = nx.empty_graph(self.network.n)
        sources = np.repeat(np.arange(self.network.n), self.network.out_degree)
        graph.add_edges_from(zip(sources.tolist(), self.network.out_idx.tolist(), strict=True))
        model, configuration = ThresholdModel(graph, seed=0), Configuration()
        configuration.add_model_initial_configuration("Infected", [0])
        configuration.add_node_set_configuration("threshold", dict.fromkeys(graph, self.phi))
        model.set_initial_status(configuration)

        def cascade(seed: int) -> int:
            model.reset([seed])
            state = model.iteration(status)  # number 0: the seed
            adopted = state["node_count"][1]
            while (state := model.iteration(status))["node_count"][1] > adopted:
                adopted = state["node_count"][1]
            return adopted
        return lambda seeds: [cascade(seed) for seed in seeds.nodes[:number].tolist()]

    def gather(self, *, in_order: bool = False) -> Callable[[Seeds], int]:
        network, random = self.network, np.random.default_rng(0)
        passes = -(-_GATHERED // network.arcs)
        rows = np.arange(network.n) if in_order else random.permutation(network.n)
        order = np.tile(rows.astype(np.uint32), passes)
        values, out = np.ones(network.n, np.int32), np.zeros(network.n, np.int32)

        def run(_: Seeds) -> int:
            _gather(network.out_ptr, network.out_idx, order, values, out)
            return passes * network.arcs
        return run


@kernel
def _cascade(ptr, idx, need, seeds, met, queue, sizes, arcs):
    """Spread from each seed the naive way, counting adopters and the arcs that leave them."""
    for k in range(seeds.size):
        queue[0] = seeds[k]
        met[seeds[k]] = -ptr.size
        size = 1
        place = arcs[k] = 0
        while place < size:
            i = queue[place]
            place += 1
            for a in range(ptr[i], ptr[i + np.uint64(1)]):
                j = idx[a]
                met[j] += 1
                arcs[k] += 1
                if met[j] == need[j]:
                    queue[size] = j
                    size += 1
        sizes[k] = size
        for i in queue[:size]:
            met[i] = 0
            for a in range(ptr[i], ptr[i + np.uint64(1)]):
                met[idx[a]] = 0


@kernel
def _gather(ptr, idx, order, values, out):
    """Add up the values of the neighbours of every node: the bare traffic of a cascade that takes all."""
    for row in order:
        i = np.uint64(row)
        for a in range(np.uint64(ptr[i]), np.uint64(ptr[i + np.uint64(1)])):
            out[i] += values[idx[a]]


def _threshold(name: str, cascades: Cascades, *peers: Contestant) -> Case:
    network = cascades.network
    return Case(
        name, f"threshold {cascades.phi} from single random seeds, Poisson network n = {network.n:,}, "
        f"z = {network.arcs / network.n:.2f}", "cascade", cascades.work,
        [Contestant("simcore", cascades.ours), *peers,
         Contestant("gather", cascades.gather, limit=True),
         Contestant("gather in order", partial(cascades.gather, in_order=True), limit=True)])


def threshold_z4(n: int = 10_000, number: int = 250) -> Case:
    """Return the case of Watts's cascades, most of them global, in the middle of the window."""
    cascades = Cascades(n, 4.0, 0.18, number)
    return _threshold("threshold-z4", cascades, Contestant("cynetdiff", cascades.cynetdiff, ("cynetdiff",)),
                      Contestant("NDlib", cascades.ndlib, ("ndlib",)),
                      Contestant("NDlib, counts only", partial(cascades.ndlib, status=False), ("ndlib",)))


def tiny_cascades(n: int = 10**6, number: int = 20_000) -> Case:
    """Return the case of cascades that fill small components: ten nodes on average, the rest untouched."""
    cascades = Cascades(n, 0.9, 0.05, number)
    return _threshold("tiny-cascades-1e6", cascades,
                      Contestant("cynetdiff", cascades.cynetdiff, ("cynetdiff",)))


def million_nodes(n: int = 10**6, number: int = 10) -> Case:
    """Return the case of global cascades whose state does not fit into a core's own cache."""
    return _threshold("million-nodes", Cascades(n, 4.0, 0.18, number))


def poisson_network(n: int = 10**6, z: float = 6.0, number: int = 3) -> Case:
    """Return the case of making simple networks, ready to be walked along; outcomes are numbers of ties."""
    pairs, p = n * (n - 1) / 2, z / (n - 1)

    def work(round_: int) -> Work:
        keys = [rng.network_key(_ROOT, round_ * number + g) for g in range(number)]
        return Work(keys, np.full(number, pairs * p), np.full(number, 2 * pairs * p))

    def agree(ties: NDArray[np.int64], expected: NDArray[np.float64]) -> bool:
        return bool(np.all(abs(ties - expected) < _SIGMAS * math.sqrt(pairs * p * (1 - p))))

    def ours() -> Callable[[Sequence[np.uint64]], list[int]]:
        return lambda keys: [poisson(n, z, key).arcs // 2 for key in keys]

    def igraph() -> Callable[[Sequence[np.uint64]], list[int]]:
        import igraph

        igraph.set_random_number_generator(None)  # its own: by default it asks Python's, and takes longer
        return lambda keys: [igraph.Graph.Erdos_Renyi(n=n, p=p).ecount() for _ in keys]

    return Case("poisson-network-1e6", f"simple Poisson network, n = {n:,}, z = {z:g}", "network", work,
                [Contestant("simcore", ours), Contestant("igraph", igraph, ("igraph",))], agree)


CASES: dict[str, Callable[[], Case]] = {
    "threshold-z4": threshold_z4, "tiny-cascades-1e6": tiny_cascades, "poisson-network-1e6": poisson_network,
    "million-nodes": million_nodes}


def main(arguments: Sequence[str] | None = None) -> None:
    command("benchmarks.hot_loop", __doc__, CASES, arguments)


if __name__ == "__main__":
    main()
