"""Points beside their twins, at which nothing was done under the same luck: effects are paired differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

COMMITTED = 0.5  # mean commitment from which an organisation counts as tipped
_LESS = ("customers", "customer_periods", "revenue", "cost", "npv")
COMPARED = ("mean", "at_until", "at_after", *_LESS)  # outcomes


def paired(rows: Mapping[str, NDArray[Any]], twin: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float64]]:
    """Return what each replicate of a point came to against the same replicate of its twin.

    Parameters
    ----------
    rows, twin : mapping of str to array
        The outcomes kept, by replicate in ascending order; only replicates that both have are compared.

    Returns
    -------
    dict of float64[R]
        ``gain`` of mean commitment at the end, ``tipped`` (to half or more, the twin not), ``gain_at_until`` and
        ``gain_at_after`` at the end of the programmes and a while later, ``kept`` (the latter as a share of the
        former, NaN where there was no gain), and ``customers, customer_periods, revenue, cost, npv`` less the twin's;
        besides ``network`` and ``replicate``; whatever outcomes are kept for.
    """
    _, mine, other = np.intersect1d(rows["replicate"], twin["replicate"], return_indices=True)
    out = {name: rows[name][mine] for name in ("network", "replicate")}

    def less(name: str) -> NDArray[np.float64]:
        return np.asarray(rows[name][mine].astype(np.float64) - twin[name][other])

    if "mean" in rows:
        out["gain"] = less("mean")
        out["tipped"] = ((rows["mean"][mine] >= COMMITTED) & (twin["mean"][other] < COMMITTED)) * 1.0
    if {"at_until", "at_after"} <= rows.keys():
        out["gain_at_until"], out["gain_at_after"] = less("at_until"), less("at_after")
        gained = out["gain_at_until"] > 0.0
        out["kept"] = np.where(gained, out["gain_at_after"] / np.where(gained, out["gain_at_until"], 1.0), np.nan)
    return out | {name: less(name) for name in _LESS if name in rows}


def unit_costs(against: Mapping[str, NDArray[np.float64]]) -> dict[str, float | None]:
    """Return what is spent beyond the twin on each point of commitment kept, and on each customer more than it has.

    A point is a hundredth of mean commitment. None where nothing was kept, or nobody.
    """
    if "cost" not in against or not against["cost"].size:
        return {}
    cost = float(against["cost"].mean())
    out: dict[str, float | None] = {}
    for name, of, scale in (("cost_per_point", "gain_at_after", 100.0), ("cost_per_customer", "customers", 1.0)):
        if of in against:
            got = float(np.mean(against[of])) * scale if against[of].size else 0.0
            out[name] = cost / got if got > 0.0 else None
    return out
