"""OPIM-C and IMM: influence maximisation with a ratio to the optimum that is certified.

Tang, Tang, Xiao & Yuan (2018), doi:10.1145/3183713.3183749; Tang, Shi & Xiao (2015), doi:10.1145/2723372.2723734.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from simcore.maximisation.cover import Cover, cover, cover_within, covered_by
from simcore.maximisation.reverse_sets import ReverseSets

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from simcore.maximisation.live_arcs import LiveArcs

UNIT, BUDGETED = 1.0 - 1.0 / math.e, 0.405  # what greedy covers of the optimum, at least


class Plan(NamedTuple):
    """How many sets OPIM-C samples.

    Attributes
    ----------
    first, most : int
        Sets of each of its two collections in the first round, which each round doubles, and at most.
    rounds : int
        How many rounds there are, at most.
    a : float
        ln(3 rounds / delta): each bound of each round fails with probability exp(-a) at most.
    """

    first: int
    most: int
    rounds: int
    a: float


class Certified(NamedTuple):
    """Seeds, and what is known of their spread: each bound holds with probability 1 - delta at least.

    Attributes
    ----------
    seeds : uint32[k]
        In the order of their choice.
    sets : int
        How many reverse-reachable sets this took, of all collections together.
    spread : float
        The estimate from sets that the seeds were not chosen from.
    at_least, at_most : float
        The spread is at least so large; that of any choice within the budget at most.
    """

    seeds: NDArray[np.uint32]
    sets: int
    spread: float
    at_least: float
    at_most: float

    @property
    def ratio(self) -> float:
        """What share of the best spread this is, at least."""
        return self.at_least / self.at_most


def log_choices(n: int, k: int) -> float:
    """Return the logarithm of the number of ways to choose k of n."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log(n: int) -> float:
    """Return the logarithm of the number of nodes: of three, where there are fewer, as its own must exist."""
    return math.log(max(n, 3))


def plan(n: int, k: int, epsilon: float, delta: float) -> Plan:
    """Return how many sets OPIM-C samples, as its authors' code has it."""
    alpha = math.sqrt(math.log(6.0 / delta))
    beta = math.sqrt(UNIT * (log_choices(n, k) + math.log(6.0 / delta)))
    square = 2.0 * (UNIT * alpha + beta) ** 2
    most = square * n / (k * epsilon**2)
    rounds = max(1, math.floor(math.log2(most / square)) + 1)
    return Plan(math.floor(square), math.floor(most) + 1, rounds, math.log(3.0 * rounds / delta))


def certified(chosen: Cover, judged: ReverseSets, sets: int, a: float) -> Certified:
    """Return bounds on the spread of nodes and of the best choice, each failing with probability exp(-a) at most.

    Parameters
    ----------
    chosen : Cover
        Of a collection as large as `judged`, and independent of it.
    judged : ReverseSets
    sets : int
        How many were sampled in all.
    a : float

    Notes
    -----
    Tang et al. (2018), eqs. 5 and 8.
    """
    covered, scale = covered_by(judged, chosen.nodes), judged.n / judged.size
    least = (math.sqrt(covered + 2.0 * a / 9.0) - math.sqrt(a / 2.0)) ** 2 - a / 18.0
    most = (math.sqrt(chosen.bound + a / 2.0) + math.sqrt(a / 2.0)) ** 2
    return Certified(chosen.nodes, sets, covered * scale, max(least * scale, float(chosen.nodes.size)),
                     min(most * scale, float(judged.n)))


def opim(live: LiveArcs, key: np.uint64, count: int, *, epsilon: float, delta: float,
         cost: NDArray[np.float64] | None = None, budget: float = 0.0,
         progress: Callable[[int], object] = lambda _: None) -> Certified:
    """Choose seeds by OPIM-C: until what they reach is certified to be a share of the optimum.

    Parameters
    ----------
    live : Cascade or Choice
    key : uint64
        The network's key.
    count : int
        How many seeds; with costs, the most that the budget buys.
    epsilon, delta : float
        The share is 1 - 1/e - epsilon (with costs 0.405 - epsilon), but for a probability of delta.
    cost : float64[n], optional
        Of each node, above 0; without it a node costs 1.
    budget : float
        With costs.
    progress : callable, optional
        Told the number of sets after each round.

    Returns
    -------
    Certified
        Most often its ratio exceeds what was asked for. With costs it may fall short, if `most` sets did not suffice.
    """
    planned, wanted = plan(live.in_ptr.size - 1, count, epsilon, delta), (UNIT if cost is None else BUDGETED) - epsilon
    one, two = (ReverseSets(live, key, collection) for collection in (0, 1))
    for size in (min(planned.first << i, planned.most) for i in range(planned.rounds)):
        one.grow(size)
        two.grow(size)
        chosen = cover(one, count) if cost is None else cover_within(one, cost, budget)
        found = certified(chosen, two, 2 * size, planned.a)
        progress(2 * size)
        if found.ratio >= wanted:
            break
    return found


def constants(n: int, k: int, epsilon: float, ell: float = 1.0) -> tuple[float, float]:
    """Return lambda' and lambda* of IMM, so many sets being needed over the spread that is certain."""
    ell *= 1.0 + math.log(2.0) / _log(n)
    choices, certain, slack = log_choices(n, k), ell * _log(n), math.sqrt(2.0) * epsilon
    sampling = (2.0 + 2.0 / 3.0 * slack) * (choices + certain + math.log(_log(n) / math.log(2.0))) * n / slack**2
    alpha = math.sqrt(certain + math.log(2.0))
    beta = math.sqrt(UNIT * (choices + certain + math.log(2.0)))
    return sampling, 2.0 * n * (UNIT * alpha + beta) ** 2 / epsilon**2


def imm(live: LiveArcs, key: np.uint64, count: int, *, epsilon: float, delta: float,
        progress: Callable[[int], object] = lambda _: None) -> Certified:
    """Choose seeds by IMM: from as many sets as suffice for 1 - 1/e - epsilon of the optimum.

    The sets from which the number is found are not those from which the seeds are chosen, as Chen (2018),
    arXiv:1808.09363, asks for; a third collection, as large, certifies what was reached.

    Parameters
    ----------
    live, key, count, progress
        As those of `opim`.
    epsilon, delta : float
        The share is 1 - 1/e - epsilon, but for a probability of delta, n^-l in the paper.

    Returns
    -------
    Certified
        Each of its bounds fails with probability delta / 2 at most.
    """
    n = live.in_ptr.size - 1
    sampling, selecting = constants(n, count, epsilon, math.log(1.0 / delta) / _log(n))
    guess, least = ReverseSets(live, key, 2), 1.0
    for i in range(1, max(2, math.floor(math.log2(n)))):
        assumed = n / 2.0**i
        guess.grow(math.ceil(sampling / assumed))
        progress(guess.size)
        reached = n * cover(guess, count).covered / guess.size
        if reached >= (1.0 + math.sqrt(2.0) * epsilon) * assumed:
            least = reached / (1.0 + math.sqrt(2.0) * epsilon)
            break
    one, two = (ReverseSets(live, key, collection) for collection in (3, 4))
    one.grow(math.ceil(selecting / max(least, count)))
    progress(guess.size + one.size)
    two.grow(one.size)
    progress(guess.size + 2 * one.size)
    return certified(cover(one, count), two, guess.size + 2 * one.size, math.log(2.0 / delta))
