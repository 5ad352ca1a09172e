"""The formats that networks are written to, one function each."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simcore.network import gml, node_link
from simcore.network.adapters import to_networkx
from simcore.network.loaded import labels_of, rows_of
from simcore.network.records import set_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from simcore.network.loaded import Loaded

_QUOTED = re.compile(r"[,;\"]|^\s|\s$")
_GML_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)


def refused(kind: str, loaded: Loaded, labels: Sequence[str]) -> Iterator[str]:
    """Say what a format could not hold that others can."""
    bad = {"edges": r"\s|^[#%]", "adjacency": r"\s|^[#%]", "pajek": '"'}.get(kind)
    if bad and (label := next(filter(re.compile(bad).search, labels), None)) is not None:
        yield f"a file of format '{kind}' cannot hold the label {label!r}"
    if kind == "matrix-market" and loaded.labels is not None and labels != [str(k + 1) for k in range(len(labels))]:
        yield "a matrix has no labels but 1 to n: write the network alone, without its labels"
    if kind == "gml":
        for name in [*loaded.columns, *loaded.groups, *loaded.arc_columns]:
            if not _GML_NAME.fullmatch(name):
                yield f"a name in GML begins with a letter, and letters, digits and _ follow (got {name!r})"
    if kind == "json":
        for name, values in (loaded.columns | loaded.arc_columns).items():
            if np.isinf(values).any() or (values.size and np.isnan(values).all()):
                yield f"JSON has no infinite numbers, nor numbers that are all missing (got those of {name!r})"


def write(kind: str, loaded: Loaded, path: Path) -> None:
    """Write a network in a format."""
    if kind == "npz":
        _write_npz(loaded, path)
    elif kind == "parquet":
        _write_parquet(loaded, path)
    else:
        _save(path, _TEXTS[kind](loaded))


def _save(path: Path, lines: Iterable[str]) -> None:
    content = "\n".join([*lines, ""]).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix.lower() == ".gz" else content)


def write_nodes(loaded: Loaded, path: Path) -> None:
    """Write labels and attributes of all nodes as CSV."""
    _save(path, _csv_lines({"node": map(_cell, labels_of(loaded))}
                           | {name: map(repr, values.tolist()) for name, values in loaded.columns.items()}
                           | {name: map(_cell, texts) for name, texts in loaded.groups.items()}))


def _cell(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _csv_lines(columns: Mapping[str, Iterable[str]]) -> Iterator[str]:
    yield ",".join(map(_cell, columns))
    yield from map(",".join, zip(*columns.values(), strict=True))


def _rows(loaded: Loaded, cells: Sequence[str]) -> dict[str, Iterable[str]]:
    """Return the columns of rows: sources and targets as cells, and numbers."""
    source, target, values = rows_of(loaded)
    return {"source": [cells[i] for i in source.tolist()], "target": [cells[i] for i in target.tolist()],
            **{name: map(repr, column.tolist()) for name, column in values.items()}}


def _csv(loaded: Loaded) -> Iterator[str]:
    return _csv_lines(_rows(loaded, list(map(_cell, labels_of(loaded)))))


def _edges(loaded: Loaded) -> Iterator[str]:
    return map(" ".join, zip(*_rows(loaded, list(map(str, labels_of(loaded)))).values(), strict=True))


def _adjacency(loaded: Loaded) -> Iterator[str]:
    labels, (source, target, _) = list(map(str, labels_of(loaded))), rows_of(loaded)
    ends = np.cumsum(np.bincount(source, minlength=len(labels)))
    for label, begin, end in zip(labels, [0, *ends], ends, strict=False):
        yield " ".join([label, *(labels[i] for i in target[begin:end].tolist())])


def _matrix_market(loaded: Loaded) -> Iterator[str]:
    network, (source, target, values) = loaded.network, rows_of(loaded)
    yield (f"%%MatrixMarket matrix coordinate {'real' if network.weighted else 'pattern'} "
           f"{'symmetric' if network.symmetric else 'general'}")
    yield f"{network.n} {network.n} {source.size}"
    ends = (target, source) if network.symmetric else (source, target)  # the lower triangle
    numbers = (map(repr, column.tolist()) for column in values.values())
    yield from map(" ".join, zip(*(map(str, (end + 1).tolist()) for end in ends), *numbers, strict=True))


def _pajek(loaded: Loaded) -> Iterator[str]:
    labels = labels_of(loaded)
    yield f"*Vertices {len(labels)}"
    yield from (f'{k} "{label}"' for k, label in enumerate(labels, 1))
    yield "*Edges" if loaded.network.symmetric else "*Arcs"
    yield from map(" ".join, zip(*_rows(loaded, list(map(str, range(1, len(labels) + 1)))).values(), strict=True))


def _graphml(loaded: Loaded) -> Iterator[str]:
    import networkx as nx

    stream = io.BytesIO()
    nx.write_graphml_xml(to_networkx(loaded), stream)
    yield stream.getvalue().decode()


def _apart(loaded: Loaded, own: Sequence[str]) -> Loaded:
    """Return a network whose attributes have other names than those that nodes themselves have in a format."""
    return replace(loaded, columns={set_apart(name, own): values for name, values in loaded.columns.items()},
                   groups={set_apart(name, own): texts for name, texts in loaded.groups.items()})


def _gml(loaded: Loaded) -> Iterator[str]:
    import networkx as nx

    lines: Iterator[str] = nx.generate_gml(to_networkx(_apart(loaded, gml.OWN)))
    return lines


def _node_link(loaded: Loaded) -> Iterator[str]:
    import networkx as nx

    data = nx.node_link_data(to_networkx(_apart(loaded, node_link.OWN)), edges="links")
    data["nodes"] = [{key: value for key, value in node.items() if value == value} for node in data["nodes"]]
    yield json.dumps(data, ensure_ascii=False, allow_nan=False)


_TEXTS: dict[str, Callable[[Loaded], Iterator[str]]] = {
    "csv": _csv, "edges": _edges, "adjacency": _adjacency, "matrix-market": _matrix_market, "graphml": _graphml,
    "gml": _gml, "pajek": _pajek, "json": _node_link}


def _write_parquet(loaded: Loaded, path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    labels = pa.array(labels_of(loaded), pa.string() if isinstance(loaded.labels, Sequence) else pa.int64())
    source, target, values = rows_of(loaded)
    parquet.write_table(pa.table({"source": labels.take(pa.array(source)), "target": labels.take(pa.array(target)),
                                  **values}), path, write_page_checksum=True)


def _write_npz(loaded: Loaded, path: Path) -> None:
    source, target, values = rows_of(loaded)
    arrays: dict[str, NDArray[np.generic]] = {"n": np.array(loaded.network.n), "source": source, "target": target}
    arrays |= values
    if loaded.labels is not None:
        arrays["labels"] = np.array(list(loaded.labels) if isinstance(loaded.labels, Sequence) else loaded.labels)
    arrays |= {f"columns/{name}": column for name, column in loaded.columns.items()}
    arrays |= {f"groups/{name}": np.array(texts, np.str_) for name, texts in loaded.groups.items()}
    with path.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)
