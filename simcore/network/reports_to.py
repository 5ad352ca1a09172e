"""Organisations from files: who reports to whom, and the ties of accounts that the chart may not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simcore.errors import NetworkError
from simcore.network import files, text
from simcore.network.csr import Network, from_arcs
from simcore.network.labels import is_integer
from simcore.network.loaded import labels_of
from simcore.network.read import read

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from simcore.network.labels import Labels

_MAX_BYTES = 2**30
_SHOWN = 5


class Staff(NamedTuple):
    """Who there is, ascending, and the number of who is above each, -1 above the chief."""

    labels: Labels
    manager: NDArray[np.int64]


class Ties(NamedTuple):
    """Ties between those of a chart, and what of the file was dropped."""

    network: Network
    strangers: int  # accounts outside the chart
    lost: int  # ties that lead to them


def read_staff(path: Path, source: str = "source", target: str = "target") -> Staff:
    """Read a reports-to list.

    Parameters
    ----------
    path : Path
        A table: in each row somebody, and who is above. The chief is above themselves, or has no row.
    source, target : str
        Its columns.

    Raises
    ------
    NetworkError
        If somebody has two chiefs, a manager is not in the list, there is a cycle or not one chief; all of them, with
        their places.
    """
    problems = files.Problems()
    table = text.Table(path, problems, _MAX_BYTES)
    below, above = table.columns([source, target])
    chief_of: dict[str, tuple[str, int]] = {}
    for row in (row for block in table.blocks() for row in table.rows(block)):
        who, manager = row.cells[below], row.cells[above]
        if not who or not manager:
            table.wrong(row, above if who else below, "the label is missing")
        elif chief_of.setdefault(who, (manager, row.line))[0] != manager:
            table.wrong(row, above, f"{files.shown(who)} has two chiefs: {files.shown(chief_of[who][0])}, see line "
                                    f"{chief_of[who][1]}, and this one (got {files.shown(manager)})")
    if not problems.all():
        _refuse(path, chief_of, problems)
    problems.check()
    people = {*chief_of, *(manager for manager, _ in chief_of.values())}
    whole = all(map(is_integer, people))
    names = sorted(people, key=int if whole else None)
    number = {name: k for k, name in enumerate(names)}
    manager_of = [chief_of[name][0] if name in chief_of else name for name in names]
    above_all = np.array([-1 if above == name else number[above]
                          for name, above in zip(names, manager_of, strict=True)], np.int64)
    return Staff(np.array(names, np.int64) if whole else names, above_all)


def _refuse(path: Path, chief_of: dict[str, tuple[str, int]], problems: files.Problems) -> None:
    """Note why rows make no tree."""
    if not chief_of:
        problems.add(path, "nobody stands in this list: in each row belongs somebody, and who is above")
    themselves = [who for who, (manager, _) in chief_of.items() if who == manager]
    unlisted = {manager: line for manager, line in reversed([*chief_of.values()]) if manager not in chief_of}
    for who in themselves[1:]:
        problems.add(path, f"an organisation has one chief, and {files.shown(themselves[0])} is (got "
                           f"{files.shown(who)}, who is above themselves too)", chief_of[who][1])
    for manager, line in sorted(unlisted.items(), key=lambda item: item[1]) if themselves or len(unlisted) > 1 else ():
        why = (f"the chief is {files.shown(themselves[0])}" if themselves else
               "only one, the chief, can be left out of it")
        problems.add(path, f"manager {files.shown(manager)} is not in the list, and {why}", line)
    done: set[str] = set()
    for who in chief_of:
        walked, at = list[str](), who
        while at in chief_of and at not in done and chief_of[at][0] != at:
            if at in walked:
                round_ = walked[walked.index(at):]
                more = ["..."] * (len(round_) > _SHOWN)
                problems.add(path, f"a cycle: {' -> '.join([*round_[:_SHOWN], *more, at])}; nobody is above "
                                   "themselves but the chief", chief_of[at][1])
                break
            walked.append(at)
            at = chief_of[at][0]
        done.update(walked)


def read_ties(path: Path, staff: Staff, source: str = "source", target: str = "target") -> Ties:
    """Read who is in touch with whom, of those in a chart: any format of networks, ties going both ways.

    Raises
    ------
    NetworkError
        If the file is not such a network, or shares no label with the chart.
    """
    loaded = read(path, direction="both", source=source, target=target)
    number = {str(label): k for k, label in enumerate(staff.labels)}
    of = np.array([number.get(str(label), -1) for label in labels_of(loaded)], np.int64)
    if not (of >= 0).any():
        raise NetworkError.because("no account of this network is in the chart", file=path)
    tails = np.repeat(of, loaded.network.out_degree)
    heads = of[loaded.network.out_idx]
    once = np.repeat(np.arange(of.size), loaded.network.out_degree) < loaded.network.out_idx
    inside = (tails >= 0) & (heads >= 0)
    kept = once & inside
    network, _, _ = from_arcs(len(staff.labels), tails[kept], heads[kept], undirected=True)
    return Ties(network, int((of < 0).sum()), int((once & ~inside).sum()))
