"""Programmes: people whose seats are held for a while, and parameters that change from a period on."""

from __future__ import annotations

from typing import Any, NamedTuple

NEVER = 2**24  # later than any period


class Seats(NamedTuple):
    """People are held from period ``begin`` until before ``end``; each costs ``cost * ratio**height`` a period."""

    begin: int
    end: int = NEVER
    cost: float = 1.0
    ratio: float = 2.0


class Change(NamedTuple):
    """A parameter has another value from a period on."""

    begin: int
    parameter: str
    value: Any


class Programmes(NamedTuple):
    """All that is done.

    Attributes
    ----------
    seats : tuple of Seats
        Who is held is part of the seeds: see `simcore.seeding.Seeds`.
    changes : tuple of Change
    ended : int
        The last period of the last programme that ends; -1 without one.
    """

    seats: tuple[Seats, ...] = ()
    changes: tuple[Change, ...] = ()
    ended: int = -1
