"""The chance that a node is active, as a function of the chance that whoever it hears is.

Gleeson & Cahalane (2007), https://doi.org/10.1103/PhysRevE.75.056103.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from simcore.network import degree_laws
from simcore.theory.cascade_conditions import heard_by, hearing
from simcore.theory.threshold_laws import as_threshold_law

if TYPE_CHECKING:
    import numpy.typing as npt

    from simcore.theory.threshold_laws import ThresholdLaw

    FloatArray = npt.NDArray[np.float64]

__all__ = ["Response", "Tipped", "responses", "seed_shares", "smallest_fixed_point", "tipped"]


_NOTHING = 1e-18  # the weight of a term that is lost among the others


class Response(NamedTuple):
    """P(a node is active), as a function of P(a node it hears is active) = q.

    base + sum of weight P(Bin(need + rest - 1, q) >= need); its second derivative is at least -bend.
    """

    base: float
    weight: FloatArray
    need: FloatArray
    rest: FloatArray
    bend: float

    def at(self, q: float) -> float:
        """Return the probability."""
        return min(1.0, self.base + float(self.weight @ special.betainc(self.need, self.rest, q)))

    def slope(self, q: float) -> float:
        """Return its derivative."""
        log_density = (special.xlogy(self.need - 1.0, q) + special.xlog1py(self.rest - 1.0, -q)
                       - special.betaln(self.need, self.rest))
        return float(self.weight @ np.exp(log_density))


class Tipped(NamedTuple):
    """P(a node that does not start is active) for each in-degree, as a function of q as in `Response`.

    alone + sum of chance P(Bin(need + rest - 1, q) >= need) over the terms of each degree.
    """

    alone: FloatArray
    degree: npt.NDArray[np.intp]
    chance: FloatArray
    need: FloatArray
    rest: FloatArray
    bend: FloatArray

    def at(self, q: float) -> FloatArray:
        """Return the probability for each in-degree."""
        by_need = self.chance * special.betainc(self.need, self.rest, q)
        return np.asarray(self.alone + np.bincount(self.degree, by_need, len(self.alone)))

    def response(self, free: FloatArray, base: float) -> Response:
        """Return the response of nodes of which `free` do not start, by in-degree, and a share `base` does."""
        weight = free[self.degree] * self.chance
        kept = weight > _NOTHING
        return Response(base + float(free @ self.alone), weight[kept], self.need[kept], self.rest[kept],
                        float(free @ self.bend))


def tipped(law: FloatArray, needs: ThresholdLaw, spent: int) -> Tipped:
    """Return the chances of nodes of the in-degrees of a law, `spent` of whose arcs cannot bring them anything."""
    degree = np.arange(len(law))
    heard = degree - spent
    chance = np.diff(needs.adopts(degree, degree[:, None]), axis=1)  # of each need from 1, for each degree
    chance[(degree[1:] > heard[:, None]) | (law[:, None] == 0.0)] = 0.0
    row, column = np.nonzero(chance)
    need = np.asarray(column + 1.0, dtype=np.float64)
    # In Bernstein form the second derivative is n (n - 1) times the mean of the chances' differences.
    bend = heard * (heard - 1) * chance.max(axis=1, initial=0.0)
    return Tipped(needs.adopts(0, degree), row, chance[row, column], need,
                  np.asarray(heard[row] - need + 1.0, dtype=np.float64), bend)


def responses(degree_law: npt.ArrayLike, thresholds: ThresholdLaw | float, seeded: FloatArray,
              directed: bool, in_degree_law: npt.ArrayLike | None) -> tuple[Response, Response]:
    """Return the response of a node found at the source of an arc, and that of any node."""
    law, needs = degree_laws.checked(degree_law), as_threshold_law(thresholds)
    heard, found = hearing(law, directed, in_degree_law), []
    for senders, spent in ((degree_laws.size_biased(law), 0 if directed else 1), (law, 0)):
        chances = tipped(heard_by(senders, heard), needs, spent)
        found.append(chances.response(heard_by(senders * (1.0 - seeded), heard), float(senders @ seeded)))
    return found[0], found[1]


def smallest_fixed_point(response: Response, q: float) -> float:
    """Return the first fixed point from `q` upwards, where response(q) >= q.

    Plain iteration takes a million steps near a critical point, and Newton's method may jump across a pair of
    roots. The parabola of curvature -bend that touches the response stays below it, so there is no root
    before that parabola meets the diagonal; close to a root this is Newton's step.
    """
    while (gap := response.at(q) - q) > 4e-16 * q:
        slack = max(1.0 - response.slope(q), 1e-16)
        q = min(1.0, q + max(gap, 2.0 * gap / (slack + math.sqrt(slack**2 + 2.0 * response.bend * gap))))
    return q


def seed_shares(degree_law: npt.ArrayLike, seed_share: float, shares: npt.ArrayLike | None = None) -> FloatArray:
    """Return the share that starts active among the nodes of each degree, or refuse what is none."""
    law = degree_laws.checked(degree_law)
    if not 0.0 <= seed_share <= 1.0:
        raise ValueError(f"seed_share must be between 0 and 1 (got {seed_share!r})")
    seeded = np.asarray(np.full(len(law), seed_share) if shares is None else shares, dtype=np.float64)
    if seeded.shape != law.shape:
        raise ValueError(f"seed_share_by_degree must have a number for each of the {len(law)} degrees "
                         f"(got shape {seeded.shape})")
    if not (seeded.min() >= 0.0 and seeded.max() <= 1.0 + 1e-9 and abs(law @ seeded - seed_share) < 1e-9):
        raise ValueError(f"seed_share_by_degree must lie between 0 and 1 and average to {seed_share} "
                         f"(got {seeded.min()!s} to {seeded.max()!s}, average {law @ seeded!s})")
    return np.asarray(np.minimum(seeded, 1.0))
