"""The numbers that stand beside arcs: weights, times, attributes, and what each of them must be."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from simcore.network.files import shown
from simcore.network.labels import as_numpy, number
from simcore.network.plain_rows import Texts, decimals

if TYPE_CHECKING:
    from numpy.typing import NDArray

Role = Literal["weight", "element", "time", "date", "attribute"]

_RULES = {"weight": "a weight is a number above 0 and below 2^62",
          "element": "an element of a matrix is a finite number",
          "time": "a time is a number, as its window is",
          "date": "a time is a date, as in 2026-12-31 or 2026-12-31 23:59:59, as its window is",
          "attribute": "an attribute of an arc is a finite number"}
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def moment(text: str) -> float | None:
    """Return the microseconds from 1970 to a date, or nothing; what has no time zone is in UTC."""
    try:
        date = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return ((date if date.tzinfo else date.replace(tzinfo=datetime.UTC)) - _EPOCH) / datetime.timedelta(microseconds=1)


def quantity(role: Role, value: object) -> float:
    """Return the number that a value stands for, NaN if it is not what it must be."""
    found: float | None = None
    if isinstance(value, str):
        found = moment(value) if role == "date" else number(value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and role != "date":
        found = float(value) if abs(value) < 2**1000 else None
    return found if found is not None and sound(role, np.array([found]))[0] else math.nan


def quantities(role: Role, texts: Texts) -> NDArray[np.float64] | None:
    """Return the numbers that texts stand for; nothing if any needs a closer look."""
    values = None if role == "date" else decimals(texts)
    if values is None:
        values = _cast(role, texts)
    return values if values is not None and sound(role, values).all() else None


def _cast(role: Role, texts: Texts) -> NDArray[np.float64] | None:
    """Return dates, or numbers that are no plain decimals; nothing if any needs a closer look."""
    import pyarrow as pa

    column = pa.StringArray.from_buffers(texts.size, pa.py_buffer(texts.ends), pa.py_buffer(texts.data))
    try:
        if role == "date":
            return as_numpy(column.cast(pa.timestamp("us")).cast(pa.int64())).astype(np.float64)
        return as_numpy(column.cast(pa.float64()))
    except pa.ArrowInvalid:
        return None


def sound(role: Role, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which numbers are what they must be."""
    return (values > 0) & (values < 2.0**62) if role == "weight" else np.isfinite(values)


def refused(role: Role, value: object) -> str:
    """Say what a value must be."""
    return f"{_RULES[role]} (got {shown(value)})"
