"""Small markets as Markov chains: what is expected of them, whatever their size."""

from __future__ import annotations

import numpy as np


def bass(n: int, p: float, q: float, end: float, pace: float) -> float:
    """Return the expected share of adopters among n who hear all others once a period: a chain of binomial steps.

    Parameters
    ----------
    n : int
    p, q : float
        Rates of adopting for oneself, and because of all others together.
    end, pace : float
        When, and how long a period is.

    Returns
    -------
    float
    """
    from scipy.stats import binom

    there = np.arange(n + 1)
    joins = 1.0 - (1.0 - p * pace) * (1.0 - q * pace / (n - 1)) ** there
    steps = binom.pmf(there[None, :] - there[:, None], n - there[:, None], joins[:, None])
    return float(np.linalg.matrix_power(steps, round(end / pace))[0] @ there / n)


def churn(n: int, p: float, q: float, d: float, b: float, periods: int = 300) -> float:
    """Return the expected share of customers among n of whom some leave, are heard by all, and are won back.

    Parameters
    ----------
    n : int
    p, d, b : float
        Probabilities, a period, to join for oneself, to leave, and to be won back.
    q : float
        Over n: the probability to hear a customer who stays.
    periods : int
        So many that the start is forgotten.

    Returns
    -------
    float
    """
    from scipy.stats import binom

    of = np.arange(n + 1)
    leave, back = (np.asarray(binom.pmf(of, of[:, None], rate)) for rate in (d, b))
    # joiners, by the number of those who stay and of prospects
    join = np.asarray(binom.pmf(of, of[:, None], 1.0 - (1.0 - p) * (1.0 - q / n) ** of[:, None, None]))
    steps = np.zeros((n + 1,) * 4)  # from so many customers and former customers to so many
    for customers in of:
        for former in of[:n + 1 - customers]:
            prospects = n - customers - former
            for gone in of[:customers + 1]:
                stay = customers - gone
                both = np.outer(join[stay, prospects, :prospects + 1], back[former, former::-1])
                steps[customers, former, stay:stay + prospects + 1, gone:gone + former + 1] += (
                    leave[customers, gone] * both)
    likely, square = np.eye(1, (n + 1)**2)[0], steps.reshape((n + 1)**2, -1)
    for _ in range(periods):
        likely = likely @ square
    return float(likely.reshape(n + 1, n + 1).sum(axis=1) @ of / n)
