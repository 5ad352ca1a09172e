"""Exact answers on small networks, for independent cascades: what a simulation must hit, not approach.

Kempe, Kleinberg & Tardos (2015), https://doi.org/10.4086/toc.2015.v011a004, for live arcs; Lefevre & Picard
(1990), https://doi.org/10.2307/1427595, for Reed and Frost's chain of binomials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.network.csr import Network

    FloatArray = npt.NDArray[np.float64]

__all__ = ["cascade_sizes", "complete_sizes", "path_spread", "star_spread", "triangle_spread"]

MOST_LUCK, MOST_NODES = 20, 64  # attempts that are drawn independently; bits of a set of nodes


def star_spread(leaves: int, transmission: float, *, from_centre: bool) -> float:
    """Return how many nodes a cascade reaches on average on a star.

    1 + L p from the centre, 1 + p + (L - 1) p^2 from a leaf.

    Parameters
    ----------
    leaves : int
        Number of leaves L, at least 1.
    transmission : float
        Probability p that influence passes along a tie, from 0 to 1.
    from_centre : bool
        Whether the centre is the seed, or a leaf.

    Returns
    -------
    float
        Expected number of nodes, the seed included.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    _check_transmission(transmission)
    if leaves < 1:
        raise ValueError(f"leaves must be at least 1 (got {leaves!r})")
    if from_centre:
        return 1.0 + leaves * transmission
    return 1.0 + transmission + (leaves - 1) * transmission**2


def path_spread(n: int, transmission: float, *, seed: int = 0) -> float:
    """Return how many nodes a cascade reaches on average on a path.

    1 + sum of p^d over the distances d to the other nodes.

    Parameters
    ----------
    n : int
        Number of nodes, at least 1.
    transmission : float
        Probability p that influence passes along a tie, from 0 to 1.
    seed : int
        Where the seed stands, from 0 to n - 1.

    Returns
    -------
    float
        Expected number of nodes, the seed included.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    _check_transmission(transmission)
    if not 0 <= seed < n:
        raise ValueError(f"seed must be between 0 and n - 1 (got {seed!r}, {n!r})")
    return float(np.sum(transmission ** np.abs(np.arange(n) - seed)))


def triangle_spread(transmission: float) -> float:
    """Return how many nodes a cascade from one seed reaches on average on a triangle, 1 + 2 (p + p^2 - p^3).

    Parameters
    ----------
    transmission : float
        Probability p that influence passes along a tie, from 0 to 1.

    Returns
    -------
    float
        Expected number of nodes, the seed included.

    Raises
    ------
    ValueError
        If `transmission` is no probability.
    """
    _check_transmission(transmission)
    return 1.0 + 2.0 * (transmission + transmission**2 - transmission**3)


def complete_sizes(n: int, transmission: float, *, seeds: int = 1) -> FloatArray:
    """Return the probability of each final size of a cascade on a complete graph.

    Reed and Frost's chain of binomials: each of s untouched nodes is reached by i newly active ones with
    probability 1 - (1 - p)^i, so that Bin(s, 1 - (1 - p)^i) are new in the next step. Summed over the chain
    forward in time, without the cancellation of the closed form (Lefevre & Picard 1990,
    https://doi.org/10.2307/1427595). SIR is the same if it recovers after one step.

    Parameters
    ----------
    n : int
        Number of nodes, at least 1; the time taken grows with its cube.
    transmission : float
        Probability p that influence passes along a tie, from 0 to 1.
    seeds : int
        Number of seeds, from 1 to `n`.

    Returns
    -------
    float64[n + 1]
        Probability that 0, 1, ..., n nodes are active in the end, seeds included.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    from scipy.stats import binom

    _check_transmission(transmission)
    if not 1 <= seeds <= n:
        raise ValueError(f"seeds must be between 1 and n (got {seeds!r}, {n!r})")
    newly = np.arange(n + 1)
    reached = -np.expm1(newly * np.log1p(-transmission)) if transmission < 1.0 else np.minimum(newly, 1.0)
    chance, sizes = np.zeros((n + 1, n + 1)), np.zeros(n + 1)  # chance[s, i]: s untouched, i newly active
    chance[n - seeds, seeds] = 1.0
    for s in range(n - seeds, -1, -1):
        active = np.flatnonzero(chance[s])
        following = chance[s, active] @ binom.pmf(newly[:s + 1], s, reached[active, None])
        sizes[n - s] = following[0]
        chance[s - newly[1:s + 1], newly[1:s + 1]] = following[1:]
    return sizes


def cascade_sizes(network: Network, transmission: npt.ArrayLike, seeds: npt.ArrayLike) -> FloatArray:
    """Return the probability of each final size of an independent cascade on any small network.

    Every arc is live or not, independently, and a cascade reaches what live arcs lead to from its seeds (Kempe,
    Kleinberg & Tardos 2015, https://doi.org/10.4086/toc.2015.v011a004); all combinations are gone through. With
    one transmission for all, the two arcs of a tie may share their luck, since only one can matter.

    Parameters
    ----------
    network : Network
        At most 64 nodes, and at most 20 arcs; ties, if it is undirected with one transmission for all.
    transmission : float or float64[arcs]
        Probability that influence passes along each arc, in the order of `network.out_idx`.
    seeds : int[...]
        Nodes that start active.

    Returns
    -------
    float64[n + 1]
        Probability that 0, 1, ..., n nodes are active in the end, seeds included.

    Raises
    ------
    ValueError
        If the network is too large, a seed is no node of it, or a transmission is no probability.
    """
    chances, started = np.asarray(transmission, dtype=np.float64), np.unique(np.asarray(seeds, dtype=np.int64))
    if chances.shape not in ((), (network.arcs,)):
        raise ValueError(f"transmission must be a number, or one for each of the {network.arcs} arcs "
                         f"(got shape {chances.shape})")
    for chance in chances.flat:
        _check_transmission(float(chance))
    if started.size and not 0 <= started[0] <= started[-1] < network.n:
        raise ValueError(f"seeds must be nodes from 0 to {network.n - 1} (got {seeds!r})")
    source = np.repeat(np.arange(network.n), network.out_degree)
    tied = network.symmetric and not chances.ndim
    each = np.broadcast_to(chances, source.shape)
    arcs = [(int(i), int(j), float(p)) for i, j, p in zip(source, network.out_idx, each, strict=True)
            if i < j or not tied]
    if len(arcs) > MOST_LUCK or network.n > MOST_NODES:
        raise ValueError(f"the network must have at most {MOST_NODES} nodes and {MOST_LUCK} arcs, or ties with one "
                         f"transmission (got {network.n}, {len(arcs)})")
    world, weight = np.arange(2 ** len(arcs)), np.ones(1)
    reached = np.full(world.size, sum(1 << int(i) for i in started), dtype=np.uint64)
    for _, _, p in arcs:
        weight = np.concatenate([weight * (1.0 - p), weight * p])
    before = np.zeros_like(reached)
    while np.any(reached != before):
        before = reached.copy()
        for place, (i, j, _) in enumerate(arcs):
            live = (world >> place & 1).astype(np.uint64)
            reached |= (reached >> np.uint64(i) & live) << np.uint64(j)
            if tied:
                reached |= (reached >> np.uint64(j) & live) << np.uint64(i)
    return np.asarray(np.bincount(np.bitwise_count(reached), weight, network.n + 1), dtype=np.float64)


def _check_transmission(transmission: float) -> None:
    if not 0.0 <= transmission <= 1.0:
        raise ValueError(f"transmission must be between 0 and 1 (got {transmission!r})")
