"""Networks as tables of text: CSV with a header, and lists of edges as SNAP keeps them."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.errors import NetworkError
from simcore.network.file_rows import Rows, placed
from simcore.network.growing import Ends, Numbers
from simcore.network.labels import Part, coded, is_integer, size
from simcore.network.text import Table
from simcore.network.values import quantities, quantity, refused
from simcore.network.words import Coded, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.network.file_rows import Notes
    from simcore.network.files import Problems
    from simcore.network.formats import Request
    from simcore.network.text import Block, Row
    from simcore.network.values import Role


class Places(NamedTuple):
    """Where in a row its ends stand, and its numbers, by the names of their columns."""

    source: int
    target: int
    values: Mapping[str, tuple[int, Role]]


class Arcs(NamedTuple):
    """The ends and numbers of rows."""

    sources: list[Part]
    targets: list[Part]
    values: dict[str, NDArray[np.float64]]


def _opened(asked: Request, problems: Problems) -> tuple[Table, Places]:
    """Return a table and where its columns are."""
    table = Table(asked.path, problems, asked.max_bytes, spaced=asked.kind == "edges")
    wanted = [asked.source, asked.target, *asked.roles]
    if table.header:
        source, target, *others = table.columns(wanted)
    elif table.names and table.width < len(wanted):
        raise NetworkError.because(f"{len(wanted)} cells are expected: "
                                   f"{', '.join(('source', 'target', 'weight')[: len(wanted)])} "
                                   f"(got {table.width})", file=table.path, line=table.line, column=1)
    else:
        source, target, *others = range(len(wanted))
    values = {name: (place, role) for (name, role), place in zip(asked.roles.items(), others, strict=True)}
    return table, Places(source, target, values)


def read_arcs(table: Table, places: Places) -> Arcs:
    """Read the rows of a table, block by block, and note what is wrong with them."""
    sources, targets, words = Ends(), Ends(), Words()
    values = {name: Numbers() for name in places.values}
    for block in table.blocks():
        source, target, *numbers = (_of_numbers(table, block, places) or _of_words(table, block, places, words)
                                    or _of_rows(table, block, places))
        if size(source):
            sources.add(source)
            targets.add(target)
            for column, part in zip(values.values(), numbers, strict=True):
                column.add(part)
    return Arcs(sources.all(), targets.all(), {name: column.all() for name, column in values.items()})


def _of_numbers(table: Table, block: Block, places: Places) -> Sequence[Any] | None:
    """Return the ends of a block of plain numbers, and their weights if those are all there is."""
    others = list(places.values.values())
    if others and ([role for _, role in others] not in (["weight"], ["element"])):
        return None
    found = table.numbers(block, places.source, places.target, others[0][0] if others else None)
    return None if found is None else found[: 2 + len(others)]


def _of_words(table: Table, block: Block, places: Places, words: Words) -> Sequence[Any] | None:
    """Return the ends of a block of plain cells, and their numbers."""
    found = table.chosen(block, [places.source, places.target, *(place for place, _ in places.values.values())])
    if found is None or found.blank[0] or found.blank[1]:
        return None
    source, target, *texts = found.columns
    numbers = [quantities(role, part) for (_, role), part in zip(places.values.values(), texts, strict=True)]
    if any(part is None for part in numbers):
        return None
    return [words.coded(source), words.coded(target), *numbers]


def _of_rows(table: Table, block: Block, places: Places) -> Sequence[Any]:
    """Return the ends of a block of any cells, and their numbers."""
    rows = [found for row in table.rows(block) if (found := _sound(table, row, places))]
    source, target, *numbers = zip(*rows, strict=True) if rows else [()] * (2 + len(places.values))
    return [coded(source), coded(target), *(np.array(part, np.float64) for part in numbers)]


def _sound(table: Table, row: Row, places: Places) -> list[Any] | None:
    """Return the ends and numbers of a row, or nothing after noting what is wrong with them."""
    ends = [row.cells[places.source], row.cells[places.target]]
    numbers = [quantity(role, row.cells[place]) for place, role in places.values.values()]
    if all(ends) and not any(map(math.isnan, numbers)):
        return ends + numbers
    for place in (places.source, places.target):
        if not row.cells[place]:
            table.wrong(row, place, "the label is missing")
    for (place, role), value in zip(places.values.values(), numbers, strict=True):
        if math.isnan(value):
            table.wrong(row, place, refused(role, row.cells[place]))
    return None


def noting(table: Table, places: Places, notes: Notes) -> None:
    """Note problems of rows where they stand."""
    columns = [places.source, places.target, *(place for place, _ in places.values.values())]
    rows = (row for block in table.blocks() for row in table.rows(block))
    for row, column, message in placed(rows, notes):
        table.wrong(row, columns[column], message)


def _has_header(arcs: Arcs) -> bool:
    """Tell whether the first row of a list of edges is the only one whose labels are no integers."""
    (source, *sources), (target, *targets) = arcs.sources, arcs.targets
    if not isinstance(source, Coded) or not isinstance(target, Coded):
        return False
    rest = [source._replace(places=source.places[1:]), *sources, target._replace(places=target.places[1:]), *targets]
    words = (part.texts[k] for part in rest if isinstance(part, Coded) for k in _different(part))
    return (len(rest) > 2 or source.places.size > 1) and all(map(is_integer, words)) and not any(
        is_integer(end.texts[end.places[0]]) for end in (source, target))


def _different(part: Coded) -> NDArray[np.intp]:
    """Return the places of the texts that stand among labels."""
    there = np.zeros(len(part.texts), np.bool_)
    there[part.places] = True
    return np.flatnonzero(there)


def read(asked: Request, problems: Problems) -> Rows:
    """Read the rows of a table."""
    table, places = _opened(asked, problems)
    arcs = read_arcs(table, places)
    if not table.header and asked.nodes is None and arcs.sources and _has_header(arcs):
        problems.add(asked.path, "the labels of all other lines are integers: a header must begin with #",
                     table.line, 1)
    return Rows(arcs.sources, arcs.targets, arcs.values, functools.partial(noting, table, places))


def peek(asked: Request, problems: Problems) -> None:
    """Look at the header of a table."""
    _opened(asked, problems)
