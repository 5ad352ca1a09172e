"""What networks look like: quantities of many networks of one kind against what theory expects of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore import rng
from simcore.network.hierarchy import organisation
from simcore.network.poisson import poisson
from simcore.verify.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SEED = 20020430
_LEVELS, _SPAN = 6, 5


class Structure(NamedTuple):
    """One row of the table: quantities that are measured together on each of several networks."""

    target: int
    network: str
    whats: Sequence[str]
    networks: int
    measure: Callable[[np.uint64], Sequence[float]]  # of the network's key
    expected: Sequence[float]
    source: str


def _vulnerable(key: np.uint64) -> Sequence[float]:
    """Return the share of nodes in the largest component of those that one active neighbour tips."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    network = poisson(100_000, 4.0, key)
    ties = csr_array((np.ones(network.arcs, np.int8), network.out_idx.astype(np.int64), network.out_ptr),
                     shape=(network.n, network.n))
    vulnerable = np.flatnonzero(network.in_degree <= 5)  # thresholds of .18
    _, component = connected_components(ties[vulnerable][:, vulnerable], directed=False)
    return [np.bincount(component).max() / network.n]


def _cross_tie(key: np.uint64) -> Sequence[float]:
    """Return depth and distance of the only cross tie of an organisation, and whether it joins siblings."""
    network = organisation([_SPAN] * (_LEVELS - 1), 1, 0.5, 0.5, key)
    a = np.repeat(np.arange(network.n), network.out_degree)
    b = network.out_idx.astype(np.int64)
    lower, upper = (int(ends[(a < b) & ((b - 1) // _SPAN != a)][0]) for ends in (a, b))
    ends = [_superiors(lower), _superiors(upper)]
    depth = sum(x == y for x, y in zip(*ends, strict=False)) - 1
    down = [len(line) - 1 - depth for line in ends]
    return [depth, math.sqrt(down[0]**2 + down[1]**2 - 2), down == [1, 1]]


def _superiors(node: int) -> list[int]:
    """Return the nodes from the top down to this one."""
    return [*_superiors((node - 1) // _SPAN), node] if node else [0]


STRUCTURES = (
    Structure(8, "poisson, n = 100,000, mean degree 4", ["giant vulnerable component"], 40, _vulnerable, [0.652635],
              "Watts (2002), doi:10.1073/pnas.082090499"),
    Structure(34, "organisation, span 5, 6 levels, lambda = zeta = .5",
              ["depth of the first cross tie", "distance of the first cross tie", "P(first cross tie joins siblings)"],
              5_000, _cross_tie, [0.744582, 2.887659, 0.283360],
              "Dodds, Watts & Sabel (2003), doi:10.1073/pnas.1534702100"),
)


def verdicts(structures: Sequence[Structure], progress: Callable[[int], Any]) -> Iterator[Verdict]:
    """Yield what comes of these rows, telling the progress after each network."""
    root = rng.root(SEED)
    for row in structures:
        found = []
        for g in range(row.networks):
            found.append([float(value) for value in row.measure(rng.network_key(root, g))])
            progress(1)
        values = np.array(found)
        means, errors = values.mean(axis=0), values.std(axis=0, ddof=1) / math.sqrt(row.networks)
        for k, what in enumerate(row.whats):
            yield Verdict(row.target, "networks", {"network": row.network}, what, row.expected[k], float(means[k]),
                          float(errors[k]), 0.0, row.source)
