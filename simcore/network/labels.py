"""The labels of nodes and the nodes that they stand for, and attributes of nodes.

Nodes are numbered in the order of their labels: numerically if all are integers (of at most 18 digits), else
as text. So neither the order of rows nor the format of a file can change a result.
"""

from __future__ import annotations

import functools
import math
import numbers
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from simcore._jit import kernel
from simcore.network.names import Names
from simcore.network.plain_rows import integers
from simcore.network.words import Coded, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

_AT_ONCE = 2**16
Labels: TypeAlias = "NDArray[np.int64] | Sequence[str]"
Columns: TypeAlias = "dict[str, NDArray[np.float64]]"
Groups = dict[str, list[str]]

_INTEGER = re.compile(r"(?a:0|-?[1-9]\d{0,17})")  # as str() writes it, so that a label and its number are one


Part: TypeAlias = "NDArray[np.integer] | Coded"


def coded(texts: Sequence[str]) -> Coded:
    """Return texts as labels."""
    places = {text: k for k, text in enumerate(dict.fromkeys(texts))}
    return Coded(Names.of(list(places)), np.fromiter(map(places.__getitem__, texts), np.int64, len(texts)))


def narrow(integers: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return integers in 32 bits, if they fit."""
    fits = integers.min(initial=0) >= -(2**31) and integers.max(initial=0) < 2**31
    return integers.astype(np.int32) if fits else integers


def as_numpy(array: Any) -> NDArray[Any]:
    """Return an array of pyarrow without nulls as one of numpy; its own ``to_numpy`` imports pandas."""
    return np.from_dlpack(array)


def is_integer(text: str) -> bool:
    """Tell whether a label is an integer."""
    return _INTEGER.fullmatch(text) is not None


def _lists(parts: Sequence[Part]) -> dict[int, Names]:
    """Return the lists of texts that labels are taken from; parts may share one."""
    return {id(part.texts): part.texts for part in parts if isinstance(part, Coded)}


def numbered(parts: list[Part]) -> tuple[NDArray[np.int64] | Names, NDArray[np.uint32]]:
    """Give each node the place of its label among all labels.

    Parameters
    ----------
    parts : list of integer array or Coded
        Labels in any order, any number of times; each text stands for a node. The list is used up.

    Returns
    -------
    tuple of labels and uint32 array
        The different labels, ascending; the node of each label of all parts in turn.
    """
    lists = _lists(parts)
    labels: NDArray[np.int64] | Names
    whole = {key: values for key, texts in lists.items() if (values := integers(texts.encoded)) is not None}
    if len(whole) == len(lists):
        labels, place = _ranked([*whole.values(), *(part for part in parts if not isinstance(part, Coded))])
        nodes = {key: place(values) for key, values in whole.items()}
    else:
        different = np.unique(np.concatenate([np.empty(0, np.int64),
                                              *(np.unique(part) for part in parts if not isinstance(part, Coded))]))
        labels, (of_integers, *of_texts) = _as_texts([Names.of(list(map(str, different.tolist()))), *lists.values()])
        nodes = dict(zip(lists, of_texts, strict=True))

        def place(part: NDArray[np.integer]) -> NDArray[np.uint32]:
            return of_integers[np.searchsorted(different, part)]

    out, end = np.empty(sum(size(part) for part in parts), np.uint32), 0
    places = [(id(part.texts), part.places) if isinstance(part, Coded) else (None, part) for part in reversed(parts)]
    lists.clear()  # of texts in the order of the file, from here on needed no more
    parts.clear()
    while places:
        key, part = places.pop()
        for k in range(0, len(part), _AT_ONCE):
            piece = part[k : k + _AT_ONCE]
            begin, end = end, end + len(piece)
            out[begin:end] = place(piece) if key is None else nodes[key][piece]
    return labels, out


def _as_texts(lists: Sequence[Names]) -> tuple[Names, list[NDArray[np.uint32]]]:
    """Return the different texts of some lists, ascending, and the places of those in each list."""
    longest, words = max(lists, key=len), Words()
    alone = len(longest) == sum(map(len, lists))
    places = [slice(len(texts)) if alone else words.coded(texts.encoded).places for texts in lists]
    every = longest if alone else words.texts
    order = every.order()
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return every.taken(order), [rank[of_list] for of_list in places]


def size(part: Part) -> int:
    """Return how many labels there are."""
    return part.places.size if isinstance(part, Coded) else len(part)


@kernel
def _mark(labels, low, seen):
    for label in labels:
        seen[np.uint64(np.int64(label) - low)] = 1


@kernel
def _rank(seen, low, labels):
    """Turn marks into ranks, and list what is marked; return how many are."""
    rank = np.uint64(0)
    for k in range(np.uint64(seen.size)):
        labels[rank] = np.int64(k) + low
        marked = np.uint64(seen[k])
        seen[k] = rank
        rank += marked
    return np.int64(rank)


@kernel
def _look_up(labels, low, place, out):
    for k in range(labels.size):
        out[k] = place[np.uint64(np.int64(labels[k]) - low)]


def _looked_up(low: int, place: NDArray[np.uint32], labels: NDArray[np.integer]) -> NDArray[np.uint32]:
    out = np.empty(labels.size, np.uint32)
    _look_up(_in_order(labels), low, place, out)
    return out


def _in_order(labels: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return labels as kernels take them, in either of two types."""
    return np.ascontiguousarray(labels, np.int32 if labels.dtype == np.int32 else np.int64)


def _ranked(parts: Sequence[NDArray[np.integer]]) -> tuple[NDArray[np.int64], Callable[[NDArray[np.integer]], Any]]:
    """Return the different numbers, ascending, and a function that gives the places of some."""
    parts = [part for part in parts if part.size]
    low = min((int(part.min()) for part in parts), default=0)
    high = max((int(part.max()) for part in parts), default=0)
    if high - low <= sum(part.size for part in parts):  # a table of all of them costs less than sorting
        place, labels = np.zeros(high - low + 1, np.uint32), np.empty(high - low + 1, np.int64)
        for part in parts:
            _mark(_in_order(part), low, place)
        labels.resize(_rank(place, low, labels), refcheck=False)
        return labels, functools.partial(_looked_up, low, place)
    labels = np.unique(np.concatenate([np.unique(part) for part in parts]))
    return labels, lambda part: np.searchsorted(labels, part)


def number(text: str) -> float | None:
    """Return the number that a text stands for, or nothing."""
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None


def attributes(texts: Mapping[str, Sequence[str]]) -> tuple[Columns, Groups]:
    """Tell attributes that are numbers from those that are text; an empty text is a missing number."""
    columns: Columns = {}
    groups: Groups = {}
    for name, cells in texts.items():
        values = [number(cell or "nan") for cell in cells]
        if None in values or not any(cells):
            groups[name] = list(cells)
        else:
            columns[name] = np.array(values, np.float64)
    return columns, groups


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer of more than 308 digits
        return math.copysign(math.inf, value)


def typed_attributes(columns: Mapping[Any, Sequence[Any]]) -> tuple[Columns, Groups]:
    """Return attributes that are numbers, and those that are text; of any other kind they cannot be kept.

    True and False count as 1 and 0; None is missing.
    """
    of_numbers: Columns = {}
    texts: Groups = {}
    for name, values in columns.items():
        given = [value for value in values if value is not None]
        if all(isinstance(value, numbers.Real) for value in given):
            of_numbers[str(name)] = np.array([math.nan if value is None else _float(value) for value in values])
        elif all(isinstance(value, str | numbers.Real) for value in given):
            texts[str(name)] = ["" if value is None else str(value) for value in values]
    more, groups = attributes(texts)
    return of_numbers | more, groups
