"""Where opinions end that people copy or average from those they hear, on a network as it is.

A node hears the sources of its in-arcs, in proportion to their weights; a node that hears nobody keeps its own
opinion. DeGroot (1974), https://doi.org/10.1080/01621459.1974.10480137; Friedkin & Johnsen (1990),
https://doi.org/10.1080/0022250X.1990.9990069; voters: Hassin & Peleg (2001),
https://doi.org/10.1006/inco.2001.3088, and Sood & Redner (2005), https://doi.org/10.1103/PhysRevLett.94.178701.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.network.csr import with_in_arcs

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.network.csr import Network

    FloatArray = npt.NDArray[np.float64]
    IntArray = npt.NDArray[np.int64]
    Matrix = Any  # scipy.sparse.csr_array, rows summing to one

__all__ = ["degroot_limit", "friedkin_johnsen_limit", "influence_weights", "voter_consensus_time", "voter_fixation"]


def influence_weights(network: Network) -> FloatArray:
    """Return how much each node's first opinion counts in what its circle agrees on.

    The stationary distribution of the walk from listener to heard: pi = pi W, with W_ij the share of what i
    hears that comes from j. The sum of pi_i x_i is conserved by averaging (DeGroot 1974,
    https://doi.org/10.1080/01621459.1974.10480137), and on average by copying, all at once or one by one (Sood
    & Redner 2005, https://doi.org/10.1103/PhysRevLett.94.178701). On an undirected network it is the degree,
    or the strength, over its sum.

    Parameters
    ----------
    network : Network
        Who influences whom.

    Returns
    -------
    float64[n]
        Weights that sum to 1 in each circle: each set of nodes that hear one another and nobody else. Nodes
        outside of any circle have 0; a strongly connected network is one circle.
    """
    return _circles(_listening(network), _strength(network)).weight


def degroot_limit(network: Network, opinions: npt.ArrayLike) -> FloatArray:
    """Return the opinions in the end where everybody averages what they hear, again and again.

    x(t + 1) = W x(t) (DeGroot 1974, https://doi.org/10.1080/01621459.1974.10480137). Each circle of
    `influence_weights` agrees on the sum of pi_i x_i; the others end at a mixture of what the circles they hear
    agree on, x = W x. Where a circle is bipartite, or otherwise periodic, and nobody counts their own opinion,
    opinions go round for ever; this is then their average over time.

    Parameters
    ----------
    network : Network
        Who influences whom.
    opinions : float64[n]
        Opinions at the start.

    Returns
    -------
    float64[n]
        Opinions in the end.

    Raises
    ------
    ValueError
        If there is not an opinion for each node.
    """
    return _settled(_listening(network), _one_each("opinions", opinions, network.n), _strength(network))


def friedkin_johnsen_limit(network: Network, opinions: npt.ArrayLike, susceptibility: npt.ArrayLike) -> FloatArray:
    """Return the opinions in the end where everybody averages what they hear with what they thought at first.

    x(t + 1) = A W x(t) + (I - A) x(0), hence x = (I - A W)^-1 (I - A) x(0), with A the diagonal matrix of the
    susceptibilities (Friedkin & Johnsen 1990, https://doi.org/10.1080/0022250X.1990.9990069). It is the limit of
    DeGroot where everybody also hears a twin who never changes; circles that are wholly susceptible agree as
    in `degroot_limit`.

    Parameters
    ----------
    network : Network
        Who influences whom.
    opinions : float64[n]
        Opinions at the start.
    susceptibility : float or float64[n]
        Weight of what is heard, from 0 (stubborn) to 1 (no memory of the first opinion).

    Returns
    -------
    float64[n]
        Opinions in the end.

    Raises
    ------
    ValueError
        If there is not an opinion for each node, or a susceptibility is out of its range.
    """
    from scipy import sparse

    start = _one_each("opinions", opinions, network.n)
    given = np.asarray(susceptibility, dtype=np.float64)
    yielding = np.full(network.n, given) if given.ndim == 0 else _one_each("susceptibility", given, network.n)
    if not np.all((yielding >= 0.0) & (yielding <= 1.0)):
        raise ValueError(f"susceptibility must be between 0 and 1 (got {susceptibility!r})")
    heard = sparse.diags_array(yielding) @ _listening(network)
    twins = sparse.block_array([[heard, sparse.diags_array(1.0 - yielding)], [None, sparse.eye_array(network.n)]],
                               format="csr")
    return _settled(twins, np.concatenate([start, start]))[:network.n]


def voter_fixation(network: Network, opinions: npt.ArrayLike, *, synchronous: bool = True) -> float:
    """Return the probability that all voters end with opinion 1, copying whom they hear.

    One by one, in random order, each copies one random node it hears: the probability is the weight of the
    ones, sum of pi_i x_i by `influence_weights` (Sood & Redner 2005,
    https://doi.org/10.1103/PhysRevLett.94.178701). All at once this holds where a circle is not periodic (Hassin
    & Peleg 2001, https://doi.org/10.1006/inco.2001.3088). On a bipartite circle the two sides swap opinions that
    never meet, so both must agree: the product of the weights of the ones on each side, each out of 1. Otherwise
    the sides may disagree and blink for ever, and the probabilities of all 1 and all 0 need not sum to 1. A
    circle of period d has d such classes, and several circles must each end with 1.

    Parameters
    ----------
    network : Network
        Who influences whom.
    opinions : float64[n]
        Opinions at the start, 0 or 1, or the probability of 1 where each is drawn on its own.
    synchronous : bool
        Whether all copy at once, what the others held the step before.

    Returns
    -------
    float
        Probability that all end with 1; that they all end with 0 is the same of 1 - `opinions`.

    Raises
    ------
    ValueError
        If there is not an opinion for each node, or one is not between 0 and 1.
    """
    ones = _one_each("opinions", opinions, network.n)
    if not np.all((ones >= 0.0) & (ones <= 1.0)):
        raise ValueError(f"opinions must be between 0 and 1 (got {opinions!r})")
    listening = _listening(network)
    circles = _circles(listening, _strength(network))
    inside = circles.label >= 0
    group = (_phases(listening, circles) if synchronous else circles.label)[inside]
    weight = circles.weight[inside]
    return float(np.prod(np.bincount(group, weight * ones[inside]) / np.bincount(group, weight)))


def voter_consensus_time(n: int, ones: int) -> float:
    """Return how long voters take on average until all agree, where each hears all others.

    One by one, in random order, each copies a random other one. In a pick the ones gain and lose one with the same
    probability, k (n - k) / (n (n - 1)), which makes n - 1 times the sum over j of (n - ones) / (n - j) up to the
    ones, and ones / j beyond, in picks. For many it is -n ((1 - x) ln (1 - x) + x ln x), x = ones / n, as by the mean
    field of Sood & Redner (2005), https://doi.org/10.1103/PhysRevLett.94.178701, which elsewhere is an approximation.

    Parameters
    ----------
    n : int
        Number of voters, at least 2.
    ones : int
        How many hold opinion 1 at first, from 0 to `n`.

    Returns
    -------
    float
        Mean time, in steps of n picks.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    if n < 2 or not 0 <= ones <= n:
        raise ValueError(f"n must be at least 2, and ones from 0 to n (got {n!r}, {ones!r})")
    few, more = np.arange(1, min(ones, n - 1) + 1), np.arange(ones + 1, n)
    return float((n - 1) / n * (((n - ones) / (n - few)).sum() + (ones / more).sum()))


class _Circles(NamedTuple):
    """Sets of nodes that hear one another and nobody else."""

    label: IntArray  # [n]: which, -1 outside
    weight: FloatArray  # [n]: stationary distribution in each, 0 outside
    first: IntArray  # one node of each


def _listening(network: Network) -> Matrix:
    """Return W: which share of what each row's node hears comes from each column's."""
    from scipy import sparse

    heard = with_in_arcs(network)
    weight = heard.in_weight if heard.weighted else np.ones(heard.arcs)
    total = heard.in_total if heard.weighted else heard.in_degree
    shares = weight / np.repeat(np.maximum(total, 1), heard.in_degree)
    rows = sparse.csr_array((shares, heard.in_idx.astype(np.int64), heard.in_ptr), shape=(heard.n, heard.n))
    return (rows + sparse.diags_array((total == 0).astype(np.float64))).tocsr()


def _strength(network: Network) -> FloatArray | None:
    """Return weights that are stationary where influence is mutual, unless it is not."""
    total = network.in_total if network.weighted else network.in_degree
    return np.maximum(total, 1).astype(np.float64) if network.symmetric else None


def _circles(listening: Matrix, strength: FloatArray | None = None) -> _Circles:
    from scipy.sparse import csgraph

    listening.eliminate_zeros()
    count, part = csgraph.connected_components(listening, connection="strong")
    listener, heard = listening.nonzero()
    closed = np.ones(count, dtype=np.bool_)
    closed[part[listener[part[listener] != part[heard]]]] = False
    label = np.where(closed, np.cumsum(closed) - 1, -1)[part].astype(np.int64)
    inside = np.flatnonzero(label >= 0)
    first = inside[np.unique(label[inside], return_index=True)[1]]
    if strength is None:
        # With the weight of the first node of each circle set to 1, those of the others are what they pass on.
        weight = np.zeros(len(label))
        weight[first] = 1.0
        rest = np.setdiff1d(inside, first, assume_unique=True)
        passed_on = listening.T.tocsr()[rest]
        weight[rest] = _solved(passed_on[:, rest], passed_on[:, first].sum(axis=1))
    else:
        weight = strength
    return _Circles(label, weight / np.append(np.bincount(label[inside], weight[inside]), 1.0)[label], first)


def _settled(listening: Matrix, start: FloatArray, strength: FloatArray | None = None) -> FloatArray:
    """Return the limit of averaging: circles agree, and others end where averaging changes them no more."""
    circles = _circles(listening, strength)
    inside, outside = np.flatnonzero(circles.label >= 0), np.flatnonzero(circles.label < 0)
    agreed = np.bincount(circles.label[inside], (circles.weight * start)[inside])
    end = np.append(agreed, 0.0)[circles.label]
    heard = listening[outside]
    end[outside] = _solved(heard[:, outside], heard[:, inside] @ end[inside])
    return np.asarray(end)


def _phases(listening: Matrix, circles: _Circles) -> IntArray:
    """Return a number for each class of each circle; the classes of a periodic circle take turns."""
    from scipy.sparse import csgraph

    away = csgraph.dijkstra(listening, indices=circles.first, unweighted=True, min_only=True)
    distance = np.where(circles.label >= 0, away, 0.0).astype(np.int64)
    listener, heard = listening.nonzero()
    own = circles.label[listener] >= 0
    listener, heard = listener[own], heard[own]
    period = np.zeros(len(circles.first), dtype=np.int64)
    np.gcd.at(period, circles.label[listener], np.abs(distance[listener] + 1 - distance[heard]))
    begin = np.append(0, np.cumsum(period))
    return np.asarray(begin[circles.label] + distance % np.append(period, 1)[circles.label])


def _solved(matrix: Matrix, constant: FloatArray) -> FloatArray:
    """Return the solution of x = matrix x + constant."""
    from scipy import sparse
    from scipy.sparse.linalg import gmres, spsolve

    if not constant.size:
        return constant
    # Random networks, on which elimination fills the matrix, mix fast; chains and lattices, which do not, fill little.
    left = (sparse.eye_array(constant.size) - matrix).tocsc()
    solution, failed = gmres(left, constant, rtol=1e-13, atol=0.0, restart=60, maxiter=10)
    return np.asarray(spsolve(left, constant) if failed else solution)


def _one_each(name: str, values: npt.ArrayLike, n: int) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (n,):
        raise ValueError(f"{name} must be a number for each of the {n} nodes (got shape {array.shape})")
    return array
