"""Generalised contagion: doses add up in a memory, and whoever has had enough of them is infected.

Each of many individuals meets a random other at every step. If the other is infected, then with probability p
it hands over a dose; everybody remembers the doses of the last T steps and is infected while their sum reaches
the individual's threshold, and then recovers with probability r a step, to be susceptible again.
Dodds & Watts (2004), https://doi.org/10.1103/PhysRevLett.92.218701; (2005),
https://doi.org/10.1016/j.jtbi.2004.09.006.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from scipy import special

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

__all__ = ["ContagionClass", "SaddleNode", "SteadyStates", "contagion_class", "exposure_chances", "prevalence_map",
           "saddle_node", "steady_states"]

CELLS = 2**14 - 1  # of the doses' distribution, up to the largest threshold
SMALLEST = 1e-9  # exposure at which a root is told from 0


def exposure_chances(dose: Any, threshold: Any, memory: int) -> FloatArray:
    """Return P_k, the probability that k doses infect, for k = 0, 1, ..., `memory`.

    P_k = P(the sum of k doses reaches the threshold): Dodds & Watts (2004),
    https://doi.org/10.1103/PhysRevLett.92.218701.

    Parameters
    ----------
    dose : float or frozen distribution of scipy.stats
        The size of all doses, or their law: continuous, positive.
    threshold : float or frozen distribution of scipy.stats
        The threshold of all, or its law: continuous, positive.
    memory : int
        Number of steps remembered, T, at least 1.

    Returns
    -------
    float64[T + 1]
        P_k; exact for doses of one size, good to 1e-6 for laws with a bounded density.

    Raises
    ------
    ValueError
        If a size is not positive, a law allows for sizes below 0, or `memory` is below 1.
    """
    if memory < 1 or memory != int(memory):
        raise ValueError(f"memory must be an integer of at least 1 (got {memory!r})")
    for name, size in (("dose", dose), ("threshold", threshold)):
        if hasattr(size, "cdf") and size.cdf(0.0) > 0.0:
            raise ValueError(f"{name} must be positive (got a law with P(<= 0) = {size.cdf(0.0)})")
        if not hasattr(size, "cdf") and not 0.0 < size < math.inf:
            raise ValueError(f"{name} must be positive and finite (got {size!r})")
    doses = np.arange(int(memory) + 1)
    if not hasattr(dose, "cdf"):
        total = dose * doses
        return np.asarray(threshold.cdf(total) if hasattr(threshold, "cdf") else total >= threshold - 1e-9, np.float64)
    # Sums are rounded to the middle of cells; where all have one threshold it ends a cell, so that none is cut.
    cell = (threshold.isf(1e-12) if hasattr(threshold, "cdf") else threshold) / (CELLS + 0.5)
    middle = cell * np.arange(CELLS + 1)
    resists = threshold.sf(middle) if hasattr(threshold, "cdf") else np.ones(CELLS + 1)
    one = np.fft.rfft(np.diff(dose.cdf(np.append(0.0, middle + cell / 2.0))), 2 * (CELLS + 1))
    total, chances = np.append(1.0, np.zeros(CELLS)), np.zeros(len(doses))
    for k in doses[1:]:
        total = np.maximum(np.fft.irfft(np.fft.rfft(total, 2 * (CELLS + 1)) * one)[: CELLS + 1], 0.0)
        chances[k] = 1.0 - float(total @ resists)
    return np.maximum.accumulate(np.clip(chances, 0.0, 1.0))


def prevalence_map(chances: npt.ArrayLike, exposure: npt.ArrayLike) -> FloatArray:
    """Return the share infected if each of the last steps brought a dose with probability `exposure`.

    G(theta) = sum_k C(T, k) theta^k (1 - theta)^(T - k) P_k; with recovery at once (r = 1) the share infected,
    phi, is steady where phi = G(p phi): Dodds & Watts (2004), https://doi.org/10.1103/PhysRevLett.92.218701.

    Parameters
    ----------
    chances : float64[T + 1]
        P_k of `exposure_chances`.
    exposure : float64[...]
        Probability of a dose per step, theta.

    Returns
    -------
    float64[...]
        G.

    Raises
    ------
    ValueError
        If chances are not probabilities that start at 0 and do not fall.
    """
    infects = _checked(chances)
    # With P_k = sum of its rises, G is a sum of binomial tails.
    need, theta = np.arange(1, len(infects)), np.asarray(exposure, dtype=np.float64)
    return np.asarray(special.betainc(need, len(infects) - need, theta[..., None]) @ np.diff(infects))


class SteadyStates(NamedTuple):
    """The shares infected that do not change, from 0 upwards.

    Attributes
    ----------
    prevalence : float64[F]
        Share infected, the first 0.
    stable : bool[F]
        Whether a small change dies out.
    """

    prevalence: FloatArray
    stable: npt.NDArray[np.bool_]


def steady_states(chances: npt.ArrayLike, p: float) -> SteadyStates:
    """Return the shares infected at which recovery, at once below the threshold, and infection balance.

    The roots of phi = G(p phi), see `prevalence_map`: Dodds & Watts (2004),
    https://doi.org/10.1103/PhysRevLett.92.218701.

    Parameters
    ----------
    chances : float64[T + 1]
        P_k of `exposure_chances`.
    p : float
        Probability that meeting an infected one brings a dose, above 0 and at most 1.

    Returns
    -------
    SteadyStates
        All of them, 0 included.

    Raises
    ------
    ValueError
        If `p` is out of its range, or chances are not probabilities that start at 0 and do not fall.
    """
    from scipy.optimize import brentq

    if not 0.0 < p <= 1.0:
        raise ValueError(f"p must be above 0 and at most 1 (got {p!r})")
    infects = _checked(chances)

    def excess(theta: float) -> float:
        return float(prevalence_map(infects, theta)) - theta / p

    # theta / G(theta) is p at the roots, and rises where they are stable.
    found, stable = [0.0], [excess(SMALLEST) < 0.0]
    for low, high in itertools.pairwise([SMALLEST, *(theta for theta, _ in _turns(infects)), 1.0]):
        ends = excess(low), excess(high)
        if ends[0] * ends[1] < 0.0 or (ends[1] == 0.0 and ends[0] != 0.0):
            found.append(float(brentq(excess, low, high, xtol=1e-15)) / p)
            stable.append(ends[0] > ends[1])
    return SteadyStates(np.array(found), np.array(stable))


class SaddleNode(NamedTuple):
    """Where infection that keeps itself up first becomes possible.

    Attributes
    ----------
    p_b : float
        The least p for which some share infected is steady; infinite if there is none up to p = 1.
    prevalence : float
        That share; 0 where it grows steadily from p_b on, nan where there is none.
    """

    p_b: float
    prevalence: float


def saddle_node(chances: npt.ArrayLike) -> SaddleNode:
    """Return p_b, the least p at which a positive share infected, or one just above 0, is steady.

    p_b = min over theta of theta / G(theta), see `prevalence_map`: Dodds & Watts (2004),
    https://doi.org/10.1103/PhysRevLett.92.218701. Between p_b and p_c = 1 / (T P_1), if it is less, the infection
    goes on if enough are infected to begin with, more than the unstable one of `steady_states`.

    Parameters
    ----------
    chances : float64[T + 1]
        P_k of `exposure_chances`.

    Returns
    -------
    SaddleNode
        p_b and the share infected there.

    Raises
    ------
    ValueError
        If chances are not probabilities that start at 0 and do not fall.
    """
    infects = _checked(chances)
    p_c = contagion_class(infects).p_c
    theta, p_b = min(_turns(infects), key=lambda turn: turn[1], default=(0.0, math.inf))
    if p_c <= p_b:
        theta, p_b = 0.0, p_c
    whole = 1.0 / infects[-1] if infects[-1] > 0.0 else math.inf  # at theta = 1
    if whole < p_b:
        theta, p_b = 1.0, whole
    return SaddleNode(p_b, theta / p_b) if p_b <= 1.0 else SaddleNode(math.inf, math.nan)


class ContagionClass(NamedTuple):
    """How contagion starts.

    Attributes
    ----------
    name : {"I", "II", "III"}
        Epidemic threshold: prevalence grows steadily from p_c on. Vanishing critical mass: it jumps, and the
        critical mass falls to nothing at p_c. Pure critical mass: p_c is beyond 1.
    p_c : float
        The p from which on a few infected are enough; above 1 they never are.
    """

    name: Literal["I", "II", "III"]
    p_c: float


def contagion_class(chances: npt.ArrayLike, *, recovery: float = 1.0) -> ContagionClass:
    """Return the class of contagion, which P_1, P_2 and the memory decide.

    p_c = 1 / (P_1 (T + tau)), with tau = (1 - r) / r the mean time that infection outlasts its cause. It is class
    III where p_c > 1; else class II where P_2 / 2 > P_1, and class I where not (Dodds & Watts 2004,
    https://doi.org/10.1103/PhysRevLett.92.218701, for r = 1). For r < 1 class II is where
    (P_2 - 2 P_1) (T - 1) (T / 2 + tau) > P_1^2 tau (1 + tau), the sign of the second term of the same expansion,
    if all have the same threshold; this one is simcore's own.

    Parameters
    ----------
    chances : float64[T + 1]
        P_k of `exposure_chances`.
    recovery : float
        Probability r to recover in a step below the threshold, above 0 and at most 1.

    Returns
    -------
    ContagionClass
        The class and p_c.

    Raises
    ------
    ValueError
        If `recovery` is out of its range, or chances are not probabilities that start at 0 and do not fall.
    """
    if not 0.0 < recovery <= 1.0:
        raise ValueError(f"recovery must be above 0 and at most 1 (got {recovery!r})")
    infects = _checked(chances)
    memory, tau = len(infects) - 1, (1.0 - recovery) / recovery
    once, twice = infects[1], infects[min(memory, 2)]
    p_c = 1.0 / float(once * (memory + tau)) if once > 0.0 else math.inf
    if p_c > 1.0:
        return ContagionClass("III", p_c)
    jumps = (twice - 2.0 * once) * (memory - 1) * (memory / 2.0 + tau) > once**2 * tau * (1.0 + tau)
    return ContagionClass("II" if jumps else "I", p_c)


def _turns(infects: FloatArray) -> list[tuple[float, float]]:
    """Return where theta / G(theta) turns within (0, 1), and its values there."""
    from scipy.optimize import minimize_scalar

    def log_p(theta: npt.ArrayLike) -> FloatArray:
        return np.log(theta) - np.log(np.maximum(prevalence_map(infects, theta), 1e-300))

    grid = np.concatenate([np.geomspace(SMALLEST, 0.01, 400, endpoint=False), np.linspace(0.01, 1.0, 1000)])
    rise, turns = np.diff(log_p(grid)), []
    for i, j in itertools.pairwise(np.flatnonzero(abs(rise) > 1e-13)):  # the rest is rounding
        if rise[i] * rise[j] < 0.0:
            sign = math.copysign(1.0, rise[j])
            theta = minimize_scalar(lambda x, sign=sign: sign * log_p(x), bounds=(grid[i], grid[j + 1]),
                                    method="bounded", options={"xatol": 1e-9 * grid[i]}).x
            turns.append((float(theta), math.exp(log_p(theta))))
    return turns


def _checked(chances: npt.ArrayLike) -> FloatArray:
    infects = np.asarray(chances, dtype=np.float64)
    if infects.ndim != 1 or infects.size < 2 or not (infects[0] == 0.0 and (np.diff(infects) >= 0.0).all()
                                                     and infects[-1] <= 1.0):
        raise ValueError(f"chances must be probabilities P_0 = 0, P_1, ..., P_T that do not fall (got {chances!r})")
    return infects
