"""Write networks to files that `simcore.network.read.read` reads back as they were."""

from __future__ import annotations

import gzip
import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simcore.errors import NetworkError, Problem
from simcore.network.loaded import Loaded, reported
from simcore.network.text import shown

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from simcore.network.csr import Network

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_QUOTED = re.compile(r"[,;\"]|^\s|\s$")


def arcs(network: Network) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.float64] | None]:
    """Return source, target and weight of the arcs; of an undirected tie, only the arc to the higher node."""
    source = np.repeat(np.arange(network.n, dtype=np.uint32), network.out_degree)
    weight = network.out_weight / network.scale if network.weighted else None
    if not network.symmetric:
        return source, network.out_idx, weight
    once = source < network.out_idx
    return source[once], network.out_idx[once], None if weight is None else weight[once]


def labels_of(loaded: Loaded) -> Sequence[int | str]:
    """Return the label of every node; its number where it has none."""
    labels = loaded.labels
    if labels is None:
        return range(loaded.network.n)
    return labels if isinstance(labels, list) else labels.tolist()


def _cell(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _write_table(path: Path, columns: Mapping[str, Iterable[str]]) -> None:
    lines = [",".join(map(_cell, columns)), *map(",".join, zip(*columns.values(), strict=True)), ""]
    content = "\n".join(lines).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def _write_csv(loaded: Loaded, path: Path, nodes: Path | None) -> None:
    cells = [_cell(label) for label in labels_of(loaded)]
    source, target, weight = arcs(loaded.network)
    columns = {"source": [cells[i] for i in source.tolist()], "target": [cells[i] for i in target.tolist()]}
    if weight is not None:
        columns["weight"] = list(map(repr, weight.tolist()))
    _write_table(path, columns)
    if nodes is not None:
        _write_table(nodes, {"node": cells}
                     | {name: map(repr, values.tolist()) for name, values in loaded.columns.items()}
                     | {name: map(_cell, texts) for name, texts in loaded.groups.items()})


def _write_npz(loaded: Loaded, path: Path) -> None:
    source, target, weight = arcs(loaded.network)
    arrays: dict[str, NDArray[np.generic]] = {"n": np.array(loaded.network.n)}
    arrays |= {"source": source, "target": target}
    if weight is not None:
        arrays["weight"] = weight
    if loaded.labels is not None:
        arrays["labels"] = np.array(loaded.labels)
    arrays |= {f"columns/{name}": values for name, values in loaded.columns.items()}
    arrays |= {f"groups/{name}": np.array(texts, np.str_) for name, texts in loaded.groups.items()}
    with path.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def _refused(loaded: Loaded, path: Path, nodes: Path | None) -> Iterator[str]:
    """Say what a file would lose or could not hold."""
    labels, attributes = list(map(str, labels_of(loaded))), [*loaded.columns, *loaded.groups]
    if not path.name.endswith((".csv", ".csv.gz", ".npz")):
        yield "networks are written to .csv, .csv.gz or .npz"
    elif path.suffix == ".npz":
        if nodes is not None:
            yield "a numpy archive holds its nodes itself: leave 'nodes' out"
    elif nodes is None and (loaded.report.isolated or attributes):
        yield (f"give 'nodes', a file for the {loaded.report.isolated} isolated nodes and "
               f"{len(attributes)} attributes")
    if len(labels) != loaded.network.n or len(set(labels)) < len(labels):
        yield (f"{loaded.network.n} nodes need as many different labels "
               f"(got {len(labels)}, {len(set(labels))} of them different)")
    if len({"node", *attributes}) <= len(attributes):
        yield "attributes need names of their own, other than 'node'"
    texts = itertools.chain(labels, attributes, *loaded.groups.values())
    if (bad := next(filter(_UNWRITABLE.search, texts), None)) is not None:
        yield f"{shown(bad)} holds characters that are no text"
    if "" in labels or "" in attributes:
        yield "a label or the name of an attribute is empty"


def write(network: Loaded | Network, path: str | os.PathLike[str], *,
          nodes: str | os.PathLike[str] | None = None, labels: Sequence[int | str] | None = None) -> None:
    """Write a network to a file, over whatever is there.

    An undirected tie is written once, to be read with ``direction="both"``; arcs of a directed network are to
    be read with ``direction="source-influences-target"``, weights with ``weight="weight"``.

    Parameters
    ----------
    network : Loaded or Network
        What to write.
    path : path
        Its name ends in ``.csv``, ``.csv.gz`` or ``.npz``.
    nodes : path, optional
        CSV file for labels and attributes of all nodes. A CSV file cannot hold isolated nodes and attributes
        itself, a numpy archive can.
    labels : sequence of int or str, optional
        Label of every node, instead of those that it has. Readers number the nodes in the order of labels.

    Raises
    ------
    NetworkError
        If something would be lost, or the file cannot be written.
    """
    path, nodes = Path(path), None if nodes is None else Path(nodes)
    loaded = network if isinstance(network, Loaded) else reported(network)
    if labels is not None:
        loaded = replace(loaded, labels=list(map(str, labels)))
    if problems := [Problem(str(path), None, None, "", message) for message in _refused(loaded, path, nodes)]:
        raise NetworkError(problems)
    try:
        if path.suffix == ".npz":
            _write_npz(loaded, path)
        else:
            _write_csv(loaded, path, nodes)
    except OSError as error:
        raise NetworkError.because(f"the file cannot be written: {error.strerror}",
                                   file=error.filename or path) from None
