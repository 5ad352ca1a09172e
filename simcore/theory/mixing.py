"""Where everybody meets everybody: what becomes of infections that come back, and of voters who ask several.

Exact for n -> infinity at a fixed time, many starting, where what one meets in a step, or in a unit of time, stays
the same: the mean over all others is then certain (Kurtz 1970, https://doi.org/10.2307/3212147).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simcore.theory.time_courses import check_steps, check_times

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

__all__ = ["q_voter_course", "recurrent_course", "sis_course"]


def recurrent_course(steps: int, contacts: float, recovery: float, *, seed_share: float,
                     waning: float | None = None) -> FloatArray:
    """Return the share infected after each step of discrete SIS, or SIRS.

    Of the susceptible s each escapes the infected i with probability exp(-contacts i), and then those infected before
    recover: i' = (1 - recovery) i + s (1 - exp(-contacts i)) (Weiss & Dishon 1971,
    https://doi.org/10.1016/0025-5564(71)90087-3).

    Parameters
    ----------
    steps : int
        Number of steps.
    contacts : float
        How many nodes an infected one would infect in a step if all others were susceptible, at least 0: n - 1 times
        the probability of transmission.
    recovery : float
        Probability to recover in a step, from 0 to 1.
    seed_share : float
        Share infected at first, from 0 to 1.
    waning : float, optional
        Probability that a recovered node becomes susceptible in a step, SIRS; by default who recovers is susceptible
        at once, SIS.

    Returns
    -------
    float64[steps + 1]
        Share infected, from step 0 on.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    check_steps(steps)
    _check(contacts=contacts, recovery=recovery, seed_share=seed_share, waning=waning or 0.0)
    course = np.empty(steps + 1)
    infected, recovered = seed_share, 0.0
    for t in range(steps + 1):
        course[t] = infected
        healed, new = recovery * infected, -(1.0 - infected - recovered) * math.expm1(-contacts * infected)
        infected += new - healed
        if waning is not None:
            recovered += healed - waning * recovered
    return course


def sis_course(times: npt.ArrayLike, contact_rate: float, recovery_rate: float, *, seed_share: float) -> FloatArray:
    """Return the share infected of SIS in continuous time: i' = contact_rate i (1 - i) - recovery_rate i.

    The logistic curve (Kermack & McKendrick 1932, https://doi.org/10.1098/rspa.1932.0171): it goes to
    1 - recovery_rate / contact_rate, or to 0 if that is below 0.

    Parameters
    ----------
    times : float64[T]
        Times, at least 0.
    contact_rate : float
        Rate at which an infected node meets others, at least 0: n - 1 times that of each pair.
    recovery_rate : float
        Rate at which it recovers, at least 0.
    seed_share : float
        Share infected at first, from 0 to 1.

    Returns
    -------
    float64[T]
        Share infected.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    t = check_times(times)
    _check(contact_rate=contact_rate, recovery_rate=recovery_rate, seed_share=seed_share)
    growth = contact_rate - recovery_rate
    # Written with exponentials that fall, whichever way infection goes, so that none is too large.
    rest = -np.expm1(-abs(growth) * t) / abs(growth) if growth else t
    lost, fallen = np.exp(-max(growth, 0.0) * t), np.exp(min(growth, 0.0) * t)
    return np.asarray(seed_share * fallen / (lost + contact_rate * seed_share * rest))


def q_voter_course(times: npt.ArrayLike, q: int, noise: float, *, start_share: float) -> FloatArray:
    """Return the share with opinion 1 among voters who ask q others and conform if these agree.

    With x the share, x' = (1 - x) f(x) - x f(1 - x), f(x) = x^q + noise (1 - x^q - (1 - x)^q): Castellano, Munoz &
    Pastor-Satorras (2009), https://doi.org/10.1103/PhysRevE.80.041129.

    Parameters
    ----------
    times : float64[T]
        Times, at least 0, in updates of each node.
    q : int
        How many are asked, at least 1.
    noise : float
        Probability to change one's opinion where they do not agree, from 0 to 1.
    start_share : float
        Share with opinion 1 at first, from 0 to 1.

    Returns
    -------
    float64[T]
        Share with opinion 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    from scipy.integrate import solve_ivp

    t = check_times(times)
    _check(noise=noise, start_share=start_share)
    if q < 1 or q != int(q):
        raise ValueError(f"q must be an integer of at least 1 (got {q!r})")

    def flow(_: float, x: FloatArray) -> FloatArray:
        one, other = x**q, (1.0 - x) ** q
        divided = noise * (1.0 - one - other)
        return np.asarray((1.0 - x) * (one + divided) - x * (other + divided))

    if not t.size or t[-1] == 0.0:
        return np.full(t.size, start_share)
    found = solve_ivp(flow, (0.0, float(t[-1])), [start_share], "LSODA", t, rtol=1e-10, atol=1e-12)
    return np.asarray(np.clip(found.y[0], 0.0, 1.0))


def _check(**values: float) -> None:
    for name, value in values.items():
        is_rate = name.startswith("contact") or name.endswith("rate")
        if not 0.0 <= value < math.inf or (value > 1.0 and not is_rate):
            raise ValueError(f"{name} must be {'at least 0 and finite' if is_rate else 'from 0 to 1'} (got {value!r})")
