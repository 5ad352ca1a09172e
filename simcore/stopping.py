"""When a point has enough replicates: decided in rounds, on what is stored alone, so that anybody decides the same.

The first round has the scenario's replicates, and each later one doubles their number, up to the largest; so the number
of looks at a point is known beforehand. An interval that is looked at several times, each time at its full level, is
wrong more often than it says. Each look therefore spends an equal part of what may be wrong: by Bonferroni's inequality
the interval at which a point stops holds the true value with the confidence asked for, whatever the rule picks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.intervals import Interval, clustering, mean_half, proportion
from simcore.keeping import extend
from simcore.quantities import P_GLOBAL, of_replicates
from simcore.scenario.schema import Stop
from simcore.store import understood

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simcore.store import Store
    from simcore.study import Study


class Look(NamedTuple):
    """What a point looked like at the end of the last round that it took part in.

    Attributes
    ----------
    replicates : int
    value : float
        Of the quantity.
    interval : tuple of float
        At the level of one look.
    met : bool
        Whether it is narrow enough.
    done : bool
        Whether the point has enough replicates: if so, or if there are as many as there may be.
    """

    replicates: int
    value: float
    interval: Interval
    met: bool
    done: bool


def ends(first: int, most: int) -> list[int]:
    """Return the number of replicates at the end of each round."""
    out = [first]
    while out[-1] < most:
        out.append(min(2 * out[-1], most))
    return out


def interval(of: str, values: NDArray[np.float64], rows: Mapping[str, NDArray[Any]],
             error: float) -> tuple[float, Interval]:
    """Return a quantity and its interval, which does not hold it with this probability.

    Parameters
    ----------
    of : str
    values : float64[R]
        The quantity of each replicate.
    rows : mapping of str to array
        ``network`` and ``replicate``, int64[R].
    error : float
    """
    if of == P_GLOBAL:
        p, found, _ = proportion(values > 0.5, rows["network"], 1 - error)
        return p, found
    mean, reach = float(values.mean()), mean_half(values, clustering(rows), 1 - error)
    return mean, (mean - reach, mean + reach)


@understood()
def looks(store: Store) -> dict[str, Look]:
    """Return how far each point is, by its hash, after the last round that is stored whole; none before the first."""
    rule = Stop.model_validate(store.manifest["scenario"]["stop"])
    plans = store.plans()
    missing = {chunk.plan for chunk in store.missing()}
    whole = [plan for k, plan in enumerate(plans) if not missing & {plan["name"] for plan in plans[:k + 1]}]
    if not whole:
        return {}
    error = (1 - rule.confidence) / len(ends(plans[0]["stop"], rule.max_replicates))
    share = store.manifest["scenario"]["summary"]["global_share"]
    hashes = sorted(point["hash"] for point in store.manifest["points"])
    found = {}
    last = {hash_: plan["stop"] for plan in whole for hash_ in plan.get("points", hashes)}
    outcome = "share" if rule.of == P_GLOBAL else rule.of
    for hash_, done in zip(hashes, store.by_point([outcome]), strict=True):
        stop = np.searchsorted(done["replicate"], last[hash_])
        rows = {name: values[:stop] for name, values in done.items()}
        value, (low, high) = interval(rule.of, of_replicates(rule.of, rows, share), rows, error)
        met = bool(round((high - low) / 2, 12) <= rule.half_width)  # whatever the last digit of a root
        found[hash_] = Look(last[hash_], value, (low, high), met, met or last[hash_] >= rule.max_replicates)
    return found


def go_on(study: Study, store: Store) -> bool:
    """Plan the next round, if all before it is stored and some points need it; return whether there is one."""
    rule = study.scenario.stop
    if rule is None or store.missing():
        return False
    needing = [hash_ for hash_, look in looks(store).items() if not look.done]
    if not needing:
        return False
    first = store.plans()[-1]["stop"]
    stop = min(2 * first, rule.max_replicates)
    extend(study, store, first, stop, needing if len(needing) < len(study.hashes) else None)
    return True
