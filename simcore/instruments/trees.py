"""Cascade trees from Python: who convinced whom in replicates on a network of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simcore import engine, models, rng
from simcore.engine.trees import Tree, grow
from simcore.errors import UsageError
from simcore.network.adapters import as_loaded
from simcore.network.csr import with_in_arcs
from simcore.parameters import resolve
from simcore.scenario.parameters import fitting_parameters, times
from simcore.seeding import Random, choose, given

if TYPE_CHECKING:
    from collections.abc import Sequence


def cascade_trees(network: Any, model: str = "threshold", *, seeds: int | Sequence[int | str] = 1,
                  replicates: int = 100, seed: int = 0, horizon: int = 1000, **parameters: Any) -> list[Tree]:
    """Simulate a model on a network of one's own, and tell who convinced whom.

    Parameters
    ----------
    network : networkx graph, scipy sparse matrix, Loaded or Network
        Influence flows along arcs; undirected ties carry it both ways.
    model : str
        Thresholds, fixed or drawn anew; complex contagion, independent cascades; SI, and SIR in either time.
    seeds : int or sequence of labels
        How many start, drawn evenly, or which.
    replicates, seed, horizon : int
        Number of replicates, root of all randomness, largest time step.
    **parameters
        The model's, as a scenario gives them.

    Returns
    -------
    list of Tree
        One for each replicate; replicate w is that of `simcore.simulate` with these arguments.

    Raises
    ------
    UsageError, NetworkError
        If something does not exist or does not fit, all problems at once.

    Examples
    --------
    >>> import networkx as nx, simcore as sc
    >>> tree, = sc.cascade_trees(nx.star_graph(4), threshold=1.0, seeds=[0], replicates=1)
    >>> tree.parent.tolist(), tree.shape
    ([-1, 0, 0, 0, 0], {'generations': 1, 'breadth': 4, 'structural_virality': 1.6})
    """
    found, loaded = models.find(model), as_loaded(network)
    seed, replicates, horizon = times(seed, replicates, horizon)
    if not found.has_trees:
        able = sorted(each.name for each in models.catalogue().values() if each.has_trees)
        raise UsageError(f"model: cascade trees are of {', '.join(able)} (got '{model}')")
    declared = fitting_parameters(found, parameters, loaded)
    arcs = with_in_arcs(loaded.network) if found.reads_in_arcs else loaded.network
    if isinstance(seeds, str):
        raise UsageError(f"seeds: must be a number, or a list of labels, as [{seeds!r}] (got text)")
    if isinstance(seeds, int) and not 0 <= seeds <= arcs.n:
        raise UsageError(f"seeds: there are {arcs.n} nodes (got {seeds})")
    key = rng.network_key(rng.root(seed), 0)
    params = resolve(found.Params, declared, arcs, loaded.columns, rng.Stream(key, np.uint64(0)), loaded.arc_columns)
    chosen = choose(Random(seeds), loaded, key, 0, replicates) if isinstance(seeds, int) else given(
        arcs, [loaded.node(label) for label in dict.fromkeys(seeds)], replicates)
    return grow(engine.Task(found, found.Layers(arcs), params, chosen, key, 0, horizon))[1]
