"""Write networks to files that `simcore.network.read.read` reads back as they were."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from simcore.errors import NetworkError, Problem
from simcore.network import writers
from simcore.network.adapters import as_loaded
from simcore.network.files import shown
from simcore.network.formats import ENDINGS, FORMATS, of_name
from simcore.network.loaded import Loaded, labels_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from simcore.network.csr import Network

_TAKEN = {"gml": (), "json": (), "npz": (), "graphml": ()}  # names that mean something else: "node" in other formats
_OF_ARCS = ("source", "target", "weight", "key")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def _refused(loaded: Loaded, path: Path, nodes: Path | None) -> Iterator[str]:
    """Say what a file would lose or could not hold."""
    kind = of_name(path)
    if kind is None:
        yield f"networks are written to names that end in {ENDINGS}, text also with .gz behind"
        return
    format, known = FORMATS[kind], [*loaded.columns, *loaded.groups]
    labels = list(map(str, labels_of(loaded)))
    if nodes is not None and format.attributes:
        yield f"a file of format '{kind}' holds its nodes itself: leave 'nodes' out"
    isolated = 0 if format.isolated else loaded.report.isolated
    attributes = 0 if format.attributes else len(known)
    if nodes is None and (isolated or attributes):
        yield f"give 'nodes', a file for the {isolated} isolated nodes and {attributes} attributes"
    if loaded.network.weighted and not format.weights:
        yield f"a file of format '{kind}' has no weights"
    if loaded.arc_columns and not format.values:
        yield f"a file of format '{kind}' has no attributes of arcs"
    if len(labels) != loaded.network.n or len(set(labels)) < len(labels):
        yield (f"{loaded.network.n} nodes need as many different labels "
               f"(got {len(labels)}, {len(set(labels))} of them different)")
    for names, taken in ((known, _TAKEN.get(kind, ("node",))), (list(loaded.arc_columns), _OF_ARCS)):
        if len({*taken, *names}) < len(taken) + len(names):
            yield f"attributes need names of their own, other than {', '.join(map(repr, taken))}"
    texts = itertools.chain(labels, known, loaded.arc_columns, *loaded.groups.values())
    if (bad := next(filter(_UNWRITABLE.search, texts), None)) is not None:
        yield f"{shown(bad)} holds characters that are no text"
    if "" in labels or "" in known:
        yield "a label or the name of an attribute is empty"
    yield from writers.refused(kind, loaded, labels)


def write(network: Loaded | Network, path: str | os.PathLike[str], *,
          nodes: str | os.PathLike[str] | None = None, labels: Sequence[int | str] | None = None) -> None:
    """Write a network to a file, over whatever is there.

    An undirected tie is written once, to be read with ``direction="both"``; arcs of a directed network are to
    be read with ``direction="source-influences-target"``, weights with ``weight="weight"``, attributes of arcs by
    their names.

    Parameters
    ----------
    network : Loaded or Network
        What to write.
    path : path
        Its name tells the format, see `simcore.network.formats`; that of text may end in ``.gz``.
    nodes : path, optional
        CSV file for labels and attributes of all nodes, for formats that cannot hold them, or isolated nodes.
    labels : sequence of int or str, optional
        Label of every node, instead of those that it has. Readers number the nodes in the order of labels.

    Raises
    ------
    NetworkError
        If something would be lost, or the file cannot be written.
    """
    path, nodes = Path(path), None if nodes is None else Path(nodes)
    loaded = as_loaded(network)
    if labels is not None:
        loaded = replace(loaded, labels=list(map(str, labels)))
    if problems := [Problem(str(path), None, None, "", message) for message in _refused(loaded, path, nodes)]:
        raise NetworkError(problems)
    try:
        writers.write(str(of_name(path)), loaded, path)
        if nodes is not None:
            writers.write_nodes(loaded, nodes)
    except OSError as error:
        raise NetworkError.because(f"the file cannot be written: {error.strerror}",
                                   file=error.filename or path) from None
