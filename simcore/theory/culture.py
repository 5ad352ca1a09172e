"""Commitment in the long run where nothing is left to chance but who is seen: one sparse linear system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.network.company import NOBODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simcore.network.company import Company


_AT_ONCE = 64  # columns of the inverse that are solved for together


class Pulls(NamedTuple):
    """The parameters of linear enculturation (conformity 1), and what everybody hears.

    Attributes
    ----------
    manager, peers, visibility, executive_time, decay, hearing, sting, incentive : float
    executive_levels : int
    susceptibility : float64[N] or float
    heard, experience : float
        The share that everybody hears of what happens below, and its mean experience, both fixed.
    """

    manager: float = 0.1
    peers: float = 0.2
    visibility: float = 0.5
    executive_time: float = 0.0
    executive_levels: int = 1
    decay: float = 0.01
    susceptibility: Any = 0.5
    hearing: float = 0.0
    sting: float = 0.5
    heard: float = 0.0
    experience: float = 0.0
    incentive: float = 0.0


def _system(company: Company, pulls: Pulls, held: NDArray[np.bool_]) -> tuple[Any, NDArray[np.float64]]:
    """Return the matrix and the right-hand side of which the stationary commitment is the solution."""
    from scipy.sparse import csc_array, diags_array

    chart, informal = company.chart, company.informal
    n = chart.level.size
    s = np.broadcast_to(np.asarray(pulls.susceptibility, np.float64), n)
    below = np.flatnonzero(chart.manager != NOBODY)
    above = chart.manager[below].astype(np.int64)
    seen = pulls.visibility + (1.0 - pulls.visibility) * pulls.executive_time
    line = pulls.manager * np.where(chart.level[above] <= pulls.executive_levels, seen, pulls.visibility)
    degree = informal.out_degree
    source = np.repeat(np.arange(n), degree)
    rows = np.concatenate([below, source])
    columns = np.concatenate([above, informal.out_idx.astype(np.int64)])
    weights = s[rows] * np.concatenate([line, pulls.peers / np.maximum(degree, 1)[source]])
    good = pulls.hearing * pulls.heard * pulls.experience + pulls.incentive
    bad = pulls.hearing * pulls.heard * pulls.sting * (1.0 - pulls.experience)
    out = np.bincount(rows, weights, n) + s * (good + bad) + pulls.decay
    free = ~held
    matrix = diags_array(np.where(held, 1.0, out)) - csc_array((weights * free[rows], (rows, columns)), shape=(n, n))
    return matrix.tocsc(), np.where(held, 1.0, s * good)


def stationary(company: Company, pulls: Pulls, held: Sequence[int] = ()) -> NDArray[np.float64]:
    """Return everybody's expected commitment in the long run.

    Parameters
    ----------
    company : Company
    pulls : Pulls
    held : sequence of int
        Whose seats are held: their commitment is 1.

    Returns
    -------
    float64[N]
    """
    from scipy.sparse.linalg import spsolve

    mark = np.zeros(company.chart.level.size, np.bool_)
    mark[list(held)] = True
    return np.asarray(spsolve(*_system(company, pulls, mark)))


def seat_influence(company: Company, pulls: Pulls) -> NDArray[np.float64]:
    """Return by how much mean commitment in the long run is higher for holding each employee's seat, exactly.

    Holding a seat adds to all a multiple of its column of the inverse, so one factorisation serves everybody.

    Returns
    -------
    float64[N]
    """
    from scipy.sparse.linalg import splu

    n = company.chart.level.size
    matrix, right = _system(company, pulls, np.zeros(n, np.bool_))
    solver = splu(matrix)
    free, sums = solver.solve(right), splu(matrix.T.tocsc()).solve(np.ones(n))
    own = np.concatenate([np.diagonal(solver.solve(np.eye(n, min(_AT_ONCE, n - begin), -begin))[begin:])
                          for begin in range(0, n, _AT_ONCE)])
    return np.asarray((1.0 - free) * sums / own / n)
