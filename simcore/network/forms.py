"""Runs of records of one form, as programs write them: alike but for what stands in their gaps.

A reader goes through records one by one, learns the form of the last of them, and takes those that follow at once
as long as they have it. A form takes a record only where the reader would read the same.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore._jit import inline, kernel
from simcore.network.plain_rows import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TEXT, NUMBER, WHOLE = range(3)  # what may stand in a gap: text without escapes, a plain decimal, a plain integer
_BLANK, _QUOTE, _AND, _LESS, _BACKSLASH, _MINUS, _POINT, _ZERO, _NINE, _DELETE = b' "&<\\-.09\x7f'
_DIGITS = 18  # before and behind the point; a number of more needs a closer look


class Gap(NamedTuple):
    """What differs between records: its name, where it stands in a record, and what it may be."""

    name: str
    begin: int
    end: int
    kind: int


class Form(NamedTuple):
    """What records share.

    Attributes
    ----------
    fixed : uint8[...]
        The text around the gaps.
    bounds : int64[gaps + 2]
        Where in ``fixed`` the text before each gap begins, and that behind the last, and the end.
    kinds, slots : int64[gaps]
        What may stand in each gap, and the column that it goes to, or -1.
    filled : int
        How many of the first columns are never empty.
    lines : int
        How many lines a record is long.
    """

    fixed: NDArray[np.uint8]
    bounds: NDArray[np.int64]
    kinds: NDArray[np.int64]
    slots: NDArray[np.int64]
    filled: int
    lines: int


def form(record: str, gaps: Sequence[Gap], names: Sequence[str], filled: int) -> Form | None:
    """Return the form of a record.

    Parameters
    ----------
    record : str
        From where the last one ends to where it ends itself.
    gaps : sequence of Gap
        In the order in which they stand.
    names : sequence of str
        Of the gaps that become columns, in the order of these.
    filled : int
        How many of these are never empty.

    Returns
    -------
    Form, or None
        Nothing if one of the names is missing, or any stands twice.
    """
    known = [gap.name for gap in gaps]
    if not set(names) <= set(known) or len(set(known)) < len(known):
        return None
    edges = itertools.chain([0], *(gap[1:3] for gap in gaps), [len(record)])
    fixed = [record[begin:end].encode() for begin, end in zip(edges, edges, strict=True)]
    return Form(np.frombuffer(b"".join(fixed), np.uint8), np.cumsum([0, *map(len, fixed)]),
                np.array([gap.kind for gap in gaps]),
                np.array([names.index(name) if name in names else -1 for name in known]), filled,
                sum(text.count(b"\n") for text in fixed))


class Run(NamedTuple):
    """Records of one form.

    Attributes
    ----------
    columns : list of Texts
        What stands in the gaps that have a slot.
    ends : int64[records + 1]
        Where the first record begins, and where all end.
    """

    columns: list[Texts]
    ends: NDArray[np.int64]


def run(text: bytes, form: Form) -> Run:
    """Return the records of this form with which a text begins."""
    number, most = int(form.slots.max()) + 1, len(text) // form.fixed.size + 1
    data, places = np.empty((number, len(text)), np.uint8), np.zeros((number, most + 1), np.int32)
    ends = np.zeros(most + 1, np.int64)
    records = _take(np.frombuffer(text + b"\0", np.uint8), form.fixed, form.bounds, form.kinds, form.slots,
                    form.filled, data, places, ends)
    return Run([Texts(data[k], places[k, : records + 1]) for k in range(number)], ends[: records + 1])


@inline
def _after_text(text, i):
    """Return where text ends that has no escapes."""
    while (text[i] >= _BLANK and text[i] != _QUOTE and text[i] != _AND and text[i] != _LESS and text[i] != _BACKSLASH
           and text[i] != _DELETE):
        i += 1
    return i


@inline
def _after_number(text, begin, whole):
    """Return where a number ends, or -1 if it needs a closer look."""
    first = begin + int(text[begin] == _MINUS)
    i = first
    while _ZERO <= text[i] <= _NINE:
        i += 1
    padded = text[first] == _ZERO and (i > first + 1 or (whole and first > begin))
    if i == first or i > first + _DIGITS or padded:
        return -1
    if whole or text[i] != _POINT:
        return i
    point = i
    i += 1
    while _ZERO <= text[i] <= _NINE:
        i += 1
    return i if point + 1 < i <= point + 1 + 2 * _DIGITS else -1


@kernel
def _take(text, fixed, bounds, kinds, slots, filled, data, places, ends):
    """Copy what stands in the gaps of records; return how many there are.

    The last byte is neither part of a record nor of what stands in a gap, so that everything ends there.
    """
    records = i = 0
    while True:
        for gap in range(kinds.size + 1):
            for b in range(bounds[gap], bounds[gap + 1]):
                if text[i] != fixed[b]:
                    return records
                i += 1
            if gap < kinds.size:
                end = _after_text(text, i) if kinds[gap] == TEXT else _after_number(text, i, kinds[gap] == WHOLE)
                slot = slots[gap]
                if end < 0 or (end == i and 0 <= slot < filled):
                    return records
                if slot >= 0:
                    place = places[slot, records]
                    for a in range(i, end):
                        data[slot, place + a - i] = text[a]
                    places[slot, records + 1] = place + end - i
                i = end
        records += 1
        ends[records] = i
