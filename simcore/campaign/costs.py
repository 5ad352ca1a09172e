"""What a seed costs: one each, by the number of those it influences, or as a column of the nodes has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from simcore import seeding
from simcore.errors import UsageError, did_you_mean
from simcore.network.loaded import labels_of
from simcore.seeding import Price

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.loaded import Loaded

UNIT = "unit"
_NUMBER = r"(\d+\.?\d*(?:e-?\d+)?|\.\d+)"
_PER_CONTACT = re.compile(rf"{_NUMBER}\s*\+\s*{_NUMBER}?\s*\*?\s*k")


def worded(cost: str) -> str:
    """Return what a seed costs in words.

    Parameters
    ----------
    cost : str
        As `costs` takes it.

    Returns
    -------
    str
    """
    if cost == UNIT:
        return "1 each"
    return f"{cost}, k being its contacts" if _PER_CONTACT.fullmatch(cost.strip()) else f"its '{cost}'"


def costs(loaded: Loaded, cost: str) -> NDArray[np.float64]:
    """Return what each node costs as a seed, float64[n].

    Parameters
    ----------
    loaded : Loaded
    cost : str
        "unit"; ``"10+0.5k"``, an acquisition cost and a cost for each of the k that a node influences (Bakshy, Hofman,
        Mason & Watts 2011, doi:10.1145/1935826.1935845); or a column of the nodes.

    Raises
    ------
    UsageError
        If it is none of these, or a node costs nothing.
    """
    if cost == UNIT:
        price = Price()
    elif found := _PER_CONTACT.fullmatch(cost.strip()):
        price = Price(float(found[1]), float(found[2] or 1))
    elif cost in loaded.columns:
        price = Price(attribute=cost)
    else:
        known = sorted(loaded.columns)
        raise UsageError(f"cost: must be 'unit', acquisition + cost per contact as in '10+0.5k', or a column of "
                         f"numbers of the nodes, of which there are {', '.join(known) or 'none'} (got '{cost}')"
                         f"{did_you_mean(cost, [UNIT, *known])}")
    each = seeding.costs(loaded, price)
    wrong = np.flatnonzero(~((each > 0.0) & np.isfinite(each)))
    if wrong.size:
        raise UsageError(f"cost: every node must cost more than 0, and {wrong.size} do not: node "
                         f"{labels_of(loaded)[int(wrong[0])]} costs {each[wrong[0]]:g}")
    return each
